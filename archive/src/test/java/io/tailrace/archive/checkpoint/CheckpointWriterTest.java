package io.tailrace.archive.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;

import com.sun.management.ThreadMXBean;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static io.tailrace.archive.checkpoint.CheckpointWriter.BUFFER_LENGTH;
import static io.tailrace.archive.checkpoint.CheckpointWriter.MAX_FOOTER_LENGTH;
import static io.tailrace.archive.checkpoint.CheckpointWriter.MAX_PAYLOAD_LENGTH;
import static io.tailrace.archive.checkpoint.TestCheckpoints.bytesOf;
import static io.tailrace.archive.checkpoint.TestCheckpoints.meta;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

final class CheckpointWriterTest
{
    private static final UnsafeBuffer NO_FOOTER = new UnsafeBuffer(new byte[0]);
    private static final Path FULL_DISK = Path.of("/dev/full");

    @TempDir
    Path dataDir;

    private CheckpointDirectory directory;
    private Path dir;

    @BeforeEach
    void open()
    {
        directory = CheckpointDirectory.open(dataDir);
        dir = CheckpointDirectory.dirOf(dataDir);
    }

    /**
     * The expected bytes are put together from {@code archive/docs/checkpoints.md} alone.
     */
    @Test
    void shouldWriteEveryByteAsTheSpecificationSays() throws IOException
    {
        final byte[] first = "fourteen bytes".getBytes(StandardCharsets.US_ASCII);
        final byte[] second = new byte[16];
        final byte[] footer = "end".getBytes(StandardCharsets.US_ASCII);
        final CheckpointMeta meta = new CheckpointMeta(41, 5, 0, 96, 256, 17, -3, -4, 9, "2025b");
        TestCheckpoints.write(directory, meta, List.of(new byte[1]));
        try (CheckpointWriter writer = directory.begin(new CheckpointMeta(42, 5, 1, 128, 384, 18, -3, -4, 9, "2025b")))
        {
            writer.append(new UnsafeBuffer(first), 0, first.length);
            writer.append(new UnsafeBuffer(second), 0, second.length);
            writer.complete(new UnsafeBuffer(footer), 0, footer.length);
        }

        final byte[] full = Files.readAllBytes(dir.resolve("00000000000000000041.checkpoint"));
        final int fullFooterChecksum =
            ByteBuffer.wrap(full).order(ByteOrder.LITTLE_ENDIAN).getInt(full.length - 12);

        final ByteBuffer expected = ByteBuffer.allocate(200).order(ByteOrder.LITTLE_ENDIAN);
        expected.put("TRCKPT\r\n".getBytes(StandardCharsets.US_ASCII)).putInt(1).putInt(0);
        expected.putLong(42).putLong(5).putInt(1).putInt(-3).putLong(128).putLong(384).putLong(18).putLong(-4);
        expected.putInt(9).putInt(fullFooterChecksum);
        expected.put("2025b\0\0\0".getBytes(StandardCharsets.US_ASCII)).putInt(0);
        expected.putInt(crc(expected.array(), 0, 92));
        expected.putInt(14).putInt(crc(first, 0, 14)).put(first).putShort((short) 0);
        expected.putInt(16).putInt(crc(second, 0, 16)).put(second);
        final int footerOffset = expected.position();
        expected.putInt(-1).putInt(3).put(footer).put(new byte[5]);
        expected.putLong(2).putLong(30).putLong(footerOffset);
        final ByteBuffer contents = ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN);
        contents.putInt(expected.getInt(92));
        contents.putInt(14).putInt(crc(first, 0, 14)).putInt(16).putInt(crc(second, 0, 16));
        expected.putInt(crc(contents.array(), 0, 20));
        expected.putInt(crc(expected.array(), footerOffset, expected.position() - footerOffset));
        expected.put("TRCKEND\n".getBytes(StandardCharsets.US_ASCII));

