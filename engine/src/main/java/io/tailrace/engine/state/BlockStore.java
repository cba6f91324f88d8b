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
 * All blocks as they are at one moment, the barrier, are handed out while they go on changing: {@link #beginCapture}
 * begins, {@link #capture} goes through them in slices, and a block that is about to change before its turn comes is
 * handed out then, by {@link #changing}. A capture is full, or holds what has changed since the one before.
 * <pre>
 *   stamp of a block:   0                   as it was when it was captured last
 *                       the current one     has changed since the last barrier
 *                       the other one       has changed before the barrier and is not captured yet
 * </pre>
 * Threading: one thread, which alone may touch the blocks (locks of the map are bypassed).
 * Hot path: {@link #find}, {@link #addressOf} and {@link #changing} allocate nothing; {@link #create} and
 * {@link #remove} allocate nothing once the tables have grown.
 * Memory: {@code capacity * (blockLength + 64 + about 40)} bytes in the map, taken as it fills, 64 bytes a block in the
 * index, and 40 bytes a block on the heap.
 */
public final class BlockStore implements Capturable, AutoCloseable
{
    /** No such block. */
    public static final long NULL_ADDRESS = 0;

    private static final int KEY_LENGTH = 16;
    private static final int MAX_BLOAT_FACTOR = 10;
    private static final int MIN_MAP_ENTRIES = 64;
    private static final int INITIAL_LENGTH = 64;

    /** Blocks have no byte of their own for a stamp. */
    public static final int NO_STAMP = -1;

    private static final byte CAPTURED = 0;
    private static final byte FIRST_STAMP = 1;
    private static final byte SECOND_STAMP = 2;

    private final int blockLength;
    private final int stampOffset;
    private final int capacity;
    private final BlockIndex index;
    private final ChronicleMap<BlockView, BlockView> map;
    private final BlockView key = new BlockView();
    private final BlockView zeroes = new BlockView();
    private final BlockView view = new BlockView();
    private final BlockNumbers numbers = new BlockNumbers();

    // By number.
    private long[] addresses = new long[INITIAL_LENGTH];
    private long[] keyHighs = new long[INITIAL_LENGTH];
    private long[] keyLows = new long[INITIAL_LENGTH];
    private long[] attributes = new long[INITIAL_LENGTH];
    private byte[] stamps;

    // What has changed, and what has gone, since the last barrier, and between the last two.
    private byte stamp = FIRST_STAMP;
    private boolean isTracking;
    private NumberSet changed = new NumberSet();
    private NumberSet removed = new NumberSet();
    private NumberSet capturedChanged = new NumberSet();
    private NumberSet capturedRemoved = new NumberSet();

    // The capture that is under way.
    private CaptureSink capture;
    private int captureSection;
    private boolean isFullCapture;
    private int captureCursor;
    private int captureEnd;
    private boolean isClosed;

    /**
     * @param name          for error messages.
     * @param blockLength   bytes of a block, a multiple of 64.
     * @param stampOffset   of a byte in each block that the store may use, or {@link #NO_STAMP}.
     * @param capacity      most blocks at a time.
     * @param expectedCount blocks for which space is laid out at once; the rest is added in tiers.
     */
    public BlockStore(
        final String name,
        final int blockLength,
        final int stampOffset,
        final int capacity,
        final int expectedCount)
    {
        if (!BitUtil.isAligned(blockLength, BitUtil.CACHE_LINE_LENGTH))
        {
            throw new IllegalArgumentException("blockLength=" + blockLength + ", expected a multiple of 64");
        }
        this.blockLength = blockLength;
        this.stampOffset = stampOffset;
        this.capacity = capacity;
        stamps = stampOffset == NO_STAMP ? new byte[INITIAL_LENGTH] : null;
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
            .entries(Math.max(MIN_MAP_ENTRIES, Math.max(expectedCount, capacity / MAX_BLOAT_FACTOR + 1) * 2L))
            .maxBloatFactor(MAX_BLOAT_FACTOR)
            // One thread gains nothing from segments; in one, blocks lie next to one another in order of creation.
            .actualSegments(1)
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

    /** @return where the search for a key begins; until a block is created. */
    public long home(final long keyHigh, final long keyLow)
    {
        return index.home(keyHigh, keyLow);
    }

    /** @return something that was read where the search for a key begins. */
    public long touchHome(final long home)
    {
        return index.touch(home);
    }

    /** @return what the index knows of a key, with its home, for the two below; or 0. Until a block is created. */
    public long findEntry(final long home, final long keyHigh, final long keyLow)
    {
        return index.find(home, keyHigh, keyLow);
    }

    /** @return the address of a block that was found. */
    public static long addressAt(final long entry)
    {
        return BlockIndex.blockAddress(entry);
    }

    /** @return the dense number of a block that was found; the block itself is not read. */
    public static int numberAt(final long entry)
    {
        return BlockIndex.blockNumber(entry);
    }

    /** @return as {@link #find(long, long)}, with the home of the key. */
    public long find(final long home, final long keyHigh, final long keyLow)
    {
        final long entry = index.find(home, keyHigh, keyLow);
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
        final int number = numbers.take();
        final long address = insert(number, keyHigh, keyLow);
        stamp(address, number, stamp);
        onChanged(number);
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
        final long block = addresses[number];
        if (isPending(block, number))
        {
            capture(block, number);
        }
        if (isTracking)
        {
            removed.add(number);
        }
        index.remove(entry);
        addresses[number] = NULL_ADDRESS;
        attributes[number] = 0;
        numbers.giveBack(number);
        setKey(keyHigh, keyLow);
        map.remove(key);
    }

    /** A block is about to change: to be called before each change, or before the first of several in a row. */
    public void changing(final long block, final int number)
    {
        if (stampOf(block, number) != stamp)
        {
            if (isPending(block, number))
            {
                capture(block, number);
            }
            stamp(block, number, stamp);
            onChanged(number);
        }
    }

    /** @return whether {@link #changing} was not called for a block since the last barrier. */
    public boolean isUnchanged(final long block, final int number)
    {
        return stampOf(block, number) != stamp;
    }

    /** @return a number that is kept for a block beside it; 0 until it is set. */
    public long attribute(final int number)
    {
        return attributes[number];
    }

    /** Sets the attribute of a block, which is a change of it. */
    public void attribute(final int number, final long value)
    {
        changing(addresses[number], number);
        attributes[number] = value;
    }

    @Override
    public void beginCapture(final CaptureSink to, final int section, final boolean isFull)
    {
        if (null != capture)
        {
            throw new IllegalStateException("a capture of " + map.name() + " is under way");
        }
        capture = to;
        captureSection = section;
        isFullCapture = isFull;
        isTracking = true;
        stamp = stamp == FIRST_STAMP ? SECOND_STAMP : FIRST_STAMP;

        final NumberSet freeChanged = capturedChanged;
        capturedChanged = changed;
        changed = freeChanged;
        changed.clear();
        final NumberSet freeRemoved = capturedRemoved;
        capturedRemoved = removed;
        removed = freeRemoved;
        removed.clear();
        captureCursor = 0;
        captureEnd = isFull ? numbers.end() : 0;
    }

    @Override
    public boolean capture(final int maxBlocks)
    {
        int left = maxBlocks;
        while (left > 0 && !capturedRemoved.isAtEnd())
        {
            captureRemoved(capturedRemoved.next());
            left--;
        }
        while (left > 0 && captureCursor < captureEnd)
        {
            captureUnlessDone(captureCursor++);
            left--;
        }
        while (left > 0 && !capturedChanged.isAtEnd())
        {
            final int number = capturedChanged.next();
            capturedChanged.take(number);
            // A full capture has been through all blocks by now.
            if (!isFullCapture)
            {
                captureUnlessDone(number);
            }
            left--;
        }
        final boolean isDone =
            capturedRemoved.isAtEnd() && captureCursor == captureEnd && capturedChanged.isAtEnd();
        if (isDone)
        {
            capture = null;
        }
        return isDone;
    }

    @Override
    public void forEach(final int section, final CaptureSink to)
    {
        for (int number = 0; number < numbers.end(); number++)
        {
            if (addresses[number] != NULL_ADDRESS)
            {
                to.onBlock(
                    section,
                    number,
                    keyHighs[number],
                    keyLows[number],
                    attributes[number],
                    addresses[number],
                    blockLength,
                    stampOffset);
            }
        }
    }

    /**
     * Puts a captured block back, in place of the one that has its number, and of the one that has its key, if any.
     *
     * @param block address of its bytes.
     */
    public void restore(
        final int number, final long keyHigh, final long keyLow, final long attribute, final long block)
    {
        final boolean isNewer = number < addresses.length && addresses[number] != NULL_ADDRESS &&
            keyHighs[number] == keyHigh && keyLows[number] == keyLow;
        if (!isNewer)
        {
            // The key may have had another number, of which it is not known yet that it is free.
            remove(keyHigh, keyLow);
            restoreRemoved(number);
            numbers.use(number);
            insert(number, keyHigh, keyLow);
        }
        final long address = addresses[number];
        UnsafeApi.copyMemory(block, address, blockLength);
        stamp(address, number, CAPTURED);
        attributes[number] = attribute;
    }

    /** Removes the block that has a number, if any, as it was when a capture said so. */
    public void restoreRemoved(final int number)
    {
        if (number < addresses.length && addresses[number] != NULL_ADDRESS)
        {
            remove(keyHighs[number], keyLows[number]);
        }
    }

    /** @return most blocks at a time. */
    public int capacity()
    {
        return capacity;
    }

    /** @return bytes of a block. */
    public int blockLength()
    {
        return blockLength;
    }

    /** @return the address of the block with this dense number, or {@link #NULL_ADDRESS}. */
    public long addressOf(final int number)
    {
        return addresses[number];
    }

    /** @return one more than the greatest dense number that was ever given. */
    public int numbers()
    {
        return numbers.end();
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

    /**
     * @return bytes off-heap that map and index have reserved; what of the map has not been used yet is not resident.
     */
    public long reservedLength()
    {
        return map.offHeapMemoryUsed() + index.length();
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

    private long insert(final int number, final long keyHigh, final long keyLow)
    {
        setKey(keyHigh, keyLow);
        map.put(key, zeroes);
        if (null == map.getUsing(key, view))
        {
            throw new IllegalStateException("block vanished from " + map.name());
        }
        final long address = BitUtil.align(view.address, BitUtil.CACHE_LINE_LENGTH);
        if (number >= addresses.length)
        {
            grow(Math.max(number + 1, addresses.length * 2));
        }
        addresses[number] = address;
        keyHighs[number] = keyHigh;
        keyLows[number] = keyLow;
        attributes[number] = 0;
        index.put(keyHigh, keyLow, address, number);
        return address;
    }

    private void grow(final int length)
    {
        addresses = Arrays.copyOf(addresses, length);
        keyHighs = Arrays.copyOf(keyHighs, length);
        keyLows = Arrays.copyOf(keyLows, length);
        attributes = Arrays.copyOf(attributes, length);
        stamps = null == stamps ? null : Arrays.copyOf(stamps, length);
        changed.grow(length);
        capturedChanged.grow(length);
    }

    private void onChanged(final int number)
    {
        if (isTracking)
        {
            changed.add(number);
        }
    }

    /** Whether a block was there at the barrier, as it is now, and its turn has not come. */
    private boolean isPending(final long block, final int number)
    {
        if (null == capture)
        {
            return false;
        }
        final byte blockStamp = stampOf(block, number);
        return isFullCapture ?
            blockStamp != stamp && number >= captureCursor && number < captureEnd :
            blockStamp != stamp && blockStamp != CAPTURED;
    }

    private void captureUnlessDone(final int number)
    {
        final long block = addresses[number];
        if (block != NULL_ADDRESS)
        {
            final byte blockStamp = stampOf(block, number);
            if (blockStamp != stamp && (isFullCapture || blockStamp != CAPTURED))
            {
                capture(block, number);
                stamp(block, number, CAPTURED);
            }
        }
    }

    /** That the number of a block had another block before comes first. */
    private void captureRemoved(final int number)
    {
        // What a full capture leaves out is gone.
        if (capturedRemoved.take(number) && !isFullCapture)
        {
            capture.onRemoved(captureSection, number);
        }
    }

    private void capture(final long block, final int number)
    {
        captureRemoved(number);
        capture.onBlock(
            captureSection,
            number,
            keyHighs[number],
            keyLows[number],
            attributes[number],
            block,
            blockLength,
            stampOffset);
    }

    private byte stampOf(final long block, final int number)
    {
        return null == stamps ? UnsafeApi.getByte(block + stampOffset) : stamps[number];
    }

    private void stamp(final long block, final int number, final byte value)
    {
        if (null == stamps)
        {
            UnsafeApi.putByte(block + stampOffset, value);
        }
        else
        {
            stamps[number] = value;
        }
    }

    private void setKey(final long keyHigh, final long keyLow)
    {
        UnsafeApi.putLong(key.address, keyHigh);
        UnsafeApi.putLong(key.address + Long.BYTES, keyLow);
    }
}
