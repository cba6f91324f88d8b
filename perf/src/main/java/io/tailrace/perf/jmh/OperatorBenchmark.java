package io.tailrace.perf.jmh;

import java.util.concurrent.TimeUnit;

import io.tailrace.engine.operator.KeyedOperator;
import io.tailrace.engine.operator.OperatorCore;
import io.tailrace.perf.workload.KeySweep;
import io.tailrace.perf.workload.ReferenceWorkload;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The operator core with job J1 as a whole, firing included: message by message, and with the state of 32 looked up
 * together, as the engine does it. Making the events is in both, and alone in {@link #makeEvents}.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class OperatorBenchmark
{
    private static final int BATCH = OperatorCore.MAX_LOOKED_UP;

    /** Events of 1.3 s: a whole window opens and fires, disorder included, so that timers have their room. */
    private static final int FILL = 1_300_000;

    /** The events of job J1, one batch after the other. */
    @State(Scope.Thread)
    public static class Events
    {
        @Param("1")
        private long seed;

        private final Readings readings = new Readings(BATCH);
        private ReferenceWorkload workload;
        private long index;

        /** Makes the workload. */
        @Setup
        public void setUp()
        {
            workload = new ReferenceWorkload(
                seed, ReferenceWorkload.DEVICES, ReferenceWorkload.DISORDER_NS, JobCore.EVENT_RATE);
        }
    }

    /** Job J1, every device known, and one window of most of them fired. */
    @State(Scope.Thread)
    public static class Job
    {
        @Param({"10000", "1000000"})
        private int devices;

        @Param("1")
        private long seed;

        private final Readings readings = new Readings(BATCH);
        private ReferenceWorkload workload;
        private JobCore job;
        private long index;

        /** Lets every device send a first event, and goes on for more than a window. */
        @Setup
        public void setUp()
        {
            workload =
                new ReferenceWorkload(seed, devices, ReferenceWorkload.DISORDER_NS, JobCore.EVENT_RATE);
            job = new JobCore(JobCore.job(devices));
            final KeySweep sweep = new KeySweep(0, 1, 0);
            for (int device = 0; device < devices; device++)
            {
                sweep.encode(readings.buffer(), 0, device, 1);
                job.process(readings.address(0));
            }
            index = devices;
            for (int filled = 0; filled < FILL; filled += BATCH)
            {
                make();
                job.processTogether(readings.address(0), BATCH);
            }
        }

        /** Frees the state; every event must have been applied. */
        @TearDown
        public void tearDown()
        {
            try (JobCore closed = job)
            {
                closed.requireAll(KeyedOperator.APPLIED, "applied");
            }
        }

        private void make()
        {
            workload.encode(readings.buffer(), 0, index, BATCH);
            index += BATCH;
        }
    }

    /** @return address of 32 events, none of which is processed. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long makeEvents(final Events state)
    {
        state.workload.encode(state.readings.buffer(), 0, state.index, BATCH);
        state.index += BATCH;
        return state.readings.address(0);
    }

    /** @return sequence of the next result. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long oneByOne(final Job state)
    {
        state.make();
        state.job.processOneByOne(state.readings.address(0), BATCH);
        return state.job.resultCount();
    }

    /** @return sequence of the next result. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long batchOf32(final Job state)
    {
        state.make();
        state.job.processTogether(state.readings.address(0), BATCH);
        return state.job.resultCount();
    }
}
