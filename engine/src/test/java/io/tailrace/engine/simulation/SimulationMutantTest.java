package io.tailrace.engine.simulation;

import java.util.function.Predicate;

import io.tailrace.archive.journal.MessageLog;
import io.tailrace.archive.recording.CorruptRecordingException;
import io.tailrace.engine.EngineRefusedException;
import io.tailrace.engine.config.DedupBy;
import io.tailrace.engine.config.DedupConfig;
import io.tailrace.engine.config.EngineConfig;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

/**
 * The protocol with one of its rules broken: the simulation notices, and within how few seeds.
 */
class SimulationMutantTest
{
    private static final int MAX_SEEDS = 2_000;
    private static final Predicate<Throwable> ANY = failure -> true;
    private static final Predicate<Throwable> IS_AMID_A_FRAME = failure ->
        failure instanceof CorruptRecordingException && failure.getMessage().contains("not the start of a frame");

    @Test
    void shouldNoticeThatResultsLeaveBeforeTheirCauseIsDurable()
    {
        requireCaught("no gate", 0, ANY, new Mutation()
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
        requireCaught("checkpoint before its results are durable", 90, ANY, new Mutation()
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
    void shouldNoticeThatReadingsThatCameTwiceCount()
    {
        final Predicate<Throwable> isAudited =
            failure -> failure instanceof AssertionError && failure.getMessage().contains("is not the right one");
        requireCaught("dedup off", 0, isAudited, new Mutation()
        {
            @Override
            EngineConfig configOf(final EngineConfig config)
            {
                return config.dedup().by() == DedupBy.NONE ?
                    config : config.toBuilder().dedup(DedupConfig.NONE).build();
            }
        });
    }

    /** At the end of a frame, so that it is the firing alone that is wrong. */
    @Test
    void shouldNoticeThatACheckpointBeginsAmidAFiring()
    {
        requireCaught("checkpoint amid a firing", 400, IS_AMID_A_FRAME.negate(), new Mutation()
        {
            @Override
            void afterWindow(final SimulatedLife life)
            {
                final long position = life.firingPosition();
                if (position > 0 && life.capture().isRequested())
                {
                    life.capture().begin(position, life.resultsLog().durablePosition());
                }
                else if (position > 0)
                {
                    // Else it is a rare coincidence.
                    life.demandCheckpoint();
                }
            }
        });
    }

    @Test
    void shouldNoticeThatACheckpointBeginsAmidAFrame()
    {
        requireCaught("checkpoint amid a frame", 0, IS_AMID_A_FRAME, new Mutation()
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
            0,
            failure -> failure instanceof EngineRefusedException && failure.getMessage().contains("differs at byte"),
            new ResultDamage(false));
    }

    @Test
    void shouldNoticeThatSuppressedResultsAreNotCompared()
    {
        final Predicate<Throwable> isAudited =
            failure -> failure instanceof AssertionError && failure.getMessage().contains("is not the right one");
        requireCaught("suppression without comparison", 0, isAudited, new ResultDamage(true));
        final ProtocolSimulation simulation = new ProtocolSimulation(new ResultDamage(true));
        for (long seed = 0; seed < 50; seed++)
        {
            final Throwable failure = simulation.failure(seed);
            assertNull(failure instanceof EngineRefusedException ? failure : null, "it is not blind");
        }
    }

    /**
     * All seeds up to the one that catches a mutant are fine without it. What takes a rare coincidence begins shortly
     * before the seed that has it.
     */
    private static void requireCaught(
        final String name, final long firstSeed, final Predicate<Throwable> isCaught, final Mutation mutation)
    {
        final ProtocolSimulation simulation = new ProtocolSimulation(mutation);
        Throwable failure = null;
        long seed = firstSeed;
        for (; seed < firstSeed + MAX_SEEDS && (null == failure || !isCaught.test(failure)); seed++)
        {
            failure = simulation.failure(seed);
        }
        assertNotNull(failure, name + " was not noticed in " + MAX_SEEDS + " seeds");
        if (!isCaught.test(failure))
        {
            throw new AssertionError(name + " was not noticed in " + MAX_SEEDS + " seeds", failure);
        }
        System.out.printf("%s: %d seeds until %s%n", name, seed - firstSeed, failure.getMessage());
        new ProtocolSimulation(Mutation.NONE).runAll(firstSeed, seed);
    }
}
