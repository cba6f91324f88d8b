package io.tailrace.engine.simulation;

import io.tailrace.archive.journal.MessageLog;
import io.tailrace.engine.config.EngineConfig;

/**
 * Where a simulation can break what it simulates, to show that it would notice. This one breaks nothing.
 */
class Mutation
{
    /** Breaks nothing. */
    static final Mutation NONE = new Mutation();

    /** @return the configuration, as engines have it. */
    EngineConfig configOf(final EngineConfig config)
    {
        return config;
    }

    /** @return the journal, as egress sees it. */
    MessageLog gateOf(final FakeLog journal)
    {
        return journal;
    }

    /** @return the results log, as checkpoints see it. */
    MessageLog settledBy(final FakeLog resultsLog)
    {
        return resultsLog;
    }

    /** @return the results log, as recovery sees it. */
    MessageLog comparedWith(final FakeLog resultsLog)
    {
        return resultsLog;
    }

    /** After each duty cycle of the operators. */
    void afterWindow(final SimulatedLife life)
    {
        // As it is.
    }

    /** After each end of a life, when it has been audited. */
    void onDeath(final SimulatedWorld world)
    {
        // No more than that.
    }
}
