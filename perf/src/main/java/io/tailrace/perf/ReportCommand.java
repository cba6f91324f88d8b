package io.tailrace.perf;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;

import io.tailrace.perf.page.HtmlReport;
import io.tailrace.perf.report.SavedRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code report}: run directories as one HTML page. */
@Command(
    name = "report",
    description = "Draws run directories as one HTML page that needs nothing else. Failed runs are listed as failed.",
    mixinStandardHelpOptions = true)
final class ReportCommand implements Callable<Integer>
{
    @Spec
    private CommandSpec spec;

    @Parameters(
        arity = "1..*",
        paramLabel = "DIR",
        description = "Run directories, or directories right below which they are.")
    private List<Path> dirs;

    @Option(names = "--html", required = true, description = "File of the page; one that is there is replaced.")
    private Path file;

    @Override
    public Integer call() throws IOException
    {
        final List<SavedRun> runs;
        try
        {
            runs = SavedRun.readAll(dirs);
        }
        catch (final IllegalArgumentException ex)
        {
            throw new ParameterException(spec.commandLine(), ex.getMessage(), ex);
        }
        if (null != file.toAbsolutePath().getParent())
        {
            Files.createDirectories(file.toAbsolutePath().getParent());
        }
        Files.writeString(file, HtmlReport.of(runs), StandardCharsets.UTF_8);
        final long failed = runs.stream().filter(run -> !run.isPass()).count();
        spec.commandLine().getOut().println(file + ": " + runs.size() + " runs, " + failed + " failed");
        spec.commandLine().getOut().flush();
        return 0;
    }
}
