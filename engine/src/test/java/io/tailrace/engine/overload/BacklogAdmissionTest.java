package io.tailrace.engine.overload;

import java.util.List;
import java.util.Random;

import io.tailrace.codec.MessageLayout;
import io.tailrace.codec.TimeUnits;
import io.tailrace.engine.config.SourceConfig;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

import static io.tailrace.engine.overload.BacklogAdmission.BACKLOG;
import static io.tailrace.engine.overload.BacklogAdmission.DEFERRED;
import static io.tailrace.engine.overload.BacklogAdmission.LIVE;
import static io.tailrace.engine.overload.FakeBacklogRing.AFTER_NS;
import static io.tailrace.engine.overload.FakeBacklogRing.HOUR_NS;
import static io.tailrace.engine.overload.FakeBacklogRing.SECOND_NS;
import static io.tailrace.engine.overload.FakeBacklogRing.START_NS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class BacklogAdmissionTest
{
    private static final long OLD_NS = START_NS - HOUR_NS;

    private final FakeBacklogRing ring = new FakeBacklogRing(100, 0, 4, 2);
    private final BacklogAdmission polled = ring.control.polled(1);

    @Test
    void shouldBeBacklogPastTheAgeAndNoSooner()
    {
        assertEquals(LIVE, ring.offer(polled, 1, START_NS, 1));
        assertEquals(LIVE, ring.offer(polled, 1, START_NS + HOUR_NS, 1));
        assertEquals(LIVE, ring.offer(polled, 1, START_NS - AFTER_NS, 1));
        assertFalse(ring.control.isAny());
        assertEquals(BACKLOG, ring.offer(polled, 1, START_NS - AFTER_NS - 1, 1));
        assertTrue(ring.control.isAny());
    }

    @Test
    void shouldReadTheTimeInTheUnitOfTheReadingOrOfItsSource()
    {
        final BacklogControl control = new BacklogControl(new BacklogConfig(FakeBacklogRing.AGE, 100, 0, SECOND_NS, 4),
            List.of(source(TimeUnits.AUTO), source(TimeUnits.SECONDS)), TimeUnits.AUTO, () -> -1);
        final BacklogAdmission detected = control.polled(0);
        final BacklogAdmission seconds = control.polled(1);
        final long old = OLD_NS / SECOND_NS;
        final long[] times = {old, old * 1_000, old * 1_000_000, OLD_NS};
        for (int unit = TimeUnits.SECONDS; unit <= TimeUnits.NANOS; unit++)
        {
            final long time = times[unit - 1];
            assertEquals(BACKLOG, detected.admit(unit, time, TimeUnits.AUTO, 1, START_NS), "detected " + unit);
            detected.onRefused();
            assertEquals(BACKLOG, seconds.admit(unit, time, unit, 1, START_NS), "named " + unit);
            seconds.onRefused();
        }
        assertEquals(BACKLOG, seconds.admit(9, old, TimeUnits.AUTO, 1, START_NS));
        seconds.onRefused();
        assertEquals(LIVE, seconds.admit(9, START_NS / SECOND_NS, TimeUnits.AUTO, 1, START_NS));
    }

    @Test
    void shouldLeaveToTheOperatorsWhatHasNoTime()
    {
        assertEquals(LIVE, polled.admit(1, OLD_NS, 5, 1, START_NS), "no such unit");
        assertEquals(LIVE, polled.admit(1, OLD_NS, 255, 1, START_NS), "no such unit");
        assertEquals(LIVE, polled.admit(1, Long.MIN_VALUE, TimeUnits.SECONDS, 1, START_NS), "out of range");
        assertEquals(BACKLOG, polled.admit(1, Long.MIN_VALUE, TimeUnits.NANOS, 1, START_NS));
        polled.onRefused();
    }

    /** A clock that died waits for nothing, is followed by nobody, and does not say that its device is live. */
    @Test
    void shouldLeaveToTheOperatorsWhatTheyRejectByItsAge()
    {
        final long earliestNs = START_NS - 2 * HOUR_NS;
        final BacklogControl control = new BacklogControl(
            new BacklogConfig(new BacklogAge(AFTER_NS, earliestNs, HOUR_NS), 100, 0, SECOND_NS, 4),
            List.of(source(TimeUnits.NANOS)), TimeUnits.NANOS, () -> -1);
        final BacklogAdmission way = control.polled(0);
        for (final long dead : new long[] {0, 1, Long.MIN_VALUE, START_NS - HOUR_NS - 1})
        {
            assertEquals(LIVE, way.admit(Frames.of(1, dead, 1), 0, 1, START_NS), "event time " + dead);
            assertFalse(control.isAny());
        }
        assertEquals(LIVE, way.admit(Frames.of(1, earliestNs - 1, 1), 0, 1, earliestNs + AFTER_NS));
        assertEquals(BACKLOG, way.admit(Frames.of(2, earliestNs, 1), 0, 1, earliestNs + AFTER_NS + 1));
        way.onRefused();
        assertEquals(BACKLOG, way.admit(Frames.of(1, START_NS - HOUR_NS, 1), 0, 1, START_NS));
        way.onRefused();
        way.onTurned();
        control.onDutyCycle(START_NS);
        assertEquals(1, control.view().devices(0), "the other one is gone since");

        final long laterNs = START_NS + BacklogProgress.LIVE_AFTER_NS;
        assertEquals(LIVE, way.admit(Frames.of(1, 0, 1), 0, 1, laterNs));
        way.onTurned();
        control.onDutyCycle(laterNs);
        assertEquals(1, control.view().devices(0), "it has not said that it is live");
        assertEquals(LIVE, way.admit(Frames.of(1, laterNs, 1), 0, 1, laterNs));
        way.onTurned();
        control.onDutyCycle(laterNs + SECOND_NS);
        assertEquals(0, control.view().devices(0));
    }

    /** A gateway sends for many. */
    @Test
    void shouldBeToldOfAllDevicesOfALiveFrame()
    {
        for (long device = 1; device <= 3; device++)
        {
            assertEquals(BACKLOG, ring.offer(polled, device, OLD_NS, 1));
        }
        ring.nowNs += BacklogProgress.LIVE_AFTER_NS;
        final UnsafeBuffer frame = new UnsafeBuffer(new byte[5 * MessageLayout.SLOT_LENGTH]);
        Frames.put(frame, 0, 9, ring.nowNs, TimeUnits.NANOS);
        Frames.put(frame, 1, 1, ring.nowNs, TimeUnits.NANOS);
        frame.putLong(2 * MessageLayout.SLOT_LENGTH, MessageLayout.END_OF_INPUT_HEADER);
        Frames.put(frame, 3, 2, ring.nowNs, TimeUnits.NANOS);
        Frames.put(frame, 4, 3, 0, 77);
        assertEquals(LIVE, polled.admit(frame, 0, 5, ring.nowNs));
        endDutyCycle();
        assertEquals(1, ring.control.view().devices(1), "the last device has sent no time");
    }

    @Test
    void shouldLeaveTheLockAlsoIfAFrameCannotBeRead()
    {
        assertEquals(BACKLOG, ring.offer(polled, 1, OLD_NS, 1));
        final UnsafeBuffer shortOfOne = Frames.of(2, OLD_NS, 1);
        assertEquals(BACKLOG, polled.admit(shortOfOne, 0, 2, START_NS));
        ring.sequence += 2;
        assertThrows(
            IndexOutOfBoundsException.class, () -> polled.onClaimed(ring.sequence, 2, shortOfOne, 0, 2));
        assertEquals(BACKLOG, ring.offer(polled, 1, OLD_NS, 1));
        final UnsafeBuffer live = Frames.of(2, START_NS, 1);
        assertThrows(IndexOutOfBoundsException.class, () -> polled.admit(live, 0, 2, START_NS));
        assertEquals(BACKLOG, ring.offer(polled, 1, OLD_NS, 1));
    }

    @Test
    void shouldJudgeAFrameByItsFirstReadingAndFollowAllItsDevices()
    {
        final UnsafeBuffer frame = new UnsafeBuffer(new byte[8 * MessageLayout.SLOT_LENGTH]);
        Frames.put(frame, 0, 1, OLD_NS, TimeUnits.NANOS);
        Frames.put(frame, 1, 1, OLD_NS + SECOND_NS, TimeUnits.NANOS);
        Frames.put(frame, 2, 2, OLD_NS + 2 * SECOND_NS, TimeUnits.NANOS);
        Frames.put(frame, 3, 3, START_NS, TimeUnits.NANOS);
        Frames.put(frame, 4, 4, OLD_NS, 77);
        frame.putLong(5 * MessageLayout.SLOT_LENGTH, MessageLayout.END_OF_INPUT_HEADER);
        Frames.put(frame, 6, 2, OLD_NS, TimeUnits.NANOS);
        Frames.put(frame, 7, 2, OLD_NS + SECOND_NS, TimeUnits.NANOS);

        assertEquals(BACKLOG, polled.admit(frame, 0, 8, START_NS));
        polled.onClaimed(7, 8, frame, 0, 8);
        endDutyCycle();
        assertEquals(2, ring.control.view().devices(1));
        assertEquals(3_599_000 + 3_598_000, ring.control.view().lagMs(1));
        assertEquals(3_599_000, ring.control.view().greatestLagMs(1));
        assertEquals(8, ring.control.view().admitted(1));
        assertEquals(0, ring.control.view().devices(0));

        assertEquals(LIVE, polled.admit(frame, 3 * MessageLayout.SLOT_LENGTH, 5, START_NS));
        assertEquals(LIVE, polled.admit(frame, 5 * MessageLayout.SLOT_LENGTH, 3, START_NS), "the end of input");
    }

    @Test
    void shouldNeverHoldMoreThanItsShare()
    {
        final Random random = new Random(7);
        int deferred = 0;
        for (int i = 0; i < 20_000; i++)
        {
            final int count = 1 + random.nextInt(40);
            if (ring.offer(polled, 1 + random.nextInt(6), OLD_NS, count) == DEFERRED)
            {
                deferred++;
                endDutyCycle();
                ring.free(random.nextInt(3));
            }
            assertTrue(ring.inFlight() <= 100, "inFlight=" + ring.inFlight());
        }
        assertTrue(deferred > 100, "deferred=" + deferred);
    }

    @Test
    void shouldShowWhyFramesWait()
    {
        final FakeBacklogRing limited = new FakeBacklogRing(10, 1_000, 4, 1);
        final BacklogAdmission admission = limited.control.polled(0);
        assertEquals(BACKLOG, limited.offer(admission, 1, OLD_NS, 8));
        assertEquals(DEFERRED, limited.offer(admission, 1, OLD_NS, 3));
        limited.free(1);
        int admitted = 8;
        while (limited.offer(admission, 1 + admitted % 4, OLD_NS, 10) == BACKLOG)
        {
            admitted += 10;
            limited.free(1);
        }
        assertTrue(admitted > 100 && admitted <= 100 + 20, "a burst of a tenth of a second, admitted=" + admitted);
        final BacklogView view = limited.control.view();
        assertEquals(1, view.deferred(BacklogCause.SHARE));
        assertEquals(1, view.deferred(BacklogCause.RATE));
        assertEquals(0, view.deferred(BacklogCause.TURN));

        final FakeBacklogRing alone = new FakeBacklogRing(1_000, 0, 4, 1);
        final BacklogAdmission other = alone.control.polled(0);
        assertEquals(BACKLOG, alone.offer(other, 1, OLD_NS, FairQueue.QUANTUM + 1));
        assertEquals(DEFERRED, alone.offer(other, 1, OLD_NS, 1));
        assertEquals(1, alone.control.view().deferred(BacklogCause.TURN));
        assertEquals(BACKLOG, alone.offer(other, 2, OLD_NS, 1), "another device is not ahead");
    }

    @Test
    void shouldChangeNothingByAFrameThatFoundNoRoom()
    {
        final FakeBacklogRing limited = new FakeBacklogRing(300, 1_000, 4, 1);
        final BacklogAdmission admission = limited.control.polled(0);
        for (int i = 0; i < 1_000; i++)
        {
            assertEquals(BACKLOG, admission.admit(1, OLD_NS, TimeUnits.AUTO, 100, START_NS));
            admission.onRefused();
        }
        assertEquals(0, limited.control.view().slots());
        // All of the share, the rate's burst and the turn are still there.
        for (int frame = 0; frame < 101; frame++)
        {
            assertEquals(BACKLOG, limited.offer(admission, 1, OLD_NS, 1), "frame " + frame);
        }
        assertEquals(DEFERRED, limited.offer(admission, 1, OLD_NS, 1));
        assertEquals(1, limited.control.view().deferred(BacklogCause.RATE));
        assertEquals(101, limited.control.view().slots());
    }

    @Test
    void shouldTakeNothingForAFrameOfWhichNothingWasClaimed()
    {
        final UnsafeBuffer frame = Frames.of(1, OLD_NS, 50);
        for (int i = 0; i < 100; i++)
        {
            assertEquals(BACKLOG, polled.admit(frame, 0, 50, START_NS));
            polled.onClaimed(-1, 0, frame, 0, 50);
        }
        assertEquals(BACKLOG, polled.admit(frame, 0, 50, START_NS));
        polled.onClaimed(9, 10, frame, 0, 50);
        assertEquals(10, ring.control.view().slots());
        endDutyCycle();
        assertEquals(10, ring.control.view().admitted(1));
    }

    @Test
    void shouldNotWaitForWhoHoldsTheLock()
    {
        final BacklogAdmission publisher = ring.control.publisher(0);
        assertEquals(BACKLOG, publisher.admit(1, OLD_NS, TimeUnits.AUTO, 1, START_NS));
        // The publisher stands between admission and claim.
        assertEquals(DEFERRED, polled.admit(2, OLD_NS, TimeUnits.AUTO, 1, START_NS));
        assertEquals(LIVE, polled.admit(2, START_NS, TimeUnits.AUTO, 1, START_NS));
        assertEquals(0, ring.control.onDutyCycle(START_NS));
        publisher.onClaimed(0, 1, Frames.of(1, OLD_NS, 1), 0, 1);
        assertEquals(BACKLOG, polled.admit(2, OLD_NS, TimeUnits.AUTO, 1, START_NS));
        polled.onClaimed(1, 1, Frames.of(2, OLD_NS, 1), 0, 1);
        assertEquals(2, ring.control.view().slots());
    }

    @Test
    void shouldLetDevicesInForWhichThereIsNoPlaceAndCountThem()
    {
        for (long device = 1; device <= 4; device++)
        {
            assertEquals(BACKLOG, ring.offer(polled, device, OLD_NS, 1));
        }
        assertEquals(0, ring.control.view().untracked());
        for (int i = 1; i <= 50; i++)
        {
            assertEquals(BACKLOG, ring.offer(polled, 5, OLD_NS, 1));
            assertEquals(i, ring.control.view().untracked());
        }
        endDutyCycle();
        assertEquals(4, ring.control.view().devices(1));
        assertEquals(54, ring.control.view().admitted(1));
    }

    @Test
    void shouldGiveDevicesWithoutAPlaceOneTurnTogether()
    {
        final FakeBacklogRing full = new FakeBacklogRing(1_000, 0, 1, 1);
        final BacklogAdmission admission = full.control.polled(0);
        assertEquals(BACKLOG, full.offer(admission, 0, OLD_NS, 1));
        for (int device = 1; device <= FairQueue.QUANTUM + 1; device++)
        {
            assertEquals(BACKLOG, full.offer(admission, device, OLD_NS, 1), "device " + device);
        }
        assertEquals(DEFERRED, full.offer(admission, 9_999, OLD_NS, 1));
        assertEquals(BACKLOG, full.offer(admission, 0, OLD_NS, 1), "the one that has a place is not ahead");
    }

    @Test
    void shouldForgetADeviceThatIsLiveAgain()
    {
        assertEquals(BACKLOG, ring.offer(polled, 1, OLD_NS, 1));
        ring.nowNs += BacklogProgress.LIVE_AFTER_NS - 1_000_000;
        assertEquals(LIVE, ring.offer(polled, 1, ring.nowNs, 1));
        assertTrue(ring.control.isAny(), "it may go on with its backlog");
        ring.nowNs += 1_000_000;
        assertEquals(LIVE, ring.offer(polled, 2, ring.nowNs, 1));
        assertTrue(ring.control.isAny(), "another device is live");
        assertEquals(LIVE, ring.offer(polled, 1, ring.nowNs, 1));
        assertFalse(ring.control.isAny());
    }

    @Test
    void shouldForgetADeviceThatWasLiveOnceAndThenSilent()
    {
        assertEquals(BACKLOG, ring.offer(polled, 1, OLD_NS, 1));
        assertEquals(LIVE, ring.offer(polled, 1, START_NS, 1));
        ring.nowNs += BacklogProgress.LIVE_AFTER_NS - 1_000_000;
        endDutyCycle();
        assertTrue(ring.control.isAny());
        ring.nowNs += 1_000_000;
        endDutyCycle();
        assertFalse(ring.control.isAny());
    }

    @Test
    void shouldForgetADeviceThatVanished()
    {
        assertEquals(BACKLOG, ring.offer(polled, 1, OLD_NS, 1));
        ring.nowNs += BacklogProgress.GONE_AFTER_NS - 1_000_000;
        endDutyCycle();
        assertEquals(1, ring.control.view().devices(1));
        ring.nowNs += 2_000_000_000L;
        endDutyCycle();
        assertFalse(ring.control.isAny());
        assertEquals(0, ring.control.view().devices(1));
        assertEquals(0, ring.control.view().lagMs(1));
        assertEquals(1, ring.control.view().progress(1));
    }

    @Test
    void shouldKeepTheTurnOfADeviceThatSendsLiveReadingsBetweenItsBacklog()
    {
        assertEquals(BACKLOG, ring.offer(polled, 1, OLD_NS, 100));
        ring.free(1);
        assertEquals(BACKLOG, ring.offer(polled, 1, OLD_NS, 100));
        ring.free(1);
        assertEquals(BACKLOG, ring.offer(polled, 1, OLD_NS, 100));
        ring.free(1);
        assertEquals(DEFERRED, ring.offer(polled, 1, OLD_NS, 1));
        assertEquals(LIVE, ring.offer(polled, 1, START_NS, 1));
        assertEquals(DEFERRED, ring.offer(polled, 1, OLD_NS, 1));
        assertEquals(2, ring.control.view().deferred(BacklogCause.TURN));
    }

    @Test
    void shouldEndARoundOnlyWhenAllThatIsPolledWasLookedAt()
    {
        final BacklogAdmission second = ring.control.polled(0);
        assertEquals(BACKLOG, ring.offer(polled, 1, OLD_NS, 100));
        ring.free(1);
        assertEquals(BACKLOG, ring.offer(polled, 1, OLD_NS, 100));
        ring.free(1);
        assertEquals(BACKLOG, ring.offer(polled, 1, OLD_NS, 100));
        ring.free(1);
        for (int i = 0; i < 10; i++)
        {
            assertEquals(DEFERRED, ring.offer(polled, 1, OLD_NS, 1));
            polled.onTurned();
            assertEquals(0, ring.control.onDutyCycle(ring.nowNs));
        }
        second.onTurned();
        assertEquals(0, ring.control.onDutyCycle(ring.nowNs), "some came in since the last round");
        assertEquals(DEFERRED, ring.offer(polled, 1, OLD_NS, 1));
        polled.onTurned();
        second.onTurned();
        assertEquals(1, ring.control.onDutyCycle(ring.nowNs));
        assertEquals(BACKLOG, ring.offer(polled, 1, OLD_NS, 1));
    }

    /** While ingress could not look at a frame, since another had the lock, it may be that frame's turn. */
    @Test
    void shouldNotEndARoundInWhichAFrameCouldNotBeLookedAt()
    {
        for (int i = 0; i < 3; i++)
        {
            assertEquals(BACKLOG, ring.offer(polled, 1, OLD_NS, 100));
            ring.free(1);
        }
        endDutyCycle();
        assertEquals(DEFERRED, ring.offer(polled, 1, OLD_NS, 1), "it is far ahead");
        assertTrue(ring.control.tryEnter());
        assertEquals(DEFERRED, ring.offer(polled, 2, OLD_NS, 1), "not looked at");
        ring.control.leave();
        polled.onTurned();
        assertEquals(0, ring.control.onDutyCycle(ring.nowNs));

        assertEquals(DEFERRED, ring.offer(polled, 1, OLD_NS, 1), "it is still the turn of the other");
        polled.onTurned();
        assertEquals(1, ring.control.onDutyCycle(ring.nowNs), "a whole round without it");
        assertEquals(BACKLOG, ring.offer(polled, 1, OLD_NS, 1));
    }

    @Test
    void shouldRefuseWhatIsOutOfRange()
    {
        assertRefused("slots=0, expected 1 or more", 0, 0, 1, 1);
        assertRefused("perSecond=-0.5, expected 0 or more", 1, -0.5, 1, 1);
        assertRefused("perSecond=NaN, expected 0 or more", 1, Double.NaN, 1, 1);
        assertRefused("burstNs=0, expected 1 or more", 1, 0, 0, 1);
        assertRefused("maxDevices=0, expected 1 or more", 1, 0, 1, 0);
        assertEquals("afterNs=-1, maxAgeNs=0, expected 0 or more",
            assertThrows(IllegalArgumentException.class, () -> new BacklogAge(-1, 0, 0)).getMessage());
        assertEquals("afterNs=0, maxAgeNs=-1, expected 0 or more",
            assertThrows(IllegalArgumentException.class, () -> new BacklogAge(0, 0, -1)).getMessage());
    }

    private void endDutyCycle()
    {
        polled.onTurned();
        ring.control.onDutyCycle(ring.nowNs);
    }

    private static SourceConfig source(final int unit)
    {
        return SourceConfig.embedded("any").timeUnit(unit).build();
    }

    private static void assertRefused(
        final String message, final int slots, final double perSecond, final long burstNs, final int maxDevices)
    {
        assertEquals(message, assertThrows(IllegalArgumentException.class,
            () -> new BacklogConfig(FakeBacklogRing.AGE, slots, perSecond, burstNs, maxDevices)).getMessage());
    }
}
