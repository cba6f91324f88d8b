package io.tailrace.engine.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;

import io.tailrace.codec.IdCollisionException;
import io.tailrace.engine.batch.BatchRun;
import io.tailrace.engine.config.ConfigFile;
import io.tailrace.engine.monitor.LedgerReport;
import picocli.CommandLine;

/**
 * {@code batch}: the configuration's operators over a file, deterministic, without network.
 */
@CommandLine.Command(
    name = "batch",
    description = "Computes the configuration's windows over a CSV file, deterministically, and writes them as CSV.")
final class BatchCommand implements Callable<Integer>
{
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @CommandLine.Parameters(paramLabel = "CONFIG", description = "Configuration file (YAML).")
    private Path configFile;

    @CommandLine.Option(
        names = "--in", required = true, paramLabel = "FILE.csv", description = "Readings; .gz is decompressed.")
    private Path in;

    @CommandLine.Option(
        names = "--out", required = true, paramLabel = "DIR", description = "Directory for the results.")
    private Path out;

    @Override
    public Integer call() throws IOException, IdCollisionException
    {
        final ConfigFile file = ConfigFile.read(configFile);
        if (!Files.isReadable(in) || Files.isDirectory(in))
        {
            throw new ArgumentException("--in: found " + in + ", expected a readable file");
        }
        if (Files.exists(out) && !Files.isDirectory(out))
        {
            throw new ArgumentException("--out: found " + out + ", expected a directory");
        }
        final boolean isWatched = Terminal.isError();
        final PrintWriter err = spec.commandLine().getErr();
        final long startNs = System.nanoTime();
        final LedgerReport ledger = BatchRun.run(file.config(), in, out, rows ->
        {
            if (isWatched)
            {
                err.printf("\r%,d rows, %,.0f/s", rows, rows * 1e9 / (System.nanoTime() - startNs));
                err.flush();
            }
        });
        if (isWatched)
        {
            err.print('\r');
            err.flush();
        }
        spec.commandLine().getOut().println(
            "received=" + ledger.received() + " accepted=" + ledger.total("source", "accepted") +
            " rejected=" + ledger.total("source", "rejected") + " late=" + ledger.total("operator", "late") +
            " unaccounted=" + ledger.unaccounted() + " out=" + out);
        return ledger.unaccounted() == 0 ? ExitCodes.DONE : ExitCodes.FAILED;
    }
}
