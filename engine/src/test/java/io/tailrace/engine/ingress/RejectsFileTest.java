package io.tailrace.engine.ingress;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class RejectsFileTest
{
    private static final long FILE_LENGTH =
        RejectsFile.HEADER_LENGTH + (long)RejectsFile.RECORDS * RejectsFile.RECORD_LENGTH;

    @TempDir
    Path dataDir;

    private final UnsafeBuffer datagram = new UnsafeBuffer(new byte[1024]);

    @Test
    void shouldKeepTheNewestAndNeverGrow() throws Exception
    {
        final int kept = RejectsFile.RECORDS + 10;
        try (RejectsFile file = new RejectsFile(dataDir))
        {
            keep(file, 1, kept);
            assertEquals(kept, file.count());
        }
        assertEquals(FILE_LENGTH, Files.size(dataDir.resolve(RejectsFile.FILE_NAME)));
        final List<Long> numbers = numbers(1);
        assertEquals(RejectsFile.RECORDS, numbers.size());
        assertEquals(11, numbers.get(0));
        assertEquals(kept, numbers.get(numbers.size() - 1));
    }

    @Test
    void shouldGoOnAfterARestart()
    {
        try (RejectsFile file = new RejectsFile(dataDir))
        {
            keep(file, 1, 3);
        }
        try (RejectsFile file = new RejectsFile(dataDir))
        {
            assertEquals(3, file.count());
            keep(file, 4, 5);
            assertEquals(5, file.count());
        }
        assertEquals(List.of(1L, 2L, 3L, 4L, 5L), numbers(1));
        assertEquals(List.of(4L, 5L), numbers(4));
    }

    @Test
    void shouldKeepTheFirstBytesAndTheWholeLengthOfEach()
    {
        for (int i = 0; i < datagram.capacity(); i++)
        {
            datagram.putByte(i, (byte)i);
        }
        try (RejectsFile file = new RejectsFile(dataDir))
        {
            file.keep(5, 0xFFFF, 7, datagram, 3, RejectsFile.KEPT_LENGTH + 1);
            file.keep(6, 2, 1, datagram, 0, 2);
        }
        final List<String> records = new ArrayList<>();
        try (RejectsReader reader = RejectsReader.open(dataDir))
        {
            reader.read(1, 10, (number, timeNs, source, reason, length, first) -> records.add(
                timeNs + " " + source + " " + reason + " " + length + " " + first.length + " " + first[0] + " " +
                first[first.length - 1]));
        }
        assertEquals(List.of("5 65535 7 257 256 3 2", "6 2 1 2 2 0 1"), records);
    }

    @Test
    void shouldNotShowBytesOfTheRecordThatStoodThereBefore()
    {
        datagram.setMemory(0, RejectsFile.KEPT_LENGTH, (byte)0x77);
        try (RejectsFile file = new RejectsFile(dataDir))
        {
            for (int i = 0; i < RejectsFile.RECORDS; i++)
            {
                file.keep(1, 0, 1, datagram, 0, RejectsFile.KEPT_LENGTH);
            }
            file.keep(1, 0, 1, datagram, 0, 1);
        }
        final byte[] bytes = readAll();
        final int record = RejectsFile.HEADER_LENGTH + RejectsFile.RECORD_HEADER_LENGTH;
        assertEquals(0x77, bytes[record]);
        for (int i = 1; i < RejectsFile.KEPT_LENGTH; i++)
        {
            assertEquals(0, bytes[record + i]);
        }
    }

    @Test
    void shouldRefuseToReadAFileThatIsCut() throws Exception
    {
        assertFalse(RejectsReader.exists(dataDir));
        Files.write(dataDir.resolve(RejectsFile.FILE_NAME), new byte[100]);
        assertTrue(RejectsReader.exists(dataDir));
        final String message =
            assertThrows(UncheckedIOException.class, () -> RejectsReader.open(dataDir)).getMessage();
        assertTrue(message.contains("has 100 bytes, expected " + FILE_LENGTH), message);
    }

    private void keep(final RejectsFile file, final int from, final int to)
    {
        for (int i = from; i <= to; i++)
        {
            datagram.putLong(0, i);
            file.keep(i, 0, 1, datagram, 0, Long.BYTES);
        }
    }

    private List<Long> numbers(final long from)
    {
        final List<Long> numbers = new ArrayList<>();
        try (RejectsReader reader = RejectsReader.open(dataDir))
        {
            reader.read(from, Long.MAX_VALUE, (number, timeNs, source, reason, length, first) ->
            {
                assertEquals(number, timeNs);
                assertEquals(number, new UnsafeBuffer(first).getLong(0));
                numbers.add(number);
            });
        }
        return numbers;
    }

    private byte[] readAll()
    {
        try
        {
            return Files.readAllBytes(dataDir.resolve(RejectsFile.FILE_NAME));
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }
}
