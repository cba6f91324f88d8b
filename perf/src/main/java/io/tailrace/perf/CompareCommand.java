package io.tailrace.perf;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;

import io.tailrace.perf.report.RunComparison;
import io.tailrace.perf.report.SavedRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code compare}: two runs of one command side by side. */
@Command(
    name = "compare",
    description = "Compares two runs of one command: ratios of medians and of percentiles, and what else differs. " +
        "Exit codes: 0 compared, 1 one has failed or they cannot be compared, 2 bad arguments.",
    mixinStandardHelpOptions = true)
final class CompareCommand implements Callable<Integer>
{
    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "RUN_A", description = "Run directory: what was before.")
    private Path a;

    @Parameters(index = "1", paramLabel = "RUN_B", description = "Run directory: what is now.")
    private Path b;

    @Override
    public Integer call()
    {
        final RunComparison comparison;
        try
        {
            comparison = new RunComparison(SavedRun.read(a), SavedRun.read(b));
        }
        catch (final IllegalArgumentException ex)
        {
            throw new ParameterException(spec.commandLine(), ex.getMessage(), ex);
        }
        final PrintWriter text = spec.commandLine().getOut();
        text.print(comparison.text());
        text.flush();
        return comparison.obstacles().isEmpty() ? 0 : 1;
    }
}
