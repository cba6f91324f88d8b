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
 * Ten million events through warm code, in a JVM of its own that runs nothing else: what is allocated per event.
 */
class AllocationTest
{
    private static final long WARM_UP = 4_000_000;
    private static final long MEASURED = 10_000_000;
    private static final double MAX_HOT_THREADS = 0.001;
    private static final double MAX_PROCESS = 0.01;

    @TempDir
    Path dir;

    @Test
    void shouldAllocateNothingInTheOperatorCore() throws Exception
    {
        final Map<String, Double> perEvent = run("core");
        assertEquals(0.0, perEvent.get("core"), "bytes per event in the operator core");
    }

    @Test
    void shouldAllocateNextToNothingOnTheHotThreads() throws Exception
    {
        final Map<String, Double> perEvent = run("engine");
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
        assertTrue(hot < MAX_HOT_THREADS, () -> "bytes per event on the hot threads: " + perEvent);
        assertTrue(perEvent.get("process") < MAX_PROCESS, () -> "bytes per event in the process: " + perEvent);
    }

    private Map<String, Double> run(final String part) throws IOException, InterruptedException
    {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(argument -> argument.startsWith("--add-") || argument.startsWith("--enable-native") ||
                argument.startsWith("--sun-misc"))
            .forEach(command::add);
        command.addAll(List.of(
            "-XX:+UseSerialGC",
            "-Xmx1g",
            "-Dchronicle.analytics.disable=true",
            "-Dagrona.disable.bounds.checks=true",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            AllocationProbe.class.getName(),
            part,
            Long.toString(WARM_UP),
            Long.toString(MEASURED),
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
        return parse(text);
    }

    private static Map<String, Double> parse(final String text)
    {
        final Map<String, Double> perEvent = new TreeMap<>();
        for (final String line : text.split("\n"))
        {
            final String[] words = line.split(" ");
            if (words.length == 3 && words[2].equals(Long.toString(MEASURED)))
            {
                perEvent.put(words[0], Double.parseDouble(words[1]) / MEASURED);
            }
        }
        return perEvent;
    }
}
