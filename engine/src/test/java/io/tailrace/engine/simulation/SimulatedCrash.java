package io.tailrace.engine.simulation;

/**
 * The process dies here. An error, so that nothing that deals with failures deals with it.
 */
final class SimulatedCrash extends Error
{
    private static final long serialVersionUID = 1;

    SimulatedCrash()
    {
        super("simulated crash", null, false, false);
    }
}
