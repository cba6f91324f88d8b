package io.tailrace.engine.stage;

import java.util.function.LongSupplier;

import io.tailrace.archive.journal.MessageLog;
import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.queue.BackPressure;
import io.tailrace.engine.queue.CycleListener;
import io.tailrace.engine.queue.PipelineStage;
import io.tailrace.engine.queue.QueueMeter;
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
public final class EgressStage implements Agent, CycleListener
{
    /** Greatest latency that is told apart: an hour. */
    public static final long MAX_LATENCY_NS = 3_600_000_000_000L;

    private final ResultsRing results;
    private final LongSupplier causesUpTo;
    private final MessageLog resultsLog;
    private final EpochNanoClock clock;
    private final SingleWriterRecorder latency;
    private final int maxResultsPerFrame;
    private final BackPressure gatePressure = new BackPressure(PipelineStage.GATE);
    private final BackPressure pressure = new BackPressure(PipelineStage.EGRESS);
    private final LogBacklog backlog;

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
        backlog = new LogBacklog(resultsLog);
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
            gatePressure.onRefused();
            return 0;
        }
        final int offset = results.offsetOf(0);
        final long position = resultsLog.append(results.buffer(), offset, count * ResultsRing.SLOT_LENGTH);
        if (position < 0)
        {
            onRefused(position);
            return 0;
        }
        backlog.onAppended();
        final long nowNs = clock.nanoTime();
        recordLatency(offset, count, nowNs);
        release(count, nowNs);
        return count;
    }

    @Override
    public void onCycle(final long nowNs, final long cycleNs)
    {
        gatePressure.onCycle(cycleNs);
        pressure.onCycle(cycleNs);
        backlog.onCycle(nowNs);
    }

    /** @return time that no result had a durable cause. */
    public BackPressure gatePressure()
    {
        return gatePressure;
    }

    /** @return time that the results log was not ready. */
    public BackPressure pressure()
    {
        return pressure;
    }

    /** @return what is appended to the results log and not durable yet. */
    public QueueMeter backlog()
    {
        return backlog.meter();
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

    private void onRefused(final long code)
    {
        if (code == MessageLog.LOST)
        {
            throw new RecordingLostException("results log lost: " + resultsLog.lostReason());
        }
        backPressured++;
        if (code == MessageLog.BACK_PRESSURED)
        {
            pressure.onRefused();
        }
    }

    private void release(final int count, final long nowNs)
    {
        final QueueMeter meter = results.meter();
        // Never as deep again until operators give more: here is every peak, but for what they give in this moment.
        meter.onDepth(results.available());
        meter.onLeft(results.released() + count, nowNs);
        results.release(count);
    }

    private void recordLatency(final int offset, final int count, final long nowNs)
    {
        final UnsafeBuffer buffer = results.buffer();
        for (int i = 0; i < count; i++)
        {
            final int cause = offset + i * ResultsRing.SLOT_LENGTH + MessageLayout.RESULT_CAUSE_INGEST_TIME_OFFSET;
            latency.recordValue(Math.max(0, Math.min(nowNs - buffer.getLong(cause), MAX_LATENCY_NS)));
        }
    }
}
