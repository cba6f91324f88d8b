package io.tailrace.engine.send;

import java.util.Locale;

import io.tailrace.codec.MessageLayout;
import org.agrona.DirectBuffer;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

/**
 * What became of the datagrams of a session.
 * <p>
 * An engine counts what it refuses since it follows the session; one that was restarted begins anew, so the counts of
 * those before it are kept. Counts that an engine made but could not tell before it was killed are missing: their
 * datagrams are settled for all that, and stand as durable.
 * <p>
 * Threading: one thread, that of the sender.
 */
public final class AckReport
{
    private static final long U32 = 0xFFFF_FFFFL;

    private long resent;
    private long settled;
    private long sinceNs = Long.MIN_VALUE;
    private final long[] before = new long[Refused.values().length];
    private final long[] current = new long[Refused.values().length];

    private enum Refused
    {
        MALFORMED(MessageLayout.ACK_MALFORMED_OFFSET),
        SHED(MessageLayout.ACK_SHED_OFFSET),
        REJECTED(MessageLayout.ACK_REJECTED_OFFSET);

        private final int offset;

        Refused(final int offset)
        {
            this.offset = offset;
        }
    }

    /** @return how often a datagram was sent again. */
    public long resent()
    {
        return resent;
    }

    /** @return datagrams that are settled, one way or another. */
    public long settled()
    {
        return settled;
    }

    /** @return datagrams that are durable. */
    public long durable()
    {
        return Math.max(0, settled - malformed() - shed() - rejected());
    }

    /** @return datagrams that were refused as malformed. */
    public long malformed()
    {
        return count(Refused.MALFORMED);
    }

    /** @return datagrams that were shed. */
    public long shed()
    {
        return count(Refused.SHED);
    }

    /** @return datagrams that were rejected as a whole. */
    public long rejected()
    {
        return count(Refused.REJECTED);
    }

    @Override
    public String toString()
    {
        return String.format(
            Locale.ROOT,
            "resent=%d settled-durable=%d settled-malformed=%d settled-shed=%d settled-rejected=%d",
            resent,
            durable(),
            malformed(),
            shed(),
            rejected());
    }

    void onResent()
    {
        resent++;
    }

    void onSettled()
    {
        settled++;
    }

    /** Takes the counts of an {@code Ack} of the session, which may have been overtaken by a later one. */
    void onCounts(final DirectBuffer ack, final int offset)
    {
        final long since = ack.getLong(offset + MessageLayout.ACK_SINCE_OFFSET, LITTLE_ENDIAN);
        if (since < sinceNs)
        {
            return;
        }
        for (final Refused refused : Refused.values())
        {
            final int i = refused.ordinal();
            if (since > sinceNs)
            {
                before[i] += current[i];
                current[i] = 0;
            }
            current[i] = Math.max(current[i], ack.getInt(offset + refused.offset, LITTLE_ENDIAN) & U32);
        }
        sinceNs = since;
    }

    private long count(final Refused refused)
    {
        return before[refused.ordinal()] + current[refused.ordinal()];
    }
}
