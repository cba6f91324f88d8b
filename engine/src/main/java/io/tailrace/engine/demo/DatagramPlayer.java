package io.tailrace.engine.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import io.tailrace.codec.MessageLayout;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Sends readings to a UDP source on loopback, at a rate, and never more than the socket's buffer holds.
 * <pre>
 *   datagram:  DatagramHeader | Reading x 20      the last one:  DatagramHeader | Reading x 0..20 | EndOfInput
 * </pre>
 * UDP has no flow control, so the player keeps one: it waits while more readings are under way, sent but not
 * received, than surely fit. Those that have not come in for two seconds are taken as dropped, so that a loss does
 * not stop it.
 * <p>
 * Threading: one thread, role {@code player}; the counts may be read by any.
 */
final class DatagramPlayer implements Agent
{
    /** Readings of a full datagram. */
    static final int READINGS_PER_DATAGRAM = 20;

    // A datagram of this length costs the receiving socket up to 2304 bytes of twice its buffer's length.
    private static final int BUFFER_PER_DATAGRAM = 4096;
    private static final int MAX_DATAGRAMS_PER_CYCLE = 16;
    private static final int MAX_LENGTH = (READINGS_PER_DATAGRAM + 2) * MessageLayout.SLOT_LENGTH;
    private static final long LOST_AFTER_NS = TimeUnit.SECONDS.toNanos(2);
    private static final long NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    private final ReadingFeed feed;
    private final LongSupplier received;
    private final long session;
    private final double rate;
    private final long maxUnderWay;
    private final DatagramChannel channel;
    private final ByteBuffer datagram = ByteBuffer.allocateDirect(MAX_LENGTH);
    private final UnsafeBuffer buffer = new UnsafeBuffer(datagram);
    private final UnsafeBuffer ahead = new UnsafeBuffer(new byte[MessageLayout.SLOT_LENGTH]);

    private long startNs;
    private long lost;
    private long lastReceived;
    private long lastProgressNs;
    private int datagramReadings;
    private boolean hasStarted;
    private boolean hasAhead;
    private boolean hasDatagram;
    private boolean isLast;

    private volatile long sent;
    private volatile long datagrams;
    private volatile long endNs;
    private volatile boolean isDone;
    private volatile Exception failure;

    /**
     * @param feed                of readings.
     * @param port                of the source on loopback.
     * @param received            how many readings the engine has taken.
     * @param session             of the datagrams' headers.
     * @param rate                readings a second.
     * @param receiveBufferLength that the source asks for.
     */
    DatagramPlayer(
        final ReadingFeed feed,
        final int port,
        final LongSupplier received,
        final long session,
        final double rate,
        final int receiveBufferLength)
    {
        this.feed = feed;
        this.received = received;
        this.session = session;
        this.rate = rate;
        try
        {
            maxUnderWay = maxUnderWay(receiveBufferLength);
            channel = DatagramChannel.open();
            channel.connect(new InetSocketAddress(DemoSession.LOOPBACK, port));
            channel.configureBlocking(false);
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }

    @Override
    public String roleName()
    {
        return "player";
    }

    @Override
    public void onStart()
    {
        startNs = System.nanoTime();
        lastProgressNs = startNs;
    }

    @Override
    public int doWork()
    {
        if (isDone)
        {
            return 0;
        }
        try
        {
            return play(System.nanoTime());
        }
        catch (final Exception ex)
        {
            failure = ex;
            end(System.nanoTime());
            return 0;
        }
    }

    @Override
    public void onClose()
    {
        try
        {
            channel.close();
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
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

    /** @return whether everything has been sent, or nothing more can be. */
    boolean isDone()
    {
        return isDone;
    }

    /** @return why it had to stop, or null. */
    Exception failure()
    {
        return failure;
    }

    /** @return how long it took to send everything, ns. */
    long durationNs()
    {
        return endNs - startNs;
    }

    private int play(final long nowNs) throws IOException
    {
        final long taken = received.getAsLong();
        if (taken != lastReceived)
        {
            lastReceived = taken;
            lastProgressNs = nowNs;
        }
        int work = 0;
        while (work < MAX_DATAGRAMS_PER_CYCLE && !isDone && isAllowed(taken, nowNs))
        {
            if (!hasDatagram)
            {
                fill();
            }
            datagram.position(0);
            if (channel.write(datagram) == 0)
            {
                return work;
            }
            hasDatagram = false;
            sent += datagramReadings;
            datagrams++;
            work++;
            if (isLast)
            {
                end(System.nanoTime());
            }
        }
        return work;
    }

    private boolean isAllowed(final long taken, final long nowNs)
    {
        final long underWay = sent - taken - lost;
        if (underWay + READINGS_PER_DATAGRAM > maxUnderWay)
        {
            if (nowNs - lastProgressNs > LOST_AFTER_NS)
            {
                lost += underWay;
                lastProgressNs = nowNs;
            }
            return false;
        }
        return sent <= (nowNs - startNs) * rate / NANOS_PER_SECOND;
    }

    private void fill() throws IOException
    {
        datagram.clear();
        buffer.setMemory(0, MessageLayout.SLOT_LENGTH, (byte)0);
        buffer.putLong(0, MessageLayout.DATAGRAM_HEADER_HEADER);
        buffer.putLong(MessageLayout.DATAGRAM_HEADER_SESSION_OFFSET, session);
        buffer.putLong(MessageLayout.DATAGRAM_HEADER_SEQUENCE_OFFSET, datagrams);
        int length = MessageLayout.SLOT_LENGTH;
        datagramReadings = 0;
        if (!hasStarted)
        {
            hasStarted = true;
            hasAhead = feed.next(ahead, 0);
        }
        while (hasAhead && datagramReadings < READINGS_PER_DATAGRAM)
        {
            buffer.putBytes(length, ahead, 0, MessageLayout.SLOT_LENGTH);
            length += MessageLayout.SLOT_LENGTH;
            datagramReadings++;
            hasAhead = feed.next(ahead, 0);
        }
        if (!hasAhead)
        {
            // The end travels with the last readings: who has them has it too.
            isLast = true;
            buffer.setMemory(length, MessageLayout.SLOT_LENGTH, (byte)0);
            buffer.putLong(length, MessageLayout.END_OF_INPUT_HEADER);
            length += MessageLayout.SLOT_LENGTH;
        }
        datagram.limit(length);
        hasDatagram = true;
    }

    private void end(final long nowNs)
    {
        endNs = nowNs;
        isDone = true;
    }

    /** Asks the kernel how much it grants such a socket. */
    private static long maxUnderWay(final int receiveBufferLength) throws IOException
    {
        try (DatagramChannel probe = DatagramChannel.open())
        {
            probe.setOption(StandardSocketOptions.SO_RCVBUF, receiveBufferLength);
            final int granted = probe.getOption(StandardSocketOptions.SO_RCVBUF);
            return Math.max(1, granted / BUFFER_PER_DATAGRAM) * (long)READINGS_PER_DATAGRAM;
        }
    }
}
