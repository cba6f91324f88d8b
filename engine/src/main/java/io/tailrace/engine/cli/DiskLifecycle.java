package io.tailrace.engine.cli;

import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Queue;

import io.tailrace.engine.retention.DiskLevel;
import io.tailrace.engine.retention.DiskView;

/**
 * Writes a line {@code disk} to the lifecycle log for each change of the level, up or down. The disk may be too full
 * for a line: then it is tried again with every look, and the newest {@link #MAX_WAITING} wait.
 */
final class DiskLifecycle
{
    static final int MAX_WAITING = 64;

    private final DiskView disk;
    private final LifecycleLog log;
    private final Queue<String> waiting = new ArrayDeque<>();
    private DiskLevel level = DiskLevel.NORMAL;

    DiskLifecycle(final DiskView disk, final LifecycleLog log)
    {
        this.disk = disk;
        this.log = log;
    }

    /** Compares the level with that of the last look. */
    void look()
    {
        final DiskLevel now = disk.level();
        if (now != level)
        {
            if (waiting.size() == MAX_WAITING)
            {
                waiting.remove();
            }
            waiting.add(LifecycleLog.line("disk")
                .add("level", now.text())
                .add("previous", level.text())
                .add("usedBytes", disk.used())
                .add("budgetBytes", disk.budget())
                .add("freeBytes", disk.free())
                .add("ingress", DiskLevel.FULL == now ? "stopped" : "open")
                .end());
            level = now;
        }
        write();
    }

    /** @return lines that found no room yet. */
    int waiting()
    {
        return waiting.size();
    }

    private void write()
    {
        try
        {
            while (!waiting.isEmpty())
            {
                log.append(waiting.element());
                waiting.remove();
            }
        }
        catch (final UncheckedIOException ex)
        {
            // No room for a line: the alarm itself was logged, and the line is written when there is room.
            return;
        }
    }
}
