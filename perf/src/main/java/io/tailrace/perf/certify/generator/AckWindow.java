package io.tailrace.perf.certify.generator;

import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;

/**
 * The datagrams that are not settled yet, at most 64, and the files that say which events were acknowledged and which
 * were sent again: pairs of device id and event id, big-endian longs.
 * <p>
 * A datagram is sent again under its sequence until the engine says that it is durable. One that the engine says it has
 * refused would be a fault of ours, and ends the run.
 * <p>
 * Threading: one thread.
 */
final class AckWindow
{
    static final int CAPACITY = 64;
    static final int HEADER_LENGTH = 64;

    private static final int ACK_TEMPLATE = 32;
    private static final int DATAGRAM_HEADER_TEMPLATE = 8;
    private static final int READING_TEMPLATE = 1;
    private static final int BLOCK_LENGTH = 56;
    private static final int SCHEMA = 7412;
    private static final int VERSION = 1;
    private static final int TEMPLATE_OFFSET = 2;
    private static final int SESSION_OFFSET = 8;
    private static final int SEQUENCE_OFFSET = 16;
    private static final int SETTLED_BELOW_OFFSET = 48;
    private static final int ACK_CONTIGUOUS_OFFSET = 16;
    private static final int ACK_SETTLED_OFFSET = 24;
    private static final int ACK_REFUSED_OFFSET = 32;
    private static final int ACK_STATUS_OFFSET = 54;
    private static final int EVENT_ID_OFFSET = 8;
    private static final int DEVICE_ID_OFFSET = 16;
    private static final long FIRST_TIMEOUT_NS = 100_000_000L;
    private static final long MAX_TIMEOUT_NS = 800_000_000L;

    /** One that is not settled. */
    private static final class Outstanding
    {
        private final ByteBuffer bytes;
        private long timeoutNs = FIRST_TIMEOUT_NS;
        private long dueNs;

        private Outstanding(final ByteBuffer bytes)
        {
            this.bytes = bytes;
        }
    }

    /** Sends bytes once. */
    @FunctionalInterface
    interface Wire
    {
        void send(ByteBuffer bytes) throws IOException;
    }

    private final long session;
    private final Wire wire;
    private final DataOutputStream acknowledged;
    private final DataOutputStream sentAgain;
    private final TreeMap<Long, Outstanding> outstanding = new TreeMap<>();
    private long nextSequence;

    AckWindow(
        final long session, final Wire wire, final DataOutputStream acknowledged, final DataOutputStream sentAgain)
    {
        this.session = session;
        this.wire = wire;
        this.acknowledged = acknowledged;
        this.sentAgain = sentAgain;
    }

    /** Whether one more may be sent. The engine's bitmap does not reach further than the window. */
    boolean hasRoom()
    {
        return outstanding.isEmpty() || nextSequence < outstanding.firstKey() + CAPACITY;
    }

    boolean isEmpty()
    {
        return outstanding.isEmpty();
    }

    /**
     * Sends a datagram for the first time.
     *
     * @param bytes little-endian, its first 64 bytes free for the header, flipped; owned by the window from now on.
     * @param nowNs time.
     */
    void send(final ByteBuffer bytes, final long nowNs) throws IOException
    {
        bytes.putShort(0, (short)BLOCK_LENGTH).putShort(TEMPLATE_OFFSET, (short)DATAGRAM_HEADER_TEMPLATE)
            .putShort(4, (short)SCHEMA).putShort(6, (short)VERSION)
            .putLong(SESSION_OFFSET, session).putLong(SEQUENCE_OFFSET, nextSequence);
        final Outstanding datagram = new Outstanding(bytes);
        datagram.dueNs = nowNs + datagram.timeoutNs;
        outstanding.put(nextSequence++, datagram);
        transmit(datagram);
    }

    /** Sends what is due again. */
    void sendAgain(final long nowNs) throws IOException
    {
        for (final Outstanding datagram : outstanding.values())
        {
            if (nowNs - datagram.dueNs >= 0)
            {
                datagram.timeoutNs = Math.min(2 * datagram.timeoutNs, MAX_TIMEOUT_NS);
                datagram.dueNs = nowNs + datagram.timeoutNs;
                // Noted before: what has been written down is never less than what has been sent.
                writeEvents(datagram.bytes, sentAgain);
                transmit(datagram);
            }
        }
    }

    /**
     * Takes an answer of the engine.
     *
     * @param ack one datagram as it came, little-endian.
     * @throws IllegalStateException if a datagram was refused.
     */
    void onAck(final ByteBuffer ack) throws IOException
    {
        if (ack.limit() != HEADER_LENGTH || ack.getShort(TEMPLATE_OFFSET) != ACK_TEMPLATE ||
            ack.getLong(SESSION_OFFSET) != session)
        {
            return;
        }
        if (ack.get(ACK_STATUS_OFFSET) != 0)
        {
            throw new IllegalStateException("datagram " + ack.getLong(ACK_REFUSED_OFFSET) +
                " was refused with status " + ack.get(ACK_STATUS_OFFSET));
        }
        final long contiguous = ack.getLong(ACK_CONTIGUOUS_OFFSET);
        final long settled = ack.getLong(ACK_SETTLED_OFFSET);
        final Iterator<Map.Entry<Long, Outstanding>> entries = outstanding.entrySet().iterator();
        while (entries.hasNext())
        {
            final Map.Entry<Long, Outstanding> entry = entries.next();
            final long ahead = entry.getKey() - contiguous;
            if (ahead < 0 || ahead < Long.SIZE && (settled >>> ahead & 1) != 0)
            {
                writeEvents(entry.getValue().bytes, acknowledged);
                entries.remove();
            }
        }
        acknowledged.flush();
    }

    private void transmit(final Outstanding datagram) throws IOException
    {
        datagram.bytes.putLong(SETTLED_BELOW_OFFSET, outstanding.firstKey());
        wire.send(datagram.bytes.duplicate());
    }

    private static void writeEvents(final ByteBuffer bytes, final DataOutputStream out) throws IOException
    {
        for (int at = HEADER_LENGTH; at < bytes.limit(); at += Readings.LENGTH)
        {
            if (bytes.getShort(at + TEMPLATE_OFFSET) == READING_TEMPLATE)
            {
                out.writeLong(bytes.getLong(at + DEVICE_ID_OFFSET));
                out.writeLong(bytes.getLong(at + EVENT_ID_OFFSET));
            }
        }
    }
}
