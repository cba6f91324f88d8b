package io.tailrace.engine.overload;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.api.Test;

import static io.tailrace.engine.overload.FakeBacklogRing.HOUR_NS;
import static io.tailrace.engine.overload.FakeBacklogRing.SECOND_NS;
import static io.tailrace.engine.overload.FakeBacklogRing.START_NS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * What is shown of a backlog, against a model that keeps devices in a map, sums lags anew for each look, and adds up
 * how devices come nearer, second for second that they fall back.
 */
class BacklogProgressTest
{
    private static final long MS = 1_000_000L;
    private static final int SOURCES = 3;

    @Test
    void shouldShowWhatTheModelShows()
    {
        int looks = 0;
        int known = 0;
        for (long seed = 1; seed <= 25; seed++)
        {
            final Random random = new Random(seed);
            final FakeBacklogRing ring = new FakeBacklogRing(200, seed % 3 == 0 ? 300 : 0, 100, SOURCES);
            final BacklogAdmission[] ways = new BacklogAdmission[SOURCES];
            for (int i = 0; i < SOURCES; i++)
            {
                ways[i] = i == 0 ? ring.control.publisher(i) : ring.control.polled(i);
            }
            final Model model = new Model(ring.nowNs / MS);
            for (int step = 0; step < 4_000; step++)
            {
                ring.nowNs += MS * (1 + random.nextInt(random.nextInt(500) == 0 ? 400_000 : 200));
                model.advance(ring.nowNs / MS);
                for (int n = random.nextInt(5); n > 0; n--)
                {
                    offer(ring, ways, model, random);
                }
                ring.free(random.nextInt(4));
                ways[1].onTurned();
                ways[2].onTurned();
                final boolean isLook = model.endDutyCycle(ring.inFlight() > 0);
                ring.control.onDutyCycle(ring.nowNs);
                if (isLook)
                {
                    looks++;
                    known += compare(ring.control.view(), model, "seed=" + seed + " step=" + step);
                }
            }
        }
        assertTrue(looks > 9_000 && known > 9_000, "looks=" + looks + " known=" + known);
    }

    @Test
    void shouldTellWhenABacklogThatIsWorkedOffSteadilyWillEnd()
    {
        final FakeBacklogRing ring = new FakeBacklogRing(100, 0, 100, 1);
        final BacklogAdmission way = ring.control.polled(0);
        final BacklogView view = ring.control.view();
        assertEquals(1, view.progress(0));
        assertEquals(0, view.etaMs(0));
        // Ten devices an hour behind, each given 11 s of event time a second: 360 s to go.
        double before = 0;
        for (int second = 0; second <= 250; second++)
        {
            for (int device = 0; device < 10; device++)
            {
                ring.offer(way, device, START_NS - HOUR_NS + second * 11 * SECOND_NS, 1);
            }
            ring.free(10);
            way.onTurned();
            ring.control.onDutyCycle(ring.nowNs);
            ring.nowNs += SECOND_NS;
            assertEquals(10, view.devices(0));
            assertEquals(3_600_000 - second * 10_000, view.meanLagMs(0));
            assertEquals(3_600_000 - second * 10_000, view.greatestLagMs(0));
            assertEquals(second / 360.0, view.progress(0), 1e-9);
            assertTrue(view.progress(0) >= before);
            before = view.progress(0);
            assertEquals(second == 0 ? BacklogView.UNKNOWN : (360 - second) * 1_000L, view.etaMs(0));
            // What came in at both ends of the first second counts for it, and is forgotten.
            assertTrue(view.admittedPerSecond(0) <= (second == 0 ? 0 : 20), "second=" + second);
            assertEquals(10, view.admittedPerSecond(0), second < 100 ? 10 : 0.001, "second=" + second);
        }
    }

    @Test
    void shouldNotKnowTheEndWhileDevicesFallBack()
    {
        final FakeBacklogRing ring = new FakeBacklogRing(100, 0, 100, 1);
        final BacklogAdmission way = ring.control.polled(0);
        for (int second = 0; second <= 100; second++)
        {
            ring.offer(way, 1, START_NS - HOUR_NS + second * SECOND_NS / 2, 1);
            way.onTurned();
            ring.control.onDutyCycle(ring.nowNs);
            ring.nowNs += SECOND_NS;
            assertEquals(BacklogView.UNKNOWN, ring.control.view().etaMs(0));
            assertEquals(0, ring.control.view().progress(0));
        }
    }

