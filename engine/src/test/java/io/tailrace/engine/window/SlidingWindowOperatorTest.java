package io.tailrace.engine.window;

import java.util.ArrayList;
import java.util.List;

import io.tailrace.engine.config.KeyKind;
import io.tailrace.engine.config.WatermarkKind;
import io.tailrace.engine.config.WindowConfig;
import org.junit.jupiter.api.Test;

import static io.tailrace.engine.window.OperatorProbe.NO_WATERMARK;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Windows of 25 ns every 10 ns, [-20, 5), [-10, 15), [0, 25), ..., with 20 ns of lateness, by device.
 */
class SlidingWindowOperatorTest
{
    private static final int APPLIED = WindowOperator.APPLIED;
    private static final int LATE = WindowOperator.LATE;
    private static final int PANES_EXHAUSTED = WindowOperator.PANES_EXHAUSTED;

    @Test
    void shouldFireEachWindowWithAllItsSlices()
    {
        try (OperatorProbe probe = new OperatorProbe(sliding()))
        {
            probe.apply(1, 3, 1, NO_WATERMARK);
            probe.apply(1, 7, 2, NO_WATERMARK);
            probe.apply(1, 12, 4, NO_WATERMARK);
            probe.apply(1, 24, 8, NO_WATERMARK);
            probe.apply(1, 25, 16, NO_WATERMARK);
            assertEquals(5, probe.operator().nextEndNs());
            probe.fire(4);
            assertEquals(List.of(), probe.results());
            probe.fire(24);
            assertEquals(List.of("1/0 [-20,5) r0 t0 n1 1.0", "1/0 [-10,15) r0 t0 n3 7.0"), probe.results());
            probe.fire(45);
            assertEquals(
                List.of(
                    "1/0 [0,25) r0 t0 n4 15.0",
                    "1/0 [10,35) r0 t0 n3 28.0",
                    "1/0 [20,45) r0 t0 n2 24.0"),
                probe.results());
            assertEquals(Long.MAX_VALUE, probe.operator().nextEndNs());
        }
    }

    @Test
    void shouldFireSeveralWindowsAgainForOneLateReading()
    {
        try (OperatorProbe probe = new OperatorProbe(sliding()))
        {
            probe.apply(1, 3, 1, NO_WATERMARK);
            probe.fire(16);
            assertEquals(List.of("1/0 [-20,5) r0 t0 n1 1.0", "1/0 [-10,15) r0 t0 n1 1.0"), probe.results());
            // Two have ended; the third has not, and is not fired.
            assertEquals(APPLIED, probe.apply(1, 4, 2, 16));
            assertEquals(List.of("1/0 [-20,5) r1 t1 n2 3.0", "1/0 [-10,15) r1 t1 n2 3.0"), probe.results());
            // The first takes no more events, the second and the third have ended.
            probe.fire(25);
            assertEquals(List.of("1/0 [0,25) r0 t0 n2 3.0"), probe.results());
            assertEquals(APPLIED, probe.apply(1, 2, 4, 25));
            assertEquals(List.of("1/0 [-10,15) r2 t1 n3 7.0", "1/0 [0,25) r1 t1 n3 7.0"), probe.results());
            assertEquals(APPLIED, probe.apply(1, 2, 8, 44));
            assertEquals(List.of("1/0 [0,25) r2 t1 n4 15.0"), probe.results());
            assertEquals(LATE, probe.apply(1, 2, 16, 45));
            assertEquals(List.of(), probe.results());
        }
    }

    @Test
    void shouldFireLateWhatNoReadingHadOpenedBefore()
    {
        try (OperatorProbe probe = new OperatorProbe(sliding()))
        {
            assertEquals(APPLIED, probe.apply(1, 3, 1, 20));
            assertEquals(List.of("1/0 [-20,5) r0 t1 n1 1.0", "1/0 [-10,15) r0 t1 n1 1.0"), probe.results());
            probe.fire(25);
            assertEquals(List.of("1/0 [0,25) r0 t0 n1 1.0"), probe.results());
        }
    }

