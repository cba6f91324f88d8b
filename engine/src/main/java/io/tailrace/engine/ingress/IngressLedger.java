package io.tailrace.engine.ingress;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

import io.tailrace.codec.MalformedReason;
import io.tailrace.engine.overload.OverloadCount;
import io.tailrace.engine.overload.OverloadPolicy;
import io.tailrace.engine.overload.TurnLock;

/**
 * What ingress took and what it refused, per source, over all incarnations: what the journal shows at start, and what
 * was added since.
 * <p>
 * Threading: each publisher writes its own {@link PublisherCounts}, {@link #KERNEL_DROPS} is written by the
 * monitor's thread, what the overload policy counts by who has entered {@link #turn}, all else by the ingress thread;
 * read by any.
 */
public final class IngressLedger
{
    /** Reason code of datagrams that the kernel dropped since the socket's buffer was full. */
    public static final int KERNEL_DROPS = 64;

    /** Reason code of datagrams of acknowledged sessions that were sent again although they had been taken. */
    public static final int RESENT = 65;

    /** Reason code of datagrams that could not have been acknowledged: too many sessions, or too far ahead in one. */
    public static final int NO_PLACE = 66;

    /** One more than the greatest reason code. */
    public static final int REASONS = OverloadCount.RATE_UNTRACKED.code() + 1;

    private final AtomicLong[] received;
    private final AtomicLong[] refused;
    private final AtomicLong[] acks;
    private final AtomicLong[] untracked;
    private final AtomicLong[] sessions;
    /** By source, replaced as a whole: a list would make an iterator in each duty cycle. */
    private final AtomicReferenceArray<PublisherCounts[]> publishers;
    private final TurnLock turn = new TurnLock();

    /** @param sourceCount sources of the configuration. */
    public IngressLedger(final int sourceCount)
    {
        received = counters(sourceCount);
        publishers = new AtomicReferenceArray<>(sourceCount);
        for (int i = 0; i < sourceCount; i++)
        {
            publishers.set(i, new PublisherCounts[0]);
        }
        refused = counters(sourceCount * REASONS);
        acks = counters(sourceCount);
        untracked = counters(sourceCount);
        sessions = counters(sourceCount);
    }

    /** Readings that the journal holds already; before the start of ingress, and before the marks. */
    public void recovered(final int source, final long readings)
    {
        received[source].set(readings);
    }

    /**
     * The count of a {@code LedgerMark} in the journal; before the start of ingress. Readings that were shed had been
     * received.
     */
    public void recovered(final int source, final int reason, final long count)
    {
        if (source < received.length && isShed(reason))
        {
            received[source].set(received[source].get() + count - refused(source, reason));
        }
        if (source * REASONS + reason < refused.length && reason < REASONS)
        {
            refused[source * REASONS + reason].set(count);
        }
    }

    /** Readings were taken, by the only thread that takes any from this source. */
    void onReceived(final int source, final int count)
    {
        final AtomicLong counter = received[source];
        counter.lazySet(counter.getPlain() + count);
    }

    /** Who counts what the overload policy does has entered it; who reads it looks at its version. */
    public TurnLock turn()
    {
        return turn;
    }

    /** What the policy made of a frame, its readings not included; by who has entered {@link #turn}. */
    void onJudged(final int source, final OverloadPolicy policy)
    {
        for (int i = 0; i < OverloadCount.count(); i++)
        {
            final OverloadCount count = OverloadCount.of(i);
            final long increment = policy.count(count);
            if (increment != 0)
            {
                onRefused(source, count.code(), increment);
            }
        }
    }

    /** @return counts of a new publisher of a source, written by its thread alone. */
    PublisherCounts addPublisher(final int source)
    {
        final PublisherCounts counts = new PublisherCounts();
        publishers.updateAndGet(source, before ->
        {
            final PublisherCounts[] after = Arrays.copyOf(before, before.length + 1);
            after[before.length] = counts;
            return after;
        });
        return counts;
    }

