package io.tailrace.engine.sink;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.tailrace.engine.config.FileSinkConfig;
import io.tailrace.engine.config.SinkFormat;
import io.tailrace.engine.tail.ResultCells;
import io.tailrace.engine.tail.ResultFormat;
import org.agrona.IoUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Every file is read back by its bytes; crashes are what they leave in the directory. */
class FileSinkTest
{
    private static final SinkPosition BEGIN = new SinkPosition(0, 0);
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

    @TempDir
    private Path temporary;

    @ParameterizedTest
    @EnumSource(SinkFormat.class)
    void shouldWriteTheLinesThatTailPrints(final SinkFormat format) throws Exception
    {
        try (FileSink sink = sink(format, 1_000_000))
        {
            assertEquals(BEGIN, sink.open(BEGIN));
            TestResults.add(sink, 0, 0, 6);
            sink.flush(0);
            assertEquals(new SinkPosition(0, 6), sink.written());
            assertEquals(List.of(part(0, 0, format)), names());
            assertEquals(expected(format, 0, 0, 6), content(part(0, 0, format)));
            sink.finish();
        }
        assertEquals(List.of(finished(0, 0, 5, format), part(0, 6, format)), names());
        assertEquals(expected(format, 0, 0, 6), content(finished(0, 0, 5, format)));
    }

    @Test
    void shouldFinishAFileThatHasGrownLong() throws Exception
    {
        try (FileSink sink = sink(SinkFormat.CSV, 1000))
        {
            sink.open(BEGIN);
            for (int sequence = 0; sequence < 40; sequence++)
            {
                TestResults.add(sink, 0, sequence, sequence + 1);
                sink.flush(0);
            }
        }
        assertTrue(names().size() > 3, names()::toString);
        for (final String name : names())
        {
            assertTrue(content(name).length() < 1300, name);
            assertEquals(!name.endsWith(".part"), content(name).length() >= 1000, name);
        }
        assertEquals(lines(SinkFormat.CSV, 0, 0, 40), allLines(SinkFormat.CSV));
    }

    @Test
    void shouldFinishAFileWhoseFirstLineIsOld() throws Exception
    {
        try (FileSink sink = sink(SinkFormat.CSV, 1_000_000))
        {
            sink.open(BEGIN);
            TestResults.add(sink, 0, 0, 2);
            sink.flush(100);
            sink.flush(100 + 60 * SECOND_NS - 1);
            assertEquals(List.of(part(0, 0, SinkFormat.CSV)), names());
            sink.flush(100 + 60 * SECOND_NS);
            assertEquals(List.of(finished(0, 0, 1, SinkFormat.CSV), part(0, 2, SinkFormat.CSV)), names());
        }
    }

    @Test
    void shouldBeginAFileWithEachEpoch() throws Exception
    {
        try (FileSink sink = sink(SinkFormat.CSV, 1_000_000))
        {
            sink.open(BEGIN);
            TestResults.add(sink, 0, 0, 3);
            sink.pass(0, 3);
            TestResults.add(sink, 1, 0, 2);
            sink.pass(2, 0);
            sink.pass(3, 0);
            sink.flush(0);
            assertEquals(new SinkPosition(3, 1), sink.written());
        }
        assertEquals(List.of(
            finished(0, 0, 3, SinkFormat.CSV), finished(1, 0, 1, SinkFormat.CSV), part(3, 0, SinkFormat.CSV)), names());
        try (FileSink sink = sink(SinkFormat.CSV, 1_000_000))
        {
            assertEquals(new SinkPosition(3, 0), sink.open(BEGIN));
        }
    }

