package io.tailrace.engine.ingress;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import org.agrona.DirectBuffer;
import org.agrona.IoUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The first 256 bytes of the newest malformed datagrams, in a file of constant length.
 * <pre>
 *   file:    | next record number u64, then reserve: 64 bytes | record 0 | record 1 | ... |
 *   record:  | ingest time i64 | number u64 | source u16 | reason u16 | length u32 | 8 reserved | 256 bytes |
 * </pre>
 * Record n stands at place {@code n mod RECORDS}; a number tells an old record from one that was never written, since
 * numbers begin with 1. Kept over restarts.
 * <p>
 * Threading: the ingress thread. Hot path: allocation-free; the file is mapped.
 */
public final class RejectsFile implements AutoCloseable
{
    /** Records kept. */
    public static final int RECORDS = 4096;
    /** Bytes of a datagram kept. */
    public static final int KEPT_LENGTH = 256;
    /** Name in the data directory. */
    public static final String FILE_NAME = "malformed.dat";

    static final int HEADER_LENGTH = 64;
    static final int RECORD_HEADER_LENGTH = 32;
    static final int RECORD_LENGTH = RECORD_HEADER_LENGTH + KEPT_LENGTH;

    static final int NUMBER = 8;
    static final int SOURCE = 16;
    static final int REASON = 18;
    static final int LENGTH = 20;

    private final MappedByteBuffer mapped;
    private final UnsafeBuffer buffer;
    private boolean isClosed;

    /** @param dataDir directory in which the file lies or is created. */
    public RejectsFile(final Path dataDir)
    {
        final long length = HEADER_LENGTH + (long)RECORDS * RECORD_LENGTH;
        try (FileChannel channel = FileChannel.open(
            dataDir.resolve(FILE_NAME),
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.CREATE))
        {
            fill(channel, length);
            mapped = channel.map(FileChannel.MapMode.READ_WRITE, 0, length);
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
        buffer = new UnsafeBuffer(mapped);
    }

    /** Takes the room now: a full disk must not fault a write to the mapping later. */
    private static void fill(final FileChannel channel, final long length) throws IOException
    {
        final ByteBuffer zeros = ByteBuffer.allocate((int)Math.max(0, length - channel.size()));
        long position = channel.size();
        while (zeros.hasRemaining())
        {
            position += channel.write(zeros, position);
        }
    }

    void keep(
        final long timeNs,
        final int source,
        final int reason,
        final DirectBuffer from,
        final int offset,
        final int length)
    {
        final long number = buffer.getLong(0) + 1;
        final int record = HEADER_LENGTH + (int)((number - 1) % RECORDS) * RECORD_LENGTH;
        final int kept = Math.min(length, KEPT_LENGTH);
        buffer.putLong(record, timeNs);
        buffer.putLong(record + NUMBER, number);
        buffer.putShort(record + SOURCE, (short)source);
        buffer.putShort(record + REASON, (short)reason);
        buffer.putInt(record + LENGTH, length);
        buffer.setMemory(record + RECORD_HEADER_LENGTH, KEPT_LENGTH, (byte)0);
        from.getBytes(offset, buffer, record + RECORD_HEADER_LENGTH, kept);
        buffer.putLong(0, number);
    }

    /** @return how many datagrams have been kept in all, also those that were overwritten since. */
    public long count()
    {
        return buffer.getLong(0);
    }

    @Override
    public void close()
    {
        if (!isClosed)
        {
            isClosed = true;
            IoUtil.unmap(mapped);
        }
    }
}
