package io.tailrace.engine.monitor;

import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;

/**
 * Gives the latencies of one recorder to three readers, of whom none takes anything from the others: the log on disk,
 * whoever asks for the interval since it last asked, and the total since the launch.
 * <p>
 * Threading: any; the recorder's writer is never held up. Memory: four histograms.
 */
public final class LatencyIntervals
{
    private final SingleWriterRecorder recorder;
    private final Histogram unlogged;
    private final Histogram untaken;
    private final Histogram total;
    private Histogram interval;

    /** @param recorder of latencies in ns; nobody else takes intervals from it. */
    public LatencyIntervals(final SingleWriterRecorder recorder)
    {
        this.recorder = recorder;
        interval = recorder.getIntervalHistogram();
        unlogged = new Histogram(interval);
        untaken = new Histogram(interval);
        total = new Histogram(interval);
        unlogged.reset();
        untaken.reset();
        total.reset();
    }

    /** @return the latencies since the last call, ns; the caller's own. */
    public synchronized Histogram take()
    {
        collect();
        final Histogram taken = untaken.copy();
        untaken.reset();
        return taken;
    }

    /** @return the latencies since the launch, ns; the caller's own. */
    public synchronized Histogram total()
    {
        collect();
        return total.copy();
    }

    /** Appends what was not logged yet, if there is any. */
    synchronized void logTo(final LatencyLog log)
    {
        collect();
        if (unlogged.getTotalCount() > 0)
        {
            log.append(unlogged);
            unlogged.reset();
        }
    }

    private void collect()
    {
        interval = recorder.getIntervalHistogram(interval);
        if (interval.getTotalCount() > 0)
        {
            unlogged.add(interval);
            untaken.add(interval);
            total.add(interval);
        }
    }
}
