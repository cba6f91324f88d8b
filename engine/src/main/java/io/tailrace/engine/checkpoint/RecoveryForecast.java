package io.tailrace.engine.checkpoint;

import java.util.concurrent.TimeUnit;

/**
 * How long a recovery is going to take: so many bytes of checkpoint files to restore, and so many of journal to replay.
 * <p>
 * The rate of the replay is the one measured at the last recovery, if that took long enough to say anything, or else
 * the default. Either way it is a forecast: firing and comparing results costs time too, and so does a cold disk.
 *
 * @param journalBytesPerSecond that are replayed.
 * @param isMeasured            whether that is measured.
 */
public record RecoveryForecast(long journalBytesPerSecond, boolean isMeasured)
{
    /** What is taken for granted until it is measured: a modest machine, all windows busy. */
    public static final long DEFAULT_MESSAGES_PER_SECOND = 1_000_000;
    /** Bytes of checkpoint files that are taken to be restored in a second. */
    public static final long RESTORED_BYTES_PER_SECOND = 100_000_000;
    /** Messages below which a replay says nothing. */
    public static final long MIN_MESSAGES = 100_000;
    /** Ns below which a replay says nothing. */
    public static final long MIN_REPLAY_NS = TimeUnit.MILLISECONDS.toNanos(100);

    /** The default rate. */
    public static final RecoveryForecast DEFAULT = new RecoveryForecast(DEFAULT_MESSAGES_PER_SECOND * 64, false);

    private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    /**
     * Takes the rate of a replay.
     *
     * @param journalBytes that were replayed.
     * @param messages     that they held.
     * @param replayNs     how long it took.
     * @return with that rate, or the default one if it was too little.
     */
    public static RecoveryForecast of(final long journalBytes, final long messages, final long replayNs)
    {
        return messages < MIN_MESSAGES || replayNs < MIN_REPLAY_NS ?
            DEFAULT : new RecoveryForecast((long)(journalBytes * NANOS_PER_SECOND / replayNs), true);
    }

    /**
     * Predicts.
     *
     * @param checkpointBytes of the files of one checkpoint.
     * @param journalBytes    behind it.
     * @return ns, without the launch of archive and sources.
     */
    public long recoveryNs(final long checkpointBytes, final long journalBytes)
    {
        return (long)(NANOS_PER_SECOND * checkpointBytes / RESTORED_BYTES_PER_SECOND +
            NANOS_PER_SECOND * journalBytes / journalBytesPerSecond);
    }
}
