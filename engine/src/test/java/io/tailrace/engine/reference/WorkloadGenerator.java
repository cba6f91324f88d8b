package io.tailrace.engine.reference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Makes small hostile runs from a seed: disorder, events on the edges of windows and bounds, silences, idle and
 * lagging sources, devices that fall silent and catch up, that live in the past or break the bounds of time, restarts,
 * ends of the input, bad readings, values that overflow, times at the ends of time, limits that bind, ids that repeat.
 * The same seed always gives the same run.
 */
public final class WorkloadGenerator
{
    private static final long NOT_EMPTY = Long.MIN_VALUE;
    private static final long FIRST_POSITION = 32;
    private static final long POSITION_STEP = 64;
    private static final int RECENT = 12;
    private static final int HELD_UP_PERIOD = 37;
    private static final long SEED_OF_IDS = 0x1D5_0F_5E4DE25L;
    private static final long SEED_OF_ALERTS = 0xA1E_27_5EEDL;
    private static final long[] EXTREME_TIMES =
    {
        Long.MIN_VALUE, Long.MIN_VALUE + 1, -1, 0, Long.MAX_VALUE - 1, Long.MAX_VALUE
    };

    private final SplittableRandom random;
    private final WorkloadScenario scenario;
    private final ReferenceConfig config;
    private final ReadingShapes shapes;
    private final DeviceHabits devices;
    private final IdHabits ids;
    private final List<ReferenceInput> inputs = new ArrayList<>();
    private final List<Long> recentTimes = new ArrayList<>();
    private final int length;
    private final boolean hasEndInTheMiddle;
    private final long[] lagNs;
    private final long[] mutedSinceNs;
    private final int[] mutedUntil;
    private long clockNs;
    private long eventNowNs;
    private long nextEventId = 1;
    private int silentTicksLeft;
    private long silentSinceNs;
    private int backlogLeft;
    private long backlogNs;

    private WorkloadGenerator(
        final SplittableRandom random, final WorkloadScenario scenario, final SplittableRandom randomOfIds)
    {
        this.random = random;
        this.scenario = scenario;
        config = scenario.config();
        shapes = new ReadingShapes(random, scenario);
        devices = new DeviceHabits(random, scenario);
        ids = new IdHabits(randomOfIds, config.dedup());
        length = 50 + random.nextInt(351);
        hasEndInTheMiddle = random.nextInt(10) < 3;
        lagNs = new long[config.sourceCount()];
        mutedSinceNs = new long[config.sourceCount()];
        mutedUntil = new int[config.sourceCount()];
        Arrays.setAll(lagNs, (source) -> scenario.grainNs() * random.nextInt(7));
        clockNs = scenario.clockBaseNs();
        eventNowNs = scenario.eventBaseNs();
    }

    /**
     * Generates one run of 50 to 400 inputs with everything that there is.
     *
     * @param seed any.
     * @return the run, the same for the same seed.
     */
    public static ReferenceWorkload generate(final long seed)
    {
        return generate(seed, false);
    }

    /**
     * Generates one run of 50 to 400 inputs.
     *
     * @param seed         any.
     * @param tumblingOnly whether all windows are to be tumbling ones of global time, without alerts, and nothing is to
     *                     be forgotten.
     * @return the run, the same for the same arguments.
     */
    public static ReferenceWorkload generate(final long seed, final boolean tumblingOnly)
    {
        final SplittableRandom random = new SplittableRandom(seed);
        final SplittableRandom randomOfIds = new SplittableRandom(seed ^ SEED_OF_IDS);
        final WorkloadScenario anyId = WorkloadScenario.generate(random, tumblingOnly);
        final WorkloadScenario noAlerts = anyId.withDedup(IdHabits.dedup(randomOfIds, anyId.grainNs()));
        final WorkloadScenario scenario =
            tumblingOnly ? noAlerts : noAlerts.withAlerts(new SplittableRandom(seed ^ SEED_OF_ALERTS));
        final WorkloadGenerator generator = new WorkloadGenerator(random, scenario, randomOfIds);
        generator.addAll();
        return new ReferenceWorkload(seed, tumblingOnly, scenario.config(), List.copyOf(generator.inputs));
    }

    private void addAll()
    {
        inputs.add(new ReferenceInput.Started(nextPosition(), clockNs));
        while (inputs.size() < length - 1)
        {
            addNext();
        }
        if (random.nextBoolean())
        {
            addEndOfInput();
        }
        else
        {
            addTick();
        }
    }

