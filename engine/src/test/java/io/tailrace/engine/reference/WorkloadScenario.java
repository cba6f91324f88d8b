package io.tailrace.engine.reference;

import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * What one generated run is about: its operators, its limits, where in time it plays and what its values look like. All
 * lengths of time are small multiples of one grain, so that edges of windows are met often.
 *
 * @param config      of the operators.
 * @param grainNs     step of time.
 * @param eventBaseNs event time at which the run begins.
 * @param clockBaseNs ingest time at which the run begins.
 * @param devices     ids in use.
 * @param metrics     ids in use.
 * @param values      what values look like.
 */
record WorkloadScenario(
    ReferenceConfig config,
    long grainNs,
    long eventBaseNs,
    long clockBaseNs,
    long[] devices,
    long[] metrics,
    Values values)
{
    /** What values look like. */
    enum Values
    {
        /** Multiples of 1/8: sums are exact. */
        EIGHTHS,
        /** Decimal fractions: sums are not. */
        DECIMALS,
        /** Small steps on a large base: squares cancel. */
        OFFSET,
        /** Both zeros and little else. */
        ZEROS,
        /** Near the greatest double, and far from it. */
        HUGE
    }

    private static final long SECOND = 1_000_000_000L;
    private static final long QUARTER_HOUR = 900 * SECOND;
    private static final long TODAY = 1_700_000_000L * SECOND;
    private static final int ROOMY_PANES = 64;

    private static final List<CalendarCase> CALENDAR_CASES = List.of(
        new CalendarCase("America/New_York", "2023-11-03T00:00:00Z"),
        new CalendarCase("America/New_York", "2024-03-08T00:00:00Z"),
        new CalendarCase("Australia/Lord_Howe", "2023-09-29T00:00:00Z"),
        new CalendarCase("Australia/Lord_Howe", "2024-04-05T00:00:00Z"),
        new CalendarCase("America/Sao_Paulo", "2018-11-02T00:00:00Z"),
        new CalendarCase("America/Sao_Paulo", "2018-02-16T00:00:00Z"),
        new CalendarCase("Pacific/Apia", "2011-12-28T00:00:00Z"),
        new CalendarCase("UTC", "2024-02-27T00:00:00Z"));

    /** A zone, and a time shortly before its clocks are changed. */
    private record CalendarCase(String zone, String from)
    {
    }

    static WorkloadScenario generate(final SplittableRandom random, final boolean tumblingOnly)
    {
        final CalendarCase calendar = !tumblingOnly && random.nextInt(4) == 0 ?
            CALENDAR_CASES.get(random.nextInt(CALENDAR_CASES.size())) : null;
        final long grain = calendar != null ? QUARTER_HOUR : grain(random);
        final boolean isIngestClock = random.nextInt(100) < 55;
        final long clockBase = calendar != null ? epochNs(calendar) : TODAY;
        final long eventBase = isIngestClock || calendar != null ? clockBase : eventBase(random, grain);
        final long[] metrics = Arrays.copyOf(new long[]{1, 7, 0xFFFF_FFFFL}, 1 + random.nextInt(3));
        final long[] devices = Arrays.copyOf(new long[]{11, -1, Long.MIN_VALUE, 0, 12, 13}, 1 + random.nextInt(6));

        final boolean isForgetting = !tumblingOnly && random.nextInt(6) == 0;
        final boolean hasDeviceTime = !tumblingOnly && random.nextInt(100) < 45;
        // A device outlives its last pane only if its last reading goes into none.
        final boolean hasIdleKeys = isForgetting && hasDeviceTime;

        final List<ReferenceWindow> windows = new ArrayList<>();
        final int windowCount = 1 + random.nextInt(4);
        for (int i = 0; i < windowCount; i++)
        {
            final ReferenceWindow window = calendar != null && i == 0 ?
                calendarWindow(random, calendar) : window(random, "w" + i, grain, tumblingOnly);
            windows.add(withWatermark(random, hasDeviceTime, window
                .withKey(pick(random, ReferenceWindow.Key.values()))
                .withLateness(hasIdleKeys && random.nextBoolean() ? 0 : lateness(random, grain))
                .withFilter(filter(random, metrics, hasIdleKeys ? 5 : 8))
                .withMaxPanes(random.nextInt(6) == 0 ? fewPanes(random, window) : ROOMY_PANES)));
        }
        final ReferenceConfig config = config(random, windows, grain, eventBase, isIngestClock);
        return new WorkloadScenario(isForgetting ? forgetting(random, config, grain) : config,
            grain, eventBase, clockBase, devices, metrics, values(random, windows));
    }

    private static ReferenceConfig config(
        final SplittableRandom random,
        final List<ReferenceWindow> windows,
        final long grain,
        final long eventBase,
        final boolean isIngestClock)
    {
        final boolean hasEarliest = eventBase == TODAY && random.nextInt(100) < 40;
        final int[] units = new int[random.nextInt(100) < 50 ? 1 : 2 + random.nextInt(2)];
        for (int source = 0; source < units.length; source++)
        {
            // Detection by magnitude goes with a lower bound of time, else small numbers mean two things.
            units[source] = hasEarliest ? random.nextInt(5) : 1 + random.nextInt(4);
        }
        return new ReferenceConfig(windows,
            random.nextInt(4) == 0 ? 0 : grain * (1 + random.nextInt(8)),
            grain * (1 + random.nextInt(12)),
            hasEarliest ? eventBase - grain * random.nextInt(20) : ReferenceConfig.NO_EARLIEST,
            grain * random.nextInt(20),
            grain * (20 + random.nextInt(60)),
            grain * (4 + random.nextInt(16)),
            isIngestClock,
            units.length,
            units,
            random.nextInt(7) == 0 ? 1 + random.nextInt(2) : 64,
            random.nextInt(6) == 0 ? 1 + random.nextInt(3) : 1024,
            ReferenceConfig.NEVER);
    }

    /** Forgets within the run, and is short of room that forgetting may make. */
    private static ReferenceConfig forgetting(
        final SplittableRandom random, final ReferenceConfig config, final long grain)
    {
        return config.withLimits(
            random.nextInt(3) == 0 ? 1 + random.nextInt(3) : config.maxDevices(),
            random.nextInt(3) == 0 ? 1 + random.nextInt(4) : config.maxKeys(),
            grain * (1 + random.nextInt(40)));
    }

    private static ReferenceWindow withWatermark(
        final SplittableRandom random, final boolean hasDeviceTime, final ReferenceWindow window)
    {
        final boolean isKeyedByDevice = window.key() == ReferenceWindow.Key.DEVICE ||
            window.key() == ReferenceWindow.Key.DEVICE_METRIC;
        return hasDeviceTime && isKeyedByDevice && random.nextInt(100) < 85 ?
            window.withWatermark(ReferenceWindow.Watermark.DEVICE) : window;
    }

    /** So few that they do not always suffice; of sliding windows enough for one reading. */
    private static int fewPanes(final SplittableRandom random, final ReferenceWindow window)
    {
        if (window.type() == ReferenceWindow.Type.SLIDING)
        {
            final int windowsOfOneTime = (int)((window.sizeNs() + window.slideNs() - 1) / window.slideNs());
            return windowsOfOneTime + random.nextInt(4);
        }
        return 1 + random.nextInt(3);
    }

    private static long grain(final SplittableRandom random)
    {
        final long[] grains = {1, 1_000, 1_000_000, 1_000_000, SECOND, SECOND};
        return grains[random.nextInt(grains.length)];
    }

    /** Today, about the epoch, or at either end of time. */
    private static long eventBase(final SplittableRandom random, final long grain)
    {
        return switch (random.nextInt(5))
        {
            case 0 -> -grain * random.nextInt(200);
            case 1 -> Long.MAX_VALUE - grain * (50 + random.nextInt(500));
            case 2 -> Long.MIN_VALUE + grain * random.nextInt(50);
            default -> TODAY;
        };
    }

    private static ReferenceWindow window(
        final SplittableRandom random, final String name, final long grain, final boolean tumblingOnly)
    {
        final int type = tumblingOnly ? 0 : random.nextInt(3);
        if (type == 1)
        {
            // A slide is a microsecond at least.
            final long step = Math.max(grain, 1_000);
            final long slide = step * (1 + random.nextInt(5));
            final long size = slide + step * random.nextInt(12);
            return ReferenceWindow.sliding(name, size, slide).withOffset(offset(random, slide));
        }
        if (type == 2)
        {
            return ReferenceWindow.session(name, grain * (1 + random.nextInt(8)));
        }
        final long size = grain * (1 + random.nextInt(12));
        return ReferenceWindow.tumbling(name, size).withOffset(offset(random, size));
    }

    private static long offset(final SplittableRandom random, final long bound)
    {
        return random.nextInt(10) < 7 ? 0 : random.nextLong(bound);
    }

    private static ReferenceWindow calendarWindow(final SplittableRandom random, final CalendarCase calendar)
    {
        final ReferenceWindow.CalendarUnit[] units = ReferenceWindow.CalendarUnit.values();
        final ReferenceWindow.CalendarUnit unit = random.nextInt(10) < 5 ?
            ReferenceWindow.CalendarUnit.HOUR : units[1 + random.nextInt(3)];
        final long offset = unit == ReferenceWindow.CalendarUnit.HOUR ?
            random.nextInt(2) * QUARTER_HOUR : random.nextInt(2) * 6 * QUARTER_HOUR;
        return ReferenceWindow.calendar("w0", unit, ZoneId.of(calendar.zone())).withOffset(offset);
    }

    private static long lateness(final SplittableRandom random, final long grain)
    {
        final int roll = random.nextInt(100);
        if (roll < 30)
        {
            return 0;
        }
        return grain * (roll < 75 ? 1 + random.nextInt(10) : roll < 92 ? 40 : 1_000_000);
    }

    /** One of four, or none. */
    private static ReferenceFilter filter(final SplittableRandom random, final long[] metrics, final int choices)
    {
        return switch (random.nextInt(choices))
        {
            case 0 -> new ReferenceFilter(Set.of(metrics[0]), Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY,
                ReferenceFilter.NO_QUALITY_BOUND);
            case 1 -> new ReferenceFilter(Set.of(), 0.0, 50.5, ReferenceFilter.NO_QUALITY_BOUND);
            case 2 -> new ReferenceFilter(Set.of(), Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, 1);
            case 3 -> new ReferenceFilter(
                Set.of(1L, 7L), Double.NEGATIVE_INFINITY, 75.0, random.nextInt(3));
            default -> ReferenceFilter.ALL;
        };
    }

    /** Sums that overflow depend on their order, which only windows that never merge parts of sums keep. */
    private static Values values(final SplittableRandom random, final List<ReferenceWindow> windows)
    {
        final boolean isOrderKept = windows.stream().allMatch((window) ->
            window.type() == ReferenceWindow.Type.TUMBLING || window.type() == ReferenceWindow.Type.CALENDAR);
        final int roll = random.nextInt(100);
        if (roll < 20)
        {
            return isOrderKept ? Values.HUGE : Values.EIGHTHS;
        }
        return roll < 30 ? Values.OFFSET : roll < 37 ? Values.ZEROS : roll < 65 ? Values.DECIMALS : Values.EIGHTHS;
    }

    private static long epochNs(final CalendarCase calendar)
    {
        return Instant.parse(calendar.from()).getEpochSecond() * SECOND;
    }

    private static <T> T pick(final SplittableRandom random, final T[] choices)
    {
        return choices[random.nextInt(choices.length)];
    }

    /** The same with alerts in half of all runs, drawn apart, so that nothing else of a run depends on them. */
    WorkloadScenario withAlerts(final SplittableRandom random)
    {
        final ReferenceAlert[] alerts = new ReferenceAlert[random.nextBoolean() ? 0 : 1 + random.nextInt(3)];
        for (int i = 0; i < alerts.length; i++)
        {
            alerts[i] = alert(random, "a" + i);
        }
        return new WorkloadScenario(
            config.withAlerts(alerts), grainNs, eventBaseNs, clockBaseNs, devices, metrics, values);
    }

    /** So that about half of the values satisfy the condition, and values on the thresholds come as well. */
    private ReferenceAlert alert(final SplittableRandom random, final String name)
    {
        final boolean isAbove = random.nextBoolean();
        final double base = values == Values.OFFSET ? 1e9 : 0;
        final double threshold = switch (values)
        {
            case ZEROS -> 0.0;
            case OFFSET -> base + (random.nextInt(1_001) - 500) / 1024.0;
            default -> (random.nextInt(801) - 400) / 8.0;
        };
        final double distance = switch (random.nextInt(3))
        {
            case 0 -> 0;
            case 1 -> random.nextInt(400) / (values == Values.OFFSET ? 1024.0 : 8.0);
            default -> Double.NaN;
        };
        final Double clear = Double.isNaN(distance) ? null : isAbove ? threshold - distance : threshold + distance;
        return new ReferenceAlert(name, filter(random, metrics, 8), isAbove, threshold, clear,
            random.nextInt(5) < 2 ? 0 : random.nextInt(20) == 0 ? Long.MAX_VALUE : grainNs * (1 + random.nextInt(8)),
            random.nextBoolean());
    }

    /** The same with another way to recognise readings that were seen before. */
    WorkloadScenario withDedup(final ReferenceDedup dedup)
    {
        return new WorkloadScenario(
            config.withDedup(dedup), grainNs, eventBaseNs, clockBaseNs, devices, metrics, values);
    }

    boolean hasEarliest()
    {
        return config.earliestNs() != ReferenceConfig.NO_EARLIEST;
    }

    /** Whether some event times are out of bounds. */
    boolean hasTimeBounds()
    {
        return hasEarliest() || config.ingestReferenceClock();
    }

    boolean hasDeviceTime()
    {
        return config.windows().stream()
            .anyMatch((window) -> window.watermark() == ReferenceWindow.Watermark.DEVICE);
    }
}
