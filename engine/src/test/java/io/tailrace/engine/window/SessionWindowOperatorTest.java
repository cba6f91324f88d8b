package io.tailrace.engine.window;

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
 * Sessions with a gap of 10 ns and 20 ns of lateness, by device.
 */
class SessionWindowOperatorTest
{
    private static final int APPLIED = WindowOperator.APPLIED;

    @Test
    void shouldGrowToTheRightAndFireOnceAtItsEnd()
    {
        try (OperatorProbe probe = new OperatorProbe(session()))
        {
            probe.apply(1, 0, 1, NO_WATERMARK);
            probe.apply(1, 10, 2, NO_WATERMARK);
            probe.apply(1, 5, 4, NO_WATERMARK);
            probe.fire(19);
            assertEquals(List.of(), probe.results());
            assertEquals(20, probe.operator().nextEndNs());
            probe.fire(20);
            assertEquals(List.of("1/0 [0,20) r0 t0 n3 7.0"), probe.results());
            assertEquals(Long.MAX_VALUE, probe.operator().nextEndNs());
        }
    }

    @Test
    void shouldBeginAnewOneNanosecondBeyondTheGap()
    {
        try (OperatorProbe probe = new OperatorProbe(session()))
        {
            probe.apply(1, 0, 1, NO_WATERMARK);
            probe.apply(1, 11, 2, NO_WATERMARK);
            probe.fire(30);
            assertEquals(List.of("1/0 [0,10) r0 t0 n1 1.0", "1/0 [11,21) r0 t0 n1 2.0"), probe.results());
        }
    }

    @Test
    void shouldGrowToTheLeft()
    {
        try (OperatorProbe probe = new OperatorProbe(session()))
        {
            probe.apply(1, 50, 1, NO_WATERMARK);
            probe.apply(1, 40, 2, NO_WATERMARK);
            probe.apply(1, 33, 4, NO_WATERMARK);
            probe.fire(100);
            assertEquals(List.of("1/0 [33,60) r0 t0 n3 7.0"), probe.results());
        }
    }

    @Test
    void shouldJoinTwoThatHaveNotFiredWithoutAWord()
    {
        try (OperatorProbe probe = new OperatorProbe(session()))
        {
            probe.apply(1, 20, 1, NO_WATERMARK);
            probe.apply(1, 0, 2, NO_WATERMARK);
            probe.apply(1, 10, 4, NO_WATERMARK);
            assertEquals(List.of(), probe.results());
            probe.fire(100);
            assertEquals(List.of("1/0 [0,30) r0 t0 n3 7.0"), probe.results());
        }
    }

    @Test
    void shouldRetractTwoThatHaveFiredInOrderOfStartBeforeTheJoinedOneFires()
    {
        try (OperatorProbe probe = new OperatorProbe(session()))
        {
            probe.apply(1, 20, 1, NO_WATERMARK);
            probe.apply(1, 0, 2, NO_WATERMARK);
            probe.fire(30);
            // Another firing of the earlier one: same bounds, so it is not retracted.
            probe.apply(1, 0, 8, 29);
            assertEquals(
                List.of("1/0 [0,10) r0 t0 n1 2.0", "1/0 [20,30) r0 t0 n1 1.0", "1/0 [0,10) r1 t1 n2 10.0"),
                probe.results());
            assertEquals(APPLIED, probe.apply(1, 10, 4, 29));
            assertEquals(
                List.of("1/0 [0,10) r2 t2 n2 10.0", "1/0 [20,30) r1 t2 n1 1.0"), probe.results());
            // The joined one has not ended at W = 29.
            probe.fire(30);
            assertEquals(List.of("1/0 [0,30) r0 t0 n4 15.0"), probe.results());
            assertEquals(APPLIED, probe.apply(1, 5, 16, 49));
            assertEquals(List.of("1/0 [0,30) r1 t1 n5 31.0"), probe.results());
            assertEquals(WindowOperator.LATE, probe.apply(1, 5, 16, 50));
        }
    }

