package io.tailrace.engine;

import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentTerminationException;

/**
 * Ends an agent for good when it throws, and when any other one has failed.
 */
final class GuardedAgent implements Agent
{
    private final Agent agent;
    private final FailureHandler failures;

    GuardedAgent(final Agent agent, final FailureHandler failures)
    {
        this.agent = agent;
        this.failures = failures;
    }

    @Override
    public String roleName()
    {
        return agent.roleName();
    }

    @Override
    public void onStart()
    {
        agent.onStart();
    }

    @Override
    public int doWork() throws Exception
    {
        if (failures.isHalted())
        {
            throw new AgentTerminationException();
        }
        try
        {
            return agent.doWork();
        }
        catch (final Throwable ex)
        {
            failures.onError(ex);
            throw new AgentTerminationException();
        }
    }

    @Override
    public void onClose()
    {
        agent.onClose();
    }
}
