package io.tailrace.engine.window;

import io.tailrace.engine.operator.KeyTable;
import io.tailrace.engine.state.DeviceTable;
import org.agrona.UnsafeApi;

/**
 * What window operators keep in the block of a key, in the places that {@link KeyTable} leaves them.
 * <pre>
 *   20  overflow    i32   panes outside the block
 *   24  first       i32   number of the first of them + 1; 0: none
 *   28  next key    i32   of the same device: number + 1; 0: none
 *   48  last        i32   number of the last of the panes outside the block + 1; 0: none
 *   52  for the type of window, a byte
 *   56  for the type of window
 *   HEADER_LENGTH  panes of {@link Pane#LENGTH} bytes
 * </pre>
 * Hot path: allocation-free.
 */
final class WindowKey
{
    /** Where the fields of a type of window begin. */
    static final int TYPE_FIELDS = 56;

    /** A byte for the type of window. */
    static final int TYPE_BYTE = 52;

    private static final int OVERFLOW = 20;
    private static final int FIRST_OVERFLOW = 24;
    private static final int NEXT_KEY = 28;
    private static final int LAST_OVERFLOW = 48;

    private WindowKey()
    {
    }

    /** Links a new key to its device, with which it will be forgotten. */
    static void link(final long block, final long device, final int deviceOperator)
    {
        UnsafeApi.putInt(block + NEXT_KEY, DeviceTable.firstKey(device, deviceOperator));
        DeviceTable.firstKey(device, deviceOperator, KeyTable.number(block) + 1);
    }

    static int overflow(final long block)
    {
        return UnsafeApi.getInt(block + OVERFLOW);
    }

    static void overflow(final long block, final int count)
    {
        UnsafeApi.putInt(block + OVERFLOW, count);
    }

    static int firstOverflow(final long block)
    {
        return UnsafeApi.getInt(block + FIRST_OVERFLOW);
    }

    static void firstOverflow(final long block, final int number)
    {
        UnsafeApi.putInt(block + FIRST_OVERFLOW, number);
    }

    static int lastOverflow(final long block)
    {
        return UnsafeApi.getInt(block + LAST_OVERFLOW);
    }

    static void lastOverflow(final long block, final int number)
    {
        UnsafeApi.putInt(block + LAST_OVERFLOW, number);
    }

    static int nextKey(final long block)
    {
        return UnsafeApi.getInt(block + NEXT_KEY);
    }
}
