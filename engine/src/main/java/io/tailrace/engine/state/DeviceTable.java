package io.tailrace.engine.state;

import org.agrona.BitUtil;
import org.agrona.UnsafeApi;

/**
 * What is known of each device: a block of cache lines, of which a reading touches the first, and with a watermark of
 * each device the second.
 * <pre>
 *    0  used                i64   T at its last reading that was sane, or rejected by time bounds
 *    8  number              i32   dense number of the block
 *   12  sane row            u8    sane readings in a row, in quarantine
 *   13  in quarantine       u8    0 or 1
 *   14  rejections kept     u8    how many of the two times below are set
 *   15  stamp               u8    of {@link BlockStore}
 *   16  if ids are remembered by sequence, and there is room:
 *         +0  highest id    u64   of its epoch
 *         +8  epoch         u16   of the device
 *        +10  is set        u8    0: no id is remembered
 *        +12  rejections    u32   see below
 *        +16  ids           windowIds bits; that of an id is bit {@code id mod windowIds}
 *       else what is seldom needed:
 *         +0  device id     u64
 *         +8  created       u64   order of creation
 *        +16  last rejection    i64   T of the last rejection by time bounds
 *        +24  rejection before  i64   T of the one before
 *        +32  rejections    u32   by time bounds, all, up to the greatest
 *   64  last                i64   T at its last accepted reading
 *   72  max time            i64   greatest effective time of its accepted readings, epoch ns
 *   80  watermark           i64   W of the device, epoch ns
 *   88  silence due         i64   T at which its silence is looked at; greatest: it is not
 *   96  per operator with a watermark of each device, 16 bytes:
 *         +0  next end      i64   no pane of the device that has not fired ends before; greatest: there is none
 *         +8  first key     i32   number of the first key block + 1; 0: none
 *   behind them, what is seldom needed, if ids have its place
 *   from the next cache line on, ids if there are too many of them for that place, laid out in the same way
 * </pre>
 * Threading: one thread, the operators'. Hot path: allocation-free.
 */
public final class DeviceTable implements AutoCloseable
{
    /** No such device. */
    public static final long NULL_ADDRESS = BlockStore.NULL_ADDRESS;

    /** No time: smaller than every other. */
    public static final long NULL_TIME_NS = Long.MIN_VALUE;

    private static final int USED = 0;
    private static final int NUMBER = 8;
    private static final int SANE_ROW = 12;
    private static final int IN_QUARANTINE = 13;
    private static final int REJECTIONS_KEPT = 14;
    private static final int STAMP = 15;
    private static final int INLINE = 16;
    private static final int INLINE_LENGTH = BitUtil.CACHE_LINE_LENGTH - INLINE;
    private static final int LAST = 64;
    private static final int MAX_TIME = 72;
    private static final int WATERMARK = 80;
    private static final int SILENCE_DUE = 88;
    private static final int OPERATORS = 96;
    private static final int OPERATOR_LENGTH = 16;
    private static final int FIRST_KEY = 8;
    private static final int DEDUP_HEADER_LENGTH = 16;
    private static final int DEDUP_SPARE = 12;

    // From where what is seldom needed begins.
    private static final int DEVICE_ID = 0;
    private static final int CREATED = 8;
    private static final int LAST_REJECTION = 16;
    private static final int REJECTION_BEFORE = 24;
    private static final int REJECTIONS = 32;
    private static final int SELDOM_LENGTH = 32;
    private static final long MAX_REJECTIONS = 0xFFFF_FFFFL;

    private final BlockStore blocks;
    private final int operatorCount;
    private final int dedupOffset;
    private final int seldomOffset;
    private final int rejectionsOffset;

    // Checkpointed.
    private long created;

    /**
     * @param maxDevices    most devices.
     * @param operatorCount operators with a watermark of each device.
     */
    public DeviceTable(final int maxDevices, final int operatorCount)
    {
        this(maxDevices, operatorCount, 0);
    }

    /**
     * @param maxDevices    most devices.
     * @param operatorCount operators with a watermark of each device.
     * @param windowIds     ids of a device that are remembered by sequence, a multiple of 64; 0: none is.
     */
    public DeviceTable(final int maxDevices, final int operatorCount, final int windowIds)
    {
        this.operatorCount = operatorCount;
        final int end = OPERATORS + operatorCount * OPERATOR_LENGTH;
        final boolean isInline = isInline(windowIds);
        dedupOffset = isInline ? INLINE : blockLength(operatorCount, 0);
        seldomOffset = isInline ? end : INLINE;
        rejectionsOffset = isInline ? INLINE + DEDUP_SPARE : INLINE + REJECTIONS;
        blocks = new BlockStore("devices", blockLength(operatorCount, windowIds), STAMP, maxDevices, maxDevices);
    }

