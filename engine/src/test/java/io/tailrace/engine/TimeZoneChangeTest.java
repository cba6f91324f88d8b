package io.tailrace.engine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.tailrace.archive.ArchiveConfig;
import io.tailrace.archive.DataDirectory;
import io.tailrace.archive.EmbeddedArchive;
import io.tailrace.archive.journal.RecordedLog;
import io.tailrace.archive.recording.RecordingDescriptor;
import io.tailrace.archive.recording.RecordingReader;
import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.checkpoint.RestorePoint;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.EventTimeConfig;
import io.tailrace.engine.config.LimitsConfig;
import io.tailrace.engine.config.ReferenceClock;
import io.tailrace.engine.config.ReservedStreams;
import io.tailrace.engine.config.SourceConfig;
import io.tailrace.engine.config.WatermarkKind;
import io.tailrace.engine.config.WindowConfig;
import io.tailrace.engine.ingress.IngressLedger;
import io.tailrace.engine.ingress.Publisher;
import io.tailrace.engine.operator.OperatorCore;
import io.tailrace.engine.ring.ResultsRing;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * One data directory, started by one JVM after the other whose time-zone data differs.
 */
class TimeZoneChangeTest
{
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long START_MS = 1_700_000_000_000L;

    @TempDir
    Path dataDir;

    private int published;

    @Test
    void shouldRefuseOtherDataNamingBothVersionsAndBothWaysOut()
    {
        run("2025a", false);
        final EngineRefusedException refused = refuse("2025b", false);
        assertTrue(refused.getMessage().startsWith(dataDir + ": the journal was written with time-zone data 2025a, " +
            "this JVM has 2025b; start with --accept-tzdata to go on with 2025b in the same results epoch, or with " +
            "--new-epoch to begin a new results epoch at journal position "), refused.getMessage());
        assertEquals(1, refused.getMessage().lines().count());

        // Nothing was changed, and the old data still does.
        run("2025a", false);
        final JournalHistory history = history();
        assertEquals(2, history.last().number());
        assertEquals(0, history.last().epoch());
        assertEquals(List.of(), history.timeZoneChanges());
    }

    @Test
    void shouldGoOnInTheSameEpochOnceOtherDataIsAccepted()
    {
        final List<String> before = run("2025a", false);
        final List<String> after = run("2025b", true);
        assertEquals(before, after.subList(0, before.size()));
        assertTrue(after.size() > before.size());

        // Accepted for good, also where the option is given again for nothing.
        assertEquals(after, run("2025b", false).subList(0, after.size()));
        run("2025b", true);
        final JournalHistory history = history();
        assertEquals(1, history.timeZoneChanges().size());
        assertEquals("2025a 2025b", versions(history));
        assertEquals(0, history.last().epoch());
        assertEquals("2025b", history.last().tzVersion());
    }

    @Test
    void shouldFollowEveryChangeOfOneJournal()
    {
        final String[] versions = {"2025a", "2025b", "2025a", "2026a"};
        run("2024b", false);
        List<String> results = List.of();
        for (final String version : versions)
        {
            assertTrue(refuse(version, false).getMessage().contains("this JVM has " + version));
            final List<String> now = run(version, true);
            assertEquals(results, now.subList(0, results.size()));
            results = now;
        }

        final JournalHistory history = history();
        assertEquals("2024b 2025a, 2025a 2025b, 2025b 2025a, 2025a 2026a", versions(history));
        assertEquals(1 + versions.length, history.last().number());
        assertTrue(refuse("2025a", false).getMessage().contains("data 2026a, this JVM has 2025a;"));
        final List<TimeZoneData.Change> changes = history.timeZoneChanges();
        assertEquals(
            "; since then the time-zone data changed from 2025b to 2025a at journal position " +
            changes.get(2).position() + ", from 2025a to 2026a at journal position " + changes.get(3).position(),
            history.timeZoneChangesAfter(changes.get(1).position()));
        assertEquals("", history.timeZoneChangesAfter(changes.get(3).position()));
    }

    @Test
    void shouldLetANewEpochTakeOtherData()
    {
        run("2025a", false);
        try (Engine engine = Engine.launch(context("2025b").newEpoch(true)))
        {
            assertEquals("2025b", engine.recovery().timeZoneData());
        }
        assertEquals("2025b", refuse("2025a", false).getMessage().split("data |,")[1]);
        run("2025b", false);
        final JournalHistory history = history();
        assertEquals(1, history.last().epoch());
        assertEquals("2025a 2025b", versions(history));
        assertEquals(history.timeZoneChanges().get(0).position(), history.last().epochPosition());
        assertEquals("", history.timeZoneChangesAfter(history.last().epochPosition()));
    }

    @Test
    void shouldAcceptNothingButOtherTimeZoneData()
    {
        run("2025a", true);
        final EngineConfig other = config(2 * SECOND_NS);
        final EngineRefusedException refused = assertThrows(
            EngineRefusedException.class,
            () -> Engine.launch(context("2025b").config(other).acceptTimeZoneData(true)));
        assertTrue(refused.getMessage().contains("configuration digest"), refused.getMessage());
        assertFalse(refused.getMessage().contains("--accept-tzdata"), refused.getMessage());
        run("2025a", false);
    }

