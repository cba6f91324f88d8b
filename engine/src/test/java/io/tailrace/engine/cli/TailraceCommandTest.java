package io.tailrace.engine.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class TailraceCommandTest
{
    @TempDir
    private Path dir;

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "''                       | Missing command; see 'tailrace --help'",
        "fly                      | Unmatched argument at index 0: 'fly'; see 'tailrace --help'",
        "run                      | Missing required parameter: 'CONFIG'; see 'tailrace run --help'",
        "run --slow a.yaml        | Unknown option: '--slow'; see 'tailrace run --help'",
        "check                    | Missing required parameter: 'CONFIG', or --keys; see 'tailrace check --help'",
        "send a.csv               | Missing required option: '--to=DESTINATION'; see 'tailrace send --help'",
        "tail                     | Missing required parameter: 'CONFIG'; see 'tailrace tail --help'",
        "inspect                  | Missing required parameter: 'DIR'; see 'tailrace inspect --help'",
        "tail a --limit x | Invalid value for option '--limit': 'x' is not a long; see 'tailrace tail --help'",
        "check a.yaml b.yaml      | Unmatched argument at index 2: 'b.yaml'; see 'tailrace check --help'",
    })
    void shouldRefuseWrongArgumentsInOneLine(final String arguments, final String line)
    {
        final CommandLineFixture result =
            CommandLineFixture.execute(arguments.isEmpty() ? new String[0] : arguments.split(" "));
        assertEquals(line + System.lineSeparator(), result.err());
        assertEquals("", result.out());
        assertEquals(2, result.exitCode());
    }

    @ParameterizedTest
    @CsvSource({"--help, Exit codes:", "run --help, --new-epoch", "check --help, --against",
        "send --help, --rate", "tail --help, --[no-]follow", "inspect --help, --verify", "--version, tailrace "})
    void shouldHelp(final String arguments, final String expected)
    {
        final CommandLineFixture result = CommandLineFixture.execute(arguments.split(" "));
        assertTrue(result.out().contains(expected), result.out());
        assertEquals("", result.err());
        assertEquals(0, result.exitCode());
    }

    @Test
    void shouldNameAConfigurationThatIsNotThere()
    {
        for (final String command : new String[]{"run", "check"})
        {
            final CommandLineFixture result = CommandLineFixture.execute(command, dir.resolve("no.yaml").toString());
            assertEquals(
                dir.resolve("no.yaml") + ": found no readable file (NoSuchFileException), expected a YAML file" +
                System.lineSeparator(),
                result.err());
            assertEquals(2, result.exitCode());
        }
    }

    @Test
    void shouldNotCreateADataDirectoryForAConfigurationThatCannotRun() throws IOException
    {
        final Path config = dir.resolve("a.yaml");
        Files.writeString(config, """
            data-dir: "%s"
            durability: power
            mode: in-memory
            windows:
              - {name: w, type: tumbling, size: 1s}
            """.formatted(dir.resolve("data")));
        final CommandLineFixture result = CommandLineFixture.execute("run", config.toString());
        assertEquals(
            config + ":2:13: durability: found power, expected process with mode: in-memory, which has no journal" +
            System.lineSeparator(),
            result.err());
        assertEquals(2, result.exitCode());
        assertFalse(Files.exists(dir.resolve("data")));
    }
}
