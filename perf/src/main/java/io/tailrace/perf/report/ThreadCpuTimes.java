package io.tailrace.perf.report;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

import com.sun.management.OperatingSystemMXBean;

/**
 * CPU time of every Java thread and of the whole process, at one moment. What the process used beyond its Java threads
 * is the JVM's own: compilers and collectors.
 * <p>
 * Threading: immutable.
 */
public final class ThreadCpuTimes
{
    /** Label of what the process used beyond its Java threads. */
    public static final String JVM = "(jvm: compiler, collector)";

    private final Map<Long, Long> cpuNsById;
    private final Map<Long, String> nameById;
    private final long processNs;

    ThreadCpuTimes(final Map<Long, Long> cpuNsById, final Map<Long, String> nameById, final long processNs)
    {
        this.cpuNsById = cpuNsById;
        this.nameById = nameById;
        this.processNs = processNs;
    }

    /**
     * Takes the times now.
     *
     * @param role of the calling thread, which otherwise has no telling name.
     * @return the times; empty if this JVM does not measure them.
     */
    public static ThreadCpuTimes take(final String role)
    {
        final Map<Long, Long> times = new HashMap<>();
        final Map<Long, String> names = new HashMap<>();
        final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        if (!threads.isThreadCpuTimeSupported() || !threads.isThreadCpuTimeEnabled())
        {
            return new ThreadCpuTimes(times, names, 0);
        }
        final long callerId = Thread.currentThread().getId();
        for (final ThreadInfo info : threads.getThreadInfo(threads.getAllThreadIds()))
        {
            final long cpuNs = null == info ? -1 : threads.getThreadCpuTime(info.getThreadId());
            if (cpuNs >= 0)
            {
                times.put(info.getThreadId(), cpuNs);
                final String name = info.getThreadId() == callerId ? role : withoutPath(info.getThreadName());
                names.put(info.getThreadId(), name);
            }
        }
        final long processNs =
            ManagementFactory.getOperatingSystemMXBean() instanceof final OperatingSystemMXBean system ?
            system.getProcessCpuTime() : 0;
        return new ThreadCpuTimes(times, names, processNs);
    }

    /**
     * What was used since an earlier moment.
     *
     * @param earlier taken before.
     * @return ns by name of the thread; threads of the same name together. A thread that has ended since is missed
     *         and counts as the JVM's.
     */
    public Map<String, Long> since(final ThreadCpuTimes earlier)
    {
        final Map<String, Long> used = new TreeMap<>();
        long sum = 0;
        for (final Map.Entry<Long, Long> entry : cpuNsById.entrySet())
        {
            final long ns = entry.getValue() - earlier.cpuNsById.getOrDefault(entry.getKey(), 0L);
            used.merge(nameById.get(entry.getKey()), ns, Long::sum);
            sum += ns;
        }
        final long restNs = processNs - earlier.processNs - sum;
        if (restNs > 0)
        {
            used.put(JVM, restNs);
        }
        return used;
    }

    /** A media driver puts the path of its directory before the roles of a thread. */
    private static String withoutPath(final String name)
    {
        return name.startsWith("/") ? name.substring(name.indexOf(' ') + 1) : name;
    }
}
