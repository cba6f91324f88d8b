package io.tailrace.archive.checkpoint;

import java.util.zip.CRC32C;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * Counts of all frames of one file, and a checksum over their lengths and checksums in their order, by which a lost,
 * doubled or moved frame is found although each frame by itself is right. It begins with the header's checksum, so
 * that frames belong to one header.
 * <p>
 * Threading: one thread. Hot path: allocation-free.
 */
final class Contents
{
    private final byte[] bytes = new byte[2 * Integer.BYTES];
    private final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
    private final CRC32C crc = new CRC32C();

    private long frameCount;
    private long payloadBytes;

    Contents(final int headerChecksum)
    {
        buffer.putInt(0, headerChecksum, CheckpointFormat.ORDER);
        crc.update(bytes, 0, Integer.BYTES);
    }

    void onFrame(final int length, final int checksum)
    {
        buffer.putInt(0, length, CheckpointFormat.ORDER);
        buffer.putInt(Integer.BYTES, checksum, CheckpointFormat.ORDER);
        crc.update(bytes, 0, bytes.length);
        frameCount++;
        payloadBytes += length;
    }

    long frameCount()
    {
        return frameCount;
    }

    long payloadBytes()
    {
        return payloadBytes;
    }

    int checksum()
    {
        return (int) crc.getValue();
    }
}
