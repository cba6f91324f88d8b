package io.tailrace.engine;

import java.util.ArrayList;
import java.util.List;

import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentTerminationException;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class GuardedAgentTest
{
    private final List<Throwable> told = new ArrayList<>();
    private final FailureHandler failures = new FailureHandler(told::add, () -> { });
    private final FakeAgent fake = new FakeAgent();
    private final GuardedAgent agent = new GuardedAgent(fake, failures);

    @Test
    void shouldPassOnWorkAndRoleAndLife() throws Exception
    {
        agent.onStart();
        assertEquals(42, agent.doWork());
        assertEquals("fake", agent.roleName());
        agent.onClose();
        assertEquals(List.of("start", "work", "close"), fake.calls);
        assertFalse(failures.isHalted());
    }

    @Test
    void shouldEndForGoodWithAnErrorThatIsNoException() throws Exception
    {
        fake.failure = new AssertionError("broken invariant");
        assertThrows(AgentTerminationException.class, agent::doWork);
        assertSame(fake.failure, failures.failure());
        assertEquals(List.of(fake.failure), told);
        fake.failure = null;
        // It does not go on where it failed, though it could.
        assertThrows(AgentTerminationException.class, agent::doWork);
        assertEquals(List.of("work"), fake.calls);
    }

    @Test
    void shouldEndWhenAnotherOneHasFailed()
    {
        final IllegalStateException first = new IllegalStateException("of another agent");
        failures.onError(first);
        assertThrows(AgentTerminationException.class, agent::doWork);
        assertTrue(fake.calls.isEmpty());
        assertEquals(List.of(first), told);
    }

    private static final class FakeAgent implements Agent
    {
        private final List<String> calls = new ArrayList<>();
        private Error failure;

        @Override
        public void onStart()
        {
            calls.add("start");
        }

        @Override
        public int doWork()
        {
            calls.add("work");
            if (null != failure)
            {
                throw failure;
            }
            return 42;
        }

        @Override
        public void onClose()
        {
            calls.add("close");
        }

        @Override
        public String roleName()
        {
            return "fake";
        }
    }
}
