package io.tailrace.perf;

import java.util.List;

import io.tailrace.perf.report.Verdict;
import org.HdrHistogram.Histogram;

/**
 * What a publisher has to say of itself when its schedule is over.
 *
 * @param scheduled     events of the schedule.
 * @param published     events.
 * @param inTime        events that had been published when the schedule was over.
 * @param backPressured how often nothing was taken.
 * @param lateness      how much later than intended the events after the warm-up were published, ns.
 * @param counts        events of each {@link PublishedCounts#INTERVAL_NS} after the warm-up.
 */
record PublisherReport(
    long scheduled, long published, long inTime, long backPressured, Histogram lateness, List<Long> counts)
{
    /** Share of the schedule that must have been published when it is over. */
    static final double REQUIRED_SHARE = 0.999;

    /** Judges whether the rate was kept. */
    void check(final Verdict verdict)
    {
        verdict.requireEqual(scheduled, published, "events published");
        verdict.require(
            inTime >= Math.ceil(scheduled * REQUIRED_SHARE),
            "missed its rate: " + inTime + " of " + scheduled + " events were published in time");
    }
}
