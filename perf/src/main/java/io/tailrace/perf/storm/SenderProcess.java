package io.tailrace.perf.storm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.tailrace.perf.certify.ChildProcess;

/**
 * A sending process, as the rig sees it. The two agree on times by {@code System.nanoTime()}, which on Linux is one
 * clock for all processes.
 * <p>
 * Threading: one thread.
 */
public final class SenderProcess implements AutoCloseable
{
    private static final long READY_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(60);
    private static final long END_TIMEOUT_S = 150;
    private static final long POLL_NS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final String HEAP = "128m";

    private final SenderSettings settings;
    private final Path dir;
    private final ChildProcess process;

    /**
     * How far it is.
     *
     * @param due     readings that are due.
     * @param sent    of them.
     * @param waiting datagrams that are not settled.
     */
    record Progress(long due, long sent, long waiting)
    {
        static final Progress NONE = new Progress(0, 0, 0);

        /** @return readings that are settled, at least. */
        long settled()
        {
            return Math.max(0, sent - waiting * Gateway.MAX_READINGS);
        }
    }

    /**
     * What was due and sent when it was told to hold.
     *
     * @param due      readings, those that an earlier hold has left out not counted.
     * @param sent     readings.
     * @param refusals how often a window was full.
     */
    public record Held(long due, long sent, long refusals)
    {
    }

    private SenderProcess(final SenderSettings settings, final Path dir, final ChildProcess process)
    {
        this.settings = settings;
        this.dir = dir;
        this.process = process;
    }

    /**
     * Starts one.
     *
     * @param dir where its settings, its output and its report go.
     */
    public static SenderProcess start(final Path dir, final SenderSettings settings) throws IOException
    {
        final Path file = dir.resolve(settings.name() + ".settings");
        settings.save(file);
        return new SenderProcess(settings, dir, ChildProcess.start(
            dir, "sender-" + settings.name(), HEAP, SenderMain.class.getName(),
            List.of(file.toString(), dir.toString())));
    }

    /** Waits until it is connected. Its clock must read what ours does. */
    public void awaitReady() throws IOException
    {
        final long beforeNs = System.nanoTime();
        while (null == last(SenderMain.READY))
        {
            requireAlive();
            if (System.nanoTime() - beforeNs > READY_TIMEOUT_NS)
            {
                throw new IllegalStateException(name() + " is not ready in time: " + process.err());
            }
            LockSupport.parkNanos(POLL_NS);
        }
        if (System.nanoTime() - Long.parseLong(last(SenderMain.READY)) < 0)
        {
            throw new IllegalStateException("the clock of " + name() + " is another than ours");
        }
    }

    /** Has so many more readings become due at once. */
    void release(final long count) throws IOException
    {
        process.tell(SenderMain.RELEASE + count);
    }

    /** Has readings become due on a schedule. */
    public void schedule(final long startNs, final long rate) throws IOException
    {
        process.tell(SenderMain.SCHEDULE + startNs + " " + rate);
    }

    /** Begins a phase with the readings that become due from now on. */
    void begin(final Phase phase) throws IOException
    {
        process.tell(SenderMain.PHASE + phase.name());
    }

    /** @return how far it was half a second ago at most. */
    Progress progress() throws IOException
    {
        final String line = last(SenderMain.PROGRESS);
        if (null == line)
        {
            return Progress.NONE;
        }
        final String[] words = line.split(" ");
        return new Progress(Long.parseLong(words[0]), Long.parseLong(words[1]), Long.parseLong(words[2]));
    }

    /** @return whether so many readings are settled, all that were released. */
    boolean hasSettled(final long count) throws IOException
    {
        requireAlive();
        final String line = last(SenderMain.SETTLED);
        return count == 0 || null != line && Long.parseLong(line) >= count;
    }

    /**
     * Has what is due and was not sent yet stay where it is.
     *
     * @return what was due until now, and sent; of all phases.
     */
    public Held hold() throws IOException
    {
        final String before = last(SenderMain.HELD);
        process.tell(SenderMain.HOLD);
        String held = before;
        while (null == held || held.equals(before))
        {
            requireAlive();
            LockSupport.parkNanos(POLL_NS);
            held = last(SenderMain.HELD);
        }
        final String[] words = held.split(" ");
        return new Held(Long.parseLong(words[0]), Long.parseLong(words[1]), Long.parseLong(words[2]));
    }

    /** Has no more readings become due, and what is due settled. */
    public void end() throws IOException
    {
        process.tell(SenderMain.END);
    }

    /**
     * Waits for its end. After {@link #end}.
     *
     * @throws IOException if it has left no report.
     */
    public SenderReport awaitReport() throws IOException, InterruptedException
    {
        process.awaitEnd(END_TIMEOUT_S);
        if (!Files.exists(dir.resolve(settings.name() + ".counts")))
        {
            throw new IOException(name() + " has left no report: " + process.err());
        }
        return SenderReport.read(dir, settings.name());
    }

    /** @return what it sends. */
    Fleet fleet()
    {
        return settings.fleet();
    }

    /** @return what it has complained of. */
    String complaint() throws IOException
    {
        return process.err().strip();
    }

    @Override
    public void close()
    {
        process.close();
    }

    private String name()
    {
        return "the sender of " + settings.name();
    }

    /** What follows a word in the last whole line that begins with it; null: there is none yet. */
    private String last(final String word) throws IOException
    {
        final String out = process.out();
        String found = null;
        int from = 0;
        for (int end = out.indexOf('\n'); end >= 0; end = out.indexOf('\n', from))
        {
            if (out.startsWith(word, from))
            {
                found = out.substring(from + word.length(), end).strip();
            }
            from = end + 1;
        }
        return found;
    }

    private void requireAlive() throws IOException
    {
        if (!process.isAlive())
        {
            throw new IllegalStateException(name() + " has ended by itself: " + process.err());
        }
    }
}
