package io.tailrace.engine.dedup;

import io.tailrace.codec.SaturatingTime;
import io.tailrace.engine.config.MemoryEstimate;
import io.tailrace.engine.state.Capturable;
import io.tailrace.engine.state.CaptureSink;

/**
 * The ids that were seen within a time to live, exactly: a set of (device id, device epoch, event id). Time is cut into
 * generations of a quarter of the time to live. An id belongs to the generation in which it was accepted, and is
 * remembered while this one is at most four behind; then the whole generation is forgotten at once.
 * <pre>
 *   IdLog      | forgotten |  g - 4  | g - 3 | g - 2 |   g - 1   |  g  |
 *              first       begin of each generation                    next
 *   IdIndex    id --&gt; the latest entry of it, forgotten or not
 * </pre>
 * There is one log, in which generations lie one behind the other, and one index over all of it. Forgetting a
 * generation moves a mark. What is before the mark counts as absent wherever the index leads to it; its slots are
 * taken back two with each reading, in the order of the log, so nothing is ever swept at once. An index for each
 * generation would expire as easily, but ask for up to five look-ups, each a cache miss, where one suffices, and
 * for five times the memory, since each generation may be the one that holds all ids.
 * <p>
 * An id is added only while fewer than {@code maxIds} are remembered, and at least one forgotten entry is taken back
 * before, if there is any: remembered and forgotten entries together are never more than {@code maxIds}.
 * <p>
 * Entries do not change until they have been forgotten and taken back; accessors give them in the order of acceptance.
 * <p>
 * A capture goes through the log from its first remembered entry on, or from where the last one ended; an entry that is
 * about to be taken back before its turn comes is handed out then.
 * <p>
 * Threading: one thread. Hot path: allocation-free once grown; one cache miss for a new id. Memory: off-heap, taken as
 * it fills, see {@link MemoryEstimate}.
 */
public final class IdSet implements Capturable, AutoCloseable
{
    /** Bytes of an entry: device id u64, event id u64, device epoch u16, six zeroes; little-endian. */
    public static final int ENTRY_LENGTH = IdLog.ENTRY_LENGTH;

    /** Generations that a time to live is cut into. */
    public static final int GENERATIONS_PER_TTL = 4;

    /** Generations that are remembered at a time at most. */
    public static final int MAX_GENERATIONS = GENERATIONS_PER_TTL + 1;

    private static final int RECLAIMED_PER_ID = 2;

    private final long maxIds;
    private final long generationNs;
    private final IdLog log;
    private final IdIndex index;

    // Oldest first: those that hold ids.
    private final long[] generations = new long[MAX_GENERATIONS];
    private final long[] begins = new long[MAX_GENERATIONS];
    private int generationCount;

    /** Sequence of the oldest entry that is remembered. */
    private long firstRemembered;

    // The capture that is under way: entries from the cursor to the end, and the generations at the barrier.
    private CaptureSink capture;
    private int captureSection;
    private long captureCursor;
    private long captureEnd;
    private long captureOldest;
    private final long[] captureGenerations = new long[MAX_GENERATIONS];
    private final long[] captureBegins = new long[MAX_GENERATIONS];
    private int captureGenerationCount;

    // Derived from engine time.
    private long generation;
    private long generationEndNs = Long.MIN_VALUE;
    private boolean isClosed;

    /**
     * @param ttlNs  how long an id is remembered at least, up to a quarter more; from 1.
     * @param maxIds most ids, 1 to {@link MemoryEstimate#MAX_REMEMBERED_IDS}.
     */
    public IdSet(final long ttlNs, final long maxIds)
    {
        if (ttlNs < 1)
        {
            throw new IllegalArgumentException("ttlNs=" + ttlNs + ", expected a duration > 0");
        }
        if (maxIds < 1 || maxIds > MemoryEstimate.MAX_REMEMBERED_IDS)
        {
            throw new IllegalArgumentException(
                "maxIds=" + maxIds + ", expected 1 to " + MemoryEstimate.MAX_REMEMBERED_IDS);
        }
        this.maxIds = maxIds;
        generationNs = (ttlNs - 1) / GENERATIONS_PER_TTL + 1;
        log = new IdLog(MemoryEstimate.idsPerChunk(maxIds));
        index = new IdIndex(log, MemoryEstimate.idPartitions(maxIds));
    }

