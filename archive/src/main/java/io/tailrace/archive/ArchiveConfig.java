package io.tailrace.archive;

import java.util.Objects;
import java.util.concurrent.TimeUnit;

import io.aeron.archive.checksum.Checksum;
import io.aeron.archive.checksum.Checksums;
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
 * @param standstillNs      for so long the process, or a local client of its driver, may stand still and is not taken
 *                          for dead; default 5 minutes, see {@code engine/docs/adr/006}.
 * @param recordChecksum    of each recorded frame, computed before it is written; default CRC-32C, which is what is
 *                          checked. Another one must give the same values: such as one that a test slows.
 */
public record ArchiveConfig(
    Durability durability,
    boolean dedicatedThreads,
    int journalTermLength,
    int resultsTermLength,
    int segmentLength,
    int mtu,
    long standstillNs,
    Checksum recordChecksum)
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

    /**
     * Default time to stand still.
     */
    public static final long DEFAULT_STANDSTILL_NS = TimeUnit.MINUTES.toNanos(5);

    private static final int MIN_TERM_LENGTH = 64 * 1024;
    private static final int MAX_TERM_LENGTH = 1024 * 1024 * 1024;
    private static final long MIN_STANDSTILL_NS = TimeUnit.SECONDS.toNanos(1);
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

        if (standstillNs < MIN_STANDSTILL_NS)
        {
            throw new IllegalArgumentException(
                "standstillNs=" + standstillNs + ", expected " + MIN_STANDSTILL_NS + " or more");
        }
        Objects.requireNonNull(recordChecksum, "recordChecksum");
    }

    /**
     * All defaults.
     *
     * @return a configuration for two cores that survives the death of the process.
     */
    public static ArchiveConfig defaults()
    {
        return new ArchiveConfig(
            Durability.PROCESS,
            false,
            DEFAULT_TERM_LENGTH,
            DEFAULT_TERM_LENGTH,
            DEFAULT_SEGMENT_LENGTH,
            MAX_MTU,
            DEFAULT_STANDSTILL_NS,
            Checksums.crc32c());
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
            newDurability,
            dedicatedThreads,
            journalTermLength,
            resultsTermLength,
            segmentLength,
            mtu,
            standstillNs,
            recordChecksum);
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
            durability,
            newDedicatedThreads,
            journalTermLength,
            resultsTermLength,
            segmentLength,
            mtu,
            standstillNs,
            recordChecksum);
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
            durability,
            dedicatedThreads,
            termLength,
            termLength,
            newSegmentLength,
            newMtu,
            standstillNs,
            recordChecksum);
    }

    /**
     * The same with another time to stand still.
     *
     * @param newStandstillNs for how long.
     * @return a copy.
     */
    public ArchiveConfig withStandstillNs(final long newStandstillNs)
    {
        return new ArchiveConfig(
            durability,
            dedicatedThreads,
            journalTermLength,
            resultsTermLength,
            segmentLength,
            mtu,
            newStandstillNs,
            recordChecksum);
    }

    /**
     * The same with another way to compute the checksum of recorded frames.
     *
     * @param newRecordChecksum that gives the same values.
     * @return a copy.
     */
    public ArchiveConfig withRecordChecksum(final Checksum newRecordChecksum)
    {
        return new ArchiveConfig(
            durability,
            dedicatedThreads,
            journalTermLength,
            resultsTermLength,
            segmentLength,
            mtu,
            standstillNs,
            newRecordChecksum);
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
