package io.tailrace.perf.storm;

import java.util.List;

import io.tailrace.codec.MessageLayout;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A storm of three sources with one device each, of which everything is right until a test changes it. */
class StormOracleTest
{
    private static final int SENT = SmallStorm.SENT;
    private static final long MS = 1_000_000L;

    private final SmallStorm storm = new SmallStorm(0);

    @Test
    void shouldPassWhatIsAllRight()
    {
        assertEquals(List.of(), storm.judge());
    }

    @Test
    void shouldSeeAReadingThatWasSentAndNotReceived()
    {
        storm.send(StormPlan.LIVE, SENT + 1, 0, 0);
        requireFailure("live: readings sent, against those received: expected 11, found 10");
        requireFailureOf("live: windows that are not what was sent: expected 0, found 1: ");
    }

    /** Of another device, and as many: sums of all devices together would not show it. */
    @Test
    void shouldSeeAReadingThatCameAgainInPlaceOfAnother()
    {
        storm.results(StormPlan.BACKLOG, SENT - 1, storm.fleet(StormPlan.BACKLOG).value(0));
        requireFailureOf("backlog: windows that are not what was sent: expected 0, found 1: device 1, ");
        assertEquals(1, storm.judge().size(), "the counts are right");
    }

    @Test
    void shouldSeeWhatTheLedgerDoesNotAccountFor()
    {
        storm.ledger("source,live,accepted", SENT - 1);
        storm.ledger("source,live,unaccounted", 1);
        requireFailure("events unaccounted for: expected 0, found 1");
        requireFailure("live: received, against all outcomes: expected 10, found 9");
    }

    @Test
    void shouldSeeADatagramThatWasGivenUp()
    {
        storm.send(StormPlan.CRITICAL, SENT, 0, 1);
        requireFailure("critical: datagrams given up: expected 0, found 1");
    }

    @Test
    void shouldSeeReadingsThatReachedNoWindow()
    {
        storm.result(MessageLayout.LATE_HEADER, 1);
        storm.result(MessageLayout.REJECTED_HEADER, 1);
        storm.result(MessageLayout.DUPLICATE_HEADER, 1);
        storm.ledger("source,backlog,rejected:max-age", 1);
        storm.ledger("source,backlog,duplicate", 2);
        storm.ledger("source,backlog,accepted", SENT - 3);
        requireFailure("readings that were late: expected 0, found 1");
        requireFailure("readings that were rejected: expected 0, found 1");
        requireFailure("readings that were duplicates: expected 0, found 1");
        requireFailure("backlog: readings rejected: expected 0, found 1");
        requireFailure("backlog: duplicates: expected 0, found 2");
        assertEquals(5, storm.judge().size());
    }

    @Test
    void shouldSeeACriticalReadingThatWasShed()
    {
        storm.send(StormPlan.CRITICAL, SENT, 1, 0);
        storm.ledger("source,critical,shed:rate", 1);
        storm.ledger("source,critical,accepted", SENT - 1);
        requireFailure("critical events that were shed: expected 0, found 1");
        requireFailure("critical datagrams that were acknowledged as shed: expected 0, found 1");
    }

    @Test
    void shouldSeeReadingsThatAreShedWithoutALimit()
    {
        storm.ledger("source,live,shed:rate", 2);
        storm.ledger("source,live,accepted", SENT - 2);
        requireFailure("live: readings acknowledged as shed, against those shed: expected 0, found 2");
    }

    @Test
    void shouldLetNormalReadingsBeShedByALimitIfTheirSendersWereTold()
    {
        final SmallStorm limited = limited();
        assertEquals(List.of(), limited.judge());
        limited.send(StormPlan.BACKLOG, SENT, 3, 0);
        assertEquals(
            List.of("backlog: readings acknowledged as shed, against those shed: expected 3, found 4"),
            limited.judge());
    }

    @Test
    void shouldSeeWhatWasShedInAResultForAllThat()
    {
        final SmallStorm limited = limited();
        limited.results(StormPlan.BACKLOG, SENT);
        assertTrue(limited.judge().contains("readings in all windows: expected 26, found 30"),
            () -> limited.judge().toString());
    }

    @Test
    void shouldSeeLimitsThatLimitNothing()
    {
        assertEquals(
            List.of("nothing of the backlog was shed: the limits are above what comes"),
            new SmallStorm(5).judge());
    }

    /** However soon it has caught up: what counts is when each reading was sent. */
    @Test
    void shouldSeeASenderThatStoodStillInAPhase()
    {
        storm.senderOf(StormPlan.LIVE).lateness(Phase.STORM).recordValueWithCount(999 * MS, 10_000);
        assertEquals(List.of(), storm.judge(), "none is a second late");
        storm.senderOf(StormPlan.LIVE).lateness(Phase.STORM).recordValueWithCount(2_000 * MS, 10);
        assertEquals(List.of(), storm.judge(), "one in a thousand");
        storm.senderOf(StormPlan.LIVE).lateness(Phase.STORM).recordValueWithCount(2_000 * MS, 5);
        requireFailure("live: missed its rate, phase storm: 15 of 10016 readings were sent more than 1 s late");
        storm.senderOf(StormPlan.CRITICAL).lateness(Phase.AFTER).recordValue(2_000 * MS);
        requireFailure("critical: missed its rate, phase after: 1 of 2 readings were sent more than 1 s late");
        storm.senderOf(StormPlan.LIVE).lateness(Phase.WARMUP).recordValueWithCount(2_000 * MS, 100);
        assertEquals(2, storm.judge().size(), "the warm-up is not judged");
    }

    @Test
    void shouldSeeAPhaseWithoutReadings()
    {
        storm.senderOf(StormPlan.LIVE).lateness(Phase.QUIET).reset();
        requireFailure("live: no reading became due, phase quiet");
    }

    @Test
    void shouldSeeABacklogThatWasNotAllSent()
    {
        storm.send(StormPlan.BACKLOG, SENT - 1, 0, 0);
        requireFailure("readings of the backlog that were sent: expected 10, found 9");
    }

    @Test
    void shouldSeeOtherResultsInTheReplayAndAlertsThatWereNotRead()
    {
        storm.missing(1);
        requireFailure("results that are the same in a replay of the journal: expected 13, found 12");
        requireFailure("alerts that the subscriber has read: expected 10, found 9");
    }

    @Test
    void shouldSeeAnAlertThatCameTwice()
    {
        storm.alert(1, true);
        requireFailure("critical readings that have caused two: expected 0, found 1");
    }

    @Test
    void shouldSeeAnAlertThatItsReadingDoesNotCause()
    {
        storm.alert(SENT + 1, false);
        requireFailure("alerts other than their readings must cause: expected 0, found 1");
    }

    /** Four readings of the backlog were shed, and its sender was told. */
    private static SmallStorm limited()
    {
        final SmallStorm limited = new SmallStorm(5);
        limited.ledger("source,backlog,shed:rate", 3);
        limited.ledger("source,backlog,shed:rate-per-device", 1);
        limited.ledger("source,backlog,accepted", SENT - 4);
        limited.send(StormPlan.BACKLOG, SENT, 4, 0);
        limited.results(StormPlan.BACKLOG, SENT - 4);
        limited.expect(StormPlan.BACKLOG, SENT - 4);
        return limited;
    }

    private void requireFailure(final String expected)
    {
        final List<String> failures = storm.judge();
        assertTrue(failures.contains(expected), failures::toString);
    }

    private void requireFailureOf(final String begin)
    {
        final List<String> failures = storm.judge();
        assertTrue(failures.stream().anyMatch(failure -> failure.startsWith(begin)), failures::toString);
    }
}
