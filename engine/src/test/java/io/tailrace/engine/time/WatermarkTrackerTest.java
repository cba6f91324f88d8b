package io.tailrace.engine.time;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class WatermarkTrackerTest
{
    private static final long NONE = WatermarkTracker.NULL_TIME_NS;
    private static final long IDLE_AFTER = 100;
    private static final long DISORDER = 10;

    private final WatermarkTracker tracker = new WatermarkTracker(2, DISORDER, IDLE_AFTER);

    @Test
    void shouldHaveNoWatermarkBeforeTheFirstReading()
    {
        assertEquals(NONE, tracker.watermarkNs());
        tick(1000, NONE, NONE);
        assertEquals(NONE, tracker.watermarkNs());
        assertEquals(1000, tracker.engineTimeNs());
    }

    @Test
    void shouldFollowTheSlowestSourceAndLeaveOutThoseThatSaidNothing()
    {
        assertTrue(reading(0, 500));
        assertEquals(490, tracker.watermarkNs());
        // The second source is behind: W does not go back, and does not grow until it is overtaken.
        assertFalse(reading(1, 300));
        assertFalse(reading(0, 900));
        assertEquals(490, tracker.watermarkNs());
        assertFalse(reading(1, 500));
        assertTrue(reading(1, 501));
        assertEquals(491, tracker.watermarkNs());
        assertTrue(reading(1, 5000));
        assertEquals(890, tracker.watermarkNs());
    }

    @Test
    void shouldNeverMoveEngineTimeBack()
    {
        tracker.onTime(50);
        tracker.onTime(40);
        assertEquals(50, tracker.engineTimeNs());
        tracker.onTime(51);
        assertEquals(51, tracker.engineTimeNs());
    }

    @Test
    void shouldLeaveOutASourceThatIsIdleExactlyAtIdleAfter()
    {
        reading(0, 500);
        reading(1, 900);
        tracker.onTime(1000);
        assertFalse(tick(1099, 1000, NONE));
        assertEquals(490, tracker.watermarkNs());
        assertTrue(tick(1100, 1000, NONE));
        assertEquals(890, tracker.watermarkNs());
    }

    @Test
    void shouldHoldTheWatermarkAgainOnceAnIdleSourceSpeaks()
    {
        reading(0, 500);
        reading(1, 900);
        tick(1100, 1000, NONE);
        // Its reading is behind W, so W stands until it has caught up.
        assertFalse(reading(0, 600));
        assertFalse(reading(1, 2000));
        assertEquals(890, tracker.watermarkNs());
        assertTrue(reading(0, 1000));
        assertEquals(990, tracker.watermarkNs());
    }

    @Test
    void shouldFollowTheOneThatSpeaksAgainWhenAllOthersAreIdle()
    {
        reading(0, 500);
        reading(1, 900);
        tick(1100, 1000, 1000);
        assertEquals(490, tracker.watermarkNs());
        // The second was idle with its greatest time ahead: a reading that is not its greatest lets W catch up.
        assertTrue(reading(1, 700));
        assertEquals(890, tracker.watermarkNs());
    }

    @Test
    void shouldStayIdleUntilItSpeaksEvenIfItIsNoLongerEmpty()
    {
        reading(0, 500);
        reading(1, 900);
        tick(1100, 1000, NONE);
        tick(1200, NONE, NONE);
        assertTrue(reading(1, 1500));
        assertEquals(1490, tracker.watermarkNs());
        // A rejected reading is a sign of life as well.
        tracker.onReading(0);
        assertFalse(reading(1, 1600));
        assertEquals(1490, tracker.watermarkNs());
    }

    @Test
    void shouldSeeNobodyIdleAfterStarted()
    {
        reading(0, 500);
        reading(1, 900);
        tick(1100, 1000, NONE);
        tracker.onStarted();
        assertFalse(reading(1, 2000));
        assertEquals(890, tracker.watermarkNs());
        // Since when it was empty is forgotten too.
        assertFalse(tick(1200, NONE, NONE));
        assertEquals(NONE, tracker.silenceWatermarkNs());
        assertFalse(tick(1299, 1200, NONE));
        assertTrue(tick(1300, 1200, NONE));
        assertEquals(1990, tracker.watermarkNs());
    }

    @Test
    void shouldFireBySilenceOnlyOnceAllAreEmptyLongEnough()
    {
        reading(0, 500);
        tick(2000, 1000, NONE);
        assertEquals(NONE, tracker.silenceWatermarkNs());
        tick(2000, 1000, 1901);
        assertEquals(NONE, tracker.silenceWatermarkNs());
        tick(2001, 1000, 1901);
        // 500 + 100 - 10: the silence counts from the last one that fell silent.
        assertEquals(590, tracker.silenceWatermarkNs());
        tick(2050, 1000, 1901);
        assertEquals(639, tracker.silenceWatermarkNs());
        assertEquals(490, tracker.watermarkNs());
        tracker.onReading(1);
        assertEquals(NONE, tracker.silenceWatermarkNs());
    }

    @Test
    void shouldNotFireBySilenceWhenNothingWasEverSaid()
    {
        tick(5000, 1000, 1000);
        assertEquals(NONE, tracker.silenceWatermarkNs());
        assertEquals(Long.MAX_VALUE, tracker.silenceReachesNs(10));
    }

    @Test
    void shouldForeseeWhenSilenceFiresAndSourcesBecomeIdle()
    {
        reading(0, 500);
        tick(999, 900, 950);
        assertEquals(1000, tracker.nextIdleNs());
        tick(1010, 900, 950);
        assertEquals(1050, tracker.nextIdleNs());
        // idle-after is the least: a window that ended long ago fires then.
        assertEquals(1050, tracker.silenceReachesNs(100));
        // 500 + s - 10 >= 700 at s = 210.
        assertEquals(1160, tracker.silenceReachesNs(700));
        tick(1159, 900, 950);
        assertEquals(699, tracker.silenceWatermarkNs());
        tick(1160, 900, 950);
        assertEquals(700, tracker.silenceWatermarkNs());
        assertEquals(Long.MAX_VALUE, tracker.silenceReachesNs(Long.MAX_VALUE));
        assertEquals(Long.MAX_VALUE, tracker.nextIdleNs());
    }

    @Test
    void shouldSaturateAtTheEndsOfTime()
    {
        final WatermarkTracker saturated = new WatermarkTracker(1, Long.MAX_VALUE, IDLE_AFTER);
        saturated.onReading(0);
        // Smaller than every other is still none.
        assertFalse(saturated.onAccepted(0, -5));
        assertEquals(NONE, saturated.watermarkNs());
        assertTrue(saturated.onAccepted(0, 0));
        assertEquals(-Long.MAX_VALUE, saturated.watermarkNs());
        assertTrue(saturated.onAccepted(0, Long.MAX_VALUE));
        assertEquals(0, saturated.watermarkNs());
        saturated.onTime(Long.MAX_VALUE);
        saturated.onEmptySince(0, -10);
        saturated.onTick();
        assertEquals(Long.MAX_VALUE, saturated.silenceWatermarkNs());
    }

    @Test
    void shouldIgnoreTicksOfSourcesThatItDoesNotKnow()
    {
        reading(0, 500);
        tracker.onEmptySince(2, 0);
        assertFalse(tick(2000, NONE, NONE));
    }

    private boolean reading(final int source, final long timeNs)
    {
        tracker.onReading(source);
        return tracker.onAccepted(source, timeNs);
    }

    private boolean tick(final long timeNs, final long since0, final long since1)
    {
        tracker.onTime(timeNs);
        tracker.onEmptySince(0, since0);
        tracker.onEmptySince(1, since1);
        return tracker.onTick();
    }
}
