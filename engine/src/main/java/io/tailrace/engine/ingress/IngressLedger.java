package io.tailrace.engine.ingress;

import java.util.concurrent.atomic.AtomicLong;

import io.tailrace.codec.MalformedReason;

/**
 * What ingress took and what it refused, per source, over all incarnations: what the journal shows at start, and what
 * was added since.
 * <p>
 * Threading: {@code received} of an embedded source is written by its publishers, {@link #KERNEL_DROPS} by the
 * monitor's thread, all else by the ingress thread; read by any.
 */
public final class IngressLedger
{
    /** Reason code of datagrams that the kernel dropped since the socket's buffer was full. */
    public static final int KERNEL_DROPS = 64;

    /** One more than the greatest reason code. */
    public static final int REASONS = KERNEL_DROPS + 1;

    private final AtomicLong[] received;
    private final AtomicLong[] refused;

    /** @param sourceCount sources of the configuration. */
    public IngressLedger(final int sourceCount)
    {
        received = counters(sourceCount);
        refused = counters(sourceCount * REASONS);
    }

    /** Readings that the journal holds already; before the start of ingress. */
    public void recovered(final int source, final long readings)
    {
        received[source].set(readings);
    }

    /** The count of a {@code LedgerMark} in the journal; before the start of ingress. */
    public void recovered(final int source, final int reason, final long count)
    {
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

    /** Readings were taken, by one of several publishers. */
    void onPublished(final int source, final int count)
    {
        received[source].getAndAdd(count);
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

    /** @return readings taken from a source. */
    public long received(final int source)
    {
        return received[source].get();
    }

    /** @return what ended before the journal, by reason: the code of a {@link MalformedReason} or one of the above. */
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