    @Test
    void shouldFireAtOnceWhatSilenceHasFired()
    {
        try (OperatorProbe probe = new OperatorProbe(sliding()))
        {
            probe.apply(1, 7, 1, NO_WATERMARK);
            probe.fire(15);
            assertEquals(List.of("1/0 [-10,15) r0 t0 n1 1.0"), probe.results());
            probe.apply(1, 8, 2, NO_WATERMARK);
            assertEquals(List.of("1/0 [-10,15) r1 t1 n2 3.0"), probe.results());
            // In no window that has fired.
            probe.apply(1, 16, 4, NO_WATERMARK);
            assertEquals(List.of(), probe.results());
        }
    }

    /** Readings far ahead, far behind, and between: each window is opened once, whatever range is remembered. */
    @Test
    void shouldOpenEachWindowOnceWhateverTheOrderOfReadings()
    {
        final long[] times = {1005, 5, 1025, 45, 25, 985, 505, 65, 1005, 5, 45, 525, 945};
        try (OperatorProbe probe = new OperatorProbe(sliding().panes(64)))
        {
            final List<String> expected = new ArrayList<>();
            for (final long timeNs : times)
            {
                assertEquals(APPLIED, probe.apply(1, timeNs, 1, NO_WATERMARK));
            }
            for (long startNs = -20; startNs < 1040; startNs += 10)
            {
                long count = 0;
                for (final long timeNs : times)
                {
                    count += timeNs >= startNs && timeNs < startNs + 25 ? 1 : 0;
                }
                if (count > 0)
                {
                    expected.add("1/0 [" + startNs + "," + (startNs + 25) + ") r0 t0 n" + count + " " + count + ".0");
                }
            }
            probe.fire(Long.MAX_VALUE);
            assertEquals(expected, probe.results());
        }
    }

    @Test
    void shouldRegisterWindowsInTheOrderInWhichTheyAreOpened()
    {
        try (OperatorProbe probe = new OperatorProbe(sliding()))
        {
            probe.apply(2, 7, 1, NO_WATERMARK);
            probe.apply(1, 3, 1, NO_WATERMARK);
            probe.apply(2, 4, 1, NO_WATERMARK);
            probe.fire(15);
            assertEquals(
                List.of(
                    "1/0 [-20,5) r0 t0 n1 1.0",
                    "2/0 [-20,5) r0 t0 n1 1.0",
                    "2/0 [-10,15) r0 t0 n2 2.0",
                    "1/0 [-10,15) r0 t0 n1 1.0"),
                probe.results());
        }
    }

    @Test
    void shouldTakeAReadingIntoAllItsWindowsOrNone()
    {
        try (OperatorProbe probe = new OperatorProbe(sliding().panes(4)))
        {
            assertEquals(APPLIED, probe.apply(1, 3, 1, NO_WATERMARK));
            // [0, 25) is there, [10, 35) would be the fourth and [20, 45) the fifth.
            assertEquals(PANES_EXHAUSTED, probe.apply(1, 23, 2, NO_WATERMARK));
            assertEquals(APPLIED, probe.apply(1, 13, 4, NO_WATERMARK));
            assertEquals(PANES_EXHAUSTED, probe.apply(1, 23, 8, 24));
            probe.fire(25);
            assertEquals(
                List.of(
                    "1/0 [-20,5) r0 t0 n1 1.0",
                    "1/0 [-10,15) r0 t0 n2 5.0",
                    "1/0 [0,25) r0 t0 n2 5.0"),
                probe.results());
            // The first takes no more events.
            assertEquals(APPLIED, probe.apply(1, 23, 16, 25));
            assertEquals(List.of("1/0 [0,25) r1 t1 n3 21.0"), probe.results());
        }
    }

