package io.tailrace.perf.storm;

import java.util.List;

import io.tailrace.codec.MessageLayout;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

class ResultCountTest
{
    private static final long WINDOW_NS = 1_000;

    private final Fleet fleet = new Fleet(1, 2, 1, 1, true, 0, 2);
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[MessageLayout.RESULT_LENGTH]);
    private final ResultCount count = new ResultCount(fleet, WINDOW_NS);
    private long sequence;

    @Test
    void shouldTakeTheLastFiringOfEachWindow()
    {
        window(1, 0, 5);
        window(1, 1_000, 4);
        window(2, 0, 3);
        window(1, 0, 7);
        assertEquals(14, count.windows().readings());
        assertEquals(4, count.results());
        assertEquals(0, count.gaps());
        final WindowTable expected = new WindowTable(WINDOW_NS);
        expected.put(1, 0, 7, 70, -7, 71, 72, 73);
        expected.put(1, 1_000, 4, 40, -4, 41, 42, 43);
        expected.put(2, 0, 3, 30, -3, 31, 32, 33);
        assertEquals(new WindowTable.Difference(0, ""), count.windows().against(expected, fleet));
    }

    @Test
    void shouldCountWhatIsInNoWindowByItsKind()
    {
        window(1, 0, 5);
        result(MessageLayout.LATE_HEADER, 1);
        result(MessageLayout.REJECTED_HEADER, 1);
        result(MessageLayout.REJECTED_HEADER, 2);
        result(MessageLayout.DUPLICATE_HEADER, 1);
        result(MessageLayout.DUPLICATE_HEADER, 1);
        result(MessageLayout.DUPLICATE_HEADER, 1);
        assertEquals(5, count.windows().readings());
        assertEquals(1, count.late());
        assertEquals(2, count.rejected());
        assertEquals(3, count.duplicates());
    }

    @Test
    void shouldSeeGapsAndAlertsThatComeTwice()
    {
        alert(1, 1, true);
        alert(1, 2, false);
        sequence++;
        alert(2, 1, true);
        alert(1, 2, false);
        assertEquals(3, count.alerts());
        assertEquals(1, count.alertsTwice());
        assertEquals(1, count.gaps());
        assertEquals(0, count.alertsThatDiffer());
        assertEquals(List.of(0L, 1_000_000_000L, 500_000_000L, 1_000_000_000L),
            count.alertsInOrder().stream().map(SeenAlert::timeNs).toList());
    }

    @Test
    void shouldSeeAnAlertThatIsNotWhatItsReadingCauses()
    {
        alert(1, 1, false);
        assertEquals(1, count.alertsThatDiffer(), "raised by its value");
        buffer.putLong(MessageLayout.ALERT_EVENT_TIME_NS_OFFSET, 1);
        buffer.putByte(MessageLayout.ALERT_STATE_OFFSET, (byte)1);
        result(MessageLayout.ALERT_HEADER, 1);
        assertEquals(2, count.alertsThatDiffer(), "of another time");
        alert(3, 1, true);
        assertEquals(3, count.alertsThatDiffer(), "of a device that is none of the fleet");
    }

    private void window(final long device, final long startNs, final long readings)
    {
        buffer.putLong(MessageLayout.WINDOW_RESULT_COUNT_OFFSET, readings);
        buffer.putLong(MessageLayout.WINDOW_RESULT_WINDOW_START_OFFSET, startNs);
        buffer.putDouble(MessageLayout.WINDOW_RESULT_SUM_OFFSET, 10 * readings);
        buffer.putDouble(MessageLayout.WINDOW_RESULT_MIN_OFFSET, -readings);
        buffer.putDouble(MessageLayout.WINDOW_RESULT_MAX_OFFSET, 10 * readings + 1);
        buffer.putDouble(MessageLayout.WINDOW_RESULT_FIRST_OFFSET, 10 * readings + 2);
        buffer.putDouble(MessageLayout.WINDOW_RESULT_LAST_OFFSET, 10 * readings + 3);
        result(MessageLayout.WINDOW_RESULT_HEADER, device);
    }

    private void alert(final long device, final long eventId, final boolean isRaised)
    {
        buffer.putLong(MessageLayout.ALERT_EVENT_ID_OFFSET, eventId);
        buffer.putLong(MessageLayout.ALERT_EVENT_TIME_NS_OFFSET, fleet.timeNs(fleet.indexOf(device, eventId)));
        buffer.putByte(MessageLayout.ALERT_STATE_OFFSET, (byte)(isRaised ? 1 : 0));
        result(MessageLayout.ALERT_HEADER, device);
    }

    private void result(final long header, final long device)
    {
        buffer.putLong(0, header);
        buffer.putLong(MessageLayout.RESULT_SEQUENCE_OFFSET, sequence++);
        buffer.putLong(MessageLayout.RESULT_DEVICE_ID_OFFSET, device);
        count.onFrame(buffer, 0, MessageLayout.RESULT_LENGTH);
    }
}
