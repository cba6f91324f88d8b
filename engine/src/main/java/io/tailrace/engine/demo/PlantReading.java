package io.tailrace.engine.demo;

import io.tailrace.codec.MessageLayout;
import org.agrona.MutableDirectBuffer;

/**
 * One reading as the plant knows it.
 * <p>
 * Sensors deliver whole steps of 1/{@link #STEPS_PER_UNIT}, as converters do, so that every value, every sum of
 * values and every square can be had exactly in whole numbers.
 *
 * @param eventId   unique, in order of measurement.
 * @param deviceId  who measured.
 * @param metric    what.
 * @param timeNs    when, epoch ns, as exactly as the device's unit allows; 0 if the time sent means no time.
 * @param time      when, as sent.
 * @param timeUnit  unit code, as sent.
 * @param steps     value, unless the fault says otherwise.
 * @param fault     what is wrong with it.
 * @param isOld     whether it is valid, but hours old.
 * @param arrivalNs when the radio delivers it, epoch ns of plant time.
 */
record PlantReading(
    long eventId, long deviceId, int metric, long timeNs, long time, int timeUnit, long steps, PlantFault fault,
    boolean isOld, long arrivalNs)
{
    static final int STEPS_PER_UNIT = 1024;

    double value()
    {
        return switch (fault)
        {
            case NOT_A_NUMBER -> Double.NaN;
            case INFINITE -> Double.POSITIVE_INFINITY;
            default -> steps / (double)STEPS_PER_UNIT;
        };
    }

    /** Writes the {@link MessageLayout#SLOT_LENGTH} bytes that go over the wire. */
    void encode(final MutableDirectBuffer buffer, final int offset)
    {
        buffer.setMemory(offset, MessageLayout.SLOT_LENGTH, (byte)0);
        buffer.putLong(offset, MessageLayout.READING_HEADER);
        buffer.putLong(offset + MessageLayout.READING_EVENT_ID_OFFSET, eventId);
        buffer.putLong(offset + MessageLayout.READING_DEVICE_ID_OFFSET, deviceId);
        buffer.putLong(offset + MessageLayout.READING_EVENT_TIME_OFFSET, time);
        buffer.putDouble(offset + MessageLayout.READING_VALUE_OFFSET, value());
        buffer.putInt(offset + MessageLayout.READING_METRIC_OFFSET, metric);
        buffer.putByte(offset + MessageLayout.READING_TIME_UNIT_OFFSET, (byte)timeUnit);
    }
}
