package io.tailrace.engine.reference;

import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static io.tailrace.engine.reference.ReferenceScript.NOT_EMPTY;
import static org.junit.jupiter.api.Assertions.assertEquals;

/**
 * Who enters quarantine, what a device may do there, and how it leaves, on small cases computed by hand.
 */
class ReferenceQuarantineTest
{
    private static final long MINUTE = 60_000_000_000L;
    private static final ReferenceWindow TEN = ReferenceWindow.tumbling("ten", 10);

    /** Nothing before 0; against ingest times nothing more than 50 ns ahead or 5 minutes old. */
    private static ReferenceScript script(final ReferenceWindow... windows)
    {
        return new ReferenceScript(ReferenceConfig.historical(1, 0, 5, windows)
            .withBounds(0, 50, 5 * MINUTE).withLimits(2, 8, ReferenceConfig.NEVER));
    }

    private static ReferenceScript violate(final ReferenceScript script, final long deviceId, final long ingestTimeNs)
    {
        return script.reading(0, deviceId, -1, 1, ingestTimeNs);
    }

    private static ReferenceScript quarantined(final ReferenceWindow... windows)
    {
        final ReferenceScript script = script(windows);
        for (int i = 0; i < 3; i++)
        {
            violate(script, 1, 1_000);
        }
        assertEquals(Set.of(1L), script.model.quarantinedDevices());
        script.emitted();
        return script;
    }

    @ParameterizedTest
    @CsvSource({"0, 60000000000, 1", "0, 60000000001, 0", "30000000000, 60000000000, 1", "60000000001, 60000000001, 0"})
    void shouldEnterByTheThirdRejectionWithinAMinute(final long second, final long third, final int entered)
    {
        final ReferenceScript script = script(TEN);

        violate(script, 1, 1_000);
        violate(script, 1, 1_000 + second);
        assertEquals(0, script.ledger("quarantine.devices"));

        violate(script, 1, 1_000 + third);
        assertEquals(entered, script.ledger("quarantine.devices"));
        assertEquals(entered, script.ledger("quarantine.entered"));
    }

    @Test
    void shouldCountTheLastThreeRejectionsOnly()
    {
        final ReferenceScript script = script(TEN);
        violate(script, 1, 1_000);
        violate(script, 1, 2_000);
        violate(script, 1, 1_001 + MINUTE);
        assertEquals(0, script.ledger("quarantine.devices"));

        // The second, third and fourth.
        violate(script, 1, 2_000 + MINUTE);
        assertEquals(1, script.ledger("quarantine.devices"));
    }

    @Test
    void shouldMeasureTheMinuteByTheRunningMaximumOfTime()
    {
        final ReferenceScript script = script(TEN).tick(1_000 + MINUTE, NOT_EMPTY);

        violate(script, 1, 0);
        violate(script, 1, 0);
        violate(script, 1, 1_000 + 2 * MINUTE);

        assertEquals(1, script.ledger("quarantine.devices"));
    }

    @Test
    void shouldCountRejectionsByTimeBoundsOfOneDeviceOnly()
    {
        final ReferenceScript script = script(TEN);
        script.reading(0, 1, -1, 1, 1_000).reading(0, 1, 1_051, 1, 1_000);
        script.reading(0, 1, 1_000, Double.NaN, 1_000).raw(1, 1_000, 5, 1, 0, 1_000);
        script.raw(1, Long.MAX_VALUE, ReferenceTime.SECONDS, 1, 0, 1_000);
        violate(script, 2, 1_000);
        assertEquals(0, script.ledger("quarantine.devices"));

        // Before the earliest, in the future, and now too old.
        script.reading(0, 1, 999, 1, 1_000 + 5 * MINUTE);
        assertEquals(0, script.ledger("quarantine.devices"));
        script.reading(0, 1, 999, 1, 1_000 + 5 * MINUTE).reading(0, 1, 999, 1, 1_000 + 5 * MINUTE);
        assertEquals(Set.of(1L), script.model.quarantinedDevices());
    }

    @Test
    void shouldApplyReadingsInQuarantineButAdvanceOnlyTheirDevice()
    {
        final ReferenceScript script =
            quarantined(TEN, TEN.withWatermark(ReferenceWindow.Watermark.DEVICE)).reading(0, 1, 985, 1, 1_000);
        assertEquals(ReferenceModel.NO_WATERMARK, script.model.watermarkNs());
        assertEquals(985, script.model.deviceWatermarkNs(1));

        script.reading(0, 2, 987, 2, 1_000).reading(0, 1, 995, 4, 1_000);
        assertEquals(List.of("1:1 [980,990) ON_TIME r0 n=1 sum=1.0"), script.emitted());
        assertEquals(987, script.model.watermarkNs());

        script.reading(0, 2, 990, 8, 1_000);
        assertEquals(List.of(
            "0:1 [980,990) ON_TIME r0 n=1 sum=1.0", "0:2 [980,990) ON_TIME r0 n=1 sum=2.0",
            "1:2 [980,990) ON_TIME r0 n=1 sum=2.0"), script.emitted());
        assertEquals(4, script.ledger("operator.0.applied"));
    }

