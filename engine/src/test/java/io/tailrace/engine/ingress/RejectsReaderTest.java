package io.tailrace.engine.ingress;

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

class RejectsReaderTest
{
    @TempDir
    Path dir;

    private final UnsafeBuffer datagram = new UnsafeBuffer(new byte[300]);
    private final List<String> records = new ArrayList<>();

    @Test
    void shouldReadTheNewestRecordsInOrderAfterTheFileHasWrapped()
    {
        try (RejectsFile file = new RejectsFile(dir); RejectsReader reader = RejectsReader.open(dir))
        {
            for (int i = 1; i <= RejectsFile.RECORDS + 3; i++)
            {
                file.keep(i * 10L, 2, 1, datagram, 0, i % 300);
            }

            assertEquals(RejectsFile.RECORDS + 3, reader.count());
            assertEquals(4, reader.oldest());
            reader.read(0, Long.MAX_VALUE, this::onRecord);
            assertEquals(RejectsFile.RECORDS, records.size());
            assertEquals("4 40 2 1 4 4", records.get(0));
            assertEquals("4099 40990 2 1 199 199", records.get(RejectsFile.RECORDS - 1));
        }
    }

    @Test
    void shouldKeepTheFirstBytesOfALongDatagram()
    {
        try (RejectsFile file = new RejectsFile(dir); RejectsReader reader = RejectsReader.open(dir))
        {
            file.keep(1, 0xFFFF, 5, datagram, 0, 300);
            reader.read(1, 1, this::onRecord);
        }

        assertEquals(List.of("1 1 65535 5 300 256"), records);
    }

    @Test
    void shouldReadAnEmptyFile()
    {
        assertFalse(RejectsReader.exists(dir));
        try (RejectsFile file = new RejectsFile(dir); RejectsReader reader = RejectsReader.open(dir))
        {
            assertTrue(RejectsReader.exists(dir));
            assertEquals(file.count(), reader.count());
            reader.read(0, 10, this::onRecord);
        }
        assertEquals(List.of(), records);
    }

    @Test
    void shouldRefuseAFileThatIsTooShort() throws Exception
    {
        Files.write(dir.resolve(RejectsFile.FILE_NAME), new byte[100]);

        final String message = assertThrows(UncheckedIOException.class, () -> RejectsReader.open(dir)).getMessage();
        assertTrue(message.contains("has 100 bytes, expected"), message);
    }

    private void onRecord(
        final long number,
        final long timeNs,
        final int source,
        final int reason,
        final long length,
        final byte[] first)
    {
        records.add(number + " " + timeNs + " " + source + " " + reason + " " + length + " " + first.length);
    }
}
