package io.tailrace.perf.certify;

import java.util.Set;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** What must be found for a kill to count. */
class KillEvidenceTest
{
    private static final int SEGMENT = 1 << 21;
    private static final long MIDDLE = SEGMENT + SEGMENT / 2;

    @Test
    void shouldCallAKillSteadyOnlyIfNothingElseWentOn()
    {
        assertEquals(Set.of(KillPhase.STEADY), ready(10, false, MIDDLE, 0));
        assertEquals(Set.of(KillPhase.CHECKPOINT), ready(10, true, MIDDLE, 0));
        assertEquals(Set.of(KillPhase.RESULT_BATCH), ready(10, false, MIDDLE, 32));
        assertEquals(Set.of(KillPhase.CHECKPOINT, KillPhase.RESULT_BATCH), ready(10, true, MIDDLE, 32));
    }

    @Test
    void shouldNotCountAnEngineThatHasJournalledNothing()
    {
        assertEquals(Set.of(), ready(0, false, MIDDLE, 0));
    }

    @Test
    void shouldTakeTheLongestFrameOnEitherSideOfABoundary()
    {
        final long boundary = 2L * SEGMENT;
        assertEquals(Set.of(KillPhase.SEGMENT_ROLL), ready(10, false, boundary, 0));
        assertEquals(Set.of(KillPhase.SEGMENT_ROLL),
            ready(10, false, boundary - KillEvidence.BOUNDARY_REACH, 0));
        assertEquals(Set.of(KillPhase.SEGMENT_ROLL),
            ready(10, false, boundary + KillEvidence.BOUNDARY_REACH, 0));
        assertEquals(Set.of(KillPhase.STEADY), ready(10, false, boundary - KillEvidence.BOUNDARY_REACH - 32, 0));
        assertEquals(Set.of(KillPhase.STEADY), ready(10, false, boundary + KillEvidence.BOUNDARY_REACH + 32, 0));
    }

    @Test
    void shouldNotTakeTheBeginningOfTheJournalForABoundary()
    {
        assertEquals(Set.of(KillPhase.STEADY), ready(10, false, 4096, 0));
    }

    @Test
    void shouldTellRecoveryFromTheRestOfAStart()
    {
        assertEquals(Set.of(KillPhase.START_UP), starting(false, false));
        assertEquals(Set.of(KillPhase.RECOVERY), starting(true, false));
        assertEquals(Set.of(KillPhase.START_UP), starting(true, true));
    }

    private static Set<KillPhase> ready(
        final long readings, final boolean hasUnfinished, final long journalEnd, final long unrecorded)
    {
        return new KillEvidence(true, true, true, readings, hasUnfinished, journalEnd, SEGMENT, unrecorded).phases();
    }

    private static Set<KillPhase> starting(final boolean hadRecordings, final boolean hasStarted)
    {
        return new KillEvidence(false, hadRecordings, hasStarted, 0, true, 2L * SEGMENT, SEGMENT, 0).phases();
    }
}
