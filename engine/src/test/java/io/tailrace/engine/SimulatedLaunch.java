package io.tailrace.engine;

import java.lang.ref.Reference;
import java.util.List;

import io.tailrace.archive.checkpoint.CheckpointDirectory;
import io.tailrace.archive.journal.MessageLog;
import io.tailrace.engine.checkpoint.CheckpointAgent;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.ingress.IngressLedger;
import io.tailrace.engine.operator.OperatorCore;
import io.tailrace.engine.ring.EventRing;
import io.tailrace.engine.ring.ResultsRing;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The launch of an engine without archive, threads and clocks: the recovery is the engine's own.
 */
public final class SimulatedLaunch
{
    private static final String TZ_VERSION = "2025b";

    private final Recovery recovery;
    private final MessageLog journal;
    private OperatorCore core;

    public SimulatedLaunch(
        final EngineConfig config,
        final MessageLog journal,
        final MessageLog resultsLog,
        final CheckpointDirectory checkpoints,
        final ErrorHandler errors)
    {
        this.journal = journal;
        recovery = new Recovery(
            new Engine.Context().config(config).timeZoneData(TZ_VERSION),
            List.of(),
            journal,
            resultsLog,
            checkpoints,
            errors);
    }

    /** Restores and replays; the caller closes the operators. */
    public OperatorCore recover(final ResultsRing results, final int sourceCount)
    {
        core = recovery.run(results, new IngressLedger(sourceCount));
        return core;
    }

    /** @return the message that begins this incarnation. */
    public UnsafeBuffer started(final long timeNs)
    {
        final UnsafeBuffer message =
            new UnsafeBuffer(BufferUtil.allocateDirectAligned(EventRing.SLOT_LENGTH, BitUtil.CACHE_LINE_LENGTH));
        recovery.incarnation().encode(message, timeNs, recovery.newEpoch());
        return message;
    }

    /** Journals and applies that message, and returns where its frame ends. */
    public long begin(final UnsafeBuffer started)
    {
        long position = MessageLog.BACK_PRESSURED;
        while (position < 0)
        {
            position = journal.append(started, 0, EventRing.SLOT_LENGTH);
        }
        if (!core.onMessage(started.addressOffset(), position))
        {
            throw new IllegalStateException("results ring full at start");
        }
        Reference.reachabilityFence(started);
        return position + EventRing.SLOT_LENGTH;
    }

    /** @return what every checkpoint of this incarnation says of it. */
    public CheckpointAgent.Origin origin()
    {
        return recovery.incarnation().origin(recovery.history());
    }

    /** @return what was done. */
    public RecoveryReport report()
    {
        return recovery.report();
    }
}
