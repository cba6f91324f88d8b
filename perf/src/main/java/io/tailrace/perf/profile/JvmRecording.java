package io.tailrace.perf.profile;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;

/**
 * What the JVM itself has counted in a flight recording: bytes that threads have allocated, exactly, and collections.
 * <p>
 * Threading: immutable, once read.
 */
public final class JvmRecording
{
    private final Instant begin;
    private final Map<Long, Allocated> allocatedByThread = new HashMap<>();
    private long collections;
    private Duration paused = Duration.ZERO;
    private Duration longestPause = Duration.ZERO;

    /** Bytes allocated by a thread since its start: at the last look before the beginning, and at the last one. */
    private static final class Allocated
    {
        private String role;
        private long before;
        private long last;
    }

    private JvmRecording(final Instant begin)
    {
        this.begin = begin;
    }

    /**
     * Reads a recording.
     *
     * @param begin of the profile; what was before does not count.
     * @throws IOException if it is not readable.
     */
    public static JvmRecording read(final Path file, final Instant begin) throws IOException
    {
        final JvmRecording recording = new JvmRecording(begin);
        try (RecordingFile events = new RecordingFile(file))
        {
            while (events.hasMoreEvents())
            {
                recording.onEvent(events.readEvent());
            }
        }
        return recording;
    }

    /** @return bytes allocated on the heap, by role; up to a second before its end of a thread that has ended. */
    public Map<String, Long> allocated()
    {
        final Map<String, Long> byRole = new TreeMap<>();
        allocatedByThread.values().forEach(
            allocated -> byRole.merge(allocated.role, allocated.last - allocated.before, Long::sum));
        return byRole;
    }

    /** @return how many collections of the heap there were. */
    public long collections()
    {
        return collections;
    }

    /** @return sum of their pauses. */
    public Duration paused()
    {
        return paused;
    }

    /** @return the longest of their pauses. */
    public Duration longestPause()
    {
        return longestPause;
    }

    private void onEvent(final RecordedEvent event)
    {
        switch (event.getEventType().getName())
        {
            case "jdk.ThreadAllocationStatistics" -> onAllocated(event);
            case "jdk.GarbageCollection" -> onCollection(event);
            default ->
            {
                // For other tools.
            }
        }
    }

    private void onAllocated(final RecordedEvent event)
    {
        final RecordedThread thread = event.getThread("thread");
        if (null == thread)
        {
            return;
        }
        final Allocated allocated = allocatedByThread.computeIfAbsent(thread.getJavaThreadId(), id -> new Allocated());
        final long bytes = event.getLong("allocated");
        allocated.role = ThreadRole.of(thread);
        allocated.last = Math.max(allocated.last, bytes);
        if (event.getStartTime().isBefore(begin))
        {
            allocated.before = Math.max(allocated.before, bytes);
        }
    }

    private void onCollection(final RecordedEvent event)
    {
        if (event.getStartTime().isBefore(begin))
        {
            return;
        }
        final Duration longest = event.getDuration("longestPause");
        collections++;
        paused = paused.plus(event.getDuration("sumOfPauses"));
        longestPause = longest.compareTo(longestPause) > 0 ? longest : longestPause;
    }
}
