package io.tailrace.engine.reference;

import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;

import static io.tailrace.engine.reference.ReferenceScript.NOT_EMPTY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

/**
 * Which keys and devices are forgotten, when, and what that means for those that come back; computed by hand.
 */
class ReferenceForgettingTest
{
    private static final ReferenceWindow TEN = ReferenceWindow.tumbling("ten", 10);
    private static final ReferenceWindow BY_DEVICE = TEN.withWatermark(ReferenceWindow.Watermark.DEVICE);

    private static ReferenceScript script(
        final int maxDevices, final int maxKeys, final long keyTtlNs, final ReferenceWindow... windows)
    {
        return new ReferenceScript(
            ReferenceConfig.historical(1, 0, 1_000, windows).withLimits(maxDevices, maxKeys, keyTtlNs));
    }

    @Test
    void shouldForgetAKeyOnceItsLastNewPaneIsTheTtlAgo()
    {
        final ReferenceScript script = script(8, 1, 20, TEN);
        // The second reading finds its pane: used stays 100.
        script.reading(0, 1, 3, 1, 100).reading(0, 1, 4, 2, 110).reading(0, 2, 15, 4, 110);
        assertEquals(1, script.ledger("operator.0.exhausted:keys-exhausted"));

        script.tick(119, NOT_EMPTY).reading(0, 2, 16, 8, 119);
        assertEquals(2, script.ledger("operator.0.exhausted:keys-exhausted"));
        assertEquals(0, script.model.keysForgotten());

        script.tick(120, NOT_EMPTY).reading(0, 2, 17, 16, 120).end();
        assertEquals(1, script.model.keysForgotten());
        assertEquals(List.of(
            "0:1 [0,10) ON_TIME r0 n=2 sum=3.0", "0:2 [10,20) ON_TIME r0 n=1 sum=16.0"), script.emitted());
    }

    @Test
    void shouldUseAKeyAnewIfItHoldsALivePane()
    {
        final ReferenceScript script = script(8, 1, 20, TEN.withLateness(5));
        script.reading(0, 1, 3, 1, 100).reading(0, 2, 14, 2, 100).tick(120, NOT_EMPTY);
        assertEquals(List.of("0:1 [0,10) ON_TIME r0 n=1 sum=1.0"), script.emitted());
        assertEquals(0, script.model.keysForgotten());

        // Dead since W = 15, but used at 120.
        script.reading(0, 2, 15, 4, 121).tick(139, NOT_EMPTY);
        assertEquals(0, script.model.keysForgotten());

        script.tick(140, NOT_EMPTY);
        assertEquals(1, script.model.keysForgotten());
    }

    @Test
    void shouldForgetOnlyAtATickAndAfterItsFirings()
    {
        final ReferenceScript script = new ReferenceScript(
            ReferenceConfig.historical(2, 0, 10, TEN).withLimits(8, 2, 20));
        script.reading(0, 1, 3, 1, 100).reading(1, 2, 30, 2, 100).reading(1, 2, 31, 2, 200);
        assertEquals(0, script.model.keysForgotten());

        // Source 0 goes idle: W = 31 fires [0,10), whose key is then forgotten. That of [30,40) is held.
        script.tick(200, 100, NOT_EMPTY);
        assertEquals(List.of("0:1 [0,10) ON_TIME r0 n=1 sum=1.0"), script.emitted());
        assertEquals(1, script.model.keysForgotten());
    }

    @Test
    void shouldForgetKeysByTimeOfEngineAcrossAStart()
    {
        final ReferenceScript script = script(8, 8, 20, TEN)
            .reading(0, 1, 3, 1, 100).reading(0, 2, 10, 2, 100).started(500);
        assertEquals(0, script.model.keysForgotten());

        script.tick(501, NOT_EMPTY);
        assertEquals(1, script.model.keysForgotten());
    }

