package io.tailrace.engine.demo;

/**
 * How long the readings of one site are under way: mostly a fraction of a second, now and then much longer, and in
 * every fifth site the gateway loses its link once and then delivers all that it has kept.
 */
final class PlantRadio
{
    private static final long MS = 1_000_000L;
    private static final long SECOND = 1_000 * MS;
    private static final int OUTAGE_SITES = 5;

    private final PlantRandom random;
    private final long outageStartNs;
    private final long outageEndNs;

    PlantRadio(final PlantRandom random, final int site, final long baseNs, final long spanNs)
    {
        this.random = random;
        outageStartNs = baseNs + random.between(spanNs / 20, spanNs / 2);
        outageEndNs =
            site % OUTAGE_SITES == 0 ? outageStartNs + random.between(20 * SECOND, 120 * SECOND) : outageStartNs;
    }

    /** @return when a reading of a time comes in. */
    long arrivalNs(final long timeNs)
    {
        final long sentNs = timeNs >= outageStartNs && timeNs < outageEndNs ? outageEndNs : timeNs;
        return sentNs + delayNs();
    }

    private long delayNs()
    {
        final double kind = random.nextDouble();
        if (kind < 0.92)
        {
            return random.between(20 * MS, 800 * MS);
        }
        if (kind < 0.994)
        {
            return random.between(800 * MS, 3_000 * MS);
        }
        if (kind < 0.999)
        {
            // A heavy tail: Pareto with exponent 2, cut at a minute.
            return Math.min(60 * SECOND, (long)(3 * SECOND / Math.sqrt(1 - random.nextDouble())));
        }
        // Kept by the device and sent with a later round.
        return random.between(60 * SECOND, 360 * SECOND);
    }
}
