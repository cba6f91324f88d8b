package io.tailrace.engine.queue;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class WatchedQueueTest
{
    private long depth;
    private long entered;
    private long left;

    @Test
    void shouldHaveTheHighWaterOfItsOwnerOrOfTheLooks()
    {
        final QueueMeter meter = new QueueMeter();
        final WatchedQueue queue = new WatchedQueue("ring", () -> depth, () -> 16, meter);
        depth = 5;
        assertEquals(0, queue.highWater());
        queue.look();
        depth = 2;
        queue.look();
        assertEquals(2, queue.depth());
        assertEquals(16, queue.capacity());
        assertEquals(5, queue.highWater());
        meter.onDepth(9);
        assertEquals(9, queue.highWater());
        assertTrue(queue.hasDwell());
        assertFalse(new WatchedQueue("udp:a", () -> 0, () -> 1, null).hasDwell());
    }

    @Test
    void shouldKnowAQueueFromOutsideByTheLooks()
    {
        final SampledQueue sampled =
            new SampledQueue("sink:a", () -> entered, () -> left, WatchedQueue.UNBOUNDED);
        final WatchedQueue queue = sampled.watched();
        assertEquals("sink:a", queue.name());
        assertEquals(WatchedQueue.UNBOUNDED, queue.capacity());
        sampled.look(0);
        assertEquals(0, queue.depth());
        assertEquals(0, queue.meter().dwellNs(100));

        entered = 10;
        left = 4;
        sampled.look(100);
        queue.look();
        assertEquals(6, queue.depth());
        assertEquals(50, queue.meter().dwellNs(150));
        left = 9;
        sampled.look(200);
        queue.look();
        assertEquals(0, queue.meter().dwells());
        entered = 12;
        left = 10;
        sampled.look(300);
        assertEquals(2, queue.depth());
        assertEquals(200, queue.meter().maxDwellNs());
        left = 12;
        sampled.look(400);
        assertEquals(0, queue.depth());
        assertEquals(100, queue.meter().dwellNs(1_000));
        assertEquals(2, queue.meter().dwells());
        assertEquals(6, queue.highWater());
    }
}
