package io.tailrace.engine.checkpoint;

import org.agrona.UnsafeApi;

/**
 * The records that a checkpoint's payloads are made of, each a multiple of 8 bytes, little-endian.
 * <pre>
 *   every record:   0  section  u16
 *                   2  kind     u8
 *                   4  length   i32   of the whole record
 *   NUMBERS:        8  i64 ...
 *   REMOVED:        8  number   i32
 *   BLOCK:          8  number   i32
 *                  16  key high u64
 *                  24  key low  u64
 *                  32  attribute i64
 *                  40  the bytes of the block
 *   ENTRIES:        8  generation i64
 *                  16  oldest   i64   generation; those before it are gone
 *                  24  the entries
 * </pre>
 */
final class StateRecord
{
    /** Numbers beside the blocks; one for each section of numbers, in every checkpoint. */
    static final int NUMBERS = 1;
    /** The block with a number is gone. */
    static final int REMOVED = 2;
    /** A block. */
    static final int BLOCK = 3;

    /** Entries of a generation, or only which generations are gone. */
    static final int ENTRIES = 4;

    static final int HEADER_LENGTH = 8;
    static final int REMOVED_LENGTH = 16;
    static final int BLOCK_HEADER_LENGTH = 40;
    static final int ENTRIES_HEADER_LENGTH = 24;
    static final int ENTRY_LENGTH = 24;

    private static final int KIND = 2;
    private static final int LENGTH = 4;
    private static final int NUMBER = 8;
    private static final int GENERATION = 8;
    private static final int OLDEST = 16;
    private static final int KEY_HIGH = 16;
    private static final int KEY_LOW = 24;
    private static final int ATTRIBUTE = 32;

    private StateRecord()
    {
    }

    static void header(final long record, final int section, final int kind, final int length)
    {
        UnsafeApi.putLong(record, 0);
        UnsafeApi.putShort(record, (short)section);
        UnsafeApi.putByte(record + KIND, (byte)kind);
        UnsafeApi.putInt(record + LENGTH, length);
    }

    static void removed(final long record, final int section, final int number)
    {
        header(record, section, REMOVED, REMOVED_LENGTH);
        UnsafeApi.putLong(record + NUMBER, number);
    }

    static void block(
        final long record,
        final int section,
        final int number,
        final long keyHigh,
        final long keyLow,
        final long attribute,
        final long block,
        final int length)
    {
        header(record, section, BLOCK, BLOCK_HEADER_LENGTH + length);
        UnsafeApi.putLong(record + NUMBER, number);
        UnsafeApi.putLong(record + KEY_HIGH, keyHigh);
        UnsafeApi.putLong(record + KEY_LOW, keyLow);
        UnsafeApi.putLong(record + ATTRIBUTE, attribute);
        UnsafeApi.copyMemory(block, record + BLOCK_HEADER_LENGTH, length);
    }

    static void entries(
        final long record,
        final int section,
        final long generation,
        final long oldest,
        final long entries,
        final int length)
    {
        header(record, section, ENTRIES, ENTRIES_HEADER_LENGTH + length);
        UnsafeApi.putLong(record + GENERATION, generation);
        UnsafeApi.putLong(record + OLDEST, oldest);
        UnsafeApi.copyMemory(entries, record + ENTRIES_HEADER_LENGTH, length);
    }

    static long generation(final long record)
    {
        return UnsafeApi.getLong(record + GENERATION);
    }

    static long oldest(final long record)
    {
        return UnsafeApi.getLong(record + OLDEST);
    }

    static int section(final long record)
    {
        return UnsafeApi.getShort(record) & 0xFFFF;
    }

    static int kind(final long record)
    {
        return UnsafeApi.getByte(record + KIND) & 0xFF;
    }

    static int length(final long record)
    {
        return UnsafeApi.getInt(record + LENGTH);
    }

    static int number(final long record)
    {
        return UnsafeApi.getInt(record + NUMBER);
    }

    static long keyHigh(final long record)
    {
        return UnsafeApi.getLong(record + KEY_HIGH);
    }

    static long keyLow(final long record)
    {
        return UnsafeApi.getLong(record + KEY_LOW);
    }

    static long attribute(final long record)
    {
        return UnsafeApi.getLong(record + ATTRIBUTE);
    }
}
