package io.tailrace.engine.retention;

/**
 * A recording that can be purged from its beginning, segment by segment.
 */
interface RetainedLog
{
    /** @return first position that is kept. */
    long startPosition();

    /** @return position up to which everything is durable. */
    long endPosition();

    /** @return bytes of a segment, a power of two. */
    int segmentLength();

    /**
     * Ingest time of what was recorded there.
     *
     * @param position base of a segment, before the end.
     * @return time of its first message, or of the cause of its first result, epoch ns.
     */
    long timeAt(long position);

    /**
     * Purges the oldest segment if all of it lies before a position.
     *
     * @return whether it did; false as well if somebody is reading that segment.
     */
    boolean purgeBefore(long position);

    /** Ends whatever reads the recording through its archive; who reads on opens it again. */
    void cutOffReaders();
}
