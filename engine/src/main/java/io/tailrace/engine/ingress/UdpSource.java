package io.tailrace.engine.ingress;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;

import io.tailrace.engine.config.ConfigurationException;
import io.tailrace.engine.config.SourceConfig;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A UDP socket. A datagram that finds the ring full stays in our buffer, those behind it in the socket's.
 * <p>
 * Threading: the ingress thread. Hot path: allocation-free as long as the sender's address does not change.
 */
final class UdpSource implements IngressSource
{
    private static final int MAX_DATAGRAMS_PER_POLL = 32;
    private static final int MAX_DATAGRAM_LENGTH = 65536;

    private final DatagramChannel channel;
    private final Intake intake;
    private final ByteBuffer datagram = ByteBuffer.allocateDirect(MAX_DATAGRAM_LENGTH);
    private final UnsafeBuffer buffer = new UnsafeBuffer(datagram);
    private boolean isHeld;

    private UdpSource(final DatagramChannel channel, final Intake intake)
    {
        this.channel = channel;
        this.intake = intake;
    }

    static UdpSource open(final SourceConfig config, final Intake intake)
    {
        final InetSocketAddress address = config.udp();
        try
        {
            final DatagramChannel channel = DatagramChannel.open();
            try
            {
                channel.configureBlocking(false);
                channel.setOption(StandardSocketOptions.SO_RCVBUF, config.receiveBufferLength());
                channel.bind(address.isUnresolved() ?
                    new InetSocketAddress(address.getHostString(), address.getPort()) : address);
                return new UdpSource(channel, intake);
            }
            catch (final IOException | RuntimeException ex)
            {
                channel.close();
                throw ex;
            }
        }
        catch (final IOException | RuntimeException ex)
        {
            throw new ConfigurationException("source " + config.name() + ": udp=" + address.getHostString() + ":" +
                address.getPort() + " cannot be bound (" + ex.getMessage() + "), expected a free local address");
        }
    }

    int port()
    {
        return channel.socket().getLocalPort();
    }

    @Override
    public int poll(final long nowNs)
    {
        int taken = 0;
        for (int i = 0; i < MAX_DATAGRAMS_PER_POLL; i++)
        {
            if (!isHeld && !receive())
            {
                return taken;
            }
            isHeld = intake.onFrame(buffer, 0, datagram.position(), nowNs) == Intake.BACK_PRESSURED;
            if (isHeld)
            {
                return taken == 0 ? Intake.BACK_PRESSURED : taken;
            }
            taken++;
        }
        return taken;
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

    private boolean receive()
    {
        try
        {
            datagram.clear();
            return null != channel.receive(datagram);
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }
}