    @Test
    void shouldRememberWhatItPassedOver() throws Exception
    {
        try (FileSink sink = sink(SinkFormat.CSV, 1_000_000))
        {
            sink.open(new SinkPosition(4, 10));
            sink.flush(0);
            for (int sequence = 10; sequence < 1000; sequence++)
            {
                sink.pass(4, sequence);
            }
            sink.flush(FileSink.PROGRESS_NS - 1);
            assertEquals(List.of(part(4, 10, SinkFormat.CSV)), names());
            sink.flush(FileSink.PROGRESS_NS);
            assertEquals(List.of(part(4, 1000, SinkFormat.CSV)), names());
            sink.pass(4, 1000);
            sink.finish();
        }
        assertEquals(List.of(part(4, 1001, SinkFormat.CSV)), names());
        try (FileSink sink = sink(SinkFormat.CSV, 1_000_000))
        {
            assertEquals(new SinkPosition(4, 1001), sink.open(BEGIN));
            TestResults.add(sink, 4, 1001, 1003);
            sink.finish();
        }
        assertEquals(lines(SinkFormat.CSV, 4, 1001, 1003), allLines(SinkFormat.CSV));
    }

    /** What a kill leaves of a file, at every byte; and what a loss of power may leave behind it. */
    @ParameterizedTest
    @EnumSource(SinkFormat.class)
    void shouldGoOnBehindTheLastWholeLineWhereverAFileIsTorn(final SinkFormat format) throws Exception
    {
        try (FileSink sink = sink(format, 1_000_000))
        {
            sink.open(BEGIN);
            TestResults.add(sink, 0, 0, 3);
            sink.finish();
            TestResults.add(sink, 0, 3, 9);
            sink.flush(0);
        }
        final byte[] whole = Files.readAllBytes(temporary.resolve(part(0, 3, format)));
        for (final byte[] tail : new byte[][]{{}, new byte[100], "\0\0\n5,x\n".getBytes(StandardCharsets.UTF_8)})
        {
            for (int length = 0; length <= whole.length; length++)
            {
                final byte[] torn = Arrays.copyOf(whole, length + tail.length);
                System.arraycopy(tail, 0, torn, length, tail.length);
                try (Stream<Path> files = Files.list(temporary))
                {
                    files.filter(path -> !path.toString().contains("-0000000000000000002."))
                        .forEach(path -> IoUtil.deleteIfExists(path.toFile()));
                }
                Files.write(temporary.resolve(part(0, 3, format)), torn);
                try (FileSink sink = sink(format, 1_000_000))
                {
                    final SinkPosition from = sink.open(BEGIN);
                    final String kept = new String(whole, 0, length, StandardCharsets.UTF_8);
                    final long header = format == SinkFormat.CSV ? 1 : 0;
                    final long lines = kept.chars().filter(c -> c == '\n').count();
                    assertEquals(new SinkPosition(0, 3 + Math.max(0, lines - header)), from, "at " + length);
                    TestResults.add(sink, 0, from.sequence(), 12);
                    sink.finish();
                }
                assertEquals(lines(format, 0, 0, 12), allLines(format), "at " + length);
            }
        }
    }

    @Test
    void shouldGoOnBehindTheNewestFinishedFileIfThereIsNoOther() throws Exception
    {
        Files.writeString(temporary.resolve(finished(0, 0, 9, SinkFormat.CSV)), "");
        Files.writeString(temporary.resolve(finished(1, 0, 4, SinkFormat.JSON)), "");
        Files.writeString(temporary.resolve("other-0000000009-0000000000000000000-0000000000000000004.csv"), "");
        Files.writeString(temporary.resolve("results.csv"), "");
        try (FileSink sink = sink(SinkFormat.CSV, 1_000_000))
        {
            assertEquals(new SinkPosition(1, 5), sink.open(BEGIN));
        }
    }

