package io.tailrace.engine.advice;

import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.EventTimeConfig;
import io.tailrace.engine.config.KeyKind;
import io.tailrace.engine.config.WatermarkKind;
import io.tailrace.engine.config.WindowConfig;

/**
 * Event time that fits the disorder of a sample: {@code out-of-orderness} lets 99 % of the readings come in before a
 * window fires, {@code allowed-lateness} takes the others as revisions, all of them if a key then holds few panes, else
 * 99.9 % of all readings.
 * <p>
 * {@code watermark: device} where windows are kept by device, if devices keep their own order ten times better than
 * that of one another, and the disorder between them is a second at least.
 *
 * @param outOfOrdernessNs  ns.
 * @param isByDevice        whether windows that are kept by device shall follow their devices.
 * @param globalLatenessNs  allowed lateness of windows with {@code watermark: global}, ns.
 * @param deviceLatenessNs  allowed lateness of windows with {@code watermark: device}, ns.
 */
public record Proposal(long outOfOrdernessNs, boolean isByDevice, long globalLatenessNs, long deviceLatenessNs)
{
    private static final int FEW_PANES = 64;
    private static final int MOST_PANES = 1 << 10;
    private static final long LEAST_LAG_NS = 1_000_000_000L;
    private static final int LAG_RATIO = 10;

    static Proposal of(final EngineConfig config, final Disorder global, final Disorder device)
    {
        final boolean isByDevice = config.windows().stream().anyMatch(Proposal::isKeptByDevice) &&
            global.p999Ns() >= LEAST_LAG_NS && global.p999Ns() / LAG_RATIO >= device.p999Ns();
        final long outOfOrdernessNs = ReadableDuration.roundUp((isByDevice ? device : global).p99Ns());
        return new Proposal(
            outOfOrdernessNs,
            isByDevice,
            latenessNs(config, outOfOrdernessNs, global),
            latenessNs(config, outOfOrdernessNs, device));
    }

    /** @return whether a window may follow the time of its devices. */
    static boolean isKeptByDevice(final WindowConfig window)
    {
        return window.key() == KeyKind.DEVICE || window.key() == KeyKind.DEVICE_METRIC;
    }

    /** @return the watermark for a window. */
    public WatermarkKind watermark(final WindowConfig window)
    {
        return isByDevice && isKeptByDevice(window) ? WatermarkKind.DEVICE : WatermarkKind.GLOBAL;
    }

    /** @return the allowed lateness for a window, ns. */
    public long allowedLatenessNs(final WindowConfig window)
    {
        return watermark(window) == WatermarkKind.DEVICE ? deviceLatenessNs : globalLatenessNs;
    }

    /** @return live panes of a key at most, if a window is set so. */
    public int panes(final WindowConfig window)
    {
        return panes(window, outOfOrdernessNs, allowedLatenessNs(window));
    }

    private static long latenessNs(final EngineConfig config, final long outOfOrdernessNs, final Disorder disorder)
    {
        final long forAllNs = beyondNs(disorder.maxNs(), outOfOrdernessNs);
        if (isWithin(config, outOfOrdernessNs, forAllNs, FEW_PANES))
        {
            return forAllNs;
        }
        final long forMostNs = beyondNs(disorder.p999Ns(), outOfOrdernessNs);
        return isWithin(config, outOfOrdernessNs, forMostNs, MOST_PANES) ? forMostNs : 0;
    }

    private static long beyondNs(final long disorderNs, final long outOfOrdernessNs)
    {
        return ReadableDuration.roundUp(Math.max(0, disorderNs - outOfOrdernessNs));
    }

    private static boolean isWithin(
        final EngineConfig config, final long outOfOrdernessNs, final long latenessNs, final int bound)
    {
        return config.windows().stream().allMatch((window) -> panes(window, outOfOrdernessNs, latenessNs) <= bound);
    }

    private static int panes(final WindowConfig window, final long outOfOrdernessNs, final long latenessNs)
    {
        final EventTimeConfig eventTime = EventTimeConfig.builder().outOfOrdernessNs(outOfOrdernessNs).build();
        return window.toBuilder().panes(0).allowedLatenessNs(latenessNs).build().paneBound(eventTime);
    }
}
