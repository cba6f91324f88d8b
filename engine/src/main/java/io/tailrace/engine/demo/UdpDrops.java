package io.tailrace.engine.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Datagrams that the kernel dropped since a socket's buffer was full: the last column of {@code /proc/net/udp}, see
 * proc(5).
 */
final class UdpDrops
{
    /** The kernel does not say. */
    static final long UNKNOWN = -1;

    private static final Path TABLE = Path.of("/proc/net/udp");
    private static final Path TABLE_6 = Path.of("/proc/net/udp6");

    private UdpDrops()
    {
    }

    /** @return drops of the sockets that are bound to a local port, or {@link #UNKNOWN}. */
    static long ofPort(final int port)
    {
        long sum = UNKNOWN;
        for (final Path table : new Path[]{TABLE, TABLE_6})
        {
            try
            {
                final long drops = ofPort(port, Files.readString(table, StandardCharsets.US_ASCII));
                sum = drops == UNKNOWN ? sum : Math.max(0, sum) + drops;
            }
            catch (final IOException ex)
            {
                // Another system, or a container without it: the other table or nothing.
                continue;
            }
        }
        return sum;
    }

    static long ofPort(final int port, final String table)
    {
        final String suffix = String.format(":%04X", port);
        long sum = UNKNOWN;
        for (final String line : table.split("\n"))
        {
            final String[] columns = line.strip().split("\\s+");
            if (columns.length > 2 && columns[1].endsWith(suffix) && columns[columns.length - 1].matches("[0-9]+"))
            {
                sum = Math.max(0, sum) + Long.parseLong(columns[columns.length - 1]);
            }
        }
        return sum;
    }
}
