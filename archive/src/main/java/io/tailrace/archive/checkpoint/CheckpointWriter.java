package io.tailrace.archive.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;

import io.tailrace.archive.recording.AtomicFile;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

/**
 * Writes one checkpoint file. It exists from {@link #complete} on, whole and durable, or never: whatever fails
 * before removes the temporary file, and the writer is then closed.
 * <p>
 * Threading: one thread, that of the directory. Hot path: {@code append} is allocation-free; it blocks for the time of
 * a write to the page cache when its buffer is full. Memory: the directory's buffer of 1 MiB.
 */
public final class CheckpointWriter implements AutoCloseable
{
    /**
     * Longest payload of one frame, in bytes.
     */
    public static final int MAX_PAYLOAD_LENGTH = CheckpointFormat.MAX_PAYLOAD_LENGTH;

    /**
     * Longest payload of the footer, in bytes.
     */
    public static final int MAX_FOOTER_LENGTH = CheckpointFormat.MAX_FOOTER_LENGTH;

    /**
     * Of the buffer: whole pages, and with room for a footer.
     */
    static final int BUFFER_LENGTH = 1024 * 1024;

    private final CheckpointDirectory directory;
    private final CheckpointMeta meta;
    private final Path file;
    private final Path temporary;
    private final ByteBuffer bytes;
    private final UnsafeBuffer buffer;
    private final UnsafeBuffer source = new UnsafeBuffer(0, 0);
    private final CRC32C arrayChecksum = new CRC32C();
    private final Contents contents;
    private final FileChannel channel;

    private int bufferedLength;
    private long flushedLength;
    private boolean isClosed;

    /**
     * @param directory        told when the writer is closed.
     * @param file             to write.
     * @param meta             of the checkpoint.
     * @param previousChecksum footer checksum of the file before in the chain.
     * @param bytes            direct buffer of {@link #BUFFER_LENGTH}, lent until the writer is closed.
     */
    CheckpointWriter(
        final CheckpointDirectory directory,
        final Path file,
        final CheckpointMeta meta,
        final int previousChecksum,
        final ByteBuffer bytes)
    {
        this.directory = directory;
        this.meta = meta;
        this.file = file;
        this.bytes = bytes;
        temporary = CheckpointFormat.temporaryOf(file);
        buffer = new UnsafeBuffer(bytes);
        contents = new Contents(CheckpointFormat.encodeHeader(buffer, 0, meta, previousChecksum));
        bufferedLength = CheckpointFormat.HEADER_LENGTH;
        try
        {
            channel = FileChannel.open(temporary, CREATE, WRITE, TRUNCATE_EXISTING);
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException("cannot write " + file, ex);
        }
    }

    /**
     * What the checkpoint was begun with.
     *
     * @return its meta.
     */
    public CheckpointMeta meta()
    {
        return meta;
    }

    /**
     * Appends one frame from native memory, which is copied before the call returns and must not change meanwhile.
     *
     * @param address of the payload.
     * @param length  of the payload, 1 to {@link #MAX_PAYLOAD_LENGTH} bytes.
     * @throws IllegalArgumentException if the length is out of bounds; nothing is written.
     * @throws IllegalStateException    if the writer is closed, be it after a failure.
     * @throws UncheckedIOException     naming the file, such as on a full disk; the writer is then closed.
     */
    public void append(final long address, final int length)
    {
        checkAppend(length);
        source.wrap(address, length);
        appendFrame(source, 0, length, CheckpointFormat.checksum(address, length));
        source.wrap(0, 0);
    }

    /**
     * Appends one frame from a buffer, which is copied before the call returns and must not change meanwhile.
     *
     * @param payload holds it, on the heap or not.
     * @param offset  of the payload in that buffer, bytes.
     * @param length  of the payload, 1 to {@link #MAX_PAYLOAD_LENGTH} bytes.
     * @throws IllegalArgumentException  if the length is out of bounds; nothing is written.
     * @throws IndexOutOfBoundsException if the payload exceeds its buffer; nothing is written.
     * @throws IllegalStateException     if the writer is closed, be it after a failure.
     * @throws UncheckedIOException      naming the file, such as on a full disk; the writer is then closed.
     */
    public void append(final DirectBuffer payload, final int offset, final int length)
    {
        checkAppend(length);
        payload.boundsCheck(offset, length);
        appendFrame(payload, offset, length, checksumOf(payload, offset, length));
    }

