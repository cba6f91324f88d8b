package io.tailrace.perf.storm;

import java.util.List;

import io.tailrace.codec.MessageLayout;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class JournalCountTest
{
    private static final long WINDOW_NS = 60_000_000_000L;
    private static final List<Long> KEPT = List.of(2L, 8L, 12L, 34L, 47L, 77L, 90L);

    private final Fleet first = new Fleet(1, 2, 1, 1, false, 0, 2);
    private final Fleet second = new Fleet(100, 1, 1, 2, true, 0, 1);
    private final JournalCount count = new JournalCount(List.of(first, second), WINDOW_NS);
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[MessageLayout.SLOT_LENGTH]);

    @Test
    void shouldHaveTheWindowsOfWhatItHolds()
    {
        final WindowTable expected = new WindowTable(WINDOW_NS);
        for (long index = 0; index < 300; index += 3)
        {
            take(0, first, index);
            expected.add(1 + index % 2, first.timeNs(index), first.value(index));
        }
        take(1, second, 0);
        assertEquals(101, count.readings());
        assertEquals(100, count.of(0));
        assertEquals(1, count.of(1));
        assertEquals(0, count.otherThanSent());
        assertEquals(0, count.windows().against(expected, first).windows());
        assertEquals(101, count.windows().readings());
        assertTrue(count.isWithin(0, 298));
        assertFalse(count.isWithin(0, 297), "the last one has index 297");
    }

    @Test
    void shouldSeeWhatComesTwiceAndTakeItOnce()
    {
        take(0, first, 5);
        take(0, first, 5);
        take(0, first, 6);
        assertEquals(3, count.readings());
        assertEquals(1, count.twice());
        assertEquals(2, count.of(0));
        assertEquals(2, count.windows().readings());
    }

    @Test
    void shouldSeeWhatIsNotAsItWasSent()
    {
        encode(0, first, 5);
        buffer.putDouble(MessageLayout.READING_VALUE_OFFSET, first.value(5) + 1);
        count.onReading(buffer, 0);
        encode(0, first, 5);
        buffer.putLong(MessageLayout.READING_EVENT_TIME_OFFSET, first.timeNs(5) + 1);
        count.onReading(buffer, 0);
        encode(0, first, 5);
        buffer.putInt(MessageLayout.READING_METRIC_OFFSET, 3);
        count.onReading(buffer, 0);
        encode(0, first, 5);
        buffer.putLong(MessageLayout.READING_EVENT_ID_OFFSET, 0);
        count.onReading(buffer, 0);
        take(1, first, 5);
        take(2, first, 5);
        assertEquals(6, count.otherThanSent());
        assertEquals(0, count.windows().readings());
    }

    /** The ids below 100 that are kept, by the description in {@code OVERLOAD.md}, computed elsewhere. */
    @Test
    void shouldKnowWhichReadingsSamplingKeeps()
    {
        final long kept = count.sampledThatAreMissing(1, 99, 10);
        for (long index = 0; index < 99; index++)
        {
            final JournalCount without = new JournalCount(List.of(first, second), WINDOW_NS);
            encode(1, second, index);
            without.onReading(buffer, 0);
            assertEquals(
                KEPT.contains(index + 1) ? kept - 1 : kept,
                without.sampledThatAreMissing(1, 99, 10),
                "event id " + (index + 1));
        }
        assertEquals(KEPT.size(), kept);
    }

    private void take(final int source, final Fleet fleet, final long index)
    {
        encode(source, fleet, index);
        count.onReading(buffer, 0);
    }

    private void encode(final int source, final Fleet fleet, final long index)
    {
        fleet.encode(buffer, 0, index);
        buffer.putShort(MessageLayout.READING_SOURCE_OFFSET, (short)source);
    }
}
