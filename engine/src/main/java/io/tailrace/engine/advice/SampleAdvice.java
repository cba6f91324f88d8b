package io.tailrace.engine.advice;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import io.tailrace.codec.IdCollisionException;
import io.tailrace.codec.ReadingCsv;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.WatermarkKind;
import io.tailrace.engine.config.WindowConfig;
import org.agrona.collections.Long2LongHashMap;

/**
 * Holds a configuration against a sample: measures its disorder, and then replays the watermark at several choices of
 * event time to count what each would make late.
 * <p>
 * The file is read twice, row by row. Rows are in order of arrival. The global watermark is that of one source: with
 * several, the engine's is behind it, so that no more is late than is counted here. Repeated readings are readings.
 * <p>
 * Threading: one thread. Memory: bounded by {@code limits.devices} and {@code limits.keys}.
 */
public final class SampleAdvice
{
    private static final Comparator<Choice> BY_VALUES = Comparator.comparing(Choice::watermark)
        .thenComparingLong(Choice::outOfOrdernessNs).thenComparingLong(Choice::allowedLatenessNs);

    private final EngineConfig config;
    private final SampleReader reader;
    private final SampleMeasure measure;
    private final List<WindowReplay> replays = new ArrayList<>();
    private final Long2LongHashMap deviceMaxTimeNs = new Long2LongHashMap(Long.MIN_VALUE);
    private long maxTimeNs = Long.MIN_VALUE;

    private SampleAdvice(final EngineConfig config, final Path file, final long nowNs) throws IdCollisionException
    {
        this.config = config;
        reader = new SampleReader(config, file, nowNs);
        measure = new SampleMeasure(config, reader, nowNs);
    }

    /**
     * Measures a sample.
     *
     * @param config what it is held against.
     * @param file   readings as {@code batch} takes them, unpacked if its name ends with {@code .gz}.
     * @param nowNs  the present, epoch ns, against which the sample may be old.
     * @return what was found.
     * @throws SampleException                      if it has more devices than {@code limits.devices}.
     * @throws io.tailrace.codec.CsvFormatException if the file is no such CSV, naming file and line.
     * @throws IdCollisionException                 if two names have the same id.
     * @throws IOException                          if the file cannot be read.
     */
    public static SampleReport measure(final EngineConfig config, final Path file, final long nowNs)
        throws IOException, IdCollisionException
    {
        return new SampleAdvice(config, file, nowNs).measure();
    }

    private SampleReport measure() throws IOException, IdCollisionException
    {
        measure.measure();
        final Disorder global = measure.global();
        final Disorder device = measure.device();
        final Proposal proposal = Proposal.of(config, global, device);
        for (final WindowConfig window : config.windows())
        {
            replays.add(new WindowReplay(window, choices(window, proposal, global, device)));
        }
        if (!replays.isEmpty())
        {
            reader.read(this::onReading);
        }
        return new SampleReport(
            config,
            reader.file(),
            reader.rowCount(),
            reader.unparsed(),
            reader.rejected(),
            measure.deviceCount(),
            measure.oldestNs(),
            measure.newestNs(),
            measure.tooOldNow(),
            measure.hasSeveralSources(),
            global,
            device,
            measure.worstOfDevices(),
            measure.worstDevices(),
            reader.hasIngestTimes() ? measure.delay() : null,
            measure.aheadOfIngest(),
            measure.hasUnmeasuredPairs(),
            proposal,
            windows());
    }

    private void onReading(
        final long deviceId, final long metric, final long timeNs, final long effectiveTimeNs, final ReadingCsv rows)
    {
        final long deviceMaxNs = deviceMaxTimeNs.get(deviceId);
        for (final WindowReplay replay : replays)
        {
            replay.onReading(metric, rows.value(), timeNs, maxTimeNs, deviceMaxNs);
        }
        maxTimeNs = Math.max(maxTimeNs, effectiveTimeNs);
        if (effectiveTimeNs > deviceMaxNs)
        {
            deviceMaxTimeNs.put(deviceId, effectiveTimeNs);
        }
    }

    private List<WindowSample> windows()
    {
        final List<WindowSample> windows = new ArrayList<>();
        for (int i = 0; i < replays.size(); i++)
        {
            final WindowConfig window = config.windows().get(i);
            windows.add(new WindowSample(
                "windows[" + i + "]", window, measure.rate(window), replays.get(i).counts()));
        }
        return windows;
    }

    private List<Choice> choices(
        final WindowConfig window, final Proposal proposal, final Disorder global, final Disorder device)
    {
        final List<Choice> choices = new ArrayList<>();
        addPercentiles(choices, window, WatermarkKind.GLOBAL, global);
        if (Proposal.isKeptByDevice(window))
        {
            addPercentiles(choices, window, WatermarkKind.DEVICE, device);
        }
        add(choices, new Choice(
            SampleFindings.CONFIGURED,
            window.watermarkKind(config.eventTime()),
            config.eventTime().outOfOrdernessNs(),
            window.allowedLatenessNs()));
        add(choices, new Choice(
            SampleFindings.PROPOSED,
            proposal.watermark(window),
            proposal.outOfOrdernessNs(),
            proposal.allowedLatenessNs(window)));
        choices.sort(BY_VALUES);
        return choices;
    }

    private static void addPercentiles(
        final List<Choice> choices, final WindowConfig window, final WatermarkKind watermark, final Disorder disorder)
    {
        final long latenessNs = window.allowedLatenessNs();
        add(choices, new Choice("none", watermark, 0, latenessNs));
        add(choices, new Choice("p50", watermark, ReadableDuration.roundUp(disorder.p50Ns()), latenessNs));
        add(choices, new Choice("p99", watermark, ReadableDuration.roundUp(disorder.p99Ns()), latenessNs));
        add(choices, new Choice("p99.9", watermark, ReadableDuration.roundUp(disorder.p999Ns()), latenessNs));
        add(choices, new Choice("max", watermark, ReadableDuration.roundUp(disorder.maxNs()), latenessNs));
    }

    /** Adds a choice, or its origin to the one that is the same. */
    private static void add(final List<Choice> choices, final Choice choice)
    {
        for (int i = 0; i < choices.size(); i++)
        {
            final Choice known = choices.get(i);
            if (known.isSame(choice))
            {
                choices.set(i, new Choice(
                    known.origin() + ", " + choice.origin(),
                    known.watermark(),
                    known.outOfOrdernessNs(),
                    known.allowedLatenessNs()));
                return;
            }
        }
        choices.add(choice);
    }
}
