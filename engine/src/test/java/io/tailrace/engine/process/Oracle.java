package io.tailrace.engine.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

/**
 * The outside oracle and its writer of data sets, {@code src/test/python}, each call a process of its own. What they
 * print goes to files of the directory.
 */
final class Oracle
{
    private static final String PYTHON = "python3";
    private static final Path FOLDER = Path.of("src", "test", "python").toAbsolutePath();
    private static final long TIMEOUT_S = 300;

    private final Path dir;
    private int calls;

    /** @param dir where its output goes. */
    Oracle(final Path dir)
    {
        this.dir = dir;
    }

    /** Skips the running test, with a message, where the oracle cannot run. */
    static void assume(final Path dir)
    {
        final Oracle oracle = new Oracle(dir);
        try
        {
            if (oracle.run("version", List.of(PYTHON, "-c", "import sys; sys.exit(sys.version_info < (3, 11))")) != 0)
            {
                abort(PYTHON + " is older than 3.11: the oracle cannot judge");
            }
        }
        catch (final IOException ex)
        {
            abort(PYTHON + " is not there: the oracle cannot judge: " + ex.getMessage());
        }
    }

    /** Writes a data set. */
    void fill(final Path csv, final String... options)
    {
        final List<String> arguments = new ArrayList<>(List.of("--out", csv.toString()));
        arguments.addAll(List.of(options));
        call("fill", "fill.py", arguments);
    }

    /** @return readings in the journal of a stopped or killed engine. */
    long durableCount(final Path data)
    {
        return Long.parseLong(call("count", "oracle.py", List.of("durable-count", "--data", data.toString())).strip());
    }

    /** Writes the rows of a file that the journal does not hold; answers how many. */
    long missing(final Path data, final Path sent, final Path out)
    {
        return Long.parseLong(call("missing", "oracle.py",
            List.of("missing", "--data", data.toString(), "--sent", sent.toString(), "--out", out.toString())).strip());
    }

    /** @return every message of a recording, one a line, its position first. */
    List<String> dump(final Path data, final String command)
    {
        return call(command, "oracle.py", List.of(command, "--data", data.toString())).lines().toList();
    }

    /** Journal and results log must agree; answers the summary. */
    Summary verify(final Path data, final Path config, final String... options)
    {
        final List<String> arguments =
            new ArrayList<>(List.of("verify", "--data", data.toString(), "--config", config.toString()));
        arguments.addAll(List.of(options));
        return new Summary(call("verify", "oracle.py", arguments));
    }

    private String call(final String name, final String script, final List<String> arguments)
    {
        final List<String> command = new ArrayList<>(List.of(PYTHON, "-B", FOLDER.resolve(script).toString()));
        command.addAll(arguments);
        final String call = name + "-" + ++calls;
        try
        {
            final int exitCode = run(call, command);
            assertEquals(0, exitCode, () -> String.join(" ", command) + "\n" + text(call, ".err"));
            return text(call, ".out");
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }

    private int run(final String call, final List<String> command) throws IOException
    {
        final Process process = new ProcessBuilder(command)
            .redirectOutput(dir.resolve(call + ".out").toFile())
            .redirectError(dir.resolve(call + ".err").toFile())
            .start();
        try
        {
            assertTrue(process.waitFor(TIMEOUT_S, TimeUnit.SECONDS), () -> call + " does not end");
            return process.exitValue();
        }
        catch (final InterruptedException ex)
        {
            throw new IllegalStateException(ex);
        }
        finally
        {
            process.destroyForcibly();
        }
    }

    private String text(final String call, final String suffix)
    {
        try
        {
            return Files.readString(dir.resolve(call + suffix));
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }

    /** What the oracle counted. */
    record Summary(String json)
    {
        /** @return the first count of that name. */
        long count(final String name)
        {
            final Matcher matcher = Pattern.compile('"' + name + "\": (-?[0-9]+)").matcher(json);
            assertTrue(matcher.find(), () -> name + " is not in " + json);
            return Long.parseLong(matcher.group(1));
        }

        /** @return the last count of a ledger mark; 0: none was journalled. */
        long mark(final int source, final int reason)
        {
            final Matcher matcher = Pattern.compile("\"source\": " + source + ",\\s+\"reason\": " + reason +
                ",\\s+\"count\": ([0-9]+)").matcher(json);
            return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
        }
    }
}
