package io.tailrace.engine.demo;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import io.tailrace.codec.MessageLayout;
import io.tailrace.codec.TimeUnits;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

class PlantTest
{
    private static final long BASE_NS = 1_790_000_040_000_000_000L;
    private static final long SECOND_NS = 1_000_000_000L;
    private static final int COUNT = 60_000;

    @Test
    void shouldSendTheSameBytesForTheSameSeed()
    {
        final byte[] once = bytes(7);
        assertArrayEquals(once, bytes(7));
        assertFalse(Arrays.equals(once, bytes(8)));
    }

    @Test
    void shouldDeliverAsManyReadingsAsAskedForInOrderOfArrival()
    {
        final Plant plant = new Plant(1, BASE_NS, COUNT);
        final Set<Long> ids = new HashSet<>();
        long arrivalNs = Long.MIN_VALUE;
        for (int i = 0; i < COUNT; i++)
        {
            final PlantReading reading = plant.next();
            assertTrue(reading.arrivalNs() >= arrivalNs);
            assertTrue(ids.add(reading.eventId()));
            arrivalNs = reading.arrivalNs();
        }
        assertNull(plant.next());
        assertNull(plant.next());
        assertTrue(plant.seconds() * SECOND_NS <= Plant.SPAN_NS);
    }

    @Test
    void shouldEndItsTimeBeforeNow()
    {
        final long nowNs = BASE_NS + 59 * SECOND_NS;
        final long baseNs = Plant.baseNs(nowNs);
        assertEquals(0, baseNs % (60 * SECOND_NS));
        final Plant plant = new Plant(3, baseNs, COUNT);
        PlantReading reading;
        while (null != (reading = plant.next()))
        {
            if (reading.fault() == PlantFault.NONE)
            {
                assertTrue(reading.timeNs() <= nowNs);
                final long ageNs = nowNs - reading.timeNs();
                assertEquals(reading.isOld(), ageNs > 3_600 * SECOND_NS, reading.toString());
                assertEquals(
                    reading.timeNs(), TimeUnits.toNanos(reading.time(), reading.timeUnit(), TimeUnits.AUTO));
            }
        }
    }

    @Test
    void shouldSpoilReadingsInEveryWayButFew()
    {
        final Map<PlantFault, Integer> faults = new EnumMap<>(PlantFault.class);
        final Map<Integer, Integer> units = new TreeMap<>();
        final Plant plant = new Plant(1, BASE_NS, COUNT);
        int disordered = 0;
        int delayed = 0;
        long newestNs = 0;
        for (int i = 0; i < COUNT; i++)
        {
            final PlantReading reading = plant.next();
            faults.merge(reading.fault(), 1, Integer::sum);
            if (reading.fault() == PlantFault.NONE)
            {
                units.merge(TimeUnits.unitOf(reading.time(), reading.timeUnit(), TimeUnits.AUTO), 1, Integer::sum);
                disordered += reading.timeNs() < newestNs ? 1 : 0;
                delayed += reading.timeNs() < newestNs - PlantWindow.OUT_OF_ORDERNESS_NS ? 1 : 0;
                newestNs = Math.max(newestNs, reading.timeNs());
            }
        }
        for (final PlantFault fault : PlantFault.values())
        {
            assertTrue(faults.getOrDefault(fault, 0) >= 5, faults.toString());
        }
        assertTrue(faults.get(PlantFault.NONE) > COUNT * 0.998, faults.toString());
        assertEquals(Set.of(TimeUnits.SECONDS, TimeUnits.MILLIS, TimeUnits.MICROS, TimeUnits.NANOS), units.keySet());
        assertTrue(disordered > COUNT / 2, "disordered=" + disordered);
        assertTrue(delayed > COUNT / 1_000 && delayed < COUNT / 20, "delayed=" + delayed);
    }

    @Test
    void shouldGrowWithTheNumberOfReadings()
    {
        assertEquals(1, new Plant(1, BASE_NS, 1).siteCount());
        assertEquals(117, new Plant(1, BASE_NS, 1).deviceCount());
        assertEquals(50, new Plant(1, BASE_NS, PlantDemo.DEFAULT_READINGS).siteCount());
        assertEquals("pump-1-03", Plant.deviceText(11_003));
        assertEquals("station-50-00", Plant.deviceText(503_000));
    }

    private static byte[] bytes(final long seed)
    {
        final Plant plant = new Plant(seed, BASE_NS, COUNT);
        final byte[] bytes = new byte[COUNT * MessageLayout.SLOT_LENGTH];
        final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
        for (int i = 0; i < COUNT; i++)
        {
            plant.next().encode(buffer, i * MessageLayout.SLOT_LENGTH);
        }
        return bytes;
    }
}
