package io.tailrace.engine.queue;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How long a stage has been under back pressure: the sum of the duty cycles in which it was refused, each from its
 * beginning to the beginning of the next.
 * <p>
 * Threading: the stage's thread writes, any reads. Hot path: allocation-free, no clock.
 */
public final class BackPressure
{
    private final PipelineStage stage;
    private final AtomicLong totalNs = new AtomicLong();
    private boolean isRefused;

    /** @param stage whose it is. */
    public BackPressure(final PipelineStage stage)
    {
        this.stage = stage;
    }

    /** @return whose it is. */
    public PipelineStage stage()
    {
        return stage;
    }

    /** The stage has something to do in this duty cycle and cannot, as what is behind it takes nothing. */
    public void onRefused()
    {
        isRefused = true;
    }

    /** A duty cycle is over, which has taken so long. */
    public void onCycle(final long cycleNs)
    {
        if (isRefused)
        {
            isRefused = false;
            totalNs.lazySet(totalNs.getPlain() + cycleNs);
        }
    }

    /** @return ns under back pressure since the start. */
    public long totalNs()
    {
        return totalNs.get();
    }
}