    @Test
    void shouldRetractAndFireAtOnceWhatHasEndedAlready()
    {
        try (OperatorProbe probe = new OperatorProbe(session()))
        {
            probe.apply(1, 0, 1, NO_WATERMARK);
            probe.fire(10);
            assertEquals(APPLIED, probe.apply(1, 7, 2, 20));
            assertEquals(
                List.of("1/0 [0,10) r0 t0 n1 1.0", "1/0 [0,10) r1 t2 n1 1.0", "1/0 [0,17) r0 t1 n2 3.0"),
                probe.results());
            probe.fire(1000);
            assertEquals(List.of(), probe.results());
        }
    }

    @Test
    void shouldJudgeLatenessOnTheMergedWindow()
    {
        try (OperatorProbe probe = new OperatorProbe(session()))
        {
            probe.apply(1, 0, 1, NO_WATERMARK);
            probe.apply(1, 10, 1, NO_WATERMARK);
            probe.fire(35);
            probe.results();
            // Alone it would be [-5, 5) and late from 25 on; with [0, 20) it is not before 40.
            assertEquals(WindowOperator.LATE, probe.apply(2, -5, 2, 35));
            assertEquals(APPLIED, probe.apply(1, -5, 2, 39));
            assertEquals(List.of("1/0 [0,20) r1 t2 n2 2.0", "1/0 [-5,20) r0 t1 n3 4.0"), probe.results());
            assertEquals(WindowOperator.LATE, probe.apply(1, -5, 2, 40));
            assertEquals(List.of(), probe.results());
        }
    }

    /** [0, 10) is over at W = 30, but its pane may still be there when a later session grows back to its start. */
    @Test
    void shouldFireTheSessionThatGrewBackToTheStartOfOneThatIsOver()
    {
        for (final WatermarkKind kind : WatermarkKind.values())
        {
            try (OperatorProbe probe = new OperatorProbe(session().watermark(kind)))
            {
                probe.apply(1, 0, 1, NO_WATERMARK);
                fire(probe, 10);
                assertEquals(List.of("1/0 [0,10) r0 t0 n1 1.0"), probe.results());
                for (final long timeNs : new long[] {30, 21, 12, 9, 0})
                {
                    assertEquals(APPLIED, probe.apply(1, timeNs, 2, 30), () -> "at " + timeNs);
                }
                fire(probe, 39);
                assertEquals(List.of(), probe.results());
                fire(probe, 40);
                assertEquals(List.of("1/0 [0,40) r0 t0 n5 10.0"), probe.results(), () -> "watermark of " + kind);
            }
        }
    }

    @Test
    void shouldKeepMoreSessionsThanAKeyBlockHolds()
    {
        try (OperatorProbe probe = new OperatorProbe(session().panes(7)))
        {
            for (int i = 0; i < 7; i++)
            {
                assertEquals(APPLIED, probe.apply(1, i * 20, i, NO_WATERMARK));
            }
            assertEquals(3, probe.operator().overflowPanes());
            assertEquals(WindowOperator.PANES_EXHAUSTED, probe.apply(1, 140, 1, NO_WATERMARK));
            // What is taken over does not count: [40, 50) and [60, 70) become one, and there is room again.
            assertEquals(APPLIED, probe.apply(1, 50, 10, NO_WATERMARK));
            assertEquals(APPLIED, probe.apply(1, 140, 7, NO_WATERMARK));
            assertEquals(WindowOperator.PANES_EXHAUSTED, probe.apply(1, 160, 1, NO_WATERMARK));
            // One in the pool grows.
            assertEquals(APPLIED, probe.apply(1, 125, 20, NO_WATERMARK));
            probe.fire(1000);
            assertEquals(
                List.of(
                    "1/0 [0,10) r0 t0 n1 0.0",
                    "1/0 [20,30) r0 t0 n1 1.0",
                    "1/0 [40,70) r0 t0 n3 15.0",
                    "1/0 [80,90) r0 t0 n1 4.0",
                    "1/0 [100,110) r0 t0 n1 5.0",
                    "1/0 [120,135) r0 t0 n2 26.0",
                    "1/0 [140,150) r0 t0 n1 7.0"),
                probe.results());
            assertEquals(APPLIED, probe.apply(1, 1000, 1, 1000));
            assertEquals(0, probe.operator().overflowPanes());
        }
    }

