package io.tailrace.perf.report;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

import com.sun.management.ThreadMXBean;

/**
 * Bytes that every Java thread has allocated on the heap, at one moment.
 * <p>
 * Threading: immutable.
 */
public final class ThreadAllocations
{
    private final Map<Long, Long> bytesById;
    private final Map<Long, String> nameById;

    ThreadAllocations(final Map<Long, Long> bytesById, final Map<Long, String> nameById)
    {
        this.bytesById = bytesById;
        this.nameById = nameById;
    }

    /** Takes the bytes now; none if this JVM does not count them. */
    public static ThreadAllocations take()
    {
        final Map<Long, Long> bytes = new HashMap<>();
        final Map<Long, String> names = new HashMap<>();
        if (ManagementFactory.getThreadMXBean() instanceof final ThreadMXBean threads &&
            threads.isThreadAllocatedMemorySupported() && threads.isThreadAllocatedMemoryEnabled())
        {
            for (final ThreadInfo info : threads.getThreadInfo(threads.getAllThreadIds()))
            {
                final long allocated = null == info ? -1 : threads.getThreadAllocatedBytes(info.getThreadId());
                if (allocated >= 0)
                {
                    bytes.put(info.getThreadId(), allocated);
                    names.put(info.getThreadId(), info.getThreadName());
                }
            }
        }
        return new ThreadAllocations(bytes, names);
    }

    /**
     * What has been allocated since an earlier moment.
     *
     * @param earlier taken before.
     * @return bytes by name of the thread; threads of the same name together. A thread that has ended since is missed.
     */
    public Map<String, Long> since(final ThreadAllocations earlier)
    {
        final Map<String, Long> allocated = new TreeMap<>();
        bytesById.forEach((id, bytes) -> allocated.merge(
            nameById.get(id), bytes - earlier.bytesById.getOrDefault(id, 0L), Long::sum));
        return allocated;
    }
}
