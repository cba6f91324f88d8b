package io.tailrace.engine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

import io.tailrace.archive.checkpoint.CheckpointDirectory;
import io.tailrace.archive.checkpoint.CheckpointEntry;
import io.tailrace.archive.checkpoint.CheckpointMeta;
import io.tailrace.archive.recording.LogReader;
import io.tailrace.archive.recording.RecordingDescriptor;
import io.tailrace.engine.config.ConfigDifference;
import io.tailrace.engine.config.DeliveryMode;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.inspect.DataDirectoryView;
import io.tailrace.engine.inspect.RecordedRange;
import io.tailrace.engine.ring.EventRing;

/**
 * Says what a start with a configuration would make of a data directory, without starting: whether it would be refused,
 * and with which option it would go on; which keys are others; where the state would come from, and how much would be
 * replayed. Reads only, beside a running engine too.
 * <p>
 * That the results of the log are those that the journal gives is compared by the start itself.
 */
public final class StartCheck
{
    /** What a replay is reckoned with; it is faster on most machines. */
    private static final long MESSAGES_PER_SECOND = 1_000_000;

    private final EngineConfig config;
    private final Path dir;
    private final List<String> lines = new ArrayList<>();
    private boolean isRefused;
    private RecordedRange journal;

    private StartCheck(final EngineConfig config, final Path dir)
    {
        this.config = config.toBuilder().dataDir(dir).build();
        this.dir = dir;
    }

    /**
     * Looks at a data directory.
     *
     * @param config that a start would have; its own data directory does not matter.
     * @param dir    data directory.
     * @return what was found.
     * @throws io.tailrace.engine.inspect.InspectException if a running engine does not answer.
     * @throws io.tailrace.archive.recording.CorruptRecordingException if a recording is damaged other than at its end:
     *                                                                 a start would fail in the same way.
     */
    public static StartCheck of(final EngineConfig config, final Path dir)
    {
        final StartCheck check = new StartCheck(config, dir);
        check.look();
        return check;
    }

    /** @return whether a start without options would be refused. */
    public boolean isRefused()
    {
        return isRefused;
    }

    /** @return what was found, a line each. */
    public List<String> lines()
    {
        return List.copyOf(lines);
    }

    private void look()
    {
        if (RecordingDescriptor.loadAll(dir).isEmpty())
        {
            say("nothing is recorded there" + (config.mode() == DeliveryMode.IN_MEMORY ? "" :
                ": a start begins an empty journal"));
            return;
        }
        if (config.mode() == DeliveryMode.IN_MEMORY)
        {
            refuse("it holds the recordings of another mode, which mode: in-memory would neither read nor continue; " +
                "use another data-dir");
            return;
        }
        final DataDirectoryView view = DataDirectoryView.of(dir);
        if (view.isRunning())
        {
            say("an engine runs on it (pid " + view.pid() + "): what follows is as of now, for a start when it has " +
                "stopped");
        }
        if (!view.hasRecording(Engine.JOURNAL))
        {
            say("there is no journal yet: a start begins one");
            return;
        }
        journal = view.recording(Engine.JOURNAL);
        look(checkpoints());
    }

    private void look(final List<CheckpointMeta> checkpoints)
    {
        final Incarnation last = last(checkpoints);
        sayJournal(last);
        if (journal.endPosition() == 0)
        {
            say("a start begins here");
            return;
        }
        final String newEpoch = "--new-epoch to begin a new results epoch at journal position " +
            journal.endPosition();
        requireSources();
        final Incarnation next = new Incarnation(
            0, config.digest(), Incarnation.ENGINE_VERSION, TimeZoneData.stored(TimeZoneData.currentVersion()),
            null == last ? 0 : last.epoch(), 0, 0);
        if (null == last)
        {
            refuse("neither the journal nor a checkpoint says who wrote it; start with " + newEpoch);
        }
        else
        {
            sayKeys(last);
            requireContinued(last, next);
        }
        final CheckpointMeta usable = checkpoints.stream().filter(meta -> isUsable(meta, next))
            .max(Comparator.comparingLong(CheckpointMeta::journalPosition)).orElse(null);
        sayCheckpoints(checkpoints, usable);
        if (null == usable && journal.startPosition() > 0 && !isRefused &&
            journal.startPosition() != last.stateFrom())
        {
            refuse("the journal begins at position " + journal.startPosition() + ", and no checkpoint behind it can " +
                "be restored; start with " + newEpoch);
        }
        sayRecovery(null == usable ? journal.startPosition() : usable.journalPosition());
        if (isRefused)
        {
            sayState(usable);
        }
    }

    /** Whole, and not ahead of the journal. */
    private List<CheckpointMeta> checkpoints()
    {
        final List<CheckpointMeta> whole = new ArrayList<>();
        for (final CheckpointEntry entry : CheckpointDirectory.list(dir))
        {
            if (entry.isDamaged())
            {
                say("checkpoint " + entry.number() + " would be left out: " + entry.damage());
            }
            else
            {
                entry.meta().filter(this::isKept).ifPresent(whole::add);
            }
        }
        return whole;
    }

