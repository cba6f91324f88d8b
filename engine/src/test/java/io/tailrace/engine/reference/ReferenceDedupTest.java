package io.tailrace.engine.reference;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static io.tailrace.engine.reference.ReferenceScript.NOT_EMPTY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

/**
 * Which readings are duplicates, which nobody can tell, and what either of them leaves untouched; computed by hand.
 */
class ReferenceDedupTest
{
    private static final long NO_WATERMARK = ReferenceModel.NO_WATERMARK;
    private static final long GREATEST = -1;
    private static final int WINDOW_IDS = 64;
    private static final ReferenceWindow TEN = ReferenceWindow.tumbling("ten", 10);
    private static final ReferenceWindow BY_DEVICE = TEN.withWatermark(ReferenceWindow.Watermark.DEVICE);

    private static ReferenceScript bySequence(final ReferenceWindow... windows)
    {
        return new ReferenceScript(
            ReferenceConfig.historical(1, 0, 5, windows).withDedup(ReferenceDedup.bySequence(WINDOW_IDS)));
    }

    private static ReferenceScript byId(final long ttlNs, final long maxIds)
    {
        return new ReferenceScript(
            ReferenceConfig.historical(1, 0, 5, TEN).withDedup(ReferenceDedup.byId(ttlNs, maxIds)));
    }

    /** What becomes of a reading of device 1 in each of its epochs and ids. */
    private static String judge(final ReferenceScript script, final int deviceEpoch, final long id)
    {
        return judge(script, 1, deviceEpoch, id, 100);
    }

    private static String judge(
        final ReferenceScript script,
        final long deviceId,
        final int deviceEpoch,
        final long id,
        final long ingestTimeNs)
    {
        script.emitted();
        final long accepted = script.ledger("source.0.accepted");
        script.id(deviceId, deviceEpoch, id, ingestTimeNs);
        final List<String> emitted = script.emitted();
        if (script.ledger("source.0.accepted") > accepted)
        {
            assertEquals(List.of(), emitted);
            return "new";
        }
        assertEquals(1, emitted.size());
        return emitted.get(0).replaceAll(" t=.*", "");
    }

    @Test
    void shouldKnowTheIdsWithinReachOfTheHighest()
    {
        final ReferenceScript script = bySequence(TEN);

        assertEquals("new", judge(script, 0, 100));
        assertEquals("duplicate 100", judge(script, 0, 100));
        assertEquals("new", judge(script, 0, 37));
        assertEquals("duplicate 37", judge(script, 0, 37));
        assertEquals("rejected 8", judge(script, 0, 36));
        assertEquals("rejected 8", judge(script, 0, 36));
        assertEquals("new", judge(script, 0, 99));

        assertEquals("new", judge(script, 0, 101));
        assertEquals("rejected 8", judge(script, 0, 37));
        assertEquals("new", judge(script, 0, 38));
        assertEquals("duplicate 99", judge(script, 0, 99));
        assertEquals("duplicate 100", judge(script, 0, 100));
    }

    @Test
    void shouldReachBelowZeroWhileTheHighestIsSmall()
    {
        final ReferenceScript script = bySequence(TEN);

        assertEquals("new", judge(script, 0, 63));
        assertEquals("new", judge(script, 0, 0));
        assertEquals("duplicate 0", judge(script, 0, 0));
        assertEquals("new", judge(script, 0, 64));
        assertEquals("rejected 8", judge(script, 0, 0));
        assertEquals("new", judge(script, 0, 1));
    }

    @Test
    void shouldForgetWhatALeapLeavesBehindAndKnowWhatItSkips()
    {
        final ReferenceScript script = bySequence(TEN);
        script.id(1, 0, 10, 100).id(1, 0, 11, 100);

        // Live first, then the backlog.
        assertEquals("new", judge(script, 0, 74));
        assertEquals("rejected 8", judge(script, 0, 10));
        assertEquals("duplicate 11", judge(script, 0, 11));
        assertEquals("new", judge(script, 0, 12));

        assertEquals("new", judge(script, 0, 1_000_000));
        assertEquals("rejected 8", judge(script, 0, 999_936));
        assertEquals("new", judge(script, 0, 999_937));
        assertEquals("rejected 8", judge(script, 0, 74));
    }

