package io.tailrace.perf;

import io.tailrace.perf.report.LatencyTable;
import io.tailrace.perf.workload.AlertDigest;
import io.tailrace.perf.workload.ArrivalSchedule;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;

/**
 * Latency of alerts: from the <em>intended</em> time of the event that an alert names as its cause, raised or cleared,
 * to the reading of the alert.
 * <p>
 * Threading: {@link #onAlert} by the reader's thread, {@link #takeInterval} by another, {@link #digest} once the reader
 * has ended. Hot path: allocation-free.
 */
final class AlertLatency implements ResultsReader.AlertListener
{
    private final ArrivalSchedule schedule;
    private final long warmupCount;
    private final AlertDigest digest = new AlertDigest();
    private final SingleWriterRecorder recorder =
        new SingleWriterRecorder(LatencyTable.MAX_LATENCY_NS, LatencyTable.DIGITS);

    /**
     * @param schedule    intended times, on the reader's clock; the id of an event is its index.
     * @param warmupCount the first events; an alert that one of them causes is not recorded, and neither is one whose
     *                    cause is behind the schedule.
     */
    AlertLatency(final ArrivalSchedule schedule, final long warmupCount)
    {
        this.schedule = schedule;
        this.warmupCount = warmupCount;
    }

    @Override
    public void onAlert(final long eventId, final boolean isRaised, final long readNs)
    {
        digest.add(eventId, isRaised);
        if (eventId >= warmupCount && eventId < schedule.count())
        {
            recorder.recordValue(LatencyTable.clamp(readNs - schedule.intendedNs(eventId)));
        }
    }

    /** @return what was recorded since the last call, ns, a histogram of the caller's own. */
    Histogram takeInterval()
    {
        return recorder.getIntervalHistogram();
    }

    /** @return what all alerts come to, those of the warm-up included. */
    AlertDigest digest()
    {
        return digest;
    }
}
