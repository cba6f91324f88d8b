package io.tailrace.engine.simulation;

import java.util.function.Predicate;

import io.tailrace.archive.journal.MessageLog;
import io.tailrace.engine.EngineRefusedException;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

/**
 * The protocol with one of its rules broken: the simulation notices, and within how few seeds.
 */
class SimulationMutantTest
{
    private static final int MAX_SEEDS = 3_000;
    private static final Predicate<Throwable> ANY = failure -> true;

    @Test
    void shouldNoticeThatResultsLeaveBeforeTheirCauseIsDurable()
    {
        requireCaught("no gate", ANY, new Mutation()
        {
            @Override
            MessageLog gateOf(final FakeLog journal)
            {
                return new ForwardingLog(journal)
                {
                    @Override
                    public long durablePosition()
                    {
                        return Long.MAX_VALUE;
                    }
                };
            }
        });
    }

    @Test
    void shouldNoticeThatACheckpointDoesNotWaitForTheResultsLog()
    {
        requireCaught("checkpoint before its results are durable", ANY, new Mutation()
        {
            @Override
            MessageLog settledBy(final FakeLog resultsLog)
            {
                return new ForwardingLog(resultsLog)
                {
                    @Override
                    public long appendPosition()
                    {
                        return durablePosition();
                    }
                };
            }
        });
    }

    @Test
    void shouldNoticeThatACheckpointBeginsAmidAFiring()
    {
        requireCaught("checkpoint amid a firing", ANY, new Mutation()
        {
            @Override
            void afterWindow(final SimulatedLife life)
            {
                if (life.capture().isRequested() && life.core().isFiring())
                {
                    life.capture().begin(life.firingPosition(), life.resultsLog().durablePosition());
                }
            }
        });
    }

    @Test
    void shouldNoticeThatACheckpointBeginsAmidAFrame()
    {
        requireCaught("checkpoint amid a frame", ANY, new Mutation()
        {
            @Override
            void afterWindow(final SimulatedLife life)
            {
                final long position = life.capture().isRequested() ? life.positionInFrame() : -1;
                if (position > 0)
                {
                    life.capture().begin(position, life.resultsLog().durablePosition());
                }
            }
        });
    }

    @Test
    void shouldRefuseToGoOnWhenAnEmittedResultIsAnotherOne()
    {
        requireCaught(
            "a damaged result",
            failure -> failure instanceof EngineRefusedException && failure.getMessage().contains("differs at byte"),
            new ResultDamage(false));
    }

    @Test
    void shouldNoticeThatSuppressedResultsAreNotCompared()
    {
        final Predicate<Throwable> isAudited =
            failure -> failure instanceof AssertionError && failure.getMessage().contains("is not the right one");
        requireCaught("suppression without comparison", isAudited, new ResultDamage(true));
        final ProtocolSimulation simulation = new ProtocolSimulation(new ResultDamage(true));
        for (long seed = 0; seed < 50; seed++)
        {
            final Throwable failure = simulation.failure(seed);
            assertNull(failure instanceof EngineRefusedException ? failure : null, "it is not blind");
        }
    }

    /** The seeds that catch a mutant are fine without it. */
    private static void requireCaught(final String name, final Predicate<Throwable> isCaught, final Mutation mutation)
    {
        final ProtocolSimulation simulation = new ProtocolSimulation(mutation);
        Throwable failure = null;
        long seed = -1;
        while (++seed < MAX_SEEDS && (null == failure || !isCaught.test(failure)))
        {
            failure = simulation.failure(seed);
        }
        assertNotNull(failure, name + " was not noticed in " + MAX_SEEDS + " seeds");
        if (!isCaught.test(failure))
        {
            throw new AssertionError(name + " was not noticed in " + MAX_SEEDS + " seeds", failure);
        }
        System.out.printf("%s: %d seeds until %s%n", name, seed, failure.getMessage());
        assertNull(new ProtocolSimulation(Mutation.NONE).failure(seed - 1));
    }
}
