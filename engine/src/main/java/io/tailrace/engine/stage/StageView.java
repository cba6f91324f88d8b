package io.tailrace.engine.stage;

import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLong;

import io.tailrace.engine.admission.QuarantineView;
import io.tailrace.engine.operator.OperatorCore;
import io.tailrace.engine.operator.OperatorLedger;

/**
 * What other threads see of the operators: a copy that is consistent at one ring sequence.
 * <p>
 * A sequence lock: the writer makes the version odd, copies, and makes it even; a reader copies and tries again if the
 * version was odd or has changed. The writer never waits.
 * <p>
 * Threading: written by the operators' thread, read by any.
 */
public final class StageView
{
    private final AtomicLong version = new AtomicLong();
    private final OperatorLedger ledger;
    private final QuarantineView quarantine = new QuarantineView();

    private long processedSequence = -1;
    private long nextResultSequence;
    private long watermarkNs = Long.MIN_VALUE;
    private long engineTimeNs = Long.MIN_VALUE;
    private int deviceCount;
    private long rememberedIds;
    private final int[] keyCounts;
    private final int[] overflowPanes;

    /**
     * @param sourceCount   sources of the configuration, at least one.
     * @param operatorCount operators of the configuration.
     */
    public StageView(final int sourceCount, final int operatorCount)
    {
        ledger = new OperatorLedger(sourceCount, operatorCount);
        keyCounts = new int[operatorCount];
        overflowPanes = new int[operatorCount];
    }

    /** The operators have taken all slots to {@code sequence}; by their thread. */
    public void onProcessed(final OperatorCore core, final long sequence)
    {
        version.lazySet(version.getPlain() + 1);
        VarHandle.storeStoreFence();
        core.ledger().copyTo(ledger);
        core.quarantine().view().copyTo(quarantine);
        processedSequence = sequence;
        nextResultSequence = core.nextResultSequence();
        watermarkNs = core.watermark().watermarkNs();
        engineTimeNs = core.watermark().engineTimeNs();
        deviceCount = core.deviceCount();
        rememberedIds = core.dedup().rememberedIds();
        for (int i = 0; i < keyCounts.length; i++)
        {
            keyCounts[i] = core.operator(i).keyCount();
            overflowPanes[i] = core.operator(i).overflowPanes();
        }
        version.setRelease(version.getPlain() + 1);
    }

    /** Makes another view equal to this one, at one sequence; from any thread. */
    public void copyTo(final StageView other)
    {
        while (true)
        {
            final long before = version.getAcquire();
            if ((before & 1) == 0)
            {
                ledger.copyTo(other.ledger);
                quarantine.copyTo(other.quarantine);
                other.processedSequence = processedSequence;
                other.nextResultSequence = nextResultSequence;
                other.watermarkNs = watermarkNs;
                other.engineTimeNs = engineTimeNs;
                other.deviceCount = deviceCount;
                other.rememberedIds = rememberedIds;
                System.arraycopy(keyCounts, 0, other.keyCounts, 0, keyCounts.length);
                System.arraycopy(overflowPanes, 0, other.overflowPanes, 0, overflowPanes.length);
                VarHandle.loadLoadFence();
                if (version.getPlain() == before)
                {
                    return;
                }
            }
            Thread.onSpinWait();
        }
    }

    /** @return the counts. */
    public OperatorLedger ledger()
    {
        return ledger;
    }

    /** @return who is in quarantine. */
    public QuarantineView quarantine()
    {
        return quarantine;
    }

    /** @return the last ring sequence that they include; -1: none. */
    public long processedSequence()
    {
        return processedSequence;
    }

    /** @return sequence of the next result. */
    public long nextResultSequence()
    {
        return nextResultSequence;
    }

    /** @return W, epoch ns, or {@link Long#MIN_VALUE}. */
    public long watermarkNs()
    {
        return watermarkNs;
    }

    /** @return T, epoch ns, or {@link Long#MIN_VALUE}. */
    public long engineTimeNs()
    {
        return engineTimeNs;
    }

    /** @return devices known. */
    public int deviceCount()
    {
        return deviceCount;
    }

    /** @return ids that are remembered for a time. */
    public long rememberedIds()
    {
        return rememberedIds;
    }

    /** @return keys of an operator. */
    public int keyCount(final int operatorId)
    {
        return keyCounts[operatorId];
    }

    /** @return live panes of an operator outside its key blocks. */
    public int overflowPanes(final int operatorId)
    {
        return overflowPanes[operatorId];
    }
}
