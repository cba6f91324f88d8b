package io.tailrace.perf;

import java.lang.management.ManagementFactory;
import java.util.List;

import com.sun.management.ThreadMXBean;
import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.config.DedupConfig;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.EventTimeConfig;
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
 * An operator core without ring, journal and threads, fed in the batches in which the engine feeds it. Its results are
 * counted and thrown away.
 * <p>
 * Threading: one thread.
 */
final class LoneCore implements AutoCloseable
{
    private static final int RESULT_SLOTS = 1 << 16;
    private static final ThreadMXBean THREADS = (ThreadMXBean)ManagementFactory.getThreadMXBean();

    private final String name;
    private final int operators;
    private final ResultsRing results = new ResultsRing(RESULT_SLOTS);
    private final OperatorCore core;
    private long events;
    private long eventsInResults;
    private long cpuNs;
    private long allocatedBytes;

    /**
     * @param name   in what the verdict says.
     * @param config what to compute; windows alone.
     */
    LoneCore(final String name, final EngineConfig config)
    {
        this.name = name;
        operators = config.windows().size();
        core = new OperatorCore(config, results);
    }

    /**
     * @param keys      most devices, and most keys of each operator.
     * @param watermark whose time closes windows.
     * @param dedup     what is known of readings that came before.
     * @param windows   the operators.
     * @return a configuration whose event time is that of the reference job.
     */
    static EngineConfig config(
        final int keys, final WatermarkKind watermark, final DedupConfig dedup, final List<WindowConfig> windows)
    {
        return EngineConfig.builder()
            .limits(LimitsConfig.builder().devices(keys).keys(keys).build())
            .source(SourceConfig.embedded(ReferenceJob.SOURCE).build())
            .eventTime(EventTimeConfig.builder()
                .referenceClock(ReferenceClock.NONE)
                .watermark(watermark)
                .outOfOrdernessNs(ReferenceWorkload.DISORDER_NS)
                .build())
            .dedup(dedup)
            .windows(windows)
            .build();
    }

    /** @return room for readings in wire layout. */
    static UnsafeBuffer readings(final int count)
    {
        return new UnsafeBuffer(BufferUtil.allocateDirectAligned(
            count * MessageLayout.SLOT_LENGTH, BitUtil.CACHE_LINE_LENGTH));
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
        takeResults();
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

    /** @return readings so far. */
    long events()
    {
        return events;
    }

    /** @return results so far. */
    long results()
    {
        return core.nextResultSequence();
    }

    /** @return sum of the counts of all results so far. */
    long eventsInResults()
    {
        return eventsInResults;
    }

    String name()
    {
        return name;
    }

    /** @return the core. */
    OperatorCore core()
    {
        return core;
    }

    /** Every event must have been applied by every operator. */
    void check(final Verdict verdict)
    {
        for (int i = 0; i < operators; i++)
        {
            verdict.requireEqual(events, core.ledger().outcome(i, WindowOperator.APPLIED), "applied, " + name);
        }
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
            takeResults();
        }
        while (core.isFiring() && !core.resume())
        {
            takeResults();
        }
        events++;
    }

    private void takeResults()
    {
        final int available = results.available();
        for (int i = 0; i < available; i++)
        {
            eventsInResults += results.buffer().getLong(
                results.offsetOf(i) + MessageLayout.WINDOW_RESULT_COUNT_OFFSET);
        }
        results.release(available);
    }
}