    /**
     * How often the publishers of a source have offered, whether it was taken or not. Whoever has claimed a slot after
     * a publisher's claim sees the offer that led to it.
     */
    long offers(final int source)
    {
        long offers = 0;
        for (final PublisherCounts counts : publishers.get(source))
        {
            offers += counts.offers.get();
        }
        return offers;
    }

    /**
     * How often publishers of a source were told to wait, since ring or disk were full.
     *
     * @return offers in this run.
     */
    public long refusedOffers(final int source)
    {
        long refusedNow = 0;
        for (final PublisherCounts counts : publishers.get(source))
        {
            refusedNow += counts.refused.get();
        }
        return refusedNow;
    }

    /** Something ended before the journal. */
    void onRefused(final int source, final int reason, final long count)
    {
        final AtomicLong counter = refused[source * REASONS + reason];
        counter.lazySet(counter.getPlain() + count);
    }

    /** The kernel dropped datagrams; by the monitor's thread, the only one that writes this reason. */
    public void onKernelDrops(final int source, final long count)
    {
        onRefused(source, KERNEL_DROPS, count);
    }

    /** An acknowledgement left. */
    void onAck(final int source)
    {
        acks[source].lazySet(acks[source].getPlain() + 1);
    }

    /** A datagram with a header is not followed, so that it will not be acknowledged. */
    void onUntracked(final int source)
    {
        untracked[source].lazySet(untracked[source].getPlain() + 1);
    }

    /** So many sessions are followed. */
    void onSessions(final int source, final int count)
    {
        sessions[source].lazySet(count);
    }

    /** @return acknowledgements that a source has sent in this run. */
    public long acks(final int source)
    {
        return acks[source].get();
    }

    /**
     * Datagrams that asked for an acknowledgement and got none.
     *
     * @return how many in this run: there was no room for their session, or they lay too far ahead in it.
     */
    public long untracked(final int source)
    {
        return untracked[source].get();
    }

    /** @return sender sessions that a source follows. */
    public long sessions(final int source)
    {
        return sessions[source].get();
    }

    /** @return readings taken from a source, those included that were shed then. */
    public long received(final int source)
    {
        long readings = received[source].get();
        for (final PublisherCounts counts : publishers.get(source))
        {
            readings += counts.received.get();
        }
        return readings;
    }

    /**
     * What ended before the journal, or is counted there.
     *
     * @param reason code of a {@link MalformedReason}, of an {@link OverloadCount}, or one of the above.
     * @return how much.
     */
    public long refused(final int source, final int reason)
    {
        return refused[source * REASONS + reason].get();
    }

    /** @return malformed datagrams and messages of a source, all reasons. */
    public long malformed(final int source)
    {
        long sum = 0;
        for (final MalformedReason reason : MalformedReason.values())
        {
            sum += refused(source, reason.code());
        }
        return sum;
    }

    /** @return how many sources there are. */
    public int sourceCount()
    {
        return received.length;
    }

    /** What one publisher has done. */
    static final class PublisherCounts
    {
        private final AtomicLong offers = new AtomicLong();
        private final AtomicLong received = new AtomicLong();
        private final AtomicLong refused = new AtomicLong();

        /** Before it claims. */
        void onOffer()
        {
            offers.lazySet(offers.getPlain() + 1);
        }

        /** It was told to wait. */
        void onRefused()
        {
            refused.lazySet(refused.getPlain() + 1);
        }

        /** Before it publishes. */
        void onReceived(final int count)
        {
            received.lazySet(received.getPlain() + count);
        }
    }

    private static boolean isShed(final int reason)
    {
        return reason == OverloadCount.SHED_RATE.code() || reason == OverloadCount.SHED_RATE_PER_DEVICE.code();
    }

    private static AtomicLong[] counters(final int count)
    {
        final AtomicLong[] counters = new AtomicLong[count];
        for (int i = 0; i < count; i++)
        {
            counters[i] = new AtomicLong();
        }
        return counters;
    }
}
