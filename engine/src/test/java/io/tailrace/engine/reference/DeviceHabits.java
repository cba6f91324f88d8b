package io.tailrace.engine.reference;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Decides whose turn it is in a generated run, and how that device stands to time: some live in the past, some fall
 * silent and then send what they have kept, some break the bounds of time thrice and then behave.
 */
final class DeviceHabits
{
    /** What a reading's time is like. */
    enum Kind
    {
        /** As that of any other device. */
        USUAL,
        /** What was kept in a silence. */
        CATCHING_UP,
        /** Within all bounds of time. */
        SANE,
        /** Beyond one of them. */
        OUT_OF_BOUNDS
    }

    /**
     * One reading to come.
     *
     * @param device   index of the device.
     * @param kind     of its time.
     * @param behindNs how far the device is behind the others.
     * @param waitNs   that goes by before it.
     */
    record Turn(int device, Kind kind, long behindNs, long waitNs)
    {
    }

    private static final int NOBODY = -1;
    private static final long MINUTE_NS = 60_000_000_000L;

    private final SplittableRandom random;
    private final WorkloadScenario scenario;
    private final long[] lagNs;
    private final boolean hasSilences;
    private final boolean hasViolations;
    private int silentDevice = NOBODY;
    private int silentUntil;
    private long silentFromEventNs;
    private int kept;
    private int keptLeft;
    private int badDevice = NOBODY;
    private int violationsLeft;
    private int saneLeft;
    private boolean isOnTheMinute;
    private long firstViolationNs;

    DeviceHabits(final SplittableRandom random, final WorkloadScenario scenario)
    {
        this.random = random;
        this.scenario = scenario;
        lagNs = new long[scenario.devices().length];
        if (scenario.hasDeviceTime() && random.nextInt(3) != 0)
        {
            Arrays.setAll(lagNs, (device) -> random.nextBoolean() ? 0 : random.nextLong(greatestLagNs()));
        }
        final boolean isForgetting = scenario.config().keyTtlNs() != ReferenceConfig.NEVER;
        hasSilences = lagNs.length > 1 && (isForgetting || random.nextBoolean());
        hasViolations = scenario.hasTimeBounds() && random.nextInt(100) < 35;
    }

    /** Whose turn it is. */
    Turn next(final int inputCount, final long clockNs, final long eventNowNs)
    {
        if (violationsLeft == 0 && saneLeft == 0 && hasViolations && random.nextInt(40) == 0)
        {
            badDevice = random.nextInt(lagNs.length);
            violationsLeft = 3 + random.nextInt(3);
            saneLeft = 10 + random.nextInt(10);
            isOnTheMinute = random.nextInt(4) == 0;
            firstViolationNs = clockNs;
        }
        if (violationsLeft > 0)
        {
            return violation(clockNs);
        }
        if (saneLeft > 0 && random.nextInt(100) < 60)
        {
            saneLeft--;
            return new Turn(badDevice, Kind.SANE, 0, 0);
        }
        return keptLeft > 0 && random.nextInt(100) < 70 ? kept(eventNowNs) : usual(inputCount, eventNowNs);
    }

    /** The last of them now and then when the first is a minute ago, to the nanosecond or beside it. */
    private Turn violation(final long clockNs)
    {
        violationsLeft--;
        final long untilNs = firstViolationNs + MINUTE_NS + random.nextInt(3) - 1;
        final boolean isWaiting = violationsLeft == 0 && isOnTheMinute && untilNs > clockNs;
        return new Turn(badDevice, Kind.OUT_OF_BOUNDS, 0, isWaiting ? untilNs - clockNs : 0);
    }

    private Turn kept(final long eventNowNs)
    {
        final long silenceNs = Math.max(0, ReferenceTime.minus(eventNowNs, silentFromEventNs));
        final long behindNs = silenceNs / kept * keptLeft;
        keptLeft--;
        final int device = silentDevice;
        if (keptLeft == 0)
        {
            silentDevice = NOBODY;
        }
        return new Turn(device, Kind.CATCHING_UP, behindNs - behindNs % scenario.grainNs(), 0);
    }

    private Turn usual(final int inputCount, final long eventNowNs)
    {
        if (silentDevice == NOBODY && hasSilences && random.nextInt(50) == 0)
        {
            silentDevice = random.nextInt(lagNs.length);
            silentUntil = inputCount + 20 + random.nextInt(60);
            silentFromEventNs = eventNowNs;
            if (lagNs[silentDevice] > 0 && random.nextInt(3) != 0)
            {
                // Its clock is put right, and with that its windows end.
                return new Turn(silentDevice, Kind.CATCHING_UP, 0, 0);
            }
        }
        if (silentDevice != NOBODY && keptLeft == 0 && inputCount >= silentUntil)
        {
            kept = 5 + random.nextInt(15);
            keptLeft = kept;
            return kept(eventNowNs);
        }
        final int[] speaking = IntStream.range(0, lagNs.length).filter((device) -> device != silentDevice).toArray();
        final int device = speaking[random.nextInt(speaking.length)];
        return new Turn(device, Kind.USUAL, lagNs[device], 0);
    }

    /** As far back as most readings are still within bounds. */
    private long greatestLagNs()
    {
        if (scenario.hasEarliest())
        {
            return scenario.grainNs() * 15;
        }
        return scenario.config().ingestReferenceClock() ?
            scenario.config().maxAgeNs() / 2 : scenario.grainNs() * 400;
    }
}
