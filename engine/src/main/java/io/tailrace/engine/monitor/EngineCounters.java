package io.tailrace.engine.monitor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

import io.aeron.Aeron;
import io.aeron.Counter;
import io.tailrace.engine.checkpoint.CheckpointView;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.SourceConfig;
import io.tailrace.engine.config.Transport;
import io.tailrace.engine.ingress.IngressLedger;
import io.tailrace.engine.operator.KeyedOperator;
import io.tailrace.engine.operator.OperatorLedger;
import io.tailrace.engine.overload.BacklogView;
import io.tailrace.engine.overload.OverloadCount;
import io.tailrace.engine.queue.BackPressure;
import io.tailrace.engine.queue.WatchedQueue;
import io.tailrace.engine.stage.StageView;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The engine's numbers as Aeron counters, readable with Aeron's own tools without touching the engine. Registered a
 * few at a time, since each takes a round trip to the driver; freed when the engine's client closes.
 * <p>
 * Threading: one thread. Allocation-free when all are registered.
 */
final class EngineCounters
{
    private static final int REGISTRATIONS_PER_UPDATE = 64;
    private static final int MAX_LABEL_LENGTH = 380;
    private static final double MILLION = 1e6;

    private final Aeron aeron;
    private final MonitoredEngine engine;
    private final StageView view;
    private final List<Entry> entries = new ArrayList<>();
    private final UnsafeBuffer key = new UnsafeBuffer(new byte[Integer.BYTES]);
    private int registered;

    EngineCounters(final Aeron aeron, final MonitoredEngine engine, final QueueWatch queues)
    {
        this.aeron = aeron;
        this.engine = engine;
        view = engine.copyOfView();
        final EngineConfig config = engine.config();
        addEngine();
        for (int i = 0; i < engine.threads().size(); i++)
        {
            addThread(i, engine.threads().get(i));
        }
        for (int i = 0; i < queues.queues().size(); i++)
        {
            addQueue(i, queues.queues().get(i), queues);
        }
        for (int i = 0; i < queues.pressures().size(); i++)
        {
            addStage(i, queues.pressures().get(i), queues);
        }
        for (int i = 0; i < config.sources().size(); i++)
        {
            addSource(i, config.sources().get(i));
        }
        final List<String> operators = config.operatorNames();
        for (int i = 0; i < operators.size(); i++)
        {
            addOperator(i, operators.get(i));
        }
    }

    /** Registers some of the counters that are not yet, and sets all others to what the engine shows now. */
    void update()
    {
        final int limit = Math.min(entries.size(), registered + REGISTRATIONS_PER_UPDATE);
        while (registered < limit)
        {
            register(entries.get(registered));
            registered++;
        }
        engine.view().copyTo(view);
        for (int i = 0; i < registered; i++)
        {
            final Entry entry = entries.get(i);
            // The client closes its counters itself, and unmaps them a while later, if it loses the driver.
            if (!entry.counter.isClosed())
            {
                entry.counter.setRelease(entry.value.getAsLong());
            }
        }
    }

    private void addEngine()
    {
        add(CounterType.RING_DEPTH, "", 0, engine::ringDepth);
        add(CounterType.RESULTS, "", 0, view::nextResultSequence);
        add(CounterType.DEVICES, "", 0, view::deviceCount);
        add(CounterType.JOURNAL_POSITION, "", 0, engine.journalPosition());
        add(CounterType.RESULTS_POSITION, "", 0, engine.resultsPosition());
        add(CounterType.WATERMARK, "", 0, view::watermarkNs);
        add(CounterType.ENGINE_TIME, "", 0, view::engineTimeNs);
        add(CounterType.ERRORS, "", 0, engine.errors()::count);
        add(CounterType.QUARANTINED_DEVICES, "", 0, view.quarantine()::devices);
        add(CounterType.QUARANTINE_ENTERED, "", 0, view.quarantine()::entered);
        add(CounterType.DISK_USED, "", 0, engine.disk()::used);
        add(CounterType.DISK_FREE, "", 0, engine.disk()::free);
        add(CounterType.DISK_LEVEL, "", 0, () -> engine.disk().level().percent());
        add(CounterType.PURGED_SEGMENTS, "", 0, engine.disk()::purgedSegments);
        add(CounterType.BLOCKED_PURGES, "", 0, engine.disk()::blockedPurges);
        if (engine.backlog().isOn())
        {
            add(CounterType.BACKLOG_SLOTS, "", 0, engine.backlog()::slots);
            add(CounterType.BACKLOG_UNTRACKED, "", 0, engine.backlog()::untracked);
        }
        addCheckpoints();
    }

