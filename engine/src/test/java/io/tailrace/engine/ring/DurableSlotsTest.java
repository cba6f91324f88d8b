package io.tailrace.engine.ring;

import com.lmax.disruptor.Sequence;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

class DurableSlotsTest
{
    private static final int SLOTS = 4;

    private final EventRing ring = new EventRing(SLOTS, false);
    private final Sequence journalled = new Sequence();
    private final Sequence operators = new Sequence();
    private long durablePosition;
    private final DurableSlots durable = new DurableSlots(ring, journalled, () -> durablePosition);
    private long nextPosition = 32;

    @BeforeEach
    void gate()
    {
        ring.gate(operators);
    }

    @Test
    void shouldSayNothingBeforeAnythingIsJournalled()
    {
        durablePosition = Long.MAX_VALUE;
        claim(3);
        assertEquals(-1, durable.update());
    }

    @Test
    void shouldWaitForTheEndOfASlot()
    {
        claim(2);
        journal();
        durablePosition = 32 + 2 * EventRing.SLOT_LENGTH - 1;
        assertEquals(-1, durable.update());
        durablePosition++;
        assertEquals(1, durable.update());
        assertEquals(1, durable.update());
    }

    @Test
    void shouldKeepWhatItHasNotedWhileMoreIsJournalled()
    {
        claim(1);
        journal();
        assertEquals(-1, durable.update());
        claim(2);
        journal();
        durablePosition = 32 + EventRing.SLOT_LENGTH;
        assertEquals(0, durable.update());
        assertEquals(0, durable.update());
        durablePosition = nextPosition;
        assertEquals(2, durable.update());
    }

    @Test
    void shouldNotTakeThePositionOfALaterSlotInTheSamePlace()
    {
        claim(2);
        journal();
        // Slot 5 is claimed, and perhaps journalled, in the place of slot 1 before anybody looked.
        operators.set(1);
        claim(4);
        final long before = nextPosition;
        durablePosition = Long.MAX_VALUE;
        assertEquals(-1, durable.update());
        journal();
        durablePosition = before;
        assertEquals(-1, durable.update());
        durablePosition = nextPosition;
        assertEquals(5, durable.update());
    }

    @Test
    void shouldGoOnWithWhatItHasNotedWhenItsPlaceIsUsedAgain()
    {
        claim(SLOTS);
        journal();
        assertEquals(-1, durable.update());
        operators.set(SLOTS - 1);
        claim(SLOTS);
        journal();
        durablePosition = 32 + SLOTS * EventRing.SLOT_LENGTH;
        assertEquals(SLOTS - 1, durable.update());
    }

    private void claim(final int count)
    {
        final long last = ring.tryClaim(count);
        ring.publish(last - count + 1, last);
    }

    private void journal()
    {
        final long first = journalled.get() + 1;
        ring.positions(first, ring.cursor(), nextPosition);
        nextPosition += (ring.cursor() - first + 1) * EventRing.SLOT_LENGTH;
        journalled.set(ring.cursor());
    }
}
