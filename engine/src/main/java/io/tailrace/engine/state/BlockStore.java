package io.tailrace.engine.state;

import java.util.Arrays;

import net.openhft.chronicle.map.ChronicleMap;
import org.agrona.BitUtil;
import org.agrona.UnsafeApi;

/**
 * Blocks of one constant length in a Chronicle Map, found by a 16-byte key and touched by address.
 * <p>
 * Entries of constant size do not move while they live, so the address of a block is looked up once and cached; a
 * block is evicted from the index before it is removed from the map, since the map reuses the space. Blocks are aligned
 * to cache lines by reserving one line more than needed.
 * <p>
 * Threading: one thread, which alone may touch the blocks (locks of the map are bypassed).
 * Hot path: {@link #find} and {@link #addressOf} allocate nothing; {@link #create} and {@link #remove} allocate nothing
 * once the tables have grown.
 * Memory: {@code capacity * (blockLength + 64 + about 40)} bytes in the map, taken as it fills, and 64 bytes a block in
 * the index.
 */
public final class BlockStore implements AutoCloseable
{
    /** No such block. */
    public static final long NULL_ADDRESS = 0;

    private static final int KEY_LENGTH = 16;
    private static final int MAX_BLOAT_FACTOR = 10;
    private static final int MIN_MAP_ENTRIES = 64;

    private final int capacity;
    private final BlockIndex index;
    private final ChronicleMap<BlockView, BlockView> map;
    private final BlockView key = new BlockView();
    private final BlockView zeroes = new BlockView();
    private final BlockView view = new BlockView();
    private long[] addresses = new long[64];
    private int[] freeNumbers = new int[16];
    private int freeCount;
    private int highestNumber;
    private boolean isClosed;

    /**
     * @param name          for error messages.
     * @param blockLength   bytes of a block, a multiple of 64.
     * @param capacity      most blocks at a time.
     * @param expectedCount blocks for which space is laid out at once; the rest is added in tiers.
     */
    public BlockStore(final String name, final int blockLength, final int capacity, final int expectedCount)
    {
        if (!BitUtil.isAligned(blockLength, BitUtil.CACHE_LINE_LENGTH))
        {
            throw new IllegalArgumentException("blockLength=" + blockLength + ", expected a multiple of 64");
        }
        this.capacity = capacity;
        index = new BlockIndex(Math.min(expectedCount, 1 << 24));
        final long valueLength = blockLength + (long)BitUtil.CACHE_LINE_LENGTH;
        key.address = UnsafeApi.allocateMemory(KEY_LENGTH);
        zeroes.address = UnsafeApi.allocateMemory(valueLength);
        UnsafeApi.setMemory(zeroes.address, valueLength, (byte)0);
        final BlockMarshaller keyMarshaller = new BlockMarshaller(KEY_LENGTH);
        final BlockMarshaller blockMarshaller = new BlockMarshaller(valueLength);
        map = ChronicleMap.of(BlockView.class, BlockView.class)
            .keyMarshallers(keyMarshaller, keyMarshaller)
            .valueMarshallers(blockMarshaller, blockMarshaller)
            .name(name)
            // Twice the need: the map spreads keys over segments unevenly, and must not fill before the capacity does.
            .entries(Math.max(MIN_MAP_ENTRIES, Math.max(expectedCount, capacity / MAX_BLOAT_FACTOR + 1) * 2L))
            .maxBloatFactor(MAX_BLOAT_FACTOR)
            .constantKeySizeBySample(key)
            .constantValueSizeBySample(zeroes)
            .checksumEntries(false)
            .putReturnsNull(true)
            .removeReturnsNull(true)
            .skipCloseOnExitHook(true)
            .create();
    }

    /** @return the address of the block of this key, or {@link #NULL_ADDRESS}. */
    public long find(final long keyHigh, final long keyLow)
    {
        final long entry = index.find(keyHigh, keyLow);
        return entry == 0 ? NULL_ADDRESS : BlockIndex.blockAddress(entry);
    }

    /** @return the dense number of the block of this key, or -1. */
    public int numberOf(final long keyHigh, final long keyLow)
    {
        final long entry = index.find(keyHigh, keyLow);
        return entry == 0 ? -1 : BlockIndex.blockNumber(entry);
    }

    /**
     * Creates the block of a key that has none, filled with zeroes.
     *
     * @return its address, or {@link #NULL_ADDRESS} if the store is full.
     */
    public long create(final long keyHigh, final long keyLow)
    {
        if (isFull())
        {
            return NULL_ADDRESS;
        }
        setKey(keyHigh, keyLow);
        map.put(key, zeroes);
        if (null == map.getUsing(key, view))
        {
            throw new IllegalStateException("block vanished from " + map.name());
        }
        final long address = BitUtil.align(view.address, BitUtil.CACHE_LINE_LENGTH);
        final int number = freeCount > 0 ? freeNumbers[--freeCount] : highestNumber++;
        if (number >= addresses.length)
        {
            addresses = Arrays.copyOf(addresses, addresses.length * 2);
        }
        addresses[number] = address;
        index.put(keyHigh, keyLow, address, number);
        return address;
    }

    /** Removes the block of a key; its address and number are free for others from now on. */
    public void remove(final long keyHigh, final long keyLow)
    {
        final long entry = index.find(keyHigh, keyLow);
        if (entry == 0)
        {
            return;
        }
        final int number = BlockIndex.blockNumber(entry);
        index.remove(entry);
        addresses[number] = NULL_ADDRESS;
        if (freeCount == freeNumbers.length)
        {
            freeNumbers = Arrays.copyOf(freeNumbers, freeNumbers.length * 2);
        }
        freeNumbers[freeCount++] = number;
        setKey(keyHigh, keyLow);
        map.remove(key);
    }

    /** @return the address of the block with this dense number, or {@link #NULL_ADDRESS}. */
    public long addressOf(final int number)
    {
        return addresses[number];
    }

    /** @return one more than the greatest dense number that was ever given. */
    public int numbers()
    {
        return highestNumber;
    }

    /** @return whether {@link #create} would refuse. */
    public boolean isFull()
    {
        return index.size() >= capacity;
    }

    /** @return how many blocks there are. */
    public int size()
    {
        return index.size();
    }

    @Override
    public void close()
    {
        if (!isClosed)
        {
            isClosed = true;
            index.close();
            map.close();
            UnsafeApi.freeMemory(key.address);
            UnsafeApi.freeMemory(zeroes.address);
        }
    }

    private void setKey(final long keyHigh, final long keyLow)
    {
        UnsafeApi.putLong(key.address, keyHigh);
        UnsafeApi.putLong(key.address + Long.BYTES, keyLow);
    }
}
