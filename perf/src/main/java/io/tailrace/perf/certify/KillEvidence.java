package io.tailrace.perf.certify;

import java.util.EnumSet;
import java.util.Set;

/**
 * What was found after a kill.
 *
 * @param isReady         whether the engine had said that it was ready.
 * @param hadRecordings   whether it had opened both recordings.
 * @param hasStarted      whether its start is in the journal.
 * @param readings        of it in the journal.
 * @param hasUnfinished   whether an unfinished checkpoint is left.
 * @param journalEnd      where the journal ends.
 * @param segmentLength   bytes of a segment.
 * @param unrecorded      bytes of results that were published and not recorded.
 */
record KillEvidence(
    boolean isReady,
    boolean hadRecordings,
    boolean hasStarted,
    long readings,
    boolean hasUnfinished,
    long journalEnd,
    int segmentLength,
    long unrecorded)
{
    /** The longest frame: a block that the archive writes at once may hold more of them, and often does not. */
    static final int BOUNDARY_REACH = 1 << 16;

    /** The phases that this kill has hit; more than one, if much went on at once, or none. */
    Set<KillPhase> phases()
    {
        final Set<KillPhase> phases = EnumSet.noneOf(KillPhase.class);
        if (!isReady)
        {
            phases.add(hadRecordings && !hasStarted ? KillPhase.RECOVERY : KillPhase.START_UP);
            return phases;
        }
        if (hasUnfinished)
        {
            phases.add(KillPhase.CHECKPOINT);
        }
        if (hasStarted && isAtBoundary())
        {
            phases.add(KillPhase.SEGMENT_ROLL);
        }
        if (unrecorded > 0)
        {
            phases.add(KillPhase.RESULT_BATCH);
        }
        if (phases.isEmpty() && readings > 0)
        {
            phases.add(KillPhase.STEADY);
        }
        return phases;
    }

    private boolean isAtBoundary()
    {
        final long behind = journalEnd % segmentLength;
        return journalEnd > BOUNDARY_REACH && Math.min(behind, segmentLength - behind) <= BOUNDARY_REACH;
    }
}
