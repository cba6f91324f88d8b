package io.tailrace.perf.workload;

import io.tailrace.codec.MessageLayout;
import io.tailrace.codec.sbe.MessageHeaderDecoder;
import io.tailrace.codec.sbe.ReadingDecoder;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ReferenceWorkloadTest
{
    private static final long START_NS = ReferenceWorkload.EVENT_TIME_START_NS;

    @Test
    void shouldEncodeReadingsThatTheSchemaReadsBack()
    {
        final ReferenceWorkload workload = new ReferenceWorkload(5, 100, 1_000_000, 1_000_000);
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[3 * MessageLayout.SLOT_LENGTH]);
        buffer.setMemory(0, buffer.capacity(), (byte)0xFF);
        workload.encode(buffer, 0, 40, 3);
        final ReadingDecoder reading = new ReadingDecoder();
        for (int i = 0; i < 3; i++)
        {
            final long bits = workload.bits(40 + i);
            reading.wrapAndApplyHeader(buffer, i * MessageLayout.SLOT_LENGTH, new MessageHeaderDecoder());
            assertEquals(40 + i, reading.eventId());
            assertEquals(workload.device(bits), reading.deviceId());
            assertEquals(workload.timeNs(40 + i, bits), reading.eventTime());
            assertEquals(workload.value(bits), reading.value());
            assertEquals(ReferenceWorkload.METRIC, reading.metric());
            assertEquals(4, buffer.getByte(i * MessageLayout.SLOT_LENGTH + MessageLayout.READING_TIME_UNIT_OFFSET));
            assertEquals(0, buffer.getByte(i * MessageLayout.SLOT_LENGTH + MessageLayout.READING_PRIORITY_OFFSET));
            assertEquals(0, buffer.getLong(i * MessageLayout.SLOT_LENGTH + MessageLayout.READING_QUALITY_OFFSET));
        }
    }

    @Test
    void shouldSpreadDevicesAndDisorderEvenlyAndWithinTheirBounds()
    {
        final int devices = 100;
        final int count = 1_000_000;
        final ReferenceWorkload workload = new ReferenceWorkload(1, devices, 200_000_000, 1_000_000);
        final int[] perDevice = new int[devices];
        double disorder = 0;
        double values = 0;
        for (int i = 0; i < count; i++)
        {
            final long bits = workload.bits(i);
            perDevice[workload.device(bits)]++;
            final long late = START_NS + i * 1_000L - workload.timeNs(i, bits);
            assertTrue(late >= 0 && late < 200_000_000, "disorder " + late);
            disorder += late;
            final double value = workload.value(bits);
            assertTrue(value >= 0 && value < 1024 && value == Math.rint(value), "value " + value);
            values += value;
        }
        for (final int n : perDevice)
        {
            // Ten thousand, with six standard deviations to either side.
            assertTrue(Math.abs(n - count / devices) < 600, "events of a device: " + n);
        }
        assertEquals(100e6, disorder / count, 0.5e6);
        assertEquals(511.5, values / count, 2);
    }

    @Test
    void shouldBeAFunctionOfSeedAndIndex()
    {
        final ReferenceWorkload one = new ReferenceWorkload(1, 10, 0, 1_000);
        final ReferenceWorkload same = new ReferenceWorkload(1, 10, 0, 1_000);
        final ReferenceWorkload other = new ReferenceWorkload(2, 10, 0, 1_000);
        int different = 0;
        for (int i = 0; i < 100; i++)
        {
            assertEquals(one.bits(i), same.bits(i));
            different += one.bits(i) != other.bits(i) ? 1 : 0;
        }
        assertEquals(100, different);
        assertEquals(START_NS + 99_000_000L, one.timeNs(99, one.bits(99)));
    }

    @Test
    void shouldFlushBeyondEveryWindowOfTheEventsBefore()
    {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[MessageLayout.SLOT_LENGTH]);
        final ReferenceWorkload workload = new ReferenceWorkload(1, 10, 300, 1_000);
        for (final long count : new long[]{0, 1, 999, 1_000, 1_001})
        {
            workload.encodeFlush(buffer, 0, count, 1_000_000_000L);
            final long watermarkNs = buffer.getLong(MessageLayout.READING_EVENT_TIME_OFFSET) - 300;
            final long greatestNs = START_NS + Math.max(0, count - 1) * 1_000_000L;
            assertTrue(watermarkNs > greatestNs && watermarkNs % 1_000_000_000L == 0, "count=" + count);
        }
    }

    @Test
    void shouldGoOnBehindTheFlushWithoutAnyLateEvent()
    {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[MessageLayout.SLOT_LENGTH]);
        final ReferenceWorkload workload = new ReferenceWorkload(1, 10, 200_000_000, 1_000);
        for (final long count : new long[]{1, 999, 1_000, 1_001, 2_700})
        {
            workload.encodeFlush(buffer, 0, count, 1_000_000_000L);
            final long flushNs = buffer.getLong(MessageLayout.READING_EVENT_TIME_OFFSET);
            final long next = workload.indexAfterFlush(count, 1_000_000_000L);
            assertTrue(next > count && next % 1_000 == 0, "next=" + next);
            for (long index = next; index < next + 300; index++)
            {
                assertTrue(workload.timeNs(index, workload.bits(index)) >= flushNs, "count=" + count);
            }
        }
    }

    @Test
    void shouldTouchTheChosenDevicesOnceWithinOneWindow()
    {
        final KeySweep sweep = new KeySweep(7, 100, 5_000);
        assertEquals(10, sweep.count(1_000));
        assertEquals(10, sweep.count(908));
        assertEquals(9, sweep.count(907));
        assertEquals(1_000, new KeySweep(0, 1, 0).count(1_000));
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[10 * MessageLayout.SLOT_LENGTH]);
        sweep.encode(buffer, 0, 0, 4);
        sweep.encode(buffer, 4 * MessageLayout.SLOT_LENGTH, 4, 6);
        final ReadingDecoder reading = new ReadingDecoder();
        for (int i = 0; i < 10; i++)
        {
            reading.wrapAndApplyHeader(buffer, i * MessageLayout.SLOT_LENGTH, new MessageHeaderDecoder());
            assertEquals(5_000 + i, reading.eventId());
            assertEquals(7 + 100 * i, reading.deviceId());
            assertEquals(START_NS + i, reading.eventTime());
        }
    }

    @Test
    void shouldRefuseWhatIsOutOfRange()
    {
        assertThrows(IllegalArgumentException.class, () -> new ReferenceWorkload(1, 0, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> new ReferenceWorkload(1, 1, -1, 1));
        assertThrows(IllegalArgumentException.class, () -> new ReferenceWorkload(1, 1, 1L << 31, 1));
    }
}