    @Test
    void shouldSumLagsOfAllDevicesWithoutOverflow()
    {
        final int devices = 1 << 16;
        final FakeBacklogRing ring = new FakeBacklogRing(100, 0, devices, 1);
        final BacklogAdmission way = ring.control.polled(0);
        for (int device = 0; device < devices; device++)
        {
            ring.offer(way, device, Long.MIN_VALUE, 1);
            ring.free(1);
        }
        ring.control.onDutyCycle(ring.nowNs);
        final long tenYearsMs = 10L * 366 * 86_400_000;
        assertEquals(tenYearsMs * devices, ring.control.view().lagMs(0));
        assertTrue(tenYearsMs * BacklogDevices.MAX_DEVICES > 0 &&
            tenYearsMs < Long.MAX_VALUE / BacklogDevices.MAX_DEVICES);
    }

    private static void offer(
        final FakeBacklogRing ring, final BacklogAdmission[] ways, final Model model, final Random random)
    {
        final long device = random.nextInt(60);
        final int source = random.nextInt(20) == 0 ? random.nextInt(SOURCES) : (int)device % SOURCES;
        if (random.nextInt(10) == 0)
        {
            assertEquals(BacklogAdmission.LIVE, ring.offer(ways[source], device, ring.nowNs, 1));
            model.live(device);
            return;
        }
        final long newestMs = model.newestMs(device);
        final long timeMs = (newestMs == 0 ? ring.nowNs / MS - 1_000_000 : newestMs) + random.nextInt(20_000) - 2_000;
        if (timeMs * MS >= ring.nowNs - FakeBacklogRing.AFTER_NS)
        {
            return;
        }
        final int count = 1 + random.nextInt(30);
        final boolean isIn = ring.offer(ways[source], device, timeMs * MS, count) == BacklogAdmission.BACKLOG;
        model.backlog(device, source, timeMs, isIn ? count : 0);
    }

    /** @return 1 if an end is known. */
    private static int compare(final BacklogView view, final Model model, final String run)
    {
        int known = 0;
        for (int source = 0; source < SOURCES; source++)
        {
            final ModelSource expected = model.sources[source];
            assertEquals(model.devices(source), view.devices(source), run);
            assertEquals(model.lagMs(source), view.lagMs(source), run);
            assertEquals(expected.admitted, view.admitted(source), run);
            assertEquals(model.greatestLagMs(source), view.greatestLagMs(source), run);
            final long devices = model.devices(source);
            assertEquals(devices == 0 ? 0 : model.lagMs(source) / devices, view.meanLagMs(source), run);
            assertEquals(devices == 0 ? 1 : 1 - (double)model.lagMs(source) / expected.peakMs,
                view.progress(source), 1e-9, run);
            assertEquals(devices == 0 ? 0 : expected.ratePerMs * 1_000, view.admittedPerSecond(source), 1e-6, run);
            if (devices > 0 && Math.abs(expected.fallPerMs) > 1e-6)
            {
                final double eta = expected.fallPerMs > 0 ? model.lagMs(source) / expected.fallPerMs : -1;
                assertEquals(eta, view.etaMs(source), Math.max(1, eta * 1e-6), run);
                known = eta > 0 ? 1 : known;
            }
        }
        return known;
    }

    /** What is known of a device. */
    private static final class ModelDevice
    {
        private int source;
        private long newestMs;
        private long seenMs;
        private boolean isLive;
    }

    /** What is summed of a source. */
    private static final class ModelSource
    {
        private double nearerMs;
        private long beganMs;
        private long lookedMs;
        private long peakMs;
        private long admitted;
        private long admittedBefore;
        private double fallPerMs;
        private double ratePerMs;
    }

