package io.tailrace.perf.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The memory of this process at one moment, bytes.
 *
 * @param anonymous     resident and of no file: Java heap, off-heap memory, stacks, the JVM's own.
 * @param file          resident and of files: code, and what is mapped of journal and results log.
 * @param shared        resident and shared: files in {@code /dev/shm}, such as the media driver's.
 * @param heapCommitted what the Java heap has taken.
 * @param heapUsed      what lives in it.
 * @param direct        of direct byte buffers.
 * @param mapped        of mapped byte buffers.
 */
public record ProcessMemory(
    long anonymous, long file, long shared, long heapCommitted, long heapUsed, long direct, long mapped)
{
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final long KIB = 1_024;

    /**
     * Collects garbage, and takes the memory.
     *
     * @throws IllegalStateException if this system does not say.
     */
    public static ProcessMemory takeAfterCollection()
    {
        System.gc();
        final MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        try
        {
            final List<String> status = Files.readAllLines(STATUS);
            return new ProcessMemory(
                bytes(status, "RssAnon"),
                bytes(status, "RssFile"),
                bytes(status, "RssShmem"),
                heap.getCommitted(),
                heap.getUsed(),
                pool("direct"),
                pool("mapped"));
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }

    /**
     * What is off-heap and belongs to no direct buffer. A figure only if all of the Java heap is resident, as
     * {@code -XX:+AlwaysPreTouch} makes it.
     *
     * @return resident bytes: maps and indexes of the engine, and the JVM's own.
     */
    public long offHeap()
    {
        return anonymous - heapCommitted - direct;
    }

    /** @return bytes in physical memory. */
    public long resident()
    {
        return anonymous + file + shared;
    }

    /** @return the memory, for a manifest. */
    public Map<String, Object> toMap()
    {
        final Map<String, Object> map = new LinkedHashMap<>();
        map.put("resident", resident());
        map.put("resident-anonymous", anonymous);
        map.put("resident-file", file);
        map.put("resident-shared", shared);
        map.put("heap-committed", heapCommitted);
        map.put("heap-used", heapUsed);
        map.put("direct-buffers", direct);
        map.put("mapped-buffers", mapped);
        map.put("off-heap", offHeap());
        return map;
    }

    /**
     * Reads a line such as {@code RssAnon:    1234 kB}.
     *
     * @throws IllegalStateException if there is none.
     */
    static long bytes(final List<String> status, final String name)
    {
        for (final String line : status)
        {
            if (line.startsWith(name + ":") && line.endsWith(" kB"))
            {
                return Long.parseLong(line.substring(name.length() + 1, line.length() - 3).strip()) * KIB;
            }
        }
        throw new IllegalStateException(STATUS + ": found no " + name + ", expected kB");
    }

    private static long pool(final String name)
    {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals(name))
            .mapToLong(BufferPoolMXBean::getMemoryUsed)
            .sum();
    }
}