    @Test
    void shouldForgetADeviceThatHoldsNothingAndMakeRoom()
    {
        final ReferenceScript script = script(1, 8, 20, TEN).reading(0, 1, 3, 1, 100);
        script.tick(119, NOT_EMPTY).reading(0, 2, 4, 2, 119);
        assertEquals(List.of("rejected 7 t=4 W=3"), script.emitted());
        assertEquals(0, script.model.devicesForgotten());

        // Its key goes by global time and does not hold it.
        script.tick(120, NOT_EMPTY).reading(0, 2, 4, 4, 120).end();
        assertEquals(1, script.model.devicesForgotten());
        assertEquals(0, script.model.keysForgotten());
        assertEquals(ReferenceModel.NO_WATERMARK, script.model.deviceWatermarkNs(1));
        assertEquals(List.of(
            "0:1 [0,10) ON_TIME r0 n=1 sum=1.0", "0:2 [0,10) ON_TIME r0 n=1 sum=4.0"), script.emitted());
    }

    @Test
    void shouldUseADeviceByAcceptedReadingsAndThoseRejectedByTimeBounds()
    {
        final ReferenceScript script = new ReferenceScript(ReferenceConfig.historical(1, 0, 1_000, TEN)
            .withBounds(0, 50, 1_000_000).withLimits(8, 8, 20));
        script.reading(0, 1, 100, 1, 100).reading(0, 1, -1, 1, 110).reading(0, 1, 100, Double.NaN, 115);

        script.tick(129, NOT_EMPTY);
        assertEquals(0, script.model.devicesForgotten());

        script.tick(130, NOT_EMPTY);
        assertEquals(1, script.model.devicesForgotten());
    }

    @Test
    void shouldForgetADeviceWithItsKeysWhichThenBeginsAnew()
    {
        final ReferenceFilter metricTwo =
            new ReferenceFilter(Set.of(2L), 0, 100, ReferenceFilter.NO_QUALITY_BOUND);
        final ReferenceScript script = script(8, 8, 20, BY_DEVICE.withFilter(
            new ReferenceFilter(Set.of(), 0, 100, ReferenceFilter.NO_QUALITY_BOUND)),
            BY_DEVICE.withFilter(metricTwo));
        script.reading(0, 1, 3, 1, 100).tick(120, NOT_EMPTY);
        // The pane [0,10) lives by W(1) = 3 and holds the device, though silence is long enough.
        assertEquals(0, script.model.devicesForgotten());

        // A reading that no operator takes moves W(1) beyond it.
        script.reading(0, 1, 50, -1, 125);
        assertEquals(List.of("0:1 [0,10) ON_TIME r0 n=1 sum=1.0"), script.emitted());
        script.tick(144, NOT_EMPTY);
        assertEquals(0, script.model.devicesForgotten());
        script.tick(145, NOT_EMPTY);
        assertEquals(1, script.model.devicesForgotten());
        assertEquals(1, script.model.keysForgottenWithDevice());

        script.reading(0, 1, 4, 2, 146).reading(0, 1, 10, 4, 146);
        assertEquals(List.of("0:1 [0,10) ON_TIME r0 n=1 sum=2.0"), script.emitted());
        assertEquals(10, script.model.deviceWatermarkNs(1));
    }

    @Test
    void shouldHoldADeviceByAPaneThatHasNotFiredOrIsLiveInAnyOperator()
    {
        final ReferenceScript script = script(8, 8, 20, BY_DEVICE, TEN, BY_DEVICE.withLateness(1_000));
        script.reading(0, 1, 3, 1, 100).reading(0, 1, 10, 2, 100).reading(0, 2, 900, 4, 100);

        script.tick(120, NOT_EMPTY).tick(140, NOT_EMPTY).tick(160, NOT_EMPTY);

        assertEquals(0, script.model.devicesForgotten());
        // The key of operator 1 and device 1, by W = 900.
        assertEquals(1, script.model.keysForgotten());
    }

