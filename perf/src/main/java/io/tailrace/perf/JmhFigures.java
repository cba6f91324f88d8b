package io.tailrace.perf;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import io.tailrace.perf.report.Report;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;

/** Results of JMH as figures of a report, rows of its manifest, and JMH's own JSON. */
final class JmhFigures
{
    /** Name of the file with JMH's own results. */
    static final String JSON = "jmh.json";
    /** Name of the manifest's rows. */
    static final String ROWS = "benchmarks";

    private static final String ALLOCATED = "gc.alloc.rate.norm";

    private JmhFigures()
    {
    }

    /** Adds all results. */
    static void addTo(final Report report, final Collection<RunResult> results)
    {
        for (final RunResult result : results)
        {
            final String name = name(result.getParams());
            report.figure(name, text(result));
            report.row(ROWS, row(name, result));
            final double score = result.getPrimaryResult().getScore();
            report.verdict().require(score > 0 && Double.isFinite(score), name + ": score " + score);
        }
        final ByteArrayOutputStream json = new ByteArrayOutputStream();
        try (PrintStream out = new PrintStream(json, false, StandardCharsets.UTF_8))
        {
            ResultFormatFactory.getInstance(ResultFormatType.JSON, out).writeOut(results);
        }
        report.file(JSON, json.toString(StandardCharsets.UTF_8));
    }

    /** @return class, method and parameters of a benchmark, but for the seed, which all have in common. */
    static String name(final BenchmarkParams benchmark)
    {
        final StringBuilder name = new StringBuilder(shortName(benchmark.getBenchmark()));
        for (final String key : benchmark.getParamsKeys())
        {
            if (!key.equals(JmhOptions.SEED))
            {
                name.append(' ').append(key).append('=').append(benchmark.getParam(key));
            }
        }
        return name.toString();
    }

    /** @return class and method of a benchmark without its package. */
    static String shortName(final String benchmark)
    {
        final int method = benchmark.lastIndexOf('.');
        return benchmark.substring(benchmark.lastIndexOf('.', method - 1) + 1);
    }

    private static String text(final RunResult result)
    {
        final Result<?> score = result.getPrimaryResult();
        final Result<?> allocated = allocated(result);
        final String error = Double.isNaN(score.getScoreError()) ?
            "?" : String.format(Locale.ROOT, "%.2f", score.getScoreError());
        return String.format(Locale.ROOT, "%12.2f \u00b1 %9s %s", score.getScore(), error, score.getScoreUnit()) +
            (null == allocated ?
                "" : String.format(Locale.ROOT, " %12.3f %s", allocated.getScore(), allocated.getScoreUnit()));
    }

    private static Map<String, Object> row(final String name, final RunResult result)
    {
        final Result<?> score = result.getPrimaryResult();
        final Result<?> allocated = allocated(result);
        final Map<String, Object> row = new LinkedHashMap<>();
        row.put("name", name);
        row.put("mode", result.getParams().getMode().shortLabel());
        row.put("score", score.getScore());
        row.put("error", Double.isNaN(score.getScoreError()) ? null : score.getScoreError());
        row.put("unit", score.getScoreUnit());
        row.put("samples", score.getSampleCount());
        row.put("allocated-bytes-per-op", null == allocated ? null : allocated.getScore());
        return row;
    }

    /** Older versions of JMH mark the names of secondary results. */
    private static Result<?> allocated(final RunResult result)
    {
        for (final String name : result.getSecondaryResults().keySet())
        {
            if (name.endsWith(ALLOCATED))
            {
                return result.getSecondaryResults().get(name);
            }
        }
        return null;
    }
}
