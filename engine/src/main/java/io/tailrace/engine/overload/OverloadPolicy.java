package io.tailrace.engine.overload;

import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.OverloadAction;
import io.tailrace.engine.config.OverloadConfig;
import org.agrona.DirectBuffer;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

/**
 * Which readings of a frame go on to the journal: those within the rate of their device and the rate of all, and of the
 * others those that sampling keeps. Messages that are no readings always do.
 * <p>
 * A frame is {@linkplain #judge judged} as a whole; what it took from the buckets is given back if it finds no room
 * ({@link #takeBack}), so that it can be offered again. Time is the running maximum of what it was told.
 * <pre>
 *   reading -- rate of its device -- rate of all --&gt; kept, takes from both
 *                    '------above------'--sampled--&gt; kept, takes from none
 *                                      '-----------&gt; shed
 * </pre>
 * Threading: one thread at a time. Hot path: allocation-free. Memory: two bits for each message of the longest frame,
 * and the {@linkplain DeviceRates table of devices}.
 */
public final class OverloadPolicy
{
    private static final int BITS = 6;

    private final DeviceRates deviceRates;
    private final RateBucket rate;
    private final boolean isSampling;
    private final int keepOneIn;
    /** By message of the frame: goes on, and has taken from the bucket of its device. */
    private final long[] kept;
    private final long[] charged;
    private final long[] counts = new long[OverloadCount.count()];
    private long timeNs = Long.MIN_VALUE;
    private int rateCharges;

    /**
     * A policy with full buckets.
     *
     * @param overload    limits.
     * @param devices     entries of the table of devices at most.
     * @param maxMessages of a frame.
     */
    OverloadPolicy(final OverloadConfig overload, final int devices, final int maxMessages)
    {
        deviceRates = overload.ratePerDevice() > 0 ?
            new DeviceRates(new Gcra(overload.ratePerDevice(), overload.burstNs()), devices) : null;
        rate = overload.rate() > 0 ? new RateBucket(overload.rate(), overload.burstNs()) : null;
        isSampling = overload.then() == OverloadAction.SAMPLE;
        keepOneIn = overload.keepOneIn();
        kept = new long[(maxMessages >>> BITS) + 1];
        charged = new long[kept.length];
    }

    /** @return the policy of a configuration; null: it limits nothing. */
    static OverloadPolicy of(final EngineConfig config, final int maxMessages)
    {
        return config.overload().isLimiting() ?
            new OverloadPolicy(config.overload(), config.limits().devices(), maxMessages) : null;
    }

    /**
     * Judges a frame, and takes from the buckets what its readings take.
     *
     * @param buffer holds messages in wire layout, judged by their framing before; not kept.
     * @param offset of the first message.
     * @param count  messages.
     * @param nowNs  ingest time, epoch ns.
     * @return messages that go on, from 0 to {@code count}.
     */
    public int judge(final DirectBuffer buffer, final int offset, final int count, final long nowNs)
    {
        begin(nowNs);
        int going = 0;
        for (int i = 0; i < count; i++)
        {
            if ((i & Long.SIZE - 1) == 0)
            {
                kept[i >>> BITS] = 0;
                charged[i >>> BITS] = 0;
            }
            final int at = offset + i * MessageLayout.SLOT_LENGTH;
            final int templateId =
                buffer.getShort(at + MessageLayout.HEADER_TEMPLATE_ID_OFFSET, LITTLE_ENDIAN) & 0xFFFF;
            if (templateId != MessageLayout.READING_TEMPLATE_ID || judge(
                i,
                buffer.getLong(at + MessageLayout.READING_DEVICE_ID_OFFSET, LITTLE_ENDIAN),
                buffer.getLong(at + MessageLayout.READING_EVENT_ID_OFFSET, LITTLE_ENDIAN)))
            {
                kept[i >>> BITS] |= 1L << i;
                going++;
            }
        }
        return going;
    }

    /** @return whether a message of the frame that was judged last goes on. */
    public boolean isKept(final int index)
    {
        return (kept[index >>> BITS] & 1L << index) != 0;
    }

    /** @return the time of the last judgement, epoch ns: never less than that of an earlier one. */
    public long timeNs()
    {
        return timeNs;
    }

    /** @return what of the frame that was judged last is counted so. */
    public long count(final OverloadCount count)
    {
        return counts[count.ordinal()];
    }

    /** The frame that was judged last has found no room: gives back what it took. */
    public void takeBack(final DirectBuffer buffer, final int offset, final int count)
    {
        refundRate();
        for (int i = 0; i < count; i++)
        {
            if ((charged[i >>> BITS] & 1L << i) != 0)
            {
                deviceRates.refund(buffer.getLong(
                    offset + i * MessageLayout.SLOT_LENGTH + MessageLayout.READING_DEVICE_ID_OFFSET, LITTLE_ENDIAN));
            }
        }
    }

    private void begin(final long nowNs)
    {
        timeNs = Math.max(timeNs, nowNs);
        rateCharges = 0;
        for (int i = 0; i < counts.length; i++)
        {
            counts[i] = 0;
        }
    }

    private boolean judge(final int index, final long deviceId, final long eventId)
    {
        if (null != deviceRates && !deviceRates.isWithin(deviceId, timeNs))
        {
            return isSampled(eventId, OverloadCount.SHED_RATE_PER_DEVICE);
        }
        if (null != rate)
        {
            if (!rate.isWithin(timeNs))
            {
                return isSampled(eventId, OverloadCount.SHED_RATE);
            }
            rate.charge(timeNs);
            rateCharges++;
        }
        if (null != deviceRates)
        {
            if (deviceRates.charge(deviceId, timeNs))
            {
                charged[index >>> BITS] |= 1L << index;
            }
            else
            {
                counts[OverloadCount.RATE_UNTRACKED.ordinal()]++;
            }
        }
        return true;
    }

    private boolean isSampled(final long eventId, final OverloadCount otherwise)
    {
        final boolean isSampled = isSampling && Sampling.isKept(eventId, keepOneIn);
        counts[(isSampled ? OverloadCount.KEPT_SAMPLED : otherwise).ordinal()]++;
        return isSampled;
    }

    private void refundRate()
    {
        for (; rateCharges > 0; rateCharges--)
        {
            rate.refund();
        }
    }
}
