package io.tailrace.engine.simulation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

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

    private long seeds;
    private long crashes;
    private long restored;
    private long compared;
    private long results;

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

    /** @return what is wrong with a world; null: nothing. */
    Throwable failure(final long seed)
    {
        return attempt(seed, null);
    }

    /** @return counts of all that was run. */
    String summary()
    {
        return seeds + " seeds, " + crashes + " crashes, " + restored + " checkpoints restored, " + compared +
            " results compared, " + results + " results";
    }

    long crashes()
    {
        return crashes;
    }

    long restored()
    {
        return restored;
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
            seeds++;
            crashes += world.crashes();
            restored += world.restored();
            compared += world.compared();
            results += world.resultCount();
            return null;
        }
        catch (final RuntimeException | AssertionError ex)
        {
            return ex;
        }
    }
}
