package io.tailrace.engine.checkpoint;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

import io.tailrace.engine.dedup.IdSet;
import io.tailrace.engine.operator.StateSection;
import io.tailrace.engine.state.CaptureSink;
import io.tailrace.engine.state.BlockStore;
import org.agrona.UnsafeApi;

/**
 * A digest of each section of the state, kept up to date by the records of a full capture and of the increments upon
 * it: equal states have equal digests, whichever way they came about.
 * <pre>
 *   section of blocks:   sum over its blocks of a hash of number, key, attribute and bytes
 *   section of ids:      sum over its entries of a hash of generation and bytes
 *   section of numbers:  a hash of them
 * </pre>
 * Threading: one thread. Memory: 8 bytes a block, on the heap.
 */
final class StateDigest
{
    private static final long PRIME = 0x9E3779B97F4A7C15L;

    private final long[][] hashes;
    private final long[] digests;

    /** Of ids: a sum for each generation, which is forgotten as a whole. */
    private final List<TreeMap<Long, Long>> generations = new ArrayList<>();

    StateDigest(final int sectionCount)
    {
        hashes = new long[sectionCount][0];
        for (int i = 0; i < sectionCount; i++)
        {
            generations.add(new TreeMap<>());
        }
        digests = new long[sectionCount];
    }

    /** @return the digest of a state as it is now; not while it is being captured. */
    static StateDigest of(final List<StateSection> sections)
    {
        final StateDigest digest = new StateDigest(sections.size());
        for (int i = 0; i < sections.size(); i++)
        {
            final StateSection section = sections.get(i);
            if (section.isNumbers())
            {
                final long[] hash = {PRIME};
                section.save().accept(value -> hash[0] = mix(hash[0], value));
                digest.digests[i] = hash[0];
            }
            else
            {
                section.capturable().forEach(i, new LiveDigest(digest));
            }
        }
        return digest;
    }

    /** Forgets what was recorded, for the next full capture, and keeps the memory: that has about as many blocks. */
    void clear()
    {
        Arrays.fill(digests, 0);
        generations.forEach(TreeMap::clear);
        for (final long[] section : hashes)
        {
            Arrays.fill(section, 0);
        }
    }

    /** @return of a section. */
    long get(final int section)
    {
        return digests[section];
    }

    int sectionCount()
    {
        return digests.length;
    }

    void onRecord(final long record)
    {
        final int section = StateRecord.section(record);
        switch (StateRecord.kind(record))
        {
            case StateRecord.NUMBERS:
                digests[section] = hash(
                    PRIME, record + StateRecord.HEADER_LENGTH, StateRecord.length(record) - StateRecord.HEADER_LENGTH);
                break;

            case StateRecord.REMOVED:
                replace(section, StateRecord.number(record), 0);
                break;

            case StateRecord.ENTRIES:
                onEntries(
                    section,
                    StateRecord.generation(record),
                    StateRecord.oldest(record),
                    record + StateRecord.ENTRIES_HEADER_LENGTH,
                    StateRecord.length(record) - StateRecord.ENTRIES_HEADER_LENGTH);
                break;

            default:
                replace(
                    section,
                    StateRecord.number(record),
                    hash(
                        PRIME,
                        record + StateRecord.HEADER_LENGTH,
                        StateRecord.length(record) - StateRecord.HEADER_LENGTH));
                break;
        }
    }

    private void onEntries(
        final int section, final long generation, final long oldest, final long address, final int length)
    {
        final TreeMap<Long, Long> sums = generations.get(section);
        sums.headMap(oldest).clear();
        long sum = 0;
        for (int i = 0; i < length; i += IdSet.ENTRY_LENGTH)
        {
            sum += hash(mix(PRIME, generation), address + i, IdSet.ENTRY_LENGTH);
        }
        if (length > 0)
        {
            sums.merge(generation, sum, Long::sum);
        }
        digests[section] = sums.values().stream().mapToLong(Long::longValue).sum();
    }

    private void replace(final int section, final int number, final long hash)
    {
        if (number >= hashes[section].length)
        {
            hashes[section] = Arrays.copyOf(hashes[section], Math.max(number + 1, hashes[section].length * 2));
        }
        digests[section] += hash - hashes[section][number];
        hashes[section][number] = hash;
    }

    private static long hash(final long seed, final long address, final int length)
    {
        long hash = seed;
        for (int i = 0; i < length; i += Long.BYTES)
        {
            hash = mix(hash, UnsafeApi.getLong(address + i));
        }
        return hash;
    }

    // One round of MurmurHash3's finaliser (Appleby) for each word.
    private static long mix(final long hash, final long word)
    {
        long h = (hash ^ word) * PRIME;
        h ^= h >>> 32;
        h *= 0xff51afd7ed558ccdL;
        return h ^ (h >>> 29);
    }

    /** Digests blocks where they are. */
    private record LiveDigest(StateDigest digest) implements CaptureSink
    {
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
            long hash = mix(mix(mix(mix(PRIME, number), keyHigh), keyLow), attribute);
            for (int i = 0; i < length; i += Long.BYTES)
            {
                final boolean holdsStamp = stamp != BlockStore.NO_STAMP && stamp >>> 3 == i >>> 3;
                // Bytes count from the low end.
                final long mask = holdsStamp ? ~(0xFFL << ((stamp & 7) * Byte.SIZE)) : -1L;
                hash = mix(hash, UnsafeApi.getLong(block + i) & mask);
            }
            digest.digests[section] += hash;
        }

        @Override
        public void onEntries(
            final int section, final long generation, final long oldest, final long address, final int length)
        {
            digest.onEntries(section, generation, oldest, address, length);
        }

        @Override
        public void onRemoved(final int section, final int number)
        {
            throw new IllegalStateException("nothing is removed from a state as it is");
        }
    }
}
