package io.tailrace.engine.reference;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static io.tailrace.engine.reference.ReferenceScript.NOT_EMPTY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

/**
 * Judgement, watermark, firing and limits on small cases computed by hand.
 */
class ReferenceModelTest
{
    private static final ReferenceWindow TEN = ReferenceWindow.tumbling("ten", 10);

    @Test
    void shouldFireWhenWatermarkReachesEndAndNotBefore()
    {
        final ReferenceScript script = new ReferenceScript(ReferenceConfig.historical(1, 2, 5, TEN));

        script.event(3, 1).event(9, 2).event(11, 4);
        assertEquals(9, script.model.watermarkNs());
        assertEquals(List.of(), script.emitted());

        script.event(12, 8);
        assertEquals(10, script.model.watermarkNs());
        assertEquals(List.of("0:1 [0,10) ON_TIME r0 n=2 sum=3.0"), script.emitted());

        script.event(13, 16);
        assertEquals(List.of(), script.emitted());
    }

    @Test
    void shouldPutEventAtEndIntoNextWindow()
    {
        final ReferenceScript script = ReferenceScript.of(TEN).event(9, 1).event(10, 2).event(11, 4).end();

        assertEquals(List.of(
            "0:1 [0,10) ON_TIME r0 n=1 sum=1.0",
            "0:1 [10,20) ON_TIME r0 n=2 sum=6.0"), script.emitted());
    }

    @Test
    void shouldFloorNegativeTimesAndHonourOffset()
    {
        final ReferenceScript script = ReferenceScript.of(TEN, TEN.withOffset(3)).event(-1, 1).event(2, 2).end();

        assertEquals(List.of(
            "0:1 [-10,0) ON_TIME r0 n=1 sum=1.0",
            "0:1 [0,10) ON_TIME r0 n=1 sum=2.0",
            "1:1 [-7,3) ON_TIME r0 n=2 sum=3.0"), script.emitted());
    }

    @Test
    void shouldRefireUntilLatenessEndsAndThenCallEventsLate()
    {
        final ReferenceScript script = ReferenceScript.of(TEN.withLateness(5)).event(3, 1).event(14, 100);
        assertEquals(List.of("0:1 [0,10) ON_TIME r0 n=1 sum=1.0"), script.emitted());

        script.event(9, 2).event(0, 4);
        assertEquals(List.of(
            "0:1 [0,10) LATE r1 n=2 sum=3.0",
            "0:1 [0,10) LATE r2 n=3 sum=7.0"), script.emitted());

        script.reading(0, 2, 5, 8);
        assertEquals(List.of("0:2 [0,10) LATE r0 n=1 sum=8.0"), script.emitted());

        script.event(15, 16).event(8, 32);
        assertEquals(List.of("0:1 late t=8 W=15"), script.emitted());
        assertEquals(6, script.ledger("operator.0.applied"));
        assertEquals(1, script.ledger("operator.0.late"));
    }

    @Test
    void shouldBeLateAtEndWithoutLateness()
    {
        final ReferenceScript script = ReferenceScript.of(TEN).event(9, 1).event(9, 2).event(10, 4).event(9, 8);

        assertEquals(List.of("0:1 [0,10) ON_TIME r0 n=2 sum=3.0", "0:1 late t=9 W=10"), script.emitted());
    }

    @Test
    void shouldFireOperatorByOperatorInOrderOfEndThenRegistration()
    {
        final ReferenceScript script = ReferenceScript.of(TEN, ReferenceWindow.tumbling("five", 5))
            .reading(0, 3, 4, 1).reading(0, 1, 6, 2).reading(0, 2, 3, 4).end();

        assertEquals(List.of(
            "1:3 [0,5) ON_TIME r0 n=1 sum=1.0",
            "1:2 late t=3 W=6",
            "0:3 [0,10) ON_TIME r0 n=1 sum=1.0",
            "0:1 [0,10) ON_TIME r0 n=1 sum=2.0",
            "0:2 [0,10) ON_TIME r0 n=1 sum=4.0",
            "1:1 [5,10) ON_TIME r0 n=1 sum=2.0"), script.emitted());
    }

    @Test
    void shouldFireInSilenceWithoutMovingTheWatermark()
    {
        final ReferenceScript script = new ReferenceScript(ReferenceConfig.historical(1, 2, 5, TEN));
        script.reading(0, 1, 6, 1, 100).tick(104, 100);
        assertEquals(List.of(), script.emitted());

        // Silent for 5: 6 + 5 - 2 = 9.
        script.tick(105, 100);
        assertEquals(List.of(), script.emitted());

        script.tick(106, 100);
        assertEquals(List.of("0:1 [0,10) ON_TIME r0 n=1 sum=1.0"), script.emitted());
        assertEquals(4, script.model.watermarkNs());

        script.reading(0, 1, 7, 2, 107).tick(120, 108);
        assertEquals(List.of("0:1 [0,10) LATE r1 n=2 sum=3.0"), script.emitted());
    }

