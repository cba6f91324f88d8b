package io.tailrace.engine.demo;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;

import io.tailrace.codec.TimeUnits;

/**
 * A simulated plant: sites with pumps, meters, tanks and a weather station each, on a radio network that delays,
 * reorders and now and then garbles what they send. The readings come in order of arrival and are a function of
 * seed, base time and count.
 * <p>
 * The time of the plant is history, compressed: it begins {@link #SPAN_NS} before the base's end and is played as
 * fast as one likes. Faults are off by days, so that what is wrong does not depend on when exactly a reading is taken.
 * <p>
 * Threading: one thread. Memory: the readings under way.
 */
final class Plant
{
    /** Longest plant time that a run covers. */
    static final long SPAN_NS = 2_400_000_000_000L;
    /** Readings a site has at least in that time. */
    static final int READINGS_PER_SITE = 50_000;

    private static final long SECOND_NS = 1_000_000_000L;
    private static final long HOUR_NS = 3_600 * SECOND_NS;
    private static final long DAY_NS = 24 * HOUR_NS;
    private static final long NEVER_SET_NS = 946_684_800L * SECOND_NS;
    private static final int BAD_UNIT = 9;
    private static final double FAULTY = 0.001;
    private static final double OLD = 0.0002;
    private static final long SITE_IDS = 10_000;
    private static final long KIND_IDS = 1_000;
    private static final PlantFault[] FAULTS = PlantFault.values();
    private static final PlantKind[] KINDS = PlantKind.values();
    private static final Comparator<PlantReading> BY_ARRIVAL =
        Comparator.comparingLong(PlantReading::arrivalNs).thenComparingLong(PlantReading::eventId);

    private final PlantRandom random;
    private final long baseNs;
    private final long count;
    private final List<PlantSite> sites = new ArrayList<>();
    private final List<PlantRadio> radios = new ArrayList<>();
    private final TreeMap<Long, List<PlantReading>> underWay = new TreeMap<>();

    private Iterator<PlantReading> arrived = List.<PlantReading>of().iterator();
    private long second;
    private long measured;
    private long delivered;
    private int nextFault = 1;

    /**
     * @param seed   of all that is random.
     * @param baseNs when the plant's time begins, epoch ns, a whole second.
     * @param count  readings to deliver; the plant has as many sites as that takes.
     */
    Plant(final long seed, final long baseNs, final long count)
    {
        this.baseNs = baseNs;
        this.count = count;
        random = new PlantRandom(seed);
        final long siteCount = (count + READINGS_PER_SITE - 1) / READINGS_PER_SITE;
        for (int site = 0; site < siteCount; site++)
        {
            sites.add(new PlantSite(random));
            radios.add(new PlantRadio(random, site, baseNs, SPAN_NS));
        }
    }

    /** @return a base so that the plant's time ends before {@code nowNs}, at a whole minute. */
    static long baseNs(final long nowNs)
    {
        final long minuteNs = 60 * SECOND_NS;
        return nowNs / minuteNs * minuteNs - SPAN_NS;
    }

    /** @return the next reading to arrive, or null if all have. */
    PlantReading next()
    {
        if (delivered == count)
        {
            return null;
        }
        while (!arrived.hasNext())
        {
            measure();
            // Whatever is measured later arrives later than this second.
            final List<PlantReading> readings = underWay.remove(second);
            second++;
            if (null != readings)
            {
                readings.sort(BY_ARRIVAL);
                arrived = readings.iterator();
            }
        }
        delivered++;
        return arrived.next();
    }

    /** @return plant time that has passed, seconds. */
    long seconds()
    {
        return second;
    }

    int siteCount()
    {
        return sites.size();
    }

    int deviceCount(final PlantKind kind)
    {
        return kind.perSite() * sites.size();
    }

    int deviceCount()
    {
        int sum = 0;
        for (final PlantKind kind : KINDS)
        {
            sum += deviceCount(kind);
        }
        return sum;
    }

    /** @return name of a device, such as {@code pump-7-03}. */
    static String deviceText(final long deviceId)
    {
        final PlantKind kind = KINDS[(int)(deviceId % SITE_IDS / KIND_IDS)];
        return String.format("%s-%d-%02d", kind.text(), deviceId / SITE_IDS, deviceId % KIND_IDS);
    }