    /**
     * Writes the footer, forces the file, gives it its name and forces the directory. The checkpoint then exists, and
     * the writer is closed.
     *
     * @param footer what a reader must have in its hands before the first payload; opaque.
     * @param offset of the footer in that buffer, bytes.
     * @param length of the footer, 0 to {@link #MAX_FOOTER_LENGTH} bytes.
     * @throws IllegalArgumentException  if the length is out of bounds; nothing is written.
     * @throws IndexOutOfBoundsException if the footer exceeds its buffer; nothing is written.
     * @throws IllegalStateException     if the writer is closed.
     * @throws UncheckedIOException      naming the file; there is then no checkpoint, and the writer is closed.
     */
    public void complete(final DirectBuffer footer, final int offset, final int length)
    {
        checkOpen();
        checkLength("footer", length, 0, MAX_FOOTER_LENGTH);
        footer.boundsCheck(offset, length);

        boolean isRenamed = false;
        try
        {
            flush();
            bufferedLength =
                CheckpointFormat.encodeFooter(buffer, footer, offset, length, flushedLength, contents);
            flush();
            channel.force(true);
            channel.close();
            Files.move(temporary, file, ATOMIC_MOVE);
            isRenamed = true;
            AtomicFile.forceDirectory(file.getParent());
        }
        catch (final IOException ex)
        {
            // A name that may not survive a loss of power is taken back: the caller hears that there is no checkpoint.
            throw failed(ex, isRenamed ? file : temporary);
        }

        isClosed = true;
        directory.onClosed(this, true);
    }

    /**
     * Length of the file as far as it has been appended, header included; of the whole file once it is complete.
     *
     * @return bytes.
     */
    public long bytesWritten()
    {
        return flushedLength + bufferedLength;
    }

    /**
     * Gives up a checkpoint that is not complete: removes its temporary file. Idempotent.
     *
     * @throws UncheckedIOException if the temporary file cannot be removed; the next start removes it.
     */
    @Override
    public void close()
    {
        if (!isClosed)
        {
            isClosed = true;
            directory.onClosed(this, false);
            CloseHelper.quietClose(channel);
            try
            {
                Files.deleteIfExists(temporary);
            }
            catch (final IOException ex)
            {
                throw new UncheckedIOException("cannot remove " + temporary, ex);
            }
        }
    }

    private void appendFrame(final DirectBuffer payload, final int offset, final int length, final int checksum)
    {
        try
        {
            // Everything is aligned, so the header of a frame is never split.
            makeRoom();
            buffer.putInt(bufferedLength, length, CheckpointFormat.ORDER);
            buffer.putInt(bufferedLength + Integer.BYTES, checksum, CheckpointFormat.ORDER);
            bufferedLength += CheckpointFormat.FRAME_HEADER_LENGTH;
            copy(payload, offset, length);

            final int paddingLength = CheckpointFormat.aligned(length) - length;
            buffer.setMemory(bufferedLength, paddingLength, (byte) 0);
            bufferedLength += paddingLength;
        }
        catch (final IOException ex)
        {
            throw failed(ex, temporary);
        }

        contents.onFrame(length, checksum);
    }

    private void copy(final DirectBuffer payload, final int offset, final int length) throws IOException
    {
        int copied = 0;
        while (copied < length)
        {
            makeRoom();
            final int count = Math.min(length - copied, BUFFER_LENGTH - bufferedLength);
            buffer.putBytes(bufferedLength, payload, offset + copied, count);
            bufferedLength += count;
            copied += count;
        }
    }

    private void makeRoom() throws IOException
    {
        if (BUFFER_LENGTH == bufferedLength)
        {
            flush();
        }
    }

    private void flush() throws IOException
    {
        bytes.limit(bufferedLength).position(0);
        while (bytes.hasRemaining())
        {
            channel.write(bytes);
        }
        flushedLength += bufferedLength;
        bufferedLength = 0;
    }

    private int checksumOf(final DirectBuffer payload, final int offset, final int length)
    {
        final byte[] array = payload.byteArray();
        if (null == array)
        {
            return CheckpointFormat.checksum(payload.addressOffset() + offset, length);
        }

        arrayChecksum.reset();
        arrayChecksum.update(array, payload.wrapAdjustment() + offset, length);
        return (int) arrayChecksum.getValue();
    }

    private UncheckedIOException failed(final IOException cause, final Path leftOver)
    {
        final UncheckedIOException failure = new UncheckedIOException("cannot write " + file, cause);
        try
        {
            close();
            Files.deleteIfExists(leftOver);
        }
        catch (final IOException | UncheckedIOException ex)
        {
            failure.addSuppressed(ex);
        }
        return failure;
    }

    private void checkAppend(final int length)
    {
        checkOpen();
        checkLength("payload", length, 1, MAX_PAYLOAD_LENGTH);
    }

    private void checkOpen()
    {
        if (isClosed)
        {
            throw new IllegalStateException("writer of " + file + " is closed");
        }
    }

    private static void checkLength(final String what, final int length, final int min, final int max)
    {
        if (length < min || length > max)
        {
            throw new IllegalArgumentException(
                what + " length=" + length + ", expected " + min + " to " + max + " bytes");
        }
    }
}
