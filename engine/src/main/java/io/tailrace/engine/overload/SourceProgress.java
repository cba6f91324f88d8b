package io.tailrace.engine.overload;

/**
 * How far the backlog of one source is: how many devices are in it and how far they are behind, all together.
 * <p>
 * The lag of a device is engine time less its newest event time, and the sum of all lags, in device-milliseconds, is
 * kept as {@code devices * now - sum of newest}. It falls when devices catch up and grows with time; that it jumps when
 * a device joins, or is given up, says nothing about how fast the backlog is worked off, and is left out of the speed.
 * <p>
 * Threading: one thread at a time. Hot path: allocation-free.
 */
final class SourceProgress
{
    /** No estimate. */
    static final long UNKNOWN = -1;

    private static final double SMOOTHING_MS = 10_000;
    private static final double MILLIS_PER_SECOND = 1_000;

    private int devices;
    private long newestSumMs;
    private long leastNewestMs;
    private long admitted;

    private long beganMs;
    private long lagMs;
    private long peakMs;
    private double admittedPerMs;
    private double fallPerMs;

    /** As they were when the speed was taken, and what has changed since that is no speed. */
    private long lookedMs;
    private long seenLagMs;
    private long seenAdmitted;
    private long joinedMs;
    private long givenUpMs;

    void onJoined(final long newestMs, final long nowMs)
    {
        if (devices == 0)
        {
            begin(nowMs);
            leastNewestMs = newestMs;
        }
        leastNewestMs = Math.min(leastNewestMs, newestMs);
        devices++;
        newestSumMs += newestMs;
        joinedMs += nowMs - newestMs;
    }

    /** A device has come nearer. */
    void onMoved(final long fromMs, final long toMs)
    {
        newestSumMs += toMs - fromMs;
    }

    /** @param isGivenUp whether it vanished, or belongs to another source now; else it is live again. */
    void onLeft(final long newestMs, final long nowMs, final boolean isGivenUp)
    {
        devices--;
        newestSumMs -= newestMs;
        givenUpMs += isGivenUp ? nowMs - newestMs : 0;
    }

    void onAdmitted(final int readings)
    {
        admitted += readings;
    }

    /** All devices were looked at: the one that is furthest behind has this newest event time. */
    void onSwept(final long leastNewestMs)
    {
        this.leastNewestMs = leastNewestMs;
    }

    /** Takes lag and speed anew: the mean since the backlog began, and later one that forgets in ten seconds. */
    void look(final long nowMs)
    {
        lagMs = lagMs(nowMs);
        peakMs = Math.max(peakMs, lagMs);
        final long elapsedMs = nowMs - lookedMs;
        if (elapsedMs <= 0)
        {
            return;
        }
        final double weight =
            Math.max(1 - StrictMath.exp(-elapsedMs / SMOOTHING_MS), (double)elapsedMs / (nowMs - beganMs));
        final double fall = (double)(seenLagMs - lagMs + joinedMs - givenUpMs) / elapsedMs;
        fallPerMs += weight * (fall - fallPerMs);
        admittedPerMs += weight * ((double)(admitted - seenAdmitted) / elapsedMs - admittedPerMs);
        lookedMs = nowMs;
        seenLagMs = lagMs;
        seenAdmitted = admitted;
        joinedMs = 0;
        givenUpMs = 0;
    }

    int devices()
    {
        return devices;
    }

    /** @return sum of the lags at the last look, device-milliseconds. */
    long lagMs()
    {
        return lagMs;
    }

    /** @return the greatest lag, as far as it is known; 0 if there is no backlog. */
    long greatestLagMs(final long nowMs)
    {
        return devices == 0 ? 0 : Math.max(0, nowMs - leastNewestMs);
    }

    /** @return readings of the backlog let in so far. */
    long admitted()
    {
        return admitted;
    }

    /** @return readings a second at the last look. */
    double admittedPerSecond()
    {
        return devices == 0 ? 0 : admittedPerMs * MILLIS_PER_SECOND;
    }

    /** @return how much of the greatest sum of lags is worked off, from 0 to 1; 1 if there is no backlog. */
    double progress()
    {
        return devices == 0 ? 1 : peakMs <= 0 ? 0 : 1 - (double)lagMs / peakMs;
    }

    /**
     * When the backlog will be worked off.
     *
     * @return ms until no device lags, at the speed of the last ten seconds; 0 without backlog; {@link #UNKNOWN} while
     *         lags do not fall.
     */
    long etaMs()
    {
        if (devices == 0)
        {
            return 0;
        }
        return fallPerMs > 0 ? Math.round(lagMs / fallPerMs) : UNKNOWN;
    }

    private long lagMs(final long nowMs)
    {
        return devices * nowMs - newestSumMs;
    }

    private void begin(final long nowMs)
    {
        beganMs = nowMs;
        lookedMs = nowMs;
        seenLagMs = 0;
        seenAdmitted = admitted;
        joinedMs = 0;
        givenUpMs = 0;
        peakMs = 0;
        fallPerMs = 0;
        admittedPerMs = 0;
    }
}