    @Test
    void shouldMeasureSilenceByTheRunningMaximumOfTimeAndTheLastSourceToFallSilent()
    {
        final ReferenceScript script = new ReferenceScript(ReferenceConfig.historical(2, 0, 5, TEN));
        script.reading(0, 1, 6, 1, 200);

        script.tick(150, 100, NOT_EMPTY).tick(150, 100, 196);
        assertEquals(List.of(), script.emitted());

        script.tick(150, 100, 195);
        assertEquals(List.of("0:1 [0,10) ON_TIME r0 n=1 sum=1.0"), script.emitted());
    }

    @Test
    void shouldEndSilenceByAnyReadingEvenARejectedOne()
    {
        final ReferenceScript script = new ReferenceScript(ReferenceConfig.historical(2, 0, 5, TEN));
        script.reading(1, 1, 6, 1, 100).tick(104, 100, 100).reading(0, 1, 7, Double.NaN, 110);
        script.emitted();

        script.tick(111, NOT_EMPTY, 100);
        assertEquals(List.of(), script.emitted());

        script.tick(112, 107, 100);
        assertEquals(List.of("0:1 [0,10) ON_TIME r0 n=1 sum=1.0"), script.emitted());
    }

    @Test
    void shouldFireEverythingAtEndOfInputOnceAndRefireAfterwards()
    {
        final ReferenceScript script = ReferenceScript.of(TEN)
            .reading(0, 3, 4, 1).reading(0, 1, 3, 2).reading(0, 2, 9, 4);
        script.end();
        assertEquals(List.of(
            "0:3 [0,10) ON_TIME r0 n=1 sum=1.0",
            "0:1 [0,10) ON_TIME r0 n=1 sum=2.0",
            "0:2 [0,10) ON_TIME r0 n=1 sum=4.0"), script.emitted());
        assertEquals(9, script.model.watermarkNs());

        script.end();
        assertEquals(List.of(), script.emitted());

        script.reading(0, 1, 5, 8).reading(0, 1, 10, 16);
        assertEquals(List.of("0:1 [0,10) LATE r1 n=2 sum=10.0"), script.emitted());
    }

    @Test
    void shouldHoldWatermarkForASlowSourceAndReleaseItWhenIdle()
    {
        final ReferenceScript script = new ReferenceScript(ReferenceConfig.historical(2, 0, 10, TEN));
        script.reading(1, 1, 5, 1, 100).reading(0, 1, 20, 2, 100);
        assertEquals(5, script.model.watermarkNs());

        script.tick(109, NOT_EMPTY, 100);
        assertEquals(5, script.model.watermarkNs());

        script.tick(110, NOT_EMPTY, 100);
        assertEquals(20, script.model.watermarkNs());
        assertEquals(List.of("0:1 [0,10) ON_TIME r0 n=1 sum=1.0"), script.emitted());
        assertEquals(32 + 3 * 64, script.model.results().get(0).causePosition());
        assertEquals(110, script.model.results().get(0).causeIngestTimeNs());

        // Idle until its next reading, even if a tick finds it neither empty nor heard of.
        script.tick(111, NOT_EMPTY, NOT_EMPTY).reading(0, 1, 25, 4, 112);
        assertEquals(25, script.model.watermarkNs());

        script.reading(1, 1, 26, 8, 113).reading(0, 1, 40, 16, 114);
        assertEquals(26, script.model.watermarkNs());
    }

    @Test
    void shouldLeaveOutASourceThatHasDeliveredNothing()
    {
        final ReferenceScript script = new ReferenceScript(ReferenceConfig.historical(2, 0, 10, TEN));

        script.reading(0, 1, 20, 1);
        assertEquals(20, script.model.watermarkNs());

        script.reading(1, 1, 5, 2);
        assertEquals(20, script.model.watermarkNs());
        assertEquals(List.of("0:1 late t=5 W=20"), script.emitted());
    }

    @Test
    void shouldForgetIdlenessAtStart()
    {
        final ReferenceScript script = new ReferenceScript(ReferenceConfig.historical(2, 0, 10, TEN));
        script.reading(1, 1, 5, 1, 100).reading(0, 1, 20, 2, 100).tick(110, NOT_EMPTY, 100).started(120);

        script.reading(0, 1, 30, 4, 121).tick(125, NOT_EMPTY, 120);
        assertEquals(20, script.model.watermarkNs());

        script.tick(130, NOT_EMPTY, 120);
        assertEquals(30, script.model.watermarkNs());
    }

