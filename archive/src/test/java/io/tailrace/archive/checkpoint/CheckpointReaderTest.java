package io.tailrace.archive.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static io.tailrace.archive.checkpoint.TestCheckpoints.meta;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Changes one small file in every way there is. Where a checksum would catch a change first, the test computes it
 * anew, so that the check behind it is seen to work.
 */
final class CheckpointReaderTest
{
    private static final int HEADER_LENGTH = 96;
    private static final int TRAILER_LENGTH = 40;
    private static final List<byte[]> FRAMES =
        List.of(new byte[]{1, 2, 3, 4, 5}, new byte[]{6}, new byte[]{7, 8, 9, 10, 11, 12, 13, 14}, new byte[]{6});

    @TempDir
    Path dataDir;

    private Path file;
    private byte[] original;

    @BeforeEach
    void write() throws IOException
    {
        file = TestCheckpoints.write(CheckpointDirectory.open(dataDir), meta(1, 1, 0), FRAMES);
        original = Files.readAllBytes(file);
    }

    @Test
    void shouldReadWhatWasWritten()
    {
        try (CheckpointReader reader = CheckpointReader.open(file))
        {
            assertEquals(meta(1, 1, 0), reader.meta());
            assertArrayEquals(TestCheckpoints.footer(1), TestCheckpoints.bytesOf(reader.footer()));
            assertEquals(4, reader.frameCount());
            assertEquals(15, reader.payloadBytes());
            assertEquals(0, reader.payloadLength());
            TestCheckpoints.assertFrames(FRAMES, TestCheckpoints.readAll(reader), "original");
            assertTrue(reader.isAtEnd());
        }
    }

    @Test
    void shouldFindEveryFlippedBit() throws IOException
    {
        for (int bit = 0; bit < original.length * 8; bit++)
        {
            final byte[] changed = original.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            assertDamaged(changed, "bit " + bit);
        }
    }

    @Test
    void shouldFindATruncationAtEveryByte() throws IOException
    {
        for (int length = 0; length < original.length; length++)
        {
            assertDamaged(Arrays.copyOf(original, length), "length " + length);
        }
    }

