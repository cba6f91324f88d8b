package io.tailrace.perf;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.tailrace.engine.config.DedupConfig;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.KeyKind;
import io.tailrace.engine.config.MemoryEstimate;
import io.tailrace.engine.config.WatermarkKind;
import io.tailrace.engine.config.WindowConfig;
import io.tailrace.engine.operator.StateSection;
import io.tailrace.perf.report.ProcessMemory;
import io.tailrace.perf.report.Verdict;
import io.tailrace.perf.workload.KeySweep;
import io.tailrace.perf.workload.ReferenceWorkload;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What an operator core takes that is filled to its bounds: off-heap, on the heap, and as {@code check} states it.
 *
 * @param devices       bytes that {@code check} states of a device block.
 * @param keys          the same of a key block.
 * @param overflowPanes the same of a pane outside of them; 0: there are none.
 * @param offHeap       bytes resident.
 * @param reserved      bytes reserved by maps and indexes.
 * @param heap          bytes that live on the Java heap.
 */
record StateMemory(long devices, long keys, long overflowPanes, long offHeap, long reserved, long heap)
{
    private static final int EVENTS_PER_TURN = 20_000;
    private static final int INLINE_PANES = MemoryEstimate.MAX_INLINE_PANES;

    /** What is filled, so that differences are a unit of each kind. */
    enum Kind
    {
        /** One device and one key: what there is anyway. */
        NOTHING(KeyKind.ALL, INLINE_PANES, 1, false),
        /** Devices, with one key for all. */
        DEVICES(KeyKind.ALL, INLINE_PANES, 1, false),
        /** The same with ids remembered by sequence. */
        DEVICES_WITH_IDS(KeyKind.ALL, INLINE_PANES, 1, true),
        /** Devices, and a key for each that has room for one pane. */
        KEYS_OF_ONE_PANE(KeyKind.DEVICE, 1, 1, false),
        /** The same with room for four. */
        KEYS(KeyKind.DEVICE, INLINE_PANES, 1, false),
        /** The same with five panes open, one of which is not in the block. */
        OVERFLOW_PANES(KeyKind.DEVICE, INLINE_PANES + 1, INLINE_PANES + 1, false);

        private final KeyKind key;
        private final int panes;
        private final int open;
        private final boolean hasIds;

        Kind(final KeyKind key, final int panes, final int open, final boolean hasIds)
        {
            this.key = key;
            this.panes = panes;
            this.open = open;
            this.hasIds = hasIds;
        }

        /** @return blocks of all kinds that so many devices must have. */
        private long blocks(final int devices)
        {
            final long keys = key == KeyKind.ALL ? 1 : devices;
            return devices + keys + keys * Math.max(0, open - INLINE_PANES);
        }

        private EngineConfig config(final int devices)
        {
            // What has fired stays for the time of its lateness, so that as many panes are open as are wanted.
            return LoneCore.config(
                devices,
                WatermarkKind.GLOBAL,
                hasIds ? ReferenceJob.dedup() : DedupConfig.NONE,
                List.of(WindowConfig.tumbling("w", ReferenceJob.WINDOW_NS)
                    .key(key)
                    .panes(panes)
                    .allowedLatenessNs(TimeUnit.HOURS.toNanos(1))
                    .build()));
        }
    }

    /**
     * Fills a core and measures what it takes. All of the Java heap must be resident.
     *
     * @param devices there may be, and are then.
     */
    static StateMemory measure(final Kind kind, final int devices, final Verdict verdict)
    {
        final EngineConfig config = kind.config(devices);
        final UnsafeBuffer readings = LoneCore.readings(EVENTS_PER_TURN);
        final ProcessMemory before = ProcessMemory.takeAfterCollection();
        try (LoneCore core = new LoneCore(kind + " of " + devices, config))
        {
            for (int window = 0; window < kind.open; window++)
            {
                fill(core, readings, devices, window);
            }
            final ProcessMemory after = ProcessMemory.takeAfterCollection();
            core.check(verdict);
            verdict.requireEqual((long)devices * kind.open, core.events(), "events, " + core.name());
            long blocks = 0;
            long reserved = 0;
            for (final StateSection section : core.core().sections())
            {
                if (null != section.blocks())
                {
                    blocks += section.blocks().size();
                    reserved += section.blocks().reservedLength();
                }
            }
            verdict.requireEqual(kind.blocks(devices), blocks, "blocks, " + core.name());
            final MemoryEstimate stated = MemoryEstimate.of(config);
            return new StateMemory(
                stated(stated, "device blocks"),
                stated(stated, "keys of w"),
                stated(stated, "overflow panes of w"),
                after.offHeap() - before.offHeap(),
                reserved,
                after.heapUsed() - before.heapUsed());
        }
    }

    private static void fill(
        final LoneCore core, final UnsafeBuffer readings, final int devices, final int window)
    {
        final KeySweep sweep = new KeySweep(
            0,
            1,
            (long)window * devices,
            ReferenceWorkload.EVENT_TIME_START_NS + window * ReferenceJob.WINDOW_NS);
        for (int first = 0; first < devices; first += EVENTS_PER_TURN)
        {
            final int count = Math.min(EVENTS_PER_TURN, devices - first);
            sweep.encode(readings, 0, first, count);
            core.run(readings, count);
        }
    }

    private static long stated(final MemoryEstimate estimate, final String what)
    {
        return estimate.lines().stream()
            .filter(line -> line.what().equals(what))
            .mapToLong(MemoryEstimate.Line::bytesEach)
            .findFirst()
            .orElse(0);
    }

    /** @return the measurement, for a manifest. */
    Map<String, Object> toMap()
    {
        final Map<String, Object> map = new LinkedHashMap<>();
        map.put("stated-device", devices);
        map.put("stated-key", keys);
        map.put("stated-overflow-pane", overflowPanes);
        map.put("off-heap", offHeap);
        map.put("reserved", reserved);
        map.put("heap", heap);
        return map;
    }
}
