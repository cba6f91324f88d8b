package io.tailrace.perf;

import java.util.function.LongSupplier;
import java.util.function.ToIntFunction;

import io.aeron.logbuffer.ControlledFragmentHandler;
import io.aeron.logbuffer.ControlledFragmentHandler.Action;
import io.aeron.logbuffer.Header;
import io.tailrace.perf.report.LatencyTable;
import io.tailrace.perf.report.Verdict;
import io.tailrace.perf.workload.ArrivalSchedule;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.NanoClock;

/**
 * The near side of the bare round trip: takes replies once they are recorded, and records for each event of the
 * answered frame how long after its <em>intended</em> time that was.
 * <p>
 * Threading: one thread, role {@code replies}; {@link #answered} and {@link #takeInterval} may be called by another,
 * {@link #check} once that thread has ended. Hot path: allocation-free; one clock reading a reply.
 */
final class RoundTripReader implements Agent
{
    private final ToIntFunction<ControlledFragmentHandler> replies;
    private final LongSupplier recordedPosition;
    private final NanoClock clock;
    private final ArrivalSchedule schedule;
    private final long warmupCount;
    private final ControlledFragmentHandler handler = this::onFragment;
    private final SingleWriterRecorder recorder =
        new SingleWriterRecorder(LatencyTable.MAX_LATENCY_NS, LatencyTable.DIGITS);
    private volatile long answered;
    private long gaps;

    /**
     * @param replies          polls replies.
     * @param recordedPosition up to which the archive has recorded them.
     * @param clock            for the time of reading.
     * @param schedule         intended times, on that clock.
     * @param warmupCount      the first events, which are not recorded.
     */
    RoundTripReader(
        final ToIntFunction<ControlledFragmentHandler> replies,
        final LongSupplier recordedPosition,
        final NanoClock clock,
        final ArrivalSchedule schedule,
        final long warmupCount)
    {
        this.replies = replies;
        this.recordedPosition = recordedPosition;
        this.clock = clock;
        this.schedule = schedule;
        this.warmupCount = warmupCount;
    }

    @Override
    public String roleName()
    {
        return "replies";
    }

    @Override
    public int doWork()
    {
        return replies.applyAsInt(handler);
    }

    /** @return events that have been answered. */
    long answered()
    {
        return answered;
    }

    /** @return what was recorded since the last call, ns, a histogram of the caller's own. */
    Histogram takeInterval()
    {
        return recorder.getIntervalHistogram();
    }

    /** Judges whether every event was answered once and in order. */
    void check(final Verdict verdict, final long published)
    {
        verdict.requireEqual(0, gaps, "gaps in the replies of the round trip");
        verdict.requireEqual(published, answered, "events answered in the round trip");
    }

    /**
     * Takes a reply.
     *
     * @param endPosition of the reply in its recording.
     * @return {@link Action#ABORT} if it has to come again, since it is not recorded yet.
     */
    Action onReply(final DirectBuffer buffer, final int offset, final long endPosition)
    {
        if (recordedPosition.getAsLong() < endPosition)
        {
            return Action.ABORT;
        }
        final long readNs = clock.nanoTime();
        final long first = buffer.getLong(offset + RoundTripEcho.FIRST_OFFSET);
        final long count = buffer.getLong(offset + RoundTripEcho.COUNT_OFFSET);
        if (first != answered)
        {
            gaps++;
        }
        for (long index = Math.max(first, warmupCount); index < first + count; index++)
        {
            recorder.recordValue(LatencyTable.clamp(readNs - schedule.intendedNs(index)));
        }
        answered = first + count;
        return Action.CONTINUE;
    }

    private Action onFragment(final DirectBuffer buffer, final int offset, final int length, final Header header)
    {
        return onReply(buffer, offset, header.position());
    }
}
