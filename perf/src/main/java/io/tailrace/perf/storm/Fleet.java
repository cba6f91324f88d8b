package io.tailrace.perf.storm;

import java.util.Properties;

import io.tailrace.codec.MessageLayout;
import io.tailrace.codec.TimeUnits;
import io.tailrace.perf.workload.ArrivalSchedule;
import org.agrona.MutableDirectBuffer;

/**
 * The devices behind one source and their readings, each a function of its index: devices take turns, and each counts
 * its readings from 1. Devices are spread over sessions, whose readings are in the order of their indexes.
 * <pre>
 *   device   first + i mod devices        event id   i / devices + 1
 *   time     origin + i / rate            value      a whole number below 1024; or 1, 0, 1, 0, ... of each device
 * </pre>
 * Threading: immutable. Hot path: allocation-free.
 *
 * @param firstDevice  id of the first one.
 * @param devices      how many, from 1.
 * @param sessions     over which they are spread, up to as many as devices.
 * @param metric       of all readings.
 * @param isToggling   whether the values of a device are 1 and 0 in turns.
 * @param originNs     event time of the first reading, epoch ns.
 * @param rate         readings of all devices in a second of event time.
 */
public record Fleet(
    long firstDevice, int devices, int sessions, int metric, boolean isToggling, long originNs, long rate)
{
    private static final int VALUE_BITS = 10;
    private static final long MIX = 0x9E3779B97F4A7C15L;

    public Fleet
    {
        if (devices < 1 || sessions < 1 || sessions > devices || rate < 1)
        {
            throw new IllegalArgumentException("devices=" + devices + ", sessions=" + sessions + ", rate=" + rate +
                ", expected from 1 on, and no more sessions than devices");
        }
    }

    /** @return index of a reading of a session, which counts its own readings from 0. */
    public long index(final int session, final long ownIndex)
    {
        final int own = devicesOf(session);
        return ownIndex / own * devices + session + ownIndex % own * sessions;
    }

    /** @return index of the reading of a device with this event id. */
    public long indexOf(final long deviceId, final long eventId)
    {
        return (eventId - 1) * devices + deviceId - firstDevice;
    }

    /** @return readings of a device among the first {@code count}. */
    public long readingsOf(final long deviceId, final long count)
    {
        return count / devices + (deviceId - firstDevice < count % devices ? 1 : 0);
    }

    /** @return whether a device is one of these. */
    public boolean has(final long deviceId)
    {
        return deviceId >= firstDevice && deviceId < firstDevice + devices;
    }

    /** Writes a reading in wire layout. */
    public void encode(final MutableDirectBuffer buffer, final int offset, final long index)
    {
        final long number = index / devices;
        buffer.setMemory(offset, MessageLayout.SLOT_LENGTH, (byte)0);
        buffer.putLong(offset, MessageLayout.READING_HEADER);
        buffer.putLong(offset + MessageLayout.READING_EVENT_ID_OFFSET, number + 1);
        buffer.putLong(offset + MessageLayout.READING_DEVICE_ID_OFFSET, firstDevice + index % devices);
        buffer.putLong(offset + MessageLayout.READING_EVENT_TIME_OFFSET, timeNs(index));
        buffer.putDouble(offset + MessageLayout.READING_VALUE_OFFSET, value(index));
        buffer.putInt(offset + MessageLayout.READING_METRIC_OFFSET, metric);
        buffer.putByte(offset + MessageLayout.READING_TIME_UNIT_OFFSET, (byte)TimeUnits.NANOS);
    }

    /** @return event time of a reading, epoch ns. */
    public long timeNs(final long index)
    {
        return new ArrivalSchedule(originNs, rate, 0).intendedNs(index);
    }

    /** @return value of a reading. */
    public double value(final long index)
    {
        return isToggling ? (index / devices + 1) % 2 : index * MIX >>> Long.SIZE - VALUE_BITS;
    }

    void put(final Properties properties)
    {
        properties.setProperty("first-device", Long.toString(firstDevice));
        properties.setProperty("devices", Integer.toString(devices));
        properties.setProperty("sessions", Integer.toString(sessions));
        properties.setProperty("metric", Integer.toString(metric));
        properties.setProperty("toggling", Boolean.toString(isToggling));
        properties.setProperty("origin-ns", Long.toString(originNs));
        properties.setProperty("event-rate", Long.toString(rate));
    }

    static Fleet of(final Properties properties)
    {
        return new Fleet(
            Long.parseLong(properties.getProperty("first-device")),
            Integer.parseInt(properties.getProperty("devices")),
            Integer.parseInt(properties.getProperty("sessions")),
            Integer.parseInt(properties.getProperty("metric")),
            Boolean.parseBoolean(properties.getProperty("toggling")),
            Long.parseLong(properties.getProperty("origin-ns")),
            Long.parseLong(properties.getProperty("event-rate")));
    }

    private int devicesOf(final int session)
    {
        return (devices - session + sessions - 1) / sessions;
    }
}