    private void addNext()
    {
        if (silentTicksLeft > 0)
        {
            addSilentTick();
            return;
        }

        advance();
        final int roll = random.nextInt(1_000);
        if (roll < 100)
        {
            addTick();
        }
        else if (roll < 116)
        {
            silentTicksLeft = 2 + random.nextInt(5);
            silentSinceNs = clockNs;
        }
        else if (roll < 136 && config.sourceCount() > 1)
        {
            final int source = random.nextInt(config.sourceCount());
            mutedSinceNs[source] = clockNs;
            mutedUntil[source] = inputs.size() + 15 + random.nextInt(40);
        }
        else if (roll < 142)
        {
            inputs.add(new ReferenceInput.Started(nextPosition(), clockNs));
        }
        else if (roll < 148 && hasEndInTheMiddle)
        {
            addEndOfInput();
        }
        else
        {
            addReading();
        }
    }

    private long nextPosition()
    {
        return FIRST_POSITION + POSITION_STEP * inputs.size();
    }

    private void advance()
    {
        final int roll = random.nextInt(100);
        final int grains = roll < 30 ? 0 : roll < 96 ? random.nextInt(3) : 5 + random.nextInt(25);
        clockNs += scenario.grainNs() * grains;
        eventNowNs = ReferenceTime.plus(eventNowNs, scenario.grainNs() * grains);
    }

    private void addEndOfInput()
    {
        inputs.add(new ReferenceInput.EndOfInput(nextPosition(), clockNs, random.nextInt(config.sourceCount())));
    }

    private void addTick()
    {
        final long[] emptySinceNs = new long[config.sourceCount()];
        Arrays.setAll(emptySinceNs, (source) -> isMuted(source) ? mutedSinceNs[source] :
            random.nextInt(4) == 0 ? clockNs - scenario.grainNs() * random.nextInt(3) : NOT_EMPTY);
        inputs.add(new ReferenceInput.Tick(nextPosition(), clockNs, emptySinceNs, isHeldUp()));
    }

    /** Now and then, without drawing a number. */
    private boolean isHeldUp()
    {
        return inputs.size() % HELD_UP_PERIOD == 0;
    }

    /** Nobody sends. With the ingest clock the readings that follow were made before the silence. */
    private void addSilentTick()
    {
        clockNs += config.idleAfterNs() / 2 + scenario.grainNs() * random.nextInt(4) + random.nextInt(2);
        final long[] emptySinceNs = new long[config.sourceCount()];
        Arrays.setAll(emptySinceNs, (source) -> isMuted(source) ? mutedSinceNs[source] : silentSinceNs);
        inputs.add(new ReferenceInput.Tick(nextPosition(), clockNs, emptySinceNs, isHeldUp()));
        silentTicksLeft--;
        if (silentTicksLeft == 0 && config.ingestReferenceClock())
        {
            eventNowNs = clockNs;
            backlogLeft = random.nextInt(10);
            backlogNs = clockNs - silentSinceNs;
        }
    }

    private boolean isMuted(final int source)
    {
        return mutedUntil[source] > inputs.size();
    }

    private void addReading()
    {
        final int[] speaking = IntStream.range(0, config.sourceCount()).filter((source) -> !isMuted(source)).toArray();
        final boolean isAnyMeant = speaking.length == 0 || random.nextInt(40) == 0;
        final int source = isAnyMeant ?
            random.nextInt(config.sourceCount()) : speaking[random.nextInt(speaking.length)];
        mutedUntil[source] = 0;

        final DeviceHabits.Turn turn = devices.next(inputs.size(), clockNs, eventNowNs);
        pass(turn.waitNs());
        final boolean isStampExact = turn.kind() == DeviceHabits.Kind.OUT_OF_BOUNDS;
        final long ingestTimeNs = clockNs +
            (!isStampExact && random.nextInt(5) == 0 ? scenario.grainNs() * (random.nextInt(5) - 2) : 0);
        final long eventTimeNs = eventTime(source, turn, ingestTimeNs);
        recentTimes.add(eventTimeNs);
        if (recentTimes.size() > RECENT)
        {
            recentTimes.remove(0);
        }
        final ReferenceReading reading = shapes.reading(
            nextPosition(), nextEventId++, source, scenario.devices()[turn.device()], eventTimeNs, ingestTimeNs);
        inputs.add(new ReferenceInput.Reading(ids.name(reading, inputs.size())));
    }

    /** Lets time go by for all. */
    private void pass(final long timeNs)
    {
        clockNs += timeNs;
        if (config.ingestReferenceClock())
        {
            eventNowNs = ReferenceTime.plus(eventNowNs, timeNs);
        }
    }

