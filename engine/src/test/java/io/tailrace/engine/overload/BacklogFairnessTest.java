package io.tailrace.engine.overload;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;

import static io.tailrace.engine.overload.FakeBacklogRing.HOUR_NS;
import static io.tailrace.engine.overload.FakeBacklogRing.START_NS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Devices that always have a frame waiting, one each, of random length, looked at in random order by ingress, or each
 * by a publisher of its own: what they were given never differs by more than the quantum and one frame, the share is
 * never exceeded, and some frame comes in within a round if there is room.
 */
class BacklogFairnessTest
{
    private static final int MAX_FRAME = 40;

    @Test
    void shouldServeDevicesAlikeThatIngressPolls()
    {
        for (long seed = 1; seed <= 60; seed++)
        {
            final Random random = new Random(seed);
            run(seed, random, 2 + random.nextInt(seed % 2 == 0 ? 1 : 30), 0);
        }
    }

    @Test
    void shouldServeDevicesAlikeThatPublishersOffer()
    {
        for (long seed = 101; seed <= 140; seed++)
        {
            final Random random = new Random(seed);
            final int devices = 2 + random.nextInt(8);
            run(seed, random, devices, devices);
        }
    }

    @Test
    void shouldServeDevicesAlikeThatComeBothWays()
    {
        for (long seed = 201; seed <= 240; seed++)
        {
            final Random random = new Random(seed);
            final int devices = 2 + random.nextInt(12);
            run(seed, random, devices, 1 + random.nextInt(devices - 1));
        }
    }

    @Test
    void shouldGiveADeviceAloneAllThereIs()
    {
        final FakeBacklogRing ring = new FakeBacklogRing(64, 0, 8, 1);
        final BacklogAdmission admission = ring.control.polled(0);
        int rounds = 0;
        int admitted = 0;
        while (admitted < 100_000)
        {
            admitted += ring.offer(admission, 5, START_NS - HOUR_NS, 20) == BacklogAdmission.BACKLOG ? 20 : 0;
            endRound(ring, admission);
            ring.free(1);
            rounds++;
        }
        // One round in twelve or so lets nothing in, and virtual time rise.
        assertTrue(rounds < 100_000 / 20 * 1.1, "rounds=" + rounds);
    }

    @Test
    void shouldServeALateComerFromNowOnAndNotForThePast()
    {
        final FakeBacklogRing ring = new FakeBacklogRing(64, 0, 8, 1);
        final BacklogAdmission admission = ring.control.polled(0);
        for (int round = 0; round < 1_000; round++)
        {
            ring.offer(admission, 1, START_NS - HOUR_NS, 10);
            endRound(ring, admission);
            ring.free(1);
        }
        final int[] served = new int[3];
        for (int round = 0; round < 1_000; round++)
        {
            for (int device = 1; device < served.length; device++)
            {
                served[device] += ring.offer(admission, device, START_NS - HOUR_NS, 10) > 0 ? 10 : 0;
            }
            endRound(ring, admission);
            ring.free(2);
        }
        assertTrue(Math.abs(served[1] - served[2]) <= FairQueue.QUANTUM + 10, Arrays.toString(served));
        assertTrue(served[1] > 3_000, Arrays.toString(served));
    }

    @Test
    void shouldNotLetAPublisherThatGaveUpHoldUpTheOthers()
    {
        final FakeBacklogRing ring = new FakeBacklogRing(1_024, 0, 8, 1);
        final BacklogAdmission polled = ring.control.polled(0);
        final BacklogAdmission publisher = ring.control.publisher(0);
        fill(ring, polled, 1);
        fill(ring, publisher, 2);
        endRound(ring, polled);
        assertEquals(BacklogAdmission.DEFERRED, ring.offer(polled, 1, START_NS - HOUR_NS, 1));
        assertEquals(BacklogAdmission.DEFERRED, ring.offer(publisher, 2, START_NS - HOUR_NS, 1));
        endRound(ring, polled);
        // It would be the publisher's turn, but it does not offer again.
        fill(ring, polled, 1);
        endRound(ring, polled);
        for (int round = 0; round < 10; round++)
        {
            assertEquals(BacklogAdmission.DEFERRED, ring.offer(polled, 1, START_NS - HOUR_NS, 1), "the other waits");
            endRound(ring, polled);
        }
        ring.nowNs += FairQueue.PATIENCE_NS;
        assertEquals(BacklogAdmission.DEFERRED, ring.offer(polled, 1, START_NS - HOUR_NS, 1));
        endRound(ring, polled);
        assertEquals(BacklogAdmission.BACKLOG, ring.offer(polled, 1, START_NS - HOUR_NS, 1));
    }

    /** Until the device is too far ahead. */
    private static void fill(final FakeBacklogRing ring, final BacklogAdmission admission, final long device)
    {
        int frames = 0;
        while (ring.offer(admission, device, START_NS - HOUR_NS, 1) == BacklogAdmission.BACKLOG)
        {
            ring.free(1);
            frames++;
            assertTrue(frames <= 2 * FairQueue.QUANTUM, "device is never too far ahead");
        }
    }

    private static void endRound(final FakeBacklogRing ring, final BacklogAdmission admission)
    {
        ring.nowNs += 1_000;
        admission.onTurned();
        ring.control.onDutyCycle(ring.nowNs);
    }

    private static void run(final long seed, final Random random, final int devices, final int publishers)
    {
        final int limit = MAX_FRAME + random.nextInt(1_000);
        final FakeBacklogRing ring = new FakeBacklogRing(limit, 0, devices, 1);
        final BacklogAdmission polled = ring.control.polled(0);
        final BacklogAdmission[] ways = new BacklogAdmission[devices];
        final List<Integer> order = new ArrayList<>();
        final int[] waiting = new int[devices];
        final long[] served = new long[devices];
        final int maxFrame = 1 + random.nextInt(MAX_FRAME);
        for (int i = 0; i < devices; i++)
        {
            ways[i] = i < publishers ? ring.control.publisher(0) : polled;
            order.add(i);
            waiting[i] = 1 + random.nextInt(maxFrame);
        }
        int roundsWithout = 0;
        for (int round = 0; round < 3_000; round++)
        {
            Collections.shuffle(order, random);
            ring.free(random.nextInt(2 * devices + 1));
            boolean isIn = false;
            final boolean hasRoom = ring.inFlight() + maxFrame <= limit;
            for (final int i : order)
            {
                final int quota = 1 + random.nextInt(3);
                for (int n = 0; n < quota &&
                    ring.offer(ways[i], i, START_NS - HOUR_NS, waiting[i]) == BacklogAdmission.BACKLOG; n++)
                {
                    served[i] += waiting[i];
                    waiting[i] = 1 + random.nextInt(maxFrame);
                    isIn = true;
                    assertTrue(ring.inFlight() <= limit, "seed=" + seed);
                    final long least = Arrays.stream(served).min().orElse(0);
                    assertTrue(served[i] - least <= FairQueue.QUANTUM + maxFrame,
                        "seed=" + seed + " round=" + round + " served=" + Arrays.toString(served));
                }
            }
            roundsWithout = isIn || !hasRoom ? 0 : roundsWithout + 1;
            assertTrue(roundsWithout <= 1, "seed=" + seed + " round=" + round + ": nobody came in, with room");
            endRound(ring, polled);
        }
        assertTrue(Arrays.stream(served).min().orElse(0) > 0, "seed=" + seed + " " + Arrays.toString(served));
    }
}
