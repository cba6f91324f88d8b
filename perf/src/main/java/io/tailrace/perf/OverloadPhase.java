package io.tailrace.perf;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.tailrace.perf.report.LatencyTable;
import io.tailrace.perf.report.ResidentMemory;
import org.HdrHistogram.Histogram;

/**
 * A load that was offered for some seconds, and what became of it.
 *
 * @param name     of the phase.
 * @param ns       how long.
 * @param due      readings of its schedule.
 * @param sent     of them, those that were handed over.
 * @param refusals how often nothing was taken.
 * @param waits    from ingest to result, ns, by the second.
 * @param memory   by the second.
 */
record OverloadPhase(
    String name,
    long ns,
    long due,
    long sent,
    long refusals,
    List<Histogram> waits,
    List<ResidentMemory> memory)
{
    private static final double NANOS_PER_SECOND = 1e9;

    /** @return readings a second that were handed over. */
    double rate()
    {
        return sent * NANOS_PER_SECOND / ns;
    }

    /** @return readings that stayed with the sender. */
    long left()
    {
        return due - sent;
    }

    /** @return all waits together, ns. */
    Histogram allWaits()
    {
        final Histogram all = LatencyTable.newHistogram();
        waits.forEach(all::add);
        return all;
    }

    /** @return the phase, for a manifest. */
    Map<String, Object> toMap()
    {
        final Map<String, Object> map = new LinkedHashMap<>();
        map.put("phase", name);
        map.put("ns", ns);
        map.put("due", due);
        map.put("sent", sent);
        map.put("left-with-sender", left());
        map.put("refusals", refusals);
        map.put("wait-ns", LatencyTable.percentiles(allWaits()));
        map.put("resident-memory-bytes", memory);
        return map;
    }
}
