package io.tailrace.engine.monitor;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

import io.tailrace.engine.ingress.IngressLedger;
import org.agrona.CloseHelper;

/**
 * How full the buffers of UDP sockets are, and how many datagrams the kernel dropped because one was full, as Linux
 * shows them in {@code /proc/net/udp} and {@code udp6}.
 * <pre>
 *   sl  local_address rem_address   st tx_queue:rx_queue ... drops
 * </pre>
 * A socket is told by its local address and port. What waits is counted as the kernel counts it against the limit of
 * the buffer: with the memory that it holds for each datagram, several hundred bytes more than the datagram has. Drops
 * are counted from the opening of the socket, in the ledger over all runs: what is added is the difference to the last
 * look. Elsewhere than on Linux nothing is seen.
 * <p>
 * Threading: one thread, the only writer of {@link IngressLedger#KERNEL_DROPS}; depths may be read by any.
 * Allocation-free once the tables' length is known.
 */
final class KernelSockets implements AutoCloseable
{
    private static final List<Path> TABLES = List.of(Path.of("/proc/net/udp"), Path.of("/proc/net/udp6"));
    private static final int NOT_FOUND = -1;
    private static final int QUEUE_COLUMN = 3;
    private static final int HEXADECIMAL = 16;
    private static final byte MAPPED_V4_MARK = (byte)0xFF;

    private final IngressLedger ledger;
    private final List<RandomAccessFile> tables = new ArrayList<>();
    private final List<Socket> sockets = new ArrayList<>();
    private byte[] text = new byte[16 * 1024];
    private int length;

    KernelSockets(final IngressLedger ledger)
    {
        this.ledger = ledger;
    }

    /**
     * Watches the socket of a source; a wildcard address stands for itself.
     *
     * @return the bytes that wait in it, as of the last look.
     */
    LongSupplier watch(final int source, final InetSocketAddress local)
    {
        if (sockets.isEmpty())
        {
            openTables();
        }
        final Socket socket = new Socket(source, keys(local.getAddress(), local.getPort()));
        sockets.add(socket);
        return socket.waiting::get;
    }

    /** Looks at the tables: what waits now, and what has been dropped since the last look. */
    void poll()
    {
        for (int i = 0; i < tables.size(); i++)
        {
            read(tables.get(i));
            for (int j = 0; j < sockets.size(); j++)
            {
                onTable(sockets.get(j));
            }
        }
    }

    private void onTable(final Socket socket)
    {
        final int line = line(text, length, socket.keys);
        if (line == NOT_FOUND)
        {
            return;
        }
        socket.waiting.lazySet(waiting(text, line, length));
        final long drops = drops(text, line, length);
        if (drops > socket.seen)
        {
            ledger.onKernelDrops(socket.source, drops - socket.seen);
            socket.seen = drops;
        }
    }

    @Override
    public void close()
    {
        CloseHelper.closeAll(tables);
    }

    /** How the tables may write a local address: hexadecimal words in the machine's byte order, then the port. */
    static List<byte[]> keys(final InetAddress address, final int port)
    {
        final String end = String.format(":%04X", port);
        final List<byte[]> keys = new ArrayList<>();
        if (address instanceof Inet4Address)
        {
            // A Java socket is of both families where there is IPv6, and is then listed with a mapped address.
            final String word = words(address.getAddress());
            final String prefix = address.isAnyLocalAddress() ?
                "0".repeat(24) : "0".repeat(16) + words(new byte[]{0, 0, MAPPED_V4_MARK, MAPPED_V4_MARK});
            keys.add((word + end).getBytes(StandardCharsets.US_ASCII));
            keys.add((prefix + word + end).getBytes(StandardCharsets.US_ASCII));
        }
        else
        {
            keys.add((words(address.getAddress()) + end).getBytes(StandardCharsets.US_ASCII));
        }
        return keys;
    }

