package io.tailrace.codec;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Reader and writer of CSV, apart and against each other. The reader gets its bytes in pieces of every size, so
 * that each state of it meets the end of a buffer.
 */
class CsvTest
{
    @TempDir
    private Path directory;

    @Test
    void shouldReadCellsOfLinesWithEitherEnd() throws IOException
    {
        assertRows("a,b\r\n,\nc\r\n", List.of(List.of("a", "b"), List.of("", ""), List.of("c")));
        assertRows("a,b", List.of(List.of("a", "b")));
        assertRows("a,b\r", List.of(List.of("a", "b")));
        assertRows("a,", List.of(List.of("a", "")));
        assertRows("", List.of());
    }

    @Test
    void shouldReadQuotedCells() throws IOException
    {
        assertRows(
            "\"a,b\",\"c\"\"d\",\"e\nf\r\ng\"\r\n\"\"\n\"x\"\r\n\"y\"",
            List.of(List.of("a,b", "c\"d", "e\nf\r\ng"), List.of(""), List.of("x"), List.of("y")));
    }

    @Test
    void shouldTakeQuoteAndReturnWithinPlainCellAsTheyAre() throws IOException
    {
        assertRows("5\" pipe,a\rb\n", List.of(List.of("5\" pipe", "a\rb")));
    }

    @Test
    void shouldSkipByteOrderMarkOnceAndLinesWithoutBytes() throws IOException
    {
        assertRows("\uFEFFa\n\n\r\nb\n\uFEFFc\n", List.of(List.of("a"), List.of("b"), List.of("\uFEFFc")));
        assertRows("\uFEFF", List.of());
        assertRows("\uFEFF\"a\"\n", List.of(List.of("a")));
    }

    @Test
    void shouldKnowWhereRecordsBegin() throws IOException
    {
        try (CsvReader reader = reader("a\n\n\"b\nb\"\r\nc"))
        {
            assertTrue(reader.next());
            assertEquals(1, reader.line());
            assertTrue(reader.next());
            assertEquals(3, reader.line());
            assertTrue(reader.next());
            assertEquals(5, reader.line());
            assertEquals("t.csv:5: x, expected y", reader.fault("x", "y").getMessage());
            assertFalse(reader.next());
        }
    }

    @Test
    void shouldNameLineOfQuoteThatIsNotClosed()
    {
        assertFault("a\nb,\"c\nd\n", 2, "a quote that is not closed, expected another quote");
        assertFault("\"", 1, "a quote that is not closed, expected another quote");
        assertFault("\"a\"\"", 1, "a quote that is not closed, expected another quote");
    }

    @Test
    void shouldNameLineOfTextAfterClosingQuote()
    {
        final String problem = "text after a closing quote, expected a comma or the end of the line";

        assertFault("a\n\"b\"c\n", 2, problem);
        assertFault("\"b\nb\" ,c\n", 2, problem);
        assertFault("\"b\"\rc\n", 1, problem);
    }

    @Test
    void shouldNameLineAndColumnOfBytesThatAreNotUtf8()
    {
        final byte[] split = {'x', '\n', 'a', ',', (byte) 0xC3, ',', (byte) 0xA9, '\n'};

        final CsvFormatException fault = assertThrows(CsvFormatException.class, () -> rows(split, 1));

        assertEquals("t.csv:2: bytes that are not UTF-8 in column 2, expected UTF-8", fault.getMessage());
        assertEquals(2, fault.line());
        assertEquals("t.csv", fault.file());
    }

    @Test
    void shouldBoundTheLengthOfRecords() throws IOException
    {
        final String longest = "x".repeat(CsvReader.MAX_RECORD_LENGTH - 1);

        assertEquals(List.of(List.of("y", longest)), rows(bytes("y," + longest), 1 << 16));
        assertFault("a\n\"" + longest + "xx", 2,
            "a record longer than 1048576 bytes, expected a shorter one; is a quote not closed?");
    }

    @Test
    void shouldRefuseCellsThatAreNotThere() throws IOException
    {
        try (CsvReader reader = reader("a,b\nc\n"))
        {
            reader.next();
            reader.next();
            assertThrows(IndexOutOfBoundsException.class, () -> reader.cell(1));
        }
    }

    @Test
    void shouldPackAndUnpackByFileName() throws IOException
    {
        final Path file = directory.resolve("t.csv.gz");
        try (CsvWriter writer = CsvWriter.create(file))
        {
            writer.cell("a").cell(-1L).unsignedCell(-1).cell(2e-3).emptyCell().endRow();
        }

        assertEquals(0x1F, Files.readAllBytes(file)[0]);
        try (CsvReader reader = CsvReader.open(file))
        {
            assertTrue(reader.next());
            assertEquals(List.of("a", "-1", "18446744073709551615", "0.002", ""), reader.cells());
            assertFalse(reader.next());
        }
    }

    @Test
    void shouldNameLineWherePackedDataIsDamaged() throws IOException
    {
        final String problem = "damaged or truncated gzip data, expected a whole gzip file";
        final Path notPacked = Files.writeString(directory.resolve("plain.csv.gz"), "a,b\n");
        final Path empty = Files.createFile(directory.resolve("empty.csv.gz"));
        final Path cut = directory.resolve("cut.csv.gz");
        try (CsvWriter writer = CsvWriter.create(cut))
        {
            writer.row("a", "b");
            writer.row("c", "d");
        }
        final byte[] whole = Files.readAllBytes(cut);
        Files.write(cut, Arrays.copyOf(whole, whole.length - 6));

        assertEquals(notPacked + ":1: " + problem,
            assertThrows(CsvFormatException.class, () -> CsvReader.open(notPacked)).getMessage());
        assertEquals(empty + ":1: " + problem,
            assertThrows(CsvFormatException.class, () -> CsvReader.open(empty)).getMessage());
        try (CsvReader reader = CsvReader.open(cut))
        {
            final String message = assertThrows(CsvFormatException.class, () -> readAll(reader)).getMessage();
            assertTrue(message.startsWith(cut + ":") && message.endsWith(": " + problem), message);
        }
    }

