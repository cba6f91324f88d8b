package io.tailrace.engine.state;

import org.agrona.UnsafeApi;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class DeviceTableTest
{
    private static final long NULL = DeviceTable.NULL_ADDRESS;

    @Test
    void shouldTakeExactlyAsManyDevicesAsItMayAndAnotherWhenOneIsForgotten()
    {
        try (DeviceTable devices = new DeviceTable(3, 0))
        {
            for (final long deviceId : new long[] {0, -1, Long.MIN_VALUE})
            {
                assertEquals(NULL, devices.find(deviceId));
                final long device = devices.create(deviceId);
                assertEquals(device, devices.find(deviceId));
                assertEquals(device, devices.blockOf(DeviceTable.number(device)));
            }
            assertEquals(NULL, devices.create(7));
            assertEquals(3, devices.size());
            assertEquals(3, devices.numbers());

            final int number = DeviceTable.number(devices.find(-1));
            devices.remove(devices.find(-1));
            assertEquals(NULL, devices.find(-1));
            assertEquals(NULL, devices.blockOf(number));
            final long device = devices.create(7);
            assertEquals(number, DeviceTable.number(device));
            assertEquals(7, devices.deviceId(device));
            assertEquals(3, devices.created(device));
            assertEquals(3, devices.numbers());
        }
    }

    @Test
    void shouldTakeAsManyAsItSaysWhateverTheirIds()
    {
        final int count = 20_000;
        try (DeviceTable devices = new DeviceTable(count, 1))
        {
            for (int i = 0; i < count; i++)
            {
                assertNotEquals(NULL, devices.create(i * 0x9E3779B97F4A7C15L));
            }
            assertEquals(count, devices.size());
            assertEquals(NULL, devices.create(1));
        }
    }

    @Test
    void shouldKnowNothingOfANewDevice()
    {
        try (DeviceTable devices = new DeviceTable(2, 2))
        {
            final long first = devices.create(5);
            DeviceTable.usedNs(first, 1);
            DeviceTable.lastNs(first, 1);
            DeviceTable.maxTimeNs(first, 1);
            DeviceTable.watermarkNs(first, 1);
            DeviceTable.silenceDueNs(first, 1);
            DeviceTable.isInQuarantine(first, true);
            DeviceTable.saneRow(first, 3);
            devices.onRejection(first, 4);
            DeviceTable.nextEndNs(first, 1, 6);
            DeviceTable.firstKey(first, 1, 9);
            devices.remove(first);

            final long device = devices.create(5);
            assertEquals(DeviceTable.NULL_TIME_NS, DeviceTable.usedNs(device));
            assertEquals(DeviceTable.NULL_TIME_NS, DeviceTable.lastNs(device));
            assertEquals(DeviceTable.NULL_TIME_NS, DeviceTable.maxTimeNs(device));
            assertEquals(DeviceTable.NULL_TIME_NS, DeviceTable.watermarkNs(device));
            assertEquals(Long.MAX_VALUE, DeviceTable.silenceDueNs(device));
            assertFalse(DeviceTable.isInQuarantine(device));
            assertEquals(0, DeviceTable.saneRow(device));
            assertEquals(0, devices.rejections(device));
            for (int operator = 0; operator < 2; operator++)
            {
                assertEquals(Long.MAX_VALUE, DeviceTable.nextEndNs(device, operator));
                assertEquals(0, DeviceTable.firstKey(device, operator));
            }
        }
    }

    /** Each field has its own place, to the last operator at the end of the block. */
    @Test
    void shouldKeepEachFieldApart()
    {
        final int operators = 7;
        try (DeviceTable devices = new DeviceTable(1, operators))
        {
            final long device = devices.create(0x0102_0304_0506_0708L);
            DeviceTable.usedNs(device, 11);
            DeviceTable.lastNs(device, 12);
            DeviceTable.maxTimeNs(device, 13);
            DeviceTable.watermarkNs(device, 14);
            DeviceTable.silenceDueNs(device, 15);
            DeviceTable.isInQuarantine(device, true);
            DeviceTable.saneRow(device, 9);
            assertEquals(DeviceTable.NULL_TIME_NS, devices.onRejection(device, 21));
            assertEquals(DeviceTable.NULL_TIME_NS, devices.onRejection(device, 22));
            assertEquals(21, devices.onRejection(device, 23));
            for (int operator = 0; operator < operators; operator++)
            {
                DeviceTable.nextEndNs(device, operator, 100 + operator);
                DeviceTable.firstKey(device, operator, 200 + operator);
            }
            assertEquals(0x0102_0304_0506_0708L, devices.deviceId(device));
            assertEquals(11, DeviceTable.usedNs(device));
            assertEquals(12, DeviceTable.lastNs(device));
            assertEquals(13, DeviceTable.maxTimeNs(device));
            assertEquals(14, DeviceTable.watermarkNs(device));
            assertEquals(15, DeviceTable.silenceDueNs(device));
            assertTrue(DeviceTable.isInQuarantine(device));
            assertEquals(9, DeviceTable.saneRow(device));
            assertEquals(0, DeviceTable.number(device));
            assertEquals(0, devices.created(device));
            assertEquals(3, devices.rejections(device));
            assertEquals(22, devices.onRejection(device, 24));
            for (int operator = 0; operator < operators; operator++)
            {
                assertEquals(100 + operator, DeviceTable.nextEndNs(device, operator));
                assertEquals(200 + operator, DeviceTable.firstKey(device, operator));
            }
            DeviceTable.forgetRejections(device);
            assertEquals(DeviceTable.NULL_TIME_NS, devices.onRejection(device, 25));
            assertEquals(DeviceTable.NULL_TIME_NS, devices.onRejection(device, 26));
            assertEquals(25, devices.onRejection(device, 27));
        }
    }

    /** What is remembered of ids begins a cache line behind the last operator, and is zero for a new device. */
    @Test
    void shouldKeepWhatIsRememberedOfIdsApart()
    {
        final int length = DeviceTable.blockLength(3, 1024) - DeviceTable.blockLength(3, 0);
        try (DeviceTable devices = new DeviceTable(2, 3, 1024))
        {
            for (int round = 0; round < 2; round++)
            {
                final long device = devices.create(5);
                final long other = devices.create(6);
                final long region = devices.dedup(device);
                assertEquals(0, region % 64);
                for (int offset = 0; offset < 16 + 128; offset++)
                {
                    assertEquals(0, UnsafeApi.getByte(region + offset));
                }
                UnsafeApi.setMemory(region, length, (byte)-1);
                for (int operator = 0; operator < 3; operator++)
                {
                    assertEquals(Long.MAX_VALUE, DeviceTable.nextEndNs(device, operator));
                    assertEquals(0, DeviceTable.firstKey(device, operator));
                }
                assertEquals(6, devices.deviceId(other));
                assertEquals(0, UnsafeApi.getLong(devices.dedup(other)));
                devices.remove(device);
                devices.remove(other);
            }
        }
    }

    /** Up to 256 ids lie in the first line, beside what each reading touches, and share nothing with it. */
    @Test
    void shouldKeepFewIdsInTheFirstLine()
    {
        try (DeviceTable devices = new DeviceTable(2, 2, 256))
        {
            final long device = devices.create(0x0102_0304_0506_0708L);
            final long region = devices.dedup(device);
            assertEquals(device / 64, region / 64);
            for (int offset = 0; offset < 48; offset++)
            {
                assertEquals(0, UnsafeApi.getByte(region + offset));
            }
            devices.onRejection(device, 21);
            devices.onRejection(device, 22);
            DeviceTable.usedNs(device, 11);
            DeviceTable.saneRow(device, 9);
            final int number = DeviceTable.number(device);
            UnsafeApi.setMemory(region, 12, (byte)-1);
            UnsafeApi.setMemory(region + 16, 32, (byte)-1);
            assertEquals(2, devices.rejections(device));
            assertEquals(21, devices.onRejection(device, 23));
            assertEquals(11, DeviceTable.usedNs(device));
            assertEquals(9, DeviceTable.saneRow(device));
            assertEquals(number, DeviceTable.number(device));
            assertEquals(0x0102_0304_0506_0708L, devices.deviceId(device));
            assertEquals(0, devices.created(device));
            assertEquals(DeviceTable.NULL_TIME_NS, DeviceTable.lastNs(device));
            for (int operator = 0; operator < 2; operator++)
            {
                assertEquals(Long.MAX_VALUE, DeviceTable.nextEndNs(device, operator));
                assertEquals(0, DeviceTable.firstKey(device, operator));
            }
            assertEquals(-1L, UnsafeApi.getLong(region));
            assertEquals(-1L, UnsafeApi.getLong(region + 40));
        }
    }

    @Test
    void shouldTakeCacheLines()
    {
        assertEquals(128, DeviceTable.blockLength(0, 0));
        assertEquals(128, DeviceTable.blockLength(2, 0));
        assertEquals(192, DeviceTable.blockLength(3, 0));
        assertEquals(128, DeviceTable.blockLength(0, 64));
        assertEquals(128, DeviceTable.blockLength(0, 256));
        assertEquals(192, DeviceTable.blockLength(1, 256));
        assertEquals(192, DeviceTable.blockLength(0, 320));
        assertEquals(192, DeviceTable.blockLength(2, 384));
        assertEquals(256, DeviceTable.blockLength(2, 448));
        assertEquals(320, DeviceTable.blockLength(0, 1024));
    }
}
