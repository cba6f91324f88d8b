package io.tailrace.perf.report;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Collections of the Java heap: how many there were, and how long they took.
 *
 * @param count of all collectors.
 * @param ms    they took; of a concurrent collector not only its pauses.
 */
public record HeapCollections(long count, long ms)
{
    /** @return those since this JVM was started. */
    public static HeapCollections take()
    {
        long count = 0;
        long ms = 0;
        for (final GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans())
        {
            // -1: this collector does not say.
            count += Math.max(0, collector.getCollectionCount());
            ms += Math.max(0, collector.getCollectionTime());
        }
        return new HeapCollections(count, ms);
    }

    /** @return those since an earlier moment. */
    public HeapCollections since(final HeapCollections earlier)
    {
        return new HeapCollections(count - earlier.count, ms - earlier.ms);
    }

    /** @return both, for a manifest. */
    public Map<String, Object> toMap()
    {
        final Map<String, Object> map = new LinkedHashMap<>();
        map.put("count", count);
        map.put("ms", ms);
        return map;
    }
}
