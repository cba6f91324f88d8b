package io.tailrace.perf.certify;

/**
 * When an engine is killed, and by what it is told afterwards that it was then.
 */
enum KillPhase
{
    /** Readings of this incarnation are in the journal, and nothing else was going on. */
    STEADY("steady", "readings of the incarnation behind its Started, no unfinished checkpoint"),
    /** The unfinished file of a checkpoint is there. */
    CHECKPOINT("checkpoint", "checkpoints/*.tmp is left"),
    /** It never said that it was ready, and was not replaying. */
    START_UP("start-up", "no ready line, no replay under way"),
    /** Both recordings were open, and its Started is not in the journal: it was restoring and replaying. */
    RECOVERY("recovery", "both recordings open, no ready line, no Started in the journal"),
    /** The journal ends within the longest frame of the boundary of two segments. */
    SEGMENT_ROLL("segment roll", "journal ends within 64 KiB of a segment boundary"),
    /** Results had been published that were not recorded. */
    RESULT_BATCH("half-written results", "results log published beyond its recorded position");

    private final String text;
    private final String evidence;

    KillPhase(final String text, final String evidence)
    {
        this.text = text;
        this.evidence = evidence;
    }

    /** The name in reports. */
    String text()
    {
        return text;
    }

    /** What must be found after the kill for it to count. */
    String evidence()
    {
        return evidence;
    }
}
