package io.tailrace.perf;

import io.tailrace.perf.report.LatencyTable;
import io.tailrace.perf.workload.ArrivalSchedule;
import io.tailrace.perf.workload.ClosingEvents;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;

/**
 * Latency of window results: from the <em>intended</em> time of the event that closed the window to the reading of the
 * result. Whatever held that event up, in the rig or in the engine, is in it. The first result of each window is
 * recorded once more for itself: those behind it in the burst hold the work of all before them.
 * <p>
 * Threading: {@link #onWindow} by the reader's thread, the rest by another. Hot path: allocation-free.
 */
final class ResultLatency implements ResultsReader.WindowListener
{
    private final ArrivalSchedule schedule;
    private final ClosingEvents closingEvents;
    private final long warmupCount;
    private final SingleWriterRecorder recorder =
        new SingleWriterRecorder(LatencyTable.MAX_LATENCY_NS, LatencyTable.DIGITS);
    private final SingleWriterRecorder firstRecorder =
        new SingleWriterRecorder(LatencyTable.MAX_LATENCY_NS, LatencyTable.DIGITS);
    private long latestEndNs = Long.MIN_VALUE;

    /**
     * @param schedule      intended times, on the reader's clock.
     * @param closingEvents which event closes which window.
     * @param warmupCount   the first events; a window that one of them closes is not recorded, and neither is one that
     *                      no event of the schedule closes.
     */
    ResultLatency(final ArrivalSchedule schedule, final ClosingEvents closingEvents, final long warmupCount)
    {
        this.schedule = schedule;
        this.closingEvents = closingEvents;
        this.warmupCount = warmupCount;
    }

    @Override
    public void onWindow(final long windowEndNs, final long readNs)
    {
        // Windows fire in the order of their ends.
        final boolean isFirst = windowEndNs > latestEndNs;
        latestEndNs = Math.max(latestEndNs, windowEndNs);
        final long index = closingEvents.indexOf(windowEndNs);
        if (index != ClosingEvents.NONE && index >= warmupCount)
        {
            final long latencyNs = LatencyTable.clamp(readNs - schedule.intendedNs(index));
            recorder.recordValue(latencyNs);
            if (isFirst)
            {
                firstRecorder.recordValue(latencyNs);
            }
        }
    }

    /** @return what was recorded since the last call, ns, a histogram of the caller's own. */
    Histogram takeInterval()
    {
        return recorder.getIntervalHistogram();
    }

    /** @return likewise, of the first result of each window alone. */
    Histogram takeFirstInterval()
    {
        return firstRecorder.getIntervalHistogram();
    }
}
