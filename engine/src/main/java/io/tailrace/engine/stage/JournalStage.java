package io.tailrace.engine.stage;

import com.lmax.disruptor.Sequence;
import io.tailrace.archive.journal.MessageLog;
import io.tailrace.engine.queue.BackPressure;
import io.tailrace.engine.queue.CycleListener;
import io.tailrace.engine.queue.PipelineStage;
import io.tailrace.engine.queue.QueueMeter;
import io.tailrace.engine.ring.EventRing;
import org.agrona.concurrent.Agent;

/**
 * Appends the ring's published slots to the journal, as many as there are in one frame, and notes their positions.
 * <p>
 * Threading: one thread, role {@code journal}. Hot path: allocation-free, never blocks; one copy from slab to frame.
 */
public final class JournalStage implements Agent, CycleListener
{
    private final EventRing ring;
    private final MessageLog journal;
    private final int maxSlotsPerFrame;
    private final Sequence sequence = new Sequence();
    private final BackPressure pressure = new BackPressure(PipelineStage.JOURNAL);
    private final LogBacklog backlog;

    private long backPressured;

    /**
     * @param ring    where slots come from.
     * @param journal where they go.
     */
    public JournalStage(final EventRing ring, final MessageLog journal)
    {
        this.ring = ring;
        this.journal = journal;
        backlog = new LogBacklog(journal);
        maxSlotsPerFrame = Math.min(journal.maxPayloadLength() / EventRing.SLOT_LENGTH, ring.capacity());
    }

    @Override
    public String roleName()
    {
        return "journal";
    }

    @Override
    public int doWork()
    {
        final long first = sequence.get() + 1;
        final int count = (int)(ring.published(first, first + maxSlotsPerFrame - 1) - first + 1);
        if (count <= 0)
        {
            return 0;
        }
        final long position = append(first, count);
        if (position < 0)
        {
            onRefused(position);
            return 0;
        }
        final long last = first + count - 1;
        ring.positions(first, last, position);
        sequence.set(last);
        backlog.onAppended();
        return count;
    }

    @Override
    public void onCycle(final long nowNs, final long cycleNs)
    {
        pressure.onCycle(cycleNs);
        backlog.onCycle(nowNs);
    }

    /** @return time that the journal was not ready. */
    public BackPressure pressure()
    {
        return pressure;
    }

    /** @return what is appended to the journal and not durable yet. */
    public QueueMeter backlog()
    {
        return backlog.meter();
    }

    /** @return the last slot that is in the journal. */
    public Sequence sequence()
    {
        return sequence;
    }

    /** @return how often the journal was not ready; for the stage's thread. */
    public long backPressured()
    {
        return backPressured;
    }

    private long append(final long first, final int count)
    {
        final int offset = ring.offset(first);
        final int untilWrap = (ring.slab().capacity() - offset) / EventRing.SLOT_LENGTH;
        if (count <= untilWrap)
        {
            return journal.append(ring.slab(), offset, count * EventRing.SLOT_LENGTH);
        }
        return journal.append(
            ring.slab(),
            offset,
            untilWrap * EventRing.SLOT_LENGTH,
            0,
            (count - untilWrap) * EventRing.SLOT_LENGTH);
    }

    private void onRefused(final long code)
    {
        if (code == MessageLog.LOST)
        {
            throw new RecordingLostException("journal lost: " + journal.lostReason());
        }
        backPressured++;
        if (code == MessageLog.BACK_PRESSURED)
        {
            pressure.onRefused();
        }
    }
}