    @Test
    void shouldFindBytesAfterTheEnd() throws IOException
    {
        for (int count = 1; count <= 64; count++)
        {
            assertDamaged(Arrays.copyOf(original, original.length + count), count + " zeros");
        }
        final byte[] twice = Arrays.copyOf(original, 2 * original.length);
        System.arraycopy(original, 0, twice, original.length, original.length);
        assertDamaged(twice, "the file twice");
        System.arraycopy(
            original, original.length - TRAILER_LENGTH, twice, original.length, TRAILER_LENGTH);
        assertDamaged(Arrays.copyOf(twice, original.length + TRAILER_LENGTH), "the trailer twice");
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 80, 81, 16 * 1024 * 1024, 16 * 1024 * 1024 + 1, Integer.MAX_VALUE})
    void shouldRefuseAFrameLengthThatCannotBe(final int length) throws IOException
    {
        final ByteBuffer changed = copy();
        changed.putInt(HEADER_LENGTH, length);
        final CorruptCheckpointException ex = assertDamaged(changed.array(), "frame length " + length);
        assertEquals(HEADER_LENGTH, ex.offset());
        assertTrue(ex.getMessage().contains("frame length " + length), ex::getMessage);
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -8, 0, 88, 97, 1L << 40, Long.MAX_VALUE & -8L, Long.MAX_VALUE})
    void shouldRefuseAnOffsetOfTheFooterThatCannotBe(final long offset) throws IOException
    {
        final ByteBuffer changed = copy();
        changed.putLong(original.length - 24, offset);
        final CorruptCheckpointException ex = assertDamaged(changed.array(), "offset " + offset);
        assertTrue(ex.getMessage().contains("offset of the footer " + offset), ex::getMessage);
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 8, 17, Integer.MAX_VALUE, Integer.MAX_VALUE - 3})
    void shouldRefuseALengthOfTheFooterThatCannotBe(final int length) throws IOException
    {
        final ByteBuffer changed = copy();
        changed.putInt(footerOffset() + 4, length);
        sealFooter(changed);
        final CorruptCheckpointException ex = assertDamaged(changed.array(), "footer length " + length);
        assertEquals(footerOffset(), ex.offset());
        assertTrue(ex.getMessage().contains("length " + length + " of the footer"), ex::getMessage);
    }

    @Test
    void shouldRefuseAnotherMarker() throws IOException
    {
        final ByteBuffer changed = copy();
        changed.putInt(footerOffset(), -2);
        sealFooter(changed);
        assertTrue(assertDamaged(changed.array(), "marker").getMessage().contains("marker -2"));
    }

    @Test
    void shouldRefuseAnotherFormatVersion() throws IOException
    {
        final ByteBuffer changed = copy();
        changed.putInt(8, 2);
        sealHeader(changed);
        assertTrue(assertDamaged(changed.array(), "version").getMessage().contains("format version 2, expected 1"));
    }

    @Test
    void shouldRefuseAHeaderWhoseFieldsCannotBe() throws IOException
    {
        final ByteBuffer changed = copy();
        changed.putLong(40, -1);
        sealHeader(changed);
        assertTrue(assertDamaged(changed.array(), "position").getMessage().contains("journalPosition=-1"));
        final ByteBuffer other = copy();
        other.put(80, (byte) 0);
        sealHeader(other);
        assertTrue(assertDamaged(other.array(), "tzVersion").getMessage().contains("tzVersion="));
    }

    @Test
    void shouldRefuseCountsThatAreNotThoseOfTheFrames() throws IOException
    {
        final ByteBuffer frameCount = copy();
        frameCount.putLong(original.length - 40, 5);
        sealFooter(frameCount);
        assertTrue(assertDamaged(frameCount.array(), "count").getMessage().contains("expected 5 with 15"));

        final ByteBuffer payloadBytes = copy();
        payloadBytes.putLong(original.length - 32, 16);
        sealFooter(payloadBytes);
        assertTrue(assertDamaged(payloadBytes.array(), "bytes").getMessage().contains("expected 4 with 16"));
    }

    @Test
    void shouldFindFramesThatAreLostOrDoubled() throws IOException
    {
        // The second frame (16 bytes at 112) takes the place of the first, or is cut out with all offsets mended.
        final ByteBuffer doubled = copy();
        doubled.put(HEADER_LENGTH, original, HEADER_LENGTH + 16, 16);
        assertTrue(assertDamaged(doubled.array(), "doubled").getMessage().contains("expected 4 with 15"));

        final ByteBuffer lost = ByteBuffer.allocate(original.length - 16).order(ByteOrder.LITTLE_ENDIAN);
        lost.put(0, original, 0, HEADER_LENGTH);
        lost.put(HEADER_LENGTH, original, HEADER_LENGTH + 16, original.length - HEADER_LENGTH - 16);
        lost.putLong(lost.capacity() - 24, footerOffset() - 16);
        sealFooter(lost);
        assertTrue(assertDamaged(lost.array(), "lost").getMessage().contains("3 frames"));
    }

    @Test
    void shouldFindFramesThatChangedPlaces() throws IOException
    {
        final ByteBuffer changed = copy();
        changed.put(HEADER_LENGTH, original, HEADER_LENGTH + 16, 16);
        changed.put(HEADER_LENGTH + 16, original, HEADER_LENGTH, 16);
        assertTrue(assertDamaged(changed.array(), "moved").getMessage().contains("not in their order"));
    }

    @Test
    void shouldFindTheHeaderOfAnotherCheckpoint() throws IOException
    {
        final ByteBuffer changed = copy();
        changed.putLong(40, 777);
        sealHeader(changed);
        assertTrue(assertDamaged(changed.array(), "header").getMessage().contains("not those that were written"));
    }

    @Test
    void shouldNeverShowAPayloadAfterDamage() throws IOException
    {
        final byte[] changed = original.clone();
        changed[HEADER_LENGTH + 16 + 8] ^= 1;
        Files.write(file, changed);
        try (CheckpointReader reader = CheckpointReader.open(file))
        {
            assertTrue(reader.next());
            for (int i = 0; i < 2; i++)
            {
                final CorruptCheckpointException ex = assertThrows(CorruptCheckpointException.class, reader::next);
                assertEquals(file, ex.file());
                assertEquals(HEADER_LENGTH + 16, ex.offset());
                assertEquals(0, reader.payloadLength());
                assertFalse(reader.isAtEnd());
            }
        }
    }

    @Test
    void shouldReportAFileThatShrinksWhileItIsRead() throws IOException
    {
        final List<byte[]> frames = List.of(new byte[1 << 20], new byte[1 << 20], new byte[1 << 20]);
        final Path large = TestCheckpoints.write(CheckpointDirectory.open(dataDir), meta(2, 2, 0), frames);
        try (CheckpointReader reader = CheckpointReader.open(large))
        {
            assertTrue(reader.next());
            Files.write(large, original);
            final CorruptCheckpointException ex = assertThrows(CorruptCheckpointException.class, reader::next);
            assertTrue(ex.getMessage().contains("file ends here"), ex::getMessage);
            assertEquals(0, reader.payloadLength());
        }
    }

    @Test
    void shouldNotTakeAnInterruptForDamage()
    {
        final CheckpointEntry entry = CheckpointDirectory.list(dataDir).get(0);
        Thread.currentThread().interrupt();
        assertThrows(UncheckedIOException.class, entry::verify);
        assertTrue(Thread.interrupted());
        assertEquals("", entry.verify());
    }

    @Test
    void shouldReportAFileThatIsMissing() throws IOException
    {
        final CheckpointEntry entry = CheckpointDirectory.list(dataDir).get(0);
        Files.delete(file);
        final CorruptCheckpointException ex =
            assertThrows(CorruptCheckpointException.class, () -> CheckpointReader.open(file));
        assertTrue(ex.getMessage().contains("file is missing"), ex::getMessage);
        assertTrue(entry.verify().contains("file is missing"), entry::verify);
    }

    @Test
    void shouldRefuseToReadWhenClosed()
    {
        final CheckpointReader reader = CheckpointReader.open(file);
        assertTrue(reader.next());
        reader.close();
        reader.close();
        assertEquals(0, reader.payloadLength());
        assertThrows(IllegalStateException.class, reader::next);
        assertArrayEquals(TestCheckpoints.footer(1), TestCheckpoints.bytesOf(reader.footer()));
    }

    private CorruptCheckpointException assertDamaged(final byte[] content, final String what) throws IOException
    {
        // Emptying one file again and again is slow on some file systems, since each waits for its blocks.
        Files.delete(file);
        Files.write(file, content);
        final CorruptCheckpointException ex = assertThrows(CorruptCheckpointException.class, () -> read(file), what);
        assertEquals(file, ex.file(), what);
        assertTrue(ex.offset() >= 0 || content.length < TRAILER_LENGTH, what);
        final CheckpointEntry entry = CheckpointDirectory.list(dataDir).get(0);
        assertEquals(ex.getMessage(), entry.verify(), what);
        assertEquals(content.length, entry.length(), what);
        return ex;
    }

    private static void read(final Path file)
    {
        try (CheckpointReader reader = CheckpointReader.open(file))
        {
            TestCheckpoints.readAll(reader);
        }
    }

    private ByteBuffer copy()
    {
        return ByteBuffer.wrap(original.clone()).order(ByteOrder.LITTLE_ENDIAN);
    }

    private int footerOffset()
    {
        return (int) copy().getLong(original.length - 24);
    }

    private static void sealHeader(final ByteBuffer content)
    {
        final CRC32C crc = new CRC32C();
        crc.update(content.array(), 0, 92);
        content.putInt(92, (int) crc.getValue());
    }

    private static void sealFooter(final ByteBuffer content)
    {
        final int trailer = content.capacity() - TRAILER_LENGTH;
        final int footer = (int) content.getLong(trailer + 16);
        final CRC32C crc = new CRC32C();
        crc.update(content.array(), footer, trailer + 28 - footer);
        content.putInt(trailer + 28, (int) crc.getValue());
    }
}