    private void addCheckpoints()
    {
        final CheckpointView checkpoints = engine.checkpoints();
        add(CounterType.CHECKPOINTS, "", 0, checkpoints.counts()::completed);
        add(CounterType.CHECKPOINTS_GIVEN_UP, "", 0, checkpoints.counts()::givenUp);
        add(CounterType.CHECKPOINT_NUMBER, "", 0, checkpoints.counts()::lastNumber);
        add(CounterType.CHECKPOINT_BYTES, "", 0, checkpoints.counts()::lastBytes);
        add(CounterType.CHECKPOINT_DURATION, "", 0, checkpoints.counts()::lastDurationNs);
        add(CounterType.CHECKPOINT_AGE, "", 0, checkpoints::ageNs);
        add(CounterType.JOURNAL_BEHIND, "", 0, checkpoints::journalBytesBehind);
        add(CounterType.PREDICTED_RECOVERY, "", 0, checkpoints::predictedRecoveryNs);
    }

    private void addThread(final int index, final TrackedAgent thread)
    {
        add(CounterType.MAX_CYCLE, thread.roleName(), index, thread::maxCycleNs);
        add(CounterType.STALLS, thread.roleName(), index, thread::stalls);
    }

    private void addQueue(final int index, final WatchedQueue queue, final QueueWatch queues)
    {
        add(CounterType.QUEUE_DEPTH, queue.name(), index, queue::depth);
        add(CounterType.QUEUE_CAPACITY, queue.name(), index, queue::capacity);
        add(CounterType.QUEUE_HIGH_WATER, queue.name(), index, queue::highWater);
        if (queue.hasDwell())
        {
            add(CounterType.QUEUE_DWELL, queue.name(), index, () -> queues.dwellNs(queue));
            add(CounterType.QUEUE_MAX_DWELL, queue.name(), index, queue.meter()::maxDwellNs);
        }
    }

    private void addStage(final int index, final BackPressure pressure, final QueueWatch queues)
    {
        add(CounterType.BACK_PRESSURE, pressure.stage().text(), index, pressure::totalNs);
        add(CounterType.BOTTLENECK, pressure.stage().text(), index,
            () -> queues.bottleneck() == pressure.stage() ? 1 : 0);
    }

    private void addSource(final int index, final SourceConfig source)
    {
        final IngressLedger ingress = engine.ingress();
        final OperatorLedger judged = view.ledger();
        add(CounterType.RECEIVED, source.name(), index, () -> ingress.received(index));
        add(CounterType.ACCEPTED, source.name(), index, () -> judged.accepted(index));
        add(CounterType.REJECTED, source.name(), index, () -> rejected(judged, index));
        add(CounterType.MALFORMED, source.name(), index, () -> ingress.malformed(index));
        add(CounterType.KERNEL_DROPS, source.name(), index,
            () -> ingress.refused(index, IngressLedger.KERNEL_DROPS));
        for (final OverloadCount count : OverloadCount.values())
        {
            if (!source.isCritical() && count.isPossible(engine.config().overload()))
            {
                add(type(count), source.name(), index, () -> ingress.refused(index, count.code()));
            }
        }
        if (source.transport() == Transport.EMBEDDED)
        {
            add(CounterType.OFFERS_REFUSED, source.name(), index, () -> ingress.refusedOffers(index));
        }
        if (source.ack())
        {
            add(CounterType.RESENT, source.name(), index, () -> ingress.refused(index, IngressLedger.RESENT));
            add(CounterType.ACKS, source.name(), index, () -> ingress.acks(index));
            add(CounterType.SESSIONS, source.name(), index, () -> ingress.sessions(index));
            add(CounterType.UNTRACKED, source.name(), index, () -> ingress.untracked(index));
        }
        if (engine.backlog().isOn(index))
        {
            addBacklog(index, source.name());
        }
    }

