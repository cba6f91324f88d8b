package io.tailrace.engine.send;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.TimeUnit;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class UdpAckedChannelTest
{
    @ParameterizedTest
    @ValueSource(strings = {"Network is unreachable", "No route to host", "No buffer space available",
        "Operation not permitted"})
    void shouldTakeWhatMayPassForNotNow(final String message)
    {
        assertFalse(UdpAckedChannel.isFatal(new IOException(message)));
        assertFalse(UdpAckedChannel.isFatal(new IOException()));
        assertFalse(UdpAckedChannel.isFatal(new PortUnreachableException()));
    }

    @Test
    void shouldGiveUpWhatCanNeverLeave()
    {
        assertTrue(UdpAckedChannel.isFatal(new IOException("Message too long")));
        assertTrue(UdpAckedChannel.isFatal(new ClosedChannelException()));
    }

    @Test
    void shouldWaitForWhoeverIsToListen() throws IOException
    {
        final int port;
        try (DatagramChannel free = DatagramChannel.open())
        {
            free.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            port = free.socket().getLocalPort();
        }
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[64]);
        final UdpAckedChannel channel = UdpAckedChannel.open(Destination.parse("--to", "udp:127.0.0.1:" + port));
        try (channel)
        {
            assertEquals("", channel.trouble());
            final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (channel.trouble().isEmpty())
            {
                assertTrue(System.nanoTime() - deadlineNs < 0, "nobody says that nobody listens");
                channel.offer(buffer, buffer.capacity());
            }
            assertEquals("nobody listens there", channel.trouble());
            assertEquals(0, channel.poll((answer, offset, length) -> { }));
        }
        assertThrows(SendException.class, () -> channel.offer(buffer, buffer.capacity()));
    }
}
