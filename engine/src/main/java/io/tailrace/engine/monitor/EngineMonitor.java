package io.tailrace.engine.monitor;

import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

import io.aeron.Aeron;
import org.agrona.CloseHelper;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.agrona.concurrent.SystemNanoClock;

/**
 * Shows a running engine to the outside: Aeron counters, latency log, kernel drops, queues, and HTTP if the
 * configuration has an address for it. Its errors are told and never halt the engine.
 * <p>
 * Threading: two threads, {@code monitor} and {@code http}; {@link #close} by the engine.
 */
public final class EngineMonitor implements AutoCloseable
{
    private static final long INTERVAL_MS = TimeUnit.SECONDS.toMillis(1) / 10;

    private final AgentRunner runner;
    private final QueueWatch queues;
    private MonitorHttp http;

    private EngineMonitor(final Aeron aeron, final MonitoredEngine engine)
    {
        queues = new QueueWatch(engine, aeron);
        final LatencyLog log = openLog(engine, queues);
        runner = new AgentRunner(
            new SleepingMillisIdleStrategy(INTERVAL_MS),
            engine.errors(),
            null,
            new MonitorAgent(
                SystemNanoClock.INSTANCE, new EngineCounters(aeron, engine, queues), queues, engine.latency(), log));
    }

    /**
     * Starts to look at an engine.
     *
     * @param aeron  client for the counters, which frees them when it closes; outlives the monitor.
     * @param engine what it shows.
     * @return the monitor, running.
     * @throws io.tailrace.engine.config.ConfigurationException if the HTTP address cannot be bound.
     */
    public static EngineMonitor start(final Aeron aeron, final MonitoredEngine engine)
    {
        final EngineMonitor monitor = new EngineMonitor(aeron, engine);
        try
        {
            if (null != engine.config().http())
            {
                monitor.http = new MonitorHttp(engine.config().http(), engine, monitor.queues, engine.errors());
            }
            AgentRunner.startOnThread(monitor.runner);
            return monitor;
        }
        catch (final RuntimeException ex)
        {
            CloseHelper.quietClose(monitor);
            throw ex;
        }
    }

    /** @return where HTTP is served, with the actual port; null: nowhere. */
    public InetSocketAddress httpAddress()
    {
        return null == http ? null : http.address();
    }

    /** Looks a last time and stops; before anything that the engine shows is closed. */
    @Override
    public void close()
    {
        CloseHelper.closeAll(http, runner);
    }

    private static LatencyLog openLog(final MonitoredEngine engine, final QueueWatch queues)
    {
        try
        {
            return new LatencyLog(engine.config().dataDir(), LatencyLog.MAX_LENGTH);
        }
        catch (final RuntimeException ex)
        {
            queues.close();
            throw ex;
        }
    }
}