    /** @return bytes of the block of a device. */
    public static int blockLength(final int operatorCount, final int windowIds)
    {
        final int length = OPERATORS + operatorCount * OPERATOR_LENGTH;
        if (isInline(windowIds))
        {
            return BitUtil.align(length + SELDOM_LENGTH, BitUtil.CACHE_LINE_LENGTH);
        }
        final int aligned = BitUtil.align(length, BitUtil.CACHE_LINE_LENGTH);
        return windowIds == 0 ? aligned : aligned + BitUtil.align(dedupLength(windowIds), BitUtil.CACHE_LINE_LENGTH);
    }

    /** @return the block of a device, or {@link #NULL_ADDRESS}. */
    public long find(final long deviceId)
    {
        return blocks.find(deviceId, 0);
    }

    /** @return where the search for a device begins; until one is created. */
    public long home(final long deviceId)
    {
        return blocks.home(deviceId, 0);
    }

    /** @return something that was read where the search for a device begins. */
    public long touchHome(final long home)
    {
        return blocks.touchHome(home);
    }

    /** @return what {@link BlockStore#addressAt} and {@link BlockStore#numberAt} take, or 0: no such device. */
    public long findEntry(final long home, final long deviceId)
    {
        return blocks.findEntry(home, deviceId, 0);
    }

    /** @return the block of a device that has none yet, or {@link #NULL_ADDRESS} if there is no room for it. */
    public long create(final long deviceId)
    {
        final long block = blocks.create(deviceId, 0);
        if (block != NULL_ADDRESS)
        {
            UnsafeApi.putLong(block + seldomOffset + DEVICE_ID, deviceId);
            UnsafeApi.putLong(block + USED, NULL_TIME_NS);
            UnsafeApi.putLong(block + LAST, NULL_TIME_NS);
            UnsafeApi.putLong(block + MAX_TIME, NULL_TIME_NS);
            UnsafeApi.putLong(block + WATERMARK, NULL_TIME_NS);
            UnsafeApi.putLong(block + SILENCE_DUE, Long.MAX_VALUE);
            UnsafeApi.putInt(block + NUMBER, blocks.numberOf(deviceId, 0));
            UnsafeApi.putLong(block + seldomOffset + CREATED, created++);
            for (int i = 0; i < operatorCount; i++)
            {
                nextEndNs(block, i, Long.MAX_VALUE);
            }
        }
        return block;
    }

    /** A device is about to change. */
    public void changing(final long block)
    {
        blocks.changing(block, number(block));
    }

    /** @return the blocks, to be captured and restored. */
    public BlockStore blocks()
    {
        return blocks;
    }

    /** Saves what is not in the blocks. */
    public void save(final StateOutput out)
    {
        out.putLong(created);
    }

    /** Restores what is not in the blocks. */
    public void load(final StateInput in)
    {
        created = in.getLong();
    }

    /** Forgets a device. */
    public void remove(final long block)
    {
        blocks.remove(deviceId(block), 0);
    }

    /** @return one more than the greatest dense number that was ever given. */
    public int numbers()
    {
        return blocks.numbers();
    }

    /** @return the block with a dense number, or {@link #NULL_ADDRESS}. */
    public long blockOf(final int number)
    {
        return blocks.addressOf(number);
    }

    /**
     * Brings a device's block near and changes nothing.
     *
     * @return something that was read, to be used so that it is read.
     */
    public long touch(final long block)
    {
        return UnsafeApi.getLong(block) + (operatorCount == 0 ? 0 : UnsafeApi.getLong(block + LAST));
    }

    /** @return address of what is remembered of a device's ids; only with {@code windowIds}. */
    public long dedup(final long block)
    {
        return block + dedupOffset;
    }

    /** @return how many devices there are. */
    public int size()
    {
        return blocks.size();
    }

    @Override
    public void close()
    {
        blocks.close();
    }

    public long deviceId(final long block)
    {
        return UnsafeApi.getLong(block + seldomOffset + DEVICE_ID);
    }

    public static int number(final long block)
    {
        return UnsafeApi.getInt(block + NUMBER);
    }

    public long created(final long block)
    {
        return UnsafeApi.getLong(block + seldomOffset + CREATED);
    }

