package io.tailrace.engine.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;

import io.tailrace.engine.config.ConfigFile;
import io.tailrace.engine.config.SinkConfig;
import io.tailrace.engine.sink.SinkDatabase;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code sink-schema CONFIG}: prints what creates the tables of JDBC sinks, or creates them.
 */
@Command(name = "sink-schema",
    description = "Prints the SQL that creates the tables of JDBC sinks, or runs it.")
final class SinkSchemaCommand implements Callable<Integer>
{
    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "CONFIG", description = "Configuration of the engine.")
    private Path config;

    @Option(names = "--apply",
        description = "Creates the tables that are not there, in the database of each JDBC sink.")
    private boolean isApplied;

    @Override
    public Integer call() throws SQLException
    {
        final ConfigFile file = ConfigFile.read(config);
        final List<SinkConfig> sinks = file.config().sinks().stream().filter(sink -> null != sink.jdbc()).toList();
        if (sinks.isEmpty())
        {
            throw file.error("sinks", "a sink with jdbc");
        }
        final PrintWriter out = spec.commandLine().getOut();
        if (isApplied)
        {
            for (final SinkConfig sink : sinks)
            {
                new SinkDatabase(sink.name(), sink.jdbc(), System::getenv).createTables();
                out.println(sink.name() + ": the tables are there, " + sink.jdbc().url());
            }
        }
        else
        {
            SinkDatabase.definitions().forEach(definition -> out.println(definition + ";"));
        }
        out.flush();
        return ExitCodes.DONE;
    }
}
