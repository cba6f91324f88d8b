package io.tailrace.engine.queue;

import java.util.List;
import java.util.function.LongSupplier;

/**
 * Names what slows the pipeline down: the stage furthest downstream that was under back pressure for most of the time
 * since the last look. Those before it wait for it; what it waits for itself is the limit.
 * <p>
 * Egress waits at the gate in good health too, for as long as a recording takes. So the gate counts only if the
 * operators were under back pressure as well, which then wait for it, or if no result has left at all. And since it
 * waits for the journal, it does not count where the journal's stage does: that one is named.
 * <p>
 * Threading: {@link #update} by one thread, {@link #stage} by any. Allocation-free.
 */
public final class Bottleneck
{
    private static final PipelineStage[] STAGES = PipelineStage.values();

    private final List<BackPressure> pressures;
    private final LongSupplier released;
    private final long[] lastNs = new long[STAGES.length];
    private final boolean[] isPressed = new boolean[STAGES.length];
    private long lastUpdateNs;
    private long lastReleased;
    private volatile PipelineStage stage = PipelineStage.NONE;

    /**
     * @param pressures of the stages; a stage without one is never named.
     * @param released  how many results have left the results ring.
     * @param nowNs     when the first look begins.
     */
    public Bottleneck(final List<BackPressure> pressures, final LongSupplier released, final long nowNs)
    {
        this.pressures = pressures;
        this.released = released;
        lastUpdateNs = nowNs;
        lastReleased = released.getAsLong();
        for (int i = 0; i < pressures.size(); i++)
        {
            lastNs[pressures.get(i).stage().ordinal()] = pressures.get(i).totalNs();
        }
    }

    /** Looks at the time since the last look. */
    public void update(final long nowNs)
    {
        final long elapsedNs = nowNs - lastUpdateNs;
        lastUpdateNs = nowNs;
        for (int i = 0; i < pressures.size(); i++)
        {
            final BackPressure pressure = pressures.get(i);
            final int index = pressure.stage().ordinal();
            final long totalNs = pressure.totalNs();
            isPressed[index] = 2 * (totalNs - lastNs[index]) > elapsedNs;
            lastNs[index] = totalNs;
        }
        final long releasedNow = released.getAsLong();
        final boolean isStill = releasedNow == lastReleased;
        lastReleased = releasedNow;
        isPressed[PipelineStage.GATE.ordinal()] &= !isPressed[PipelineStage.JOURNAL.ordinal()] &&
            (isStill || isPressed[PipelineStage.OPERATORS.ordinal()]);
        stage = furthest();
    }

    /** @return the stage that was named last, or {@link PipelineStage#NONE}. */
    public PipelineStage stage()
    {
        return stage;
    }

    private PipelineStage furthest()
    {
        for (int i = STAGES.length - 1; i > 0; i--)
        {
            if (isPressed[i])
            {
                return STAGES[i];
            }
        }
        return PipelineStage.NONE;
    }
}
