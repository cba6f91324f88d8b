package io.tailrace.perf.report;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ProcessMemoryTest
{
    @Test
    void shouldReadBytesOfALine()
    {
        final List<String> status = List.of("Name:\tjava", "RssAnonymous:\t1 kB", "RssAnon:\t   12340 kB");
        assertEquals(12_340 * 1_024, ProcessMemory.bytes(status, "RssAnon"));
        assertThrows(IllegalStateException.class, () -> ProcessMemory.bytes(status, "RssFile"));
        assertThrows(IllegalStateException.class, () -> ProcessMemory.bytes(status, "Name"));
    }

    @Test
    void shouldTellOffHeapFromTheRest()
    {
        final ProcessMemory memory = new ProcessMemory(1_000, 20, 3, 600, 500, 150, 7);
        assertEquals(250, memory.offHeap());
        assertEquals(1_023, memory.resident());
        assertEquals(250L, memory.toMap().get("off-heap"));
    }

    @Test
    void shouldTakeThisProcess()
    {
        final ProcessMemory memory = ProcessMemory.takeAfterCollection();
        assertTrue(memory.anonymous() > 0 && memory.file() > 0 && memory.heapUsed() > 0, memory::toString);
        assertTrue(memory.heapUsed() <= memory.heapCommitted(), memory::toString);
    }

    @Test
    void shouldCountCollectionsBetweenTwoMoments()
    {
        final HeapCollections before = HeapCollections.take();
        System.gc();
        assertTrue(HeapCollections.take().since(before).count() >= 1);
        assertEquals(new HeapCollections(2, 30), new HeapCollections(5, 40).since(new HeapCollections(3, 10)));
        assertEquals(30L, new HeapCollections(2, 30).toMap().get("ms"));
    }
}
