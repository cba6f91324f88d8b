package io.tailrace.engine;

import java.util.List;

import io.tailrace.archive.recording.TailReport;

/**
 * How state was rebuilt at launch.
 *
 * @param tails               what the check of the recordings' ends found.
 * @param journalPosition     where the journal ended.
 * @param checkpoint          number of the checkpoint that was restored, or {@link #NO_CHECKPOINT}.
 * @param replayedFrom        journal position from which on it was replayed.
 * @param restoredBlocks      blocks of devices, keys and panes that the files of the checkpoint held.
 * @param verifiedCheckpoints newer checkpoints that could not be restored, and whose state came true in the replay.
 * @param replayedMessages    messages of the journal.
 * @param comparedResults     results that the results log held already, byte for byte.
 * @param unverifiedResults   results that it held once, purged since.
 * @param emittedResults      results that it did not hold and now holds.
 * @param timeZoneData        version of the time-zone data that results follow from now on, such as {@code 2025b}.
 * @param windowsWholeAfterNs event time, epoch ns: windows that start later have all their readings, although the
 *                            journal had lost its beginning and no checkpoint was restored. {@link Long#MIN_VALUE}:
 *                            all windows have; {@link Long#MAX_VALUE}: it is not known which ones.
 * @param restoreNs           how long it took to choose and restore the checkpoint.
 * @param replayNs            how long it took to replay.
 */
public record RecoveryReport(
    List<TailReport> tails,
    long journalPosition,
    long checkpoint,
    long replayedFrom,
    long restoredBlocks,
    int verifiedCheckpoints,
    long replayedMessages,
    long comparedResults,
    long unverifiedResults,
    long emittedResults,
    String timeZoneData,
    long windowsWholeAfterNs,
    long restoreNs,
    long replayNs)
{
    /** None was restored. */
    public static final long NO_CHECKPOINT = -1;

    /** Of an engine that keeps nothing. */
    static RecoveryReport none(final String timeZoneData)
    {
        return new RecoveryReport(
            List.of(), 0, NO_CHECKPOINT, 0, 0, 0, 0, 0, 0, 0, timeZoneData, WholeWindows.ALL, 0, 0);
    }

    /** @return {@link #windowsWholeAfterNs} as it is printed, or {@code unknown}; empty if no window lacks anything. */
    public String windowsWholeAfter()
    {
        return WholeWindows.ALL == windowsWholeAfterNs ? "" : WholeWindows.text(windowsWholeAfterNs);
    }

    /** @return how long it took, without the launch of the archive. */
    public long durationNs()
    {
        return restoreNs + replayNs;
    }
}
