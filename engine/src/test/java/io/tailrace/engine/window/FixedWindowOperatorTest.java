package io.tailrace.engine.window;

import java.util.List;

import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.config.CalendarUnit;
import io.tailrace.engine.config.EventFilter;
import io.tailrace.engine.config.KeyKind;
import io.tailrace.engine.config.WatermarkKind;
import io.tailrace.engine.config.WindowConfig;
import org.junit.jupiter.api.Test;

import static io.tailrace.engine.window.OperatorProbe.NO_WATERMARK;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Windows of 10 ns with 5 ns of lateness, by device: [0, 10) fires at W = 10 and takes events until W = 15.
 */
class FixedWindowOperatorTest
{
    private static final int APPLIED = WindowOperator.APPLIED;

    @Test
    void shouldFireOnceWhenTheWatermarkReachesTheEnd()
    {
        try (OperatorProbe probe = new OperatorProbe(tumbling()))
        {
            assertEquals(Long.MAX_VALUE, probe.operator().nextEndNs());
            assertEquals(APPLIED, probe.apply(1, 3, 2.0, NO_WATERMARK));
            assertEquals(10, probe.operator().nextEndNs());
            probe.fire(9);
            assertEquals(List.of(), probe.results());
            probe.fire(10);
            assertEquals(List.of("1/0 [0,10) r0 t0 n1 2.0"), probe.results());
            probe.fire(11);
            assertEquals(List.of(), probe.results());
            assertEquals(Long.MAX_VALUE, probe.operator().nextEndNs());
        }
    }

    @Test
    void shouldFireAgainUntilTheLatenessIsOver()
    {
        try (OperatorProbe probe = new OperatorProbe(tumbling()))
        {
            probe.apply(1, 3, 2.0, NO_WATERMARK);
            probe.fire(10);
            assertEquals(APPLIED, probe.apply(1, 4, 3.0, 14));
            assertEquals(WindowOperator.LATE, probe.apply(1, 5, 4.0, 15));
            assertEquals(List.of("1/0 [0,10) r0 t0 n1 2.0", "1/0 [0,10) r1 t1 n2 5.0"), probe.results());
            // A pane that nobody had before the watermark passed begins with revision 0, late.
            probe.apply(2, 4, 1.0, 14);
            probe.fire(14);
            assertEquals(List.of("2/0 [0,10) r0 t1 n1 1.0"), probe.results());
        }
    }

    @Test
    void shouldFireAtOnceWhatHasFiredBefore()
    {
        try (OperatorProbe probe = new OperatorProbe(tumbling()))
        {
            probe.apply(1, 3, 2.0, 0);
            // Silence fires before the watermark reaches the end.
            probe.fire(10);
            probe.apply(1, 4, 3.0, 0);
            probe.fire(10);
            assertEquals(List.of("1/0 [0,10) r0 t0 n1 2.0", "1/0 [0,10) r1 t1 n2 5.0"), probe.results());
        }
    }

    @Test
    void shouldNameEachOutcome()
    {
        final EventFilter where = EventFilter.builder().metrics(5, 7).minValue(-100).maxQuality(3).build();
        try (OperatorProbe probe = new OperatorProbe(tumbling().where(where).panes(2), 2, Long.MAX_VALUE, 64))
        {
            assertEquals(APPLIED, probe.apply(1, 0, -100.0, NO_WATERMARK));
            assertEquals(WindowOperator.FILTERED, probe.apply(1, 0, -100.5, NO_WATERMARK));
            assertEquals(APPLIED, probe.apply(1, 10, 1e300, NO_WATERMARK));
            assertEquals(WindowOperator.PANES_EXHAUSTED, probe.apply(1, 20, 1, NO_WATERMARK));
            assertEquals(WindowOperator.PANES_EXHAUSTED, probe.apply(1, -1, 1, NO_WATERMARK));
            assertEquals(APPLIED, probe.apply(2, 0, 1, NO_WATERMARK));
            assertEquals(WindowOperator.KEYS_EXHAUSTED, probe.apply(3, 0, 1, NO_WATERMARK));
            assertEquals(2, probe.operator().keyCount());
            assertEquals(WindowOperator.LATE, probe.apply(3, 0, 1, 15));
            probe.message().putByte(MessageLayout.READING_QUALITY_OFFSET, (byte)0xFF);
            assertEquals(WindowOperator.FILTERED, probe.apply(1, 0, 1, NO_WATERMARK));
            probe.message().putByte(MessageLayout.READING_QUALITY_OFFSET, (byte)3);
            assertEquals(APPLIED, probe.apply(1, 0, 1, NO_WATERMARK));
            probe.message().putInt(MessageLayout.READING_METRIC_OFFSET, 8);
            assertEquals(WindowOperator.FILTERED, probe.apply(1, 0, 1, NO_WATERMARK));
        }
    }

