package io.tailrace.engine.sink;

/** The results log, as sinks see it. Threading: any. */
interface ResultSource
{
    /** @return the oldest result that the log holds, or will. */
    SinkPosition oldest();

    /**
     * Opens the log at or before a result.
     *
     * @return a reader, to be closed by the caller.
     * @throws SinkException if the log does not hold that result any more, or never did.
     */
    ResultReader open(SinkPosition from);

    /** @return position where the log ends now. */
    long endPosition();
}
