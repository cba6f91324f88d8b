package io.tailrace.engine.queue;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

class QueueMeterTest
{
    private final QueueMeter meter = new QueueMeter();

    @Test
    void shouldKeepTheGreatestDepth()
    {
        assertEquals(0, meter.highWater());
        meter.onDepth(3);
        meter.onDepth(7);
        meter.onDepth(6);
        assertEquals(7, meter.highWater());
    }

    @Test
    void shouldSumDwellTimesAndTakeNegativeOnesForNone()
    {
        meter.onDwell(5);
        meter.onDwell(9);
        meter.onDwell(-3);
        assertEquals(3, meter.dwells());
        assertEquals(14, meter.dwellSumNs());
        assertEquals(9, meter.maxDwellNs());
        assertEquals(0, meter.dwellNs(1_000));
    }

    @Test
    void shouldFollowOneThingFromItsEntryToItsExit()
    {
        meter.onEntered(10, 100);
        // Somebody is followed: the next one is not.
        meter.onEntered(20, 150);
        meter.onLeft(9, 160);
        assertTrue(meter.isFollowing());
        assertEquals(0, meter.dwells());
        meter.onLeft(10, 170);
        assertFalse(meter.isFollowing());
        assertEquals(70, meter.maxDwellNs());

        // What left together with it is not followed afterwards.
        meter.onLeft(20, 180);
        assertEquals(1, meter.dwells());
        meter.onEntered(30, 200);
        meter.onLeft(40, 230);
        assertEquals(2, meter.dwells());
        assertEquals(100, meter.dwellSumNs());
        assertEquals(30, meter.dwellNs(1_000));
    }

    @Test
    void shouldShowHowLongAQueueHasStoodStill()
    {
        assertEquals(0, meter.dwellNs(50));
        meter.onEntered(1, 100);
        assertEquals(20, meter.dwellNs(120));
        assertEquals(900, meter.dwellNs(1_000));
        assertEquals(0, meter.maxDwellNs());
        meter.onLeft(1, 1_100);
        assertEquals(1_000, meter.dwellNs(5_000));
        meter.onEntered(2, 6_000);
        assertEquals(1_000, meter.dwellNs(6_500));
        assertEquals(1_500, meter.dwellNs(7_500));
    }

    /** Each thing leaves a fixed time after it has entered, by clocks that both threads read from what they handle. */
    @Test
    @Timeout(30)
    void shouldMeasureTheSameFromTwoThreads() throws InterruptedException
    {
        final int things = 1_000_000;
        final long dwellNs = 1_000;
        final AtomicLong entered = new AtomicLong();
        final AtomicReference<String> wrong = new AtomicReference<>();
        final Thread taker = new Thread(() ->
        {
            long taken = 0;
            while (taken < things)
            {
                final long end = entered.get();
                // One by one, so that the time of leaving is that of the thing itself.
                while (taken < end)
                {
                    taken++;
                    meter.onLeft(taken, taken * 10 + dwellNs);
                    if (meter.dwells() > 0 && meter.maxDwellNs() != dwellNs)
                    {
                        wrong.compareAndSet(null, "dwell " + meter.maxDwellNs() + " of " + taken);
                    }
                }
            }
        });
        taker.start();
        for (long thing = 1; thing <= things; thing++)
        {
            meter.onEntered(thing, thing * 10);
            entered.set(thing);
        }
        taker.join();
        assertNull(wrong.get());
        assertTrue(meter.dwells() > 0 && meter.dwells() <= things);
        assertEquals(meter.dwells() * dwellNs, meter.dwellSumNs());
        assertFalse(meter.isFollowing());
    }
}