    /**
     * Judges an id, and remembers it if it is new.
     *
     * @param deviceId     u64.
     * @param deviceEpoch  u16.
     * @param eventId      u64.
     * @param engineTimeNs T, which never goes back.
     * @return {@link Deduplication#NEW}, {@link Deduplication#DUPLICATE} or {@link Deduplication#EXHAUSTED}.
     */
    public int add(final long deviceId, final int deviceEpoch, final long eventId, final long engineTimeNs)
    {
        forget(engineTimeNs);
        reclaim();
        final long hash = IdIndex.hash(deviceId, deviceEpoch, eventId);
        final long slot = index.find(hash, deviceId, deviceEpoch, eventId);
        if (slot != IdIndex.NULL_SLOT && isRemembered(slot))
        {
            return Deduplication.DUPLICATE;
        }
        if (size() == maxIds)
        {
            return Deduplication.EXHAUSTED;
        }
        if (generationCount == 0 || generations[generationCount - 1] != generation)
        {
            begin(generation);
        }
        append(slot, hash, deviceId, deviceEpoch, eventId);
        return Deduplication.NEW;
    }

    /** Forgets the generations that are too old at engine time T. */
    public void forget(final long engineTimeNs)
    {
        if (engineTimeNs < generationEndNs)
        {
            return;
        }
        generation = Math.floorDiv(engineTimeNs, generationNs);
        generationEndNs = SaturatingTime.add(
            engineTimeNs, generationNs - Math.floorMod(engineTimeNs, generationNs));
        int forgotten = 0;
        // As unsigned numbers: the difference of two generations need not fit a signed one.
        while (forgotten < generationCount &&
            Long.compareUnsigned(generation - generations[forgotten], GENERATIONS_PER_TTL) > 0)
        {
            forgotten++;
        }
        forgetOldest(forgotten);
    }

    /**
     * Brings near what {@link #add} will look at, and changes nothing.
     *
     * @return something that was read, to be used so that it is read.
     */
    public long touch(final long deviceId, final int deviceEpoch, final long eventId)
    {
        return index.touch(IdIndex.hash(deviceId, deviceEpoch, eventId));
    }

    /** @return ids that are remembered. */
    public long size()
    {
        return log.next() - firstRemembered;
    }

    /** @return entries that are forgotten but still take room; a few readings take them back. */
    public long unreclaimed()
    {
        return firstRemembered - log.first();
    }

    /** @return bytes taken off-heap. */
    public long bytes()
    {
        return log.bytes() + index.bytes();
    }

    /** @return generations that hold ids, {@code 0 <= count <= }{@link #MAX_GENERATIONS}. */
    public int generationCount()
    {
        return generationCount;
    }

    /** @return number of a generation, oldest first: {@code floor(T / length)}. */
    public long generation(final int at)
    {
        return generations[at];
    }

    /** @return ids of a generation. */
    public long count(final int at)
    {
        return (at + 1 < generationCount ? begins[at + 1] : log.next()) - begins[at];
    }

    /**
     * Where an entry of a generation lies; {@link #ENTRY_LENGTH} bytes, good until the generation is forgotten and
     * another reading was added.
     *
     * @param at    generation, oldest first.
     * @param entry {@code 0 <= entry < count(at)}, in the order of acceptance.
     * @return its address.
     */
    public long address(final int at, final long entry)
    {
        return log.address(begins[at] + entry);
    }

    /** @return entries of a generation that lie one behind the other from this one on, itself included. */
    public int run(final int at, final long entry)
    {
        return (int)Math.min(log.run(begins[at] + entry), count(at) - entry);
    }

    @Override
    public void beginCapture(final CaptureSink to, final int section, final boolean isFull)
    {
        if (null != capture)
        {
            throw new IllegalStateException("a capture of the remembered ids is under way");
        }
        capture = to;
        captureSection = section;
        captureGenerationCount = generationCount;
        System.arraycopy(generations, 0, captureGenerations, 0, generationCount);
        System.arraycopy(begins, 0, captureBegins, 0, generationCount);
        captureCursor = isFull ? firstRemembered : Math.max(firstRemembered, captureEnd);
        captureEnd = log.next();
        captureOldest = oldestGeneration();
        to.onEntries(section, captureOldest, captureOldest, 0, 0);
    }

    @Override
    public boolean capture(final int maxEntries)
    {
        int left = maxEntries;
        while (left > 0 && captureCursor < captureEnd)
        {
            int at = captureGenerationCount - 1;
            while (captureBegins[at] > captureCursor)
            {
                at--;
            }
            final long generationEnd = at + 1 < captureGenerationCount ? captureBegins[at + 1] : captureEnd;
            final int count = (int)Math.min(
                Math.min(left, log.run(captureCursor)), Math.min(generationEnd, captureEnd) - captureCursor);
            capture.onEntries(
                captureSection,
                captureGenerations[at],
                captureOldest,
                log.address(captureCursor),
                count * ENTRY_LENGTH);
            captureCursor += count;
            left -= count;
        }
        final boolean isDone = captureCursor == captureEnd;
        if (isDone)
        {
            capture = null;
        }
        return isDone;
    }

