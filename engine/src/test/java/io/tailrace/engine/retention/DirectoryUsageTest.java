package io.tailrace.engine.retention;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.tailrace.archive.recording.RecordingDescriptor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class DirectoryUsageTest
{
    @TempDir
    Path dir;

    @Test
    void shouldSumAllFilesButTheSegmentsOfTheRecordings() throws IOException
    {
        final Path archive = Files.createDirectories(dir.resolve("archive"));
        Files.write(dir.resolve("malformed.dat"), new byte[100]);
        Files.write(archive.resolve("archive.catalog"), new byte[20]);
        Files.write(archive.resolve("7-0.rec"), new byte[3000]);
        Files.write(archive.resolve("7-4096.rec"), new byte[3000]);
        Files.write(archive.resolve("17-0.rec"), new byte[3]);
        Files.write(Files.createDirectories(dir.resolve("a/b")).resolve("c"), new byte[4000]);
        final RecordingDescriptor seven =
            new RecordingDescriptor("journal", 7, 1001, 0, 64 * 1024, 8192, 64 * 1024);
        assertEquals(4123, new DirectoryUsage(dir, List.of(seven)).otherFiles());
        assertTrue(new DirectoryUsage(dir, List.of(seven)).free() > 0);
    }
}
