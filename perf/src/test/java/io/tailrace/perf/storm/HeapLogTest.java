package io.tailrace.perf.storm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.tailrace.perf.certify.ChildProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class HeapLogTest
{
    @TempDir
    private Path dir;

    @Test
    void shouldReadWhatIsUsedAfterCollections() throws IOException
    {
        final Path file = dir.resolve("heap.log");
        Files.writeString(file, """
            [1000000ns] Using Serial
            [2000000ns] GC(0) Pause Young (Allocation Failure) 68M->1M(247M) 5.123ms
            [3000000ns] GC(1) Pause Young (Allocation Failure) 70M->512K(247M) 1.000ms
            [4000000ns] GC(2) Pause Full (System.gc()) 3G->2G(4G) 100.000ms
            [5000000ns] GC(3) Pause Young (Allocation Fail
            """);
        assertEquals(
            List.of(
                new HeapLog.Collection(2_000_000, 1),
                new HeapLog.Collection(3_000_000, 0.5),
                new HeapLog.Collection(4_000_000, 2_048)),
            HeapLog.read(file));
    }

    @Test
    void shouldReadWhatAJvmWritesOnItsClock() throws IOException, InterruptedException
    {
        final Path file = dir.resolve("heap.log");
        final long beforeNs = System.nanoTime();
        try (ChildProcess process = ChildProcess.start(
            dir, "collecting", List.of("-Xmx32m", HeapLog.flag(file)), Collecting.class.getName(), List.of()))
        {
            assertEquals(0, process.awaitEnd(60));
        }
        final List<HeapLog.Collection> collections = HeapLog.read(file);
        assertFalse(collections.isEmpty());
        for (final HeapLog.Collection collection : collections)
        {
            assertTrue(collection.usedMib() <= 32, collection::toString);
            assertTrue(collection.timeNs() - beforeNs > 0 && collection.timeNs() - System.nanoTime() < 0);
        }
    }

    /** Has its heap collected, and ends. */
    static final class Collecting
    {
        private Collecting()
        {
        }

        public static void main(final String[] args)
        {
            System.gc();
        }
    }
}
