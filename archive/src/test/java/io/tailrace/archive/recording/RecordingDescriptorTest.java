package io.tailrace.archive.recording;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

final class RecordingDescriptorTest
{
    private static final RecordingDescriptor JOURNAL =
        new RecordingDescriptor("journal", 3, 1100, -7, 65536, 8192, 262144);

    @TempDir
    Path dir;

    @Test
    void shouldReadBackWhatWasStored()
    {
        assertFalse(RecordingDescriptor.exists(dir, "journal"));
        JOURNAL.store(dir);
        assertTrue(RecordingDescriptor.exists(dir, "journal"));
        assertEquals(JOURNAL, RecordingDescriptor.load(dir, "journal"));

        final RecordingDescriptor results = new RecordingDescriptor("results", 4, 1101, 0, 65536, 8192, 65536);
        results.store(dir);
        results.store(dir);
        assertEquals(List.of(JOURNAL, results), RecordingDescriptor.loadAll(dir));
        assertEquals(List.of(), RecordingDescriptor.loadAll(dir.resolve("nothing")));
        assertEquals(8160, JOURNAL.maxPayloadLength());
    }

    @Test
    void shouldRefuseAFileWithAnyByteChangedOrCut() throws IOException
    {
        JOURNAL.store(dir);
        final Path file = dir.resolve("journal.recording");
        final byte[] original = Files.readAllBytes(file);
        for (int i = 0; i < original.length; i++)
        {
            final byte[] changed = original.clone();
            changed[i] ^= 1;
            Files.write(file, changed);
            final int at = i;
            final CorruptRecordingException ex = assertThrows(
                CorruptRecordingException.class, () -> RecordingDescriptor.load(dir, "journal"), () -> "byte " + at);
            assertEquals(file, ex.file());
            Files.write(file, Arrays.copyOf(original, i));
            assertThrows(CorruptRecordingException.class, () -> RecordingDescriptor.load(dir, "journal"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Journal, 0, 1100, 65536, 8192, 262144, name",
        "journal, -1, 1100, 65536, 8192, 262144, recordingId",
        "journal, 0, 10, 65536, 8192, 262144, streamId",
        "journal, 0, 1100, 65537, 8192, 262144, termLength",
        "journal, 0, 1100, 65536, 8191, 262144, mtu",
        "journal, 0, 1100, 65536, 8192, 32768, segmentLength"})
    void shouldNameTheFieldThatIsWrong(
        final String name,
        final long recordingId,
        final int streamId,
        final int termLength,
        final int mtu,
        final int segmentLength,
        final String field)
    {
        final IllegalArgumentException ex = assertThrows(IllegalArgumentException.class,
            () -> new RecordingDescriptor(name, recordingId, streamId, 0, termLength, mtu, segmentLength));
        assertTrue(ex.getMessage().startsWith(field + "="), ex::getMessage);
    }
}
