package io.tailrace.perf.certify;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the counter has found.
 *
 * @param exitCode 0 nothing, 1 faults, 2 something that it does not cover.
 * @param numbers  by name.
 * @param faults   the first few, in words.
 */
record CounterRun(int exitCode, Map<String, Long> numbers, List<String> faults)
{
    private static final String MAIN_CLASS = "io.tailrace.perf.certify.counter.CounterMain";
    private static final long TIMEOUT_S = 3600;
    private static final String NUMBER = "number.";
    private static final String FAULT = "fault=";

    /**
     * Runs the counter in a process of its own, to its end.
     *
     * @param dir        of the run.
     * @param properties what it is told.
     */
    static CounterRun run(final Path dir, final Path properties) throws IOException, InterruptedException
    {
        try (ChildProcess process =
            ChildProcess.start(dir, "counter", "1g", MAIN_CLASS, List.of(properties.toString())))
        {
            final int exitCode = process.awaitEnd(TIMEOUT_S);
            final Map<String, Long> numbers = new LinkedHashMap<>();
            final List<String> faults = new ArrayList<>();
            process.out().lines().forEach(line ->
            {
                if (line.startsWith(NUMBER))
                {
                    final int equals = line.indexOf('=');
                    numbers.put(line.substring(NUMBER.length(), equals), Long.parseLong(line.substring(equals + 1)));
                }
                else if (line.startsWith(FAULT))
                {
                    faults.add(line.substring(FAULT.length()));
                }
            });
            if (!numbers.keySet().containsAll(List.of("lost", "duplicated", "wrong")))
            {
                throw new CertifyException("the counter has not counted: " + process.err());
            }
            return new CounterRun(exitCode, numbers, faults);
        }
    }

    /** A number that the counter has not told, since it did not come so far, is 0. */
    long number(final String name)
    {
        return numbers.getOrDefault(name, 0L);
    }
}
