package io.tailrace.engine.retention;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.tailrace.engine.ingress.IngressGate;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.EpochNanoClock;

/**
 * Looks ten times a second at the room that is left, and purges at most one segment then: one that is older than its
 * age, or, while the disk is {@link DiskLevel#HIGH} or above, the oldest one of all that may go. Holds the gate of
 * ingress while the disk is {@link DiskLevel#FULL}.
 * <p>
 * What fails here is told and tried again some seconds later; it never stops the engine.
 * <p>
 * Threading: its own thread, role {@code retention}; the first {@link #look} by the launching thread.
 */
final class RetentionAgent implements Agent
{
    static final long INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(100);
    static final long FILES_INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);
    static final long RETRY_NS = TimeUnit.SECONDS.toNanos(5);

    private final EpochNanoClock clock;
    private final List<LogRetention> logs;
    private final DiskUsage usage;
    private final DiskBudget budget;
    private final DiskView view;
    private final IngressGate gate;
    private final Consumer<String> warnings;
    private long otherFiles;
    private long nextNs = Long.MIN_VALUE;
    private long nextFilesNs = Long.MIN_VALUE;
    private long nextPurgeNs = Long.MIN_VALUE;

    /**
     * @param clock    engine clock, epoch ns.
     * @param logs     that are retained.
     * @param usage    of the disk.
     * @param budget   which level that means.
     * @param view     to be kept up to date.
     * @param gate     to be held while there is no room.
     * @param warnings told, in one line, when an alarm begins and when ingress goes on.
     */
    RetentionAgent(
        final EpochNanoClock clock,
        final List<LogRetention> logs,
        final DiskUsage usage,
        final DiskBudget budget,
        final DiskView view,
        final IngressGate gate,
        final Consumer<String> warnings)
    {
        this.clock = clock;
        this.logs = logs;
        this.usage = usage;
        this.budget = budget;
        this.view = view;
        this.gate = gate;
        this.warnings = warnings;
    }

    @Override
    public String roleName()
    {
        return "retention";
    }

    /** @return segments purged. */
    @Override
    public int doWork()
    {
        final long nowNs = clock.nanoTime();
        if (nowNs < nextNs)
        {
            return 0;
        }
        nextNs = nowNs + RETRY_NS;
        look(nowNs);
        nextNs = nowNs + INTERVAL_NS;
        if (nowNs < nextPurgeNs)
        {
            return 0;
        }
        // A segment that cannot be purged or read must not keep us from looking at the room.
        nextPurgeNs = nowNs + RETRY_NS;
        final int purged = purge(nowNs);
        nextPurgeNs = nowNs;
        return purged;
    }

    /** Measures, and stops or resumes ingress. */
    void look(final long nowNs)
    {
        if (nowNs >= nextFilesNs)
        {
            otherFiles = usage.otherFiles();
            nextFilesNs = nowNs + FILES_INTERVAL_NS;
        }
        long used = otherFiles;
        for (int i = 0; i < logs.size(); i++)
        {
            used += logs.get(i).length();
        }
        view.onMeasured(used, usage.free());
        final DiskLevel previous = view.level();
        final DiskLevel level = budget.level(used, view.free(), previous);
        if (level != previous)
        {
            gate.hold(DiskLevel.FULL == level);
            view.level(level);
            tell(previous, level);
        }
    }

    private int purge(final long nowNs)
    {
        LogRetention oldest = null;
        long oldestNs = LogRetention.KEPT;
        for (int i = 0; i < logs.size(); i++)
        {
            final LogRetention log = logs.get(i);
            final boolean isExpired = log.isExpired(nowNs);
            if (isExpired && purge(log))
            {
                return 1;
            }
            if (!isExpired && log.oldestEndTimeNs() < oldestNs)
            {
                oldest = log;
                oldestNs = log.oldestEndTimeNs();
            }
        }
        final boolean isPressed = view.level().compareTo(DiskLevel.HIGH) >= 0;
        return isPressed && null != oldest && purge(oldest) ? 1 : 0;
    }

    private boolean purge(final LogRetention log)
    {
        if (log.purge())
        {
            view.onPurged();
            return true;
        }
        view.onPurgeBlocked();
        return false;
    }

    private void tell(final DiskLevel previous, final DiskLevel level)
    {
        if (DiskLevel.FULL == level)
        {
            warnings.accept("ingress stopped, the disk is full: " + view.describe() +
                "; delete other files, make retention.results shorter or raise retention.disk-budget (both with a " +
                "restart); ingress resumes by itself when there is room");
        }
        else if (DiskLevel.FULL == previous)
        {
            warnings.accept("ingress resumed: " + view.describe());
        }
        else if (level.compareTo(previous) > 0)
        {
            warnings.accept("disk " + level.text() + ": " + view.describe() + "; ingress stops when less than " +
                budget.reserve() / 1_000_000 + " MB are left");
        }
    }
}
