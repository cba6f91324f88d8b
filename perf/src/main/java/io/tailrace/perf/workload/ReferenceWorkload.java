package io.tailrace.perf.workload;

import io.tailrace.codec.MessageLayout;
import io.tailrace.codec.TimeUnits;
import org.agrona.MutableDirectBuffer;

/**
 * The events of the reference job: each one a function of seed and index alone, so that any of them can be made again
 * by whoever checks the answer.
 * <pre>
 *   device   uniform over the devices          metric   1
 *   time     start + i / rate - disorder       value    a whole number from 0 to 1023, so that sums are exact
 *   disorder uniform in [0, disorder)          event id i
 * </pre>
 * Randomness is the finaliser of SplitMix64 over a Weyl sequence (Steele, Lea and Flood, "Fast Splittable Pseudorandom
 * Number Generators", OOPSLA 2014).
 * <p>
 * Threading: immutable. Hot path: allocation-free.
 */
public final class ReferenceWorkload
{
    /** Event time of the first event before disorder, epoch ns: a whole second. */
    public static final long EVENT_TIME_START_NS = 1_700_000_000_000_000_000L;
    /** The only metric. */
    public static final int METRIC = 1;
    /** Devices of the reference job. */
    public static final int DEVICES = 10_000;
    /** Greatest disorder of the reference job, and so its out-of-orderness, ns. */
    public static final long DISORDER_NS = 200_000_000L;

    static final int LENGTH = MessageLayout.SLOT_LENGTH;
    static final int FLUSH_DEVICE = 0;
    static final double FLUSH_VALUE = 0;

    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final long WEYL = 0x9E3779B97F4A7C15L;
    private static final long METRIC_AND_UNIT =
        METRIC | (long)TimeUnits.NANOS << 8 * (MessageLayout.READING_TIME_UNIT_OFFSET -
        MessageLayout.READING_METRIC_OFFSET);
    private static final int VALUE_BITS = 10;

    private final long seed;
    private final int devices;
    private final long disorderNs;
    private final ArrivalSchedule eventTimes;

    /**
     * @param seed       of all randomness.
     * @param devices    from 1.
     * @param disorderNs from 0 to an hour; 0: in order.
     * @param eventRate  events per second of event time.
     */
    public ReferenceWorkload(final long seed, final int devices, final long disorderNs, final long eventRate)
    {
        if (devices < 1)
        {
            throw new IllegalArgumentException("devices=" + devices + ", expected at least 1");
        }
        if (disorderNs < 0 || disorderNs >= Integer.MAX_VALUE)
        {
            throw new IllegalArgumentException("disorder=" + disorderNs + " ns, expected 0 to " + Integer.MAX_VALUE);
        }
        this.seed = seed;
        this.devices = devices;
        this.disorderNs = disorderNs;
        eventTimes = new ArrivalSchedule(EVENT_TIME_START_NS, eventRate, 0);
    }

    /** @return the random bits of an event, from which the rest is derived. */
    public long bits(final long index)
    {
        long z = seed + (index + 1) * WEYL;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }

    /** @return device of an event with these bits, from 0. */
    public int device(final long bits)
    {
        return (int)((bits >>> 32) * devices >>> 32);
    }

    /** @return event time of an event with this index and these bits, epoch ns. */
    public long timeNs(final long index, final long bits)
    {
        return eventTimes.intendedNs(index) - ((bits & 0xFFFF_FFFFL) * disorderNs >>> 32);
    }

    /** @return value of an event with these bits. */
    public double value(final long bits)
    {
        return bits * WEYL >>> Long.SIZE - VALUE_BITS;
    }

    /**
     * Writes events as readings in wire layout, back to back.
     *
     * @param buffer     with room for {@code count} readings of {@link MessageLayout#SLOT_LENGTH} bytes.
     * @param offset     of the first one.
     * @param firstIndex of the events.
     * @param count      of the events.
     */
    public void encode(final MutableDirectBuffer buffer, final int offset, final long firstIndex, final int count)
    {
        int at = offset;
        for (long index = firstIndex; index < firstIndex + count; index++)
        {
            final long bits = bits(index);
            encode(buffer, at, index, device(bits), timeNs(index, bits), value(bits));
            at += MessageLayout.SLOT_LENGTH;
        }
    }

    /**
     * Writes the reading that ends a run: late enough in event time to close every window that the first {@code count}
     * events went to. It opens one window itself, which stays open.
     *
     * @param windowNs size of the windows.
     */
    public void encodeFlush(
        final MutableDirectBuffer buffer, final int offset, final long count, final long windowNs)
    {
        encode(buffer, offset, count, FLUSH_DEVICE, flushNs(count, windowNs), FLUSH_VALUE);
    }

    /**
     * Where the events go on after {@link #encodeFlush}: none from there on is late.
     *
     * @param count    as many events were before the one that flushed.
     * @param windowNs size of the windows.
     * @return index of an event, of a whole second, from which on not even the greatest disorder reaches the flush.
     */
    public long indexAfterFlush(final long count, final long windowNs)
    {
        final long elapsedNs = flushNs(count, windowNs) + disorderNs - EVENT_TIME_START_NS;
        return (elapsedNs / NANOS_PER_SECOND + 1) * eventTimes.ratePerSecond();
    }

    /** @return how many devices there are. */
    public int devices()
    {
        return devices;
    }

    /** @return greatest disorder, ns. */
    public long disorderNs()
    {
        return disorderNs;
    }

    /** @return events per second of event time. */
    public long ratePerSecond()
    {
        return eventTimes.ratePerSecond();
    }

    /** @return the seed. */
    public long seed()
    {
        return seed;
    }

    long flushNs(final long count, final long windowNs)
    {
        return Math.floorDiv(eventTimes.intendedNs(count), windowNs) * windowNs + windowNs + disorderNs;
    }

    static void encode(
        final MutableDirectBuffer buffer,
        final int at,
        final long eventId,
        final long deviceId,
        final long timeNs,
        final double value)
    {
        buffer.putLong(at, MessageLayout.READING_HEADER);
        buffer.putLong(at + MessageLayout.READING_EVENT_ID_OFFSET, eventId);
        buffer.putLong(at + MessageLayout.READING_DEVICE_ID_OFFSET, deviceId);
        buffer.putLong(at + MessageLayout.READING_EVENT_TIME_OFFSET, timeNs);
        buffer.putLong(at + MessageLayout.READING_INGEST_TIME_OFFSET, 0);
        buffer.putDouble(at + MessageLayout.READING_VALUE_OFFSET, value);
        buffer.putLong(at + MessageLayout.READING_METRIC_OFFSET, METRIC_AND_UNIT);
        buffer.putLong(at + MessageLayout.READING_QUALITY_OFFSET, 0);
    }
}