    private long eventTime(final int source, final DeviceHabits.Turn turn, final long ingestTimeNs)
    {
        return switch (turn.kind())
        {
            case USUAL -> usualTime(ReferenceTime.minus(eventNowNs, turn.behindNs()), source, ingestTimeNs);
            case CATCHING_UP -> ReferenceTime.minus(eventNowNs, turn.behindNs());
            case SANE -> saneTime(ingestTimeNs);
            case OUT_OF_BOUNDS -> timeOutOfBounds(ingestTimeNs);
        };
    }

    private long usualTime(final long deviceNowNs, final int source, final long ingestTimeNs)
    {
        final long behindNs = lagNs[source] + (backlogLeft > 0 ? backlogNs : 0);
        backlogLeft = Math.max(0, backlogLeft - 1);
        final long nowNs = ReferenceTime.minus(deviceNowNs, behindNs);
        final int roll = random.nextInt(100);
        if (roll < 50)
        {
            final long disorder = 1 + 2 * config.outOfOrdernessNs() / scenario.grainNs();
            return ReferenceTime.minus(nowNs, scenario.grainNs() * random.nextLong(disorder));
        }
        if (roll < 62 && !recentTimes.isEmpty())
        {
            return recentTimes.get(random.nextInt(recentTimes.size()));
        }
        if (roll < 80)
        {
            return timeOnEdge(nowNs);
        }
        if (roll < 90)
        {
            return ReferenceTime.minus(nowNs, scenario.grainNs() * random.nextInt(60));
        }
        if (roll < 94)
        {
            return timeOnBound(nowNs, ingestTimeNs);
        }
        if (roll < 96)
        {
            return ReferenceTime.plus(nowNs, scenario.grainNs() * random.nextInt(20));
        }
        // Without a check against ingest times one such reading ends the run for all others: only towards the end.
        return roll < 98 && (config.ingestReferenceClock() || inputs.size() > length * 9 / 10) ?
            EXTREME_TIMES[random.nextInt(EXTREME_TIMES.length)] : nowNs;
    }

    /** On the first or last nanosecond of a window, or on the one beside it. */
    private long timeOnEdge(final long nowNs)
    {
        final ReferenceWindow window = config.windows().get(random.nextInt(config.windows().size()));
        final long aboutNs = recentTimes.isEmpty() || random.nextBoolean() ?
            nowNs : recentTimes.get(random.nextInt(recentTimes.size()));
        final List<ReferenceSpan> spans = ReferenceSpan.spansOf(window, aboutNs);
        final ReferenceSpan span = spans.get(random.nextInt(spans.size()));
        final int ends = window.type() == ReferenceWindow.Type.CALENDAR ? 8 : 2;
        final long edgeNs = random.nextInt(ends) == 0 ? span.endNs() : span.startNs();
        return ReferenceTime.plus(edgeNs, random.nextInt(3) - 1);
    }

    /** On either side of a bound of judgement. */
    private long timeOnBound(final long nowNs, final long ingestTimeNs)
    {
        final int beyond = random.nextInt(2);
        final int choice = random.nextInt(4);
        if (choice == 0 && config.earliestNs() != ReferenceConfig.NO_EARLIEST)
        {
            return config.earliestNs() - beyond;
        }
        if (!config.ingestReferenceClock())
        {
            return nowNs;
        }
        return switch (choice)
        {
            case 1 -> ingestTimeNs - config.maxAgeNs() - beyond;
            case 2 -> ingestTimeNs - config.warnAgeNs() - beyond;
            default -> ingestTimeNs + config.maxFutureNs() + beyond;
        };
    }

    /** Within all bounds. */
    private long saneTime(final long ingestTimeNs)
    {
        final long nowNs = config.ingestReferenceClock() ? ingestTimeNs : eventNowNs;
        return Math.max(config.earliestNs(), ReferenceTime.minus(nowNs, scenario.grainNs() * random.nextInt(5)));
    }

    /** Beyond a bound by one nanosecond or by far. */
    private long timeOutOfBounds(final long ingestTimeNs)
    {
        final long beyondNs = 1 + (random.nextBoolean() ? 0 : scenario.grainNs() * random.nextInt(50));
        if (scenario.hasEarliest() && (!config.ingestReferenceClock() || random.nextInt(3) == 0))
        {
            return config.earliestNs() - beyondNs;
        }
        return random.nextBoolean() ?
            ingestTimeNs + config.maxFutureNs() + beyondNs : ingestTimeNs - config.maxAgeNs() - beyondNs;
    }
}
