package io.tailrace.engine.ingress;

import java.net.SocketAddress;
import java.util.Arrays;

import io.tailrace.codec.AckStatus;
import io.tailrace.codec.MessageLayout;
import org.agrona.MutableDirectBuffer;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

/**
 * Which datagrams of one sender session are settled, in a window of datagram sequences that begins with the first one
 * that is not.
 * <pre>
 *   settled ... | contiguous | settled, on its way or not seen ... | end | not seen ... | contiguous + WINDOW
 * </pre>
 * Sequences are u64. A place holds the ring's slot of the last message of a datagram that is on its way.
 * <p>
 * Threading: the ingress thread. Hot path: allocation-free; settling walks the window as far as datagrams were seen.
 * Memory: 8 KiB.
 */
final class AckSession
{
    /** Datagrams that are followed at a time. */
    static final int WINDOW = 1024;

    private static final int MASK = WINDOW - 1;
    private static final int BITMAP_LENGTH = Long.SIZE;
    private static final long NOT_SEEN = -1;
    private static final long SETTLED = -2;
    private static final long MAX_COUNT = 0xFFFF_FFFFL;

    private final long[] places = new long[WINDOW];
    private final long[] refused = new long[AckStatus.values().length];

    private long id;
    private long sinceNs;
    private long contiguous;
    private long end;
    private int onTheirWay;
    private long oldestSlot;
    private long lastRefused;
    private int status;

    // What the tracker notes of the session.
    private SocketAddress replyTo;
    private long lastActiveNs;
    private long lastAckNs;
    private boolean isAckDue;

    /** Begins to follow a session from a datagram on; all before it count as settled. */
    void begin(final long id, final long firstSequence, final long nowNs)
    {
        this.id = id;
        sinceNs = nowNs;
        contiguous = firstSequence;
        end = firstSequence;
        onTheirWay = 0;
        oldestSlot = Long.MAX_VALUE;
        lastRefused = 0;
        status = AckStatus.DURABLE.code();
        Arrays.fill(places, NOT_SEEN);
        Arrays.fill(refused, 0);
        replyTo = null;
        lastActiveNs = nowNs;
        lastAckNs = nowNs;
        isAckDue = false;
    }

    /** @return whether a datagram is settled or on its way. */
    boolean isKnown(final long sequence)
    {
        return Long.compareUnsigned(sequence, contiguous) < 0 ||
            isWithin(sequence, end) && places[(int)sequence & MASK] != NOT_SEEN;
    }

    /** @return whether a datagram lies within the window. */
    boolean hasPlace(final long sequence)
    {
        return Long.compareUnsigned(sequence - contiguous, WINDOW) < 0;
    }

    /** A datagram that is not known is on its way; answers whether it is followed. */
    boolean onTaken(final long sequence, final long slot)
    {
        if (!open(sequence))
        {
            return false;
        }
        places[(int)sequence & MASK] = slot;
        onTheirWay++;
        // Slots only grow.
        oldestSlot = Math.min(oldestSlot, slot);
        return true;
    }

    /** A datagram ended before the journal; answers whether it is followed. */
    boolean onRefused(final long sequence, final AckStatus how)
    {
        if (isKnown(sequence))
        {
            return true;
        }
        if (!open(sequence))
        {
            return false;
        }
        places[(int)sequence & MASK] = SETTLED;
        refused[how.code()] = Math.min(refused[how.code()] + 1, MAX_COUNT);
        lastRefused = sequence;
        status = how.code();
        advance();
        return true;
    }

    /** The sender waits for no datagram below this one any more. */
    void onSettledBelow(final long sequence)
    {
        if (Long.compareUnsigned(sequence, contiguous) <= 0)
        {
            return;
        }
        while (contiguous != sequence && contiguous != end)
        {
            if (places[(int)contiguous & MASK] >= 0)
            {
                onTheirWay--;
            }
            places[(int)contiguous & MASK] = NOT_SEEN;
            contiguous++;
        }
        if (contiguous == end)
        {
            end = sequence;
        }
        contiguous = sequence;
        advance();
    }