    @Test
    void shouldFireNothingInSilenceWhereOnlyDevicesInQuarantineHaveSpoken()
    {
        final ReferenceScript script = quarantined(TEN).reading(0, 1, 985, 1, 1_000).tick(2_000, 1_000);
        assertEquals(List.of(), script.emitted());

        script.end();
        assertEquals(List.of("0:1 [980,990) ON_TIME r0 n=1 sum=1.0"), script.emitted());
    }

    /** Its reading ends the idleness of its source, whose greatest time counts again. */
    @Test
    void shouldComputeTheWatermarkAnewAfterAReadingInQuarantine()
    {
        final ReferenceScript script = new ReferenceScript(
            ReferenceConfig.historical(2, 0, 5, TEN).withBounds(0, 50, 5 * MINUTE));
        script.reading(1, 2, 500, 1, 1_000).reading(0, 3, 980, 1, 1_000);
        assertEquals(500, script.model.watermarkNs());
        // Both go idle at once, and W stays.
        script.tick(1_010, 1_000, 1_000);
        assertEquals(500, script.model.watermarkNs());

        violate(script, 1, 1_010);
        violate(script, 1, 1_010);
        violate(script, 1, 1_010);
        assertEquals(500, script.model.watermarkNs());
        script.reading(0, 1, 990, 1, 1_010);
        assertEquals(980, script.model.watermarkNs());
    }

    @Test
    void shouldLeaveWithTheTenthAcceptedReadingInARowWhichAdvancesTime()
    {
        final ReferenceScript script = quarantined(TEN);
        for (int i = 1; i <= 9; i++)
        {
            script.reading(0, 1, 990 + i, 1, 1_000);
        }
        assertEquals(ReferenceModel.NO_WATERMARK, script.model.watermarkNs());
        assertEquals(1, script.ledger("quarantine.devices"));

        // Faults of another kind neither add to the row nor end it.
        script.reading(0, 1, 1_000, Double.NaN, 1_000).raw(1, 1_000, 9, 1, 0, 1_000);
        script.reading(0, 1, 990, 1, 1_000);
        assertEquals(999 - 9, script.model.watermarkNs());
        assertEquals(0, script.ledger("quarantine.devices"));
        assertEquals(1, script.ledger("quarantine.entered"));
    }

    @Test
    void shouldBeginTheRowAnewAfterARejectionByTimeBounds()
    {
        final ReferenceScript script = quarantined(TEN);
        for (int i = 0; i < 9; i++)
        {
            script.reading(0, 1, 990, 1, 1_000);
        }
        violate(script, 1, 1_000);
        for (int i = 0; i < 9; i++)
        {
            script.reading(0, 1, 990, 1, 1_000);
        }
        assertEquals(1, script.ledger("quarantine.devices"));

        script.reading(0, 1, 990, 1, 1_000);
        assertEquals(0, script.ledger("quarantine.devices"));
        // A rejection in quarantine is no entry.
        assertEquals(1, script.ledger("quarantine.entered"));
    }

    @Test
    void shouldForgetRejectionsOnLeavingAndEnterAgainByThreeNewOnes()
    {
        final ReferenceScript script = quarantined(TEN);
        for (int i = 0; i < 10; i++)
        {
            script.reading(0, 1, 990, 1, 1_000);
        }
        violate(script, 1, 1_000);
        violate(script, 1, 1_000);
        assertEquals(0, script.ledger("quarantine.devices"));

        violate(script, 1, 1_000);
        assertEquals(1, script.ledger("quarantine.devices"));
        assertEquals(2, script.ledger("quarantine.entered"));
        assertEquals(Map.of(1L, 2L), script.model.quarantineEntries());
    }

    @Test
    void shouldKnowADeviceByItsRejectionIfThereIsRoom()
    {
        final ReferenceScript script = script(TEN);
        violate(script, 1, 1_000);
        violate(script, 2, 1_000);

        // Two devices are known: of the third nothing is kept.
        for (int i = 0; i < 3; i++)
        {
            violate(script, 3, 1_000);
        }
        script.emitted();
        script.reading(0, 3, 990, 1, 1_000).reading(0, 2, 990, 1, 1_000);

        assertEquals(List.of("rejected 7 t=990 W=" + ReferenceModel.NO_WATERMARK), script.emitted());
        assertEquals(0, script.ledger("quarantine.devices"));
        assertEquals(1, script.ledger("source.0.accepted"));
    }

    @Test
    void shouldNotKnowADeviceByARejectionOfAnotherKind()
    {
        final ReferenceScript script = script(TEN);
        script.reading(0, 1, 990, Double.NaN, 1_000).raw(2, 990, 9, 1, 0, 1_000);

        script.reading(0, 3, 990, 1, 1_000).reading(0, 4, 990, 1, 1_000);

        assertEquals(2, script.ledger("source.0.accepted"));
    }
}
