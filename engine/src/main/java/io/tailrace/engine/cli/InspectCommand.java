package io.tailrace.engine.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;

import io.tailrace.engine.inspect.CheckpointListing;
import io.tailrace.engine.inspect.DataDirectoryView;
import io.tailrace.engine.inspect.DirectorySummary;
import io.tailrace.engine.inspect.Listing;
import io.tailrace.engine.inspect.Verification;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import static io.tailrace.engine.cli.ArgumentException.require;

/**
 * {@code inspect DIR}: shows and verifies a data directory.
 */
@Command(name = "inspect",
    description = "Shows what a data directory holds, or verifies it; the engine may be running.")
final class InspectCommand implements Callable<Integer>
{
    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "DIR", description = "Data directory of an engine.")
    private Path dir;

    @Option(names = "--verify",
        description = "Verifies checksums, sequences, causes, incarnations and checkpoints; exit code 1 if anything " +
            "is wrong.")
    private boolean verify;

    @Option(names = "--journal", description = "Lists messages of the journal instead of the summary.")
    private boolean journal;

    @Option(names = "--results", description = "Lists results instead of the summary.")
    private boolean results;

    @Option(names = "--malformed", description = "Lists malformed datagrams instead of the summary.")
    private boolean malformed;

    @Option(names = "--from", paramLabel = "P", defaultValue = "0",
        description = "Position, or number of a malformed datagram, where a listing begins; default the first.")
    private long from;

    @Option(names = "--limit", paramLabel = "N", description = "Ends each listing after N lines.")
    private Long limit;

    @Override
    public Integer call()
    {
        final boolean isListing = journal || results || malformed;
        require(from >= 0, "--from: found " + from + ", expected 0 or more");
        require(null == limit || limit >= 0, "--limit: found " + limit + ", expected 0 or more");
        require(isListing || from == 0 && null == limit,
            "--from and --limit: found no listing, expected --journal, --results or --malformed with them");
        require(Files.isDirectory(dir), "DIR: found " + dir + ", expected a directory");

        final PrintWriter out = spec.commandLine().getOut();
        try
        {
            final DataDirectoryView view = DataDirectoryView.of(dir);
            if (isListing)
            {
                list(new Listing(view, out, null == limit ? Long.MAX_VALUE : limit));
            }
            else if (!verify)
            {
                new DirectorySummary(view, out).print();
            }
            if (verify)
            {
                out.println(new Verification(view).verify());
                out.println(new CheckpointListing(dir).verify());
            }
        }
        finally
        {
            out.flush();
        }
        return ExitCodes.DONE;
    }

    private void list(final Listing listing)
    {
        if (journal)
        {
            listing.printJournal(from);
        }
        if (results)
        {
            listing.printResults(from);
        }
        if (malformed)
        {
            listing.printMalformed(from);
        }
    }
}