    private void measure()
    {
        final long epochSecond = baseNs / SECOND_NS + second;
        for (int i = 0; i < sites.size(); i++)
        {
            final PlantSite site = sites.get(i);
            site.onSecond(epochSecond);
            for (int meter = 0; meter < PlantKind.METER.perSite(); meter++)
            {
                if (isDue(meter + i, 15))
                {
                    add(i, PlantKind.METER, meter, PlantMetric.POWER, site.power(meter));
                }
            }
            for (int pump = 0; pump < PlantKind.PUMP.perSite(); pump++)
            {
                if (isDue(pump, 2))
                {
                    add(i, PlantKind.PUMP, pump, PlantMetric.VIBRATION, site.vibration(pump, second));
                }
                if (isDue(pump + i, 10))
                {
                    add(i, PlantKind.PUMP, pump, PlantMetric.TEMPERATURE, site.pumpTemperature(pump));
                }
            }
            for (int tank = 0; tank < PlantKind.TANK.perSite(); tank++)
            {
                if (isDue(tank + i, 10))
                {
                    add(i, PlantKind.TANK, tank, PlantMetric.LEVEL, site.level(tank, 10));
                }
            }
            if (isDue(i, 5))
            {
                add(i, PlantKind.STATION, 0, PlantMetric.WIND, site.wind());
            }
            if (isDue(i, 30))
            {
                add(i, PlantKind.STATION, 0, PlantMetric.TEMPERATURE, site.air());
            }
        }
    }

    private boolean isDue(final int phase, final int cadence)
    {
        return (second + phase) % cadence == 0;
    }

    private void add(
        final int site, final PlantKind kind, final int index, final PlantMetric metric, final double value)
    {
        final long deviceId = (site + 1) * SITE_IDS + kind.ordinal() * KIND_IDS + index;
        // Each device has its own place in the second.
        final long exactNs = baseNs + second * SECOND_NS + deviceId * 7_919_317L % SECOND_NS;
        final long arrivalNs = radios.get(site).arrivalNs(exactNs);
        final double luck = random.nextDouble();
        final boolean isOld = luck >= FAULTY && luck < FAULTY + OLD;
        final PlantFault fault = luck < FAULTY ? nextFault() : PlantFault.NONE;
        final long claimedNs = claimedNs(isOld ? exactNs - 2 * HOUR_NS : exactNs, fault);

        final boolean hasTime = fault != PlantFault.UNKNOWN_UNIT && fault != PlantFault.TIME_OUT_OF_RANGE;
        // A time out of range is one in seconds that no clock of 64-bit nanoseconds can show.
        final long time = fault == PlantFault.TIME_OUT_OF_RANGE ? Long.MAX_VALUE / 4 : claimedNs / kind.unitNs();
        final int timeUnit = switch (fault)
        {
            case UNKNOWN_UNIT -> BAD_UNIT;
            case TIME_OUT_OF_RANGE -> TimeUnits.SECONDS;
            default -> kind.timeUnit();
        };
        final PlantReading reading = new PlantReading(
            measured++,
            deviceId,
            metric.id(),
            hasTime ? time * kind.unitNs() : 0,
            time,
            timeUnit,
            Math.round(value * PlantReading.STEPS_PER_UNIT),
            fault,
            isOld,
            arrivalNs);
        underWay.computeIfAbsent((arrivalNs - baseNs) / SECOND_NS, key -> new ArrayList<>()).add(reading);
    }

    /** In turn, so that a small plant shows each of them. */
    private PlantFault nextFault()
    {
        final PlantFault fault = FAULTS[nextFault];
        nextFault = nextFault + 1 == FAULTS.length ? 1 : nextFault + 1;
        return fault;
    }

    private static long claimedNs(final long exactNs, final PlantFault fault)
    {
        return switch (fault)
        {
            case CLOCK_NEVER_SET -> NEVER_SET_NS + exactNs % DAY_NS;
            case CLOCK_A_DAY_FAST -> exactNs + DAY_NS;
            case CLOCK_A_MONTH_SLOW -> exactNs - 30 * DAY_NS;
            default -> exactNs;
        };
    }
}
