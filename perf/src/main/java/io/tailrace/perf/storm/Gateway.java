package io.tailrace.perf.storm;

import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.send.AckReport;
import io.tailrace.engine.send.AckedSender;
import org.agrona.CloseHelper;
import org.agrona.concurrent.UnsafeBuffer;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

/**
 * One session: readings of its fleet in datagrams, as far as they are due and the window has room.
 * <p>
 * Threading: one thread. Hot path: allocation-free but for what the sender keeps.
 */
final class Gateway implements AutoCloseable
{
    /** Readings in a datagram, behind its header: 1,280 bytes, which every path takes whole. */
    static final int MAX_READINGS = 19;

    private static final int DATAGRAM_LIMIT = 8;

    private final Fleet fleet;
    private final Indexes indexes;
    private final int perDatagram;
    private final AckedSender sender;
    private final UnsafeBuffer datagram =
        new UnsafeBuffer(new byte[(1 + MAX_READINGS) * MessageLayout.SLOT_LENGTH]);
    private long datagrams;
    private long sent;
    private long held;

    /** Takes readings that are sent. */
    @FunctionalInterface
    interface SentListener
    {
        /** A reading was handed over, by its index. */
        void onSent(long index);
    }

    /**
     * @param fleet       whose readings are sent.
     * @param indexes     of what it sends.
     * @param perDatagram readings in a datagram at most, up to {@link #MAX_READINGS}.
     * @param session     id of the session.
     * @param sender      closed with the gateway.
     */
    Gateway(
        final Fleet fleet,
        final Indexes indexes,
        final int perDatagram,
        final long session,
        final AckedSender sender)
    {
        this.fleet = fleet;
        this.indexes = indexes;
        this.perDatagram = perDatagram;
        this.sender = sender;
        datagram.putLong(0, MessageLayout.DATAGRAM_HEADER_HEADER, LITTLE_ENDIAN);
        datagram.putLong(MessageLayout.DATAGRAM_HEADER_SESSION_OFFSET, session, LITTLE_ENDIAN);
    }

    /**
     * Takes answers, and sends what is due, a limited number of datagrams.
     *
     * @param dueCount readings of the fleet that are due.
     * @param listener told of each that is sent.
     * @return datagrams sent.
     */
    int doWork(final long dueCount, final SentListener listener)
    {
        sender.poll();
        int work = 0;
        while (work < DATAGRAM_LIMIT && indexes.peek(0) < dueCount)
        {
            if (!sender.hasRoom())
            {
                held++;
                return work;
            }
            int readings = 0;
            while (readings < perDatagram && indexes.peek(readings) < dueCount)
            {
                fleet.encode(datagram, (1 + readings) * MessageLayout.SLOT_LENGTH, indexes.peek(readings));
                readings++;
            }
            send(readings);
            for (int i = 0; i < readings; i++)
            {
                listener.onSent(indexes.peek(i));
            }
            indexes.advance(readings);
            sent += readings;
            work++;
        }
        return work;
    }

    /** Sends an end of input, which waits while the window is full. */
    void endInput()
    {
        final int at = MessageLayout.SLOT_LENGTH;
        datagram.setMemory(at, MessageLayout.SLOT_LENGTH, (byte)0);
        datagram.putLong(at, MessageLayout.END_OF_INPUT_HEADER, LITTLE_ENDIAN);
        send(1);
        sender.finish();
    }

    /** @return readings sent. */
    long sent()
    {
        return sent;
    }

    /** @return datagrams sent. */
    long datagrams()
    {
        return datagrams;
    }

    /** @return datagrams that are not settled. */
    int waiting()
    {
        return sender.waiting();
    }

    /** @return how often the window was full. */
    long held()
    {
        return held;
    }

    /** @return what became of the datagrams. */
    AckReport report()
    {
        return sender.report();
    }

    @Override
    public void close()
    {
        CloseHelper.quietClose(sender);
    }

    private void send(final int messages)
    {
        datagram.putLong(MessageLayout.DATAGRAM_HEADER_SEQUENCE_OFFSET, datagrams, LITTLE_ENDIAN);
        sender.send(datagram, (1 + messages) * MessageLayout.SLOT_LENGTH);
        datagrams++;
    }
}