    /** @return where the line begins whose local address is one of the keys, or -1. */
    static int line(final byte[] text, final int length, final List<byte[]> keys)
    {
        int at = 0;
        while (at < length)
        {
            final int end = lineEnd(text, at, length);
            if (isLocal(text, at, end, keys))
            {
                return at;
            }
            at = end + 1;
        }
        return NOT_FOUND;
    }

    /** @return bytes that wait in the socket of a line: hexadecimal, behind the colon of the fourth column. */
    static long waiting(final byte[] text, final int line, final int length)
    {
        final int end = lineEnd(text, line, length);
        int at = skipBlanks(text, next(text, line, end, ':') + 1, end);
        for (int column = 0; column < QUEUE_COLUMN; column++)
        {
            at = skipBlanks(text, next(text, at, end, ' '), end);
        }
        at = next(text, at, end, ':') + 1;
        long number = 0;
        for (; at < end && Character.digit(text[at], HEXADECIMAL) >= 0; at++)
        {
            number = number * HEXADECIMAL + Character.digit(text[at], HEXADECIMAL);
        }
        return number;
    }

    /** @return datagrams that were dropped, the last number of a line. */
    static long drops(final byte[] text, final int line, final int length)
    {
        return lastNumber(text, line, lineEnd(text, line, length));
    }

    private static int lineEnd(final byte[] text, final int line, final int length)
    {
        return next(text, line, length, '\n');
    }

    private static int next(final byte[] text, final int begin, final int end, final char wanted)
    {
        int at = begin;
        while (at < end && text[at] != wanted)
        {
            at++;
        }
        return at;
    }

    private static int skipBlanks(final byte[] text, final int begin, final int end)
    {
        int at = begin;
        while (at < end && text[at] == ' ')
        {
            at++;
        }
        return at;
    }

    private static boolean isLocal(final byte[] text, final int begin, final int end, final List<byte[]> keys)
    {
        final int at = next(text, begin, end, ':') + 2;
        for (int i = 0; i < keys.size(); i++)
        {
            final byte[] key = keys.get(i);
            if (at + key.length < end && text[at + key.length] == ' ' &&
                Arrays.equals(text, at, at + key.length, key, 0, key.length))
            {
                return true;
            }
        }
        return false;
    }

    private static long lastNumber(final byte[] text, final int begin, final int end)
    {
        int at = end;
        while (at > begin && text[at - 1] == ' ')
        {
            at--;
        }
        long number = 0;
        long place = 1;
        while (at > begin && text[at - 1] >= '0' && text[at - 1] <= '9')
        {
            number += place * (text[--at] - '0');
            place *= 10;
        }
        return number;
    }

    private void read(final RandomAccessFile table)
    {
        try
        {
            table.seek(0);
            length = 0;
            int count;
            while ((count = table.read(text, length, text.length - length)) > 0)
            {
                length += count;
                if (length == text.length)
                {
                    text = Arrays.copyOf(text, 2 * text.length);
                }
            }
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException("cannot read the kernel's table of sockets", ex);
        }
    }

    private void openTables()
    {
        for (final Path table : TABLES)
        {
            if (Files.isReadable(table))
            {
                try
                {
                    tables.add(new RandomAccessFile(table.toFile(), "r"));
                }
                catch (final IOException ex)
                {
                    throw new UncheckedIOException("cannot open " + table, ex);
                }
            }
        }
    }

    private static String words(final byte[] bytes)
    {
        final ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        final StringBuilder text = new StringBuilder();
        while (buffer.hasRemaining())
        {
            text.append(String.format("%08X", buffer.getInt()));
        }
        return text.toString();
    }

    /** One watched socket. */
    private static final class Socket
    {
        private final int source;
        private final List<byte[]> keys;
        private final AtomicLong waiting = new AtomicLong();
        private long seen;

        Socket(final int source, final List<byte[]> keys)
        {
            this.source = source;
            this.keys = keys;
        }
    }
}
