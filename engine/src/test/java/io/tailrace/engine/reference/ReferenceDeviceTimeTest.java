package io.tailrace.engine.reference;

import java.util.List;

import org.junit.jupiter.api.Test;

import static io.tailrace.engine.reference.ReferenceScript.NOT_EMPTY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

/**
 * Windows that go by the time of their device, on small cases computed by hand.
 */
class ReferenceDeviceTimeTest
{
    private static final long HOUR = 3_600_000_000_000L;
    private static final ReferenceWindow GLOBAL = ReferenceWindow.tumbling("global", 10);
    private static final ReferenceWindow TEN =
        ReferenceWindow.tumbling("ten", 10).withWatermark(ReferenceWindow.Watermark.DEVICE);

    @Test
    void shouldTakeADeviceAnHourBehindInItsOwnTime()
    {
        final ReferenceScript script = ReferenceScript.of(TEN, GLOBAL).reading(0, 1, HOUR + 3, 1);
        script.reading(0, 2, 3, 2);
        assertEquals(List.of("1:2 late t=3 W=" + (HOUR + 3)), script.emitted());

        // Device 2 fires its own window and not that of device 1, nor the other way round.
        script.reading(0, 2, 12, 4);
        assertEquals(List.of(
            "1:2 late t=12 W=" + (HOUR + 3), "0:2 [0,10) ON_TIME r0 n=1 sum=2.0"), script.emitted());
        assertEquals(12, script.model.deviceWatermarkNs(2));
        assertEquals(HOUR + 3, script.model.deviceWatermarkNs(1));

        final long start = HOUR - HOUR % 10;
        script.reading(0, 1, HOUR + 11, 8);
        assertEquals(List.of(
            "0:1 [" + start + "," + (start + 10) + ") ON_TIME r0 n=1 sum=1.0",
            "1:1 [" + start + "," + (start + 10) + ") ON_TIME r0 n=1 sum=1.0"), script.emitted());
    }

    @Test
    void shouldJudgeLatenessByTheDeviceAsItWasBeforeTheReading()
    {
        final ReferenceScript script = new ReferenceScript(
            ReferenceConfig.historical(1, 2, 5, TEN.withLateness(5)));

        script.reading(0, 1, 3, 1).reading(0, 1, 16, 2).reading(0, 1, 9, 4);
        assertEquals(List.of(
            "0:1 [0,10) ON_TIME r0 n=1 sum=1.0", "0:1 [0,10) LATE r1 n=2 sum=5.0"), script.emitted());

        script.reading(0, 1, 17, 8).reading(0, 1, 9, 16).reading(0, 2, 9, 32);
        assertEquals(List.of("0:1 late t=9 W=15"), script.emitted());
    }

    @Test
    void shouldFireOperatorsInTheirOrderWhateverTheirTime()
    {
        final ReferenceScript script = ReferenceScript.of(GLOBAL, TEN, GLOBAL.withKey(ReferenceWindow.Key.ALL));

        script.reading(0, 1, 3, 1).reading(0, 2, 5, 2).reading(0, 1, 10, 4);
        assertEquals(List.of(
            "0:1 [0,10) ON_TIME r0 n=1 sum=1.0", "0:2 [0,10) ON_TIME r0 n=1 sum=2.0",
            "1:1 [0,10) ON_TIME r0 n=1 sum=1.0",
            "2:0 [0,10) ON_TIME r0 n=2 sum=3.0"), script.emitted());

        script.reading(0, 2, 20, 8).end();
        assertEquals(List.of(
            "0:1 [10,20) ON_TIME r0 n=1 sum=4.0",
            "1:2 [0,10) ON_TIME r0 n=1 sum=2.0",
            "2:0 [10,20) ON_TIME r0 n=1 sum=4.0",
            "0:2 [20,30) ON_TIME r0 n=1 sum=8.0",
            "1:1 [10,20) ON_TIME r0 n=1 sum=4.0", "1:2 [20,30) ON_TIME r0 n=1 sum=8.0",
            "2:0 [20,30) ON_TIME r0 n=1 sum=8.0"), script.emitted());
    }

