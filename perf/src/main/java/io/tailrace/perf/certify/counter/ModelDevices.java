package io.tailrace.perf.certify.counter;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongPredicate;

/**
 * The known devices: the time of each, its quarantine, and when it was last heard of.
 */
final class ModelDevices
{
    /** Devices or keys that one tick looks at. */
    static final int LOOKS_PER_TICK = 1_000;

    private static final long NONE = Long.MIN_VALUE;
    private static final long QUARANTINE_SPAN_NS = 60_000_000_000L;
    private static final int REJECTIONS_TO_ENTER = 3;
    private static final int SANE_TO_LEAVE = 10;

    private static final class Device
    {
        private final long id;
        private final List<Long> rejectedAtNs = new ArrayList<>();
        private long usedNs;
        private long lookNs;
        private long lastNs = NONE;
        private long maxNs = NONE;
        private long watermarkNs = NONE;
        private int saneInARow;

        private Device(final long id)
        {
            this.id = id;
        }
    }

    private final ModelConfig config;
    private final Map<Long, Device> devices = new LinkedHashMap<>();
    private final Set<Long> quarantined = new TreeSet<>();
    private long quarantineEntries;

    ModelDevices(final ModelConfig config)
    {
        this.config = config;
    }

    /** Whether the device is known or may become so. */
    boolean hasRoomFor(final long id)
    {
        return devices.containsKey(id) || devices.size() < config.maxDevices();
    }

    /** A reading rejected for codes 4 to 6. */
    void onRejectedByTimeBounds(final long id, final long engineTimeNs)
    {
        if (!hasRoomFor(id))
        {
            return;
        }
        final Device device = used(id, engineTimeNs);
        device.saneInARow = 0;
        device.rejectedAtNs.add(engineTimeNs);
        final int thirdLast = device.rejectedAtNs.size() - REJECTIONS_TO_ENTER;
        if (!quarantined.contains(id) && thirdLast >= 0 &&
            ModelTime.minus(engineTimeNs, device.rejectedAtNs.get(thirdLast)) <= QUARANTINE_SPAN_NS)
        {
            quarantined.add(id);
            quarantineEntries++;
        }
    }

    /**
     * A reading that is sane, whatever deduplication makes of it.
     *
     * @return whether it may advance the time of its source: the device is not in quarantine, or no longer.
     */
    boolean onSane(final long id, final long engineTimeNs)
    {
        final Device device = used(id, engineTimeNs);
        if (quarantined.contains(id) && ++device.saneInARow == SANE_TO_LEAVE)
        {
            quarantined.remove(id);
            device.saneInARow = 0;
            device.rejectedAtNs.clear();
        }
        return !quarantined.contains(id);
    }

    /** The same reading if it is accepted, before any operator sees it. */
    void onAccepted(final long id, final long engineTimeNs)
    {
        devices.get(id).lastNs = engineTimeNs;
    }

    /** The same reading, after all operators have seen it. */
    void advanceWatermark(final long id, final long effectiveTimeNs)
    {
        final Device device = devices.get(id);
        device.maxNs = Math.max(device.maxNs, effectiveTimeNs);
        device.watermarkNs = Math.max(
            device.watermarkNs, ModelTime.minus(device.maxNs, config.outOfOrdernessNs()));
    }

    void onResumed(final long timeNs)
    {
        devices.values().forEach((device) -> device.lastNs = Math.max(device.lastNs, timeNs));
    }

    /** W(d), {@code Long.MIN_VALUE} if there is none. */
    long watermarkNs(final long id)
    {
        return devices.containsKey(id) ? devices.get(id).watermarkNs : NONE;
    }

    /** Up to which end silence fires windows of this device; {@code Long.MIN_VALUE} if it is not silent. */
    long silenceLimitNs(final long id, final long engineTimeNs)
    {
        final Device device = devices.get(id);
        final long silenceNs = ModelTime.minus(engineTimeNs, device.lastNs);
        if (silenceNs < config.idleAfterNs())
        {
            return NONE;
        }
        return timeWithSilenceNs(id, engineTimeNs);
    }

    /** What W(d) would be if the device's own time had gone on while it was silent. */
    long timeWithSilenceNs(final long id, final long engineTimeNs)
    {
        final Device device = devices.get(id);
        return ModelTime.clamp(ModelTime.big(device.maxNs)
            .add(ModelTime.big(ModelTime.minus(engineTimeNs, device.lastNs)))
            .subtract(ModelTime.big(config.outOfOrdernessNs())));
    }

    /**
     * Forgets the devices whose turn it is to be looked at, that have not been used for long and are not held.
     *
     * @return those forgotten, in order.
     */
    List<Long> forget(final long engineTimeNs, final LongPredicate isHeld)
    {
        final List<Device> looked = devices.values().stream()
            .filter((device) -> device.lookNs <= engineTimeNs)
            .sorted(Comparator.comparingLong((device) -> device.lookNs))
            .limit(LOOKS_PER_TICK)
            .toList();
        final List<Long> forgotten = new ArrayList<>();
        for (final Device device : looked)
        {
            if (ModelTime.plus(device.usedNs, config.keyTtlNs()) > engineTimeNs)
            {
                device.lookNs = ModelTime.plus(device.usedNs, config.keyTtlNs());
            }
            else if (isHeld.test(device.id))
            {
                device.lookNs = ModelTime.plus(engineTimeNs, config.keyTtlNs());
            }
            else
            {
                devices.remove(device.id);
                quarantined.remove(device.id);
                forgotten.add(device.id);
            }
        }
        return forgotten;
    }

    int size()
    {
        return devices.size();
    }

    /** How often devices entered quarantine. */
    long quarantineEntries()
    {
        return quarantineEntries;
    }

    /** The device, made known if it is not yet. */
    private Device used(final long id, final long engineTimeNs)
    {
        if (!devices.containsKey(id))
        {
            devices.put(id, new Device(id));
            devices.get(id).lookNs = ModelTime.plus(engineTimeNs, config.keyTtlNs());
        }
        devices.get(id).usedNs = engineTimeNs;
        return devices.get(id);
    }
}
