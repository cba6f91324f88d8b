package io.tailrace.perf;

import java.util.LinkedHashMap;
import java.util.Map;

import io.tailrace.engine.Engine;
import io.tailrace.perf.report.HeapCollections;
import io.tailrace.perf.report.ThreadAllocations;
import io.tailrace.perf.report.ThreadCpuTimes;
import org.HdrHistogram.Histogram;

/**
 * What a running engine and its rig have used between two moments.
 *
 * @param cpuNs          by the name of the thread.
 * @param allocatedBytes by the name of the thread.
 * @param cycles         duty cycles of the engine's threads by their names, ns; empty unless they were recorded.
 * @param checkpoints    completed.
 * @param collections    of the heap that engine and rig share.
 */
record Usage(
    Map<String, Long> cpuNs,
    Map<String, Long> allocatedBytes,
    Map<String, Histogram> cycles,
    long checkpoints,
    HeapCollections collections)
{
    private static final String OPERATORS = "window";

    /** @return CPU time of the thread that runs the operators, in any layout, ns. */
    long engineCpuNs()
    {
        return ofEngineThread(cpuNs, 0L);
    }

    /** @return bytes that it has allocated. */
    long engineAllocatedBytes()
    {
        return ofEngineThread(allocatedBytes, 0L);
    }

    /** @return its duty cycles, ns. */
    Histogram engineCycles()
    {
        return ofEngineThread(cycles, new Histogram(2, 0));
    }

    /** @return CPU time of all threads without those of the JVM itself, ns. */
    long javaCpuNs()
    {
        return cpuNs.entrySet().stream()
            .filter(entry -> !entry.getKey().equals(ThreadCpuTimes.JVM))
            .mapToLong(Map.Entry::getValue)
            .sum();
    }

    /** @return the usage, for a manifest. */
    Map<String, Object> toMap()
    {
        final Map<String, Object> map = new LinkedHashMap<>();
        map.put("cpu-ns", cpuNs);
        map.put("allocated-bytes", allocatedBytes);
        map.put("checkpoints", checkpoints);
        map.put("collections", collections.toMap());
        return map;
    }

    private static <T> T ofEngineThread(final Map<String, T> byThread, final T none)
    {
        for (final Map.Entry<String, T> entry : byThread.entrySet())
        {
            if (entry.getKey().contains(OPERATORS))
            {
                return entry.getValue();
            }
        }
        return none;
    }

    /** Notes the first of the two moments. */
    static final class Meter
    {
        private final Engine engine;
        private final String role;
        private final long checkpointsBefore;
        private final ThreadAllocations allocatedBefore;
        private final ThreadCpuTimes cpuBefore;
        private final HeapCollections collectionsBefore;

        /**
         * Begins now.
         *
         * @param role of the calling thread, which otherwise has no telling name.
         */
        Meter(final Engine engine, final String role)
        {
            this.engine = engine;
            this.role = role;
            engine.dutyCycles();
            checkpointsBefore = engine.checkpoints().completed();
            collectionsBefore = HeapCollections.take();
            allocatedBefore = ThreadAllocations.take();
            cpuBefore = ThreadCpuTimes.take(role);
        }

        /** @return what has been used since it was made. */
        Usage read()
        {
            return new Usage(
                ThreadCpuTimes.take(role).since(cpuBefore),
                ThreadAllocations.take().since(allocatedBefore),
                engine.dutyCycles(),
                engine.checkpoints().completed() - checkpointsBefore,
                HeapCollections.take().since(collectionsBefore));
        }
    }
}
