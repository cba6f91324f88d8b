package io.tailrace.engine.advice;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.tailrace.codec.RejectReason;
import io.tailrace.codec.RowFault;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.WindowConfig;

/**
 * What a sample of readings says of a configuration.
 *
 * @param config         that was held against it.
 * @param file           of the sample.
 * @param rows           of the file.
 * @param unparsed       rows that are no readings, by fault; not measured.
 * @param rejected       readings that would be rejected by their time, by reason; not measured.
 * @param devices        with at least one reading that was measured.
 * @param oldestNs       least event time, epoch ns; {@link Long#MAX_VALUE} if nothing was measured.
 * @param newestNs       greatest event time, epoch ns; {@link Long#MIN_VALUE} if nothing was measured.
 * @param tooOldNow      readings that would be rejected as too old if they came in now.
 * @param hasSources     whether readings come from more than the first source.
 * @param global         disorder against all readings.
 * @param device         disorder of each reading against those of its own device.
 * @param worstOfDevices distribution, over the devices, of the furthest that each came behind itself.
 * @param worstDevices   ten devices at most, worst first.
 * @param delay          ingest time less event time, 0 where it is negative; null if the file has no ingest times.
 * @param aheadOfIngest  readings whose event time is after their ingest time.
 * @param hasMorePairs   whether there were too many pairs of device and metric to measure the sample rate of each.
 * @param proposal       of event time.
 * @param windows        each window against the sample, in the order of the configuration.
 */
public record SampleReport(
    EngineConfig config,
    Path file,
    long rows,
    Map<RowFault, Long> unparsed,
    Map<RejectReason, Long> rejected,
    int devices,
    long oldestNs,
    long newestNs,
    long tooOldNow,
    boolean hasSources,
    Disorder global,
    Disorder device,
    Disorder worstOfDevices,
    List<DeviceDisorder> worstDevices,
    Disorder delay,
    long aheadOfIngest,
    boolean hasMorePairs,
    Proposal proposal,
    List<WindowSample> windows)
{
    public SampleReport
    {
        unparsed = Map.copyOf(unparsed);
        rejected = Map.copyOf(rejected);
        worstDevices = List.copyOf(worstDevices);
        windows = List.copyOf(windows);
    }

    /** @return readings that were measured. */
    public long readings()
    {
        return global.readings();
    }

    /** @return the configuration with the measured sample rate in each window whose physics declare none. */
    public EngineConfig configWithRates()
    {
        final List<WindowConfig> rated = new ArrayList<>();
        for (final WindowSample window : windows)
        {
            final WindowConfig declared = window.window();
            rated.add(declared.physics().sampleRatePerSecond() > 0 ? declared : declared.toBuilder()
                .physics(declared.physics().toBuilder().sampleRatePerSecond(window.rate().perSecond()).build())
                .build());
        }
        return config.toBuilder().windows(rated).build();
    }

    /** @return findings in the order of the configuration's sections, {@code KEY: finding; proposal}. */
    public List<String> findings()
    {
        return SampleFindings.of(this);
    }

    /** @return the report as text, one element a line, without findings. */
    public List<String> lines()
    {
        return new SampleReportText(this).lines();
    }
}
