package io.tailrace.archive.checkpoint;

import java.io.UncheckedIOException;
import java.nio.file.Path;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reads one checkpoint file in sequence. Header and footer are verified when it opens, each payload before it is shown.
 * That no frame is missing, doubled or moved is known when {@link #next} has returned false: until then, what was
 * read is not to be relied on.
 * <p>
 * Threading: one thread. Hot path: {@link #next} is allocation-free, save for a payload longer than all before.
 * Memory: 1 MiB, or the longest payload of the file, at most 16 MiB; whatever a damaged length says.
 */
public final class CheckpointReader implements AutoCloseable
{
    private static final int READ_AHEAD_LENGTH = 1024 * 1024;

    private final Path file;
    private final FileWindow window;
    private final UnsafeBuffer payload = new UnsafeBuffer(0, 0);

    private CheckpointMeta meta;
    private int previousChecksum;
    private int checksum;
    private DirectBuffer footer;
    private long footerOffset;
    private long frameCount;
    private long payloadBytes;
    private int contentsChecksum;

    private Contents contents;
    private long nextOffset = CheckpointFormat.HEADER_LENGTH;
    private boolean isAtEnd;
    private boolean isClosed;

    CheckpointReader(final Path file)
    {
        this.file = file;
        window = new FileWindow(file);
    }

    /**
     * Opens a file of any name and verifies its header and its footer. Cost: two small reads.
     *
     * @param file checkpoint file.
     * @return a reader before the first frame; the caller closes it.
     * @throws CorruptCheckpointException if the file is missing, its length is not that which its footer claims, or
     *                                    header or footer fail verification.
     * @throws UncheckedIOException       if it cannot be opened for another reason, such as missing rights.
     */
    public static CheckpointReader open(final Path file)
    {
        final CheckpointReader reader = new CheckpointReader(file);
        try
        {
            reader.readHeader();
            reader.readFooter();
            return reader;
        }
        catch (final RuntimeException ex)
        {
            reader.close();
            throw ex;
        }
    }

    /**
     * What the header says.
     *
     * @return the meta.
     */
    public CheckpointMeta meta()
    {
        return meta;
    }

    /**
     * Payload of the footer, from offset 0 on, as long as the buffer. There from the beginning, and after
     * {@link #close} too.
     *
     * @return the buffer, on the heap.
     */
    public DirectBuffer footer()
    {
        return footer;
    }

    /**
     * Number of frames, as the footer says.
     *
     * @return how often {@link #next} returns true.
     */
    public long frameCount()
    {
        return frameCount;
    }

    /**
     * Payload of all frames, as the footer says.
     *
     * @return bytes.
     */
    public long payloadBytes()
    {
        return payloadBytes;
    }

    /**
     * Moves to the next frame and verifies it.
     *
     * @return false if there was none, and the frames are those that were written, in their order.
     * @throws CorruptCheckpointException if the frame, or what the footer says of all, fails verification. What was
     *                                    read of this file so far has to be discarded.
     * @throws IllegalStateException      if the reader is closed.
     * @throws UncheckedIOException       if the thread was interrupted while it read.
     */
    public boolean next()
    {
        payload.wrap(0, 0);
        if (isClosed)
        {
            throw new IllegalStateException("reader of " + file + " is closed");
        }

        if (nextOffset == footerOffset)
        {
            checkContents();
            isAtEnd = true;
            return false;
        }

        window.grow((int) Math.min(READ_AHEAD_LENGTH, footerOffset));
        final int header = window.require(nextOffset, CheckpointFormat.FRAME_HEADER_LENGTH);
        final int length = window.buffer().getInt(header, CheckpointFormat.ORDER);
        final int frameChecksum = window.buffer().getInt(header + Integer.BYTES, CheckpointFormat.ORDER);
        final long maxLength = Math.min(
            CheckpointFormat.MAX_PAYLOAD_LENGTH, footerOffset - nextOffset - CheckpointFormat.FRAME_HEADER_LENGTH);
        if (length < 1 || length > maxLength)
        {
            throw corrupt(nextOffset, "frame length " + length + ", expected 1 to " + maxLength);
        }

        final int frameLength = CheckpointFormat.FRAME_HEADER_LENGTH + CheckpointFormat.aligned(length);
        final int offset = window.require(nextOffset, frameLength) + CheckpointFormat.FRAME_HEADER_LENGTH;
        if (CheckpointFormat.checksum(window.buffer(), offset, length) != frameChecksum)
        {
            throw corrupt(nextOffset, "payload does not match its checksum");
        }
        checkPadding(offset + length, nextOffset);

        contents.onFrame(length, frameChecksum);
        payload.wrap(window.buffer().addressOffset() + offset, length);
        nextOffset += frameLength;
        return true;
    }

    /**
     * Where the payload of the current frame is in memory, until the next call of {@link #next} or {@link #close}.
     *
     * @return address, a multiple of 8; 0 if there is no current frame.
     */
    public long payloadAddress()
    {
        return payload.addressOffset();
    }

    /**
     * The payload of the current frame, from offset 0 on, as long as the buffer. Valid until the next call of
     * {@link #next} or {@link #close}.
     *
     * @return the buffer, native memory, to be read only; the same for all frames.
     */
    public DirectBuffer payloadBuffer()
    {
        return payload;
    }

    /**
     * Length of the payload of the current frame.
     *
     * @return bytes; 0 if there is no current frame.
     */
    public int payloadLength()
    {
        return payload.capacity();
    }

    /**
     * Has {@link #next} returned false?
     *
     * @return true if every byte of the file has been verified.
     */
    public boolean isAtEnd()
    {
        return isAtEnd;
    }

    @Override
    public void close()
    {
        isClosed = true;
        payload.wrap(0, 0);
        window.close();
    }

    /**
     * Reads all frames.
     *
     * @param reader that is before the first frame.
     * @return what is damaged, empty if nothing is.
     */
    static String damageOf(final CheckpointReader reader)
    {
        try
        {
            while (!reader.isAtEnd)
            {
                reader.next();
            }
            return "";
        }
        catch (final CorruptCheckpointException ex)
        {
            return ex.getMessage();
        }
    }

    void readHeader()
    {
        final int minLength =
            CheckpointFormat.HEADER_LENGTH + CheckpointFormat.FRAME_HEADER_LENGTH + CheckpointFormat.TRAILER_LENGTH;
        if (window.fileLength() < minLength)
        {
            throw corrupt(0, "file has " + window.fileLength() + " bytes, expected " + minLength + " or more");
        }

        final int header = window.require(0, CheckpointFormat.HEADER_LENGTH);
        final String damage = CheckpointFormat.headerDamage(window.buffer(), header);
        if (!damage.isEmpty())
        {
            throw corrupt(0, damage);
        }

        try
        {
            meta = CheckpointFormat.decodeHeader(window.buffer(), header);
        }
        catch (final IllegalArgumentException ex)
        {
            throw corrupt(0, ex.getMessage());
        }
        previousChecksum = CheckpointFormat.previousChecksum(window.buffer(), header);
        contents = new Contents(CheckpointFormat.headerChecksum(window.buffer(), header));
    }

    void readFooter()
    {
        final long trailerOffset = window.fileLength() - CheckpointFormat.TRAILER_LENGTH;
        if (0 != trailerOffset % CheckpointFormat.ALIGNMENT)
        {
            throw corrupt(trailerOffset, "file has " + window.fileLength() + " bytes, expected a multiple of 8");
        }

        int trailer = window.require(trailerOffset, CheckpointFormat.TRAILER_LENGTH);
        if (!CheckpointFormat.isEndMagic(window.buffer(), trailer))
        {
            throw corrupt(trailerOffset, "magic at the end is wrong");
        }

        footerOffset = CheckpointFormat.footerOffset(window.buffer(), trailer);
        final long maxOffset = trailerOffset - CheckpointFormat.FRAME_HEADER_LENGTH;
        final long minOffset = Math.max(
            CheckpointFormat.HEADER_LENGTH, maxOffset - CheckpointFormat.MAX_FOOTER_LENGTH);
        if (footerOffset < minOffset || footerOffset > maxOffset || 0 != footerOffset % CheckpointFormat.ALIGNMENT)
        {
            throw corrupt(trailerOffset, "offset of the footer " + footerOffset + ", expected a multiple of 8 from " +
                minOffset + " to " + maxOffset);
        }

        final int length = (int) (window.fileLength() - footerOffset);
        final int offset = window.require(footerOffset, length);
        trailer = offset + length - CheckpointFormat.TRAILER_LENGTH;
        if (!CheckpointFormat.isFooterIntact(window.buffer(), offset, length))
        {
            throw corrupt(footerOffset, "footer does not match its checksum");
        }

        final int marker = window.buffer().getInt(offset, CheckpointFormat.ORDER);
        final int footerLength = window.buffer().getInt(offset + Integer.BYTES, CheckpointFormat.ORDER);
        final int paddedLength = length - CheckpointFormat.FRAME_HEADER_LENGTH - CheckpointFormat.TRAILER_LENGTH;
        if (CheckpointFormat.FOOTER_MARKER != marker || footerLength < 0 ||
            footerLength > paddedLength || CheckpointFormat.aligned(footerLength) != paddedLength)
        {
            throw corrupt(footerOffset, "marker " + marker + " and length " + footerLength +
                " of the footer, expected " + CheckpointFormat.FOOTER_MARKER + " and what fills " + paddedLength +
                " bytes");
        }

        final byte[] copy = new byte[footerLength];
        window.buffer().getBytes(offset + CheckpointFormat.FRAME_HEADER_LENGTH, copy);
        footer = new UnsafeBuffer(copy);
        frameCount = CheckpointFormat.frameCount(window.buffer(), trailer);
        payloadBytes = CheckpointFormat.payloadBytes(window.buffer(), trailer);
        contentsChecksum = CheckpointFormat.contentsChecksum(window.buffer(), trailer);
        checksum = CheckpointFormat.footerChecksum(window.buffer(), trailer);
    }

    int previousChecksum()
    {
        return previousChecksum;
    }

    /**
     * Footer checksum: it depends on every byte of the file, and the next file of the chain repeats it.
     */
    int checksum()
    {
        return checksum;
    }

    long fileLength()
    {
        return window.fileLength();
    }

    private void checkPadding(final int from, final long frameOffset)
    {
        for (int i = from; 0 != i % CheckpointFormat.ALIGNMENT; i++)
        {
            if (0 != window.buffer().getByte(i))
            {
                throw corrupt(frameOffset, "padding of the frame is not zero");
            }
        }
    }

    private void checkContents()
    {
        if (contents.frameCount() != frameCount || contents.payloadBytes() != payloadBytes)
        {
            throw corrupt(footerOffset, contents.frameCount() + " frames with " + contents.payloadBytes() +
                " bytes of payload, expected " + frameCount + " with " + payloadBytes);
        }

        if (contents.checksum() != contentsChecksum)
        {
            throw corrupt(footerOffset, "frames are not those that were written, or not in their order");
        }
    }

    private CorruptCheckpointException corrupt(final long offset, final String reason)
    {
        return new CorruptCheckpointException(file, offset, reason);
    }
}
