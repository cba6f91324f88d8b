package io.tailrace.engine.window;

import java.util.List;
import java.util.Random;

import io.tailrace.engine.config.CalendarUnit;
import io.tailrace.engine.config.KeyKind;
import io.tailrace.engine.config.WatermarkKind;
import io.tailrace.engine.config.WindowConfig;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.agrona.BitUtil;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * What holds for windows of every type.
 */
class WindowOperatorTest
{
    private static final int LARGE = 1 << 12;
    private static final int DEVICES = 20;

    /** With room for what one reading can cause, and taken one by one, the same results come out. */
    @Property(tries = 8)
    void shouldFireTheSameWhenBackPressured(@ForAll final long seed)
    {
        for (final WindowConfig.Builder window : windows())
        {
            for (final WatermarkKind kind : WatermarkKind.values())
            {
                window.watermark(kind);
                final List<String> unhindered = run(window, seed, LARGE);
                assertFalse(unhindered.isEmpty());
                final int slots =
                    BitUtil.findNextPositivePowerOfTwo(WindowOperator.maxResultsPerReading(window.build()));
                assertEquals(unhindered, run(window, seed, slots));
                assertEquals(unhindered, run(window, seed, 2 * slots));
            }
        }
    }

    /** A ring of one slot that is full whenever it is asked: one result a call. */
    @Property(tries = 8)
    void shouldFireTheSameFromARingOfOneSlot(@ForAll final long seed)
    {
        for (final WindowConfig.Builder window : windows())
        {
            for (final WatermarkKind kind : WatermarkKind.values())
            {
                // Nothing is late or fires at once here, so that a reading needs no room.
                window.watermark(kind);
                final List<String> unhindered = runAhead(window, seed, LARGE);
                assertEquals(unhindered, runAhead(window, seed, 1));
                assertTrue(unhindered.size() > DEVICES);
            }
        }
    }

    @Example
    void shouldSayHowManyResultsAReadingCanCause()
    {
        assertEquals(1, WindowOperator.maxResultsPerReading(WindowConfig.tumbling("w", 10).build()));
        assertEquals(3, WindowOperator.maxResultsPerReading(WindowConfig.sliding("w", 25, 10).build()));
        assertEquals(2, WindowOperator.maxResultsPerReading(WindowConfig.sliding("w", 20, 10).build()));
        final WindowConfig hours = WindowConfig.calendar("w", CalendarUnit.HOUR, WindowConfig.UTC).build();
        assertEquals(1, WindowOperator.maxResultsPerReading(hours));
        // Two retractions and a firing at least.
        assertTrue(WindowOperator.maxResultsPerReading(WindowConfig.session("w", 10).build()) >= 3);
    }

    private static List<WindowConfig.Builder> windows()
    {
        return List.of(
            WindowConfig.tumbling("w", 10).key(KeyKind.DEVICE).allowedLatenessNs(5).panes(8),
            WindowConfig.sliding("w", 25, 10).key(KeyKind.DEVICE).allowedLatenessNs(15).panes(9),
            WindowConfig.sliding("w", 20, 5).key(KeyKind.DEVICE).allowedLatenessNs(5).panes(12),
            WindowConfig.session("w", 7).key(KeyKind.DEVICE).allowedLatenessNs(20).panes(6));
    }

    private static List<String> run(final WindowConfig.Builder window, final long seed, final int slots)
    {
        final Random random = new Random(seed);
        try (OperatorProbe probe = new OperatorProbe(window, 16, Long.MAX_VALUE, slots))
        {
            long watermarkNs = -100;
            for (int i = 0; i < 600; i++)
            {
                probe.apply(random.nextInt(DEVICES), watermarkNs - 20 + random.nextInt(60), random.nextInt(9),
                    watermarkNs);
                probe.takeAll();
                if (random.nextInt(6) == 0)
                {
                    watermarkNs += random.nextInt(25);
                    fire(probe, watermarkNs);
                    if (random.nextInt(4) == 0)
                    {
                        fire(probe, watermarkNs + 15);
                    }
                }
            }
            fire(probe, Long.MAX_VALUE);
            return probe.results();
        }
    }

    private static List<String> runAhead(final WindowConfig.Builder window, final long seed, final int slots)
    {
        final Random random = new Random(seed);
        try (OperatorProbe probe = new OperatorProbe(window, 16, Long.MAX_VALUE, slots))
        {
            long watermarkNs = 0;
            for (int i = 0; i < 600; i++)
            {
                // Beyond the end of everything that has fired.
                probe.apply(random.nextInt(DEVICES), watermarkNs + 40 + random.nextInt(40), 1, watermarkNs);
                if (random.nextInt(20) == 0)
                {
                    watermarkNs += random.nextInt(60);
                    fire(probe, watermarkNs);
                }
            }
            fire(probe, Long.MAX_VALUE);
            return probe.results();
        }
    }

    /** Of a watermark of each device: those of all devices are collected before one fires. */
    private static void fire(final OperatorProbe probe, final long limitNs)
    {
        if (!probe.operator().isByDevice())
        {
            probe.fire(limitNs);
            return;
        }
        boolean isDue = false;
        for (int device = 0; device < DEVICES; device++)
        {
            isDue |= probe.operator().collect(probe.device(device), limitNs);
        }
        if (isDue)
        {
            probe.fireCollected();
        }
    }
}
