package io.tailrace.perf.doctor;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import org.HdrHistogram.Histogram;

/** The disk of a data directory: what is on it, how much is free, and how long it takes to be sure. */
final class DiskChecks
{
    /** Measures how long it takes until something written is on the disk. */
    @FunctionalInterface
    interface Probe
    {
        /** @return times, ns. */
        Histogram measure(Path dir) throws IOException;
    }

    private static final Set<String> GOOD = Set.of("ext4", "xfs");
    private static final Set<String> VOLATILE = Set.of("tmpfs", "ramfs");
    private static final Set<String> REMOTE = Set.of("nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs");
    private static final long GIB = 1L << 30;
    private static final long LEAST_FREE = GIB;
    private static final long ENOUGH_FREE = 20 * GIB;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double SLOW_MS = 5;
    private static final double BAD_MS = 50;
    private static final double MEDIAN = 50;
    private static final double TAIL = 99;

    private final Path dir;
    private final Volumes volumes;
    private final Probe probe;

    DiskChecks(final Path dir, final Volumes volumes, final Probe probe)
    {
        this.dir = dir;
        this.volumes = volumes;
        this.probe = probe;
    }

    List<Finding> run()
    {
        final Volumes.Volume volume = volumes.of(dir);
        if (!volume.isThere())
        {
            return List.of(Finding.bad("file system", dir + " is not there", "create it, or name another with --dir",
                "there is nowhere to write"));
        }
        return List.of(fileSystem(volume), free(volume), sync());
    }

    private static Finding fileSystem(final Volumes.Volume volume)
    {
        final String check = "file system";
        final String change = "a data directory on a local ext4 or xfs";
        if (VOLATILE.contains(volume.type()))
        {
            return Finding.bad(check, volume.type(), change, "what is written there is gone after a power loss");
        }
        if (REMOTE.contains(volume.type()))
        {
            return Finding.bad(check, volume.type(), change, "maps and locks of files behave otherwise over a network");
        }
        return GOOD.contains(volume.type()) ? Finding.ok(check, volume.type()) :
            Finding.advice(check, volume.type(), change, "others are slower to write, or less well known to us");
    }

    private static Finding free(final Volumes.Volume volume)
    {
        final String found = String.format(Locale.ROOT, "%.1f GiB free", (double)volume.freeBytes() / GIB);
        final String check = "disk space";
        final String change = "room for `retention.disk-budget`, or for twice 64 bytes an event of a measurement";
        final String why = "ingress stops before the disk is full";
        if (volume.freeBytes() < LEAST_FREE)
        {
            return Finding.bad(check, found, change, why);
        }
        return volume.freeBytes() < ENOUGH_FREE ? Finding.advice(check, found, change, why) : Finding.ok(check, found);
    }

    private Finding sync()
    {
        final String check = "sync";
        final Histogram times;
        try
        {
            times = probe.measure(dir);
        }
        catch (final IOException ex)
        {
            return Finding.bad(check, "cannot write to " + dir + ": " + ex.getMessage(),
                "another directory, or its rights", "there is nowhere to write");
        }
        final double medianMs = times.getValueAtPercentile(MEDIAN) / NANOS_PER_MILLI;
        final double tailMs = times.getValueAtPercentile(TAIL) / NANOS_PER_MILLI;
        final String found = String.format(
            Locale.ROOT, "4 kB in p50 %.2f ms, p99 %.2f ms, %d times", medianMs, tailMs, times.getTotalCount());
        final String change = "a disk with a write cache that survives power loss";
        final String why = "with durability `power` no result leaves before such a write is done";
        if (medianMs > BAD_MS)
        {
            return Finding.bad(check, found, change, why);
        }
        return medianMs > SLOW_MS || tailMs > BAD_MS ?
            Finding.advice(check, found, change, why) : Finding.ok(check, found);
    }
}
