package io.tailrace.engine.sink;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import io.tailrace.archive.journal.LiveRecording;
import io.tailrace.engine.tail.ResultKind;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The life of a sink over a log and a target that are lists, with failures of the target wherever a test wants one. */
class SinkTaskTest
{
    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(30);

    private final List<UnsafeBuffer> log = new CopyOnWriteArrayList<>();
    private final List<String> target = new CopyOnWriteArrayList<>();
    private final List<Throwable> errors = new CopyOnWriteArrayList<>();
    private final SinkStatus status = new SinkStatus("s");
    private volatile SinkPosition progress;
    private volatile int failures;
    private volatile boolean isLogEnded;
    private volatile boolean isHanging;
    private volatile CountDownLatch standstill = new CountDownLatch(0);
    private volatile int standing;
    private volatile int looks;
    private SinkTask task;
    private Thread thread;

    @AfterEach
    void stop() throws InterruptedException
    {
        if (null != thread)
        {
            task.stop(0, System.nanoTime());
            thread.join(TimeUnit.NANOSECONDS.toMillis(DEADLINE_NS));
            assertFalse(thread.isAlive());
        }
    }

    @Test
    void shouldCatchUpFollowAndDrainAtTheEnd() throws InterruptedException
    {
        append(0, 0, 50);
        start(EnumSet.allOf(ResultKind.class));
        await(() -> target.size() == 50, "catches up");
        assertEquals(SinkStatus.State.RUNNING, status.state());
        append(0, 50, 60);
        await(() -> status.nextSequence() == 60, "follows");
        append(0, 60, 70);
        task.stop(log.size(), System.nanoTime() + DEADLINE_NS);
        thread.join(TimeUnit.NANOSECONDS.toMillis(DEADLINE_NS));
        assertEquals(expected(0, 0, 70), target);
        assertEquals(SinkStatus.State.STOPPED, status.state());
        assertEquals(0, status.lag(0, 70));
        assertEquals(3, status.lag(0, 73));
        assertEquals(5, status.lag(1, 5));
        assertEquals(List.of(), errors);
    }

    @Test
    void shouldGoOnWhereTheTargetSaysAfterEachError()
    {
        failures = 4;
        append(0, 0, 30);
        start(EnumSet.allOf(ResultKind.class));
        await(() -> target.size() == 30, "heals");
        assertEquals(expected(0, 0, 30), target);
        assertEquals(4, status.retries());
        assertEquals("IOException: no room", status.lastError());
        await(() -> status.state() == SinkStatus.State.RUNNING, "runs");
    }

    @Test
    void shouldTellAnErrorOnceInAnOutageAndAgainInTheNextOne()
    {
        append(0, 0, 30);
        isLogEnded = true;
        start(EnumSet.allOf(ResultKind.class));
        await(() -> status.retries() >= 3, "tries again");
        assertEquals(1, errors.size());
        isLogEnded = false;
        await(() -> status.nextSequence() == 30 && status.state() == SinkStatus.State.RUNNING, "heals");
        awaitEndOfOutage();
        final long before = status.retries();
        isLogEnded = true;
        await(() -> status.retries() >= before + 2, "tries again");
        assertEquals(2, errors.size());
        isLogEnded = false;
        append(0, 30, 60);
        await(() -> status.nextSequence() == 60, "heals again");
        assertEquals(expected(0, 0, 60), target);
    }

    @Test
    void shouldGoOnWhereItWasAfterATargetHasStoodStill()
    {
        append(0, 0, 20);
        start(EnumSet.allOf(ResultKind.class));
        await(() -> status.nextSequence() == 20, "has written all");
        standstill = new CountDownLatch(1);
        append(0, 20, 21);
        await(() -> standing == 1, "stands still");
        append(0, 21, 5_000);
        assertEquals(20, status.nextSequence());
        assertEquals(4_980, status.lag(0, 5_000));
        assertEquals(SinkStatus.State.RUNNING, status.state());
        assertEquals(20, task.floor());
        standstill.countDown();
        await(() -> status.lag(0, 5_000) == 0, "catches up");
        assertEquals(expected(0, 0, 5_000), target);
        assertEquals(SinkStatus.State.RUNNING, status.state());
        assertEquals(0, status.retries());
        assertEquals(List.of(), errors);
    }