    public static long usedNs(final long block)
    {
        return UnsafeApi.getLong(block + USED);
    }

    public static void usedNs(final long block, final long timeNs)
    {
        UnsafeApi.putLong(block + USED, timeNs);
    }

    public static long lastNs(final long block)
    {
        return UnsafeApi.getLong(block + LAST);
    }

    public static void lastNs(final long block, final long timeNs)
    {
        UnsafeApi.putLong(block + LAST, timeNs);
    }

    public static long maxTimeNs(final long block)
    {
        return UnsafeApi.getLong(block + MAX_TIME);
    }

    public static void maxTimeNs(final long block, final long timeNs)
    {
        UnsafeApi.putLong(block + MAX_TIME, timeNs);
    }

    public static long watermarkNs(final long block)
    {
        return UnsafeApi.getLong(block + WATERMARK);
    }

    public static void watermarkNs(final long block, final long watermarkNs)
    {
        UnsafeApi.putLong(block + WATERMARK, watermarkNs);
    }

    public static long silenceDueNs(final long block)
    {
        return UnsafeApi.getLong(block + SILENCE_DUE);
    }

    public static void silenceDueNs(final long block, final long timeNs)
    {
        UnsafeApi.putLong(block + SILENCE_DUE, timeNs);
    }

    public static boolean isInQuarantine(final long block)
    {
        return UnsafeApi.getByte(block + IN_QUARANTINE) != 0;
    }

    public static void isInQuarantine(final long block, final boolean isInQuarantine)
    {
        UnsafeApi.putByte(block + IN_QUARANTINE, (byte)(isInQuarantine ? 1 : 0));
    }

    public static int saneRow(final long block)
    {
        return UnsafeApi.getByte(block + SANE_ROW);
    }

    public static void saneRow(final long block, final int count)
    {
        UnsafeApi.putByte(block + SANE_ROW, (byte)count);
    }

    /** @return rejections by time bounds, all; the greatest u32 if there were more. */
    public long rejections(final long block)
    {
        return UnsafeApi.getInt(block + rejectionsOffset) & MAX_REJECTIONS;
    }

    /**
     * Notes a rejection by time bounds.
     *
     * @return T of the one before the last one, or {@link #NULL_TIME_NS} if there were fewer than two before.
     */
    public long onRejection(final long block, final long timeNs)
    {
        final long seldom = block + seldomOffset;
        final int kept = UnsafeApi.getByte(block + REJECTIONS_KEPT);
        final long thirdLastNs = kept < 2 ? NULL_TIME_NS : UnsafeApi.getLong(seldom + REJECTION_BEFORE);
        UnsafeApi.putLong(seldom + REJECTION_BEFORE, UnsafeApi.getLong(seldom + LAST_REJECTION));
        UnsafeApi.putLong(seldom + LAST_REJECTION, timeNs);
        UnsafeApi.putByte(block + REJECTIONS_KEPT, (byte)Math.min(2, kept + 1));
        UnsafeApi.putInt(block + rejectionsOffset, (int)Math.min(MAX_REJECTIONS, rejections(block) + 1));
        return thirdLastNs;
    }

    /** Forgets when the device was rejected. */
    public static void forgetRejections(final long block)
    {
        UnsafeApi.putByte(block + REJECTIONS_KEPT, (byte)0);
    }

    /** @return a time before which no unfired pane of the device in an operator ends. */
    public static long nextEndNs(final long block, final int operator)
    {
        return UnsafeApi.getLong(block + OPERATORS + (long)operator * OPERATOR_LENGTH);
    }

    public static void nextEndNs(final long block, final int operator, final long endNs)
    {
        UnsafeApi.putLong(block + OPERATORS + (long)operator * OPERATOR_LENGTH, endNs);
    }

    /** @return number + 1 of the device's first key block in an operator, or 0. */
    public static int firstKey(final long block, final int operator)
    {
        return UnsafeApi.getInt(block + OPERATORS + (long)operator * OPERATOR_LENGTH + FIRST_KEY);
    }

    public static void firstKey(final long block, final int operator, final int key)
    {
        UnsafeApi.putInt(block + OPERATORS + (long)operator * OPERATOR_LENGTH + FIRST_KEY, key);
    }

    private static boolean isInline(final int windowIds)
    {
        return windowIds != 0 && dedupLength(windowIds) <= INLINE_LENGTH;
    }

    private static int dedupLength(final int windowIds)
    {
        return DEDUP_HEADER_LENGTH + windowIds / Byte.SIZE;
    }
}
