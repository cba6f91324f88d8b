package io.tailrace.engine.reference;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * The generator must meet every outcome often, and what the model makes of its runs must add up.
 */
class WorkloadGeneratorTest
{
    private static final int SEEDS = 200;
    private static final int OFTEN = 5;

    @Test
    void shouldGenerateTheSameRunFromTheSameSeed()
    {
        assertEquals(
            WorkloadGenerator.generate(42, false).toString(), WorkloadGenerator.generate(42, false).toString());
        assertNotEquals(
            WorkloadGenerator.generate(42, false).inputs().toString(),
            WorkloadGenerator.generate(43, false).inputs().toString());
    }

    @Test
    void shouldListEveryInputOnItsOwnLine()
    {
        final ReferenceWorkload workload = WorkloadGenerator.generate(7, true);

        final List<String> lines = workload.toString().lines().toList();

        assertEquals("seed=7 tumblingOnly=true", lines.get(0));
        assertEquals(2 + workload.config().windows().size() + workload.inputs().size(), lines.size());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldKeepPositionsSizesAndWindowTypes(final boolean tumblingOnly)
    {
        for (int seed = 0; seed < SEEDS; seed++)
        {
            final ReferenceWorkload workload = WorkloadGenerator.generate(seed, tumblingOnly);
            assertTrue(workload.inputs().size() >= 50 && workload.inputs().size() <= 400, workload::toString);
            for (int i = 0; i < workload.inputs().size(); i++)
            {
                assertEquals(32 + 64L * i, workload.inputs().get(i).position());
            }
            assertTrue(!tumblingOnly || workload.config().windows().stream()
                .allMatch((window) -> window.type() == ReferenceWindow.Type.TUMBLING), workload::toString);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldReachEveryOutcomeInManyRuns(final boolean tumblingOnly)
    {
        final Map<String, Integer> runsWith = new TreeMap<>();
        for (int seed = 0; seed < SEEDS; seed++)
        {
            outcomesOf(WorkloadGenerator.generate(seed, tumblingOnly))
                .forEach((outcome) -> runsWith.merge(outcome, 1, Integer::sum));
        }

        final List<String> wanted = new ArrayList<>(List.of("late", "filtered", "applied", "keys-exhausted",
            "panes-exhausted", "warned", "on-time", "revision-2", "silence", "refired-after-silence",
            "idle-release", "infinite-sum", "infinite-m2", "end-of-input", "firings-of-two-operators"));
        for (final ReferenceReason reason : ReferenceReason.values())
        {
            wanted.add(reason.label());
        }
        if (!tumblingOnly)
        {
            wanted.addAll(List.of("retracted", "SLIDING", "SESSION", "CALENDAR"));
        }
        wanted.forEach((outcome) -> assertTrue(
            runsWith.getOrDefault(outcome, 0) >= OFTEN, () -> outcome + " in " + runsWith));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldFireMuchInMostRuns(final boolean tumblingOnly)
    {
        final long[] firings = LongStream.range(0, SEEDS)
            .map((seed) -> WorkloadGenerator.generate(seed, tumblingOnly).run().results().stream()
                .filter((result) -> result.kind() == ReferenceResult.Kind.WINDOW)
                .count())
            .sorted()
            .toArray();

        assertTrue(firings[SEEDS / 10] >= 10, () -> "tenth percentile " + firings[SEEDS / 10]);
        assertTrue(firings[SEEDS / 2] >= 75, () -> "median " + firings[SEEDS / 2]);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldBalanceEveryLedger(final boolean tumblingOnly)
    {
        for (int seed = 0; seed < SEEDS; seed++)
        {
            final ReferenceWorkload workload = WorkloadGenerator.generate(seed, tumblingOnly);
            final ReferenceModel model = workload.run();
            long accepted = 0;
            long rejected = 0;
            for (int source = 0; source < workload.config().sourceCount(); source++)
            {
                final long acceptedHere = model.ledger().get("source." + source + ".accepted");
                final long rejectedHere = total(model, "source." + source + ".rejected:");
                assertEquals(model.ledger().get("source." + source + ".received"), acceptedHere + rejectedHere);
                accepted += acceptedHere;
                rejected += rejectedHere;
            }
            long late = 0;
            for (int index = 0; index < workload.config().windows().size(); index++)
            {
                assertEquals(accepted, total(model, "operator." + index + "."));
                late += model.ledger().get("operator." + index + ".late");
            }
            assertEquals(rejected, countOf(model, ReferenceResult.Kind.REJECTED));
            assertEquals(late, countOf(model, ReferenceResult.Kind.LATE));
        }
    }

    /** What must hold of any sequence of results, whoever computed it. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldNumberResultsAndRevisionsWithoutGaps(final boolean tumblingOnly)
    {
        for (int seed = 0; seed < SEEDS; seed++)
        {
            final ReferenceWorkload workload = WorkloadGenerator.generate(seed, tumblingOnly);
            final Map<String, Long> firingsByPane = new HashMap<>();
            final Set<String> retracted = new HashSet<>();
            long sequence = 0;
            for (final ReferenceResult result : workload.run().results())
            {
                assertEquals(sequence++, result.sequence());
                if (result.kind() != ReferenceResult.Kind.WINDOW)
                {
                    continue;
                }
                final String pane = result.operatorIndex() + "/" + result.deviceId() + "/" + result.metric() + "/" +
                    result.windowStartNs() + "/" + result.windowEndNs();
                assertEquals(firingsByPane.getOrDefault(pane, 0L), result.revision(), result::toLine);
                assertTrue(result.timing() != ReferenceResult.Timing.ON_TIME || result.revision() == 0, pane);
                assertTrue(!Double.isNaN(result.aggregate().sum()) && result.aggregate().m2() >= 0, result::toLine);
                assertTrue(retracted.isEmpty() || !retracted.contains(pane), result::toLine);
                firingsByPane.merge(pane, 1L, Long::sum);
                if (result.timing() == ReferenceResult.Timing.RETRACTED)
                {
                    assertTrue(result.revision() > 0, result::toLine);
                    retracted.add(pane);
                }
            }
        }
    }

    private static Set<String> outcomesOf(final ReferenceWorkload workload)
    {
        final Set<String> outcomes = new HashSet<>();
        final ReferenceModel model = new ReferenceModel(workload.config());
        final Set<String> silent = new HashSet<>();
        final Set<Integer> firingOperators = new HashSet<>();
        for (final ReferenceInput input : workload.inputs())
        {
            final int before = model.results().size();
            final long watermarkBefore = model.watermarkNs();
            input.applyTo(model);
            if (input instanceof ReferenceInput.Tick && model.watermarkNs() > watermarkBefore)
            {
                outcomes.add("idle-release");
            }
            for (final ReferenceResult result : model.results().subList(before, model.results().size()))
            {
                if (result.kind() == ReferenceResult.Kind.WINDOW)
                {
                    firingOperators.add(result.operatorIndex());
                    addFiring(outcomes, silent, input, result, model.watermarkNs());
                }
            }
        }
        if (firingOperators.size() > 1)
        {
            outcomes.add("firings-of-two-operators");
        }
        model.ledger().forEach((name, count) ->
        {
            if (count > 0)
            {
                outcomes.add(name.substring(Math.max(name.lastIndexOf('.'), name.lastIndexOf(':')) + 1));
            }
        });
        workload.config().windows().forEach((window) -> outcomes.add(window.type().name()));
        return outcomes;
    }

    private static void addFiring(
        final Set<String> outcomes,
        final Set<String> silent,
        final ReferenceInput input,
        final ReferenceResult result,
        final long watermarkNs)
    {
        final String pane = result.operatorIndex() + "/" + result.deviceId() + "/" + result.metric() + "/" +
            result.windowStartNs() + "/" + result.windowEndNs();
        if (input instanceof ReferenceInput.Tick && result.windowEndNs() > watermarkNs)
        {
            outcomes.add("silence");
            silent.add(pane);
        }
        else if (silent.contains(pane) && result.timing() == ReferenceResult.Timing.LATE)
        {
            outcomes.add("refired-after-silence");
        }
        if (input instanceof ReferenceInput.EndOfInput)
        {
            outcomes.add("end-of-input");
        }
        if (result.timing() == ReferenceResult.Timing.ON_TIME)
        {
            outcomes.add("on-time");
        }
        if (result.timing() == ReferenceResult.Timing.RETRACTED)
        {
            outcomes.add("retracted");
        }
        if (result.revision() >= 2)
        {
            outcomes.add("revision-2");
        }
        if (Double.isInfinite(result.aggregate().sum()))
        {
            outcomes.add("infinite-sum");
        }
        else if (Double.isInfinite(result.aggregate().m2()))
        {
            outcomes.add("infinite-m2");
        }
    }

    private static long total(final ReferenceModel model, final String prefix)
    {
        return model.ledger().entrySet().stream()
            .filter((entry) -> entry.getKey().startsWith(prefix))
            .mapToLong(Map.Entry::getValue)
            .sum();
    }

    private static long countOf(final ReferenceModel model, final ReferenceResult.Kind kind)
    {
        return model.results().stream().filter((result) -> result.kind() == kind).count();
    }
}