    @Test
    void shouldGoOnWithTheNextEpoch()
    {
        append(0, 0, 5);
        append(2, 0, 7);
        start(EnumSet.allOf(ResultKind.class));
        await(() -> target.size() == 12, "follows the epoch");
        final List<String> both = new ArrayList<>(expected(0, 0, 5));
        both.addAll(expected(2, 0, 7));
        assertEquals(both, target);
        assertEquals(2, status.epoch());
        assertEquals(7, status.nextSequence());
    }

    @Test
    void shouldCountWhatIsNotWantedAsDone()
    {
        append(0, 0, 20);
        start(EnumSet.of(ResultKind.ALERT));
        await(() -> status.nextSequence() == 20, "passes over");
        assertEquals(List.of("0:5", "0:11", "0:17"), target);
    }

    @Test
    void shouldFailAtAGapInTheLog() throws InterruptedException
    {
        append(0, 0, 5);
        append(0, 6, 7);
        start(EnumSet.allOf(ResultKind.class));
        thread.join(TimeUnit.NANOSECONDS.toMillis(DEADLINE_NS));
        assertEquals(SinkStatus.State.FAILED, status.state());
        assertEquals("expected result 5 of epoch 0, but the results log has result 6 of epoch 0", status.lastError());
        assertEquals(1, errors.size());
        assertEquals(0, status.retries());
    }

    @Test
    void shouldFailAtAnEpochThatDoesNotBeginWithItsFirstResult() throws InterruptedException
    {
        append(0, 0, 5);
        append(1, 1, 2);
        start(EnumSet.allOf(ResultKind.class));
        thread.join(TimeUnit.NANOSECONDS.toMillis(DEADLINE_NS));
        assertEquals("expected result 5 of epoch 0, but the results log has result 1 of epoch 1", status.lastError());
    }

    @Test
    void shouldTryAgainWhenTheReplayEnds()
    {
        append(0, 0, 5);
        isLogEnded = true;
        start(EnumSet.allOf(ResultKind.class));
        await(() -> status.retries() > 0, "tries again");
        assertEquals("the replay of the results log has ended", status.lastError());
        isLogEnded = false;
        append(0, 5, 6);
        await(() -> target.size() == 6, "heals");
    }

    @Test
    void shouldNotWaitForATargetThatIsGoneWhenItIsStopped() throws InterruptedException
    {
        failures = Integer.MAX_VALUE;
        append(0, 0, 5);
        start(EnumSet.allOf(ResultKind.class));
        await(() -> status.retries() > 1, "tries again");
        task.stop(log.size(), System.nanoTime() + DEADLINE_NS);
        thread.join(TimeUnit.NANOSECONDS.toMillis(DEADLINE_NS));
        assertFalse(thread.isAlive());
        assertEquals(SinkStatus.State.STOPPED, status.state());
        assertNull(progress);
    }

    @Test
    void shouldHoldWhatItHasNotWrittenAndFailWhenItIsOvertaken() throws InterruptedException
    {
        append(0, 0, 20);
        start(EnumSet.allOf(ResultKind.class));
        await(() -> task.floor() == 20, "has written all");
        assertFalse(task.overtake(20));
        isHanging = true;
        append(0, 20, 40);
        assertEquals(20, task.floor());
        assertTrue(task.overtake(30));
        thread.join(TimeUnit.NANOSECONDS.toMillis(DEADLINE_NS));
        assertEquals(SinkStatus.State.FAILED, status.state());
        assertEquals("results were purged that this sink had not written, since the disk is full; sinks.md says how " +
            "it goes on", status.lastError());
        assertEquals(Long.MAX_VALUE, task.floor());
        assertFalse(task.overtake(40));
    }

    private void start(final Set<ResultKind> kinds)
    {
        task = new SinkTask(
            status, kinds, new ListLog(), ListTarget::new, new Backoff(new SplittableRandom(1)), errors::add);
        thread = new Thread(task, "sink-s");
        thread.setDaemon(true);
        thread.start();
    }