    @Test
    void shouldFireASilentDeviceAtATickThoughOthersSpeak()
    {
        final ReferenceScript script = new ReferenceScript(ReferenceConfig.historical(1, 2, 5, TEN));
        script.reading(0, 1, 6, 1, 100).reading(0, 2, 6, 2, 103);

        // Device 1 is silent for 5: 6 + 5 - 2 = 9.
        script.tick(105, NOT_EMPTY);
        assertEquals(List.of(), script.emitted());

        script.tick(106, NOT_EMPTY);
        assertEquals(List.of("0:1 [0,10) ON_TIME r0 n=1 sum=1.0"), script.emitted());
        assertEquals(4, script.model.deviceWatermarkNs(1));

        // Judged by W(1) = 4 all the same, and fired again because it has been.
        script.reading(0, 1, 7, 4, 107);
        assertEquals(List.of("0:1 [0,10) LATE r1 n=2 sum=5.0"), script.emitted());

        script.tick(108, NOT_EMPTY).tick(109, NOT_EMPTY);
        assertEquals(List.of("0:2 [0,10) ON_TIME r0 n=1 sum=2.0"), script.emitted());
    }

    @Test
    void shouldFireSilentDevicesInOrderOfEndThenRegistrationAfterTheGlobalWatermark()
    {
        final ReferenceScript script = new ReferenceScript(
            ReferenceConfig.historical(2, 0, 5, TEN, GLOBAL.withKey(ReferenceWindow.Key.ALL)));
        script.reading(1, 2, 3, 2, 100).reading(0, 3, 12, 1, 100).reading(1, 1, 4, 4, 100);

        // Source 1 goes idle: W = 12 fires [0,10) of all. Then each device by 8 ns of its silence.
        script.tick(108, NOT_EMPTY, 100);
        assertEquals(List.of(
            "1:0 [0,10) ON_TIME r0 n=2 sum=6.0",
            "0:2 [0,10) ON_TIME r0 n=1 sum=2.0", "0:1 [0,10) ON_TIME r0 n=1 sum=4.0",
            "0:3 [10,20) ON_TIME r0 n=1 sum=1.0"), script.emitted());

        // All sources are silent for 8: M + 8 = 20.
        script.tick(108, 100, 100);
        assertEquals(List.of("1:0 [10,20) ON_TIME r0 n=1 sum=1.0"), script.emitted());
    }

    @Test
    void shouldNotTakeDowntimeForSilenceOfADevice()
    {
        final ReferenceScript script = ReferenceScript.of(TEN).reading(0, 1, 6, 1, 100).started(200);

        script.tick(204, NOT_EMPTY);
        assertEquals(List.of(), script.emitted());

        script.tick(205, NOT_EMPTY);
        assertEquals(List.of("0:1 [0,10) ON_TIME r0 n=1 sum=1.0"), script.emitted());
    }

    @Test
    void shouldNotTakeAStandstillOfTheEngineForSilenceOfADevice()
    {
        final ReferenceScript script = ReferenceScript.of(TEN).reading(0, 1, 6, 1, 100).heldUpTick(200, NOT_EMPTY);

        script.tick(204, NOT_EMPTY);
        assertEquals(List.of(), script.emitted());

        script.tick(205, NOT_EMPTY);
        assertEquals(List.of("0:1 [0,10) ON_TIME r0 n=1 sum=1.0"), script.emitted());
    }

    @Test
    void shouldEndSilenceOfADeviceByAcceptedReadingsOnly()
    {
        final ReferenceScript script = ReferenceScript.of(TEN).reading(0, 1, 6, 1, 100);

        script.reading(0, 1, 7, Double.NaN, 103).tick(105, NOT_EMPTY);

        assertEquals(List.of(
            "rejected 3 t=7 W=6", "0:1 [0,10) ON_TIME r0 n=1 sum=1.0"), script.emitted());
    }

