package io.tailrace.perf.doctor;

import java.util.List;

/** Huge pages, swap, and shared memory for the media driver. */
final class MemoryChecks
{
    private static final String HUGE_PAGES = "sys/kernel/mm/transparent_hugepage/";
    private static final long MIB = 1L << 20;
    private static final long LEAST_SHM = 512 * MIB;
    private static final long ENOUGH_SHM = 2_048 * MIB;
    private static final int USED_COLUMN = 3;

    private final HostFiles files;
    private final Volumes volumes;

    MemoryChecks(final HostFiles files, final Volumes volumes)
    {
        this.files = files;
        this.volumes = volumes;
    }

    List<Finding> run()
    {
        return List.of(hugePages(), swap(), sharedMemory());
    }

    private Finding hugePages()
    {
        final String enabled = chosen(files.line(HUGE_PAGES + "enabled"));
        final String defrag = chosen(files.line(HUGE_PAGES + "defrag"));
        final String check = "huge pages";
        final String found = enabled.isEmpty() ? "not visible" : enabled + ", defrag " + defrag;
        if (!"always".equals(enabled))
        {
            return Finding.ok(check, found);
        }
        return Finding.advice(check, found,
            "echo madvise > /sys/kernel/mm/transparent_hugepage/enabled",
            "who asks for huge pages gets them, and nobody else waits while memory is compacted");
    }

    private Finding swap()
    {
        long usedKb = 0;
        int areas = 0;
        for (final String line : files.lines("proc/swaps"))
        {
            final String[] columns = line.trim().split("\\s+");
            if (columns.length > USED_COLUMN && HostFiles.parse(columns[USED_COLUMN]) >= 0)
            {
                areas++;
                usedKb += HostFiles.parse(columns[USED_COLUMN]);
            }
        }
        final String check = "swap";
        if (areas == 0)
        {
            return Finding.ok(check, "none");
        }
        final String found = areas + " areas, " + usedKb + " kB used";
        final String why = "a page of the journal's maps that was swapped out costs a read of the disk";
        return usedKb > 0 ?
            Finding.bad(check, found, "swapoff -a, and more memory", why) :
            Finding.advice(check, found, "swapoff -a, or sysctl -w vm.swappiness=1", why);
    }

    private Finding sharedMemory()
    {
        final Volumes.Volume shm = volumes.of(files.root().resolve("dev/shm"));
        final String check = "/dev/shm";
        final String change = "mount -o remount,size=2g /dev/shm, or --shm-size=2g for a container";
        final String why = "the media driver keeps its buffers there, and a full one ends the process with SIGBUS";
        if (!shm.isThere())
        {
            return Finding.advice(check, "not there", change, "the media driver keeps its buffers in files instead");
        }
        final String found = shm.freeBytes() / MIB + " MiB free of " + shm.totalBytes() / MIB;
        if (shm.freeBytes() < LEAST_SHM)
        {
            return Finding.bad(check, found, change, why);
        }
        return shm.freeBytes() < ENOUGH_SHM ? Finding.advice(check, found, change, why) : Finding.ok(check, found);
    }

    /** The word in brackets of those that there are to choose from. */
    private static String chosen(final String words)
    {
        final int from = words.indexOf('[');
        final int to = words.indexOf(']');
        return from >= 0 && to > from ? words.substring(from + 1, to) : "";
    }
}
