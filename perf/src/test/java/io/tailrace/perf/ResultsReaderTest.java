package io.tailrace.perf;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

import io.tailrace.codec.MessageLayout;
import io.tailrace.codec.Timing;
import io.tailrace.engine.ResultSubscription.ResultHandler;
import io.tailrace.perf.report.Verdict;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ResultsReaderTest
{
    private final ManualClock clock = new ManualClock(77);
    private final Deque<UnsafeBuffer> log = new ArrayDeque<>();
    private final List<Long> readTimes = new ArrayList<>();
    private final ResultsReader reader =
        new ResultsReader(
            this::poll, clock, (windowEndNs, readNs) -> readTimes.add(readNs), ResultsReader.NO_ALERTS);

    @Test
    void shouldPassWhatIsCompleteAndGapless()
    {
        log.add(result(0, 5));
        log.add(result(1, 7));
        assertEquals(1, reader.doWork());
        clock.advance(3);
        assertEquals(1, reader.doWork());
        assertEquals(0, reader.doWork());
        assertEquals(12, reader.eventCount());
        assertEquals(2, reader.nextSequence());
        assertEquals(List.of(77L, 80L), readTimes);
        assertTrue(failures(12).isEmpty());
    }

    @Test
    void shouldFailALostEvent()
    {
        log.add(result(0, 5));
        reader.doWork();
        assertEquals(List.of("events in all windows: expected 6, found 5"), failures(6));
    }

    @Test
    void shouldFailAGap()
    {
        log.add(result(0, 5));
        log.add(result(2, 5));
        reader.doWork();
        reader.doWork();
        assertEquals(List.of("gaps in the sequences of results: expected 0, found 1"), failures(10));
    }

    @Test
    void shouldFailALogThatDoesNotBeginAtItsBeginning()
    {
        log.add(result(1, 5));
        reader.doWork();
        assertEquals(1, failures(5).size());
    }

    @Test
    void shouldFailWhatIsNoWindowFiredOnceAndOnTime()
    {
        final UnsafeBuffer late = result(0, 1);
        late.putLong(0, MessageLayout.LATE_HEADER);
        final UnsafeBuffer fired = result(1, 1);
        fired.putByte(MessageLayout.RESULT_TIMING_OFFSET, (byte)Timing.LATE.code());
        final UnsafeBuffer again = result(2, 1);
        again.putInt(MessageLayout.RESULT_REVISION_OFFSET, 1);
        log.addAll(List.of(late, fired, again));
        while (reader.doWork() > 0)
        {
            assertTrue(readTimes.isEmpty());
        }
        assertEquals(
            List.of("results that are not windows fired once and on time: expected 0, found 3"), failures(0));
    }

    @Test
    void shouldHandOnAlertsWhereThereAreSome()
    {
        final List<String> alerts = new ArrayList<>();
        final ResultsReader alerting = new ResultsReader(
            this::poll,
            clock,
            (windowEndNs, readNs) -> readTimes.add(readNs),
            (eventId, isRaised, readNs) -> alerts.add(eventId + " " + isRaised + " " + readNs));
        log.addAll(List.of(alert(0, 4711, 1), result(1, 5), alert(2, 4712, 0)));
        while (alerting.doWork() > 0)
        {
            clock.advance(1);
        }
        assertEquals(List.of("4711 true 77", "4712 false 79"), alerts);
        assertEquals(List.of(78L), readTimes);
        final Verdict verdict = new Verdict();
        alerting.check(verdict, 5);
        assertTrue(verdict.isPass(), verdict::toString);
        assertEquals(1, alerting.digest().resultCount());
    }

    @Test
    void shouldFailAnAlertWhereThereAreNone()
    {
        log.addAll(List.of(alert(0, 4711, 1), result(1, 5)));
        reader.doWork();
        reader.doWork();
        assertEquals(
            List.of("results that are not windows fired once and on time: expected 0, found 1"), failures(5));
    }

    private static UnsafeBuffer alert(final long sequence, final long eventId, final int state)
    {
        final UnsafeBuffer alert = result(sequence, 0);
        alert.putLong(0, MessageLayout.ALERT_HEADER);
        alert.putLong(MessageLayout.ALERT_EVENT_ID_OFFSET, eventId);
        alert.putByte(MessageLayout.ALERT_STATE_OFFSET, (byte)state);
        return alert;
    }

    private int poll(final ResultHandler handler, final int frameLimit)
    {
        final UnsafeBuffer next = log.poll();
        if (null == next)
        {
            return 0;
        }
        handler.onResult(next.getLong(MessageLayout.RESULT_SEQUENCE_OFFSET), next, 0);
        return 1;
    }

    private List<String> failures(final long published)
    {
        final Verdict verdict = new Verdict();
        reader.check(verdict, published);
        return verdict.failures();
    }

    private static UnsafeBuffer result(final long sequence, final long count)
    {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[MessageLayout.RESULT_LENGTH]);
        buffer.putLong(0, MessageLayout.WINDOW_RESULT_HEADER);
        buffer.putLong(MessageLayout.RESULT_SEQUENCE_OFFSET, sequence);
        buffer.putByte(MessageLayout.RESULT_TIMING_OFFSET, (byte)Timing.ON_TIME.code());
        buffer.putLong(MessageLayout.WINDOW_RESULT_COUNT_OFFSET, count);
        return buffer;
    }
}
