package io.tailrace.perf.certify.counter;

import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Engine time, what is known of each source, and the global watermark.
 */
final class ModelSources
{
    private static final long NONE = Long.MIN_VALUE;

    private final ModelConfig config;
    private final Map<Integer, Long> maxBySource = new TreeMap<>();
    private final Map<Integer, Long> sinceBySource = new TreeMap<>();
    private final Set<Integer> idle = new TreeSet<>();
    private long engineTimeNs = NONE;
    private long watermarkNs = NONE;

    ModelSources(final ModelConfig config)
    {
        this.config = config;
    }

    void onTime(final long timeNs)
    {
        engineTimeNs = Math.max(engineTimeNs, timeNs);
    }

    /** Any reading, whatever becomes of it. */
    void onReading(final int source)
    {
        sinceBySource.remove(source);
        idle.remove(source);
    }

    /** An accepted reading of a device that is not in quarantine. */
    void onAccepted(final int source, final long effectiveTimeNs)
    {
        maxBySource.merge(source, effectiveTimeNs, Math::max);
    }

    void onEmptySince(final long[] emptySinceNs)
    {
        if (emptySinceNs.length != config.sourceCount())
        {
            throw new IllegalArgumentException("emptySinceNs=" + Arrays.toString(emptySinceNs));
        }
        for (int source = 0; source < emptySinceNs.length; source++)
        {
            sinceBySource.remove(source);
            if (emptySinceNs[source] != NONE)
            {
                sinceBySource.put(source, emptySinceNs[source]);
                if (ModelTime.minus(engineTimeNs, emptySinceNs[source]) >= config.idleAfterNs())
                {
                    idle.add(source);
                }
            }
        }
    }

    void onStarted()
    {
        sinceBySource.clear();
        idle.clear();
    }

    void advanceWatermark()
    {
        maxBySource.entrySet().stream()
            .filter((entry) -> !idle.contains(entry.getKey()))
            .map(Map.Entry::getValue)
            .min(Long::compare)
            .ifPresent((max) -> watermarkNs =
                Math.max(watermarkNs, ModelTime.minus(max, config.outOfOrdernessNs())));
    }

    /** T. */
    long engineTimeNs()
    {
        return engineTimeNs;
    }

    long watermarkNs()
    {
        return watermarkNs;
    }

    /** Up to which end silence fires windows of global time; {@code Long.MIN_VALUE} if there is no silence. */
    long silenceLimitNs()
    {
        if (sinceBySource.size() < config.sourceCount() || maxBySource.isEmpty())
        {
            return NONE;
        }
        final long silenceNs = ModelTime.minus(engineTimeNs, Collections.max(sinceBySource.values()));
        if (silenceNs < config.idleAfterNs())
        {
            return NONE;
        }
        return ModelTime.clamp(ModelTime.big(Collections.max(maxBySource.values()))
            .add(ModelTime.big(silenceNs))
            .subtract(ModelTime.big(config.outOfOrdernessNs())));
    }
}
