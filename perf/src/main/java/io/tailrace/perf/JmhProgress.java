package io.tailrace.perf;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;

import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.format.OutputFormat;

/**
 * A line for each benchmark that begins, and whatever JMH has to say of one that failed; remembers which began and did
 * not end.
 * <p>
 * Threading: the thread that runs JMH.
 */
final class JmhProgress implements OutputFormat
{
    private static final String FORK = "# Fork: ";

    private final PrintWriter text;
    private final Set<String> unfinished = new LinkedHashSet<>();

    JmhProgress(final PrintWriter text)
    {
        this.text = text;
    }

    /** @return names of the benchmarks that began and have no result. */
    Set<String> unfinished()
    {
        return unfinished;
    }

    @Override
    public void startBenchmark(final BenchmarkParams benchmark)
    {
        final String name = JmhFigures.name(benchmark);
        unfinished.add(name);
        println(name);
    }

    @Override
    public void endBenchmark(final BenchmarkResult result)
    {
        if (null != result)
        {
            unfinished.remove(JmhFigures.name(result.getParams()));
        }
    }

    @Override
    public void iteration(final BenchmarkParams benchmark, final IterationParams params, final int iteration)
    {
    }

    @Override
    public void iterationResult(
        final BenchmarkParams benchmark,
        final IterationParams params,
        final int iteration,
        final IterationResult result)
    {
    }

    @Override
    public void startRun()
    {
    }

    @Override
    public void endRun(final Collection<RunResult> results)
    {
    }

    @Override
    public void print(final String part)
    {
        text.print(part);
    }

    @Override
    public void println(final String line)
    {
        if (!line.isEmpty() && !line.startsWith(FORK))
        {
            text.println(line);
            text.flush();
        }
    }

    @Override
    public void verbosePrintln(final String line)
    {
    }

    @Override
    public void write(final int character)
    {
        text.write(character);
    }

    @Override
    public void write(final byte[] bytes)
    {
        text.print(new String(bytes, StandardCharsets.UTF_8));
    }

    @Override
    public void flush()
    {
        text.flush();
    }

    @Override
    public void close()
    {
        text.flush();
    }
}
