package io.tailrace.engine.window;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.config.EventFilter;
import io.tailrace.engine.config.EventTimeConfig;
import io.tailrace.engine.config.KeyKind;
import io.tailrace.engine.config.ReferenceClock;
import io.tailrace.engine.config.WindowConfig;
import io.tailrace.engine.operator.ResultPublisher;
import io.tailrace.engine.ring.ResultsRing;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Windows of 10 ns with 5 ns of lateness, by device.
 */
class WindowOperatorTest
{
    private static final long NO_WATERMARK = Long.MIN_VALUE;
    private static final int LARGE = 1 << 12;

    private final UnsafeBuffer message =
        new UnsafeBuffer(BufferUtil.allocateDirectAligned(MessageLayout.SLOT_LENGTH, BitUtil.CACHE_LINE_LENGTH));
    private final List<String> emitted = new ArrayList<>();

    @Example
    void shouldFireOnceWhenTheWatermarkReachesTheEnd()
    {
        final ResultsRing ring = new ResultsRing(LARGE);
        try (WindowOperator operator = operator(ring, 4, 4))
        {
            assertEquals(WindowOperator.APPLIED, apply(operator, 1, 3, 2.0, NO_WATERMARK));
            assertEquals(10, operator.nextEndNs());
            assertTrue(operator.fire(9));
            assertEquals(0, ring.available());
            assertTrue(operator.fire(10));
            assertEquals(List.of("1 [0,10) r0 t0 n1 2.0"), take(ring, LARGE));
            assertTrue(operator.fire(11));
            assertEquals(0, ring.available());
            assertEquals(Long.MAX_VALUE, operator.nextEndNs());
        }
    }

    @Example
    void shouldFireAgainUntilTheLatenessIsOver()
    {
        final ResultsRing ring = new ResultsRing(LARGE);
        try (WindowOperator operator = operator(ring, 4, 4))
        {
            apply(operator, 1, 3, 2.0, NO_WATERMARK);
            operator.fire(10);
            assertEquals(WindowOperator.APPLIED, apply(operator, 1, 4, 3.0, 14));
            assertEquals(WindowOperator.LATE, apply(operator, 1, 5, 4.0, 15));
            assertEquals(List.of("1 [0,10) r0 t0 n1 2.0", "1 [0,10) r1 t1 n2 5.0"), take(ring, LARGE));
            // A pane that nobody had before the watermark passed begins with revision 0, late.
            apply(operator, 2, 4, 1.0, 14);
            assertEquals(List.of("2 [0,10) r0 t1 n1 1.0"), take(ring, LARGE));
        }
    }

    @Example
    void shouldFireAtOnceWhatHasFiredBefore()
    {
        final ResultsRing ring = new ResultsRing(LARGE);
        try (WindowOperator operator = operator(ring, 4, 4))
        {
            apply(operator, 1, 3, 2.0, 0);
            // Silence fires before the watermark reaches the end.
            operator.fire(10);
            apply(operator, 1, 4, 3.0, 0);
            operator.fire(10);
            assertEquals(List.of("1 [0,10) r0 t0 n1 2.0", "1 [0,10) r1 t1 n2 5.0"), take(ring, LARGE));
        }
    }

    @Example
    void shouldNameEachOutcome()
    {
        final ResultsRing ring = new ResultsRing(LARGE);
        try (WindowOperator operator = operator(ring, 2, 2))
        {
            assertEquals(WindowOperator.APPLIED, apply(operator, 1, 0, -100.0, NO_WATERMARK));
            assertEquals(WindowOperator.FILTERED, apply(operator, 1, 0, -100.5, NO_WATERMARK));
            assertEquals(WindowOperator.APPLIED, apply(operator, 1, 10, 1e300, NO_WATERMARK));
            assertEquals(WindowOperator.PANES_EXHAUSTED, apply(operator, 1, 20, 1, NO_WATERMARK));
            assertEquals(WindowOperator.APPLIED, apply(operator, 2, 0, 1, NO_WATERMARK));
            assertEquals(WindowOperator.KEYS_EXHAUSTED, apply(operator, 3, 0, 1, NO_WATERMARK));
            assertEquals(WindowOperator.LATE, apply(operator, 3, 0, 1, 15));
            message.putByte(MessageLayout.READING_QUALITY_OFFSET, (byte)0xFF);
            assertEquals(WindowOperator.FILTERED, apply(operator, 1, 0, 1, NO_WATERMARK));
            message.putByte(MessageLayout.READING_QUALITY_OFFSET, (byte)3);
            assertEquals(WindowOperator.APPLIED, apply(operator, 1, 0, 1, NO_WATERMARK));
            message.putInt(MessageLayout.READING_METRIC_OFFSET, 8);
            assertEquals(WindowOperator.FILTERED, apply(operator, 1, 0, 1, NO_WATERMARK));
        }
    }

