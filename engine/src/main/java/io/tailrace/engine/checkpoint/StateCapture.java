package io.tailrace.engine.checkpoint;

import java.util.List;

import io.tailrace.engine.operator.OperatorCore;
import io.tailrace.engine.operator.StateSection;
import io.tailrace.engine.ring.ResultsRing;
import io.tailrace.engine.state.CaptureSink;
import io.tailrace.engine.state.BlockStore;
import io.tailrace.engine.state.StateOutput;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.ManyToOneConcurrentLinkedQueue;
import org.agrona.concurrent.OneToOneConcurrentArrayQueue;

/**
 * Copies the operators' state out while they work: {@link #begin} at the barrier, and {@link #slice} now and then until
 * it is done. Copies go into chunks of memory that the checkpoint's thread takes and gives back; slices wait for it,
 * blocks that are about to change do not.
 * <p>
 * Threading: {@link #request}, {@link #barrier}, {@link #poll} and {@link #recycle} belong to the checkpoint's thread,
 * all else to the operators'. Hot path: allocates only while more chunks are under way than ever before.
 * Memory: chunks of 1 MiB, off-heap, usually at most {@link #MAX_WAITING}; at worst, if the disk stands still and all
 * blocks change meanwhile, as much as the state.
 */
public final class StateCapture implements CaptureSink, AutoCloseable
{
    /** Chunks that wait for the disk before slices wait for it too. */
    public static final int MAX_WAITING = 8;

    private static final int CHUNK_LENGTH = 1 << 20;
    private static final int BLOCKS_PER_SLICE = 64;
    private static final int BYTES_PER_SLICE = 1 << 16;

    private final int blocksPerSlice;
    private final List<StateSection> sections;
    private final OperatorCore core;
    private final ResultsRing results;
    private final ManyToOneConcurrentLinkedQueue<StateChunk> filled = new ManyToOneConcurrentLinkedQueue<>();
    private final OneToOneConcurrentArrayQueue<StateChunk> recycled = new OneToOneConcurrentArrayQueue<>(MAX_WAITING);

    private volatile boolean isRequested;
    private volatile boolean isFullRequested;
    private volatile Barrier barrier;
    private volatile long polledChunks;

    private StateChunk chunk;
    /** Written by the operators' thread alone, once a chunk. */
    private volatile long filledChunks;
    private int sectionCursor;
    private boolean isUnderWay;

    private long numbers;
    private final StateOutput numbersOutput = this::putLong;

    /**
     * @param core    whose state it is.
     * @param results where its results go.
     */
    public StateCapture(final OperatorCore core, final ResultsRing results)
    {
        this(core, results, BLOCKS_PER_SLICE);
    }

    StateCapture(final OperatorCore core, final ResultsRing results, final int blocksPerSlice)
    {
        this.blocksPerSlice = blocksPerSlice;
        this.core = core;
        this.results = results;
        sections = core.sections();
    }

    /** @return whether a capture is to begin at the next barrier. */
    public boolean isRequested()
    {
        return isRequested;
    }

    /** @return chunks that were handed over to the disk so far; by any thread. */
    public long filledChunks()
    {
        return filledChunks;
    }

    /** @return chunks that its thread has taken of them; by any thread. */
    public long polledChunks()
    {
        return polledChunks;
    }

    /** @return whether a capture has begun and is not at its end. */
    public boolean isUnderWay()
    {
        return isUnderWay;
    }

    /**
     * Begins the capture that was requested, of the state as it is now.
     *
     * @param journalPosition end of the last frame that it includes; nothing is being fired.
     * @param resultsPosition how far the results log is durable.
     */
    public void begin(final long journalPosition, final long resultsPosition)
    {
        final boolean isFull = isFullRequested;
        isRequested = false;
        isUnderWay = true;
        sectionCursor = 0;
        for (int i = 0; i < sections.size(); i++)
        {
            final StateSection section = sections.get(i);
            if (section.isNumbers())
            {
                saveNumbers(i, section);
            }
            else
            {
                section.capturable().beginCapture(this, i, isFull);
            }
        }
        barrier = new Barrier(
            isFull,
            journalPosition,
            core.nextResultSequence(),
            results.published(),
            resultsPosition,
            StateLength.of(sections));
    }

