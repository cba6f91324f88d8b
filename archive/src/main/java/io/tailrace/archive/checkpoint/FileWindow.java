package io.tailrace.archive.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.CloseHelper;
import org.agrona.concurrent.UnsafeBuffer;

import static java.nio.file.StandardOpenOption.READ;

/**
 * A stretch of a file in native memory, moved to where it is needed. A mapping would be simpler and is not used,
 * because a file that shrinks or a device that fails would end the process instead of a read.
 * <p>
 * Threading: one thread. Hot path: {@link #require} allocates only when it grows.
 */
final class FileWindow implements AutoCloseable
{
    /**
     * Enough for header, or small footer and trailer.
     */
    private static final int INITIAL_LENGTH = 4096;

    private final Path file;
    private final FileChannel channel;
    private final long fileLength;
    private final UnsafeBuffer buffer = new UnsafeBuffer(0, 0);

    private ByteBuffer bytes;
    private long windowOffset;
    private int windowLength;

    /**
     * @throws CorruptCheckpointException if the file is missing.
     * @throws UncheckedIOException       if it cannot be opened for another reason.
     */
    FileWindow(final Path file)
    {
        this.file = file;
        FileChannel opened = null;
        try
        {
            opened = FileChannel.open(file, READ);
            fileLength = opened.size();
        }
        catch (final NoSuchFileException ex)
        {
            throw new CorruptCheckpointException(file, 0, "file is missing");
        }
        catch (final IOException ex)
        {
            CloseHelper.quietClose(opened);
            throw new UncheckedIOException("cannot read " + file, ex);
        }
        channel = opened;
        grow(INITIAL_LENGTH);
    }

    long fileLength()
    {
        return fileLength;
    }

    /**
     * The stretch, of which {@link #require} says where it begins.
     */
    UnsafeBuffer buffer()
    {
        return buffer;
    }

    /**
     * Makes the stretch at least so long, and forgets what is in it if it was shorter.
     */
    void grow(final int length)
    {
        if (null == bytes || bytes.capacity() < length)
        {
            free();
            bytes = ByteBuffer.allocateDirect(length);
            buffer.wrap(bytes);
        }
    }

    /**
     * Has a part of the file in the buffer, until the next call. The caller has made sure that the file has it.
     *
     * @param fileOffset multiple of 8.
     * @param length     bytes.
     * @return offset in {@link #buffer}, a multiple of 8.
     * @throws CorruptCheckpointException if the file has become shorter or its device fails.
     * @throws UncheckedIOException       if the channel was closed, such as by an interrupt.
     */
    int require(final long fileOffset, final int length)
    {
        if (fileOffset < windowOffset || fileOffset + length > windowOffset + windowLength)
        {
            grow((int) Math.min(BitUtil.findNextPositivePowerOfTwo(length), fileLength));
            read(fileOffset, length);
        }

        return (int) (fileOffset - windowOffset);
    }

    @Override
    public void close()
    {
        free();
        CloseHelper.quietClose(channel);
    }

    private void read(final long fileOffset, final int length)
    {
        windowOffset = fileOffset;
        windowLength = 0;
        bytes.clear().limit((int) Math.min(bytes.capacity(), fileLength - fileOffset));
        try
        {
            while (bytes.hasRemaining())
            {
                if (channel.read(bytes, fileOffset + bytes.position()) < 0)
                {
                    break;
                }
            }
        }
        catch (final ClosedChannelException ex)
        {
            throw new UncheckedIOException("cannot read " + file, ex);
        }
        catch (final IOException ex)
        {
            throw new CorruptCheckpointException(file, fileOffset, "cannot be read: " + ex.getMessage());
        }

        if (bytes.position() < length)
        {
            throw new CorruptCheckpointException(file, fileOffset + bytes.position(), "file ends here, expected " +
                fileLength + " bytes");
        }
        windowLength = bytes.position();
    }

    private void free()
    {
        buffer.wrap(0, 0);
        BufferUtil.free(bytes);
        bytes = null;
        windowLength = 0;
    }
}
