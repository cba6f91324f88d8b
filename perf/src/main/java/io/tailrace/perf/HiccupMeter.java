package io.tailrace.perf;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

import io.tailrace.perf.report.LatencyTable;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.PackedHistogram;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.NanoClock;

/**
 * The control: a thread that has nothing to do but to wake up every millisecond, and records how much later it woke.
 * What it shows is the machine's own noise, in the same run and from the same JVM. A hiccup longer than the interval is
 * recorded once for every time the thread should have woken during it (as G. Tene's jHiccup does).
 * <p>
 * Threading: one thread, role {@code control}; the histogram may be read once that thread has ended.
 */
final class HiccupMeter implements Agent
{
    /** How long the thread parks at a time, ns. */
    static final long INTERVAL_NS = 1_000_000L;

    private static final long SECOND_NS = 1_000_000_000L;
    private static final long SECOND_MS = 1_000L;

    private final NanoClock clock;
    private final LongConsumer parker;
    private final long fromNs;
    private final long untilNs;
    private final Histogram histogram = LatencyTable.newHistogram();
    private final Histogram second = LatencyTable.newHistogram();
    // Packed: a run may have thousands, and hiccups are few values.
    private final List<Histogram> intervals = new ArrayList<>();
    private long secondIndex;

    /**
     * @param clock   what time it is.
     * @param parker  parks for so many ns.
     * @param fromNs  hiccups that begin before are not recorded.
     * @param untilNs neither are those that begin at this time or after.
     */
    HiccupMeter(final NanoClock clock, final LongConsumer parker, final long fromNs, final long untilNs)
    {
        this.clock = clock;
        this.parker = parker;
        this.fromNs = fromNs;
        this.untilNs = untilNs;
    }

    @Override
    public String roleName()
    {
        return "control";
    }

    @Override
    public int doWork()
    {
        final long beforeNs = clock.nanoTime();
        parker.accept(INTERVAL_NS);
        final long hiccupNs = LatencyTable.clamp(clock.nanoTime() - beforeNs - INTERVAL_NS);
        if (beforeNs - fromNs >= 0 && beforeNs - untilNs < 0)
        {
            final long index = (beforeNs - fromNs) / SECOND_NS;
            if (index != secondIndex)
            {
                endSecond();
                secondIndex = index;
            }
            second.recordValueWithExpectedInterval(hiccupNs, INTERVAL_NS);
        }
        return 1;
    }

    /** @return the hiccups, ns. */
    Histogram histogram()
    {
        endSecond();
        return histogram;
    }

    /**
     * The hiccups of each second that had any, by the second in which they began.
     *
     * @param startTimeMs when the first second began, epoch ms.
     * @return histograms, ns, with their time stamps.
     */
    List<Histogram> intervals(final long startTimeMs)
    {
        endSecond();
        final List<Histogram> stamped = new ArrayList<>();
        for (final Histogram interval : intervals)
        {
            final Histogram copy = interval.copy();
            copy.setStartTimeStamp(startTimeMs + interval.getStartTimeStamp());
            copy.setEndTimeStamp(startTimeMs + interval.getEndTimeStamp());
            stamped.add(copy);
        }
        return stamped;
    }

    private void endSecond()
    {
        if (second.getTotalCount() > 0)
        {
            histogram.add(second);
            final Histogram interval = new PackedHistogram(LatencyTable.DIGITS);
            interval.add(second);
            interval.setStartTimeStamp(secondIndex * SECOND_MS);
            interval.setEndTimeStamp((secondIndex + 1) * SECOND_MS);
            intervals.add(interval);
            second.reset();
        }
    }
}
