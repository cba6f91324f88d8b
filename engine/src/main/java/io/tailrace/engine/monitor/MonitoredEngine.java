package io.tailrace.engine.monitor;

import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import io.tailrace.engine.checkpoint.CheckpointView;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.ingress.IngressLedger;
import io.tailrace.engine.ingress.SourceView;
import io.tailrace.engine.overload.BacklogView;
import io.tailrace.engine.queue.EngineQueues;
import io.tailrace.engine.retention.DiskView;
import io.tailrace.engine.ring.EventRing;
import io.tailrace.engine.sink.SinkStatus;
import io.tailrace.engine.stage.StageView;

/**
 * What an engine shows of itself to its monitor. All of it may be asked by any thread at any time until the monitor is
 * closed.
 *
 * @param config           names and the address of the HTTP server.
 * @param ring             what is in flight.
 * @param view             what was judged.
 * @param ingress          what was received.
 * @param sources          what their transports show.
 * @param journalPosition  up to which the journal is durable.
 * @param resultsPosition  where the results log ends.
 * @param latency          from ingest stamp to append in the results log.
 * @param threads          duty cycles; empty if they are not measured.
 * @param sinks            how sinks are doing.
 * @param epoch            of the results that the operators give.
 * @param errors           what went wrong.
 * @param failure          why the engine has halted; gives null while it has not.
 * @param disk             how full the disk is.
 * @param checkpoints      what a recovery begins with.
 * @param queues           those inside the engine, and who waits for them.
 * @param receiverWindowLength that the driver gives to Aeron images from the network, bytes.
 * @param backlog          who comes back with readings of before.
 */
public record MonitoredEngine(
    EngineConfig config,
    EventRing ring,
    StageView view,
    IngressLedger ingress,
    SourceView sources,
    LongSupplier journalPosition,
    LongSupplier resultsPosition,
    LatencyIntervals latency,
    List<TrackedAgent> threads,
    List<SinkStatus> sinks,
    int epoch,
    ErrorFile errors,
    Supplier<Throwable> failure,
    DiskView disk,
    CheckpointView checkpoints,
    EngineQueues queues,
    int receiverWindowLength,
    BacklogView backlog)
{
    long ringDepth()
    {
        return ring.depth();
    }

    StageView copyOfView()
    {
        return new StageView(ingress.sourceCount(), config.operatorNames().size());
    }

    LedgerReport ledger()
    {
        return new LedgerSnapshot(config, ring, view, ingress).take();
    }
}
