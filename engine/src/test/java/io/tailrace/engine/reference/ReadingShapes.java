package io.tailrace.engine.reference;

import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Gives generated readings what is neither their device nor their time: metric, value, the unit in which the time is
 * written, and now and then a fault.
 */
final class ReadingShapes
{
    private static final double[] HUGE_VALUES =
    {
        1.7e308, -1.7e308, Double.MAX_VALUE, -Double.MAX_VALUE, 9e307, -9e307, 1e160, -1e160, Double.MIN_VALUE, -0.0
    };
    private static final double[] ZEROS = {0.0, -0.0, 0.0, -0.0, 1.0};
    private static final double[] NOT_FINITE =
    {
        Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY
    };
    private static final int[] BAD_UNITS = {5, 128, 255};
    private static final long[] TIMES_OUT_OF_RANGE =
    {
        9_223_372_037L, -9_223_372_037L, Long.MAX_VALUE, Long.MIN_VALUE
    };

    private final SplittableRandom random;
    private final WorkloadScenario scenario;

    ReadingShapes(final SplittableRandom random, final WorkloadScenario scenario)
    {
        this.random = random;
        this.scenario = scenario;
    }

    ReferenceReading reading(
        final long position,
        final long eventId,
        final int source,
        final long deviceId,
        final long eventTimeNs,
        final long ingestTimeNs)
    {
        final int written = writtenUnit(source, eventTimeNs);
        final int timeUnit = isImplied(written, source, eventTimeNs) && random.nextBoolean() ?
            ReferenceTime.AUTO : written;
        final boolean isOutOfRange = random.nextInt(100) == 0;
        final boolean hasBadUnit = random.nextInt(100) == 0;
        final boolean isNotFinite = random.nextInt(hasBadUnit || isOutOfRange ? 3 : 80) == 0;
        final int unitOrFault = isOutOfRange ? ReferenceTime.SECONDS : timeUnit;
        return new ReferenceReading(
            position,
            eventId,
            deviceId,
            scenario.metrics()[random.nextInt(scenario.metrics().length)],
            isOutOfRange ? TIMES_OUT_OF_RANGE[random.nextInt(TIMES_OUT_OF_RANGE.length)] :
                eventTimeNs / ReferenceTime.lengthOf(written),
            hasBadUnit ? BAD_UNITS[random.nextInt(BAD_UNITS.length)] : unitOrFault,
            ingestTimeNs,
            isNotFinite ? NOT_FINITE[random.nextInt(NOT_FINITE.length)] : value(),
            source,
            random.nextInt(2),
            random.nextInt(3),
            random.nextInt(2));
    }

    /** A unit of which the time is a multiple, often that of the source. */
    private int writtenUnit(final int source, final long eventTimeNs)
    {
        final int[] fitting = IntStream.rangeClosed(ReferenceTime.SECONDS, ReferenceTime.NANOSECONDS)
            .filter((unit) -> eventTimeNs % ReferenceTime.lengthOf(unit) == 0)
            .toArray();
        final int ofSource = scenario.config().sourceUnits()[source];
        final boolean isFitting = IntStream.of(fitting).anyMatch((unit) -> unit == ofSource);
        return isFitting && random.nextBoolean() ? ofSource : fitting[random.nextInt(fitting.length)];
    }

    /** Whether the unit is understood without being named. */
    private boolean isImplied(final int written, final int source, final long eventTimeNs)
    {
        final int ofSource = scenario.config().sourceUnits()[source];
        return ofSource == written || ofSource == ReferenceTime.AUTO &&
            ReferenceTime.unitByMagnitude(eventTimeNs / ReferenceTime.lengthOf(written)) == written;
    }

    private double value()
    {
        return switch (scenario.values())
        {
            case EIGHTHS -> eighths();
            case DECIMALS -> (random.nextInt(2_000) - 500) / 10.0;
            case OFFSET -> 1e9 + (random.nextInt(2_001) - 1_000) / 1024.0;
            case ZEROS -> ZEROS[random.nextInt(ZEROS.length)];
            case HUGE -> random.nextInt(4) == 0 ? HUGE_VALUES[random.nextInt(HUGE_VALUES.length)] : eighths();
        };
    }

    private double eighths()
    {
        return (random.nextInt(1_601) - 800) / 8.0;
    }
}
