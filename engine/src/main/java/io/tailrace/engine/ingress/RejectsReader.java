package io.tailrace.engine.ingress;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import org.agrona.IoUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reads the file of malformed datagrams, also while an engine writes it: a record that is being overwritten is
 * passed over.
 * <p>
 * Threading: one thread.
 */
public final class RejectsReader implements AutoCloseable
{
    /** Takes one record. */
    @FunctionalInterface
    public interface RecordHandler
    {
        /**
         * A malformed datagram.
         *
         * @param number of the record, from 1.
         * @param timeNs when it came, epoch ns.
         * @param source index of its source.
         * @param reason code of a {@link io.tailrace.codec.MalformedReason}.
         * @param length of the datagram, bytes.
         * @param first  its first bytes, at most {@link RejectsFile#KEPT_LENGTH}.
         */
        void onRecord(long number, long timeNs, int source, int reason, long length, byte[] first);
    }

    private final MappedByteBuffer mapped;
    private final UnsafeBuffer buffer;
    private boolean isClosed;

    private RejectsReader(final MappedByteBuffer mapped)
    {
        this.mapped = mapped;
        buffer = new UnsafeBuffer(mapped);
    }

    /** @return whether a data directory has such a file. */
    public static boolean exists(final Path dataDir)
    {
        return Files.exists(dataDir.resolve(RejectsFile.FILE_NAME));
    }

    /**
     * Opens the file of a data directory.
     *
     * @throws UncheckedIOException if it cannot be read or is too short.
     */
    public static RejectsReader open(final Path dataDir)
    {
        final Path file = dataDir.resolve(RejectsFile.FILE_NAME);
        final long expected = RejectsFile.HEADER_LENGTH + (long)RejectsFile.RECORDS * RejectsFile.RECORD_LENGTH;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ))
        {
            if (channel.size() < expected)
            {
                throw new IOException(file + " has " + channel.size() + " bytes, expected " + expected);
            }
            return new RejectsReader(channel.map(FileChannel.MapMode.READ_ONLY, 0, expected));
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex.getMessage(), ex);
        }
    }

    /** @return how many datagrams have been kept in all, also those that were overwritten since. */
    public long count()
    {
        return buffer.getLongVolatile(0);
    }

    /** @return number of the oldest record that is still kept; one more than {@link #count} if there is none. */
    public long oldest()
    {
        return Math.max(1, count() - RejectsFile.RECORDS + 1);
    }

    /**
     * Reads records in the order of their numbers.
     *
     * @param from    number of the first.
     * @param limit   records at most.
     * @param handler told of each.
     */
    public void read(final long from, final long limit, final RecordHandler handler)
    {
        final long count = count();
        long read = 0;
        for (long number = Math.max(from, oldest()); number <= count && read < limit; number++)
        {
            final int record =
                RejectsFile.HEADER_LENGTH + (int)((number - 1) % RejectsFile.RECORDS) * RejectsFile.RECORD_LENGTH;
            final long timeNs = buffer.getLong(record);
            final int source = buffer.getShort(record + RejectsFile.SOURCE) & 0xFFFF;
            final int reason = buffer.getShort(record + RejectsFile.REASON) & 0xFFFF;
            final long length = buffer.getInt(record + RejectsFile.LENGTH) & 0xFFFF_FFFFL;
            final byte[] first = new byte[(int)Math.min(length, RejectsFile.KEPT_LENGTH)];
            buffer.getBytes(record + RejectsFile.RECORD_HEADER_LENGTH, first);
            if (buffer.getLongVolatile(record + RejectsFile.NUMBER) == number)
            {
                handler.onRecord(number, timeNs, source, reason, length, first);
                read++;
            }
        }
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
