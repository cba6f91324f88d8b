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
 * Threading: each way in writes its own {@link EntryCounts}, {@link #KERNEL_DROPS} is written by the monitor's thread,
 * what the overload policy counts by who has entered {@link #turn}, all else by the ingress thread; read by any.
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

    private final AtomicLong[] recovered;
    private final AtomicLong[] refused;
    private final AtomicLong[] acks;
    private final AtomicLong[] untracked;
    private final AtomicLong[] sessions;
    /** By source, replaced as a whole: a list would make an iterator in each duty cycle. */
    private final AtomicReferenceArray<EntryCounts[]> entries;
    private final TurnLock turn = new TurnLock();
    /** Even: what the policy counts stands still; one more with each change. */
    private final AtomicLong judged = new AtomicLong();

    /** @param sourceCount sources of the configuration. */
    public IngressLedger(final int sourceCount)
    {
        recovered = counters(sourceCount);
        entries = new AtomicReferenceArray<>(sourceCount);
        for (int i = 0; i < sourceCount; i++)
        {
            entries.set(i, new EntryCounts[0]);
        }
        refused = counters(sourceCount * REASONS);
        acks = counters(sourceCount);
        untracked = counters(sourceCount);
        sessions = counters(sourceCount);
    }

    /** Readings that the journal holds already; before the start of ingress, and before the marks. */
    public void recovered(final int source, final long readings)
    {
        recovered[source].set(readings);
    }

    /**
     * The count of a {@code LedgerMark} in the journal; before the start of ingress. Readings that were shed had been
     * received.
     */
    public void recovered(final int source, final int reason, final long count)
    {
        if (source < recovered.length && isShed(reason))
        {
            recovered[source].set(recovered[source].get() + count - refused(source, reason));
        }
        if (source * REASONS + reason < refused.length && reason < REASONS)
        {
            refused[source * REASONS + reason].set(count);
        }
    }

    /** Who lets the overload policy judge has entered it. */
    public TurnLock turn()
    {
        return turn;
    }

    /**
     * Counts what the policy made of a frame, its readings not included: they are counted, and what goes on of them
     * published, before {@link #endJudged}. By who has entered {@link #turn}.
     */
    void beginJudged(final int source, final OverloadPolicy policy)
    {
        judged.lazySet(judged.getPlain() + 1);
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

    /** All that is counted of a frame has been. */
    void endJudged()
    {
        judged.lazySet(judged.getPlain() + 1);
    }

    /** @return a version of what the policy counts: whole while it is even and stays the same. */
    public long judgedVersion()
    {
        return judged.get();
    }

    /** @return counts of a new way in of a source, written by one thread alone. */
    EntryCounts addEntry(final int source)
    {
        final EntryCounts counts = new EntryCounts();
        entries.updateAndGet(source, before ->
        {
            final EntryCounts[] after = Arrays.copyOf(before, before.length + 1);
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
        for (final EntryCounts counts : entries.get(source))
        {
            offers += counts.offers.get();
        }
        return offers;
    }

    /**
     * How often publishers of a source were told to wait, whatever for: room in the ring, room on the disk, their
     * turn, or share and rate of backlog.
     *
     * @return offers in this run.
     */
    public long refusedOffers(final int source)
    {
        long refusedNow = 0;
        for (final EntryCounts counts : entries.get(source))
        {
            refusedNow += counts.refused.get();
        }
        return refusedNow;
    }

    /** @return how many of them found no room in the ring. */
    long offersWithoutRoom(final int source)
    {
        long withoutRoom = 0;
        for (final EntryCounts counts : entries.get(source))
        {
            withoutRoom += counts.withoutRoom.get();
        }
        return withoutRoom;
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
        long readings = recovered[source].get();
        for (final EntryCounts counts : entries.get(source))
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
        return recovered.length;
    }

    /** What one way in has done: that of ingress to a source, or a publisher's. */
    static final class EntryCounts
    {
        private final AtomicLong offers = new AtomicLong();
        private final AtomicLong received = new AtomicLong();
        private final AtomicLong refused = new AtomicLong();
        private final AtomicLong withoutRoom = new AtomicLong();

        /** A publisher offers: before it claims. */
        void onOffer()
        {
            offers.lazySet(offers.getPlain() + 1);
        }

        /** It was told to wait. */
        void onRefused()
        {
            refused.lazySet(refused.getPlain() + 1);
        }

        /** Likewise, since there was no room in the ring. */
        void onWithoutRoom()
        {
            withoutRoom.lazySet(withoutRoom.getPlain() + 1);
        }

        /** Readings came in, those included that were shed: before they are published. */
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
