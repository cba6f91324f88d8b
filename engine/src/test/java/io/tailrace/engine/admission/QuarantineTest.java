package io.tailrace.engine.admission;

import io.tailrace.codec.RejectReason;
import io.tailrace.engine.state.DeviceTable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class QuarantineTest
{
    private static final long MINUTE = 60_000_000_000L;

    private DeviceTable devices;
    private Quarantine quarantine;
    private long device;

    @BeforeEach
    void open()
    {
        devices = new DeviceTable(4, 1);
        quarantine = new Quarantine(devices);
        device = devices.create(17);
    }

    @AfterEach
    void close()
    {
        devices.close();
    }

    @Test
    void shouldBeEnteredWithTheThirdRejectionExactlyAMinuteAfterTheFirst()
    {
        reject(1000, 1000 + MINUTE / 2);
        assertFalse(DeviceTable.isInQuarantine(device));
        assertTrue(quarantine.onAccepted(device));
        reject(1000 + MINUTE);
        assertTrue(DeviceTable.isInQuarantine(device));
        assertFalse(quarantine.onAccepted(device));
        assertEquals(1, quarantine.view().entered());
        assertEquals(1, quarantine.view().devices());
    }

    @Test
    void shouldNotBeEnteredOneNanosecondLater()
    {
        reject(1000, 1000 + MINUTE / 2, 1000 + MINUTE + 1);
        assertFalse(DeviceTable.isInQuarantine(device));
        assertEquals(0, quarantine.view().entered());
        // The last two and this one lie within a minute.
        reject(1000 + MINUTE / 2 + MINUTE);
        assertTrue(DeviceTable.isInQuarantine(device));
    }

    @Test
    void shouldBeEnteredWithThreeAtOnceAtAnyTime()
    {
        reject(0, 0, 0);
        assertTrue(DeviceTable.isInQuarantine(device));
        final long other = devices.create(18);
        for (int i = 0; i < 3; i++)
        {
            quarantine.onRejected(other, Long.MAX_VALUE);
        }
        assertTrue(DeviceTable.isInQuarantine(other));
        final long early = devices.create(19);
        quarantine.onRejected(early, -3);
        quarantine.onRejected(early, -2);
        quarantine.onRejected(early, Long.MAX_VALUE);
        assertFalse(DeviceTable.isInQuarantine(early));
        assertEquals(2, quarantine.view().devices());
    }

    @Test
    void shouldBeLeftWithTheTenthAcceptedReadingInARow()
    {
        reject(1, 2, 3);
        for (int i = 0; i < 9; i++)
        {
            assertFalse(quarantine.onAccepted(device));
        }
        assertEquals(1, quarantine.view().devices());
        // The tenth counts already.
        assertTrue(quarantine.onAccepted(device));
        assertFalse(DeviceTable.isInQuarantine(device));
        assertTrue(quarantine.onAccepted(device));
        assertEquals(0, quarantine.view().devices());
        assertEquals(1, quarantine.view().entered());
    }

    @Test
    void shouldBeginTheRowAnewAfterARejection()
    {
        reject(1, 2, 3);
        for (int i = 0; i < 9; i++)
        {
            assertFalse(quarantine.onAccepted(device));
        }
        reject(10 * MINUTE);
        for (int i = 0; i < 9; i++)
        {
            assertFalse(quarantine.onAccepted(device));
        }
        assertTrue(quarantine.onAccepted(device));
        assertEquals(1, quarantine.view().entered());
    }

    @Test
    void shouldNeedThreeNewRejectionsOnceItWasLeft()
    {
        reject(1, 2, 3);
        leave();
        reject(4, 5);
        assertFalse(DeviceTable.isInQuarantine(device));
        assertTrue(quarantine.onAccepted(device));
        reject(6);
        assertTrue(DeviceTable.isInQuarantine(device));
        assertEquals(2, quarantine.view().entered());
        // And a whole row to leave it again.
        leave();
        assertEquals(0, quarantine.view().devices());
        assertEquals(6, devices.rejections(device));
    }

    @Test
    void shouldForgetDevicesThatAreGone()
    {
        reject(1, 2, 3);
        final long other = devices.create(18);
        quarantine.onRejected(other, 3);
        quarantine.onForgotten(other);
        devices.remove(other);
        assertEquals(1, quarantine.view().devices());
        quarantine.onForgotten(device);
        devices.remove(device);
        assertEquals(0, quarantine.view().devices());
        assertEquals(1, quarantine.view().entered());
        // It comes back without a past.
        device = devices.create(17);
        reject(4, 5);
        assertFalse(DeviceTable.isInQuarantine(device));
        assertEquals(2, devices.rejections(device));
    }

    @Test
    void shouldCountOnlyTheThreeReasonsByTimeBounds()
    {
        for (final RejectReason reason : RejectReason.values())
        {
            final boolean isByTimeBounds = reason == RejectReason.BEFORE_EARLIEST ||
                reason == RejectReason.FUTURE || reason == RejectReason.TOO_OLD;
            assertEquals(isByTimeBounds, Quarantine.isByTimeBounds(reason.code()), reason::name);
        }
        assertFalse(Quarantine.isByTimeBounds(Admission.VALID));
    }

    private void reject(final long... engineTimesNs)
    {
        for (final long engineTimeNs : engineTimesNs)
        {
            quarantine.onRejected(device, engineTimeNs);
        }
    }

    private void leave()
    {
        for (int i = 0; i < 9; i++)
        {
            assertFalse(quarantine.onAccepted(device));
        }
        assertTrue(quarantine.onAccepted(device));
    }
}
