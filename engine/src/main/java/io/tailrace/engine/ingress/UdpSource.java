package io.tailrace.engine.ingress;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;

import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.config.ConfigurationException;
import io.tailrace.engine.config.SourceConfig;
import org.agrona.DirectBuffer;
import org.agrona.SystemUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A UDP socket. A datagram that finds the ring full, or whose turn it is not, stays in our buffer, those behind it in
 * the socket's.
 * <p>
 * Threading: the ingress thread. Hot path: allocation-free as long as the sender's address does not change.
 */
final class UdpSource implements IngressSource, AckRoute
{
    private static final int MAX_DATAGRAMS_PER_POLL = 32;
    private static final int MAX_DATAGRAM_LENGTH = 65536;

    private final DatagramChannel channel;
    private final Intake intake;
    private final AckTracker acks;
    private final ByteBuffer datagram = ByteBuffer.allocateDirect(MAX_DATAGRAM_LENGTH);
    private final UnsafeBuffer buffer = new UnsafeBuffer(datagram);
    private final ByteBuffer reply = ByteBuffer.allocateDirect(MessageLayout.SLOT_LENGTH);
    /** What the datagram in our buffer was told to wait for; 0: there is none. */
    private int held;

    private UdpSource(final DatagramChannel channel, final Intake intake, final AckTracker acks)
    {
        this.channel = channel;
        this.intake = intake;
        this.acks = acks;
    }

    /** @param acks what senders are told; null: nothing. */
    static UdpSource open(final SourceConfig config, final Intake intake, final AckTracker acks)
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
                return new UdpSource(channel, intake, acks);
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

    /** What the kernel allows to wait in the socket, its own overhead included. */
    int receiveBufferLength()
    {
        try
        {
            final int granted = channel.getOption(StandardSocketOptions.SO_RCVBUF);
            // Linux grants twice what is asked for, since it counts its overhead; Java halves what it then says.
            return SystemUtil.isLinux() ? 2 * granted : granted;
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }

    @Override
    public int poll(final long nowNs)
    {
        final int taken = drain(nowNs);
        // One datagram stands first, and it was looked at.
        intake.onTurned();
        return taken;
    }

    @Override
    public boolean isHeldBack()
    {
        return held == Intake.BACK_PRESSURED;
    }

    @Override
    public int acknowledge(final long nowNs)
    {
        return null == acks ? 0 : acks.doWork(nowNs, this);
    }

    @Override
    public boolean send(final DirectBuffer ack, final SocketAddress to)
    {
        reply.clear();
        ack.getBytes(0, reply, MessageLayout.SLOT_LENGTH);
        reply.flip();
        try
        {
            return channel.send(reply, to) > 0;
        }
        catch (final IOException ex)
        {
            // No way to this sender now. It will send again if it is still there.
            return false;
        }
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

    private int drain(final long nowNs)
    {
        int taken = 0;
        for (int i = 0; i < MAX_DATAGRAMS_PER_POLL; i++)
        {
            if (held == 0 && !receive())
            {
                return taken;
            }
            held = Math.min(0, intake.onFrame(buffer, 0, datagram.position(), nowNs));
            if (held < 0)
            {
                return taken == 0 ? held : taken;
            }
            taken++;
        }
        return taken;
    }

    private boolean receive()
    {
        try
        {
            datagram.clear();
            final SocketAddress from = channel.receive(datagram);
            if (null != acks && null != from)
            {
                acks.from(from);
            }
            return null != from;
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }
}
