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

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
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
    private static final int MANY_SEEDS = 1_000;

    /** In how many of these runs each feature must be: about two thirds of where it was when it was written. */
    private static final Map<String, Integer> LEAST_RUNS = Map.ofEntries(
        Map.entry("device-late", 150),
        Map.entry("device-on-time", 180),
        Map.entry("device-fired-late", 150),
        Map.entry("device-silence", 180),
        Map.entry("device-refired-after-silence", 100),
        Map.entry("device-end-of-input", 90),
        Map.entry("device-fires-behind-the-others", 180),
        Map.entry("device-retracted", 50),
        Map.entry("both-kinds-of-time", 130),
        Map.entry("device-TUMBLING", 70),
        Map.entry("device-SLIDING", 70),
        Map.entry("device-SESSION", 70),
        Map.entry("device-CALENDAR", 25),
        Map.entry("TUMBLING", 300),
        Map.entry("SLIDING", 300),
        Map.entry("SESSION", 300),
        Map.entry("CALENDAR", 120),
        Map.entry("late", 500),
        Map.entry("on-time", 600),
        Map.entry("fired-late", 500),
        Map.entry("silence", 500),
        Map.entry("refired-after-silence", 300),
        Map.entry("idle-release", 250),
        Map.entry("end-of-input", 300),
        Map.entry("retracted", 200),
        Map.entry("retracted-alone", 200),
        Map.entry("retracted-then-late", 150),
        Map.entry("retracted-two", 50),
        Map.entry("revision-2", 400),
        Map.entry("quarantine-entered", 300),
        Map.entry("quarantine-entered-again", 150),
        Map.entry("quarantine-left", 250),
        Map.entry("accepted-in-quarantine", 300),
        Map.entry("rejected-in-quarantine", 250),
        Map.entry("keys-forgotten", 60),
        Map.entry("devices-forgotten", 70),
        Map.entry("keys-forgotten-with-device", 4),
        Map.entry("device-back", 60),
        Map.entry("panes-exhausted-TUMBLING", 50),
        Map.entry("panes-exhausted-SLIDING", 70),
        Map.entry("panes-exhausted-SESSION", 50),
        Map.entry("panes-exhausted-CALENDAR", 8),
        Map.entry("device-panes-exhausted-TUMBLING", 10),
        Map.entry("device-panes-exhausted-SLIDING", 15),
        Map.entry("device-panes-exhausted-SESSION", 10),
        Map.entry("keys-exhausted", 70),
        Map.entry("devices-exhausted", 80),
        Map.entry("before-earliest", 130),
        Map.entry("future", 300),
        Map.entry("too-old", 300),
        Map.entry("filtered", 400),
        Map.entry("alert-applied", 330),
        Map.entry("alert-late", 320),
        Map.entry("alert-filtered", 220),
        Map.entry("alert-exhausted:keys-exhausted", 60),
        Map.entry("alert-keys-forgotten", 50),
        Map.entry("alert-raised-above", 220),
        Map.entry("alert-raised-below", 190),
        Map.entry("alert-raised-for", 210),
        Map.entry("alert-cleared-with-clear", 215),
        Map.entry("alert-cleared-without-clear", 145),
        Map.entry("alert-cleared-for", 190),
        Map.entry("beyond-the-window-of-ids", 200),
        Map.entry("repeated-beyond-the-window-of-ids", 60),
        Map.entry("of-an-older-epoch", 190),
        Map.entry("dedup-exhausted", 45),
        Map.entry("duplicate-in-quarantine", 140),
        Map.entry("SEQUENCE-duplicate", 210),
        Map.entry("SEQUENCE-duplicate-delayed", 190),
        Map.entry("SEQUENCE-duplicate-near-the-end", 90),
        Map.entry("SEQUENCE-accepted-again", 25),
        Map.entry("SEQUENCE-accepted-below-the-highest", 200),
        Map.entry("SEQUENCE-epoch-wrapped", 120),
        Map.entry("ID-duplicate", 200),
        Map.entry("ID-duplicate-delayed", 140),
        Map.entry("ID-duplicate-near-the-end", 65),
        Map.entry("ID-duplicate-of-another-epoch", 55),
        Map.entry("ID-duplicate-of-a-forgotten-device", 7),
        Map.entry("ID-accepted-again", 160),
        Map.entry("ID-accepted-below-the-highest", 220),
        Map.entry("ID-epoch-wrapped", 190));

    @Test
    void shouldGenerateTheSameRunFromTheSameSeed()
    {
        assertEquals(WorkloadGenerator.generate(42).toString(), WorkloadGenerator.generate(42).toString());
        assertEquals(WorkloadGenerator.generate(42, false).toString(), WorkloadGenerator.generate(42).toString());
        assertEquals(
            WorkloadGenerator.generate(42, true).toString(), WorkloadGenerator.generate(42, true).toString());
        assertNotEquals(
            WorkloadGenerator.generate(42).inputs().toString(), WorkloadGenerator.generate(43).inputs().toString());
    }

    @Test
    void shouldListEveryInputOnItsOwnLine()
    {
        final ReferenceWorkload workload = WorkloadGenerator.generate(7, true);

        final List<String> lines = workload.toString().lines().toList();

        assertEquals("seed=7 tumblingOnly=true", lines.get(0));
        assertEquals(
            2 + workload.config().windows().size() + workload.config().alerts().size() + workload.inputs().size(),
            lines.size());
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
            assertTrue(!tumblingOnly || workload.config().keyTtlNs() == ReferenceConfig.NEVER, workload::toString);
            assertTrue(!tumblingOnly || workload.config().windows().stream()
                .allMatch((window) -> window.type() == ReferenceWindow.Type.TUMBLING &&
                    window.watermark() == ReferenceWindow.Watermark.GLOBAL), workload::toString);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldReachEveryOutcomeInManyRuns(final boolean tumblingOnly)
    {
        final Map<String, Integer> runsWith = new TreeMap<>();
        for (int seed = 0; seed < SEEDS; seed++)
        {
            WorkloadFeatures.of(WorkloadGenerator.generate(seed, tumblingOnly))
                .forEach((outcome) -> runsWith.merge(outcome, 1, Integer::sum));
        }

        final List<String> wanted = new ArrayList<>(List.of("late", "filtered", "applied", "keys-exhausted",
            "panes-exhausted", "warned", "on-time", "revision-2", "quarantine-entered", "quarantine-left",
            "silence", "refired-after-silence", "idle-release", "infinite-sum", "infinite-m2", "end-of-input",
            "firings-of-two-operators"));
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

    /** Nothing may fade unseen when the generator changes. */
    @Test
    void shouldReachEveryFeatureInManyRuns()
    {
        final Map<String, Integer> runsWith = new TreeMap<>();
        for (int seed = 0; seed < MANY_SEEDS; seed++)
        {
            WorkloadFeatures.of(WorkloadGenerator.generate(seed))
                .forEach((feature) -> runsWith.merge(feature, 1, Integer::sum));
        }

        LEAST_RUNS.forEach((feature, least) -> assertTrue(
            runsWith.getOrDefault(feature, 0) >= least, () -> feature + " not in " + least + ": " + runsWith));
    }

    @Test
    void shouldUseDeviceTimeForgettingAndAlertsInTheirShareOfRuns()
    {
        int keyedByDevice = 0;
        int byDevice = 0;
        int forgetting = 0;
        int alerting = 0;
        for (int seed = 0; seed < MANY_SEEDS; seed++)
        {
            final ReferenceConfig config = WorkloadGenerator.generate(seed).config();
            keyedByDevice += config.windows().stream().anyMatch((window) -> (window.key().parts() & 1) != 0) ? 1 : 0;
            byDevice += config.windows().stream()
                .anyMatch((window) -> window.watermark() == ReferenceWindow.Watermark.DEVICE) ? 1 : 0;
            forgetting += config.keyTtlNs() == ReferenceConfig.NEVER ? 0 : 1;
            alerting += config.alerts().isEmpty() ? 0 : 1;
        }

        assertEquals(0.4, (double)byDevice / keyedByDevice, 0.05);
        assertEquals(1 / 6.0, (double)forgetting / MANY_SEEDS, 0.03);
        assertEquals(0.5, (double)alerting / MANY_SEEDS, 0.05);
    }

    @Test
    void shouldDeduplicateByNothingBySequenceAndByIdInAThirdOfRunsEach()
    {
        final Map<ReferenceDedup.By, Integer> runs = new TreeMap<>();
        for (int seed = 0; seed < MANY_SEEDS; seed++)
        {
            final ReferenceWorkload workload = WorkloadGenerator.generate(seed);
            runs.merge(workload.config().dedup().by(), 1, Integer::sum);
            if (workload.config().dedup().by() == ReferenceDedup.By.NONE)
            {
                assertArrayEquals(LongStream.rangeClosed(1, idsOf(workload).length).toArray(), idsOf(workload));
            }
        }

        for (final ReferenceDedup.By by : ReferenceDedup.By.values())
        {
            assertEquals(1 / 3.0, (double)runs.get(by) / MANY_SEEDS, 0.04, () -> runs.toString());
        }
    }

    private static long[] idsOf(final ReferenceWorkload workload)
    {
        return workload.inputs().stream()
            .filter((input) -> input instanceof ReferenceInput.Reading)
            .mapToLong((input) -> ((ReferenceInput.Reading)input).reading().eventId())
            .toArray();
    }

    /** Deduplication must not starve the operators. */
    @Test
    void shouldAcceptMostReadingsOfEveryKindOfDeduplication()
    {
        final Map<ReferenceDedup.By, Long> accepted = new TreeMap<>();
        final Map<ReferenceDedup.By, Long> seen = new TreeMap<>();
        for (int seed = 0; seed < SEEDS; seed++)
        {
            final ReferenceWorkload workload = WorkloadGenerator.generate(seed);
            final ReferenceModel model = workload.run();
            final ReferenceDedup.By by = workload.config().dedup().by();
            for (int source = 0; source < workload.config().sourceCount(); source++)
            {
                final String name = "source." + source + ".";
                accepted.merge(by, model.ledger().get(name + "accepted"), Long::sum);
                seen.merge(by, model.ledger().get(name + "duplicate") +
                    model.ledger().get(name + "rejected:beyond-dedup-window") +
                    model.ledger().get(name + "rejected:dedup-exhausted"), Long::sum);
            }
        }

        assertEquals(0, seen.get(ReferenceDedup.By.NONE));
        for (final ReferenceDedup.By by : List.of(ReferenceDedup.By.SEQUENCE, ReferenceDedup.By.ID))
        {
            final double share = (double)seen.get(by) / (seen.get(by) + accepted.get(by));
            assertTrue(share > 0.1 && share < 0.3, () -> by + ": " + share);
        }
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
            long duplicates = 0;
            for (int source = 0; source < workload.config().sourceCount(); source++)
            {
                final long acceptedHere = model.ledger().get("source." + source + ".accepted");
                final long rejectedHere = total(model, "source." + source + ".rejected:");
                final long duplicatesHere = model.ledger().get("source." + source + ".duplicate");
                assertEquals(model.ledger().get("source." + source + ".received"),
                    acceptedHere + duplicatesHere + rejectedHere);
                duplicates += duplicatesHere;
                accepted += acceptedHere;
                rejected += rejectedHere;
            }
            long late = 0;
            final int windows = workload.config().windows().size();
            for (int index = 0; index < windows + workload.config().alerts().size(); index++)
            {
                assertEquals(accepted, total(model, "operator." + index + "."));
                late += index < windows ? model.ledger().get("operator." + index + ".late") : 0;
            }
            assertEquals(rejected, countOf(model, ReferenceResult.Kind.REJECTED));
            assertEquals(duplicates, countOf(model, ReferenceResult.Kind.DUPLICATE));
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
                if (mayBeginAnew(workload.config(), result))
                {
                    firingsByPane.remove(pane);
                    retracted.remove(pane);
                }
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

    /** A device that was forgotten has no time when it comes back, and may see its windows once more. */
    private static boolean mayBeginAnew(final ReferenceConfig config, final ReferenceResult result)
    {
        return result.revision() == 0 && config.keyTtlNs() != ReferenceConfig.NEVER &&
            config.windows().get(result.operatorIndex()).watermark() == ReferenceWindow.Watermark.DEVICE;
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
