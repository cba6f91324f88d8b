package io.tailrace.engine.send;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;

import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;

/**
 * A connected UDP socket. Being connected, it hears that nobody listens at the destination: with the next call after
 * the datagram that was refused. Such a call sends nothing, so it is made again; what UDP loses is lost.
 * <p>
 * Threading: one thread.
 */
public final class UdpSender implements DatagramSender
{
    /** Longest payload of a UDP datagram over IPv4, bytes. */
    public static final int MAX_DATAGRAM_LENGTH = 65_507;

    private static final int ATTEMPTS = 3;

    private final DatagramChannel channel;
    private final ByteBuffer datagram = ByteBuffer.allocateDirect(MAX_DATAGRAM_LENGTH);
    private final String address;
    private long refusals;

    private UdpSender(final DatagramChannel channel, final String address)
    {
        this.channel = channel;
        this.address = address;
    }

    /**
     * Opens a socket.
     *
     * @param destination of UDP.
     * @return the sender.
     * @throws SendException if the host is not known or there is no way to it.
     */
    public static UdpSender open(final Destination destination)
    {
        return new UdpSender(connect(destination), destination.toString());
    }

    /** @return a socket that is connected, blocking. */
    static DatagramChannel connect(final Destination destination)
    {
        final InetSocketAddress address = new InetSocketAddress(destination.host(), destination.port());
        if (address.isUnresolved())
        {
            throw new SendException(destination + ": host is unknown");
        }

        DatagramChannel channel = null;
        try
        {
            channel = DatagramChannel.open();
            channel.connect(address);
            return channel;
        }
        catch (final IOException ex)
        {
            CloseHelper.quietClose(channel);
            throw new SendException(destination + ": " + ex.getMessage());
        }
    }

    @Override
    public void send(final DirectBuffer buffer, final int length)
    {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++)
        {
            datagram.clear();
            buffer.getBytes(0, datagram, length);
            datagram.flip();
            try
            {
                channel.write(datagram);
                return;
            }
            catch (final PortUnreachableException ex)
            {
                refusals++;
            }
            catch (final IOException ex)
            {
                throw new SendException(address + ": " + ex.getMessage());
            }
        }
    }

    @Override
    public void finish()
    {
        try
        {
            // The last refusal is still to be heard.
            channel.configureBlocking(false);
            datagram.clear();
            channel.read(datagram);
        }
        catch (final PortUnreachableException ex)
        {
            refusals++;
        }
        catch (final IOException ex)
        {
            throw new SendException(address + ": " + ex.getMessage());
        }
    }

    @Override
    public long refusals()
    {
        return refusals;
    }

    @Override
    public void close()
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
}
