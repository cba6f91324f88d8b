package io.tailrace.engine.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.tailrace.engine.config.ConfigFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class CheckCommandTest
{
    private static final String CONFIG = """
        name: plant-7
        sources:
          - {name: field, udp: "127.0.0.1:9010"}
        event-time: {watermark: global}
        windows:
          - {name: w, type: tumbling, size: 5s, physics: {anomaly-duration: 4s}}
        """;

    @TempDir
    private Path dir;

    @Test
    void shouldPrintAConfigurationThatReadsBackEqual() throws IOException
    {
        final CommandLineFixture first = check(CONFIG);
        assertEquals("", first.err());
        assertEquals(0, first.exitCode());
        assertEquals(
            ConfigFile.parse("a", CONFIG).config(), ConfigFile.parse("b", first.out()).config());
    }

    @Test
    void shouldAddMemoryAndAdviceAsComments() throws IOException
    {
        final List<String> lines = check(CONFIG).out().lines().filter(line -> line.startsWith("#")).toList();
        assertEquals("# Off-heap memory when all bounds are reached:", lines.get(0));
        assertTrue(lines.stream().anyMatch(line -> line.matches("#   event ring +65,536 x 64 B +4\\.0 MiB")),
            lines::toString);
        assertTrue(lines.stream().anyMatch(line -> line.matches("#   total +[0-9,.]+ MiB")), lines::toString);
        assertTrue(
            lines.contains(
                "#   windows[0].size: a window of 5s for an anomaly of 4s cuts it into pieces; use 8s to 12s"),
            lines::toString);
    }

    @Test
    void shouldNameEachProblemWithItsPlace() throws IOException
    {
        final CommandLineFixture result = check("""
            nane: x
            windows:
              - {name: w, type: tumbling, size: 5 parsecs}
            """);
        final List<String> lines = result.err().lines().toList();
        assertEquals(2, lines.size(), result.err());
        assertTrue(lines.get(0).startsWith(dir.resolve("a.yaml") + ":1:1: nane: "), result.err());
        assertTrue(lines.get(1).startsWith(dir.resolve("a.yaml") + ":3:"), result.err());
        assertEquals("", result.out());
        assertEquals(2, result.exitCode());
    }

    @Test
    void shouldRefuseWhatThisVersionDoesNotDoWithItsPlace() throws IOException
    {
        final CommandLineFixture result = check(CONFIG.replace("type: tumbling, size: 5s", "type: session, gap: 5s"));
        assertEquals(
            dir.resolve("a.yaml") + ":6:21: windows[0].type: found session, expected tumbling " +
            "(this version does nothing else)" + System.lineSeparator(),
            result.err());
        assertEquals(2, result.exitCode());
    }

    @Test
    void shouldRefuseToCompareWithADataDirectory() throws IOException
    {
        Files.writeString(dir.resolve("a.yaml"), CONFIG);
        final CommandLineFixture result =
            CommandLineFixture.execute("check", dir.resolve("a.yaml").toString(), "--against", dir.toString());
        assertTrue(result.err().startsWith("--against is not in this version"), result.err());
        assertEquals(1, result.err().lines().count());
        assertEquals(2, result.exitCode());
    }

    @Test
    void shouldPrintTheTableOfKeys()
    {
        final CommandLineFixture result = CommandLineFixture.execute("check", "--keys");
        assertTrue(result.out().contains("| `event-time.watermark` |"), result.out());
        assertEquals(0, result.exitCode());
    }

    private CommandLineFixture check(final String config) throws IOException
    {
        final Path file = dir.resolve("a.yaml");
        Files.writeString(file, config);
        return CommandLineFixture.execute("check", file.toString());
    }
}
