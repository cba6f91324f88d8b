package io.tailrace.engine.simulation;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Engines that crash anywhere and recover: each result is in the results log once, in order, and each message that was
 * durable in the journal.
 */
class ProtocolSimulationTest
{
    @Test
    void shouldEmitEachResultOnceWhateverHappens()
    {
        final Long seed = Long.getLong(ProtocolSimulation.SEED_PROPERTY);
        run(null == seed ? 0 : seed, null == seed ? 600 : seed + 1);
    }

    /** Seeds that have shown that something was wrong. */
    @Test
    void shouldHoldWhereItDidNotOnce()
    {
        // A state depended on deadlines that had been replaced.
        run(820, 821);
    }

    @Test
    @Tag("full")
    void shouldEmitEachResultOnceWhateverHappensOverManySeeds()
    {
        run(100_000, 100_000 + Integer.getInteger("tailrace.test.seeds", 20_000));
    }

    private static void run(final long firstSeed, final long lastSeed)
    {
        final ProtocolSimulation simulation = new ProtocolSimulation(Mutation.NONE);
        final long beginNs = System.nanoTime();
        simulation.runAll(firstSeed, lastSeed);
        System.out.printf(
            "%s, %.0f seeds/min%n",
            simulation.summary(),
            (lastSeed - firstSeed) * 60e9 / (System.nanoTime() - beginNs));
        if (lastSeed - firstSeed > 100)
        {
            assertTrue(simulation.crashes() > lastSeed - firstSeed, simulation::summary);
            assertTrue(simulation.restored() > (lastSeed - firstSeed) / 2, simulation::summary);
            assertTrue(simulation.duplicates() > lastSeed - firstSeed, simulation::summary);
        }
    }
}
