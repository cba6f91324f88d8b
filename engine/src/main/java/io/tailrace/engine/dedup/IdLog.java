package io.tailrace.engine.dedup;

import java.util.Arrays;

import org.agrona.UnsafeApi;

/**
 * Remembered ids in the order in which they were accepted, off-heap: appended at one end, forgotten at the other.
 * <pre>
 *   entry, 24 bytes: | device id u64 | event id u64 | device epoch u16 | 0 ... |
 *   sequence of an entry: from 0, gapless;  chunk = sequence / idsPerChunk
 *   first ............................ next
 *   |-- chunk --|-- chunk --|-- chunk --|      chunks that fall free are used again
 * </pre>
 * Grows by a chunk and moves no entry: the address of one is good until it is forgotten.
 * <p>
 * Threading: one thread. Hot path: allocation-free but for a new chunk where none is free.
 */
final class IdLog implements AutoCloseable
{
    static final int ENTRY_LENGTH = 24;

    private static final int EVENT_ID = 8;
    private static final int DEVICE_EPOCH = 16;
    private static final int MIN_CHUNKS = 8;

    private final int idsPerChunk;
    private final int chunkShift;

    // A ring by chunk number; a power of two long, so that low bits of a sequence find their chunk too.
    private long[] chunks = new long[MIN_CHUNKS];
    private long[] freeChunks = new long[MIN_CHUNKS];
    private int freeCount;
    private int chunkCount;
    private long first;
    private long next;

    /** @param idsPerChunk entries of a chunk, a power of two. */
    IdLog(final int idsPerChunk)
    {
        if (Integer.bitCount(idsPerChunk) != 1)
        {
            throw new IllegalArgumentException("idsPerChunk=" + idsPerChunk + ", expected a power of two");
        }
        this.idsPerChunk = idsPerChunk;
        chunkShift = Integer.numberOfTrailingZeros(idsPerChunk);
    }

    /** @return the sequence of the new entry. */
    long append(final long deviceId, final int deviceEpoch, final long eventId)
    {
        if ((next & idsPerChunk - 1) == 0 || first == next)
        {
            provideChunk();
        }
        final long entry = address(next);
        UnsafeApi.putLong(entry, deviceId);
        UnsafeApi.putLong(entry + EVENT_ID, eventId);
        UnsafeApi.putLong(entry + DEVICE_EPOCH, deviceEpoch);
        return next++;
    }

    /** Forgets the first entry, of which there is one. */
    void removeFirst()
    {
        assert first < next : "nothing to remove";
        final int chunk = chunkOf(first);
        first++;
        if ((first & idsPerChunk - 1) == 0 || first == next)
        {
            release(chunk);
        }
    }

    /** @return address of an entry; its sequence may lack high bits. */
    long address(final long sequence)
    {
        return chunks[chunkOf(sequence)] + (sequence & idsPerChunk - 1) * ENTRY_LENGTH;
    }

    /** @return entries from this one on that lie one behind the other, to the end of its chunk. */
    int run(final long sequence)
    {
        return (int)Math.min(idsPerChunk - (sequence & idsPerChunk - 1), next - sequence);
    }

    /** @return sequence of the oldest entry, or {@link #next} if there is none. */
    long first()
    {
        return first;
    }

    /** @return sequence of the next entry. */
    long next()
    {
        return next;
    }

    /** @return bytes taken off-heap. */
    long bytes()
    {
        return (long)chunkCount * idsPerChunk * ENTRY_LENGTH;
    }

    @Override
    public void close()
    {
        for (final long chunk : chunks)
        {
            free(chunk);
        }
        for (int i = 0; i < freeCount; i++)
        {
            free(freeChunks[i]);
        }
        Arrays.fill(chunks, 0);
        freeCount = 0;
        chunkCount = 0;
    }

    static long deviceId(final long entry)
    {
        return UnsafeApi.getLong(entry);
    }

    static long eventId(final long entry)
    {
        return UnsafeApi.getLong(entry + EVENT_ID);
    }

    static int deviceEpoch(final long entry)
    {
        return UnsafeApi.getShort(entry + DEVICE_EPOCH) & 0xFFFF;
    }

    private void provideChunk()
    {
        if ((next >>> chunkShift) - (first >>> chunkShift) >= chunks.length)
        {
            grow();
        }
        final int chunk = chunkOf(next);
        if (freeCount > 0)
        {
            chunks[chunk] = freeChunks[--freeCount];
        }
        else
        {
            chunks[chunk] = UnsafeApi.allocateMemory((long)idsPerChunk * ENTRY_LENGTH);
            chunkCount++;
        }
    }

    private void release(final int chunk)
    {
        if (freeCount == freeChunks.length)
        {
            freeChunks = Arrays.copyOf(freeChunks, freeChunks.length * 2);
        }
        freeChunks[freeCount++] = chunks[chunk];
        chunks[chunk] = 0;
    }

    private void grow()
    {
        final long[] old = chunks;
        chunks = new long[old.length * 2];
        final long end = next >>> chunkShift;
        for (long chunk = first >>> chunkShift; chunk < end; chunk++)
        {
            chunks[(int)(chunk & chunks.length - 1)] = old[(int)(chunk & old.length - 1)];
        }
    }

    private int chunkOf(final long sequence)
    {
        return (int)(sequence >>> chunkShift) & chunks.length - 1;
    }

    private static void free(final long chunk)
    {
        if (chunk != 0)
        {
            UnsafeApi.freeMemory(chunk);
        }
    }
}
