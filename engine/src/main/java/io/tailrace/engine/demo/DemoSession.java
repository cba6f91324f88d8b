package io.tailrace.engine.demo;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

import io.tailrace.engine.Engine;
import io.tailrace.engine.ResultSubscription;
import io.tailrace.engine.config.DeliveryMode;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.SourceConfig;
import io.tailrace.engine.monitor.LedgerReport;
import io.tailrace.engine.stage.StageView;
import org.HdrHistogram.Histogram;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.SleepingMillisIdleStrategy;

/**
 * One engine in this process, driver and archive with it, with one UDP source on loopback that is played to once.
 * <p>
 * Threading: one thread.
 */
final class DemoSession implements AutoCloseable
{
    static final String LOOPBACK = "127.0.0.1";

    private static final String SOURCE = "field";
    private static final int RECEIVE_BUFFER_LENGTH = 2 * 1024 * 1024;
    private static final int PROGRESS_INTERVAL = 100;
    private static final int FRAME_LIMIT = 64;
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(60);
    private static final long LOST_AFTER_NS = TimeUnit.SECONDS.toNanos(2);

    private final int port;
    private final Thread onExit;
    private Engine engine;
    private boolean isExiting;

    private long sent;
    private long datagrams;
    private long kernelDrops;
    private long sendingNs;
    private long drainedNs;
    private Histogram firstHalf;
    private Histogram secondHalf;

    /** With mode in-memory results are read while they come, since only the newest are kept; else null. */
    private ResultSubscription live;
    private final List<ResultRow> rows = new ArrayList<>();
    private final LiveHandler liveHandler = new LiveHandler();

    /**
     * @param config    without sources and data directory.
     * @param directory for its data.
     */
    DemoSession(final EngineConfig config, final DemoDirectory directory)
    {
        // An interrupted demo leaves nothing behind either, not even one that was interrupted while it was launched.
        onExit = new Thread(() -> release(directory), "demo-exit");
        Runtime.getRuntime().addShutdownHook(onExit);
        try
        {
            launch(config.toBuilder()
                .dataDir(directory.path())
                .source(SourceConfig.udp(SOURCE, new InetSocketAddress(LOOPBACK, 0))
                    .receiveBufferLength(RECEIVE_BUFFER_LENGTH)
                    .build())
                .build());
        }
        catch (final Throwable ex)
        {
            removeHook();
            throw ex;
        }
        port = engine.udpPort(SOURCE);
    }

    /**
     * Plays readings from a thread of their own and waits until they have become results.
     *
     * @param feed     what is sent.
     * @param readings how many that is.
     * @param rate     readings a second.
     * @param session  of the datagrams.
     * @param progress told now and then how many readings have been sent.
     * @throws IOException if the feed cannot be read.
     */
    void play(
        final ReadingFeed feed,
        final long readings,
        final double rate,
        final long session,
        final LongConsumer progress) throws IOException
    {
        final DatagramPlayer player =
            new DatagramPlayer(feed, port, engine::received, session, rate, RECEIVE_BUFFER_LENGTH);
        final long startNs = System.nanoTime();
        try (AgentRunner runner = new AgentRunner(
            new BackoffIdleStrategy(1, 1, 20_000, 200_000), Throwable::printStackTrace, null, player))
        {
            AgentRunner.startOnThread(runner);
            final IdleStrategy idle = new SleepingMillisIdleStrategy(1);
            for (int i = 0; !player.isDone(); i++)
            {
                requireRunning();
                readLive();
                if (i % PROGRESS_INTERVAL == 0)
                {
                    progress.accept(player.sent());
                }
                if (null == firstHalf && player.sent() >= readings / 2)
                {
                    firstHalf = engine.intervalLatency().copy();
                }
                idle.idle();
            }
        }
        if (player.failure() instanceof IOException failure)
        {
            throw failure;
        }
        if (null != player.failure())
        {
            throw new IllegalStateException("the player stopped", player.failure());
        }
        sent = player.sent();
        datagrams = player.datagrams();
        sendingNs = player.durationNs();
        awaitResults();
        drainedNs = System.nanoTime() - startNs;
        secondHalf = engine.intervalLatency().copy();
        if (null == firstHalf)
        {
            // It was over before we looked.
            firstHalf = new Histogram(secondHalf);
        }
        kernelDrops = UdpDrops.ofPort(port);
    }

