package io.tailrace.perf.jmh;

import java.util.concurrent.TimeUnit;

import io.tailrace.codec.MessageLayout;
import io.tailrace.codec.sbe.MessageHeaderDecoder;
import io.tailrace.codec.sbe.MessageHeaderEncoder;
import io.tailrace.codec.sbe.ReadingDecoder;
import io.tailrace.codec.sbe.WindowResultEncoder;
import io.tailrace.perf.workload.ReferenceWorkload;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Bytes: the fields of a reading read, and those of a window result written, by the offsets that the hot path uses, and
 * by the generated flyweights. Readings and results take turns over 64 kB and 128 kB.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CodecBenchmark
{
    private static final int COUNT = 1024;
    private static final int KEYED_BY_DEVICE = 1;

    @Param("1")
    private long seed;

    private final Readings readings = new Readings(COUNT);
    private final UnsafeBuffer results = new UnsafeBuffer(BufferUtil.allocateDirectAligned(
        COUNT * MessageLayout.RESULT_LENGTH, BitUtil.CACHE_LINE_LENGTH));
    private final MessageHeaderDecoder headerDecoder = new MessageHeaderDecoder();
    private final MessageHeaderEncoder headerEncoder = new MessageHeaderEncoder();
    private final ReadingDecoder decoder = new ReadingDecoder();
    private final WindowResultEncoder encoder = new WindowResultEncoder();
    private int index;
    private long sequence;

    /** Makes readings. */
    @Setup
    public void setUp()
    {
        new ReferenceWorkload(seed, ReferenceWorkload.DEVICES, ReferenceWorkload.DISORDER_NS, JobCore.EVENT_RATE)
            .encode(readings.buffer(), 0, 0, COUNT);
    }

    /** @return something of all fields of a reading, read by offsets. */
    @Benchmark
    public double decodeByOffsets()
    {
        final long message = readings.address(next());
        final long fields =
            (UnsafeApi.getShort(message + MessageLayout.HEADER_TEMPLATE_ID_OFFSET) & 0xFFFF) +
            UnsafeApi.getLong(message + MessageLayout.READING_EVENT_ID_OFFSET) +
            UnsafeApi.getLong(message + MessageLayout.READING_DEVICE_ID_OFFSET) +
            UnsafeApi.getLong(message + MessageLayout.READING_EVENT_TIME_OFFSET) +
            UnsafeApi.getLong(message + MessageLayout.READING_INGEST_TIME_OFFSET) +
            UnsafeApi.getInt(message + MessageLayout.READING_METRIC_OFFSET) +
            (UnsafeApi.getShort(message + MessageLayout.READING_SOURCE_OFFSET) & 0xFFFF) +
            (UnsafeApi.getByte(message + MessageLayout.READING_TIME_UNIT_OFFSET) & 0xFF) +
            (UnsafeApi.getByte(message + MessageLayout.READING_PRIORITY_OFFSET) & 0xFF) +
            (UnsafeApi.getByte(message + MessageLayout.READING_QUALITY_OFFSET) & 0xFF) +
            (UnsafeApi.getShort(message + MessageLayout.READING_DEVICE_EPOCH_OFFSET) & 0xFFFF);
        return fields + UnsafeApi.getDouble(message + MessageLayout.READING_VALUE_OFFSET);
    }

    /** @return the same, read by the flyweight, which checks the header. */
    @Benchmark
    public double decodeByFlyweight()
    {
        decoder.wrapAndApplyHeader(readings.buffer(), next() * MessageLayout.SLOT_LENGTH, headerDecoder);
        final long fields = headerDecoder.templateId() + decoder.eventId() + decoder.deviceId() +
            decoder.eventTime() + decoder.ingestTime() + decoder.metric() + decoder.source() + decoder.timeUnit() +
            decoder.priority() + decoder.quality() + decoder.deviceEpoch();
        return fields + decoder.value();
    }

    /** @return address of a window result, written by offsets. */
    @Benchmark
    public long encodeByOffsets()
    {
        final long result = results.addressOffset() + (long)next() * MessageLayout.RESULT_LENGTH;
        final double value = sequence;
        UnsafeApi.putLong(result, MessageLayout.WINDOW_RESULT_HEADER);
        UnsafeApi.putLong(result + MessageLayout.RESULT_SEQUENCE_OFFSET, sequence++);
        UnsafeApi.putLong(result + MessageLayout.RESULT_CAUSE_POSITION_OFFSET, sequence);
        UnsafeApi.putLong(result + MessageLayout.RESULT_CAUSE_INGEST_TIME_OFFSET, sequence);
        UnsafeApi.putInt(result + MessageLayout.RESULT_EPOCH_OFFSET, 0);
        UnsafeApi.putInt(result + MessageLayout.RESULT_REVISION_OFFSET, 0);
        UnsafeApi.putShort(result + MessageLayout.RESULT_OPERATOR_ID_OFFSET, (short)0);
        UnsafeApi.putByte(result + MessageLayout.RESULT_TIMING_OFFSET, (byte)0);
        UnsafeApi.putByte(result + MessageLayout.WINDOW_RESULT_KEY_PARTS_OFFSET, (byte)KEYED_BY_DEVICE);
        UnsafeApi.putInt(result + MessageLayout.RESULT_METRIC_OFFSET, 0);
        UnsafeApi.putLong(result + MessageLayout.RESULT_DEVICE_ID_OFFSET, sequence);
        UnsafeApi.putLong(result + MessageLayout.WINDOW_RESULT_WINDOW_START_OFFSET, sequence);
        UnsafeApi.putLong(result + MessageLayout.WINDOW_RESULT_WINDOW_END_OFFSET, sequence);
        UnsafeApi.putLong(result + MessageLayout.WINDOW_RESULT_COUNT_OFFSET, sequence);
        UnsafeApi.putDouble(result + MessageLayout.WINDOW_RESULT_SUM_OFFSET, value);
        UnsafeApi.putDouble(result + MessageLayout.WINDOW_RESULT_MIN_OFFSET, value);
        UnsafeApi.putDouble(result + MessageLayout.WINDOW_RESULT_MAX_OFFSET, value);
        UnsafeApi.putDouble(result + MessageLayout.WINDOW_RESULT_FIRST_OFFSET, value);
        UnsafeApi.putDouble(result + MessageLayout.WINDOW_RESULT_LAST_OFFSET, value);
        UnsafeApi.putDouble(result + MessageLayout.WINDOW_RESULT_M2_OFFSET, value);
        return result;
    }

    /** @return the flyweight, which has written a window result. */
    @Benchmark
    public WindowResultEncoder encodeByFlyweight()
    {
        final double value = sequence;
        return encoder.wrapAndApplyHeader(results, next() * MessageLayout.RESULT_LENGTH, headerEncoder)
            .sequence(sequence++)
            .causePosition(sequence)
            .causeIngestTime(sequence)
            .epoch(0)
            .revision(0)
            .operatorId(0)
            .timing((short)0)
            .keyParts((short)KEYED_BY_DEVICE)
            .metric(0)
            .deviceId(sequence)
            .windowStart(sequence)
            .windowEnd(sequence)
            .count(sequence)
            .sum(value)
            .min(value)
            .max(value)
            .first(value)
            .last(value)
            .m2(value);
    }

    private int next()
    {
        index = index + 1 & COUNT - 1;
        return index;
    }
}
