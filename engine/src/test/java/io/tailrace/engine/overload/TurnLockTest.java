package io.tailrace.engine.overload;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class TurnLockTest
{
    private final TurnLock lock = new TurnLock();

    @Test
    void shouldBeTakenByOneAtATime()
    {
        assertFalse(lock.isTaken());
        assertTrue(lock.tryEnter());
        assertTrue(lock.isTaken());
        assertFalse(lock.tryEnter());
        lock.leave();
        assertFalse(lock.isTaken());
        assertTrue(lock.tryEnterFirst());
        assertFalse(lock.tryEnter());
        lock.leave();
    }

    @Test
    void shouldKeepOthersOutWhileIngressWantsToEnterAndUntilItGivesWay()
    {
        assertTrue(lock.tryEnter());
        assertFalse(lock.tryEnterFirst());
        lock.leave();
        assertFalse(lock.tryEnter(), "it is free, but wanted");
        assertTrue(lock.tryEnterFirst());
        lock.leave();
        assertFalse(lock.tryEnter(), "more of the same duty cycle may follow");
        lock.giveWay();
        assertTrue(lock.tryEnter());
    }

    @Test
    @Timeout(60)
    void shouldLetIngressInAmongThoseWhoAskWithoutAPause() throws InterruptedException
    {
        final AtomicBoolean isDone = new AtomicBoolean();
        final AtomicLong entered = new AtomicLong();
        final List<Thread> others = new ArrayList<>();
        for (int i = 0; i < 3; i++)
        {
            final Thread other = new Thread(() ->
            {
                while (!isDone.get())
                {
                    if (lock.tryEnter())
                    {
                        entered.incrementAndGet();
                        final long untilNs = System.nanoTime() + TimeUnit.MICROSECONDS.toNanos(2);
                        while (System.nanoTime() < untilNs)
                        {
                            Thread.onSpinWait();
                        }
                        lock.leave();
                    }
                }
            });
            other.start();
            others.add(other);
        }
        try
        {
            for (int cycle = 0; cycle < 2_000; cycle++)
            {
                lock.giveWay();
                // A round of many frames, each of which has to come in.
                for (int frame = 0; frame < 64; frame++)
                {
                    while (!lock.tryEnterFirst())
                    {
                        Thread.yield();
                    }
                    lock.leave();
                }
            }
            final long before = entered.get();
            lock.giveWay();
            while (entered.get() == before)
            {
                Thread.yield();
            }
        }
        finally
        {
            isDone.set(true);
            for (final Thread other : others)
            {
                other.join();
            }
        }
        assertFalse(lock.isTaken());
    }
}