    @Test
    void shouldSayThatTheDataHasChangedWhereAReplayGivesAnotherResult()
    {
        run("2025a", false);
        run("2025b", true);
        final long changePosition = history().timeZoneChanges().get(0).position();

        // Operators whose first window is a second longer stand for rules that have changed.
        final String longer = recover(config(2 * SECOND_NS)).getMessage();
        assertTrue(longer.matches(
            "results log position [0-9]+: result 0 differs at byte [0-9]+ from the one that the journal gives at " +
            "position [0-9]+; since then the time-zone data changed from 2025a to 2025b at journal position " +
            changePosition + ", from 2025b to 2026a at journal position [0-9]+; start with --new-epoch to begin a " +
            "new results epoch"), longer);

        // Nothing fires any more.
        final String none = recover(config(3600 * SECOND_NS)).getMessage();
        assertTrue(none.matches(
            "results log position [0-9]+: result 0 was caused at journal position [0-9]+, where replay gives no " +
            "result; since then the time-zone data changed from 2025a to 2025b at journal position " +
            changePosition + ", from 2025b to 2026a at journal position [0-9]+; start with --new-epoch to begin a " +
            "new results epoch"), none);
        run("2025b", false);
    }

    /** Replays the journal as a start with 2026a would, but with the operators of another configuration. */
    private EngineRefusedException recover(final EngineConfig other)
    {
        final ResultsRing results = new ResultsRing(64);
        try (EmbeddedArchive archive = EmbeddedArchive.launch(
                DataDirectory.acquire(dataDir), ArchiveConfig.defaults(), error -> { },
                EmbeddedArchive::newIdleStrategy);
            RecordedLog journal = RecordedLog.open(
                archive, Engine.JOURNAL, ReservedStreams.JOURNAL, archive.config().journalTermLength());
            RecordedLog log = RecordedLog.open(
                archive, Engine.RESULTS, ReservedStreams.RESULTS, archive.config().resultsTermLength());
            OperatorCore core = new OperatorCore(other, results))
        {
            final long endPosition = journal.openPosition();
            final JournalHistory read = history();
            final Incarnation last = read.last();
            final Incarnation next = new Incarnation(
                last.number() + 1, last.configDigest(), last.engineVersion(), "2026a", 0, last.epochPosition(), 0);
            core.epoch(0, last.epochPosition());
            final JournalReplay replay = new JournalReplay(
                journal,
                log,
                new RestorePoint(core, null, List.of(), 0),
                results,
                new IngressLedger(1),
                read.with(next, endPosition),
                position -> { });
            return assertThrows(EngineRefusedException.class, () -> replay.replay(endPosition, 0));
        }
    }

    private List<String> run(final String version, final boolean isAccepted)
    {
        try (Engine engine = launch(version, isAccepted))
        {
            assertEquals(version, engine.recovery().timeZoneData());
            assertEquals(0, engine.recovery().emittedResults());
            final Publisher publisher = engine.publisher("app");
            for (int i = 0; i < 5; i++)
            {
                assertEquals(1, publisher.offer(published, 7, 1, START_MS + published * 1000L, published));
                published++;
            }
            assertTrue(engine.awaitDrained(10 * SECOND_NS));
            assertNull(engine.failure());
            return results(engine);
        }
    }

    private EngineRefusedException refuse(final String version, final boolean isAccepted)
    {
        return assertThrows(EngineRefusedException.class, () -> launch(version, isAccepted).close());
    }

    private Engine launch(final String version, final boolean isAccepted)
    {
        return Engine.launch(context(version).acceptTimeZoneData(isAccepted));
    }

    private Engine.Context context(final String version)
    {
        return new Engine.Context().config(config(SECOND_NS)).timeZoneData(version);
    }

    private JournalHistory history()
    {
        try (RecordingReader reader = RecordingReader.open(
            DataDirectory.archiveDirOf(dataDir), RecordingDescriptor.load(dataDir, Engine.JOURNAL), 0))
        {
            return JournalHistory.NONE.read(reader, RecordingReader.TO_END);
        }
    }

    private static String versions(final JournalHistory history)
    {
        return String.join(", ",
            history.timeZoneChanges().stream().map(change -> change.from() + " " + change.to()).toList());
    }

    private static List<String> results(final Engine engine)
    {
        final List<String> results = new ArrayList<>();
        final UnsafeBuffer result = new UnsafeBuffer(new byte[MessageLayout.RESULT_LENGTH]);
        final long expected = engine.view().nextResultSequence();
        final long deadlineNs = System.nanoTime() + 10 * SECOND_NS;
        try (ResultSubscription subscription = engine.subscribe(0))
        {
            while (subscription.nextSequence() < expected)
            {
                subscription.poll((sequence, buffer, offset) ->
                {
                    buffer.getBytes(offset, result, 0, MessageLayout.RESULT_LENGTH);
                    results.add(HexFormat.of().formatHex(result.byteArray()));
                }, 10);
                assertTrue(System.nanoTime() < deadlineNs, () -> "only " + results.size());
                Thread.yield();
            }
        }
        return results;
    }

    private EngineConfig config(final long windowSizeNs)
    {
        return EngineConfig.builder()
            .dataDir(dataDir)
            .limits(LimitsConfig.builder().devices(100).keys(100).ringSlots(1024).resultSlots(64).build())
            .source(SourceConfig.embedded("app").build())
            .eventTime(EventTimeConfig.builder()
                .referenceClock(ReferenceClock.NONE)
                .watermark(WatermarkKind.GLOBAL)
                .outOfOrdernessNs(0)
                .build())
            .window(WindowConfig.tumbling("w", windowSizeNs).build())
            .build();
    }
}