    @Test
    void shouldNotMixFormatsOrColumns() throws Exception
    {
        try (FileSink sink = sink(SinkFormat.JSON, 1_000_000))
        {
            sink.open(BEGIN);
            TestResults.add(sink, 0, 0, 2);
            sink.flush(0);
        }
        try (FileSink sink = sink(SinkFormat.CSV, 1_000_000))
        {
            assertEquals(new SinkPosition(0, 2), sink.open(BEGIN));
        }
        assertEquals(List.of(finished(0, 0, 1, SinkFormat.JSON), part(0, 2, SinkFormat.CSV)), names());

        Files.writeString(temporary.resolve(part(0, 2, SinkFormat.CSV)), "sequence,older\n2,x\n3,y\n4,");
        try (FileSink sink = sink(SinkFormat.CSV, 1_000_000))
        {
            assertEquals(new SinkPosition(0, 4), sink.open(BEGIN));
        }
        assertEquals("sequence,older\n2,x\n3,y\n", content(finished(0, 2, 3, SinkFormat.CSV)));

        try (FileSink sink = sink(SinkFormat.JSON, 1_000_000))
        {
            assertEquals(new SinkPosition(0, 4), sink.open(BEGIN));
        }
        assertEquals("", content(part(0, 4, SinkFormat.JSON)));
    }

    @Test
    void shouldFinishAFileBehindWhichNothingIsWanted() throws Exception
    {
        try (FileSink sink = sink(SinkFormat.CSV, 1_000_000))
        {
            sink.open(BEGIN);
            TestResults.add(sink, 0, 0, 2);
            sink.flush(0);
            sink.pass(0, 2);
            sink.flush(SECOND_NS);
            TestResults.add(sink, 0, 3, 4);
            sink.flush(FileSink.PROGRESS_NS);
            sink.pass(0, 4);
            sink.flush(FileSink.PROGRESS_NS + 1);
            sink.pass(0, 5);
            sink.flush(2 * FileSink.PROGRESS_NS);
            assertEquals(List.of(part(0, 0, SinkFormat.CSV)), names());
            sink.flush(2 * FileSink.PROGRESS_NS + 1);
            assertEquals(List.of(finished(0, 0, 5, SinkFormat.CSV), part(0, 6, SinkFormat.CSV)), names());
        }
        try (FileSink sink = sink(SinkFormat.CSV, 1_000_000))
        {
            assertEquals(new SinkPosition(0, 6), sink.open(BEGIN));
        }
    }

    @Test
    void shouldRefuseTheResultsOfAnotherDataDirectory() throws Exception
    {
        try (FileSink sink = sink(SinkFormat.CSV, 1_000_000))
        {
            sink.open(BEGIN);
        }
        try (FileSink other = sink("two", SinkFormat.CSV, 1_000_000))
        {
            final SinkException ex = assertThrows(SinkException.class, () -> other.open(BEGIN));
            assertTrue(ex.getMessage().contains("results of data directory one, but this one is two"), ex.getMessage());
        }
        try (FileSink sink = sink(SinkFormat.CSV, 1_000_000))
        {
            assertEquals(BEGIN, sink.open(BEGIN));
        }
    }

    @Test
    void shouldLetOneWriterInAtATime() throws Exception
    {
        try (FileSink sink = sink(SinkFormat.CSV, 1_000_000))
        {
            sink.open(BEGIN);
            for (int i = 0; i < 2; i++)
            {
                try (FileSink second = sink(SinkFormat.CSV, 1_000_000))
                {
                    final IOException ex = assertThrows(IOException.class, () -> second.open(BEGIN));
                    assertTrue(ex.getMessage().contains("results.lock is locked"), ex.getMessage());
                }
            }
        }
        try (FileSink sink = sink(SinkFormat.CSV, 1_000_000))
        {
            assertEquals(BEGIN, sink.open(BEGIN));
        }
    }

    @Test
    void shouldNotRenameOverAFinishedFile() throws Exception
    {
        try (FileSink sink = sink(SinkFormat.CSV, 1_000_000))
        {
            sink.open(BEGIN);
            TestResults.add(sink, 0, 0, 2);
            Files.writeString(temporary.resolve(finished(0, 0, 1, SinkFormat.CSV)), "theirs");
            assertThrows(SinkException.class, sink::finish);
        }
        assertEquals("theirs", content(finished(0, 0, 1, SinkFormat.CSV)));
    }

