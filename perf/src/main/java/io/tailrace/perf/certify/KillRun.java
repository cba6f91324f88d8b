package io.tailrace.perf.certify;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Kills one engine after the other on one data directory while readings are sent, until each phase was hit as often as
 * it should be. A kill that has hit another phase than it was meant for counts for that one, one that has hit none for
 * none.
 * <p>
 * Threading: one thread.
 */
final class KillRun
{
    private static final long PHASE_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(20);
    private static final long SEGMENT_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(60);
    private static final long FIRST_RUN_NS = TimeUnit.MILLISECONDS.toNanos(1500);
    private static final long MIN_STEADY_NS = TimeUnit.MILLISECONDS.toNanos(150);
    private static final int STEADY_RANGE_MS = 500;
    private static final int MIN_START_MS = 60;
    private static final int REPLAY_RANGE_MS = 60;
    private static final int BOUNDARY_RANGE = 1 << 12;
    private static final int ATTEMPTS_PER_KILL = 3;

    private final Path dir;
    private final Path yaml;
    private final Path dataDir;
    private final int kills;
    private final int perPhase;
    private final Random random;
    private final Map<KillPhase, Integer> hits = new EnumMap<>(KillPhase.class);
    private final List<Long> readyAfterNs = new ArrayList<>();
    private final JournalTail journal;
    private final Progress progress;
    private int incarnation;
    private int sent;
    private int counted;
    private long journalId;
    private long resultsId;

    /** Told of each kill. */
    @FunctionalInterface
    interface Progress
    {
        void onKill(int number, KillPhase meant, KillEvidence evidence);
    }

    KillRun(
        final Path dir,
        final Path yaml,
        final Path dataDir,
        final int kills,
        final int perPhase,
        final long seed,
        final Progress progress)
    {
        this.perPhase = perPhase;
        this.dir = dir;
        this.yaml = yaml;
        this.dataDir = dataDir;
        this.kills = kills;
        this.progress = progress;
        random = new Random(seed);
        journal = new JournalTail(dataDir);
        for (final KillPhase phase : KillPhase.values())
        {
            hits.put(phase, 0);
        }
    }

    /** Lets the first engine run for a while and stops it in order, so that there is something to recover. */
    void begin() throws IOException, InterruptedException
    {
        try (EngineUnderTest engine = start(false))
        {
            engine.awaitReady();
            readyAfterNs.add(engine.readyAfterNs());
            LockSupport.parkNanos(FIRST_RUN_NS);
            engine.stop();
        }
        journal.advance();
        journalId = recordingId("journal");
        resultsId = recordingId("results");
    }

    /**
     * Kills until so many have hit a phase and each phase has had its share: a kill that has hit another one than it
     * was meant for takes none of it. Gives up after three times as many.
     */
    void run() throws IOException, InterruptedException
    {
        while ((counted < kills || hits.get(leastHit()) < perPhase) && sent < ATTEMPTS_PER_KILL * kills)
        {
            final KillPhase phase = leastHit();
            final KillEvidence evidence = kill(phase);
            sent++;
            // What it was meant for, if it has hit that; one kill counts once.
            final KillPhase hit = evidence.phases().contains(phase) ? phase :
                evidence.phases().stream().findFirst().orElse(null);
            if (hit != null)
            {
                hits.merge(hit, 1, Integer::sum);
                counted++;
            }
            progress.onKill(sent, phase, evidence);
        }
    }

    /** Starts the engine that is not killed. */
    EngineUnderTest last() throws IOException
    {
        final EngineUnderTest engine = start(false);
        engine.awaitReady();
        readyAfterNs.add(engine.readyAfterNs());
        return engine;
    }

    /** Kills that have hit each phase. */
    Map<KillPhase, Integer> hits()
    {
        return hits;
    }

    /** Kills in all. */
    int killsSent()
    {
        return sent;
    }

    /** From the start of a process to its ready line, of those that came so far. */
    List<Long> readyAfterNs()
    {
        return readyAfterNs;
    }

    private KillPhase leastHit()
    {
        KillPhase least = KillPhase.STEADY;
        for (final KillPhase phase : KillPhase.values())
        {
            least = hits.get(phase) < hits.get(least) ? phase : least;
        }
        return least;
    }

    private KillEvidence kill(final KillPhase phase) throws IOException, InterruptedException
    {
        try (EngineUnderTest engine = start(phase == KillPhase.RECOVERY))
        {
            switch (phase)
            {
                case START_UP -> pause(MIN_START_MS, usualOpenMs());
                case RECOVERY ->
                {
                    engine.await(() -> engine.probe() != null, PHASE_TIMEOUT_NS);
                    pause(0, REPLAY_RANGE_MS);
                }
                default ->
                {
                    engine.awaitReady();
                    readyAfterNs.add(engine.readyAfterNs());
                    awaitPhase(phase, engine);
                }
            }
            return engine.kill(journal);
        }
    }

    private void awaitPhase(final KillPhase phase, final EngineUnderTest engine) throws IOException
    {
        final RecordingProbe probe = engine.probe();
        if (probe == null)
        {
            throw new CertifyException("the engine is ready, and its recordings are not to be seen");
        }
        pause(TimeUnit.NANOSECONDS.toMillis(MIN_STEADY_NS), STEADY_RANGE_MS);
        switch (phase)
        {
            case CHECKPOINT -> engine.spin(engine::hasUnfinishedCheckpoint, PHASE_TIMEOUT_NS);
            case SEGMENT_ROLL ->
            {
                final long segmentLength = journal.segmentLength();
                final long boundary = (probe.journalRecorded() / segmentLength + 1) * segmentLength;
                final long at = boundary - BOUNDARY_RANGE / 2 + random.nextInt(BOUNDARY_RANGE);
                engine.await(() -> probe.journalRecorded() >= at, SEGMENT_TIMEOUT_NS);
            }
            case RESULT_BATCH ->
                engine.spin(() -> probe.resultsPublished() > probe.resultsRecorded(), PHASE_TIMEOUT_NS);
            default ->
            {
            }
        }
    }

    private EngineUnderTest start(final boolean isReplaying) throws IOException
    {
        return EngineUnderTest.start(dir, dataDir, ++incarnation, yaml, isReplaying, journalId, resultsId);
    }

    private void pause(final long minMs, final long rangeMs)
    {
        final long ms = minMs + random.nextInt((int)Math.max(1, rangeMs));
        final long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ms);
        while (System.nanoTime() - deadlineNs < 0)
        {
            LockSupport.parkNanos(deadlineNs - System.nanoTime());
        }
    }

    /** About when the recordings are opened: after that comes the replay, which is a phase of its own. */
    private long usualOpenMs()
    {
        return TimeUnit.NANOSECONDS.toMillis(
            readyAfterNs.stream().mapToLong(Long::longValue).min().orElse(0)) / 2;
    }

    private long recordingId(final String name) throws IOException
    {
        final Properties descriptor = new Properties();
        try (Reader reader = Files.newBufferedReader(dataDir.resolve(name + ".recording")))
        {
            descriptor.load(reader);
        }
        return Long.parseLong(descriptor.getProperty("recordingId"));
    }
}
