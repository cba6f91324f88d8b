package io.tailrace.perf.jmh;

import java.util.concurrent.TimeUnit;

import io.tailrace.codec.TimeUnits;
import io.tailrace.engine.admission.Admission;
import io.tailrace.engine.config.WatermarkKind;
import io.tailrace.engine.operator.KeyedOperator;
import io.tailrace.engine.time.WatermarkTracker;
import io.tailrace.perf.workload.ReferenceWorkload;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Time: judging a reading, moving the watermark of some sources, and all that an operator core does with a reading but
 * for its windows, whose filter takes nothing. Each reading is 1 µs later than the one before, so that W moves each
 * time. Advancing the time of a device has no door of its own, hence the core.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class WatermarkBenchmark
{
    private static final long STEP_NS = 1_000;
    private static final int SOURCES = 4;

    /** What judges, and what tracks. */
    @State(Scope.Thread)
    public static class Parts
    {
        private final Readings reading = new Readings(1);
        private final Admission admission = new Admission(
            JobCore.timeAlone(1, WatermarkKind.GLOBAL).eventTime(), new int[]{TimeUnits.NANOS});
        private final WatermarkTracker tracker =
            new WatermarkTracker(SOURCES, ReferenceWorkload.DISORDER_NS, Long.MAX_VALUE);
        private long timeNs = ReferenceWorkload.EVENT_TIME_START_NS;
        private int source;
        private long wrong;

        /** Lets every source speak, in turns, so that from then on each moves W. */
        @Setup
        public void setUp()
        {
            for (int i = 0; i < SOURCES; i++)
            {
                advance();
            }
        }

        /** Every reading must have been valid, and every time must have moved W. */
        @TearDown
        public void tearDown()
        {
            Check.equal(0, wrong, "invalid, or not moving W");
        }

        private boolean advance()
        {
            timeNs += STEP_NS;
            source = source + 1 & SOURCES - 1;
            tracker.onTime(timeNs);
            tracker.onReading(source);
            return tracker.onAccepted(source, timeNs);
        }
    }

    /** An operator core that takes time from readings, and nothing else. */
    @State(Scope.Thread)
    public static class Core
    {
        @Param({"GLOBAL", "DEVICE"})
        private WatermarkKind watermark;

        @Param("10000")
        private int devices;

        private final Readings reading = new Readings(1);
        private JobCore job;
        private int device;
        private long index;

        /** Makes all devices. */
        @Setup
        public void setUp()
        {
            job = new JobCore(JobCore.timeAlone(devices, watermark));
            for (int i = 0; i < devices; i++)
            {
                next();
            }
        }

        /** Frees the state; every reading must have been accepted and filtered. */
        @TearDown
        public void tearDown()
        {
            try (JobCore closed = job)
            {
                closed.requireAll(KeyedOperator.FILTERED, "filtered");
                Check.equal(
                    ReferenceWorkload.EVENT_TIME_START_NS + (index - 1) * STEP_NS - ReferenceWorkload.DISORDER_NS,
                    closed.core().watermark().watermarkNs(),
                    "watermark");
            }
        }

        private void next()
        {
            reading.write(0, index, device, ReferenceWorkload.EVENT_TIME_START_NS + index * STEP_NS, 1);
            job.process(reading.address(0));
            index++;
            device = device + 1 == devices ? 0 : device + 1;
        }
    }

    /** @return the judgement on a reading, by bounds and against the reference clock. */
    @Benchmark
    public int judge(final Parts parts)
    {
        parts.timeNs += STEP_NS;
        parts.reading.write(0, parts.timeNs, 1, parts.timeNs, 1);
        final int reason = parts.admission.judge(parts.reading.address(0));
        parts.wrong += reason == Admission.VALID ? 0 : 1;
        return reason;
    }

    /** @return whether W has moved, which is that of the slowest of four sources in turns. */
    @Benchmark
    public boolean advanceTracker(final Parts parts)
    {
        final boolean hasMoved = parts.advance();
        parts.wrong += hasMoved ? 0 : 1;
        return hasMoved;
    }

    /** @return the device of the next reading, after a reading that moved W, and with DEVICE that of its device. */
    @Benchmark
    public int advance(final Core core)
    {
        core.next();
        return core.device;
    }
}