    @Test
    void shouldRefuseATickThatDoesNotNameEverySource()
    {
        assertThrows(IllegalArgumentException.class, () -> ReferenceScript.of(TEN).tick(1, 1, 1));
    }

    @Test
    void shouldRejectForTheFirstReasonThatApplies()
    {
        final ReferenceConfig config = new ReferenceConfig(List.of(TEN), 0, 5, 1_000, 50, 100, 40, true,
            1, new int[]{ReferenceTime.NANOSECONDS}, 1, 8, ReferenceConfig.NEVER);
        final ReferenceScript script = new ReferenceScript(config);

        script.raw(1, Long.MAX_VALUE, 5, Double.NaN, 0, 2_000);
        script.raw(1, Long.MAX_VALUE, ReferenceTime.MICROSECONDS, Double.NaN, 0, 2_000);
        script.raw(1, 999, ReferenceTime.NANOSECONDS, Double.NEGATIVE_INFINITY, 0, 2_000);
        script.raw(1, 999, ReferenceTime.NANOSECONDS, 1, 0, 2_000);
        // There is room for one device: of another one nothing is kept.
        script.raw(3, 2_051, ReferenceTime.NANOSECONDS, 1, 0, 2_000);
        script.raw(3, 1_899, ReferenceTime.NANOSECONDS, 1, 0, 2_000);
        script.raw(1, 1_900, ReferenceTime.NANOSECONDS, 1, 0, 2_000);
        script.raw(2, 2_050, ReferenceTime.NANOSECONDS, 1, 0, 2_000);
        script.raw(1, 2_050, ReferenceTime.NANOSECONDS, 1, 0, 2_000);

        final String none = " W=" + Long.MIN_VALUE;
        assertEquals(List.of(
            "rejected 1 t=0" + none, "rejected 2 t=0" + none, "rejected 3 t=999" + none, "rejected 4 t=999" + none,
            "rejected 5 t=2051" + none, "rejected 6 t=1899" + none, "rejected 7 t=2050 W=1900",
            "0:1 [1900,1910) ON_TIME r0 n=1 sum=1.0"), script.emitted());
        assertEquals(9, script.ledger("source.0.received"));
        assertEquals(2, script.ledger("source.0.accepted"));
        assertEquals(1, script.ledger("source.0.warned"));
        assertEquals(1, script.ledger("source.0.rejected:devices-exhausted"));
        // Nobody moves the watermark beyond the ingest time.
        assertEquals(2_000, script.model.watermarkNs());
    }

    @ParameterizedTest
    @CsvSource({
        "0, 9223372036, 0, 9223372036000000000",
        "0, 10000000000, 0, 10000000000000000",
        "0, -9999999999999, 0, -9999999999999000000",
        "0, 10000000000000, 0, 10000000000000000",
        "0, 9223372036854775, 0, 9223372036854775000",
        "0, 10000000000000000, 0, 10000000000000000",
        "0, -9223372036854775808, 0, -9223372036854775808",
        "2, 1000, 0, 1000000000",
        "2, 1000, 3, 1000000",
        "1, 7, 4, 7"})
    void shouldTakeUnitFromReadingThenSourceThenMagnitude(
        final int sourceUnit, final long time, final int readingUnit, final String expectedNs)
    {
        final ReferenceConfig config = new ReferenceConfig(List.of(TEN.withFilter(
            new ReferenceFilter(Set.of(2L), 0, 0, 0))), 0, 5, ReferenceConfig.NO_EARLIEST, 0, 0, 0, false,
            1, new int[]{sourceUnit}, 8, 8, ReferenceConfig.NEVER);

        final ReferenceScript script = new ReferenceScript(config).raw(1, time, readingUnit, 1, 0, 0);

        final boolean fits = expectedNs.length() <= 19 || expectedNs.equals(Long.toString(Long.MIN_VALUE));
        assertEquals(fits ? 1 : 0, script.ledger("source.0.accepted"));
        assertEquals(fits ? 0 : 1, script.ledger("source.0.rejected:time-range"));
        assertEquals(fits ? Long.parseLong(expectedNs) : Long.MIN_VALUE, script.model.watermarkNs());
    }

