package io.tailrace.engine.process;

import java.util.Random;

/**
 * The seed of a random test: printed, so that a failure can be run again with {@code -Dtailrace.test.seed=SEED}.
 */
final class TestSeed
{
    private static final String PROPERTY = "tailrace.test.seed";

    private TestSeed()
    {
    }

    /** @return the source of chance for a test. */
    static Random random(final String test)
    {
        final long seed = Long.getLong(PROPERTY, System.nanoTime() & Integer.MAX_VALUE);
        System.out.println(test + ": -D" + PROPERTY + "=" + seed);
        return new Random(seed);
    }
}
