package io.tailrace.engine.operator;

import java.util.Arrays;
import java.util.List;

import io.tailrace.engine.reference.ReferenceModel;
import io.tailrace.engine.reference.ReferenceResult;
import io.tailrace.engine.reference.ReferenceWorkload;
import io.tailrace.engine.reference.WorkloadGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

/**
 * Small hostile runs from seeds through the reference model and through the engine's operators, in every mode: each
 * result equals the model's, field by field, in the same order, and so do both ledgers. The engine's results are the
 * same bytes in every mode.
 */
class OperatorDifferentialTest
{
    @Test
    void shouldEqualTheReferenceModelInEveryMode()
    {
        run(0, 1_000);
    }

    @Test
    @Tag("full")
    void shouldEqualTheReferenceModelInEveryModeOverManySeeds()
    {
        run(1_000, Integer.getInteger("tailrace.test.seeds", 50_000));
    }

    private static void run(final long firstSeed, final long lastSeed)
    {
        long results = 0;
        for (long seed = firstSeed; seed < lastSeed; seed++)
        {
            final ReferenceWorkload workload = WorkloadGenerator.generate(seed);
            final ReferenceModel model = workload.run();
            final OperatorHarness harness = new OperatorHarness(
                OperatorHarness.configOf(workload.config()), new MessageBytes(workload.inputs()));
            harness.run(OperatorHarness.Mode.ALL_AT_ONCE);
            compare(workload, model.results(), harness.results());
            assertEquals(model.ledger(), harness.ledger(), () -> "ledger of " + workload);
            final List<byte[]> expected = List.copyOf(harness.results());
            results += expected.size();
            for (final OperatorHarness.Mode mode : OperatorHarness.Mode.values())
            {
                harness.run(mode);
                compareBytes(workload, mode, expected, harness.results());
            }
        }
        System.out.printf("%d seeds, %d results, each in %d modes%n",
            lastSeed - firstSeed, results, OperatorHarness.Mode.values().length);
    }

    private static void compareBytes(
        final ReferenceWorkload workload,
        final OperatorHarness.Mode mode,
        final List<byte[]> expected,
        final List<byte[]> found)
    {
        for (int i = 0; i < Math.min(expected.size(), found.size()); i++)
        {
            if (!Arrays.equals(expected.get(i), found.get(i)))
            {
                fail("seed " + workload.seed() + ", mode " + mode + ": result " + i + " has other bytes");
            }
        }
        assertEquals(expected.size(), found.size(), "seed " + workload.seed() + ", mode " + mode);
    }

    private static void compare(
        final ReferenceWorkload workload, final List<ReferenceResult> expected, final List<byte[]> found)
    {
        for (int i = 0; i < Math.min(expected.size(), found.size()); i++)
        {
            final String difference = ReferenceComparison.difference(expected.get(i), found.get(i));
            if (null != difference)
            {
                fail("seed " + workload.seed() + ", result " + i + ": " + difference + "\nexpected " +
                    expected.get(i).toLine() + "\n" + workload);
            }
        }
        if (expected.size() != found.size())
        {
            fail("seed " + workload.seed() + ": " + found.size() + " results, expected " + expected.size() +
                (found.size() < expected.size() ? ", next " + expected.get(found.size()).toLine() : "") + "\n" +
                workload);
        }
    }
}
