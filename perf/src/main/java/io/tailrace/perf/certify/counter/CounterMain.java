package io.tailrace.perf.certify.counter;

import java.io.IOException;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Properties;

/**
 * The counter as a program: {@code CounterMain PROPERTIES}. Prints {@code number.NAME=COUNT} and {@code fault=TEXT}
 * lines. Exit codes: 0 nothing is lost, duplicated or wrong, 1 something is, 2 there is something that it knows nothing
 * of.
 */
public final class CounterMain
{
    private static final int CLEAN = 0;
    private static final int FAULTY = 1;
    private static final int UNCOVERED = 2;

    private CounterMain()
    {
    }

    /**
     * Counts and exits.
     *
     * @param args the file of properties.
     * @throws IOException if that cannot be read.
     */
    public static void main(final String[] args) throws IOException
    {
        final Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(Path.of(args[0]), StandardCharsets.UTF_8))
        {
            properties.load(reader);
        }
        System.exit(run(properties, System.out));
    }

    /**
     * Counts.
     *
     * @param properties what to count, and what the model must know.
     * @param out        takes the findings.
     * @return exit code.
     */
    static int run(final Properties properties, final PrintStream out)
    {
        final Findings findings = new Findings();
        int exitCode;
        try
        {
            count(new CountConfig(properties), findings);
            exitCode = findings.isClean() ? CLEAN : FAULTY;
        }
        catch (final UncoveredException ex)
        {
            out.println("fault=not covered: " + ex.getMessage());
            exitCode = UNCOVERED;
        }
        catch (final DamagedRecordingException ex)
        {
            findings.add(Findings.Fault.WRONG, ex.getMessage());
            exitCode = FAULTY;
        }
        catch (final IOException | SQLException | RuntimeException ex)
        {
            findings.add(Findings.Fault.WRONG, "cannot be read: " + ex);
            exitCode = FAULTY;
        }
        findings.numbers().forEach((name, number) -> out.println("number." + name + "=" + number));
        findings.examples().forEach((example) -> out.println("fault=" + example));
        out.flush();
        return exitCode;
    }

    private static void count(final CountConfig config, final Findings findings) throws IOException, SQLException
    {
        final Path dataDir = Path.of(config.text("data-dir"));
        final ModelConfig modelConfig = config.model();
        final EventCount events = new EventCount(findings);
        events.read(Path.of(config.text("acknowledged")), Path.of(config.text("sent-again")),
            Path.of(config.text("last-sent")));

        final ResultCheck results =
            new ResultCheck(modelConfig.windows(), ResultCursor.open(dataDir), findings);
        final NaiveModel model = new NaiveModel(modelConfig, results);
        final JournalFeed feed = new JournalFeed(events, model, modelConfig.sourceCount());
        feed.read(dataDir);
        events.end();
        results.end();
        findings.set("incarnations", feed.incarnations());
        findings.set("accepted", model.accepted());
        findings.set("rejected", model.rejected());
        findings.set("duplicates", model.duplicates());
        findings.set("late", model.late());
        findings.set("quarantined", model.quarantineEntries());

        for (int i = 0; i < config.sinks(); i++)
        {
            sink(config, "sink." + i + ".", dataDir, findings);
        }
    }

    private static void sink(
        final CountConfig config, final String prefix, final Path dataDir, final Findings findings)
        throws IOException, SQLException
    {
        final String name = config.text(prefix + "name");
        final SinkKinds kinds = new SinkKinds(config.text(prefix + "results"));
        final SinkCheck check = new SinkCheck(name, kinds, dataDir, findings);
        switch (config.text(prefix + "type"))
        {
            case "file" -> new FileSinkReader(
                Path.of(config.text(prefix + "dir")), name, config.text(prefix + "format")).read(check);
            case "jdbc" ->
            {
                final String variable = config.text(prefix + "password-env");
                final String password = variable.isEmpty() ? "" : System.getenv(variable);
                // Sinks that take different results may share tables.
                new JdbcSinkReader(config.text(prefix + "url"), config.text(prefix + "user"), password).read((row) ->
                {
                    if (kinds.isWanted(row.kind()))
                    {
                        check.accept(row);
                    }
                });
            }
            default -> throw new UncoveredException(prefix + "type=" + config.text(prefix + "type"));
        }
        check.end();
    }
}
