package io.tailrace.engine.sink;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import io.tailrace.codec.IdCollisionException;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.SinkConfig;
import io.tailrace.engine.config.SinkResults;
import io.tailrace.engine.retention.LogFollowers;
import io.tailrace.engine.tail.ResultCells;
import io.tailrace.engine.tail.ResultKind;
import org.agrona.ErrorHandler;

/**
 * All sinks of an engine, each on a thread of its own, which may wait for disks and networks as long as it takes.
 * <p>
 * Threading: {@link #start} and {@link #close} by the engine; queries from any thread.
 */
public final class Sinks implements LogFollowers, AutoCloseable
{
    private static final long DRAIN_NS = TimeUnit.SECONDS.toNanos(10);
    private static final long ABORT_NS = TimeUnit.SECONDS.toNanos(2);

    private final ResultSource source;
    private final List<SinkTask> tasks = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    private Sinks(final ResultSource source)
    {
        this.source = source;
    }

    /**
     * Starts the sinks of a configuration. What a sink cannot open it tries to open until it can: a start never fails
     * for one.
     *
     * @param config       of the engine.
     * @param dataId       of its data directory.
     * @param log          results of the engine, which outlives the sinks.
     * @param errorHandler told of the errors of sinks, by their threads: of those that are alike once until the sink
     *                     has caught up. None is the engine's.
     * @return the sinks, to be closed while the log can still be read.
     */
    public static Sinks start(
        final EngineConfig config, final String dataId, final ResultsLog log, final ErrorHandler errorHandler)
    {
        final Sinks sinks = new Sinks(log);
        for (final SinkConfig sink : config.sinks())
        {
            sinks.add(new SinkTask(
                new SinkStatus(sink.name()),
                kinds(sink.results()),
                log,
                writers(sink, dataId, config),
                new Backoff(new SplittableRandom()),
                errorHandler));
        }
        sinks.threads.forEach(Thread::start);
        return sinks;
    }

    /** @return how each of them is doing, in the order of the configuration. */
    public List<SinkStatus> statuses()
    {
        return tasks.stream().map(SinkTask::status).toList();
    }

    @Override
    public long floor()
    {
        return tasks.stream().mapToLong(SinkTask::floor).min().orElse(Long.MAX_VALUE);
    }

    @Override
    public String overtake(final long position)
    {
        return tasks.stream().filter(task -> task.overtake(position)).map(task -> task.status().name())
            .collect(Collectors.joining(", "));
    }

    /** @return whether a thread is that of a sink. */
    public boolean isOwnThread(final Thread thread)
    {
        return threads.contains(thread);
    }

    /**
     * Lets those that are connected write what is durable now, for ten seconds at most, and ends all of them. What is
     * left out comes with the next start.
     */
    @Override
    public void close()
    {
        final long deadlineNs = System.nanoTime() + DRAIN_NS;
        final long endPosition = tasks.isEmpty() ? 0 : source.endPosition();
        tasks.forEach(task -> task.stop(endPosition, deadlineNs));
        final boolean isInterrupted = awaitEnd(deadlineNs);
        tasks.forEach(SinkTask::abort);
        if (awaitEnd(System.nanoTime() + ABORT_NS) || isInterrupted)
        {
            Thread.currentThread().interrupt();
        }
    }

    private void add(final SinkTask task)
    {
        tasks.add(task);
        final Thread thread = new Thread(task, "sink-" + task.status().name());
        // One that hangs in a file system must not keep the process.
        thread.setDaemon(true);
        threads.add(thread);
    }

    private boolean awaitEnd(final long deadlineNs)
    {
        boolean isInterrupted = false;
        for (final Thread thread : threads)
        {
            try
            {
                final long leftMs = TimeUnit.NANOSECONDS.toMillis(deadlineNs - System.nanoTime());
                thread.join(Math.max(1, leftMs));
            }
            catch (final InterruptedException ex)
            {
                isInterrupted = true;
            }
        }
        return isInterrupted;
    }

    static Set<ResultKind> kinds(final Set<SinkResults> results)
    {
        final Set<ResultKind> kinds = EnumSet.noneOf(ResultKind.class);
        for (final SinkResults wanted : results)
        {
            kinds.add(switch (wanted)
            {
                case WINDOWS -> ResultKind.WINDOW;
                case LATE -> ResultKind.LATE;
                case REJECTED -> ResultKind.REJECTED;
                case DUPLICATES -> ResultKind.DUPLICATE;
                case ALERTS -> ResultKind.ALERT;
            });
        }
        return kinds;
    }

    private static Supplier<SinkWriter> writers(
        final SinkConfig sink, final String dataId, final EngineConfig config)
    {
        final ResultCells cells = cells(config);
        if (null != sink.file())
        {
            return () -> fileSink(sink, dataId, cells);
        }
        final SinkDatabase database = new SinkDatabase(sink.name(), sink.jdbc(), System::getenv);
        return () -> new JdbcSink(sink.name(), dataId, sink.jdbc(), database, cells);
    }

    private static FileSink fileSink(final SinkConfig sink, final String dataId, final ResultCells cells)
    {
        try
        {
            return new FileSink(sink.name(), dataId, sink.file(), cells);
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }

    private static ResultCells cells(final EngineConfig config)
    {
        try
        {
            return new ResultCells(config);
        }
        catch (final IdCollisionException ex)
        {
            throw new IllegalArgumentException("metrics with the same id, which a configuration never has", ex);
        }
    }
}
