package io.tailrace.engine.process;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;

import io.tailrace.codec.MessageLayout;
import io.tailrace.codec.sbe.EndOfInputEncoder;
import io.tailrace.codec.sbe.MessageHeaderEncoder;
import io.tailrace.codec.sbe.ReadingEncoder;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Sends readings over UDP, one a datagram, ids from 1 unless told otherwise.
 */
final class ReadingSender implements AutoCloseable
{
    private final DatagramChannel channel;
    private final InetSocketAddress address;
    private final ByteBuffer datagram = ByteBuffer.allocateDirect(MessageLayout.SLOT_LENGTH);
    private final ReadingEncoder reading = new ReadingEncoder();
    private final EndOfInputEncoder end = new EndOfInputEncoder();
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private long eventId;

    ReadingSender(final int port) throws IOException
    {
        this(port, 0);
    }

    /** Goes on behind {@code lastEventId}. */
    ReadingSender(final int port, final long lastEventId) throws IOException
    {
        eventId = lastEventId;
        address = new InetSocketAddress("127.0.0.1", port);
        channel = DatagramChannel.open();
    }

    void send(final long deviceId, final long eventTimeMs, final double value) throws IOException
    {
        reading.wrapAndApplyHeader(new UnsafeBuffer(datagram), 0, header)
            .eventId(++eventId)
            .deviceId(deviceId)
            .eventTime(eventTimeMs)
            .value(value)
            .metric(1);
        datagram.clear();
        channel.send(datagram, address);
    }

    void sendEndOfInput() throws IOException
    {
        datagram.clear();
        for (int i = 0; i < MessageLayout.SLOT_LENGTH; i++)
        {
            datagram.put(i, (byte)0);
        }
        end.wrapAndApplyHeader(new UnsafeBuffer(datagram), 0, header);
        channel.send(datagram, address);
    }

    void sendMalformed() throws IOException
    {
        channel.send(ByteBuffer.allocate(10), address);
    }

    @Override
    public void close() throws IOException
    {
        channel.close();
    }
}