    @Test
    void shouldTakeIdsForNumbersWithoutSign()
    {
        final ReferenceScript script = bySequence(TEN);

        assertEquals("new", judge(script, 0, Long.MAX_VALUE));
        assertEquals("new", judge(script, 0, Long.MIN_VALUE));
        assertEquals("duplicate 9223372036854775807", judge(script, 0, Long.MAX_VALUE));
        assertEquals("new", judge(script, 0, GREATEST));
        assertEquals("duplicate 18446744073709551615", judge(script, 0, GREATEST));
        assertEquals("new", judge(script, 0, GREATEST - 63));
        assertEquals("rejected 8", judge(script, 0, GREATEST - 64));
        // The counter of the sender has wrapped, and does not say so.
        assertEquals("rejected 8", judge(script, 0, 0));
    }

    @Test
    void shouldBeginAnewWithANewerEpoch()
    {
        final ReferenceScript script = bySequence(TEN);
        script.id(1, 3, 500, 100).id(1, 3, 499, 100);

        assertEquals("new", judge(script, 4, 499));
        assertEquals("duplicate 499", judge(script, 4, 499));
        // Smaller than the first of its epoch, within reach of it.
        assertEquals("new", judge(script, 4, 498));
        assertEquals("new", judge(script, 4, 500));

        assertEquals("rejected 8", judge(script, 3, 500));
        assertEquals("rejected 8", judge(script, 3, 501));
        assertEquals("duplicate 500", judge(script, 4, 500));
        // A newer epoch with a small id: what is above it is not known any more.
        assertEquals("new", judge(script, 5, 1));
        assertEquals("new", judge(script, 5, 500));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1, new", "65535, 0, new", "65534, 1, new", "0, 32767, new", "40000, 7231, new", "0, 32768, rejected 8",
        "32768, 0, rejected 8", "0, 65535, rejected 8", "1, 0, rejected 8", "7231, 40000, rejected 8",
        "0, 32769, rejected 8", "32769, 0, new"})
    void shouldCompareEpochsBySerialNumbers(final int epoch, final int next, final String verdict)
    {
        final ReferenceScript script = bySequence(TEN);
        script.id(1, epoch, 7, 100);

        assertEquals(verdict, judge(script, next, 8));
        assertEquals("new".equals(verdict) ? "rejected 8" : "duplicate 7", judge(script, epoch, 7));
    }

    @Test
    void shouldKeepTheIdsOfEachDeviceApart()
    {
        final ReferenceScript script = bySequence(TEN);
        script.id(1, 0, 1_000, 100);

        assertEquals("new", judge(script, 2, 0, 5, 100));
        assertEquals("duplicate 5", judge(script, 2, 0, 5, 100));
        assertEquals("rejected 8", judge(script, 1, 0, 5, 100));
    }

    @Test
    void shouldRememberAnIdForFourGenerationsAfterItsOwn()
    {
        // ceil(17 / 4) = 5 ns each: id 1 belongs to [100,105).
        final ReferenceScript script = byId(17, 9);

        assertEquals("new", judge(script, 1, 0, 1, 104));
        assertEquals("duplicate 1", judge(script, 1, 0, 1, 124));
        // Seeing it does not keep it.
        assertEquals("new", judge(script, 1, 0, 1, 125));
        assertEquals("duplicate 1", judge(script, 1, 0, 1, 149));
        assertEquals("new", judge(script, 1, 0, 1, 150));
    }

    @Test
    void shouldCutTimeBeforeTheEpochByTheFloor()
    {
        final ReferenceScript script = byId(20, 9);

        // [-5,0) is a generation of its own, and [20,25) is the fifth after it.
        assertEquals("new", judge(script, 1, 0, 1, -1));
        assertEquals("new", judge(script, 1, 0, 2, 0));
        assertEquals("duplicate 1", judge(script, 1, 0, 1, 19));
        assertEquals("new", judge(script, 1, 0, 1, 20));
        assertEquals("duplicate 2", judge(script, 1, 0, 2, 24));
    }

    @ParameterizedTest
    @CsvSource({"1, 104, 105", "3, 104, 105", "4, 104, 105", "5, 109, 110"})
    void shouldCutGenerationsOfANanosecondAtLeast(final long ttlNs, final long known, final long forgotten)
    {
        final ReferenceScript first = byId(ttlNs, 9);
        first.id(1, 0, 1, 100);
        assertEquals("duplicate 1", judge(first, 1, 0, 1, known));

        final ReferenceScript second = byId(ttlNs, 9);
        second.id(1, 0, 1, 100);
        assertEquals("new", judge(second, 1, 0, 1, forgotten));
    }

    @Test
    void shouldRememberByEngineTimeWhoeverMovesIt()
    {
        final ReferenceScript script = byId(4, 9);
        script.id(1, 0, 1, 100).id(2, 0, 1, 105);
        // Ingested earlier than the reading before: T stays at 105.
        assertEquals("new", judge(script, 1, 0, 1, 100));

        script.tick(109, NOT_EMPTY);
        assertEquals("duplicate 1", judge(script, 2, 0, 1, 0));
        script.tick(110, NOT_EMPTY);
        assertEquals("new", judge(script, 2, 0, 1, 0));
    }

    @Test
    void shouldTellIdsApartByDeviceAndEpoch()
    {
        final ReferenceScript script = byId(1_000, 9);

        assertEquals("new", judge(script, 1, 0, 5, 100));
        assertEquals("new", judge(script, 2, 0, 5, 100));
        assertEquals("new", judge(script, 1, 1, 5, 100));
        assertEquals("new", judge(script, 1, 65_535, 5, 100));
        assertEquals("duplicate 5", judge(script, 1, 0, 5, 100));
        assertEquals("duplicate 5", judge(script, 1, 1, 5, 100));
        // In any order, near either end.
        assertEquals("new", judge(script, 1, 0, GREATEST, 100));
        assertEquals("new", judge(script, 1, 0, 0, 100));
        assertEquals("duplicate 18446744073709551615", judge(script, 1, 0, GREATEST, 100));
    }

    @Test
    void shouldRejectANewIdWhenThereIsNoRoomButStillKnowTheOthers()
    {
        final ReferenceScript script = byId(4, 2);

        assertEquals("new", judge(script, 1, 0, 1, 100));
        assertEquals("new", judge(script, 1, 0, 2, 101));
        assertEquals("rejected 9", judge(script, 1, 0, 3, 101));
        // It was not remembered.
        assertEquals("rejected 9", judge(script, 1, 0, 3, 104));
        assertEquals("duplicate 2", judge(script, 1, 0, 2, 104));

        // What is forgotten makes room before anything is looked up, for one.
        assertEquals("new", judge(script, 1, 0, 3, 105));
        assertEquals("rejected 9", judge(script, 1, 0, 1, 105));
        assertEquals(3, script.ledger("source.0.rejected:dedup-exhausted"));
    }

    @Test
    void shouldCallNothingADuplicateByDefault()
    {
        final ReferenceScript script = ReferenceScript.of(TEN);

        assertEquals("new", judge(script, 5, 5));
        assertEquals("new", judge(script, 5, 5));
        assertEquals("new", judge(script, 4, 5));
        assertEquals(0, script.ledger("source.0.duplicate"));
    }

    @Test
    void shouldCountEveryReadingOnce()
    {
        final ReferenceScript script = bySequence(TEN);

        script.id(1, 0, 100, 1).id(1, 0, 100, 1).id(1, 0, 100, 1).id(1, 0, 36, 1).raw(1, 1, 9, 1, 0, 1);

        assertEquals(5, script.ledger("source.0.received"));
        assertEquals(1, script.ledger("source.0.accepted"));
        assertEquals(2, script.ledger("source.0.duplicate"));
        assertEquals(1, script.ledger("source.0.rejected:beyond-dedup-window"));
        assertEquals(1, script.ledger("source.0.rejected:time-unit"));
        assertEquals(1, script.ledger("operator.0.applied"));
    }

    @Test
    void shouldMoveNoTimeByWhatIsNotAccepted()
    {
        final ReferenceScript script = bySequence(TEN, BY_DEVICE);

        script.id(1, 0, 100, 3, 1).id(1, 0, 100, 50, 2).id(1, 0, 36, 60, 3).id(1, 9, 36, 4, 4);

        assertEquals(List.of("duplicate 100 t=50 W=3", "rejected 8 t=60 W=3"), script.emitted());
        assertEquals(4, script.model.watermarkNs());
        assertEquals(4, script.model.deviceWatermarkNs(1));
        final ReferenceResult duplicate = script.model.results().get(0);
        assertEquals(ReferenceResult.Kind.DUPLICATE, duplicate.kind());
        assertEquals(ReferenceResult.BEFORE_OPERATORS, duplicate.operatorIndex());
        assertEquals(0, duplicate.reason());
        assertEquals(2, duplicate.causeIngestTimeNs());
    }

    @Test
    void shouldJudgeAReadingBeforeItsId()
    {
        final ReferenceScript script = new ReferenceScript(ReferenceConfig.historical(1, 0, 5, TEN)
            .withBounds(0, 50, 1_000).withDedup(ReferenceDedup.byId(1_000, 9)));

        // The id of a reading that is rejected is not remembered, nor is a known one looked at.
        script.id(1, 0, 1, -1, 100).id(1, 0, 1, 100, 100).id(1, 0, 1, -1, 100);

        assertEquals(List.of("rejected 4 t=-1 W=" + NO_WATERMARK, "rejected 4 t=-1 W=100"), script.emitted());
        assertEquals(1, script.ledger("source.0.accepted"));
    }

    @Test
    void shouldMakeADeviceKnownWhoseReadingIsNotAccepted()
    {
        final ReferenceScript script = new ReferenceScript(ReferenceConfig.historical(1, 0, 5, TEN)
            .withLimits(2, 9, ReferenceConfig.NEVER).withDedup(ReferenceDedup.byId(1_000, 1)));

        script.id(1, 0, 1, 1).id(2, 0, 1, 1).id(3, 0, 1, 1);

        assertEquals(List.of("rejected 9 t=100 W=100", "rejected 7 t=100 W=100"), script.emitted());
        assertEquals(NO_WATERMARK, script.model.deviceWatermarkNs(2));
    }

    @Test
    void shouldCountADuplicateAsSaneInQuarantine()
    {
        final ReferenceScript script = new ReferenceScript(ReferenceConfig.historical(1, 0, 5, TEN)
            .withBounds(0, 50, 1_000).withDedup(ReferenceDedup.bySequence(WINDOW_IDS)));
        script.id(1, 0, 1, -1, 100).id(1, 0, 1, -1, 100).id(1, 0, 1, -1, 100);
        script.id(1, 0, 200, 100);
        for (int i = 0; i < 4; i++)
        {
            script.id(1, 0, 200, 100).id(1, 0, 100, 100);
        }
        assertEquals(1, script.ledger("quarantine.devices"));

        // The tenth: the device leaves, but time does not move before it is accepted again.
        script.id(1, 0, 200, 100);
        assertEquals(0, script.ledger("quarantine.devices"));
        assertEquals(NO_WATERMARK, script.model.watermarkNs());

        script.id(1, 0, 201, 99, 100);
        assertEquals(99, script.model.watermarkNs());
    }

    @Test
    void shouldNotEndTheSilenceOfItsDevice()
    {
        final ReferenceScript script = bySequence(BY_DEVICE);

        script.id(1, 0, 1, 5, 100).id(1, 0, 1, 6, 104).tick(105, NOT_EMPTY);

        // max(1) + S(1) = 5 + 5.
        assertEquals(
            List.of("duplicate 1 t=6 W=5", "0:1 [0,10) ON_TIME r0 n=1 sum=1.0"), script.emitted());
    }

    @Test
    void shouldEndTheIdlenessOfItsSource()
    {
        final ReferenceScript script = new ReferenceScript(ReferenceConfig.historical(2, 0, 5, TEN)
            .withDedup(ReferenceDedup.bySequence(WINDOW_IDS)));
        script.id(1, 0, 1, 3, 100).reading(1, 2, 20, 1, 100).tick(105, 100, NOT_EMPTY);
        assertEquals(20, script.model.watermarkNs());

        script.id(1, 0, 1, 3, 106).reading(1, 2, 30, 1, 107);

        // Source 0 counts again, and holds W.
        assertEquals(20, script.model.watermarkNs());
        assertEquals(1, script.ledger("source.0.duplicate"));
    }

    @Test
    void shouldUseADeviceByWhatIsNotAccepted()
    {
        final ReferenceScript script = new ReferenceScript(ReferenceConfig.historical(1, 0, 1_000, TEN)
            .withLimits(8, 8, 20).withDedup(ReferenceDedup.bySequence(WINDOW_IDS)));
        script.id(1, 0, 100, 100).id(2, 0, 100, 100);

        // The one is a duplicate, the other beyond the window.
        script.id(1, 0, 100, 110).id(2, 0, 36, 110).tick(129, NOT_EMPTY);
        assertEquals(0, script.model.devicesForgotten());
        script.tick(130, NOT_EMPTY);
        assertEquals(2, script.model.devicesForgotten());
    }

    @Test
    void shouldForgetASequenceWithItsDevice()
    {
        final ReferenceScript script = new ReferenceScript(ReferenceConfig.historical(1, 0, 1_000, TEN)
            .withLimits(8, 8, 20).withDedup(ReferenceDedup.bySequence(WINDOW_IDS)));
        script.id(1, 7, 100, 100).tick(120, NOT_EMPTY);
        assertEquals(1, script.model.devicesForgotten());

        assertEquals("new", judge(script, 1, 7, 100, 121));
        script.tick(141, NOT_EMPTY);
        // Not even its epoch is known.
        assertEquals("new", judge(script, 1, 6, 3, 142));
        assertEquals("duplicate 3", judge(script, 1, 6, 3, 142));
    }

    @Test
    void shouldRememberIdsOfADeviceThatIsForgotten()
    {
        final ReferenceScript script = new ReferenceScript(ReferenceConfig.historical(1, 0, 1_000, TEN)
            .withLimits(8, 8, 20).withDedup(ReferenceDedup.byId(400, 9)));
        script.id(1, 0, 1, 100).tick(120, NOT_EMPTY);
        assertEquals(1, script.model.devicesForgotten());

        assertEquals("duplicate 1", judge(script, 1, 0, 1, 121));
    }

    @Test
    void shouldRefuseRulesThatMeanNothing()
    {
        assertThrows(IllegalArgumentException.class, () -> ReferenceDedup.bySequence(0));
        assertThrows(IllegalArgumentException.class, () -> ReferenceDedup.byId(0, 1));
        assertThrows(IllegalArgumentException.class, () -> ReferenceDedup.byId(1, 0));
        assertThrows(
            IllegalArgumentException.class, () -> new ReferenceDedup(ReferenceDedup.By.SEQUENCE, 64, 1, 0));
    }
}
