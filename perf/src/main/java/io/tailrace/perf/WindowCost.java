package io.tailrace.perf;

import java.lang.management.ManagementFactory;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

import com.sun.management.ThreadMXBean;
import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.config.CalendarUnit;
import io.tailrace.engine.config.DedupConfig;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.EventTimeConfig;
import io.tailrace.engine.config.KeyKind;
import io.tailrace.engine.config.LimitsConfig;
import io.tailrace.engine.config.ReferenceClock;
import io.tailrace.engine.config.SourceConfig;
import io.tailrace.engine.config.WatermarkKind;
import io.tailrace.engine.config.WindowConfig;
import io.tailrace.engine.operator.OperatorCore;
import io.tailrace.engine.ring.ResultsRing;
import io.tailrace.engine.window.WindowOperator;
import io.tailrace.perf.report.Verdict;
import io.tailrace.perf.workload.ReferenceWorkload;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What a type of window costs: an operator core of its own, without ring, journal and threads, that is fed the events
 * of the reference job in the batches in which the engine feeds it.
 * <p>
 * Threading: one thread.
 */
final class WindowCost implements AutoCloseable
{
    private static final long MS = 1_000_000L;
    private static final int RESULT_SLOTS = 1 << 16;
    private static final ThreadMXBean THREADS = (ThreadMXBean)ManagementFactory.getThreadMXBean();

    private final String name;
    private final ResultsRing results = new ResultsRing(RESULT_SLOTS);
    private final OperatorCore core;
    private long events;
    private long cpuNs;
    private long allocatedBytes;

    private WindowCost(
        final String name,
        final WindowConfig.Builder window,
        final WatermarkKind watermark,
        final DedupConfig dedup)
    {
        this.name = name;
        core = new OperatorCore(config(window.key(KeyKind.DEVICE).build(), watermark, dedup), results);
    }

    private WindowCost(final String name, final WindowConfig.Builder window, final WatermarkKind watermark)
    {
        this(name, window, watermark, DedupConfig.NONE);
    }

    /**
     * One of each type, tumbling first, and the reference job last: tumbling with deduplication.
     * Sliding windows have 60 slices, and as many results as the tumbling ones; a
     * session lasts about 1.5 s and so makes somewhat fewer.
     */
    static List<WindowCost> ofAllTypes()
    {
        final List<WindowCost> costs = new ArrayList<>();
        for (final WatermarkKind watermark : WatermarkKind.values())
        {
            final String suffix = watermark == WatermarkKind.GLOBAL ? "" : ", by device";
            costs.add(new WindowCost("tumbling 1s" + suffix, WindowConfig.tumbling("w", 1_000 * MS), watermark));
            costs.add(new WindowCost(
                "sliding 60s/1s" + suffix, WindowConfig.sliding("w", 60_000 * MS, 1_000 * MS), watermark));
            costs.add(new WindowCost("session 50ms" + suffix, WindowConfig.session("w", 50 * MS), watermark));
            costs.add(new WindowCost(
                "calendar hour" + suffix,
                WindowConfig.calendar("w", CalendarUnit.HOUR, ZoneId.of("America/New_York")),
                watermark));
        }
        costs.add(new WindowCost(
            "tumbling 1s, dedup by sequence",
            WindowConfig.tumbling("w", 1_000 * MS),
            WatermarkKind.GLOBAL,
            ReferenceJob.dedup()));
        return costs;
    }

    /** Takes a number of readings in wire layout, back to back. */
    void run(final UnsafeBuffer readings, final int count)
    {
        final long thread = Thread.currentThread().getId();
        final long allocatedBefore = THREADS.getThreadAllocatedBytes(thread);
        final long cpuBeforeNs = THREADS.getCurrentThreadCpuTime();
        for (int first = 0; first < count; first += OperatorCore.MAX_LOOKED_UP)
        {
            final int end = Math.min(count, first + OperatorCore.MAX_LOOKED_UP);
            core.beginLookUp();
            for (int i = first; i < end; i++)
            {
                core.lookUp(readings.addressOffset() + (long)i * MessageLayout.SLOT_LENGTH);
            }
            core.endLookUp();
            for (int i = first; i < end; i++)
            {
                process(readings.addressOffset() + (long)i * MessageLayout.SLOT_LENGTH);
            }
        }
        cpuNs = THREADS.getCurrentThreadCpuTime() - cpuBeforeNs;
        allocatedBytes = THREADS.getThreadAllocatedBytes(thread) - allocatedBefore;
        results.release(results.available());
    }

    /** @return CPU time of the last run, ns. */
    long cpuNs()
    {
        return cpuNs;
    }

    /** @return bytes that the last run allocated. */
    long allocatedBytes()
    {
        return allocatedBytes;
    }

    /** @return results so far. */
    long results()
    {
        return core.nextResultSequence();
    }

    String name()
    {
        return name;
    }

    /** Every event must have been applied. */
    void check(final Verdict verdict)
    {
        verdict.requireEqual(events, core.ledger().outcome(0, WindowOperator.APPLIED), "applied, " + name);
    }

    @Override
    public void close()
    {
        core.close();
    }

    private void process(final long message)
    {
        while (!core.onMessage(message, events))
        {
            results.release(results.available());
        }
        while (core.isFiring() && !core.resume())
        {
            results.release(results.available());
        }
        events++;
    }

    private static EngineConfig config(
        final WindowConfig window, final WatermarkKind watermark, final DedupConfig dedup)
    {
        return EngineConfig.builder()
            .limits(LimitsConfig.builder()
                .devices(ReferenceWorkload.DEVICES).keys(ReferenceWorkload.DEVICES).build())
            .source(SourceConfig.embedded(ReferenceJob.SOURCE).build())
            .eventTime(EventTimeConfig.builder()
                .referenceClock(ReferenceClock.NONE)
                .watermark(watermark)
                .outOfOrdernessNs(ReferenceWorkload.DISORDER_NS)
                .build())
            .dedup(dedup)
            .window(window)
            .build();
    }

    /** @return room for readings in wire layout. */
    static UnsafeBuffer readings(final int count)
    {
        return new UnsafeBuffer(BufferUtil.allocateDirectAligned(
            count * MessageLayout.SLOT_LENGTH, BitUtil.CACHE_LINE_LENGTH));
    }
}