    private void append(final int epoch, final long from, final long to)
    {
        for (long sequence = from; sequence < to; sequence++)
        {
            log.add(TestResults.result(epoch, sequence));
        }
    }

    /** Two whole looks at the log that found nothing. */
    private void awaitEndOfOutage()
    {
        final int before = looks;
        await(() -> looks > before + 2, "has looked at the log");
    }

    private static List<String> expected(final int epoch, final long from, final long to)
    {
        final List<String> expected = new ArrayList<>();
        for (long sequence = from; sequence < to; sequence++)
        {
            expected.add(epoch + ":" + sequence);
        }
        return expected;
    }

    private static void await(final BooleanSupplier condition, final String what)
    {
        final long deadlineNs = System.nanoTime() + DEADLINE_NS;
        while (!condition.getAsBoolean())
        {
            assertTrue(System.nanoTime() - deadlineNs < 0, "timed out: " + what);
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(100));
        }
    }

    /** A frame for each result, its position its index. */
    private final class ListLog implements ResultSource
    {
        @Override
        public SinkPosition oldest()
        {
            return new SinkPosition(0, 0);
        }

        @Override
        public ResultReader open(final SinkPosition from)
        {
            return new ResultReader()
            {
                private int next;

                @Override
                public int poll(final LiveRecording.FrameHandler handler, final int frameLimit)
                {
                    int count = 0;
                    while (next < log.size() && count < frameLimit)
                    {
                        final UnsafeBuffer result = log.get(next);
                        handler.onFrame(result, 0, result.capacity(), next);
                        next++;
                        count++;
                    }
                    return count;
                }

                @Override
                public long position()
                {
                    return next;
                }

                @Override
                public boolean hasEnded()
                {
                    return isLogEnded;
                }

                @Override
                public void close()
                {
                    next = log.size();
                }
            };
        }

        @Override
        public long endPosition()
        {
            return log.size();
        }
    }

    /** Keeps ten results at a time; fails in turns when it is opened, takes a result, and writes. */
    private final class ListTarget implements SinkWriter
    {
        private final List<String> pending = new ArrayList<>();
        private final int failAt = failures % 3;
        private SinkPosition next;
        private SinkPosition written;

        @Override
        public SinkPosition open(final SinkPosition oldest) throws IOException
        {
            failIf(0);
            written = null == progress ? oldest : progress;
            next = written;
            return written;
        }

        @Override
        public void add(
            final ResultKind kind, final int epoch, final long sequence, final DirectBuffer buffer, final int offset)
            throws IOException
        {
            if (sequence % 4 == 3)
            {
                failIf(1);
            }
            pending.add(Integer.toUnsignedString(epoch) + ":" + sequence);
            next = new SinkPosition(epoch, sequence + 1);
            if (pending.size() == 10)
            {
                finish();
            }
        }

        @Override
        public void pass(final int epoch, final long sequence)
        {
            next = new SinkPosition(epoch, sequence + 1);
        }

        @Override
        public void flush(final long nowNs) throws IOException
        {
            finish();
            looks = looks + 1;
        }

        @Override
        public void finish() throws IOException
        {
            failIf(2);
            standStill();
            if (isHanging)
            {
                return;
            }
            target.addAll(pending);
            pending.clear();
            written = next;
            progress = next;
        }

        @Override
        public SinkPosition written()
        {
            return written;
        }

        @Override
        public void abort()
        {
            pending.clear();
        }

        @Override
        public void close()
        {
            pending.clear();
        }

        private void standStill()
        {
            if (standstill.getCount() > 0)
            {
                standing = standing + 1;
                try
                {
                    assertTrue(standstill.await(DEADLINE_NS, TimeUnit.NANOSECONDS));
                }
                catch (final InterruptedException ex)
                {
                    throw new IllegalStateException(ex);
                }
            }
        }

        private void failIf(final int place) throws IOException
        {
            if (failures > 0 && failAt == place)
            {
                failures = failures - 1;
                throw new IOException("no room");
            }
        }
    }
}