    @Test
    void shouldQuoteOnlyWhatMustBe() throws IOException
    {
        assertEquals(
            "a b,\"c,d\",\"e\"\"f\",\"g\nh\",\"i\rj\",\"\uFEFFk\",l\uFEFF\n\"\"\n,\n",
            write(List.of(
                List.of("a b", "c,d", "e\"f", "g\nh", "i\rj", "\uFEFFk", "l\uFEFF"), List.of(""), List.of("", ""))));
    }

    @Test
    void shouldRefuseRowWithoutCells() throws IOException
    {
        try (CsvWriter writer = new CsvWriter(new ByteArrayOutputStream()))
        {
            assertThrows(IllegalStateException.class, writer::endRow);
        }
    }

    @Test
    void shouldCloseStreamWhenLastWriteFails() throws IOException
    {
        final boolean[] isClosed = new boolean[1];
        final CsvWriter writer = new CsvWriter(new OutputStream()
        {
            @Override
            public void write(final int b) throws IOException
            {
                throw new IOException("disk full");
            }

            @Override
            public void close()
            {
                isClosed[0] = true;
            }
        });
        writer.row("a");

        assertEquals("disk full", assertThrows(IOException.class, writer::close).getMessage());
        assertTrue(isClosed[0]);
    }

    @Property
    void shouldReadBackWhatItWrites(@ForAll("tables") final List<List<String>> table) throws IOException
    {
        assertRows(write(table), table);
    }

    @Property
    void shouldEitherReadOrNameLineOfAnyBytes(@ForAll("noise") final byte[] noise) throws IOException
    {
        String whole;
        String pieces;
        try
        {
            whole = rows(noise, 1 << 16).toString();
        }
        catch (final CsvFormatException fault)
        {
            whole = fault.getMessage();
            assertTrue(fault.line() >= 1);
        }
        try
        {
            pieces = rows(noise, 1).toString();
        }
        catch (final CsvFormatException fault)
        {
            pieces = fault.getMessage();
        }

        assertEquals(whole, pieces);
    }

    @Provide
    Arbitrary<List<List<String>>> tables()
    {
        final Arbitrary<Character> characters = Arbitraries.oneOf(
            Arbitraries.of(',', '"', '\n', '\r', ' ', '\uFEFF', 'a', '\u00e9', '\u20ac'),
            Arbitraries.chars().filter(c -> !Character.isSurrogate(c)));
        final Arbitrary<String> texts = characters.list().ofMaxSize(12).map(list ->
        {
            final StringBuilder text = new StringBuilder();
            list.forEach(text::append);
            return text.toString();
        });
        final Arbitrary<String> cells = Arbitraries.oneOf(texts, Arbitraries.just("\ud83d\ude00 \""));

        return cells.list().ofMinSize(1).ofMaxSize(5).list().ofMaxSize(6);
    }

    @Provide
    Arbitrary<byte[]> noise()
    {
        return Arbitraries.oneOf(
            Arbitraries.of((byte) ',', (byte) '"', (byte) '\n', (byte) '\r', (byte) 'a'),
            Arbitraries.of((byte) 0xEF, (byte) 0xBB, (byte) 0xBF),
            Arbitraries.bytes()).array(byte[].class).ofMaxSize(40);
    }

    private static void assertRows(final String text, final List<List<String>> expected) throws IOException
    {
        for (final int piece : new int[] {1, 2, 3, 7, 1 << 16})
        {
            assertEquals(expected, rows(bytes(text), piece), "in pieces of " + piece);
        }
    }

    private static void assertFault(final String text, final int line, final String problem)
    {
        for (final int piece : new int[] {1, 1 << 16})
        {
            final CsvFormatException fault =
                assertThrows(CsvFormatException.class, () -> rows(bytes(text), piece));
            assertEquals("t.csv:" + line + ": " + problem, fault.getMessage());
        }
    }

    private static String write(final List<List<String>> table) throws IOException
    {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (CsvWriter writer = new CsvWriter(out))
        {
            for (final List<String> row : table)
            {
                writer.row(row.toArray(new String[0]));
            }
            writer.flush();
            assertArrayEquals(out.toByteArray(), out.toString(StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8));
        }

        return out.toString(StandardCharsets.UTF_8);
    }

    private static List<List<String>> rows(final byte[] bytes, final int piece) throws IOException
    {
        try (CsvReader reader = new CsvReader(inPieces(bytes, piece), "t.csv"))
        {
            return readAll(reader);
        }
    }

    private static List<List<String>> readAll(final CsvReader reader) throws IOException
    {
        final List<List<String>> rows = new ArrayList<>();
        while (reader.next())
        {
            rows.add(reader.cells());
        }

        return rows;
    }

    private static CsvReader reader(final String text)
    {
        return new CsvReader(new ByteArrayInputStream(bytes(text)), "t.csv");
    }

    private static InputStream inPieces(final byte[] bytes, final int piece)
    {
        return new ByteArrayInputStream(bytes)
        {
            @Override
            public synchronized int read(final byte[] target, final int offset, final int length)
            {
                return super.read(target, offset, Math.min(piece, length));
            }
        };
    }

    private static byte[] bytes(final String text)
    {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
