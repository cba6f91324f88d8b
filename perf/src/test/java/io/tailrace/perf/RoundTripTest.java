package io.tailrace.perf;

import java.util.ArrayList;
import java.util.List;

import io.aeron.logbuffer.ControlledFragmentHandler.Action;
import io.tailrace.archive.journal.MessageLog;
import io.tailrace.codec.MessageLayout;
import io.tailrace.perf.report.Verdict;
import io.tailrace.perf.workload.ArrivalSchedule;
import io.tailrace.perf.workload.ReferenceWorkload;
import org.HdrHistogram.Histogram;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.AgentTerminationException;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

class RoundTripTest
{
    private static final long START_NS = 1_000_000;
    private static final long PERIOD_NS = 1_000;

    private final ReferenceWorkload workload = new ReferenceWorkload(1, 10, 0, 1_000_000);
    private final ManualClock clock = new ManualClock(START_NS);
    private final List<UnsafeBuffer> replies = new ArrayList<>();
    private long eventsRecorded;
    private long repliesRecorded;
    private long answer;
    private final RoundTripEcho echo = new RoundTripEcho(handler -> 0, () -> eventsRecorded, this::append);

    @Test
    void shouldAnswerAFrameOnlyOnceItIsRecorded()
    {
        final UnsafeBuffer frame = frame(40, 20);
        eventsRecorded = 1_311;
        assertEquals(Action.ABORT, onFrame(frame, 1_312));
        assertEquals(0, replies.size());
        eventsRecorded = 1_312;
        assertEquals(Action.CONTINUE, onFrame(frame, 1_312));
        assertEquals(1, replies.size());
        assertEquals(40, replies.get(0).getLong(RoundTripEcho.FIRST_OFFSET));
        assertEquals(20, replies.get(0).getLong(RoundTripEcho.COUNT_OFFSET));
    }

    @Test
    void shouldTakeAFrameAgainWhoseReplyFoundNoRoom()
    {
        final UnsafeBuffer frame = frame(0, 3);
        for (final long refusal : new long[]{MessageLog.BACK_PRESSURED, MessageLog.ADMIN_ACTION})
        {
            answer = refusal;
            assertEquals(Action.ABORT, onFrame(frame, 0));
        }
        answer = 0;
        assertEquals(Action.CONTINUE, onFrame(frame, 0));
        assertEquals(3, replies.get(0).getLong(RoundTripEcho.COUNT_OFFSET));
        answer = MessageLog.LOST;
        assertThrows(AgentTerminationException.class, () -> onFrame(frame, 0));
    }

    @Test
    void shouldMeasureEachEventOfAFrameFromItsOwnIntendedTime()
    {
        final RoundTripReader reader = reader(0);
        clock.advance(100_000);
        assertEquals(Action.CONTINUE, reader.onReply(reply(0, 10), 0, 0));
        final Histogram histogram = reader.takeInterval();
        assertEquals(10, histogram.getTotalCount());
        assertEquals(100_000, histogram.getMaxValue(), 100);
        assertEquals(100_000 - 9 * PERIOD_NS, histogram.getMinValue(), 100);
        assertEquals(10, reader.answered());
    }

    @Test
    void shouldNotReadAReplyBeforeItIsRecorded()
    {
        final RoundTripReader reader = reader(0);
        repliesRecorded = 159;
        assertEquals(Action.ABORT, reader.onReply(reply(0, 1), 0, 160));
        assertEquals(0, reader.answered());
        clock.advance(5_000);
        repliesRecorded = 160;
        assertEquals(Action.CONTINUE, reader.onReply(reply(0, 1), 0, 160));
        assertEquals(5_000, reader.takeInterval().getMaxValue(), 10);
    }

    @Test
    void shouldNotRecordTheWarmUp()
    {
        final RoundTripReader reader = reader(15);
        reader.onReply(reply(0, 10), 0, 0);
        assertEquals(0, reader.takeInterval().getTotalCount());
        reader.onReply(reply(10, 10), 0, 0);
        assertEquals(5, reader.takeInterval().getTotalCount());
    }

    @Test
    void shouldFailWhatIsMissingOrComesTwice()
    {
        final RoundTripReader reader = reader(0);
        reader.onReply(reply(0, 10), 0, 0);
        assertEquals(List.of("events answered in the round trip: expected 20, found 10"), failures(reader, 20));
        reader.onReply(reply(11, 9), 0, 0);
        assertEquals(List.of("gaps in the replies of the round trip: expected 0, found 1"), failures(reader, 20));
        reader.onReply(reply(11, 9), 0, 0);
        assertEquals(List.of("gaps in the replies of the round trip: expected 0, found 2"), failures(reader, 20));
    }

    private Action onFrame(final UnsafeBuffer frame, final long endPosition)
    {
        return echo.onFrame(frame, 0, frame.capacity(), endPosition);
    }

    private UnsafeBuffer frame(final long first, final int count)
    {
        final UnsafeBuffer frame = new UnsafeBuffer(new byte[count * MessageLayout.SLOT_LENGTH]);
        workload.encode(frame, 0, first, count);
        return frame;
    }

    private UnsafeBuffer reply(final long first, final int count)
    {
        replies.clear();
        onFrame(frame(first, count), 0);
        return replies.get(0);
    }

    private RoundTripReader reader(final long warmupCount)
    {
        return new RoundTripReader(
            handler -> 0, () -> repliesRecorded, clock, new ArrivalSchedule(START_NS, 1_000_000, 20), warmupCount);
    }

    private long append(final DirectBuffer buffer, final int offset, final int length)
    {
        if (answer < 0)
        {
            return answer;
        }
        final UnsafeBuffer reply = new UnsafeBuffer(new byte[length]);
        reply.putBytes(0, buffer, offset, length);
        replies.add(reply);
        return 32;
    }

    private static List<String> failures(final RoundTripReader reader, final long published)
    {
        final Verdict verdict = new Verdict();
        reader.check(verdict, published);
        return verdict.failures();
    }
}
