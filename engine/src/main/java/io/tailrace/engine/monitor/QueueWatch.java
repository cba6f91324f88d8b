package io.tailrace.engine.monitor;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

import io.aeron.Aeron;
import io.aeron.Subscription;
import io.tailrace.engine.config.SourceConfig;
import io.tailrace.engine.queue.BackPressure;
import io.tailrace.engine.queue.Bottleneck;
import io.tailrace.engine.queue.PipelineStage;
import io.tailrace.engine.queue.SampledQueue;
import io.tailrace.engine.queue.WatchedQueue;
import io.tailrace.engine.sink.SinkStatus;
import io.tailrace.engine.stage.StageView;
import org.agrona.concurrent.EpochNanoClock;

/**
 * All queues of an engine, from the sockets to the sinks, and the bottleneck.
 * <pre>
 *   udp:SOURCE, aeron:SOURCE --&gt; ring --&gt; journal --&gt; results-ring --&gt; results-log --&gt; sink:NAME
 *                                                             `--&gt; checkpoint
 * </pre>
 * Threading: {@link #look}, {@link #onSecond} and {@link #close} by the monitor's thread, all else by any.
 */
final class QueueWatch implements AutoCloseable
{
    private final MonitoredEngine engine;
    private final Aeron aeron;
    private final EpochNanoClock clock;
    private final KernelSockets sockets;
    private final List<AeronBacklog> subscriptions = new ArrayList<>();
    private final List<SampledQueue> sampled = new ArrayList<>();
    private final List<WatchedQueue> queues = new ArrayList<>();
    private final Bottleneck bottleneck;
    private final StageView view;

    /**
     * @param engine whose queues they are.
     * @param aeron  client of its driver; null: its subscriptions are not looked at.
     */
    QueueWatch(final MonitoredEngine engine, final Aeron aeron)
    {
        this.engine = engine;
        this.aeron = aeron;
        clock = engine.queues().clock();
        sockets = new KernelSockets(engine.ingress());
        bottleneck =
            new Bottleneck(engine.queues().pressures(), engine.queues().released(), clock.nanoTime());
        view = engine.copyOfView();
        for (int i = 0; i < engine.config().sources().size(); i++)
        {
            addSource(i, engine.config().sources().get(i));
        }
        queues.addAll(engine.queues().queues());
        for (final SinkStatus sink : engine.sinks())
        {
            // The sequences are those of one view, and the lag is told from one position of the sink.
            add(new SampledQueue(
                "sink:" + sink.name(),
                view::nextResultSequence,
                () -> view.nextResultSequence() - sink.lag(engine.epoch(), view.nextResultSequence()),
                WatchedQueue.UNBOUNDED));
        }
        engine.queues().sampled().forEach(this::add);
    }

    /** Looks at everything that does not tell by itself how it changes. */
    void look()
    {
        sockets.poll();
        for (int i = 0; i < subscriptions.size(); i++)
        {
            subscriptions.get(i).look();
        }
        engine.view().copyTo(view);
        final long nowNs = clock.nanoTime();
        for (int i = 0; i < sampled.size(); i++)
        {
            sampled.get(i).look(nowNs);
        }
        for (int i = 0; i < queues.size(); i++)
        {
            queues.get(i).look();
        }
    }

    /** Looks for the bottleneck of the last second. */
    void onSecond()
    {
        bottleneck.update(clock.nanoTime());
    }

    /** @return all queues, in the direction of the flow. */
    List<WatchedQueue> queues()
    {
        return queues;
    }

    /** @return time under back pressure of each stage; empty if it is not measured. */
    List<BackPressure> pressures()
    {
        return engine.queues().pressures();
    }

    /** @return the stage that is the bottleneck. */
    PipelineStage bottleneck()
    {
        return bottleneck.stage();
    }

    /** @return how long something stays in a queue that knows, ns. */
    long dwellNs(final WatchedQueue queue)
    {
        return queue.meter().dwellNs(clock.nanoTime());
    }

    @Override
    public void close()
    {
        sockets.close();
    }

    private void addSource(final int source, final SourceConfig config)
    {
        final int port = engine.sources().udpPort(source);
        if (port != 0)
        {
            final InetSocketAddress address = config.udp();
            final LongSupplier waiting = sockets.watch(source, address.isUnresolved() ?
                new InetSocketAddress(address.getHostString(), port) :
                new InetSocketAddress(address.getAddress(), port));
            final int capacity = engine.sources().receiveBufferLength(source);
            queues.add(new WatchedQueue("udp:" + config.name(), waiting, () -> capacity, null));
        }
        final Subscription subscription = engine.sources().subscription(source);
        if (null != subscription && null != aeron)
        {
            final AeronBacklog backlog = new AeronBacklog(aeron, subscription, engine.receiverWindowLength());
            subscriptions.add(backlog);
            queues.add(new WatchedQueue("aeron:" + config.name(), backlog::depth, backlog::capacity, null));
        }
    }

    private void add(final SampledQueue queue)
    {
        sampled.add(queue);
        queues.add(queue.watched());
    }
}