        final byte[] written = Files.readAllBytes(dir.resolve("00000000000000000042.checkpoint"));
        assertEquals(expected.capacity(), expected.position());
        assertArrayEquals(expected.array(), written);
    }

    @Test
    void shouldReadBackFramesFromAnyKindOfMemory() throws IOException
    {
        final byte[] payload = random(1001);
        final UnsafeBuffer direct = new UnsafeBuffer(ByteBuffer.allocateDirect(2000));
        direct.putBytes(7, payload);
        final UnsafeBuffer slice = new UnsafeBuffer(new byte[1500], 100, 1300);
        slice.putBytes(9, payload);
        final UnsafeBuffer heap = new UnsafeBuffer(ByteBuffer.allocate(1500).position(11).slice());
        heap.putBytes(13, payload);
        final ExpandableArrayBuffer expandable = new ExpandableArrayBuffer();
        expandable.putBytes(5, payload);

        try (CheckpointWriter writer = directory.begin(meta(1, 1, 0)))
        {
            writer.append(direct.addressOffset() + 7, payload.length);
            writer.append(direct, 7, payload.length);
            writer.append(slice, 9, payload.length);
            writer.append(heap, 13, payload.length);
            writer.append(expandable, 5, payload.length);
            writer.complete(slice, 9, payload.length);
        }

        try (CheckpointReader reader = directory.candidates().get(0).open(0))
        {
            assertArrayEquals(payload, bytesOf(reader.footer()));
            for (int i = 0; i < 5; i++)
            {
                assertTrue(reader.next());
                assertArrayEquals(payload, bytesOf(reader.payloadBuffer()), "frame " + i);
            }
            assertFalse(reader.next());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 9, BUFFER_LENGTH - 104, BUFFER_LENGTH - 103, BUFFER_LENGTH - 96, BUFFER_LENGTH,
        BUFFER_LENGTH + 1, 3 * BUFFER_LENGTH - 5, MAX_PAYLOAD_LENGTH - 1, MAX_PAYLOAD_LENGTH})
    void shouldKeepFramesOfAnyLengthAcrossItsBuffer(final int length) throws IOException
    {
        final byte[] payload = random(length);
        final int small = 3;
        final long bytesWritten;
        try (CheckpointWriter writer = directory.begin(meta(1, 1, 0)))
        {
            assertEquals(96, writer.bytesWritten());
            writer.append(new UnsafeBuffer(payload), 0, length);
            writer.append(new UnsafeBuffer(payload), 0, Math.min(small, length));
            writer.append(new UnsafeBuffer(payload), 0, length);
            assertEquals(96 + 2L * (8 + (length + 7 & ~7)) + 16, writer.bytesWritten());
            writer.complete(NO_FOOTER, 0, 0);
            bytesWritten = writer.bytesWritten();
        }

        final CheckpointEntry entry = directory.entries().get(0);
        assertEquals(bytesWritten, entry.length());
        assertEquals(bytesWritten, Files.size(entry.file()));
        assertEquals("", entry.verify());
        try (CheckpointReader reader = CheckpointReader.open(entry.file()))
        {
            assertEquals(3, reader.frameCount());
            assertEquals(2L * length + Math.min(small, length), reader.payloadBytes());
            assertTrue(reader.next());
            assertEquals(0, reader.payloadAddress() % 8);
            assertArrayEquals(payload, bytesOf(reader.payloadBuffer()));
            assertTrue(reader.next());
            assertEquals(Math.min(small, length), reader.payloadLength());
            assertTrue(reader.next());
            assertArrayEquals(payload, bytesOf(reader.payloadBuffer()));
            assertFalse(reader.next());
            assertEquals(0, reader.payloadLength());
            assertEquals(0, reader.payloadAddress());
            assertEquals(0, reader.footer().capacity());
        }
    }

    @Test
    void shouldWriteTheLongestFooterAndACheckpointWithoutFrames()
    {
        final byte[] footer = random(MAX_FOOTER_LENGTH);
        try (CheckpointWriter writer = directory.begin(meta(1, 1, 0)))
        {
            writer.complete(new UnsafeBuffer(footer), 0, footer.length);
        }

        try (CheckpointReader reader = directory.candidates().get(0).open(0))
        {
            assertArrayEquals(footer, bytesOf(reader.footer()));
            assertFalse(reader.next());
            assertFalse(reader.next());
            assertTrue(reader.isAtEnd());
        }
    }

    @Test
    void shouldRefuseLengthsOutOfBoundsAndGoOn()
    {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[MAX_PAYLOAD_LENGTH + 1]);
        try (CheckpointWriter writer = directory.begin(meta(1, 1, 0)))
        {
            assertThrows(IllegalArgumentException.class, () -> writer.append(buffer, 0, 0));
            assertThrows(IllegalArgumentException.class, () -> writer.append(buffer, 0, -1));
            assertThrows(IllegalArgumentException.class, () -> writer.append(buffer, 0, buffer.capacity()));
            assertThrows(IllegalArgumentException.class, () -> writer.append(0L, 0));
            assertThrows(IndexOutOfBoundsException.class, () -> writer.append(buffer, buffer.capacity() - 4, 5));
            assertThrows(IllegalArgumentException.class, () -> writer.complete(buffer, 0, MAX_FOOTER_LENGTH + 1));
            assertThrows(IllegalArgumentException.class, () -> writer.complete(buffer, 0, -1));
            assertThrows(IndexOutOfBoundsException.class, () -> writer.complete(buffer, buffer.capacity(), 1));
            assertEquals(96, writer.bytesWritten());
            writer.append(buffer, 0, 1);
            writer.complete(NO_FOOTER, 0, 0);
        }
        assertEquals("", directory.candidates().get(0).verify());
    }

    @Test
    void shouldLeaveNothingWhenClosedBeforeItIsComplete() throws IOException
    {
        final CheckpointWriter writer = directory.begin(meta(1, 1, 0));
        writer.append(new UnsafeBuffer(new byte[2 * BUFFER_LENGTH]), 0, 2 * BUFFER_LENGTH);
        assertTrue(Files.size(dir.resolve("00000000000000000001.checkpoint.tmp")) > BUFFER_LENGTH);
        assertEquals(List.of(), directory.entries());

        writer.close();
        writer.close();
        assertEquals(0, filesIn(dir));
        assertThrows(IllegalStateException.class, () -> writer.append(NO_FOOTER, 0, 1));
        assertThrows(IllegalStateException.class, () -> writer.append(1L, 1));
        assertThrows(IllegalStateException.class, () -> writer.complete(NO_FOOTER, 0, 0));
        TestCheckpoints.write(directory, 1, 1, 0);
    }

    @Test
    void shouldKeepWhatIsCompleteWhenClosedAfterwards()
    {
        final CheckpointWriter writer = directory.begin(meta(1, 1, 0));
        writer.complete(NO_FOOTER, 0, 0);
        writer.close();
        assertThrows(IllegalStateException.class, () -> writer.complete(NO_FOOTER, 0, 0));
        assertEquals(1, directory.candidates().size());
    }

    @Test
    void shouldLeaveNothingWhenTheDiskIsFullWhileAppending() throws IOException
    {
        assumeTrue(Files.exists(FULL_DISK));
        TestCheckpoints.write(directory, 1, 1, 0);
        final Path temporary = dir.resolve("00000000000000000002.checkpoint.tmp");
        Files.createSymbolicLink(temporary, FULL_DISK);
        final CheckpointWriter writer = directory.begin(meta(2, 1, 1));
        final UnsafeBuffer payload = new UnsafeBuffer(new byte[2 * BUFFER_LENGTH]);

        final UncheckedIOException ex =
            assertThrows(UncheckedIOException.class, () -> writer.append(payload, 0, payload.capacity()));
        assertTrue(ex.getMessage().endsWith("00000000000000000002.checkpoint"), ex::getMessage);
        assertThrows(IllegalStateException.class, () -> writer.append(payload, 0, 1));
        assertEquals(1, filesIn(dir));
        assertEquals("", directory.candidates().get(0).verify());
        TestCheckpoints.write(directory, 2, 1, 1);
        assertEquals(2, directory.candidates().get(0).size());
    }

    @Test
    void shouldLeaveNothingWhenTheDiskIsFullAtTheEnd() throws IOException
    {
        assumeTrue(Files.exists(FULL_DISK));
        Files.createSymbolicLink(dir.resolve("00000000000000000001.checkpoint.tmp"), FULL_DISK);
        final CheckpointWriter writer = directory.begin(meta(1, 1, 0));
        writer.append(new UnsafeBuffer(new byte[8]), 0, 8);

        final UncheckedIOException ex =
            assertThrows(UncheckedIOException.class, () -> writer.complete(NO_FOOTER, 0, 0));
        assertTrue(ex.getMessage().endsWith("00000000000000000001.checkpoint"), ex::getMessage);
        assertEquals(0, filesIn(dir));
    }

    @Test
    void shouldLeaveNothingOfItsOwnWhenItCannotBeRenamed() throws IOException
    {
        final CheckpointWriter writer = directory.begin(meta(1, 1, 0));
        final Path obstacle = Files.createDirectories(dir.resolve("00000000000000000001.checkpoint").resolve("full"));
        assertThrows(UncheckedIOException.class, () -> writer.complete(NO_FOOTER, 0, 0));
        assertFalse(Files.exists(dir.resolve("00000000000000000001.checkpoint.tmp")));
        assertTrue(Files.exists(obstacle));
        assertTrue(directory.entries().get(0).damage().contains("cannot be read"), directory.entries().get(0)::damage);
    }

    @Test
    void shouldLeaveNothingWhenTheThreadIsInterrupted() throws IOException
    {
        final CheckpointWriter writer = directory.begin(meta(1, 1, 0));
        Thread.currentThread().interrupt();
        final UncheckedIOException ex =
            assertThrows(UncheckedIOException.class, () -> writer.complete(NO_FOOTER, 0, 0));
        assertTrue(Thread.interrupted());
        assertInstanceOf(ClosedByInterruptException.class, ex.getCause());
        assertEquals(0, filesIn(dir));
    }

    @Test
    void shouldNameTheFileThatCannotBeCreated() throws IOException
    {
        Files.createDirectories(dir.resolve("00000000000000000001.checkpoint.tmp"));
        final UncheckedIOException ex =
            assertThrows(UncheckedIOException.class, () -> directory.begin(meta(1, 1, 0)));
        assertTrue(ex.getMessage().endsWith("00000000000000000001.checkpoint"), ex::getMessage);
    }

    @Test
    void shouldNotAllocatePerFrame() throws IOException
    {
        final int frameCount = 50_000;
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final UnsafeBuffer heap = new UnsafeBuffer(new byte[72]);
        final UnsafeBuffer direct = new UnsafeBuffer(ByteBuffer.allocateDirect(72));
        long written = Long.MAX_VALUE;
        long read = Long.MAX_VALUE;
        for (int run = 1; run <= 3; run++)
        {
            try (CheckpointWriter writer = directory.begin(meta(run, run, 0)))
            {
                final long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < frameCount; i++)
                {
                    writer.append(heap, 0, 72);
                    writer.append(direct.addressOffset(), 72);
                }
                written = Math.min(written, threads.getCurrentThreadAllocatedBytes() - before);
                writer.complete(NO_FOOTER, 0, 0);
            }

            try (CheckpointReader reader = directory.candidates().get(0).open(0))
            {
                final long before = threads.getCurrentThreadAllocatedBytes();
                while (reader.next())
                {
                    assertEquals(72, reader.payloadLength());
                }
                read = Math.min(read, threads.getCurrentThreadAllocatedBytes() - before);
            }
        }

        assertTrue(written < frameCount, "bytes allocated while writing: " + written);
        assertTrue(read < frameCount, "bytes allocated while reading: " + read);
    }

    private static byte[] random(final int length)
    {
        final byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static int crc(final byte[] bytes, final int offset, final int length)
    {
        final CRC32C crc = new CRC32C();
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }

    private static int filesIn(final Path dir)
    {
        final String[] names = dir.toFile().list();
        return null == names ? -1 : names.length;
    }
}
