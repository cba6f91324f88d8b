package io.tailrace.perf;

import java.util.concurrent.atomic.AtomicLong;

import io.tailrace.codec.MessageLayout;
import io.tailrace.codec.Timing;
import io.tailrace.engine.ResultSubscription;
import io.tailrace.perf.report.Verdict;
import io.tailrace.perf.workload.ResultDigest;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.NanoClock;

/**
 * Reads the results log as any subscriber would, and checks it: sequences without gaps from 0, every result a window
 * that fired once and on time, or an alert where there are some, and in all windows as many events as were published.
 * <p>
 * Threading: one thread, role {@code subscriber}; {@link #eventCount} may be called by any, the rest once that thread
 * has ended. Hot path: allocation-free; one clock reading per frame, since all results of a frame become readable
 * together.
 */
final class ResultsReader implements Agent
{
    /** Takes each window result. */
    @FunctionalInterface
    interface WindowListener
    {
        /**
         * A window result was read.
         *
         * @param windowEndNs end of the window, epoch ns.
         * @param readNs      when it was read, on the clock of the reader.
         */
        void onWindow(long windowEndNs, long readNs);
    }

    /** Takes each alert. */
    @FunctionalInterface
    interface AlertListener
    {
        /**
         * An alert was read.
         *
         * @param eventId  of the event that caused it.
         * @param isRaised or else cleared.
         * @param readNs   when it was read, on the clock of the reader.
         */
        void onAlert(long eventId, boolean isRaised, long readNs);
    }

    /** The job has no alerts: each one is a fault. */
    static final AlertListener NO_ALERTS = null;

    private static final byte RAISED = 1;
    private static final int FRAME_LIMIT = 1;

    private final ResultSource source;
    private final NanoClock clock;
    private final WindowListener windows;
    private final AlertListener alerts;
    private final ResultSubscription.ResultHandler handler = this::onResult;
    private final ResultDigest digest = new ResultDigest();
    private final AtomicLong eventCount = new AtomicLong();

    private long nextSequence;
    private long gaps;
    private long unexpected;
    private boolean isStamped;
    private long readNs;

    /**
     * @param source   of results, from sequence 0.
     * @param clock    for the time of reading.
     * @param windows  told of each window result.
     * @param alerts   told of each alert, or {@link #NO_ALERTS}.
     */
    ResultsReader(
        final ResultSource source, final NanoClock clock, final WindowListener windows, final AlertListener alerts)
    {
        this.source = source;
        this.clock = clock;
        this.windows = windows;
        this.alerts = alerts;
    }

    @Override
    public String roleName()
    {
        return "subscriber";
    }

    @Override
    public int doWork()
    {
        isStamped = false;
        final int count = source.poll(handler, FRAME_LIMIT);
        if (count > 0)
        {
            eventCount.setRelease(digest.eventCount());
        }
        return count;
    }

    /** @return events in the windows that were read. */
    long eventCount()
    {
        return eventCount.getAcquire();
    }

    /** @return sequence that comes next. */
    long nextSequence()
    {
        return nextSequence;
    }

    /** @return what the results come to. */
    ResultDigest digest()
    {
        return digest;
    }

    /**
     * Judges what was read.
     *
     * @param published events that were published into windows which have all been closed.
     */
    void check(final Verdict verdict, final long published)
    {
        verdict.requireEqual(0, gaps, "gaps in the sequences of results");
        verdict.requireEqual(0, unexpected, "results that are not windows fired once and on time");
        verdict.requireEqual(published, digest.eventCount(), "events in all windows");
    }

    private void onResult(final long sequence, final DirectBuffer buffer, final int offset)
    {
        if (!isStamped)
        {
            readNs = clock.nanoTime();
            isStamped = true;
        }
        if (sequence != nextSequence)
        {
            gaps++;
        }
        nextSequence = sequence + 1;
        if (buffer.getByte(offset + MessageLayout.RESULT_TIMING_OFFSET) != Timing.ON_TIME.code() ||
            buffer.getInt(offset + MessageLayout.RESULT_REVISION_OFFSET) != 0)
        {
            unexpected++;
            return;
        }
        final long header = buffer.getLong(offset);
        if (header == MessageLayout.WINDOW_RESULT_HEADER)
        {
            onWindow(buffer, offset);
        }
        else if (header == MessageLayout.ALERT_HEADER && alerts != NO_ALERTS)
        {
            alerts.onAlert(
                buffer.getLong(offset + MessageLayout.ALERT_EVENT_ID_OFFSET),
                buffer.getByte(offset + MessageLayout.ALERT_STATE_OFFSET) == RAISED,
                readNs);
        }
        else
        {
            unexpected++;
        }
    }

    private void onWindow(final DirectBuffer buffer, final int offset)
    {
        digest.add(
            buffer.getLong(offset + MessageLayout.RESULT_DEVICE_ID_OFFSET),
            buffer.getLong(offset + MessageLayout.WINDOW_RESULT_WINDOW_START_OFFSET),
            buffer.getLong(offset + MessageLayout.WINDOW_RESULT_COUNT_OFFSET),
            buffer.getDouble(offset + MessageLayout.WINDOW_RESULT_SUM_OFFSET),
            buffer.getDouble(offset + MessageLayout.WINDOW_RESULT_MIN_OFFSET),
            buffer.getDouble(offset + MessageLayout.WINDOW_RESULT_MAX_OFFSET),
            buffer.getDouble(offset + MessageLayout.WINDOW_RESULT_FIRST_OFFSET),
            buffer.getDouble(offset + MessageLayout.WINDOW_RESULT_LAST_OFFSET));
        windows.onWindow(buffer.getLong(offset + MessageLayout.WINDOW_RESULT_WINDOW_END_OFFSET), readNs);
    }
}
