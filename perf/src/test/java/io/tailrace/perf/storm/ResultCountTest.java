package io.tailrace.perf.storm;

import io.tailrace.codec.MessageLayout;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

class ResultCountTest
{
    private static final long WINDOW_NS = 1_000;

    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[MessageLayout.RESULT_LENGTH]);
    private final ResultCount count = new ResultCount(WINDOW_NS);
    private long sequence;

    @Test
    void shouldCountTheLastFiringOfEachWindow()
    {
        window(1, 0, 5);
        window(1, 1_000, 4);
        window(2, 0, 3);
        window(1, 0, 7);
        assertEquals(14, count.readings());
        assertEquals(4, count.results());
        assertEquals(0, count.gaps());
        final Fleet fleet = new Fleet(1, 2, 1, 1, false, 0, 1);
        assertEquals(2, count.devicesThatDiffer(fleet, 14), "seven each were sent");
        window(1, 1_000, 1);
        window(1, 0, 6);
        window(2, 1_000, 4);
        assertEquals(0, count.devicesThatDiffer(fleet, 14));
    }

    @Test
    void shouldCountWhatIsInNoWindow()
    {
        window(1, 0, 5);
        result(MessageLayout.LATE_HEADER, 1);
        result(MessageLayout.REJECTED_HEADER, 1);
        result(MessageLayout.DUPLICATE_HEADER, 1);
        assertEquals(8, count.readings());
        assertEquals(3, count.notInWindows());
        assertEquals(0, count.devicesThatDiffer(new Fleet(1, 1, 1, 1, false, 0, 1), 8));
    }

    @Test
    void shouldSeeGapsAndAlertsThatComeTwice()
    {
        alert(1, 1);
        alert(1, 2);
        sequence++;
        alert(2, 1);
        alert(1, 2);
        assertEquals(3, count.alerts());
        assertEquals(1, count.alertsTwice());
        assertEquals(1, count.gaps());
    }

    private void window(final long device, final long startNs, final long readings)
    {
        buffer.putLong(MessageLayout.WINDOW_RESULT_COUNT_OFFSET, readings);
        buffer.putLong(MessageLayout.WINDOW_RESULT_WINDOW_START_OFFSET, startNs);
        result(MessageLayout.WINDOW_RESULT_HEADER, device);
    }

    private void alert(final long device, final long eventId)
    {
        buffer.putLong(MessageLayout.ALERT_EVENT_ID_OFFSET, eventId);
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
