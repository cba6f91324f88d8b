package io.tailrace.perf.certify;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * One incarnation: a process of {@code run}, what it shows of itself, and its end.
 * <p>
 * Threading: one thread.
 */
final class EngineUnderTest implements AutoCloseable
{
    private static final String MAIN_CLASS = "io.tailrace.engine.cli.TailraceCommand";
    private static final long READY_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(60);
    private static final long LOOK_NS = 200_000L;

    private final ChildProcess process;
    private final Path dataDir;
    private final long startNs = System.nanoTime();
    private final long journalId;
    private final long resultsId;
    private long readyNs;
    private RecordingProbe probe;

    private EngineUnderTest(
        final ChildProcess process, final Path dataDir, final long journalId, final long resultsId)
    {
        this.process = process;
        this.dataDir = dataDir;
        this.journalId = journalId;
        this.resultsId = resultsId;
    }

    /**
     * Starts one.
     *
     * @param dir         of the run.
     * @param dataDir     of the engine.
     * @param number      of the incarnation.
     * @param yaml        its configuration.
     * @param isReplaying whether it replays the whole journal.
     * @param journalId   of the journal's recording.
     * @param resultsId   of the results log's recording.
     */
    static EngineUnderTest start(
        final Path dir,
        final Path dataDir,
        final int number,
        final Path yaml,
        final boolean isReplaying,
        final long journalId,
        final long resultsId) throws IOException
    {
        final List<String> arguments = new ArrayList<>(List.of("run", yaml.toString()));
        if (isReplaying)
        {
            arguments.add("--replay-all");
        }
        return new EngineUnderTest(
            ChildProcess.start(dir, "engine-" + number, "512m", MAIN_CLASS, arguments), dataDir, journalId, resultsId);
    }

    /** Waits until its sources are open. */
    void awaitReady() throws IOException
    {
        final long deadlineNs = startNs + READY_TIMEOUT_NS;
        while (!isReady())
        {
            requireAlive();
            if (System.nanoTime() - deadlineNs > 0)
            {
                throw new CertifyException("engine " + process.pid() + " is not ready in time: " + process.err());
            }
            LockSupport.parkNanos(10 * LOOK_NS);
        }
    }

    /** Whether it has said that its sources are open. */
    boolean isReady() throws IOException
    {
        if (readyNs == 0 && process.out().contains("ready pid="))
        {
            readyNs = System.nanoTime();
        }
        return readyNs != 0;
    }

    /** From its start to then, as seen from outside; only after it was ready. */
    long readyAfterNs()
    {
        return readyNs - startNs;
    }

    /** What comes after {@code http=} in its ready line. */
    String http() throws IOException
    {
        final String out = process.out();
        final int at = out.indexOf("http=") + "http=".length();
        return out.substring(at, out.indexOf(' ', at));
    }

    /** Looks for its recordings; null until it has opened both. */
    RecordingProbe probe()
    {
        if (probe == null)
        {
            probe = RecordingProbe.open(dataDir, process.pid(), journalId, resultsId);
        }
        return probe;
    }

    /**
     * Waits for something, looking often.
     *
     * @param condition to wait for.
     * @param timeoutNs after which it is given up.
     * @return whether it has come.
     */
    boolean await(final BooleanSupplier condition, final long timeoutNs) throws IOException
    {
        final long deadlineNs = System.nanoTime() + timeoutNs;
        while (!condition.getAsBoolean())
        {
            if (System.nanoTime() - deadlineNs > 0 || !process.isAlive())
            {
                return false;
            }
            LockSupport.parkNanos(LOOK_NS);
        }
        return true;
    }

    /** The same without giving up the core between two looks, for what is over at once. */
    boolean spin(final BooleanSupplier condition, final long timeoutNs)
    {
        final long deadlineNs = System.nanoTime() + timeoutNs;
        while (!condition.getAsBoolean())
        {
            if (System.nanoTime() - deadlineNs > 0)
            {
                return false;
            }
            Thread.onSpinWait();
        }
        return true;
    }

    /** Whether an unfinished checkpoint is there. */
    boolean hasUnfinishedCheckpoint()
    {
        final Path dir = dataDir.resolve("checkpoints");
        try (DirectoryStream<Path> files = Files.newDirectoryStream(dir, "*.tmp"))
        {
            return files.iterator().hasNext();
        }
        catch (final IOException ex)
        {
            // There is no directory before the first engine has made it.
            return false;
        }
    }

    /** Sends SIGKILL, waits for the end and looks at what it has left. */
    KillEvidence kill(final JournalTail journal) throws IOException, InterruptedException
    {
        requireAlive();
        process.kill();
        final RecordingProbe left = probe();
        journal.advance();
        return new KillEvidence(
            isReady(),
            left != null,
            journal.hasStarted(),
            journal.readingsSinceStarted(),
            hasUnfinishedCheckpoint(),
            journal.endPosition(),
            journal.segmentLength(),
            left == null ? 0 : left.resultsPublished() - left.resultsRecorded());
    }

    /** Sends SIGTERM and waits for an end in order. */
    void stop() throws IOException, InterruptedException
    {
        process.terminate();
        final int exitCode = process.awaitEnd(TimeUnit.NANOSECONDS.toSeconds(READY_TIMEOUT_NS));
        if (exitCode != 0)
        {
            throw new CertifyException("the engine ended with " + exitCode + ": " + process.err());
        }
    }

    @Override
    public void close()
    {
        process.close();
        if (probe != null)
        {
            probe.close();
        }
    }

    private void requireAlive() throws IOException
    {
        if (!process.isAlive())
        {
            throw new CertifyException("engine " + process.pid() + " has ended by itself: " + process.err());
        }
    }
}
