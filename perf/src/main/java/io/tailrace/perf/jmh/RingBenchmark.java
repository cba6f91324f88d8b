package io.tailrace.perf.jmh;

import java.util.concurrent.TimeUnit;

import com.lmax.disruptor.Sequence;
import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.ring.EventRing;
import io.tailrace.perf.workload.ReferenceWorkload;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.YieldingIdleStrategy;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A hop over the ring of events: claimed, written and published, and read by a stage. On one thread it is the work
 * alone; with a stage on another thread it is what that thread takes at most, or the way there and back.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RingBenchmark
{
    private static final int SLOTS = 1 << 13;
    private static final int CLAIM = 20;

    /** A ring whose producer reads it, too. */
    @State(Scope.Thread)
    public static class OneThread
    {
        private final Readings reading = new Readings(1);
        private final EventRing ring = new EventRing(SLOTS, false);
        private final Sequence done = new Sequence();
        private long next;
        private long refused;

        /** Makes the ring free its slots when they were read. */
        @Setup
        public void setUp()
        {
            ring.gate(done);
            reading.write(0, 1, 1, ReferenceWorkload.EVENT_TIME_START_NS, 1);
        }

        /** No claim must have been refused. */
        @TearDown
        public void tearDown()
        {
            Check.equal(0, refused, "refused claims");
        }

        private long hop(final int count)
        {
            final long last = ring.tryClaim(count);
            if (last == EventRing.BACK_PRESSURED)
            {
                refused++;
                return last;
            }
            write(ring, reading, last, count);
            long read = 0;
            final long published = ring.published(next, next + SLOTS - 1);
            while (next <= published)
            {
                read += UnsafeApi.getLong(ring.address(next++) + MessageLayout.READING_EVENT_ID_OFFSET);
            }
            done.set(published);
            return read;
        }
    }

    /** A ring with its stage on another thread. */
    @State(Scope.Thread)
    public static class Stream
    {
        private final Readings reading = new Readings(1);
        private final IdleStrategy idle = new YieldingIdleStrategy();
        private final EventRing ring = new EventRing(SLOTS, false);
        private RingStage stage;
        private long last = -1;

        /** Starts the stage. */
        @Setup
        public void setUp()
        {
            reading.write(0, 1, 1, ReferenceWorkload.EVENT_TIME_START_NS, 1);
            stage = new RingStage(ring, null);
        }

        /** Stops the stage, which must have read all that was published. */
        @TearDown
        public void tearDown()
        {
            try
            {
                while (stage.done() < last)
                {
                    stage.requireAlive();
                    idle.idle();
                }
            }
            finally
            {
                stage.close();
            }
            Check.equal(last + 1, stage.idSum(), "events read");
        }

        private long publish(final int count)
        {
            long claimed = ring.tryClaim(count);
            while (claimed == EventRing.BACK_PRESSURED)
            {
                stage.requireAlive();
                idle.idle();
                claimed = ring.tryClaim(count);
            }
            write(ring, reading, claimed, count);
            last = claimed;
            return claimed;
        }
    }

    /** A ring there and a ring back. */
    @State(Scope.Thread)
    public static class PingPong
    {
        private final Readings reading = new Readings(1);
        private final IdleStrategy idle = new YieldingIdleStrategy();
        private final EventRing there = new EventRing(SLOTS, false);
        private final EventRing back = new EventRing(SLOTS, false);
        private final Sequence done = new Sequence();
        private RingStage stage;
        private long next;
        private long wrong;

        /** Starts the stage that sends back. */
        @Setup
        public void setUp()
        {
            back.gate(done);
            stage = new RingStage(there, back);
        }

        /** Stops the stage; what came back must have been what was sent. */
        @TearDown
        public void tearDown()
        {
            stage.close();
            Check.equal(0, wrong, "other events than were sent");
        }

        private long roundTrip()
        {
            reading.write(0, next, 1, ReferenceWorkload.EVENT_TIME_START_NS, 1);
            write(there, reading, there.tryClaim(1), 1);
            while (back.published(next, next) < next)
            {
                stage.requireAlive();
                idle.idle();
            }
            final long id = UnsafeApi.getLong(back.address(next) + MessageLayout.READING_EVENT_ID_OFFSET);
            wrong += id == next ? 0 : 1;
            done.set(next++);
            return id;
        }
    }

    /** @return what was read of an event, claimed alone. */
    @Benchmark
    public long hopOfOne(final OneThread state)
    {
        return state.hop(1);
    }

    /** @return what was read of 20 events, claimed together. */
    @Benchmark
    @OperationsPerInvocation(CLAIM)
    public long hopOf20(final OneThread state)
    {
        return state.hop(CLAIM);
    }

    /** @return sequence of an event that another thread reads. */
    @Benchmark
    public long streamOfOne(final Stream state)
    {
        return state.publish(1);
    }

    /** @return sequence of the last of 20 events that another thread reads. */
    @Benchmark
    @OperationsPerInvocation(CLAIM)
    public long streamOf20(final Stream state)
    {
        return state.publish(CLAIM);
    }

    /** @return id of an event that another thread has sent back. */
    @Benchmark
    public long roundTrip(final PingPong state)
    {
        return state.roundTrip();
    }

    private static void write(final EventRing ring, final Readings reading, final long last, final int count)
    {
        final long first = last - count + 1;
        for (long sequence = first; sequence <= last; sequence++)
        {
            UnsafeApi.copyMemory(reading.address(0), ring.address(sequence), EventRing.SLOT_LENGTH);
        }
        ring.publish(first, last);
    }
}