    @Test
    void shouldHaveRoomForAPaneWhenTheOldestExpires()
    {
        try (OperatorProbe probe = new OperatorProbe(tumbling().panes(6)))
        {
            for (int i = 0; i < 6; i++)
            {
                assertEquals(APPLIED, probe.apply(1, i * 10, 1, NO_WATERMARK));
            }
            assertEquals(2, probe.operator().overflowPanes());
            assertEquals(WindowOperator.PANES_EXHAUSTED, probe.apply(1, 60, 1, 14));
            probe.fire(15);
            assertEquals(APPLIED, probe.apply(1, 60, 1, 15));
            assertEquals(WindowOperator.PANES_EXHAUSTED, probe.apply(1, 70, 1, 15));
            probe.fire(Long.MAX_VALUE);
            assertEquals(7, probe.results().size());
        }
    }

    @Test
    void shouldFireInTheOrderOfEndAndThenOfRegistration()
    {
        try (OperatorProbe probe = new OperatorProbe(tumbling()))
        {
            probe.apply(3, 15, 1, NO_WATERMARK);
            probe.apply(2, 5, 1, NO_WATERMARK);
            probe.apply(1, 15, 1, NO_WATERMARK);
            probe.apply(4, 5, 1, NO_WATERMARK);
            probe.fire(20);
            assertEquals(
                List.of(
                    "2/0 [0,10) r0 t0 n1 1.0",
                    "4/0 [0,10) r0 t0 n1 1.0",
                    "3/0 [10,20) r0 t0 n1 1.0",
                    "1/0 [10,20) r0 t0 n1 1.0"),
                probe.results());
        }
    }

    @Test
    void shouldLeaveOutOfTheResultWhatTheKeyLeavesOut()
    {
        final List<KeyKind> kinds = List.of(KeyKind.ALL, KeyKind.METRIC, KeyKind.DEVICE, KeyKind.DEVICE_METRIC);
        final List<String> keys = List.of("0/0", "0/7", "9/0", "9/7");
        for (int i = 0; i < kinds.size(); i++)
        {
            try (OperatorProbe probe = new OperatorProbe(tumbling().key(kinds.get(i))))
            {
                probe.apply(9, 3, 2.0, NO_WATERMARK);
                probe.fire(10);
                assertEquals(List.of(keys.get(i) + " [0,10) r0 t0 n1 2.0"), probe.results());
            }
        }
    }

    @Test
    void shouldFireCalendarWindowsByTheirUnit()
    {
        final long hour = 3_600_000_000_000L;
        final WindowConfig.Builder hours = WindowConfig.calendar("w", CalendarUnit.HOUR, WindowConfig.UTC)
            .key(KeyKind.DEVICE).allowedLatenessNs(5);
        try (OperatorProbe probe = new OperatorProbe(hours))
        {
            probe.apply(1, hour - 1, 1, NO_WATERMARK);
            probe.apply(1, hour, 2, NO_WATERMARK);
            probe.fire(hour);
            assertEquals(List.of("1/0 [0," + hour + ") r0 t0 n1 1.0"), probe.results());
            assertEquals(APPLIED, probe.apply(1, 0, 4, hour + 4));
            assertEquals(WindowOperator.LATE, probe.apply(1, 0, 4, hour + 5));
            assertEquals(List.of("1/0 [0," + hour + ") r1 t1 n2 5.0"), probe.results());
        }
    }