    @Example
    void shouldFireInTheOrderOfEndAndThenOfRegistration()
    {
        final ResultsRing ring = new ResultsRing(LARGE);
        try (WindowOperator operator = operator(ring, 8, 8))
        {
            apply(operator, 3, 15, 1, NO_WATERMARK);
            apply(operator, 2, 5, 1, NO_WATERMARK);
            apply(operator, 1, 15, 1, NO_WATERMARK);
            apply(operator, 4, 5, 1, NO_WATERMARK);
            operator.fire(20);
            assertEquals(
                List.of(
                    "2 [0,10) r0 t0 n1 1.0",
                    "4 [0,10) r0 t0 n1 1.0",
                    "3 [10,20) r0 t0 n1 1.0",
                    "1 [10,20) r0 t0 n1 1.0"),
                take(ring, LARGE));
        }
    }

    /** The twin of every firing above: with room for one or two results at a time, the same results come out. */
    @Property(tries = 12)
    void shouldFireTheSameWhenBackPressured(@ForAll final long seed)
    {
        final List<String> unhindered = run(seed, LARGE);
        assertEquals(unhindered, run(seed, 2));
        assertEquals(unhindered, run(seed, 1));
        assertFalse(unhindered.isEmpty());
    }

    private List<String> run(final long seed, final int slots)
    {
        final Random random = new Random(seed);
        final ResultsRing ring = new ResultsRing(slots);
        emitted.clear();
        try (WindowOperator operator = operator(ring, 16, 8))
        {
            long watermarkNs = -100;
            for (int i = 0; i < 600; i++)
            {
                apply(operator, random.nextInt(20), watermarkNs - 20 + random.nextInt(60), random.nextInt(9),
                    watermarkNs);
                take(ring, slots);
                if (random.nextInt(6) == 0)
                {
                    watermarkNs += random.nextInt(25);
                    fire(operator, ring, watermarkNs);
                    operator.expire(watermarkNs);
                    if (random.nextInt(4) == 0)
                    {
                        fire(operator, ring, watermarkNs + 15);
                    }
                }
            }
            fire(operator, ring, Long.MAX_VALUE);
        }
        return new ArrayList<>(emitted);
    }

    private void fire(final WindowOperator operator, final ResultsRing ring, final long limitNs)
    {
        while (!operator.fire(limitNs))
        {
            assertEquals(ring.capacity(), ring.available(), "stopped while there was room");
            take(ring, 1);
        }
        take(ring, ring.capacity());
    }

    private List<String> take(final ResultsRing ring, final int limit)
    {
        final List<String> taken = new ArrayList<>();
        for (int i = 0; i < limit && ring.available() > 0; i++)
        {
            final int at = ring.offsetOf(0);
            final UnsafeBuffer buffer = ring.buffer();
            taken.add(buffer.getLong(at + MessageLayout.RESULT_DEVICE_ID_OFFSET) +
                " [" + buffer.getLong(at + MessageLayout.WINDOW_RESULT_WINDOW_START_OFFSET) +
                "," + buffer.getLong(at + MessageLayout.WINDOW_RESULT_WINDOW_END_OFFSET) +
                ") r" + buffer.getInt(at + MessageLayout.RESULT_REVISION_OFFSET) +
                " t" + buffer.getByte(at + MessageLayout.RESULT_TIMING_OFFSET) +
                " n" + buffer.getLong(at + MessageLayout.WINDOW_RESULT_COUNT_OFFSET) +
                " " + buffer.getDouble(at + MessageLayout.WINDOW_RESULT_SUM_OFFSET));
            ring.release(1);
        }
        emitted.addAll(taken);
        return taken;
    }

    private int apply(
        final WindowOperator operator,
        final long deviceId,
        final long timeNs,
        final double value,
        final long watermarkNs)
    {
        message.putLong(MessageLayout.READING_DEVICE_ID_OFFSET, deviceId);
        message.putDouble(MessageLayout.READING_VALUE_OFFSET, value);
        return operator.onReading(message.addressOffset(), timeNs, watermarkNs);
    }

    private WindowOperator operator(final ResultsRing ring, final int maxKeys, final int maxPanes)
    {
        message.putInt(MessageLayout.READING_METRIC_OFFSET, 7);
        return new WindowOperator(
            0,
            WindowConfig.tumbling("w", 10)
                .key(KeyKind.DEVICE)
                .where(EventFilter.builder().metrics(5, 7).minValue(-100).maxQuality(3).build())
                .allowedLatenessNs(5)
                .panes(maxPanes)
                .build(),
            EventTimeConfig.builder().referenceClock(ReferenceClock.NONE).build(),
            maxKeys,
            new ResultPublisher(ring));
    }
}
