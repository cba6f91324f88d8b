package io.tailrace.engine.simulation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;

/**
 * Runs worlds from seeds, and tells what happened in one that is wrong.
 */
final class ProtocolSimulation
{
    /** Runs this seed alone. */
    static final String SEED_PROPERTY = "tailrace.simulation.seed";

    private static final int TRACE_LENGTH = 12_000;
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");

    private final Mutation mutation;
    private final Path dir;

    private final LongAdder seeds = new LongAdder();
    private final LongAdder crashes = new LongAdder();
    private final LongAdder restored = new LongAdder();
    private final LongAdder compared = new LongAdder();
    private final LongAdder results = new LongAdder();
    private final LongAdder duplicates = new LongAdder();

    ProtocolSimulation(final Mutation mutation)
    {
        this.mutation = mutation;
        try
        {
            dir = Files.isWritable(SHARED_MEMORY) ?
                Files.createTempDirectory(SHARED_MEMORY, "tailrace-simulation-") :
                Files.createTempDirectory("tailrace-simulation-");
            dir.toFile().deleteOnExit();
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }

    /**
     * Runs one world.
     *
     * @throws AssertionError naming the seed and how to run it again, with the last steps.
     */
    void run(final long seed)
    {
        final Throwable failure = failure(seed);
        if (null != failure)
        {
            final StringBuilder trace = new StringBuilder();
            final Throwable again = attempt(seed, trace);
            throw new AssertionError("seed " + seed + ", again with -D" + SEED_PROPERTY + "=" + seed + ": " + failure +
                (null != again && again.toString().equals(failure.toString()) ? "" : "\nbut then " + again) + "\n" +
                trace.substring(Math.max(0, trace.length() - TRACE_LENGTH)), failure);
        }
    }

    /**
     * Runs many worlds, two at a time; the mutation must have no state.
     *
     * @throws AssertionError as {@link #run(long)}, of the first seed that is seen to fail.
     */
    void runAll(final long firstSeed, final long lastSeed)
    {
        final AtomicLong next = new AtomicLong(firstSeed);
        final AtomicReference<Throwable> failed = new AtomicReference<>();
        final Runnable worker = () ->
        {
            try
            {
                for (long seed = next.getAndIncrement(); seed < lastSeed && null == failed.get();
                    seed = next.getAndIncrement())
                {
                    run(seed);
                }
            }
            catch (final RuntimeException | Error ex)
            {
                failed.compareAndSet(null, ex);
            }
        };
        final Thread other = new Thread(worker, "simulation");
        other.start();
        worker.run();
        try
        {
            other.join();
        }
        catch (final InterruptedException ex)
        {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(ex);
        }
        if (null != failed.get())
        {
            throw new AssertionError(failed.get().getMessage(), failed.get());
        }
    }

    /** @return what is wrong with a world; null: nothing. */
    Throwable failure(final long seed)
    {
        return attempt(seed, null);
    }

    /** @return counts of all that was run. */
    String summary()
    {
        return seeds + " seeds, " + crashes + " crashes, " + restored + " checkpoints restored, " + compared +
            " results compared, " + results + " results, " + duplicates + " of them duplicates";
    }

    long crashes()
    {
        return crashes.sum();
    }

    long restored()
    {
        return restored.sum();
    }

    long duplicates()
    {
        return duplicates.sum();
    }

    private Throwable attempt(final long seed, final StringBuilder trace)
    {
        final Path worldDir = dir.resolve(Long.toString(seed));
        try
        {
            Files.createDirectories(worldDir);
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
        try (SimulatedWorld world = new SimulatedWorld(seed, worldDir, mutation, trace))
        {
            world.run();
            seeds.increment();
            crashes.add(world.crashes());
            restored.add(world.restored());
            compared.add(world.compared());
            results.add(world.resultCount());
            duplicates.add(world.duplicates());
            return null;
        }
        catch (final RuntimeException | AssertionError ex)
        {
            return ex;
        }
    }
}