    @Test
    void shouldMeasureSilenceOfADeviceByTheRunningMaximumOfTime()
    {
        // The reading comes at T = 110, whatever its own stamp.
        final ReferenceScript script = ReferenceScript.of(TEN).tick(110, NOT_EMPTY).reading(0, 1, 6, 1, 100);

        script.tick(114, NOT_EMPTY);
        assertEquals(List.of(), script.emitted());

        script.tick(115, NOT_EMPTY);
        assertEquals(List.of("0:1 [0,10) ON_TIME r0 n=1 sum=1.0"), script.emitted());
    }

    @Test
    void shouldFireEverythingAtEndOfInputWithoutMovingAnyTime()
    {
        final ReferenceScript script = ReferenceScript.of(TEN)
            .reading(0, 2, 14, 1).reading(0, 1, 3, 2).end();
        assertEquals(List.of(
            "0:1 [0,10) ON_TIME r0 n=1 sum=2.0", "0:2 [10,20) ON_TIME r0 n=1 sum=1.0"), script.emitted());

        script.reading(0, 1, 4, 4);
        assertEquals(List.of("0:1 [0,10) LATE r1 n=2 sum=6.0"), script.emitted());
        assertEquals(4, script.model.deviceWatermarkNs(1));
    }

    @Test
    void shouldMoveDeviceTimeNoFurtherThanTheIngestTime()
    {
        final ReferenceScript script = new ReferenceScript(ReferenceConfig.historical(1, 0, 5, TEN)
            .withBounds(ReferenceConfig.NO_EARLIEST, 50, 500));

        script.reading(0, 1, 1_030, 1, 1_000);

        assertEquals(1_000, script.model.deviceWatermarkNs(1));
        assertEquals(ReferenceModel.NO_WATERMARK, script.model.deviceWatermarkNs(2));
    }

    @Test
    void shouldMergeAndRetractSessionsInTheTimeOfTheirDevice()
    {
        final ReferenceScript script = ReferenceScript.of(ReferenceWindow.session("s", 5)
            .withLateness(20).withWatermark(ReferenceWindow.Watermark.DEVICE));
        script.reading(0, 2, 500, 64).reading(0, 1, 0, 1).reading(0, 1, 12, 2);
        assertEquals(List.of("0:1 [0,5) ON_TIME r0 n=1 sum=1.0"), script.emitted());

        script.reading(0, 1, 4, 4);
        assertEquals(List.of(
            "0:1 [0,5) RETRACTED r1 n=1 sum=1.0", "0:1 [0,9) LATE r0 n=2 sum=5.0"), script.emitted());
    }

    @Test
    void shouldBoundThePanesOfADeviceByItsOwnTime()
    {
        final ReferenceScript script = ReferenceScript.of(TEN.withMaxPanes(1));

        script.reading(0, 2, 100, 1).reading(0, 1, 3, 2).reading(0, 1, 12, 4).reading(0, 1, 13, 8).end();

        // The pane [0,10) of device 1 lives until W(1) = 12, which the third reading brings about too late for itself.
        assertEquals(1, script.ledger("operator.0.exhausted:panes-exhausted"));
        assertEquals(List.of(
            "0:1 [0,10) ON_TIME r0 n=1 sum=2.0", "0:1 [10,20) ON_TIME r0 n=1 sum=8.0",
            "0:2 [100,110) ON_TIME r0 n=1 sum=1.0"), script.emitted());
    }

    @Test
    void shouldRefuseDeviceTimeForAKeyWithoutDevice()
    {
        assertThrows(IllegalArgumentException.class, () -> TEN.withKey(ReferenceWindow.Key.METRIC));
        assertThrows(IllegalArgumentException.class, () -> TEN.withKey(ReferenceWindow.Key.ALL));
        assertEquals(ReferenceWindow.Watermark.GLOBAL, GLOBAL.watermark());
    }
}
