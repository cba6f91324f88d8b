package io.tailrace.engine.state;

/**
 * Takes state as it was at a barrier: blocks of a {@link BlockStore}, in any order and each at most once, and entries
 * that never change while they live.
 */
public interface CaptureSink
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

    /**
     * Entries that lie one behind the other; to be copied before this returns. They come in the order in which they
     * were made.
     *
     * @param section    whose entries they are.
     * @param generation that they belong to, which will go as a whole.
     * @param oldest     generation that was there at the barrier; those before it are gone.
     * @param address    of the first.
     * @param length     bytes of all, a multiple of 8; 0: there is nothing but what {@code oldest} says.
     */
    void onEntries(int section, long generation, long oldest, long address, int length);
}
