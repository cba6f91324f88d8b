package io.tailrace.engine.oracle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the tests of the outside oracle in {@code src/test/python}. The oracle judges the engine after a kill and shares
 * no code with it, so that its own tests are written in its own language.
 */
final class OraclePythonTest
{
    private static final String PYTHON = "python3";
    private static final Path FOLDER = Path.of("src", "test", "python").toAbsolutePath();
    private static final Pattern SUMMARY = Pattern.compile("Ran (\\d+) tests? in");
    private static final long TIMEOUT_S = 120;

    @TempDir
    private Path directory;

    @Test
    void shouldPassItsOwnTests() throws IOException, InterruptedException
    {
        assumePython();

        final Path output = directory.resolve("unittest.txt");
        final int exitCode = run(output, PYTHON, "-B", "-m", "unittest");

        final String text = Files.readString(output);
        final Matcher summary = SUMMARY.matcher(text);
        assertEquals(0, exitCode, text);
        assertTrue(summary.find(), text);
        assertTrue(Integer.parseInt(summary.group(1)) > 0, text);
    }

    private void assumePython() throws InterruptedException
    {
        final String check = "import sys; sys.exit(sys.version_info < (3, 11))";
        try
        {
            if (run(directory.resolve("version.txt"), PYTHON, "-c", check) != 0)
            {
                abort(PYTHON + " is older than 3.11: the tests of the oracle were not run");
            }
        }
        catch (final IOException ex)
        {
            abort(PYTHON + " is not there: the tests of the oracle were not run: " + ex.getMessage());
        }
    }

    private static int run(final Path output, final String... command) throws IOException, InterruptedException
    {
        final Process process = new ProcessBuilder(List.of(command))
            .directory(FOLDER.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
        try
        {
            assertTrue(process.waitFor(TIMEOUT_S, TimeUnit.SECONDS), () -> command[0] + " did not end");
            return process.exitValue();
        }
        finally
        {
            process.destroyForcibly();
        }
    }
}
