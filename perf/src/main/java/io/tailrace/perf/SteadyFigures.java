package io.tailrace.perf;

import java.util.Map;
import java.util.Set;

import io.tailrace.perf.report.Bar;
import io.tailrace.perf.report.Comparison;
import io.tailrace.perf.report.Report;

/**
 * What an engine that is warm allocates and how often the heap is collected meanwhile, against the bars of the design.
 * <p>
 * Hot threads are those that see every event or result: the publisher's, and those with the roles ingress, journal,
 * window and egress. The engine's are all but those of the rig: publisher, subscriber, control, and the one that
 * measures.
 */
final class SteadyFigures
{
    private static final Bar HOT = Bar.atMost(0.001);
    private static final Bar ENGINE = Bar.atMost(0.01);
    private static final Bar NONE_AT_ALL = Bar.atMost(0);
    private static final String PUBLISHER = "publisher";
    /** A thread that has several is named after all of them. */
    private static final Set<String> HOT_ROLES = Set.of("ingress", "journal", "window", "egress");
    /** Of the rig, and {@code main} is the one that measures. */
    private static final Set<String> RIG = Set.of(PUBLISHER, "subscriber", Control.NAME, "main", "rig");

    private SteadyFigures()
    {
    }

    /**
     * Adds what was used in a measured time.
     *
     * @param usage   of the time.
     * @param events  published in it.
     * @param seconds it lasted.
     */
    static void addTo(final Report report, final Usage usage, final long events, final int seconds)
    {
        for (final String role : HOT_ROLES)
        {
            report.verdict().require(
                usage.allocatedBytes().keySet().stream().anyMatch(name -> name.contains(role)),
                "allocation: no thread has the role " + role + ", or this JVM counts none");
        }
        report.compare(perEvent("bytes allocated by hot threads, against events", hotBytes(usage), events, HOT));
        report.compare(perEvent(
            "bytes allocated by all threads of the engine, against events", engineBytes(usage), events, ENGINE));
        report.compare(Comparison.of(
            "collections of the heap, against seconds",
            new double[]{usage.collections().count()},
            new double[]{seconds},
            NONE_AT_ALL));
        report.figure("collections of the heap", usage.collections().count() + ", " + usage.collections().ms() +
            " ms; the rig allocated " + rigBytes(usage) + " bytes meanwhile");
    }

    /** @return bytes that were allocated against events, whose ratio is bytes an event. */
    static Comparison perEvent(final String name, final long bytes, final long events, final Bar bar)
    {
        return Comparison.of(name, new double[]{bytes}, new double[]{events}, bar);
    }

    /** @return what the thread of the operators may allocate of an event. */
    static Bar hotBar()
    {
        return HOT;
    }

    /** @return bytes that the threads allocated which see every event or result. */
    static long hotBytes(final Usage usage)
    {
        return usage.allocatedBytes().entrySet().stream()
            .filter(entry -> entry.getKey().equals(PUBLISHER) || HOT_ROLES.stream().anyMatch(entry.getKey()::contains))
            .mapToLong(Map.Entry::getValue)
            .sum();
    }

    /** @return bytes that all threads allocated which an engine has without a rig. */
    static long engineBytes(final Usage usage)
    {
        return sum(usage.allocatedBytes(), false);
    }

    private static long rigBytes(final Usage usage)
    {
        return sum(usage.allocatedBytes(), true);
    }

    private static long sum(final Map<String, Long> bytes, final boolean isRig)
    {
        return bytes.entrySet().stream()
            .filter(entry -> RIG.contains(entry.getKey()) == isRig)
            .mapToLong(Map.Entry::getValue)
            .sum();
    }
}
