package io.tailrace.perf;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

import io.tailrace.engine.config.CalendarUnit;
import io.tailrace.engine.config.DedupConfig;
import io.tailrace.engine.config.KeyKind;
import io.tailrace.engine.config.WatermarkKind;
import io.tailrace.engine.config.WindowConfig;
import io.tailrace.perf.workload.ReferenceWorkload;

/**
 * What a type of window costs: one operator core for each, fed the events of the reference job.
 */
final class WindowCost
{
    private static final long MS = 1_000_000L;

    private WindowCost()
    {
    }

    /**
     * One of each type, tumbling first, and the reference job last: tumbling with deduplication.
     * Sliding windows have 60 slices, and as many results as the tumbling ones; a
     * session lasts about 1.5 s and so makes somewhat fewer.
     */
    static List<LoneCore> ofAllTypes()
    {
        final List<LoneCore> costs = new ArrayList<>();
        for (final WatermarkKind watermark : WatermarkKind.values())
        {
            final String suffix = watermark == WatermarkKind.GLOBAL ? "" : ", by device";
            costs.add(core("tumbling 1s" + suffix, WindowConfig.tumbling("w", 1_000 * MS), watermark));
            costs.add(core(
                "sliding 60s/1s" + suffix, WindowConfig.sliding("w", 60_000 * MS, 1_000 * MS), watermark));
            costs.add(core("session 50ms" + suffix, WindowConfig.session("w", 50 * MS), watermark));
            costs.add(core(
                "calendar hour" + suffix,
                WindowConfig.calendar("w", CalendarUnit.HOUR, ZoneId.of("America/New_York")),
                watermark));
        }
        costs.add(core(
            "tumbling 1s, dedup by sequence",
            WindowConfig.tumbling("w", 1_000 * MS),
            WatermarkKind.GLOBAL,
            ReferenceJob.dedup()));
        return costs;
    }

    private static LoneCore core(
        final String name, final WindowConfig.Builder window, final WatermarkKind watermark)
    {
        return core(name, window, watermark, DedupConfig.NONE);
    }

    private static LoneCore core(
        final String name,
        final WindowConfig.Builder window,
        final WatermarkKind watermark,
        final DedupConfig dedup)
    {
        return new LoneCore(name, LoneCore.config(
            ReferenceWorkload.DEVICES, watermark, dedup, List.of(window.key(KeyKind.DEVICE).build())));
    }
}