    /** Everything up to a slot is durable; answers whether that settles anything. */
    boolean onDurable(final long slot)
    {
        if (onTheirWay == 0 || slot < oldestSlot)
        {
            return false;
        }
        final int before = onTheirWay;
        oldestSlot = Long.MAX_VALUE;
        for (long sequence = contiguous; sequence != end; sequence++)
        {
            final int place = (int)sequence & MASK;
            if (places[place] >= 0)
            {
                if (places[place] <= slot)
                {
                    places[place] = SETTLED;
                    onTheirWay--;
                }
                else
                {
                    oldestSlot = Math.min(oldestSlot, places[place]);
                }
            }
        }
        advance();
        // The oldest may be one that the sender has given up since.
        return onTheirWay != before;
    }

    long id()
    {
        return id;
    }

    /** @return the first datagram that is not settled. */
    long contiguous()
    {
        return contiguous;
    }

    /** @return bit i: datagram {@code contiguous + i} is settled. */
    long settled()
    {
        long bits = 0;
        for (int i = 1; i < BITMAP_LENGTH && isWithin(contiguous + i, end); i++)
        {
            if (places[(int)(contiguous + i) & MASK] == SETTLED)
            {
                bits |= 1L << i;
            }
        }
        return bits;
    }

    /** @return datagrams on their way to the disk. */
    int onTheirWay()
    {
        return onTheirWay;
    }

    /** A datagram of the session came. */
    void onActive(final SocketAddress from, final long nowNs)
    {
        replyTo = from;
        lastActiveNs = nowNs;
    }

    SocketAddress replyTo()
    {
        return replyTo;
    }

    long lastActiveNs()
    {
        return lastActiveNs;
    }

    /** There is something to tell the sender. */
    void requestAck()
    {
        isAckDue = true;
    }

    boolean isAckDue()
    {
        return isAckDue;
    }

    void onAck(final long nowNs)
    {
        lastAckNs = nowNs;
        isAckDue = false;
    }

    long lastAckNs()
    {
        return lastAckNs;
    }

    /** Writes an {@code Ack}, 64 bytes from the beginning of the buffer. */
    void encode(final MutableDirectBuffer ack, final int source)
    {
        ack.putLong(0, MessageLayout.ACK_HEADER, LITTLE_ENDIAN);
        ack.putLong(MessageLayout.ACK_SESSION_OFFSET, id, LITTLE_ENDIAN);
        ack.putLong(MessageLayout.ACK_CONTIGUOUS_OFFSET, contiguous, LITTLE_ENDIAN);
        ack.putLong(MessageLayout.ACK_SETTLED_OFFSET, settled(), LITTLE_ENDIAN);
        ack.putLong(MessageLayout.ACK_LAST_REFUSED_OFFSET, lastRefused, LITTLE_ENDIAN);
        ack.putInt(MessageLayout.ACK_MALFORMED_OFFSET, (int)refused[AckStatus.MALFORMED.code()], LITTLE_ENDIAN);
        ack.putInt(MessageLayout.ACK_SHED_OFFSET, (int)refused[AckStatus.SHED.code()], LITTLE_ENDIAN);
        ack.putInt(MessageLayout.ACK_REJECTED_OFFSET, (int)refused[AckStatus.REJECTED.code()], LITTLE_ENDIAN);
        ack.putShort(MessageLayout.ACK_SOURCE_OFFSET, (short)source, LITTLE_ENDIAN);
        ack.putByte(MessageLayout.ACK_STATUS_OFFSET, (byte)status);
        ack.putByte(MessageLayout.ACK_STATUS_OFFSET + 1, (byte)0);
        ack.putLong(MessageLayout.ACK_SINCE_OFFSET, sinceNs, LITTLE_ENDIAN);
    }

    /** Makes the window reach to a datagram, if it can. */
    private boolean open(final long sequence)
    {
        if (!hasPlace(sequence))
        {
            return false;
        }
        if (!isWithin(sequence, end))
        {
            end = sequence + 1;
        }
        return true;
    }

    private boolean isWithin(final long sequence, final long limit)
    {
        return Long.compareUnsigned(sequence - contiguous, limit - contiguous) < 0;
    }

    private void advance()
    {
        while (contiguous != end && places[(int)contiguous & MASK] == SETTLED)
        {
            places[(int)contiguous & MASK] = NOT_SEEN;
            contiguous++;
        }
    }
}