    @Test
    void shouldRefuseFilesThatOverlap() throws Exception
    {
        Files.writeString(temporary.resolve(finished(0, 0, 9, SinkFormat.CSV)), "");
        Files.writeString(temporary.resolve(part(0, 9, SinkFormat.CSV)), "");
        assertOverlap(part(0, 9, SinkFormat.CSV) + " and " + finished(0, 0, 9, SinkFormat.CSV));
        Files.writeString(temporary.resolve(part(0, 10, SinkFormat.CSV)), "");
        assertOverlap(part(0, 9, SinkFormat.CSV) + " and " + part(0, 10, SinkFormat.CSV));
    }

    @Test
    void shouldTellThatADirectoryCannotBeWritten() throws Exception
    {
        final Path file = Files.writeString(temporary.resolve("file"), "");
        final FileSinkConfig config = FileSinkConfig.builder().dir(file.resolve("out")).build();
        try (FileSink sink = new FileSink("results", "one", config, TestResults.cells()))
        {
            assertThrows(IOException.class, () -> sink.open(BEGIN));
        }
    }

    private void assertOverlap(final String names) throws IOException
    {
        try (FileSink sink = sink(SinkFormat.CSV, 1_000_000))
        {
            final SinkException ex = assertThrows(SinkException.class, () -> sink.open(BEGIN));
            assertEquals(temporary + ": " + names + " overlap, which this sink never leaves behind; move one of them " +
                "away", ex.getMessage());
        }
    }

    private FileSink sink(final SinkFormat format, final long rotateSize) throws IOException
    {
        return sink("one", format, rotateSize);
    }

    private FileSink sink(final String dataId, final SinkFormat format, final long rotateSize) throws IOException
    {
        return new FileSink("results", dataId,
            new FileSinkConfig(temporary, format, rotateSize, 60 * SECOND_NS), TestResults.cells());
    }

    private static String part(final int epoch, final long first, final SinkFormat format)
    {
        return new SinkFile("results", epoch, first, SinkFile.OPEN, format).toString();
    }

    private static String finished(final int epoch, final long first, final long last, final SinkFormat format)
    {
        return new SinkFile("results", epoch, first, last, format).toString();
    }

    private List<String> names() throws IOException
    {
        try (Stream<Path> files = Files.list(temporary))
        {
            return files.map(path -> path.getFileName().toString())
                .filter(name -> !name.equals("results.lock") && !name.equals("results.sink")).sorted().toList();
        }
    }

    private String content(final String name) throws IOException
    {
        return Files.readString(temporary.resolve(name));
    }

    /** The lines of all files in the order of their names, without headers. */
    private List<String> allLines(final SinkFormat format) throws IOException
    {
        final List<String> lines = new ArrayList<>();
        for (final String name : names())
        {
            content(name).lines().skip(format == SinkFormat.CSV ? 1 : 0).forEach(lines::add);
        }
        return lines;
    }

    private static List<String> lines(final SinkFormat format, final int epoch, final long from, final long to)
        throws IOException
    {
        return expected(format, epoch, from, to).lines().skip(format == SinkFormat.CSV ? 1 : 0).toList();
    }

    private static String expected(final SinkFormat format, final int epoch, final long from, final long to)
        throws IOException
    {
        final ResultFormat text = format == SinkFormat.CSV ? ResultFormat.csv() : ResultFormat.json();
        final ResultCells cells = TestResults.cells();
        text.begin();
        for (long sequence = from; sequence < to; sequence++)
        {
            cells.read(TestResults.kindOf(sequence), TestResults.result(epoch, sequence), 0);
            text.add(cells);
        }
        return text.take();
    }
}
