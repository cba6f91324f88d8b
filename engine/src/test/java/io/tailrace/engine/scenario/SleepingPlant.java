package io.tailrace.engine.scenario;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A plant in which most devices lose their link for an hour, go on measuring, and send all of it at once when the link
 * is back. Deterministic; readings come in the order of ingest times.
 */
final class SleepingPlant
{
    static final int LIVE_DEVICES = 100;
    static final int SLEEPING_DEVICES = 1_000;
    static final int DEVICES = LIVE_DEVICES + SLEEPING_DEVICES;
    static final int SILENT_FROM_S = 330;
    static final int BACK_AT_S = SILENT_FROM_S + 3_600;
    static final int SECONDS = BACK_AT_S + 330;

    private static final int MAX_DELAY_MS = 200;
    private static final int BURST = 20;

    /** Which readings of a device come first when its link is back. */
    enum Order
    {
        /** The backlog from its beginning, then what is measured now. */
        OLDEST_FIRST,
        /** What is measured now, then the backlog from its beginning. */
        NEWEST_FIRST
    }

    /** Takes the readings; devices below {@link #LIVE_DEVICES} never sleep. */
    @FunctionalInterface
    interface ReadingHandler
    {
        void onReading(int device, long timeMs, long ingestMs);
    }

    private final int periodS;
    private final Order order;
    private final boolean hasSleepers;
    private final SplittableRandom random = new SplittableRandom(7);
    private final long[] arrivals = new long[DEVICES];

    /**
     * @param periodS seconds between two readings of a device, which divide a minute.
     */
    SleepingPlant(final int periodS, final Order order, final boolean hasSleepers)
    {
        this.periodS = periodS;
        this.order = order;
        this.hasSleepers = hasSleepers;
    }

    /** Plays it; times in ms since the beginning. */
    void play(final ReadingHandler handler)
    {
        for (int second = 0; second < SECONDS; second += periodS)
        {
            // Drawn for all, so that the live devices are the same whoever sleeps.
            for (int device = 0; device < DEVICES; device++)
            {
                arrivals[device] = random.nextLong(MAX_DELAY_MS) * DEVICES + device;
            }
            Arrays.sort(arrivals);
            final boolean isSilent = second >= SILENT_FROM_S && second < BACK_AT_S;
            final boolean isBack = second == BACK_AT_S;
            for (final long arrival : arrivals)
            {
                final int device = (int)(arrival % DEVICES);
                final boolean isWaiting = isBack && order == Order.OLDEST_FIRST;
                if (device < LIVE_DEVICES || hasSleepers && !isSilent && !isWaiting)
                {
                    handler.onReading(device, second * 1_000L, second * 1_000L + arrival / DEVICES);
                }
            }
            if (isBack && hasSleepers)
            {
                backlog(handler, second * 1_000L + MAX_DELAY_MS);
            }
        }
    }

    /** Bursts of all devices in turn, each in the order of time. */
    private void backlog(final ReadingHandler handler, final long ingestMs)
    {
        final int endS = BACK_AT_S + (order == Order.OLDEST_FIRST ? periodS : 0);
        for (int burst = SILENT_FROM_S; burst < endS; burst += BURST * periodS)
        {
            for (int device = LIVE_DEVICES; device < DEVICES; device++)
            {
                for (int second = burst; second < Math.min(endS, burst + BURST * periodS); second += periodS)
                {
                    handler.onReading(device, second * 1_000L, ingestMs);
                }
            }
        }
    }
}
