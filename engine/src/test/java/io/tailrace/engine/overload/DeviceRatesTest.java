package io.tailrace.engine.overload;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class DeviceRatesTest
{
    private static final long NOW = 1_700_000_000_000_000_000L;
    private static final long INTERVAL = 1_000_000;

    /** Against a map that never forgets: equal answers as long as there is a place, and never too many entries. */
    @Property(tries = 200)
    void shouldAnswerAsAMapThatForgetsNothing(
        @ForAll @IntRange(min = 1, max = 200) final int limit,
        @ForAll @IntRange(min = 1, max = 400) final int devices,
        @ForAll final long seed)
    {
        final Gcra gcra = new Gcra(1000, 3 * INTERVAL);
        final DeviceRates rates = new DeviceRates(gcra, limit);
        final Map<Long, Long> arrivals = new HashMap<>();
        final SplittableRandom random = new SplittableRandom(seed);
        final boolean isDense = random.nextBoolean();
        long nowNs = NOW;
        for (int i = 0; i < 2_000; i++)
        {
            nowNs += random.nextInt(3) == 0 ? random.nextLong(2 * INTERVAL / devices + 2) : 0;
            final long device = isDense ? random.nextInt(devices) : Sampling.mix(random.nextInt(devices));
            final long known = arrivals.getOrDefault(device, 0L);
            final boolean isWithin = rates.isWithin(device, nowNs);
            assertEquals(gcra.isWithin(known, nowNs), isWithin, "reading " + i);
            if (!isWithin)
            {
                continue;
            }
            final long time = nowNs;
            if (rates.charge(device, nowNs))
            {
                arrivals.put(device, gcra.charged(known, nowNs));
                if (random.nextInt(5) == 0)
                {
                    rates.refund(device);
                    arrivals.computeIfPresent(device, (ignored, arrivalNs) -> gcra.refunded(arrivalNs));
                }
            }
            else
            {
                assertTrue(known <= nowNs, "it had an entry");
                assertTrue(arrivals.values().stream().filter(arrivalNs -> arrivalNs > time).count() == limit ||
                    limit > DeviceRates.CELLS_FOR_A_PLACE / 4, "there was a place");
            }
            assertTrue(rates.size() <= limit, () -> rates.size() + " entries");
        }
    }

    @Test
    void shouldFindNoPlaceForOneDeviceTooManyUntilAnotherIsIdle()
    {
        final DeviceRates rates = new DeviceRates(new Gcra(1000, INTERVAL), 10);
        for (int device = 0; device < 10; device++)
        {
            assertTrue(rates.isWithin(device, NOW + device));
            assertTrue(rates.charge(device, NOW + device));
        }
        assertTrue(rates.isWithin(10, NOW + 10));
        assertFalse(rates.charge(10, NOW + 10));
        assertFalse(rates.charge(10, NOW + INTERVAL - 1));
        assertEquals(10, rates.size());
        for (int device = 0; device < 10; device++)
        {
            assertFalse(rates.isWithin(device, NOW + INTERVAL - 1), "device " + device);
        }
        assertTrue(rates.isWithin(10, NOW + INTERVAL));
        assertTrue(rates.charge(10, NOW + INTERVAL));
        assertFalse(rates.isWithin(10, NOW + INTERVAL));
        assertEquals(10, rates.size());
    }

    /** As many devices as there is room for, gone one after another: the hand has dropped nearly all. */
    @Test
    void shouldDropWhatIsIdleAsNewDevicesCome()
    {
        final int limit = 100_000;
        final DeviceRates rates = new DeviceRates(new Gcra(1000, INTERVAL), limit);
        for (int device = 0; device < limit; device++)
        {
            assertTrue(rates.isWithin(device, NOW));
            assertTrue(rates.charge(device, NOW));
        }
        assertEquals(limit, rates.size());
        for (int device = limit; device < 2 * limit; device++)
        {
            assertTrue(rates.isWithin(device, NOW + INTERVAL));
            assertTrue(rates.charge(device, NOW + INTERVAL), "device " + device);
        }
        assertEquals(limit, rates.size());
        for (int device = 0; device < 2 * limit; device++)
        {
            assertEquals(device < limit, rates.isWithin(device, NOW + INTERVAL), "device " + device);
        }
    }

    @Test
    void shouldKnowEveryDeviceId()
    {
        final DeviceRates rates = new DeviceRates(new Gcra(1, INTERVAL), 8);
        for (final long device : new long[] {0, -1, Long.MIN_VALUE, Long.MAX_VALUE, NOW})
        {
            assertTrue(rates.isWithin(device, NOW));
            assertTrue(rates.charge(device, NOW));
            assertFalse(rates.isWithin(device, NOW));
        }
        rates.refund(7);
        rates.refund(-1);
        assertTrue(rates.isWithin(-1, NOW));
        assertFalse(rates.isWithin(0, NOW));
        assertEquals(5, rates.size());
    }
}
