package io.tailrace.perf.certify;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Kills the server of a sink's database now and then, and starts it again, whatever the engine is doing: no phase is
 * aimed at but that a sink is connected.
 * <p>
 * Threading: one thread tells of kills and ends it; the server is killed on another.
 */
final class DatabaseKills implements AutoCloseable
{
    private static final long SINK_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(10);
    private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final int RANGE_MS = 400;
    private static final long END_TIMEOUT_S = 120;

    private final PostgresServer server;
    private final int wanted;
    private final int everyEngineKills;
    private final Random random;
    private final List<Future<Boolean>> kills = new ArrayList<>();
    private final ExecutorService executor = Executors.newSingleThreadExecutor((task) ->
    {
        final Thread thread = new Thread(task, "database-kills");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * @param server      to be killed; not started, stopped or closed meanwhile.
     * @param wanted      how often.
     * @param engineKills over which that is spread.
     * @param seed        of what is random.
     */
    DatabaseKills(final PostgresServer server, final int wanted, final int engineKills, final long seed)
    {
        this.server = server;
        this.wanted = wanted;
        everyEngineKills = Math.max(1, engineKills / Math.max(1, wanted));
        random = new Random(seed);
    }

    /** An engine was killed; the next one is about to be started. */
    void onEngineKill(final int number)
    {
        if (number % everyEngineKills == 0 && kills.size() < wanted)
        {
            final long delayNs = TimeUnit.MILLISECONDS.toNanos(random.nextInt(RANGE_MS));
            kills.add(executor.submit(() -> kill(delayNs)));
        }
    }

    /** Waits until the server has answered again after the last kill. */
    void end() throws InterruptedException
    {
        executor.shutdown();
        if (!executor.awaitTermination(END_TIMEOUT_S, TimeUnit.SECONDS))
        {
            throw new CertifyException("PostgreSQL does not come back");
        }
        withSink();
    }

    /** Kills in all; after {@link #end}. */
    int sent()
    {
        return kills.size();
    }

    /** Kills while a sink was connected; after {@link #end}. */
    int withSink() throws InterruptedException
    {
        int withSink = 0;
        for (final Future<Boolean> kill : kills)
        {
            try
            {
                withSink += kill.get() ? 1 : 0;
            }
            catch (final ExecutionException ex)
            {
                throw new CertifyException("PostgreSQL: " + ex.getCause().getMessage());
            }
        }
        return withSink;
    }

    @Override
    public void close()
    {
        executor.shutdownNow();
    }

    /** Answers whether a sink was connected just before. */
    private boolean kill(final long delayNs) throws IOException, InterruptedException
    {
        final long deadlineNs = System.nanoTime() + SINK_TIMEOUT_NS;
        while (!server.hasSink() && System.nanoTime() - deadlineNs < 0)
        {
            LockSupport.parkNanos(LOOK_NS);
        }
        LockSupport.parkNanos(delayNs);
        final boolean hasSink = server.hasSink();
        server.kill();
        server.launch();
        return hasSink;
    }
}
