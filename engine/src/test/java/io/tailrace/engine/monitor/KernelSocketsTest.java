package io.tailrace.engine.monitor;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongSupplier;

import io.tailrace.engine.ingress.IngressLedger;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

class KernelSocketsTest
{
    private static final String TABLE =
        "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref " +
        "pointer drops             \n" +
        "  100: 0100007F:2332 00000000:0000 07 00000000:00003DC0 00:00000000 00000000     0        0 17 2 0 12  \n" +
        "  101: 0200007F:2332 00000000:0000 07 0000000A:0001fE40 00:00000000 00000000     0        0 18 2 0 345 \n" +
        "  102: 0100007F:2333 0100007F:2334 07 00000000:00000000 00:00000000 00000000     0        0 19 2 0 6\n";

    private static final byte[] BYTES = TABLE.getBytes(StandardCharsets.US_ASCII);

    @Test
    void shouldFindASocketByItsLocalAddressAndPort()
    {
        assertEquals(12, drops("0100007F:2332"));
        assertEquals(345, drops("0200007F:2332"));
        assertEquals(6, drops("0100007F:2333"));
        assertEquals(-1, line("0100007F:2334"));
        assertEquals(-1, line("0100007F:233"));
        assertEquals(-1, KernelSockets.line(new byte[0], 0, List.of()));
    }

    @Test
    void shouldReadHowMuchWaitsInASocket()
    {
        assertEquals(0x3DC0, waiting("0100007F:2332"));
        assertEquals(0x1FE40, waiting("0200007F:2332"));
        assertEquals(0, waiting("0100007F:2333"));
    }

    @Test
    void shouldWriteAddressesAsTheKernelDoes() throws IOException
    {
        assumeTrue(ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN);
        assertEquals(
            List.of("0100007F:2332", "0000000000000000FFFF00000100007F:2332"), keys("127.0.0.1", 9010));
        assertEquals(List.of("00000000:0001", "00000000000000000000000000000000:0001"), keys("0.0.0.0", 1));
        assertEquals(List.of("00000000000000000000000001000000:FFFF"), keys("::1", 65535));
    }

    @Test
    void shouldShowWhatWaitsInARealSocketAndAddWhatTheKernelDropsToTheLedger() throws IOException
    {
        assumeTrue(Files.isReadable(Path.of("/proc/net/udp")));
        final IngressLedger ledger = new IngressLedger(2);
        ledger.recovered(1, IngressLedger.KERNEL_DROPS, 1000);
        try (DatagramChannel receiver = DatagramChannel.open();
            DatagramChannel sender = DatagramChannel.open();
            KernelSockets sockets = new KernelSockets(ledger))
        {
            receiver.setOption(StandardSocketOptions.SO_RCVBUF, 8192);
            receiver.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0)).configureBlocking(false);
            final InetSocketAddress local = (InetSocketAddress)receiver.getLocalAddress();
            final LongSupplier waiting = sockets.watch(1, local);
            sockets.poll();
            assertEquals(0, waiting.getAsLong());
            assertEquals(1000, ledger.refused(1, IngressLedger.KERNEL_DROPS));

            int received = 0;
            for (int round = 1; round <= 2; round++)
            {
                for (int i = 0; i < 200; i++)
                {
                    sender.send(ByteBuffer.allocate(1024), local);
                }
                sockets.poll();
                // The kernel counts what it holds, not what was sent, up to twice what was asked for.
                final long bytes = waiting.getAsLong();
                assertTrue(bytes > 1024 && bytes <= 2 * 8192, "waits " + bytes);
                while (null != receiver.receive(ByteBuffer.allocate(2048)))
                {
                    received++;
                }
                sockets.poll();
                assertEquals(0, waiting.getAsLong());
                assertTrue(received < round * 200, "nothing was dropped");
                assertEquals(1000 + round * 200 - received, ledger.refused(1, IngressLedger.KERNEL_DROPS));
                assertEquals(0, ledger.refused(0, IngressLedger.KERNEL_DROPS));
            }
        }
    }

    private static long drops(final String key)
    {
        return KernelSockets.drops(BYTES, line(key), BYTES.length);
    }

    private static long waiting(final String key)
    {
        return KernelSockets.waiting(BYTES, line(key), BYTES.length);
    }

    private static int line(final String key)
    {
        return KernelSockets.line(BYTES, BYTES.length, List.of(key.getBytes(StandardCharsets.US_ASCII)));
    }

    private static List<String> keys(final String address, final int port) throws IOException
    {
        return KernelSockets.keys(InetAddress.getByName(address), port).stream()
            .map(key -> new String(key, StandardCharsets.US_ASCII)).toList();
    }
}
