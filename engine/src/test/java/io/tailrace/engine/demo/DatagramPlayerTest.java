package io.tailrace.engine.demo;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import io.tailrace.codec.MessageLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class DatagramPlayerTest
{
    private static final double FAST = 1e9;
    private static final int SLOT = MessageLayout.SLOT_LENGTH;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 19, 20, 21, 40, 1_000})
    void shouldSendTheEndWithTheLastReadings(final int count) throws Exception
    {
        final List<Integer> lengths = new ArrayList<>();
        try (DatagramChannel receiver = receiver())
        {
            final AtomicLong received = new AtomicLong();
            final DatagramPlayer player = player(receiver, count, received, 1 << 20);
            final ByteBuffer datagram = ByteBuffer.allocate(2048).order(ByteOrder.LITTLE_ENDIAN);
            final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            int readings = 0;
            boolean isEnded = false;
            while (!isEnded)
            {
                assertTrue(System.nanoTime() < deadlineNs, "only " + readings);
                player.doWork();
                datagram.clear();
                if (null != receiver.receive(datagram))
                {
                    assertEquals(MessageLayout.DATAGRAM_HEADER_HEADER, datagram.getLong(0));
                    assertEquals(77, datagram.getLong(MessageLayout.DATAGRAM_HEADER_SESSION_OFFSET));
                    assertEquals(lengths.size(), datagram.getLong(MessageLayout.DATAGRAM_HEADER_SEQUENCE_OFFSET));
                    for (int at = SLOT; at < datagram.position(); at += SLOT)
                    {
                        isEnded = datagram.getLong(at) == MessageLayout.END_OF_INPUT_HEADER;
                        if (!isEnded)
                        {
                            assertEquals(readings++, datagram.getLong(at + MessageLayout.READING_EVENT_ID_OFFSET));
                        }
                    }
                    lengths.add(datagram.position());
                    received.set(readings);
                }
            }
            assertEquals(count, readings);
            assertEquals(Math.max(1, (count + 19) / 20), lengths.size());
            assertTrue(player.isDone());
            assertEquals(count, player.sent());
            player.onClose();
        }
    }

    @Test
    void shouldWaitWhileTooMuchIsUnderWay() throws Exception
    {
        try (DatagramChannel receiver = receiver())
        {
            final AtomicLong received = new AtomicLong();
            final DatagramPlayer player = player(receiver, 1_000_000, received, 4096);
            for (int i = 0; i < 100; i++)
            {
                player.doWork();
            }
            final long first = player.sent();
            assertTrue(first > 0 && first < 1_000, "sent=" + first);
            received.set(first);
            player.doWork();
            assertTrue(player.sent() > first && player.sent() <= 2 * first, "sent=" + player.sent());
            player.onClose();
        }
    }

    @Test
    void shouldGoOnAfterALoss() throws Exception
    {
        try (DatagramChannel receiver = receiver())
        {
            // Nobody ever receives anything.
            final DatagramPlayer player = player(receiver, 50, new AtomicLong(), 4096);
            final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (!player.isDone())
            {
                assertTrue(System.nanoTime() < deadlineNs, "sent=" + player.sent());
                player.doWork();
                Thread.onSpinWait();
            }
            assertEquals(50, player.sent());
            player.onClose();
        }
    }

    @Test
    void shouldReadTheKernelsTable()
    {
        final String table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  " +
            "timeout inode ref pointer drops\n" +
            " 1093: 0100007F:2332 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 1 2 0 42\n" +
            " 1094: 0100007F:2333 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 1 2 0 7\n";
        assertEquals(42, UdpDrops.ofPort(0x2332, table));
        assertEquals(7, UdpDrops.ofPort(0x2333, table));
        assertEquals(UdpDrops.UNKNOWN, UdpDrops.ofPort(0x2334, table));
    }

    private static DatagramChannel receiver() throws Exception
    {
        final DatagramChannel channel = DatagramChannel.open();
        channel.bind(new InetSocketAddress(DemoSession.LOOPBACK, 0));
        channel.configureBlocking(false);
        return channel;
    }

    private static DatagramPlayer player(
        final DatagramChannel receiver, final int count, final AtomicLong received, final int bufferLength)
    {
        final AtomicLong next = new AtomicLong();
        final DatagramPlayer player = new DatagramPlayer(
            (buffer, offset) ->
            {
                buffer.putLong(offset, MessageLayout.READING_HEADER);
                buffer.putLong(offset + MessageLayout.READING_EVENT_ID_OFFSET, next.get());
                return next.getAndIncrement() < count;
            },
            receiver.socket().getLocalPort(),
            received::get,
            77,
            FAST,
            bufferLength);
        player.onStart();
        return player;
    }
}
