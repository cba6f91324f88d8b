package io.tailrace.engine.state;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class DeviceTableTest
{
    @Test
    void shouldTakeExactlyAsManyDevicesAsItMayAndGoOnTakingThose()
    {
        try (DeviceTable devices = new DeviceTable(3))
        {
            assertTrue(devices.onReading(0, 1));
            assertTrue(devices.onReading(-1, 1));
            assertTrue(devices.onReading(0, 2));
            assertEquals(2, devices.size());
            assertTrue(devices.onReading(Long.MIN_VALUE, 3));
            assertFalse(devices.onReading(7, 4));
            assertFalse(devices.onReading(7, 5));
            assertEquals(3, devices.size());
            assertTrue(devices.onReading(-1, 6));
        }
    }

    @Test
    void shouldTakeAsManyAsItSaysWhateverTheirIds()
    {
        final int count = 20_000;
        try (DeviceTable devices = new DeviceTable(count))
        {
            for (int i = 0; i < count; i++)
            {
                assertTrue(devices.onReading(i * 0x9E3779B97F4A7C15L, i));
            }
            assertEquals(count, devices.size());
            assertFalse(devices.onReading(1, 0));
        }
    }
}