    /**
     * Reads all results, from the first one, back from the results log.
     *
     * @param handler told of each, in their order.
     */
    void readBack(final Consumer<ResultRow> handler)
    {
        if (null != live)
        {
            readLive();
            rows.forEach(handler);
            return;
        }
        final ResultSubscription.ResultHandler onResult =
            (sequence, buffer, offset) -> handler.accept(ResultRow.of(buffer, offset));
        final long end = engine.view().nextResultSequence();
        final long deadlineNs = System.nanoTime() + TIMEOUT_NS;
        try (ResultSubscription results = engine.subscribe(0))
        {
            while (results.nextSequence() < end)
            {
                if (results.poll(onResult, FRAME_LIMIT) == 0)
                {
                    requireRunning();
                    require(System.nanoTime() < deadlineNs, "the results log ends at " + results.nextSequence() +
                        ", expected " + end + " results");
                    Thread.onSpinWait();
                }
            }
        }
    }

    LedgerReport ledger()
    {
        return engine.ledger();
    }

    StageView view()
    {
        return engine.view();
    }

    /** @return latencies while the first half was sent, from ingest stamp to append in the results log, ns. */
    Histogram firstHalf()
    {
        return firstHalf;
    }

    /** @return latencies after that. */
    Histogram secondHalf()
    {
        return secondHalf;
    }

    EngineConfig config()
    {
        return engine.config();
    }

    Path directory()
    {
        return engine.config().dataDir();
    }

    int port()
    {
        return port;
    }

    long sent()
    {
        return sent;
    }

    long datagrams()
    {
        return datagrams;
    }

    /** @return datagrams that the kernel dropped, or {@link UdpDrops#UNKNOWN}. */
    long kernelDrops()
    {
        return kernelDrops;
    }

    /** @return from the first datagram to the last, ns. */
    long sendingNs()
    {
        return sendingNs;
    }

    /** @return from the first datagram until everything was durable results, ns. */
    long drainedNs()
    {
        return drainedNs;
    }

    @Override
    public void close()
    {
        CloseHelper.close(live);
        engine.close();
        removeHook();
    }

    private synchronized void launch(final EngineConfig config)
    {
        require(!isExiting, "interrupted");
        engine = Engine.launch(new Engine.Context().config(config));
        if (config.mode() == DeliveryMode.IN_MEMORY)
        {
            live = engine.subscribe(0);
        }
    }

    private void removeHook()
    {
        try
        {
            Runtime.getRuntime().removeShutdownHook(onExit);
        }
        catch (final IllegalStateException ex)
        {
            // The process is ending already, and the hook does the rest.
            return;
        }
    }

    /** What was sent is taken, or has been missing for so long that it was dropped; what was taken is results. */
    private void awaitResults()
    {
        final IdleStrategy idle = new SleepingMillisIdleStrategy(1);
        long received = engine.received();
        long progressNs = System.nanoTime();
        while (received < sent && System.nanoTime() - progressNs < LOST_AFTER_NS)
        {
            requireRunning();
            readLive();
            idle.idle();
            progressNs = engine.received() == received ? progressNs : System.nanoTime();
            received = engine.received();
        }
        final long deadlineNs = System.nanoTime() + TIMEOUT_NS;
        // Once the last reading is judged, the end of the input, which came with it, is on the ring as well.
        while (judged() < received)
        {
            requireRunning();
            readLive();
            require(System.nanoTime() < deadlineNs, "readings are not judged after a minute");
            idle.idle();
        }
        require(engine.awaitDrained(TIMEOUT_NS), "results are not durable after a minute");
    }

    private void readLive()
    {
        while (null != live && live.poll(liveHandler, FRAME_LIMIT) > 0)
        {
            requireRunning();
        }
    }

    private long judged()
    {
        return engine.view().ledger().judged(0);
    }

    private void requireRunning()
    {
        final Throwable failure = engine.failure();
        if (null != failure)
        {
            throw new IllegalStateException("the engine has halted: " + failure.getMessage(), failure);
        }
    }

    private static void require(final boolean isGiven, final String problem)
    {
        if (!isGiven)
        {
            throw new IllegalStateException(problem);
        }
    }

    private void release(final DemoDirectory directory)
    {
        synchronized (this)
        {
            isExiting = true;
            if (null != engine)
            {
                engine.close();
            }
        }
        directory.close();
    }

    /** Keeps what comes. */
    private final class LiveHandler implements ResultSubscription.ResultHandler
    {
        @Override
        public void onResult(final long sequence, final DirectBuffer buffer, final int offset)
        {
            rows.add(ResultRow.of(buffer, offset));
        }

        @Override
        public void onMissed(final long fromSequence, final long toSequence)
        {
            throw new IllegalStateException("results " + fromSequence + " to " + toSequence +
                " were gone before they were read: this machine is too slow for this rate; use a smaller --rate");
        }
    }
}
