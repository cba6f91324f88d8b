package io.tailrace.engine.stage;

import java.util.function.LongSupplier;

import io.tailrace.archive.journal.MessageLog;
import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.ring.EventRing;
import io.tailrace.engine.ring.ResultsRing;
import org.HdrHistogram.SingleWriterRecorder;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Holds results until their gate lets the journal position of their cause pass, then appends them to the results log.
 * With exactly-once that is when it is durable, and one append commits result and offset: the tail of the log says what
 * has been emitted. With at-least-once there is no gate.
 * <p>
 * Threading: one thread, role {@code egress}. Hot path: allocation-free, never blocks; one clock reading per batch.
 */
public final class EgressStage implements Agent
{
    /** Greatest latency that is told apart: an hour. */
    public static final long MAX_LATENCY_NS = 3_600_000_000_000L;

    private final ResultsRing results;
    private final LongSupplier causesUpTo;
    private final MessageLog resultsLog;
    private final EpochNanoClock clock;
    private final SingleWriterRecorder latency;
    private final int maxResultsPerFrame;

    private long gated;
    private long backPressured;

    /**
     * @param results    where results come from.
     * @param causesUpTo the gate: journal position up to which results may leave whose cause ends there or before;
     *                   where the journal is durable, or {@link Long#MAX_VALUE}: none.
     * @param resultsLog where they go.
     * @param clock      for the latency from ingest stamp to append; never part of a result.
     * @param latency    that latency, ns.
     */
    public EgressStage(
        final ResultsRing results,
        final LongSupplier causesUpTo,
        final MessageLog resultsLog,
        final EpochNanoClock clock,
        final SingleWriterRecorder latency)
    {
        this.results = results;
        this.causesUpTo = causesUpTo;
        this.resultsLog = resultsLog;
        this.clock = clock;
        this.latency = latency;
        maxResultsPerFrame = resultsLog.maxPayloadLength() / ResultsRing.SLOT_LENGTH;
    }

    @Override
    public String roleName()
    {
        return "egress";
    }

    @Override
    public int doWork()
    {
        final int available = Math.min(results.contiguous(results.available()), maxResultsPerFrame);
        if (available == 0)
        {
            return 0;
        }
        final int count = durableCount(available, causesUpTo.getAsLong());
        if (count == 0)
        {
            gated++;
            return 0;
        }
        final int offset = results.offsetOf(0);
        final long position = resultsLog.append(results.buffer(), offset, count * ResultsRing.SLOT_LENGTH);
        if (position < 0)
        {
            if (position == MessageLog.LOST)
            {
                throw new RecordingLostException("results log lost: " + resultsLog.lostReason());
            }
            backPressured++;
            return 0;
        }
        recordLatency(offset, count);
        results.release(count);
        return count;
    }

    /** @return how often a result had to wait for its cause to be durable; for the stage's thread. */
    public long gated()
    {
        return gated;
    }

    /** @return how often the results log was not ready; for the stage's thread. */
    public long backPressured()
    {
        return backPressured;
    }

    /** How many of the oldest results have a durable cause; causes only grow. */
    private int durableCount(final int available, final long durablePosition)
    {
        int low = 0;
        int high = available;
        if (isDurable(available - 1, durablePosition))
        {
            return available;
        }
        while (low < high)
        {
            final int middle = (low + high) >>> 1;
            if (isDurable(middle, durablePosition))
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }
        return low;
    }

    private boolean isDurable(final int index, final long durablePosition)
    {
        final int offset = results.offsetOf(index) + MessageLayout.RESULT_CAUSE_POSITION_OFFSET;
        return results.buffer().getLong(offset) + EventRing.SLOT_LENGTH <= durablePosition;
    }

    private void recordLatency(final int offset, final int count)
    {
        final UnsafeBuffer buffer = results.buffer();
        final long nowNs = clock.nanoTime();
        for (int i = 0; i < count; i++)
        {
            final int cause = offset + i * ResultsRing.SLOT_LENGTH + MessageLayout.RESULT_CAUSE_INGEST_TIME_OFFSET;
            latency.recordValue(Math.max(0, Math.min(nowNs - buffer.getLong(cause), MAX_LATENCY_NS)));
        }
    }
}
