package io.tailrace.engine.operator;

import java.util.Arrays;

import io.tailrace.engine.state.DeviceTable;

/**
 * Blocks of an operator whose keys are devices, by the dense number of the device: whoever has looked up the device
 * needs no second look-up for the key, and eight keys share a cache line instead of two.
 * <p>
 * Knows what it was told; the index of the operator's keys is the truth. An entry goes with its key, and with its
 * device, since numbers are given again.
 * <p>
 * Threading: one thread, the operators'. Hot path: allocation-free once as long as there are devices.
 * Memory: 8 bytes a device, on the heap.
 */
final class DeviceKeys
{
    private static final int INITIAL_LENGTH = 64;

    private final DeviceTable devices;
    private long[] blocks = new long[INITIAL_LENGTH];

    DeviceKeys(final DeviceTable devices)
    {
        this.devices = devices;
    }

    /** @return the block of a device's key, or {@link KeyTable#NULL_ADDRESS} if it is not known here. */
    long find(final int deviceNumber)
    {
        return deviceNumber < blocks.length ? blocks[deviceNumber] : KeyTable.NULL_ADDRESS;
    }

    /** The key of a device was looked up. */
    void put(final int deviceNumber, final long block)
    {
        if (deviceNumber >= blocks.length)
        {
            blocks = Arrays.copyOf(blocks, Math.max(deviceNumber + 1, 2 * blocks.length));
        }
        blocks[deviceNumber] = block;
    }

    /** A key is removed. */
    void onKeyForgotten(final long deviceId)
    {
        final long device = devices.find(deviceId);
        if (device != DeviceTable.NULL_ADDRESS)
        {
            onDeviceForgotten(DeviceTable.number(device));
        }
    }

    /** A device is removed, whether its key is or not. */
    void onDeviceForgotten(final int deviceNumber)
    {
        if (deviceNumber < blocks.length)
        {
            blocks[deviceNumber] = KeyTable.NULL_ADDRESS;
        }
    }
}
