package io.tailrace.engine.demo;

/**
 * Random numbers that are the same for a seed in every JVM: SplitMix64 (Steele, Lea and Flood, "Fast splittable
 * pseudorandom number generators", OOPSLA 2014).
 */
final class PlantRandom
{
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
    private static final double UNIT = 0x1.0p-53;

    private long state;

    PlantRandom(final long seed)
    {
        state = seed;
    }

    long nextLong()
    {
        state += GOLDEN_GAMMA;
        long z = state;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** @return uniform in [0, 1). */
    double nextDouble()
    {
        return (nextLong() >>> 11) * UNIT;
    }

    /** @return uniform in [low, high). */
    double between(final double low, final double high)
    {
        return low + (high - low) * nextDouble();
    }

    /** @return uniform in [low, high), for ranges far below 2^53. */
    long between(final long low, final long high)
    {
        return low + (long)((high - low) * nextDouble());
    }

    /** @return about normal, mean 0 and deviation 1: the sum of four 16-bit uniforms. */
    double noise()
    {
        final long bits = nextLong();
        final long sum = (bits & 0xFFFF) + ((bits >>> 16) & 0xFFFF) + ((bits >>> 32) & 0xFFFF) + (bits >>> 48);
        // Four uniforms on [0, 65535] have mean 131070 and deviation 65536 / sqrt(3).
        return (sum - 131_070) / 37_837.2;
    }
}
