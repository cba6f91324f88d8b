package io.tailrace.engine.queue;

import java.util.Locale;

/**
 * The stages that can be under back pressure, in the direction of the flow, and what each of them then waits for.
 */
public enum PipelineStage
{
    /** No stage. */
    NONE,
    /** Waits for room in the event ring: the stages behind it are the slower ones. */
    INGRESS,
    /** Waits for the recording of the journal. */
    JOURNAL,
    /** Wait for room in the results ring. */
    OPERATORS,
    /** Egress waits until the causes of results are durable in the journal. */
    GATE,
    /** Waits for the recording of the results log. */
    EGRESS;

    /** @return the name in output. */
    public String text()
    {
        return name().toLowerCase(Locale.ROOT);
    }
}