    /**
     * Goes on with the capture.
     *
     * @return whether anything was done.
     */
    public boolean slice()
    {
        if (filledChunks - polledChunks >= MAX_WAITING)
        {
            return false;
        }
        while (sectionCursor < sections.size())
        {
            final StateSection section = sections.get(sectionCursor);
            if (!section.isNumbers() && !section.capturable().capture(partsPerSlice(section)))
            {
                return true;
            }
            sectionCursor++;
        }
        final StateChunk last = null == chunk ? takeChunk() : chunk;
        chunk = null;
        last.markLast();
        isUnderWay = false;
        handOver(last);
        return true;
    }

    @Override
    public void onBlock(
        final int section,
        final int number,
        final long keyHigh,
        final long keyLow,
        final long attribute,
        final long block,
        final int length,
        final int stamp)
    {
        final long record = claim(StateRecord.BLOCK_HEADER_LENGTH + length);
        StateRecord.block(record, section, number, keyHigh, keyLow, attribute, block, length);
        if (stamp != BlockStore.NO_STAMP)
        {
            UnsafeApi.putByte(record + StateRecord.BLOCK_HEADER_LENGTH + stamp, (byte)0);
        }
    }

    @Override
    public void onRemoved(final int section, final int number)
    {
        StateRecord.removed(claim(StateRecord.REMOVED_LENGTH), section, number);
    }

    @Override
    public void onEntries(
        final int section, final long generation, final long oldest, final long address, final int length)
    {
        StateRecord.entries(
            claim(StateRecord.ENTRIES_HEADER_LENGTH + length), section, generation, oldest, address, length);
    }

    /** Asks for a capture at the next barrier; not while another is under way. */
    void request(final boolean isFull)
    {
        barrier = null;
        isFullRequested = isFull;
        isRequested = true;
    }

    /** @return where the capture that was requested last stands; null: it has not begun. */
    Barrier barrier()
    {
        return barrier;
    }

    /** @return the next chunk of the capture, to be given back; null: there is none yet. */
    StateChunk poll()
    {
        final StateChunk next = filled.poll();
        if (null != next)
        {
            polledChunks++;
        }
        return next;
    }

    /** Gives a chunk back. */
    void recycle(final StateChunk done)
    {
        if (done.capacity() != CHUNK_LENGTH || !recycled.offer(done))
        {
            done.free();
        }
    }

    /** Frees all chunks, when neither thread runs any more. */
    @Override
    public void close()
    {
        if (null != chunk)
        {
            chunk.free();
            chunk = null;
        }
        for (StateChunk next = filled.poll(); null != next; next = filled.poll())
        {
            next.free();
        }
        for (StateChunk next = recycled.poll(); null != next; next = recycled.poll())
        {
            next.free();
        }
    }

    /** Few of long blocks: a slice is a stall for the readings behind it. */
    private int partsPerSlice(final StateSection section)
    {
        return null == section.blocks() ?
            blocksPerSlice : Math.min(blocksPerSlice, Math.max(1, BYTES_PER_SLICE / section.blocks().blockLength()));
    }

    private void saveNumbers(final int index, final StateSection section)
    {
        // Counted first, so that they can be written where they belong.
        numbers = 0;
        section.save().accept(value -> numbers++);
        final int length = StateRecord.HEADER_LENGTH + (int)numbers * Long.BYTES;
        final long record = claim(length);
        StateRecord.header(record, index, StateRecord.NUMBERS, length);
        numbers = record + StateRecord.HEADER_LENGTH;
        section.save().accept(numbersOutput);
    }

    private void putLong(final long value)
    {
        UnsafeApi.putLong(numbers, value);
        numbers += Long.BYTES;
    }

    private long claim(final int length)
    {
        if (null == chunk)
        {
            chunk = takeChunk();
        }
        long record = chunk.claim(length);
        if (record == 0)
        {
            handOver(chunk);
            chunk = length > CHUNK_LENGTH ? new StateChunk(length) : takeChunk();
            record = chunk.claim(length);
        }
        return record;
    }

    private StateChunk takeChunk()
    {
        final StateChunk free = recycled.poll();
        if (null == free)
        {
            return new StateChunk(CHUNK_LENGTH);
        }
        free.clear();
        return free;
    }

    @SuppressWarnings("NonAtomicOperationOnVolatileField")
    private void handOver(final StateChunk full)
    {
        filledChunks++;
        filled.offer(full);
    }
}
