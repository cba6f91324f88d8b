package io.tailrace.perf.jmh;

import java.util.concurrent.TimeUnit;

import io.tailrace.engine.operator.KeyedOperator;
import io.tailrace.perf.workload.ReferenceWorkload;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * An event that moves W over the end of a window, and so fires it for all keys into the results ring; per result. The
 * panes are filled between two firings, out of the time that is measured; the smallest firing takes many times as long
 * as looking at the clock around it.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FiringBenchmark
{
    private static final int STRIDE = 7_919;
    private static final int THOUSAND = 1_000;
    private static final int TEN_THOUSAND = 10_000;
    private static final int HUNDRED_THOUSAND = 100_000;

    /** An operator core whose keys all have a window open when it fires. */
    public abstract static class Core
    {
        private final int keys;
        private final Readings reading = new Readings(1);
        private JobCore job;
        private long eventId;
        private long windowStartNs = ReferenceWorkload.EVENT_TIME_START_NS;
        private long firings;

        Core(final int keys)
        {
            this.keys = keys;
        }

        /** Makes the state. */
        @Setup
        public void setUp()
        {
            job = new JobCore(JobCore.withoutDedup(keys));
        }

        /** Opens a window of each key. */
        @Setup(Level.Invocation)
        public void fill()
        {
            for (int i = 0; i < keys; i++)
            {
                // Prime to all numbers of keys: timers are not in the order in which blocks lie.
                final int key = (int)((long)i * STRIDE % keys);
                reading.write(0, eventId++, key, windowStartNs + i, key);
                job.process(reading.address(0));
            }
        }

        /** Frees the state; each firing must have had a result of every key. */
        @TearDown
        public void tearDown()
        {
            try (JobCore closed = job)
            {
                closed.requireAll(KeyedOperator.APPLIED, "applied");
                Check.equal(firings * keys, closed.resultCount(), "results");
            }
        }

        final long fire()
        {
            windowStartNs += JobCore.WINDOW_NS;
            reading.write(0, eventId++, 0, windowStartNs + ReferenceWorkload.DISORDER_NS, 1);
            job.process(reading.address(0));
            firings++;
            return job.resultCount();
        }
    }

    /** 1,000 keys. */
    @State(Scope.Thread)
    public static class Thousand extends Core
    {
        /** Made by JMH. */
        public Thousand()
        {
            super(THOUSAND);
        }
    }

    /** 10,000 keys. */
    @State(Scope.Thread)
    public static class TenThousand extends Core
    {
        /** Made by JMH. */
        public TenThousand()
        {
            super(TEN_THOUSAND);
        }
    }

    /** 100,000 keys. */
    @State(Scope.Thread)
    public static class HundredThousand extends Core
    {
        /** Made by JMH. */
        public HundredThousand()
        {
            super(HUNDRED_THOUSAND);
        }
    }

    /** @return sequence of the next result, after 1,000. */
    @Benchmark
    @OperationsPerInvocation(THOUSAND)
    public long fire1000(final Thousand core)
    {
        return core.fire();
    }

    /** @return sequence of the next result, after 10,000. */
    @Benchmark
    @OperationsPerInvocation(TEN_THOUSAND)
    public long fire10000(final TenThousand core)
    {
        return core.fire();
    }

    /** @return sequence of the next result, after 100,000. */
    @Benchmark
    @OperationsPerInvocation(HUNDRED_THOUSAND)
    public long fire100000(final HundredThousand core)
    {
        return core.fire();
    }
}
