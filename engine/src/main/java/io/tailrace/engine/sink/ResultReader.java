package io.tailrace.engine.sink;

import io.tailrace.archive.journal.LiveRecording;

/** Follows the results log. Threading: one thread. */
interface ResultReader extends AutoCloseable
{
    /**
     * Delivers frames of results that have become durable.
     *
     * @return how many.
     */
    int poll(LiveRecording.FrameHandler handler, int frameLimit);

    /** @return position in the log after the last frame delivered. */
    long position();

    /** @return whether nothing will be delivered any more. */
    boolean hasEnded();

    @Override
    void close();
}
