package io.tailrace.perf.doctor;

import java.util.List;

/** What the kernel grants: socket buffers and open files. */
final class LimitChecks
{
    private static final long LEAST_FILES = 1_024;
    private static final long ENOUGH_FILES = 8_192;
    private static final String OPEN_FILES = "Max open files";

    private final HostFiles files;
    private final long bufferLength;

    /**
     * @param files        of the kernel.
     * @param bufferLength receive buffer that sources ask for.
     */
    LimitChecks(final HostFiles files, final long bufferLength)
    {
        this.files = files;
        this.bufferLength = bufferLength;
    }

    List<Finding> run()
    {
        return List.of(
            buffer("rmem_max", "the kernel grants less without a word, and drops datagrams that do not fit"),
            buffer("wmem_max", "a sender on this machine blocks or loses datagrams earlier"),
            openFiles());
    }

    private Finding buffer(final String name, final String why)
    {
        final long max = files.number("proc/sys/net/core/" + name);
        final String change = "sysctl -w net.core." + name + "=" + bufferLength;
        if (max < 0)
        {
            return Finding.advice(name, "not visible", change + " on the host", why);
        }
        final String found = max + ", sources ask for " + bufferLength;
        if (max >= bufferLength)
        {
            return Finding.ok(name, found);
        }
        return "rmem_max".equals(name) ?
            Finding.bad(name, found, change, why) : Finding.advice(name, found, change, why);
    }

    private Finding openFiles()
    {
        String soft = "";
        for (final String line : files.lines("proc/self/limits"))
        {
            if (line.startsWith(OPEN_FILES))
            {
                soft = line.substring(OPEN_FILES.length()).trim().split("\\s+")[0];
            }
        }
        final String check = "open files";
        if ("unlimited".equals(soft))
        {
            return Finding.ok(check, soft);
        }
        final long limit = HostFiles.parse(soft);
        final String change = "ulimit -n 65536, or LimitNOFILE=65536 in the unit of systemd";
        final String why = "the archive keeps segments, sockets and maps open";
        if (limit < 0)
        {
            return Finding.advice(check, "not visible", change, why);
        }
        if (limit < LEAST_FILES)
        {
            return Finding.bad(check, soft, change, why);
        }
        return limit < ENOUGH_FILES ? Finding.advice(check, soft, change, why) : Finding.ok(check, soft);
    }
}
