package io.tailrace.engine.demo;

import java.util.List;
import java.util.Set;

/**
 * One question that the demo asks about the plant: tumbling windows of some metrics.
 *
 * @param name       of the operator.
 * @param sizeNs     of a window.
 * @param latenessNs how long after its end a window still takes readings, beyond the plant's out-of-orderness.
 * @param metrics    ids that it takes; empty: all.
 * @param byDevice   whether devices are kept apart.
 * @param byMetric   whether metrics are kept apart.
 */
record PlantWindow(
    String name, long sizeNs, long latenessNs, Set<Integer> metrics, boolean byDevice, boolean byMetric)
{
    /** How far readings may be out of order before a window closes, ns. */
    static final long OUT_OF_ORDERNESS_NS = 4_000_000_000L;

    private static final long SECOND_NS = 1_000_000_000L;

    /** What the demo computes. */
    static final List<PlantWindow> ALL = List.of(
        new PlantWindow(
            "pump-vibration", 10 * SECOND_NS, 5 * SECOND_NS, Set.of(PlantMetric.VIBRATION.id()), true, true),
        new PlantWindow("meter-load", 60 * SECOND_NS, 30 * SECOND_NS, Set.of(PlantMetric.POWER.id()), true, false),
        new PlantWindow("tank-level", 300 * SECOND_NS, 60 * SECOND_NS, Set.of(PlantMetric.LEVEL.id()), true, true),
        new PlantWindow(
            "climate", 60 * SECOND_NS, 0, Set.of(PlantMetric.TEMPERATURE.id(), PlantMetric.WIND.id()), false, true),
        new PlantWindow("plant", 60 * SECOND_NS, 10 * SECOND_NS, Set.of(), false, false));

    boolean takes(final int metric)
    {
        return metrics.isEmpty() || metrics.contains(metric);
    }
}