    @Test
    void shouldFilterBeforeLatenessAndCountEachOutcomeOfAnOperator()
    {
        final ReferenceFilter upToTwo = new ReferenceFilter(Set.of(1L), 0, 2, 0);
        final ReferenceScript script = ReferenceScript.of(TEN.withFilter(upToTwo), TEN)
            .event(1, 2).event(2, 2.5).event(3, -0.0).event(10, 3).event(5, 9).event(6, 1);

        assertEquals(List.of(
            "0:1 [0,10) ON_TIME r0 n=2 sum=2.0",
            "1:1 [0,10) ON_TIME r0 n=3 sum=4.5",
            "1:1 late t=5 W=10",
            "0:1 late t=6 W=10",
            "1:1 late t=6 W=10"), script.emitted());
        assertEquals(List.of(2L, 3L, 1L), List.of(script.ledger("operator.0.applied"),
            script.ledger("operator.0.filtered"), script.ledger("operator.0.late")));
        assertEquals(List.of(4L, 0L, 2L), List.of(script.ledger("operator.1.applied"),
            script.ledger("operator.1.filtered"), script.ledger("operator.1.late")));
    }

    @Test
    void shouldKeyByWhatTheOperatorNames()
    {
        final List<ReferenceWindow> windows = new ArrayList<>();
        for (final ReferenceWindow.Key key : ReferenceWindow.Key.values())
        {
            windows.add(TEN.withKey(key));
        }
        final ReferenceScript script = ReferenceScript.of(windows.toArray(new ReferenceWindow[0]))
            .reading(0, 4, 1, 1).reading(0, 5, 1, 2).end();

        assertEquals(List.of(
            "0:4 [0,10) ON_TIME r0 n=1 sum=1.0", "0:5 [0,10) ON_TIME r0 n=1 sum=2.0",
            "1:4 [0,10) ON_TIME r0 n=1 sum=1.0", "1:5 [0,10) ON_TIME r0 n=1 sum=2.0",
            "2:0 [0,10) ON_TIME r0 n=2 sum=3.0",
            "3:0 [0,10) ON_TIME r0 n=2 sum=3.0"), script.emitted());
        assertEquals(List.of(1, 1, 3, 3, 2, 0),
            script.model.results().stream().map(ReferenceResult::keyParts).toList());
        assertEquals(List.of(0L, 0L, 1L, 1L, 1L, 0L),
            script.model.results().stream().map(ReferenceResult::metric).toList());
    }

    @Test
    void shouldExhaustKeysOnlyForNewOnesThatAreNotLate()
    {
        final ReferenceConfig config = new ReferenceConfig(List.of(TEN), 0, 5, ReferenceConfig.NO_EARLIEST,
            0, 0, 0, false, 1, new int[]{ReferenceTime.NANOSECONDS}, 8, 1, ReferenceConfig.NEVER);
        final ReferenceScript script = new ReferenceScript(config)
            .reading(0, 1, 10, 1).reading(0, 2, 11, 2).reading(0, 2, 9, 4).reading(0, 1, 12, 8).end();

        assertEquals(List.of("0:2 late t=9 W=11", "0:1 [10,20) ON_TIME r0 n=2 sum=9.0"), script.emitted());
        assertEquals(1, script.ledger("operator.0.exhausted:keys-exhausted"));
        // The reading that found no key was accepted all the same.
        assertEquals(4, script.ledger("source.0.accepted"));
    }

    @Test
    void shouldExhaustPanesWhileTheyLive()
    {
        final ReferenceScript script = ReferenceScript.of(TEN.withLateness(5).withMaxPanes(1));

        script.event(3, 1).event(14, 2).event(5, 4);
        assertEquals(List.of(
            "0:1 [0,10) ON_TIME r0 n=1 sum=1.0", "0:1 [0,10) LATE r1 n=2 sum=5.0"), script.emitted());
        assertEquals(1, script.ledger("operator.0.exhausted:panes-exhausted"));

        // The pane dies with W = 15, which this reading brings about after it has been judged.
        script.event(15, 8).event(16, 16).end();
        assertEquals(List.of("0:1 [10,20) ON_TIME r0 n=1 sum=16.0"), script.emitted());
        assertEquals(2, script.ledger("operator.0.exhausted:panes-exhausted"));
    }

    @Test
    void shouldSaturateWindowsAtTheEndsOfTime()
    {
        final ReferenceScript script = ReferenceScript.of(TEN.withLateness(5))
            .event(Long.MIN_VALUE, 1).event(Long.MAX_VALUE - 1, 2).event(Long.MAX_VALUE, 4).event(Long.MAX_VALUE, 8);

        assertEquals(List.of(
            "0:1 [" + Long.MIN_VALUE + ",-9223372036854775800) ON_TIME r0 n=1 sum=1.0",
            "0:1 [9223372036854775800," + Long.MAX_VALUE + ") ON_TIME r0 n=2 sum=6.0",
            "0:1 late t=" + Long.MAX_VALUE + " W=" + Long.MAX_VALUE), script.emitted());
    }
}
