package io.tailrace.engine.overload;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class BacklogDevicesTest
{
    private static final long NOW_MS = 1_700_000_000_000L;

    @Test
    void shouldKeepWhatItWasToldOfADevice()
    {
        final BacklogDevices devices = new BacklogDevices(4);
        final int cell = devices.add(-1, 0xFFFF, -5, 77, NOW_MS);
        assertEquals(cell, devices.find(-1));
        assertEquals(0xFFFF, devices.source(cell));
        assertEquals(-5, devices.newestMs(cell));
        assertEquals(77, devices.tag(cell));
        assertEquals(NOW_MS, devices.seenMs(cell));
        assertFalse(devices.isLive(cell));

        devices.live(cell);
        devices.newestMs(cell, 6);
        devices.tag(cell, 78);
        assertTrue(devices.isLive(cell));
        assertEquals(0xFFFF, devices.source(cell));
        assertEquals(NOW_MS, devices.seenMs(cell));
        devices.seen(cell, 3, NOW_MS + 1);
        assertFalse(devices.isLive(cell));
        assertEquals(3, devices.source(cell));
        assertEquals(NOW_MS + 1, devices.seenMs(cell));
        assertEquals(6, devices.newestMs(cell));
        assertEquals(78, devices.tag(cell));
    }

    @Test
    void shouldTakeNoMoreThanItsBoundAndOneMoreForEachThatLeaves()
    {
        for (int bound = 1; bound < 70; bound++)
        {
            final BacklogDevices devices = new BacklogDevices(bound);
            for (int id = 0; id < bound; id++)
            {
                assertNotEquals(BacklogDevices.NONE, devices.add(id, 0, 0, 0, NOW_MS));
            }
            assertEquals(BacklogDevices.NONE, devices.add(bound, 0, 0, 0, NOW_MS));
            assertEquals(bound, devices.size());
            assertTrue(devices.cellCount() * 3L / 4 >= bound, "cells=" + devices.cellCount() + " bound=" + bound);
            devices.remove(devices.find(bound - 1));
            assertNotEquals(BacklogDevices.NONE, devices.add(bound, 0, 0, 0, NOW_MS));
            assertEquals(BacklogDevices.NONE, devices.find(bound - 1));
        }
    }

    @Test
    void shouldFindWhatAMapFindsThroughRandomChanges()
    {
        for (long seed = 1; seed <= 40; seed++)
        {
            final Random random = new Random(seed);
            final int bound = 1 + random.nextInt(60);
            final BacklogDevices devices = new BacklogDevices(bound);
            final Map<Long, Long> expected = new HashMap<>();
            for (int step = 0; step < 5_000; step++)
            {
                change(devices, expected, random, bound);
                assertEquals(expected.size(), devices.size(), "seed=" + seed + " step=" + step);
            }
            final List<Long> found = new ArrayList<>();
            for (int cell = 0; cell < devices.cellCount(); cell++)
            {
                if (devices.isUsed(cell))
                {
                    found.add(devices.newestMs(cell));
                }
            }
            found.sort(null);
            assertEquals(expected.values().stream().sorted().toList(), found, "seed=" + seed);
        }
    }

    @Test
    void shouldBoundItsMemoryWhateverTheBound()
    {
        assertEquals(1 << 21, new BacklogDevices(Integer.MAX_VALUE).cellCount());
        assertEquals(1 << 18, new BacklogDevices(100_000).cellCount());
        assertEquals(8, new BacklogDevices(1).cellCount());
    }

    private static void change(
        final BacklogDevices devices, final Map<Long, Long> expected, final Random random, final int bound)
    {
        final long id = random.nextInt(2 * bound) * 0x1_0000_0001L;
        final int cell = devices.find(id);
        assertEquals(expected.containsKey(id), cell != BacklogDevices.NONE);
        if (cell == BacklogDevices.NONE)
        {
            final long value = random.nextLong();
            if (devices.add(id, 1, value, value + 1, NOW_MS) != BacklogDevices.NONE)
            {
                expected.put(id, value);
            }
            else
            {
                assertEquals(bound, expected.size());
            }
        }
        else
        {
            assertEquals(expected.get(id), devices.newestMs(cell));
            assertEquals(expected.get(id) + 1, devices.tag(cell));
            if (random.nextBoolean())
            {
                devices.remove(cell);
                expected.remove(id);
            }
        }
    }
}
