package io.tailrace.engine.state;

/**
 * Takes the blocks of a {@link BlockStore} as they were at a barrier, in any order, each at most once.
 */
public interface BlockCapture
{
    /**
     * A block; to be copied before this returns.
     *
     * @param section   of the store.
     * @param number    of the block.
     * @param keyHigh   of its key.
     * @param keyLow    of its key.
     * @param attribute of the block.
     * @param block     address of its bytes.
     * @param length    of the block.
     * @param stamp     offset in the block of a byte that is no part of the state, or {@link BlockStore#NO_STAMP}.
     */
    void onBlock(
        int section, int number, long keyHigh, long keyLow, long attribute, long block, int length, int stamp);

    /**
     * The block with a number was removed between the last two barriers. A block that has the number now comes after
     * this.
     */
    void onRemoved(int section, int number);
}