    @Test
    void shouldRefuseANewKeyWhoseFirstReadingHasTooManyWindows()
    {
        try (OperatorProbe probe = new OperatorProbe(sliding().panes(2)))
        {
            assertEquals(PANES_EXHAUSTED, probe.apply(1, 3, 1, NO_WATERMARK));
            assertEquals(0, probe.operator().keyCount());
            assertEquals(APPLIED, probe.apply(1, 7, 1, NO_WATERMARK));
            // One of the three is over.
            assertEquals(APPLIED, probe.apply(2, 3, 1, 25));
            assertEquals(2, probe.operator().keyCount());
        }
    }

    /** A thousand windows a time: more slices than are inline. */
    @Test
    void shouldKeepSlicesOutsideTheKeyBlock()
    {
        final WindowConfig.Builder window =
            WindowConfig.sliding("w", 1000, 1).key(KeyKind.DEVICE).panes(4000);
        try (OperatorProbe probe = new OperatorProbe(window, 2, Long.MAX_VALUE, 8))
        {
            for (long timeNs = 0; timeNs < 1500; timeNs++)
            {
                assertEquals(APPLIED, probe.apply(1, timeNs, 1, NO_WATERMARK));
            }
            assertEquals(2499 - 256, probe.operator().overflowPanes());
            probe.fire(2500);
            final List<String> results = probe.results();
            assertEquals(2499, results.size());
            for (int i = 0; i < results.size(); i++)
            {
                final long startNs = i - 999;
                final long count = Math.min(1500, startNs + 1000) - Math.max(0, startNs);
                assertEquals(
                    "1/0 [" + startNs + "," + (startNs + 1000) + ") r0 t0 n" + count + " " + count + ".0",
                    results.get(i));
            }
            // What is over makes room.
            for (long timeNs = 2500; timeNs < 5500; timeNs++)
            {
                assertEquals(APPLIED, probe.apply(1, timeNs, 1, 2500));
            }
            assertTrue(probe.operator().overflowPanes() <= 4000, () -> "" + probe.operator().overflowPanes());
        }
    }

    @Test
    void shouldCollectAndForgetByDevice()
    {
        try (OperatorProbe probe = new OperatorProbe(sliding().watermark(WatermarkKind.DEVICE)))
        {
            final WindowOperator operator = probe.operator();
            probe.apply(1, 13, 1, NO_WATERMARK);
            probe.apply(1, 7, 2, NO_WATERMARK);
            assertEquals(15, operator.nextEndNs(probe.device(1)));
            assertFalse(operator.collect(probe.device(1), 14));
            assertTrue(operator.collect(probe.device(1), 26));
            assertEquals(35, operator.nextEndNs(probe.device(1)));
            probe.fireCollected();
            assertEquals(List.of("1/0 [-10,15) r0 t0 n2 3.0", "1/0 [0,25) r0 t0 n2 3.0"), probe.results());
            assertTrue(operator.isDeviceOpen(probe.device(1), Long.MAX_VALUE));
            operator.collect(probe.device(1), Long.MAX_VALUE);
            probe.fireCollected();
            assertEquals(List.of("1/0 [10,35) r0 t0 n1 1.0"), probe.results());
            assertTrue(operator.isDeviceOpen(probe.device(1), 54));
            assertFalse(operator.isDeviceOpen(probe.device(1), 55));
            probe.forgetDevice(1);
            assertEquals(0, operator.keyCount());
            probe.apply(1, 13, 8, NO_WATERMARK);
            operator.collect(probe.device(1), 15);
            probe.fireCollected();
            assertEquals(List.of("1/0 [-10,15) r0 t0 n1 8.0"), probe.results());
        }
    }

    private static WindowConfig.Builder sliding()
    {
        return WindowConfig.sliding("w", 25, 10).key(KeyKind.DEVICE).allowedLatenessNs(20);
    }
}
