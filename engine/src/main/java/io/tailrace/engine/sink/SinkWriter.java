package io.tailrace.engine.sink;

import io.tailrace.engine.tail.ResultKind;
import org.agrona.DirectBuffer;

/**
 * Where a sink writes to, from one connection to its loss. After any exception it is closed, and another one is opened
 * that goes on where what was written ends.
 * <p>
 * Threading: one thread; {@link #abort} any.
 */
interface SinkWriter extends AutoCloseable
{
    /**
     * Finds out what has been written, and repairs its end.
     *
     * @param oldest where to begin if nothing ever has been.
     * @return where to go on.
     * @throws SinkException if there is no going on.
     * @throws Exception     if another try may do.
     */
    SinkPosition open(SinkPosition oldest) throws Exception;

    /**
     * Takes the next result. It may be written later.
     *
     * @param kind     of the result.
     * @param epoch    of the result.
     * @param sequence of the result.
     * @param buffer   holds it, valid during the call.
     * @param offset   of its header.
     */
    void add(ResultKind kind, int epoch, long sequence, DirectBuffer buffer, int offset) throws Exception;

    /** Passes over the next result, which is not wanted but counts as done. */
    void pass(int epoch, long sequence) throws Exception;

    /** Writes what is due; called after each look at the log, also if nothing was there. */
    void flush(long nowNs) throws Exception;

    /** Writes everything, due or not, before an end in order. */
    void finish() throws Exception;

    /** @return what comes next after all that is written for good. */
    SinkPosition written();

    /** Makes calls of another thread that hang fail soon. */
    void abort();

    /** Gives up what is not written, and everything else. */
    @Override
    void close();
}