    private void addBacklog(final int index, final String source)
    {
        final BacklogView backlog = engine.backlog();
        add(CounterType.BACKLOG_DEVICES, source, index, () -> backlog.devices(index));
        add(CounterType.BACKLOG_LAG, source, index, () -> backlog.lagMs(index));
        add(CounterType.BACKLOG_MAX_LAG, source, index, () -> backlog.greatestLagMs(index));
        add(CounterType.BACKLOG_ADMITTED, source, index, () -> backlog.admitted(index));
        add(CounterType.BACKLOG_PROGRESS, source, index, () -> Math.round(backlog.progress(index) * MILLION));
        add(CounterType.BACKLOG_ETA, source, index, () -> backlog.etaMs(index));
    }

    private void addOperator(final int index, final String name)
    {
        final OperatorLedger judged = view.ledger();
        add(CounterType.APPLIED, name, index, () -> judged.outcome(index, KeyedOperator.APPLIED));
        add(CounterType.FILTERED, name, index, () -> judged.outcome(index, KeyedOperator.FILTERED));
        add(CounterType.LATE, name, index, () -> judged.outcome(index, KeyedOperator.LATE));
        add(CounterType.EXHAUSTED, name, index,
            () -> judged.outcome(index, KeyedOperator.KEYS_EXHAUSTED) +
            judged.outcome(index, KeyedOperator.PANES_EXHAUSTED));
        add(CounterType.KEYS, name, index, () -> view.keyCount(index));
        add(CounterType.OVERFLOW_PANES, name, index, () -> view.overflowPanes(index));
    }

    private void add(final CounterType type, final String name, final int index, final LongSupplier value)
    {
        final String label = "tailrace " + engine.config().name() + ": " + type.scope() + " " +
            (name.isEmpty() ? "" : name + " ") + type.text();
        entries.add(new Entry(type, index, label, value));
    }

    private void register(final Entry entry)
    {
        key.putInt(0, entry.index, ByteOrder.LITTLE_ENDIAN);
        final ByteBuffer label = ByteBuffer.wrap(entry.label.getBytes(StandardCharsets.US_ASCII));
        entry.counter = aeron.addCounter(
            entry.type.id(),
            key,
            0,
            Integer.BYTES,
            new UnsafeBuffer(label),
            0,
            Math.min(label.capacity(), MAX_LABEL_LENGTH));
    }

    private static CounterType type(final OverloadCount count)
    {
        return switch (count)
        {
            case SHED_RATE_PER_DEVICE -> CounterType.SHED_RATE_PER_DEVICE;
            case SHED_RATE -> CounterType.SHED_RATE;
            case KEPT_SAMPLED -> CounterType.KEPT_SAMPLED;
            case RATE_UNTRACKED -> CounterType.RATE_UNTRACKED;
        };
    }

    private static long rejected(final OperatorLedger judged, final int source)
    {
        long sum = 0;
        for (int reason = 0; reason < OperatorLedger.REASONS; reason++)
        {
            sum += judged.rejected(source, reason);
        }
        return sum;
    }

    /** One counter and where its value comes from. */
    private static final class Entry
    {
        private final CounterType type;
        private final int index;
        private final String label;
        private final LongSupplier value;
        private Counter counter;

        Entry(final CounterType type, final int index, final String label, final LongSupplier value)
        {
            this.type = type;
            this.index = index;
            this.label = label;
            this.value = value;
        }
    }
}
