package io.tailrace.perf.storm;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.config.Layout;
import io.tailrace.perf.report.LatencyTable;
import io.tailrace.perf.report.Verdict;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A storm of three sources with one device each, of which everything is right until a test changes it. */
class StormOracleTest
{
    private static final int SENT = 10;

    private final StormPlan plan = new StormPlan(Path.of(""), Layout.COMPACT, false, 1, TimeUnit.SECONDS.toNanos(SENT),
        SENT, 1, 1, 1, 0, 0, 1, 1, 1, 0);
    private final Map<String, Fleet> fleets = new LinkedHashMap<>();
    private final Map<String, SenderReport> senders = new LinkedHashMap<>();
    private final Map<String, Long> ledger = new LinkedHashMap<>();
    private final ResultCount results = new ResultCount(StormConfig.WINDOW_NS);
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[MessageLayout.RESULT_LENGTH]);
    private long sequence;
    private long read = SENT;
    private long compared;

    @BeforeEach
    void makeAllRight()
    {
        fleets.put(StormPlan.BACKLOG, plan.backlogFleet(0));
        fleets.put(StormPlan.LIVE, plan.liveFleet(0));
        fleets.put(StormPlan.CRITICAL, plan.criticalFleet(0));
        fleets.forEach((name, fleet) ->
        {
            senders.put(name, report(SENT, SENT, 0, 0));
            ledger.put("source," + name + ",received", (long)SENT);
            ledger.put("source," + name + ",accepted", (long)SENT);
            ledger.put("source," + name + ",unaccounted", 0L);
            window(fleet.firstDevice(), SENT);
        });
        for (int eventId = 1; eventId <= SENT; eventId++)
        {
            buffer.putLong(MessageLayout.ALERT_EVENT_ID_OFFSET, eventId);
            result(MessageLayout.ALERT_HEADER, fleets.get(StormPlan.CRITICAL).firstDevice());
        }
        compared = sequence;
    }

    @Test
    void shouldPassWhatIsAllRight()
    {
        assertEquals(List.of(), judge());
    }

    @Test
    void shouldSeeAReadingThatWasSentAndNotReceived()
    {
        senders.put(StormPlan.LIVE, report(SENT + 1, SENT + 1, 0, 0));
        requireFailure("live: readings sent, against those received: expected 11, found 10");
        requireFailure("live: devices with other readings in their results than were sent: expected 0, found 1");
    }

    @Test
    void shouldSeeWhatTheLedgerDoesNotAccountFor()
    {
        ledger.put("source,live,accepted", SENT - 1L);
        ledger.put("source,live,unaccounted", 1L);
        requireFailure("events unaccounted for: expected 0, found 1");
        requireFailure("live: received, against all outcomes: expected 10, found 9");
    }

    @Test
    void shouldSeeADatagramThatWasGivenUp()
    {
        senders.put(StormPlan.CRITICAL, report(SENT, SENT, 0, 1));
        requireFailure("critical: datagrams given up: expected 0, found 1");
    }

    @Test
    void shouldSeeACriticalReadingThatWasShed()
    {
        senders.put(StormPlan.CRITICAL, report(SENT, SENT, 1, 0));
        ledger.put("source,critical,shed:rate", 1L);
        ledger.put("source,critical,accepted", SENT - 1L);
        requireFailure("critical events that were shed: expected 0, found 1");
    }

    @Test
    void shouldLetNormalReadingsBeShedIfTheyAreCounted()
    {
        ledger.put("source,live,shed:rate", 2L);
        ledger.put("source,live,accepted", SENT - 2L);
        window(fleets.get(StormPlan.LIVE).firstDevice(), SENT - 2);
        compared = sequence;
        assertEquals(List.of(), judge());
    }

    @Test
    void shouldSeeARateThatWasMissed()
    {
        senders.put(StormPlan.LIVE, report(SENT, SENT / 2, 0, 0));
        requireFailure("live: missed its rate: 5 of 10 readings were sent in time");
        senders.put(StormPlan.BACKLOG, report(SENT, 0, 0, 0));
        assertEquals(1, judge().size(), "the backlog has no rate");
    }

    @Test
    void shouldSeeABacklogThatWasNotAllSent()
    {
        senders.put(StormPlan.BACKLOG, report(SENT - 1, SENT - 1, 0, 0));
        requireFailure("readings of the backlog that were sent: expected 10, found 9");
    }

    @Test
    void shouldSeeOtherResultsInTheReplayAndAlertsThatWereNotRead()
    {
        compared--;
        read--;
        requireFailure("results that are the same in a replay of the journal: expected 13, found 12");
        requireFailure("alerts that the subscriber has read: expected 10, found 9");
    }

    @Test
    void shouldSeeAnAlertThatCameTwice()
    {
        buffer.putLong(MessageLayout.ALERT_EVENT_ID_OFFSET, 1);
        result(MessageLayout.ALERT_HEADER, fleets.get(StormPlan.CRITICAL).firstDevice());
        compared = sequence;
        requireFailure("critical readings that have caused two: expected 0, found 1");
    }

    private void requireFailure(final String expected)
    {
        final List<String> failures = judge();
        assertTrue(failures.contains(expected), failures::toString);
    }

    private List<String> judge()
    {
        final Verdict verdict = new Verdict();
        new StormOracle(plan, fleets, senders, new LedgerCounts(ledger), results, read, compared).check(verdict);
        return verdict.failures();
    }

    private static SenderReport report(final long due, final long inTime, final long shed, final long givenUp)
    {
        return new SenderReport(
            due, inTime, due, due, due - shed, 0, shed, 0, 0, givenUp, 0, LatencyTable.newHistogram());
    }

    private void window(final long device, final long readings)
    {
        buffer.putLong(MessageLayout.WINDOW_RESULT_COUNT_OFFSET, readings);
        buffer.putLong(MessageLayout.WINDOW_RESULT_WINDOW_START_OFFSET, 0);
        result(MessageLayout.WINDOW_RESULT_HEADER, device);
    }

    private void result(final long header, final long device)
    {
        buffer.putLong(0, header);
        buffer.putLong(MessageLayout.RESULT_SEQUENCE_OFFSET, sequence++);
        buffer.putLong(MessageLayout.RESULT_DEVICE_ID_OFFSET, device);
        results.onFrame(buffer, 0, MessageLayout.RESULT_LENGTH);
    }
}
