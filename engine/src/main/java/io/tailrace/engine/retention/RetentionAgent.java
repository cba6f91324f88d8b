package io.tailrace.engine.retention;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import io.tailrace.engine.ingress.IngressGate;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.EpochNanoClock;

/**
 * Looks ten times a second at the room that is left, and purges at most one segment then: one that is older than its
 * age, or, while more is used than {@link DiskLevel#HIGH} says or there is less room than {@link DiskLevel#CRITICAL}
 * says, the oldest one of all that may go. Holds the gate of
 * ingress while the disk is {@link DiskLevel#FULL}.
 * A deletion that waits for the file system makes the next look late: {@link #LATE_NS} is foreseen.
 * <p>
 * What fails here is told and tried again some seconds later, and keeps neither the other recording from being purged
 * nor us from looking at the room; it never stops the engine.
 * <p>
 * Threading: its own thread, role {@code retention}; the first {@link #look} by the launching thread.
 */
final class RetentionAgent implements Agent
{
    static final long INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(100);
    static final long FILES_INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);

    /** While the budget has {@link #CALM_ROOM}: listing a directory allocates, and nothing hangs on it then. */
    static final long CALM_FILES_INTERVAL_NS = TimeUnit.SECONDS.toNanos(10);

    /** More than other files are thought to grow in that time. */
    static final long CALM_ROOM = 4L << 30;
    static final long RETRY_NS = TimeUnit.SECONDS.toNanos(5);

    /** While room is short, a reader may hold back a purge for so long. */
    static final long CUT_OFF_NS = TimeUnit.SECONDS.toNanos(1);

    /** A purge may wait for the file system so long, and the next look with it, while readings come in. */
    private static final long LATE_NS = TimeUnit.SECONDS.toNanos(2);

    private static final int NONE = -1;

    /** What may come in until the next look is foreseen up to this part of the budget. */
    private static final int MAX_GROWTH_DIVISOR = 16;

    private final EpochNanoClock clock;
    private final List<LogRetention> logs;
    private final DiskUsage usage;
    private final DiskBudget budget;
    private final LongSupplier ahead;
    private final DiskView view;
    private final IngressGate gate;
    private final Consumer<String> warnings;
    private long otherFiles;
    private boolean isPressed;
    private long heldBackNs = NONE;
    private long recorded = NONE;
    private long recordedNs;

    /** The most that has been recorded from one look to the next so far. */
    private long growth;
    private long nextNs = Long.MIN_VALUE;
    private long filesNs;
    /** When each log is looked at again: at once, or, after a failure, some seconds later. */
    private final long[] nextPurgeNs;

    /**
     * @param clock    engine clock, epoch ns.
     * @param logs     that are retained.
     * @param usage    of the disk.
     * @param budget   which level that means.
     * @param ahead    bytes to be kept for the next checkpoint, behind which the journal is purged.
     * @param view     to be kept up to date.
     * @param gate     to be held while there is no room.
     * @param warnings told, in one line, when an alarm begins and when ingress goes on.
     */
    RetentionAgent(
        final EpochNanoClock clock,
        final List<LogRetention> logs,
        final DiskUsage usage,
        final DiskBudget budget,
        final LongSupplier ahead,
        final DiskView view,
        final IngressGate gate,
        final Consumer<String> warnings)
    {
        this.clock = clock;
        this.logs = logs;
        nextPurgeNs = new long[logs.size()];
        this.usage = usage;
        this.budget = budget;
        this.ahead = ahead;
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
        return purge(nowNs);
    }

    /** Measures, and stops or resumes ingress. */
    void look(final long nowNs)
    {
        if (nowNs >= filesNs + filesIntervalNs())
        {
            otherFiles = usage.otherFiles();
            filesNs = nowNs;
        }
        long used = otherFiles;
        for (int i = 0; i < logs.size(); i++)
        {
            used += logs.get(i).length();
        }
        view.onMeasured(used, usage.free());
        final DiskLevel previous = view.level();
        onRecorded(used - otherFiles, nowNs);
        final long kept = ahead.getAsLong() + Math.min(growth, view.budget() / MAX_GROWTH_DIVISOR);
        final DiskLevel level = budget.level(used, view.free(), kept, previous);
        isPressed = budget.isPressed(used, view.free(), kept);
        if (level != previous)
        {
            gate.hold(DiskLevel.FULL == level);
            view.level(level);
            tell(previous, level, kept);
        }
    }

    /**
     * Bytes that checkpoints may take. What is on its way has its reserve while ingress is open; when it is stopped,
     * what was kept ahead for the checkpoint is there beside that. If more has come in between two looks than was
     * thought of, so that the budget has no room left, the next checkpoint may exceed it as far as the file system
     * goes: nothing else would ever bring the recordings back below it.
     *
     * @return bytes; negative: none, and too much is used.
     */
    long roomForCheckpoints()
    {
        final long room = budget.room(view.used(), view.free());
        return view.isIngressStopped() ?
            Math.max(room, Math.min(ahead.getAsLong(), view.free())) : room - budget.reserve();
    }

    /** The room of the file system itself is looked at each time. */
    private long filesIntervalNs()
    {
        return view.budget() - view.used() >= CALM_ROOM ? CALM_FILES_INTERVAL_NS : FILES_INTERVAL_NS;
    }

    /** Ingress is stopped at a look, so what comes in before it, late as it may be, must fit beside what is kept. */
    private void onRecorded(final long length, final long nowNs)
    {
        if (NONE != recorded && nowNs > recordedNs)
        {
            final double looks = Math.max(1.0, (double)(nowNs - recordedNs) / LATE_NS);
            growth = Math.max(growth, (long)((length - recorded) / looks));
        }
        recorded = length;
        recordedNs = nowNs;
    }

    private int purge(final long nowNs)
    {
        RuntimeException failure = null;
        int purged = 0;
        int oldest = NONE;
        long oldestNs = LogRetention.KEPT;
        for (int i = 0; i < logs.size() && 0 == purged; i++)
        {
            if (nowNs < nextPurgeNs[i])
            {
                continue;
            }
            try
            {
                final LogRetention log = logs.get(i);
                final boolean isExpired = log.isExpired(nowNs);
                if (isExpired)
                {
                    purged = purge(log, nowNs);
                }
                else if (log.oldestEndTimeNs() < oldestNs)
                {
                    oldest = i;
                    oldestNs = log.oldestEndTimeNs();
                }
            }
            catch (final RuntimeException ex)
            {
                nextPurgeNs[i] = nowNs + RETRY_NS;
                failure = ex;
            }
        }
        if (isPressed && 0 == purged && NONE != oldest)
        {
            try
            {
                final String overtaken = logs.get(oldest).overtake();
                if (!overtaken.isEmpty())
                {
                    warnings.accept("disk " + view.level().text() + ": results are purged that sinks have not had: " +
                        overtaken + "; " + view.describe() + "; sinks.md says how they go on");
                }
                purged = purge(logs.get(oldest), nowNs);
            }
            catch (final RuntimeException ex)
            {
                nextPurgeNs[oldest] = nowNs + RETRY_NS;
                failure = ex;
            }
        }
        if (null != failure)
        {
            throw failure;
        }
        return purged;
    }

    private int purge(final LogRetention log, final long nowNs)
    {
        if (log.purge())
        {
            heldBackNs = NONE;
            view.onPurged();
            return 1;
        }
        view.onPurgeBlocked();
        if (!isPressed)
        {
            heldBackNs = NONE;
        }
        else if (NONE == heldBackNs)
        {
            heldBackNs = nowNs;
        }
        else if (nowNs - heldBackNs >= CUT_OFF_NS)
        {
            heldBackNs = NONE;
            cutOffReaders(log);
        }
        return 0;
    }

    /** Who reads on goes on behind what it has read; who does not must not stop ingress. */
    private void cutOffReaders(final LogRetention log)
    {
        log.cutOffReaders();
        warnings.accept("disk " + view.level().text() + ": a reader that stood still held back the purge, and was " +
            "cut off; " + view.describe());
    }

    private void tell(final DiskLevel previous, final DiskLevel level, final long kept)
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
                (budget.reserve() + kept) / 1_000_000 + " MB are left");
        }
    }
}
