package io.tailrace.engine.inspect;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

import io.tailrace.archive.checkpoint.CheckpointChain;
import io.tailrace.archive.checkpoint.CheckpointDirectory;
import io.tailrace.archive.checkpoint.CheckpointEntry;
import io.tailrace.archive.checkpoint.CheckpointMeta;

/**
 * The checkpoints of a data directory, also of one that an engine runs on: each file a line, or all their bytes
 * verified. Files that the engine deletes meanwhile are not missed.
 * <p>
 * Threading: one thread.
 */
public final class CheckpointListing
{
    private final Path dir;

    /** @param dir data directory. */
    public CheckpointListing(final Path dir)
    {
        this.dir = dir;
    }

    /** Prints a line for each file, sorted by number, after a cheap check of each. */
    public void print(final PrintWriter out)
    {
        for (final CheckpointEntry entry : CheckpointDirectory.list(dir))
        {
            final StringBuilder line = new StringBuilder("checkpoint number=" + entry.number());
            entry.meta().ifPresent(meta -> line.append(text(meta)));
            line.append(" length=").append(entry.length());
            line.append(" damage=").append(entry.isDamaged() ? entry.damage() : "none");
            out.println(line);
        }
    }

    /**
     * Reads every frame of every file, and counts the checkpoints that could be restored. Cost: all of their bytes.
     *
     * @return one line that says what was verified.
     * @throws InspectException naming the first file that is damaged, where, and how many are.
     */
    public String verify()
    {
        final List<CheckpointEntry> entries = CheckpointDirectory.list(dir);
        long bytes = 0;
        int damaged = 0;
        String first = "";
        for (final CheckpointEntry entry : entries)
        {
            final String damage = entry.verify();
            bytes += entry.length();
            if (!damage.isEmpty() && Files.exists(entry.file()))
            {
                first = damaged == 0 ? damage : first;
                damaged++;
            }
        }
        if (damaged > 0)
        {
            throw new InspectException(damaged + " of " + entries.size() + " checkpoints are damaged: " + first);
        }
        return "verified checkpoints=" + entries.size() +
            " whole-chains=" + CheckpointChain.candidates(entries).size() + " bytes=" + bytes;
    }

    private static String text(final CheckpointMeta meta)
    {
        return " chain=" + meta.chain() +
            " index=" + meta.indexInChain() +
            " journal=" + meta.journalPosition() +
            " results=" + meta.resultsPosition() +
            " epoch=" + meta.resultEpoch() +
            " next-sequence=" + meta.nextResultSequence() +
            String.format(Locale.ROOT, " config=%016x", meta.configDigest()) +
            " tz=" + meta.tzVersion();
    }
}
