package io.tailrace.engine;

import java.util.List;

import io.tailrace.archive.recording.TailReport;

/**
 * How state was rebuilt at launch.
 *
 * @param tails            what the check of the recordings' ends found.
 * @param journalPosition  where the journal ended.
 * @param replayedMessages messages of the journal.
 * @param comparedResults  results that the results log held already, byte for byte.
 * @param unverifiedResults results that it held once, purged since.
 * @param emittedResults   results that it did not hold and now holds.
 * @param timeZoneData     version of the time-zone data that results follow from now on, such as {@code 2025b}.
 * @param durationNs       how long it took, without the launch of the archive.
 */
public record RecoveryReport(
    List<TailReport> tails,
    long journalPosition,
    long replayedMessages,
    long comparedResults,
    long unverifiedResults,
    long emittedResults,
    String timeZoneData,
    long durationNs)
{
}