    private boolean isKept(final CheckpointMeta meta)
    {
        return meta.journalPosition() >= journal.startPosition() && meta.journalPosition() <= journal.endPosition();
    }

    /** The newest incarnation that the journal or a checkpoint tells of; null: none. */
    private Incarnation last(final List<CheckpointMeta> checkpoints)
    {
        final CheckpointMeta newest = checkpoints.stream()
            .max(Comparator.comparingLong(CheckpointMeta::journalPosition)).orElse(null);
        final Incarnation known = null == newest ? null : new Incarnation(
            0, newest.configDigest(), newest.engineVersion(), newest.tzVersion(), newest.resultEpoch(), 0, 0);
        try (LogReader reader =
            journal.open(null == newest ? journal.startPosition() : newest.journalPosition()))
        {
            final Incarnation behind = JournalHistory.NONE.read(reader, journal.endPosition()).last();
            return null == behind ? known : behind;
        }
    }

    private void sayJournal(final Incarnation last)
    {
        say("journal [" + journal.startPosition() + ", " + journal.endPosition() + ")" +
            (journal.tornLength() > 0 ?
            ", and a torn tail of " + journal.tornLength() + " bytes that goes at the next start" : "") +
            (journal.startPosition() > 0 ? ", its beginning was purged" : "") +
            (null == last ? "" : ", results epoch " + last.epoch()));
    }

    private void requireSources()
    {
        try
        {
            SourceRegistry.require(config);
        }
        catch (final EngineRefusedException ex)
        {
            refuse(ex.getMessage() + "; no option changes that");
        }
    }

    private void requireContinued(final Incarnation last, final Incarnation next)
    {
        try
        {
            last.requireContinuedBy(next, false, dir, journal.endPosition());
        }
        catch (final EngineRefusedException ex)
        {
            refuse(ex.getMessage());
        }
    }

    private void sayKeys(final Incarnation last)
    {
        final EngineConfig before = StoredConfig.read(dir, last.configDigest());
        if (null == before)
        {
            say((last.configDigest() == config.digest() ?
                "configuration: all that results depend on is as before" :
                "configuration: something that results depend on is another") +
                "; which keys have changed is not known, since " + StoredConfig.FILE_NAME +
                " is not that of the newest incarnation");
            return;
        }
        final List<ConfigDifference> differences =
            ConfigDifference.between(before.toBuilder().dataDir(dir).build(), config);
        if (differences.isEmpty())
        {
            say("configuration: as before");
        }
        for (final ConfigDifference difference : differences)
        {
            say("configuration: " + difference +
                (difference.affectsResults() ? " (results depend on it)" : " (takes effect with any start)"));
        }
    }

    private static boolean isUsable(final CheckpointMeta meta, final Incarnation next)
    {
        return meta.configDigest() == next.configDigest() && meta.engineVersion() == next.engineVersion() &&
            meta.tzVersion().equals(next.tzVersion());
    }

    private void sayCheckpoints(final List<CheckpointMeta> checkpoints, final CheckpointMeta usable)
    {
        say("checkpoints: " + checkpoints.size() + (null == usable ?
            ", none of this configuration, engine version and time-zone data" :
            ", of which " + usable.number() + " at journal position " + usable.journalPosition() +
            " would be restored"));
    }

    private void sayRecovery(final long fromPosition)
    {
        final long messages = (journal.endPosition() - fromPosition) / EventRing.SLOT_LENGTH;
        say(String.format(Locale.ROOT,
            "recovery: replays the journal from position %d, at most %,d messages, about %.1f s at %,d messages " +
            "a second",
            fromPosition, messages, messages / (double)MESSAGES_PER_SECOND, MESSAGES_PER_SECOND));
    }

    /** Under --new-epoch state is computed from the journal with the new configuration, or comes from a checkpoint. */
    private void sayState(final CheckpointMeta usable)
    {
        final boolean isWhole = null != usable || journal.startPosition() == 0;
        final String after = isWhole ? "" : wholeAfter();
        for (final String operator : config.operatorNames())
        {
            if (null != usable)
            {
                say("--new-epoch: " + operator + " keeps its state, from the checkpoint");
            }
            else if (isWhole)
            {
                say("--new-epoch: " + operator + " has its state computed anew from the whole journal");
            }
            else
            {
                say("--new-epoch: " + operator + " has its state computed anew from journal " +
                    "position " + journal.startPosition() + " on; windows lack what was purged, " + after);
            }
        }
    }

    /** Which windows lack nothing. */
    private String wholeAfter()
    {
        try (LogReader reader = journal.open(journal.startPosition()))
        {
            final long afterNs = WholeWindows.afterNs(config, reader, journal.endPosition(),
                TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()));
            return WholeWindows.UNKNOWN == afterNs ?
                "which ones is not known, with reference-clock: none" :
                "but for those that start after " + WholeWindows.text(afterNs);
        }
    }

    private void say(final String line)
    {
        lines.add(line);
    }

    private void refuse(final String reason)
    {
        isRefused = true;
        lines.add("refused: " + reason);
    }
}
