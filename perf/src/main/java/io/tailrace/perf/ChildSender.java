package io.tailrace.perf;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.tailrace.engine.Engine;
import io.tailrace.perf.workload.ArrivalSchedule;

/**
 * Sends from a process of its own, a JVM with the flags of this one, which ends with this one. The two agree on times
 * by {@code System.nanoTime()}, which on Linux is one clock for all processes.
 * <p>
 * Threading: one thread calls, and polls what the process says.
 */
final class ChildSender implements LoadSender
{
    private static final String LINUX = "Linux";
    private static final long READY_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(60);
    private static final long STOP_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(10);
    private static final long END_TIMEOUT_S = 10;
    private static final long POLL_NS = 1_000_000L;

    private final ScratchDirectory scratch;
    private final Process process;
    private final BufferedReader answers;
    private final BufferedWriter commands;
    private final Thread end;
    private boolean isDone;
    private boolean isFlushing;

    private ChildSender(final ScratchDirectory scratch, final Process process)
    {
        this.scratch = scratch;
        this.process = process;
        answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        commands = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
        end = new Thread(process::destroy);
        Runtime.getRuntime().addShutdownHook(end);
    }

    /** @return whether processes of this machine have one clock for {@code System.nanoTime()}, as far as we know. */
    static boolean isSupported()
    {
        return System.getProperty("os.name").equals(LINUX);
    }

    /**
     * Starts the process, and waits until it is connected to the engine.
     *
     * @param settings of the run.
     * @param engine   with the source of the settings.
     * @throws IllegalStateException if it does not become ready, with what it has complained of.
     */
    static ChildSender launch(final LoadSettings settings, final Engine engine)
    {
        final List<String> arguments = new ArrayList<>(List.of(
            "sender",
            "--to", settings.source().destination(engine),
            "--seed", Long.toString(settings.seed()),
            "--rate", Long.toString(settings.rate()),
            "--devices", Integer.toString(settings.devices()),
            "--count", Long.toString(settings.count()),
            "--warmup-count", Long.toString(settings.warmupCount()),
            "--window-ns", Long.toString(settings.windowNs())));
        if (settings.source() == LoadSource.AERON_IPC)
        {
            arguments.addAll(List.of("--aeron-dir", engine.aeronDirectoryName()));
        }
        return launch(ScratchDirectory.create(settings.dir(), 0), arguments);
    }

    /** Starts a sender with these arguments, but for where its report goes. */
    static ChildSender launch(final ScratchDirectory scratch, final List<String> arguments)
    {
        final List<String> all = new ArrayList<>(arguments);
        all.addAll(List.of("--report", scratch.path().toString()));
        ChildSender sender = null;
        try
        {
            sender = new ChildSender(scratch, new ProcessBuilder(ChildRun.command(List.of(), false, all))
                .redirectError(errorFile(scratch).toFile())
                .start());
            sender.awaitReady();
            return sender;
        }
        catch (final IOException | RuntimeException ex)
        {
            if (null == sender)
            {
                scratch.close();
            }
            else
            {
                sender.close();
            }
            throw ex instanceof final IOException cause ?
                new UncheckedIOException("cannot start a sender", cause) : (RuntimeException)ex;
        }
    }

    @Override
    public void start(final ArrivalSchedule schedule, final long warmupCount)
    {
        tell(SenderSession.START + schedule.startNs());
    }

    @Override
    public boolean isDone()
    {
        isDone = isDone || SenderSession.DONE.equals(poll());
        return isDone;
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalStateException if it has ended by itself, with what it has complained of.
     */
    @Override
    public PublisherReport report()
    {
        if (!isDone())
        {
            tell(SenderSession.STOP);
            await(SenderSession.DONE, STOP_TIMEOUT_NS);
            isDone = true;
        }
        try
        {
            return PublisherReport.read(scratch.path());
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }

    @Override
    public boolean tryFlush()
    {
        if (!isFlushing)
        {
            tell(SenderSession.FLUSH);
            isFlushing = true;
        }
        return SenderSession.FLUSHED.equals(poll());
    }

    /** Ends the process, by itself if it can. */
    @Override
    public void close()
    {
        try
        {
            commands.close();
        }
        catch (final IOException ignore)
        {
            // It has ended.
        }
        try
        {
            if (!process.waitFor(END_TIMEOUT_S, TimeUnit.SECONDS))
            {
                process.destroyForcibly().waitFor();
            }
        }
        catch (final InterruptedException ex)
        {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        ChildRun.removeHook(end);
        scratch.close();
    }

    /** Its clock must read what ours reads. */
    private void awaitReady()
    {
        final long beforeNs = System.nanoTime();
        final String ready = await(SenderSession.READY, READY_TIMEOUT_NS);
        final long readNs = Long.parseLong(ready.substring(SenderSession.READY.length()));
        if (readNs - beforeNs < 0 || System.nanoTime() - readNs < 0)
        {
            throw new IllegalStateException("the clock of the sender's process is another than ours");
        }
    }

    private String await(final String expected, final long timeoutNs)
    {
        final long deadlineNs = System.nanoTime() + timeoutNs;
        while (System.nanoTime() - deadlineNs < 0)
        {
            final String answer = poll();
            if (null != answer && answer.startsWith(expected))
            {
                return answer;
            }
            LockSupport.parkNanos(POLL_NS);
        }
        throw failure("has not said " + expected.trim() + " in time");
    }

    /** @return its next answer, or null if there is none now. */
    private String poll()
    {
        try
        {
            final boolean isAlive = process.isAlive();
            while (answers.ready())
            {
                final String line = answers.readLine();
                if (line.startsWith(SenderSession.PREFIX))
                {
                    return line.substring(SenderSession.PREFIX.length());
                }
            }
            if (!isAlive)
            {
                throw failure("has ended with exit code " + process.exitValue());
            }
            return null;
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }

    private void tell(final String line)
    {
        try
        {
            commands.write(line + "\n");
            commands.flush();
        }
        catch (final IOException ex)
        {
            throw failure("takes no more commands");
        }
    }

    private IllegalStateException failure(final String what)
    {
        String complaint;
        try
        {
            complaint = Files.readString(errorFile(scratch)).lines()
                .filter(line -> line.startsWith("FAIL") || line.startsWith("expected"))
                .findFirst().orElse("nothing said why");
        }
        catch (final IOException ex)
        {
            complaint = ex.toString();
        }
        return new IllegalStateException("the sender " + what + ": " + complaint);
    }

    private static Path errorFile(final ScratchDirectory scratch)
    {
        return scratch.path().resolve("sender.err");
    }
}