    @Test
    void shouldForgetQuarantineWithItsDevice()
    {
        final ReferenceScript script = new ReferenceScript(ReferenceConfig.historical(1, 0, 1_000, TEN)
            .withBounds(0, 50, 1_000_000).withLimits(8, 8, 20));
        script.reading(0, 1, -1, 1, 100).reading(0, 1, -1, 1, 100).reading(0, 1, -1, 1, 100);
        assertEquals(1, script.ledger("quarantine.devices"));

        script.tick(120, NOT_EMPTY);
        assertEquals(0, script.ledger("quarantine.devices"));
        assertEquals(1, script.ledger("quarantine.entered"));

        // Two more would be five within a minute, had the first three not been forgotten.
        script.reading(0, 1, -1, 1, 121).reading(0, 1, -1, 1, 121).reading(0, 1, 120, 1, 121);
        assertEquals(0, script.ledger("quarantine.devices"));
        assertEquals(120, script.model.watermarkNs());
    }

    @Test
    void shouldLookAtAThousandDevicesATick()
    {
        final ReferenceScript script = script(Integer.MAX_VALUE, Integer.MAX_VALUE, 20, TEN);
        for (int device = 0; device < 1_001; device++)
        {
            script.reading(0, device, 3, 1, 100);
        }
        script.reading(0, 5_000, 10, 1, 100);

        script.tick(120, NOT_EMPTY);
        assertEquals(1_000, script.model.devicesForgotten());
        assertEquals(1_000, script.model.keysForgotten());

        // The one left, and that of [10,20), which is held.
        script.tick(120, NOT_EMPTY);
        assertEquals(1_002, script.model.devicesForgotten());
        assertEquals(1_001, script.model.keysForgotten());
    }

    @Test
    void shouldCountEveryLookAmongTheThousandWhateverComesOfIt()
    {
        final ReferenceScript script = script(Integer.MAX_VALUE, Integer.MAX_VALUE, 20, TEN);
        script.reading(0, 7, 3, 1, 100);
        for (int device = 10; device < 1_010; device++)
        {
            script.reading(0, device, 3, 1, 100);
        }
        script.reading(0, 7, 3, 1, 111).tick(130, NOT_EMPTY);

        // Device 7 came first and is looked at first; it was used at 111, so that its next look is due at 131.
        assertEquals(999, script.model.devicesForgotten());
        assertEquals(3, script.model.deviceWatermarkNs(7));
        assertEquals(3, script.model.deviceWatermarkNs(1_009));

        script.tick(130, NOT_EMPTY);
        assertEquals(1_000, script.model.devicesForgotten());
        assertEquals(3, script.model.deviceWatermarkNs(7));

        script.tick(131, NOT_EMPTY);
        assertEquals(1_001, script.model.devicesForgotten());
    }

    @Test
    void shouldLookInOrderOfTheNextLookNotOfTheLastUse()
    {
        final ReferenceScript script = script(Integer.MAX_VALUE, Integer.MAX_VALUE, 20, TEN);
        for (int device = 10; device < 1_010; device++)
        {
            script.reading(0, device, 3, 1, 100);
        }
        script.reading(0, 8, 3, 1, 101);
        for (int device = 10; device < 1_010; device++)
        {
            script.reading(0, device, 3, 1, 110);
        }
        script.tick(130, NOT_EMPTY);

        // Those of the look at 120 come before that of 121, though they were used later.
        assertEquals(1_000, script.model.devicesForgotten());
        assertEquals(3, script.model.deviceWatermarkNs(8));
    }

    @Test
    void shouldNeverForgetWithoutATtl()
    {
        final ReferenceScript script = ReferenceScript.of(TEN)
            .reading(0, 1, 3, 1, 100).reading(0, 2, 10, 1, 100).tick(Long.MAX_VALUE, NOT_EMPTY);

        assertEquals(0, script.model.keysForgotten());
        assertEquals(0, script.model.devicesForgotten());
        assertThrows(IllegalArgumentException.class, () -> script(8, 8, 0, TEN));
    }
}