    @Test
    void shouldCollectAndFireTheDueWindowsOfADevice()
    {
        try (OperatorProbe probe = new OperatorProbe(
            tumbling().key(KeyKind.DEVICE_METRIC).watermark(WatermarkKind.DEVICE)))
        {
            final WindowOperator operator = probe.operator();
            assertTrue(operator.isByDevice());
            probe.apply(1, 15, 1, NO_WATERMARK);
            probe.message().putInt(MessageLayout.READING_METRIC_OFFSET, 8);
            probe.apply(1, 5, 2, NO_WATERMARK);
            probe.apply(1, 25, 3, NO_WATERMARK);
            probe.apply(2, 5, 4, NO_WATERMARK);
            assertEquals(10, operator.nextEndNs(probe.device(1)));
            assertEquals(Long.MAX_VALUE, operator.nextEndNs());

            assertFalse(operator.collect(probe.device(1), 9));
            assertTrue(operator.collect(probe.device(1), 20));
            assertEquals(30, operator.nextEndNs(probe.device(1)));
            probe.fireCollected();
            assertEquals(List.of("1/8 [0,10) r0 t0 n1 2.0", "1/7 [10,20) r0 t0 n1 1.0"), probe.results());
            assertFalse(operator.collect(probe.device(1), 20));
            assertTrue(operator.collect(probe.device(2), 10));
            assertEquals(Long.MAX_VALUE, operator.nextEndNs(probe.device(2)));
            probe.fireCollected();
            assertEquals(List.of("2/8 [0,10) r0 t0 n1 4.0"), probe.results());
        }
    }

    @Test
    void shouldForgetADeviceWithItsKeysWhenNothingIsOpen()
    {
        try (OperatorProbe probe = new OperatorProbe(tumbling().panes(6).watermark(WatermarkKind.DEVICE)))
        {
            final WindowOperator operator = probe.operator();
            for (int i = 0; i < 6; i++)
            {
                probe.apply(1, i * 10, 1, NO_WATERMARK);
            }
            probe.apply(2, 5, 1, NO_WATERMARK);
            assertTrue(operator.isDeviceOpen(probe.device(1), Long.MAX_VALUE), "none has fired");
            operator.collect(probe.device(1), 60);
            probe.fireCollected();
            assertEquals(6, probe.results().size());
            assertTrue(operator.isDeviceOpen(probe.device(1), 64));
            assertFalse(operator.isDeviceOpen(probe.device(1), 65));
            assertEquals(2, operator.overflowPanes());
            probe.forgetDevice(1);
            assertEquals(1, operator.keyCount());
            assertEquals(0, operator.overflowPanes());

            // It comes back as a new one, on the number of the old.
            probe.apply(1, 5, 8, NO_WATERMARK);
            assertEquals(10, operator.nextEndNs(probe.device(1)));
            operator.collect(probe.device(1), 10);
            probe.fireCollected();
            assertEquals(List.of("1/0 [0,10) r0 t0 n1 8.0"), probe.results());
        }
    }

    @Test
    void shouldForgetKeysOfTheGlobalWatermarkThatAreNotUsed()
    {
        try (OperatorProbe probe = new OperatorProbe(tumbling(), 2, 100, 64))
        {
            final WindowOperator operator = probe.operator();
            probe.apply(1, 5, 1, NO_WATERMARK, 1000);
            probe.apply(2, 5, 1, NO_WATERMARK, 1001);
            // Nothing but a new pane is a use.
            probe.apply(1, 6, 1, NO_WATERMARK, 1090);
            probe.apply(2, 15, 1, NO_WATERMARK, 1090);
            assertEquals(1100, operator.nextLookNs());
            operator.forget(NO_WATERMARK, 1100);
            assertEquals(2, operator.keyCount(), "its window has not fired");
            assertEquals(1101, operator.nextLookNs());
            probe.fire(20);
            // Key 2 was used at 1090, and its window takes events until 25.
            operator.forget(24, 1101);
            assertEquals(1190, operator.nextLookNs());
            operator.forget(24, 1190);
            assertEquals(2, operator.keyCount());
            assertEquals(1200, operator.nextLookNs());
            // Key 1 takes events until 15.
            operator.forget(14, 1200);
            assertEquals(2, operator.keyCount());
            operator.forget(24, 1300);
            assertEquals(1, operator.keyCount());
            operator.forget(25, 1400);
            assertEquals(0, operator.keyCount());
            assertEquals(Long.MAX_VALUE, operator.nextLookNs());
            assertEquals(WindowOperator.APPLIED, probe.apply(3, 30, 1, 25, 1400));
            assertEquals(WindowOperator.APPLIED, probe.apply(4, 30, 1, 25, 1400));
        }
    }

    private static WindowConfig.Builder tumbling()
    {
        return WindowConfig.tumbling("w", 10).key(KeyKind.DEVICE).allowedLatenessNs(5);
    }
}
