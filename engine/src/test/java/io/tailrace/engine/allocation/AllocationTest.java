package io.tailrace.engine.allocation;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Millions of events through warm code, in a JVM of its own that runs nothing else: what is allocated per event.
 * <p>
 * What is allocated for each event is allocated in every round. A thread that once loads a class, or a list that has
 * not reached its length yet, shows in one: the least round counts, and all are printed.
 */
class AllocationTest
{
    private static final long WARM_UP = 4_000_000;
    private static final long WARM_UP_PER_TYPE = 2_000_000;
    private static final long MEASURED = 10_000_000;
    private static final long MEASURED_PER_TYPE = 1_500_000;
    private static final long WARM_UP_ACKED = 1_000_000;
    private static final long MEASURED_ACKED = 1_200_000;
    private static final long WARM_UP_LIMITED = 4_000_000;
    private static final long MEASURED_LIMITED = 4_000_000;
    private static final int ROUNDS = 3;
    private static final int CORE_KINDS = 12;
    /** What a compiler may or may not optimise away is allocated as written: a test that passes by luck is none. */
    private static final String AS_WRITTEN = "-XX:-DoEscapeAnalysis";
    private static final String AS_COMPILED = "-XX:+DoEscapeAnalysis";
    private static final double MAX_HOT_THREADS = 0.001;
    private static final double MAX_PROCESS = 0.01;

    @TempDir
    Path dir;

    @Test
    void shouldAllocateNothingInTheOperatorCoreForAnyTypeOfWindowDeduplicationOrAlert() throws Exception
    {
        final Map<String, Double> least = new TreeMap<>();
        final List<Map<String, Double>> rounds = run("core", AS_WRITTEN, WARM_UP_PER_TYPE, MEASURED_PER_TYPE, ROUNDS);
        assertEquals(ROUNDS, rounds.size());
        rounds.forEach(round -> round.forEach((kind, bytes) -> least.merge(kind, bytes, Math::min)));
        assertEquals(CORE_KINDS, least.size(), least::toString);
        least.forEach((kind, bytes) -> assertEquals(0.0, bytes, () -> "bytes per event: " + kind));
    }

    @Test
    void shouldAllocateNextToNothingOnTheHotThreads() throws Exception
    {
        final List<Map<String, Double>> rounds = run("engine", AS_WRITTEN, WARM_UP, MEASURED, ROUNDS);
        assertEquals(ROUNDS, rounds.size());
        final double hot = rounds.stream().mapToDouble(AllocationTest::onHotThreads).min().orElseThrow();
        assertTrue(hot < MAX_HOT_THREADS, () -> "bytes per event on the hot threads: " + rounds);
    }

    @Test
    void shouldAllocateNextToNothingOnTheHotThreadsWhereReadingsAreShed() throws Exception
    {
        final List<Map<String, Double>> rounds =
            run("limited", AS_WRITTEN, WARM_UP_LIMITED, MEASURED_LIMITED, ROUNDS);
        assertEquals(ROUNDS, rounds.size());
        final double hot = rounds.stream().mapToDouble(AllocationTest::onHotThreads).min().orElseThrow();
        assertTrue(hot < MAX_HOT_THREADS, () -> "bytes per event on the hot threads: " + rounds);
    }

    @Test
    void shouldAllocateLittleInTheWholeProcess() throws Exception
    {
        final List<Map<String, Double>> rounds = run("engine", AS_COMPILED, WARM_UP, MEASURED, ROUNDS);
        assertEquals(ROUNDS, rounds.size());
        final double process = rounds.stream().mapToDouble(round -> round.get("process")).min().orElseThrow();
        assertTrue(process < MAX_PROCESS, () -> "bytes per event in the process: " + rounds);
    }

    @Test
    void shouldAllocateNothingInIngressForAcknowledgedDatagrams() throws Exception
    {
        final List<Map<String, Double>> rounds = run("acks", AS_COMPILED, WARM_UP_ACKED, MEASURED_ACKED, ROUNDS);
        assertEquals(ROUNDS, rounds.size());
        for (final Map<String, Double> round : rounds)
        {
            assertTrue(round.keySet().stream().anyMatch(name -> name.startsWith("ingress")), rounds::toString);
        }
        final double least = rounds.stream()
            .mapToDouble(round -> round.entrySet().stream()
                .filter(thread -> thread.getKey().startsWith("ingress"))
                .mapToDouble(Map.Entry::getValue).sum())
            .min().orElseThrow();
        assertEquals(0.0, least, () -> "bytes per event of ingress: " + rounds);
    }

    private static double onHotThreads(final Map<String, Double> perEvent)
    {
        double hot = 0;
        int hotThreads = 0;
        for (final Map.Entry<String, Double> thread : perEvent.entrySet())
        {
            final String name = thread.getKey();
            if (name.startsWith("main") || name.contains("ingress") || name.contains("journal") ||
                name.contains("window") || name.contains("egress"))
            {
                hot += thread.getValue();
                hotThreads++;
            }
        }
        assertEquals(3, hotThreads, () -> "publisher, ingress and stages among " + perEvent.keySet());
        return hot;
    }

    private List<Map<String, Double>> run(
        final String part, final String flag, final long warmUp, final long measured, final int rounds)
        throws IOException, InterruptedException
    {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(argument -> argument.startsWith("--add-") || argument.startsWith("--enable-native") ||
                argument.startsWith("--sun-misc"))
            .forEach(command::add);
        command.addAll(List.of(
            "-XX:+UseSerialGC",
            flag,
            "-Xmx1g",
            "-Dchronicle.analytics.disable=true",
            "-Dagrona.disable.bounds.checks=true",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            AllocationProbe.class.getName(),
            part,
            Long.toString(warmUp),
            Long.toString(measured),
            Integer.toString(rounds),
            dir.resolve(part).toString()));
        final Path output = dir.resolve(part + ".out");
        final Process process = new ProcessBuilder(command)
            .redirectErrorStream(true).redirectOutput(output.toFile()).start();
        try
        {
            assertTrue(process.waitFor(5, TimeUnit.MINUTES), "the probe did not end");
        }
        finally
        {
            process.destroyForcibly();
        }
        final String text = Files.readString(output, StandardCharsets.UTF_8);
        assertEquals(0, process.exitValue(), text);
        System.out.print(text);
        return parse(text, measured);
    }

    private static List<Map<String, Double>> parse(final String text, final long measured)
    {
        final List<Map<String, Double>> rounds = new ArrayList<>();
        for (final String line : text.split("\n"))
        {
            final String[] words = line.split(" ");
            if (words.length == 4 && words[3].equals(Long.toString(measured)))
            {
                final int round = Integer.parseInt(words[0]);
                while (round >= rounds.size())
                {
                    rounds.add(new TreeMap<>());
                }
                rounds.get(round).put(words[1], Double.parseDouble(words[2]) / measured);
            }
        }
        return rounds;
    }
}
