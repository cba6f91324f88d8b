package io.tailrace.engine.state;

import org.agrona.UnsafeApi;

/**
 * What is known of each device: a block of one cache line.
 * <pre>
 *    0  device id         u64
 *    8  last ingest time  i64   epoch ns
 *   16  readings          u64   that passed judgement
 *   24  reserved
 * </pre>
 * Threading: one thread, the operators'. Hot path: one look-up and one line a reading; allocation-free.
 */
public final class DeviceTable implements AutoCloseable
{
    private static final int BLOCK_LENGTH = 64;
    private static final int LAST_INGEST_TIME = 8;
    private static final int READINGS = 16;

    private final BlockStore blocks;

    /** @param maxDevices most devices. */
    public DeviceTable(final int maxDevices)
    {
        blocks = new BlockStore("devices", BLOCK_LENGTH, maxDevices, maxDevices);
    }

    /**
     * Notes a valid reading of a device.
     *
     * @return whether there is room for it; false if it is new and there are as many as there may be.
     */
    public boolean onReading(final long deviceId, final long ingestTimeNs)
    {
        long block = blocks.find(deviceId, 0);
        if (block == BlockStore.NULL_ADDRESS)
        {
            block = blocks.create(deviceId, 0);
            if (block == BlockStore.NULL_ADDRESS)
            {
                return false;
            }
            UnsafeApi.putLong(block, deviceId);
        }
        UnsafeApi.putLong(block + LAST_INGEST_TIME, ingestTimeNs);
        UnsafeApi.putLong(block + READINGS, UnsafeApi.getLong(block + READINGS) + 1);
        return true;
    }

    /**
     * Brings a device's block near, if there is one, and changes nothing.
     *
     * @return something that was read, to be used so that it is read.
     */
    public long touch(final long deviceId)
    {
        final long block = blocks.find(deviceId, 0);
        return block == BlockStore.NULL_ADDRESS ? 0 : UnsafeApi.getLong(block);
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
}