    @Override
    public void forEach(final int section, final CaptureSink to)
    {
        to.onEntries(section, oldestGeneration(), oldestGeneration(), 0, 0);
        for (int at = 0; at < generationCount; at++)
        {
            long entry = 0;
            while (entry < count(at))
            {
                final int run = run(at, entry);
                to.onEntries(section, generations[at], generations[0], address(at, entry), run * ENTRY_LENGTH);
                entry += run;
            }
        }
    }

    /** Forgets the generations before one, as a capture says. */
    public void forgetBefore(final long oldest)
    {
        int forgotten = 0;
        while (forgotten < generationCount && generations[forgotten] < oldest)
        {
            forgotten++;
        }
        forgetOldest(forgotten);
    }

    /**
     * Adds entries of a generation as they were, oldest generation first; a generation may come in parts.
     *
     * @param generation number of the generation.
     * @param entries    address of the first.
     * @param count      how many there are, one behind the other.
     * @throws IllegalArgumentException if that cannot have been the state of a set with these bounds.
     */
    public void restore(final long generation, final long entries, final long count)
    {
        if (generationCount > 0 && (generation < generations[generationCount - 1] ||
            Long.compareUnsigned(generation - generations[0], GENERATIONS_PER_TTL) > 0))
        {
            throw new IllegalArgumentException("generation=" + generation + ", expected " +
                generations[generationCount - 1] + " to " + GENERATIONS_PER_TTL + " behind " + generations[0]);
        }
        if (count < 0 || count > maxIds - size())
        {
            throw new IllegalArgumentException("count=" + count + ", expected 0 to " + (maxIds - size()));
        }
        if (count > 0 && (generationCount == 0 || generations[generationCount - 1] != generation))
        {
            begin(generation);
        }
        for (long i = 0; i < count; i++)
        {
            restore(entries + i * ENTRY_LENGTH);
        }
    }

    @Override
    public void close()
    {
        if (!isClosed)
        {
            isClosed = true;
            index.close();
            log.close();
        }
    }

    /** @return device id of an entry. */
    public static long deviceId(final long entry)
    {
        return IdLog.deviceId(entry);
    }

    /** @return event id of an entry. */
    public static long eventId(final long entry)
    {
        return IdLog.eventId(entry);
    }

    /** @return device epoch of an entry, u16. */
    public static int deviceEpoch(final long entry)
    {
        return IdLog.deviceEpoch(entry);
    }

    private void restore(final long entry)
    {
        reclaim();
        final long deviceId = IdLog.deviceId(entry);
        final int deviceEpoch = IdLog.deviceEpoch(entry);
        final long eventId = IdLog.eventId(entry);
        final long hash = IdIndex.hash(deviceId, deviceEpoch, eventId);
        final long slot = index.find(hash, deviceId, deviceEpoch, eventId);
        if (slot != IdIndex.NULL_SLOT && isRemembered(slot))
        {
            throw new IllegalArgumentException("id=" + Long.toUnsignedString(eventId) + " of device=" +
                Long.toUnsignedString(deviceId) + " twice, expected once");
        }
        append(slot, hash, deviceId, deviceEpoch, eventId);
    }

    private void forgetOldest(final int count)
    {
        if (count > 0)
        {
            generationCount -= count;
            System.arraycopy(generations, count, generations, 0, generationCount);
            System.arraycopy(begins, count, begins, 0, generationCount);
            firstRemembered = generationCount == 0 ? log.next() : begins[0];
        }
    }

    /** The generation before which all are forgotten. */
    private long oldestGeneration()
    {
        return generationCount == 0 ? Long.MAX_VALUE : generations[0];
    }

    private void begin(final long generation)
    {
        generations[generationCount] = generation;
        begins[generationCount++] = log.next();
    }

    private void append(
        final long slot, final long hash, final long deviceId, final int deviceEpoch, final long eventId)
    {
        final long sequence = log.append(deviceId, deviceEpoch, eventId);
        if (slot == IdIndex.NULL_SLOT)
        {
            index.put(hash, sequence);
        }
        else
        {
            // The slot of a forgotten entry of the same id, which will not find it when it is taken back.
            IdIndex.refer(slot, sequence);
        }
    }

    private void reclaim()
    {
        for (int i = 0; i < RECLAIMED_PER_ID && log.first() < firstRemembered; i++)
        {
            if (null != capture && log.first() == captureCursor)
            {
                capture(RECLAIMED_PER_ID);
            }
            final long entry = log.address(log.first());
            index.remove(
                IdIndex.hash(IdLog.deviceId(entry), IdLog.deviceEpoch(entry), IdLog.eventId(entry)), log.first());
            log.removeFirst();
        }
    }

    private boolean isRemembered(final long slot)
    {
        return (IdIndex.sequenceOf(slot) - log.first() & IdIndex.SEQUENCE_MASK) >= firstRemembered - log.first();
    }
}