    /** Devices in backlog. */
    private static final class Model
    {
        private final Map<Long, ModelDevice> devices = new HashMap<>();
        private final ModelSource[] sources = new ModelSource[SOURCES];
        private long nowMs;
        private long nextLookMs;
        private boolean isBusy;

        Model(final long nowMs)
        {
            this.nowMs = nowMs;
            for (int i = 0; i < SOURCES; i++)
            {
                sources[i] = new ModelSource();
            }
        }

        void advance(final long toMs)
        {
            for (final ModelDevice device : devices.values())
            {
                sources[device.source].nearerMs -= toMs - nowMs;
            }
            nowMs = toMs;
        }

        void backlog(final long id, final int source, final long timeMs, final int admitted)
        {
            final ModelDevice device = devices.get(id);
            if (null == device || device.source != source)
            {
                join(id, source, null == device ? timeMs : device.newestMs);
            }
            final ModelDevice now = devices.get(id);
            now.seenMs = nowMs;
            now.isLive = false;
            sources[source].nearerMs += Math.max(0, timeMs - now.newestMs);
            now.newestMs = Math.max(now.newestMs, timeMs);
            sources[source].admitted += admitted;
            isBusy = true;
        }

        void live(final long id)
        {
            final ModelDevice device = devices.get(id);
            if (null != device)
            {
                device.isLive = true;
                remove(id, device);
            }
        }

        /** @return whether it was time for a look. */
        boolean endDutyCycle(final boolean isInFlight)
        {
            if (!isBusy)
            {
                return false;
            }
            for (final long id : devices.keySet().toArray(new Long[0]))
            {
                remove(id, devices.get(id));
            }
            if (nowMs < nextLookMs)
            {
                return false;
            }
            nextLookMs = nowMs + 1_000;
            for (int i = 0; i < SOURCES; i++)
            {
                look(i);
            }
            isBusy = isInFlight || !devices.isEmpty();
            return true;
        }

        long newestMs(final long id)
        {
            return devices.containsKey(id) ? devices.get(id).newestMs : 0;
        }

        long devices(final int source)
        {
            return devices.values().stream().filter(device -> device.source == source).count();
        }

        long lagMs(final int source)
        {
            return devices.values().stream().filter(device -> device.source == source)
                .mapToLong(device -> nowMs - device.newestMs).sum();
        }

        long greatestLagMs(final int source)
        {
            return devices.values().stream().filter(device -> device.source == source)
                .mapToLong(device -> nowMs - device.newestMs).max().orElse(0);
        }

        private void join(final long id, final int source, final long newestMs)
        {
            final ModelDevice device = new ModelDevice();
            final ModelSource joined = sources[source];
            if (devices(source) == 0)
            {
                joined.beganMs = nowMs;
                joined.lookedMs = nowMs;
                joined.nearerMs = 0;
                joined.peakMs = 0;
                joined.fallPerMs = 0;
                joined.ratePerMs = 0;
                joined.admittedBefore = joined.admitted;
            }
            device.source = source;
            device.newestMs = newestMs;
            devices.put(id, device);
        }

        private void remove(final long id, final ModelDevice device)
        {
            final long awayMs = nowMs - device.seenMs;
            if (device.isLive && awayMs >= 5_000)
            {
                sources[device.source].nearerMs += nowMs - device.newestMs;
                devices.remove(id);
            }
            else if (awayMs >= 300_000)
            {
                devices.remove(id);
            }
        }

        private void look(final int index)
        {
            final ModelSource source = sources[index];
            source.peakMs = Math.max(source.peakMs, lagMs(index));
            final double elapsedMs = nowMs - source.lookedMs;
            if (elapsedMs > 0)
            {
                final double weight = Math.max(1 - Math.exp(-elapsedMs / 10_000), elapsedMs / (nowMs - source.beganMs));
                source.fallPerMs += weight * (source.nearerMs / elapsedMs - source.fallPerMs);
                final double rate = (source.admitted - source.admittedBefore) / elapsedMs;
                source.ratePerMs += weight * (rate - source.ratePerMs);
                source.lookedMs = nowMs;
                source.nearerMs = 0;
                source.admittedBefore = source.admitted;
            }
        }
    }
}
