package io.tailrace.archive;

import org.agrona.BitUtil;

/**
 * How the embedded archive records. Lengths are bytes.
 *
 * @param durability        what a durable position survives; default {@link Durability#PROCESS}.
 * @param dedicatedThreads  one thread per agent of driver and archive, instead of one for each of the two; default
 *                          {@code false}.
 * @param journalTermLength term buffer of a new journal, power of two from 64 KiB to 1 GiB; default 16 MiB.
 * @param resultsTermLength term buffer of a new results log, likewise; default 16 MiB.
 * @param segmentLength     segment file of a new recording: power of two, no shorter than either term; default 64
 *                          MiB. A purge deletes whole segments, and small ones stall the recording less.
 * @param mtu               longest frame with its 32-byte header: multiple of 32, at most 65504 and an eighth of a
 *                          term; default 65504, which carries 1023 messages of 64 bytes.
 */
public record ArchiveConfig(
    Durability durability,
    boolean dedicatedThreads,
    int journalTermLength,
    int resultsTermLength,
    int segmentLength,
    int mtu)
{
    /**
     * Default term buffer length.
     */
    public static final int DEFAULT_TERM_LENGTH = 16 * 1024 * 1024;

    /**
     * Default segment file length.
     */
    public static final int DEFAULT_SEGMENT_LENGTH = 64 * 1024 * 1024;

    /**
     * Longest frame that Aeron allows, and the default.
     */
    public static final int MAX_MTU = 65504;

    private static final int MIN_TERM_LENGTH = 64 * 1024;
    private static final int MAX_TERM_LENGTH = 1024 * 1024 * 1024;
    private static final int FRAME_ALIGNMENT = 32;
    private static final int MIN_MTU = 2 * FRAME_ALIGNMENT;

    /**
     * Validates every length.
     *
     * @throws IllegalArgumentException naming the property, its value and what is expected.
     */
    public ArchiveConfig
    {
        if (null == durability)
        {
            throw new IllegalArgumentException("durability=null, expected PROCESS or POWER");
        }

        checkTermLength("journalTermLength", journalTermLength);
        checkTermLength("resultsTermLength", resultsTermLength);

        final int longestTerm = Math.max(journalTermLength, resultsTermLength);
        if (!BitUtil.isPowerOfTwo(segmentLength) || segmentLength < longestTerm)
        {
            throw new IllegalArgumentException(
                "segmentLength=" + segmentLength + ", expected a power of two of at least " + longestTerm);
        }

        final int longestMtu = Math.min(MAX_MTU, Math.min(journalTermLength, resultsTermLength) / 8);
        if (mtu < MIN_MTU || mtu > longestMtu || 0 != mtu % FRAME_ALIGNMENT)
        {
            throw new IllegalArgumentException("mtu=" + mtu + ", expected a multiple of " + FRAME_ALIGNMENT +
                " between " + MIN_MTU + " and " + longestMtu);
        }
    }

    /**
     * All defaults.
     *
     * @return a configuration for two cores that survives the death of the process.
     */
    public static ArchiveConfig defaults()
    {
        return new ArchiveConfig(
            Durability.PROCESS, false, DEFAULT_TERM_LENGTH, DEFAULT_TERM_LENGTH, DEFAULT_SEGMENT_LENGTH, MAX_MTU);
    }

    /**
     * The same with another durability.
     *
     * @param newDurability what a durable position survives.
     * @return a copy.
     */
    public ArchiveConfig withDurability(final Durability newDurability)
    {
        return new ArchiveConfig(
            newDurability, dedicatedThreads, journalTermLength, resultsTermLength, segmentLength, mtu);
    }

    /**
     * The same with another threading.
     *
     * @param newDedicatedThreads one thread per agent?
     * @return a copy.
     */
    public ArchiveConfig withDedicatedThreads(final boolean newDedicatedThreads)
    {
        return new ArchiveConfig(
            durability, newDedicatedThreads, journalTermLength, resultsTermLength, segmentLength, mtu);
    }

    /**
     * The same with other lengths, for small machines and tests.
     *
     * @param termLength       of journal and results logs.
     * @param newSegmentLength of both.
     * @param newMtu           of both.
     * @return a copy.
     */
    public ArchiveConfig withLengths(final int termLength, final int newSegmentLength, final int newMtu)
    {
        return new ArchiveConfig(
            durability, dedicatedThreads, termLength, termLength, newSegmentLength, newMtu);
    }

    private static void checkTermLength(final String name, final int length)
    {
        if (!BitUtil.isPowerOfTwo(length) || length < MIN_TERM_LENGTH || length > MAX_TERM_LENGTH)
        {
            throw new IllegalArgumentException(name + "=" + length + ", expected a power of two between " +
                MIN_TERM_LENGTH + " and " + MAX_TERM_LENGTH);
        }
    }
}
