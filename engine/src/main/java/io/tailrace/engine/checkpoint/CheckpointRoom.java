package io.tailrace.engine.checkpoint;

import java.util.function.LongSupplier;

/**
 * Whether there is room on the disk for a checkpoint, and for which one.
 * <p>
 * One for which there is none is not begun, so that it does not take what the recordings need. Where an increment would
 * take the room that the next full one needs, that one is taken in its place: it alone lets an older chain go, and the
 * recordings behind it.
 * <p>
 * Threading: the checkpoint agent's.
 */
final class CheckpointRoom
{
    private final LongSupplier room;
    private final CheckpointCounts counts;
    private long incrementLength = CheckpointCounts.NONE;
    private long left;
    private boolean isShort;
    private boolean isFull;

    /**
     * @param room   bytes that checkpoints may take now, without what others will need; negative: they have taken too
     *               much.
     * @param counts how long a full one is expected to be.
     */
    CheckpointRoom(final LongSupplier room, final CheckpointCounts counts)
    {
        this.room = room;
        this.counts = counts;
    }

    /** Looks how much there is, and decides which kind it is to be. */
    void look(final boolean isFullDue)
    {
        left = room.getAsLong();
        isShort = left < incrementLength() + counts.stateBytes();
        isFull = isFullDue || isShort && left >= counts.stateBytes();
    }

    /** @return whether it is to be a full one. */
    boolean isFull()
    {
        return isFull;
    }

    /** @return whether not even an increment and the next full one had room together. */
    boolean isShort()
    {
        return isShort;
    }

    /** @return what is missing, or null if there was room for the one that was decided on. */
    String lack()
    {
        final long expected = isFull ? counts.stateBytes() : incrementLength();
        return left >= expected ? null :
            "it may take " + expected + " bytes, and there is room for " + Math.max(0, left);
    }

    /**
     * Somebody may have taken the room meanwhile.
     *
     * @throws LackOfRoomException if there is not so much left.
     */
    void require(final long length)
    {
        if (room.getAsLong() < length)
        {
            throw new LackOfRoomException("it may take " + length + " bytes more, and there is no room for them");
        }
    }

    /** An increment is complete. */
    void onIncrement(final long bytes)
    {
        incrementLength = bytes;
    }

    /** As long as the last one; or, if there was none, as all state. */
    private long incrementLength()
    {
        return CheckpointCounts.NONE == incrementLength ? counts.stateBytes() : incrementLength;
    }

    /** The room that was there when the checkpoint was begun is gone. */
    static final class LackOfRoomException extends RuntimeException
    {
        private static final long serialVersionUID = 1;

        LackOfRoomException(final String message)
        {
            super(message);
        }
    }
}