    @Test
    void shouldReachTheEndsOfTime()
    {
        try (OperatorProbe probe = new OperatorProbe(session()))
        {
            probe.apply(1, Long.MIN_VALUE, 1, NO_WATERMARK);
            probe.apply(1, Long.MAX_VALUE, 2, NO_WATERMARK);
            probe.apply(1, Long.MAX_VALUE - 4, 4, NO_WATERMARK);
            probe.fire(Long.MAX_VALUE);
            assertEquals(
                List.of(
                    "1/0 [" + Long.MIN_VALUE + "," + (Long.MIN_VALUE + 10) + ") r0 t0 n1 1.0",
                    "1/0 [" + (Long.MAX_VALUE - 4) + "," + Long.MAX_VALUE + ") r0 t0 n2 6.0"),
                probe.results());
        }
    }

    @Test
    void shouldCollectAndForgetByDevice()
    {
        try (OperatorProbe probe = new OperatorProbe(session().panes(8).watermark(WatermarkKind.DEVICE)))
        {
            final WindowOperator operator = probe.operator();
            for (int i = 0; i < 6; i++)
            {
                probe.apply(1, i * 20, i, NO_WATERMARK);
            }
            probe.apply(1, 5, 1, NO_WATERMARK);
            assertEquals(10, operator.nextEndNs(probe.device(1)));
            // It has grown meanwhile.
            assertFalse(operator.collect(probe.device(1), 14));
            assertEquals(15, operator.nextEndNs(probe.device(1)));
            assertTrue(operator.collect(probe.device(1), 30));
            probe.fireCollected();
            assertEquals(List.of("1/0 [0,15) r0 t0 n2 1.0", "1/0 [20,30) r0 t0 n1 1.0"), probe.results());
            operator.collect(probe.device(1), Long.MAX_VALUE);
            assertEquals(Long.MAX_VALUE, operator.nextEndNs(probe.device(1)));
            probe.fireCollected();
            assertEquals(4, probe.results().size());
            assertTrue(operator.isDeviceOpen(probe.device(1), 129));
            assertFalse(operator.isDeviceOpen(probe.device(1), 130));
            assertEquals(2, operator.overflowPanes());
            probe.forgetDevice(1);
            assertEquals(0, operator.overflowPanes());
            assertEquals(0, operator.keyCount());
            probe.apply(1, 25, 9, NO_WATERMARK);
            assertEquals(35, operator.nextEndNs(probe.device(1)));
            operator.collect(probe.device(1), 35);
            probe.fireCollected();
            assertEquals(List.of("1/0 [25,35) r0 t0 n1 9.0"), probe.results());
        }
    }

    /** Timers of a session that grew to the left are gone before its key can be. */
    @Test
    void shouldLeaveNoTimerBehindWhenAKeyIsForgotten()
    {
        try (OperatorProbe probe = new OperatorProbe(session(), 1, 5, 64))
        {
            probe.apply(1, 20, 1, NO_WATERMARK, 0);
            probe.apply(1, 15, 1, NO_WATERMARK, 0);
            // Silence fires all; the timer at 30 is gone with them.
            probe.fire(30);
            probe.operator().forget(50, 100);
            assertEquals(0, probe.operator().keyCount());
            assertEquals(APPLIED, probe.apply(2, 45, 2, 50, 100));
            assertEquals(55, probe.operator().nextEndNs());
            probe.fire(55);
            assertEquals(List.of("1/0 [15,30) r0 t0 n2 2.0", "2/0 [45,55) r0 t0 n1 2.0"), probe.results());
        }
    }

    private static void fire(final OperatorProbe probe, final long limitNs)
    {
        if (probe.operator().isByDevice())
        {
            probe.operator().collect(probe.device(1), limitNs);
            probe.fireCollected();
        }
        else
        {
            probe.fire(limitNs);
        }
    }

    private static WindowConfig.Builder session()
    {
        return WindowConfig.session("w", 10).key(KeyKind.DEVICE).allowedLatenessNs(20);
    }
}
