package io.tailrace.engine.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import io.tailrace.engine.Engine;
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
        assertEquals("# Memory when all bounds are reached, off-heap but for what is marked:", lines.get(0));
        assertTrue(lines.stream().anyMatch(line -> line.matches("#   event ring +65,536 x 64 B +4\\.0 MiB")),
            lines::toString);
        assertTrue(lines.stream().anyMatch(line -> line.matches("#   total +[0-9,.]+ MiB")), lines::toString);
        assertTrue(
            lines.contains(
                "#   windows[0].size: a window of 5s for an anomaly of 4s cuts it into pieces; use 8s to 12s"),
            lines::toString);
    }

    @Test
    void shouldSayWhatTheDiskBudgetMeans() throws IOException
    {
        final CommandLineFixture result = check(CONFIG + "\nretention: {disk-budget: 8GiB}\n");
        assertEquals("", result.err());
        final List<String> lines = result.out().lines().toList();
        assertTrue(lines.stream().anyMatch(
            line -> line.matches("#   alarm high, purged by size +85 % +6,963\\.2 MiB")), result::out);
        assertTrue(lines.stream().anyMatch(
            line -> line.matches("#   ingress stops +8,128\\.0 MiB")), result::out);
        assertTrue(lines.stream().anyMatch(line -> line.matches("#   smallest budget +548\\.0 MiB")), result::out);
    }

    @Test
    void shouldPredictRecoveryFromTheIntervalAndTheRateOfTheLastReplay() throws IOException
    {
        final Path data = Files.createDirectory(dir.resolve("data"));
        final String config = CONFIG + "\ncheckpoint: {interval: 30s}\ndata-dir: " + data + "\n";
        final List<String> unmeasured = check(config).out().lines().toList();
        assertTrue(unmeasured.contains("# Recovery after a crash, beside the launch, with checkpoint.interval 30s:"));
        assertTrue(unmeasured.stream().anyMatch(
            line -> line.matches("#   replay at 100,000 readings/s +3,000,000 +3\\.0 s")), unmeasured::toString);
        assertTrue(unmeasured.stream().anyMatch(line -> line.matches("#   restore, all bounds reached .* s")));
        assertTrue(unmeasured.contains("#   The replay is taken to do 1,000,000 readings/s (a default, nothing is " +
            "measured yet), the restore 100,000,000 B/s."), unmeasured::toString);

        // One that was too short to say anything comes last.
        final LifecycleLog log = new LifecycleLog(data);
        log.append(LifecycleLog.line("recovered").add("replayedMessages", 900_000).add("replayMs", 300)
            .add("durationMs", 301));
        log.append(LifecycleLog.line("recovered").add("replayedMessages", 10).add("replayMs", 0).add("durationMs", 1));
        final List<String> measured = check(config).out().lines().toList();
        assertTrue(measured.stream().anyMatch(
            line -> line.matches("#   replay at 100,000 readings/s +3,000,000 +1\\.0 s")), measured::toString);
        assertTrue(measured.stream().anyMatch(
            line -> line.contains("3,000,000 readings/s (measured at a recovery")), measured::toString);
    }

    @Test
    void shouldRefuseABudgetThatIsUsedUpFromTheBeginning() throws IOException
    {
        final CommandLineFixture result = check(CONFIG + "\nretention: {disk-budget: 4MiB}\n");
        assertEquals(2, result.exitCode());
        assertTrue(result.err().contains("disk-budget: found 4MiB, expected at least 245MiB: "), result::err);
        assertTrue(result.err().contains("two segments of 1MiB of journal and results log"), result::err);
    }

    @Test
    void shouldAddWhatASampleSays() throws IOException
    {
        final StringBuilder csv = new StringBuilder("event_id,device_id,metric,event_time_ms,value\n");
        for (int i = 0; i < 200; i++)
        {
            final int behindMs = i % 50 == 49 ? 20_000 : 0;
            csv.append(i).append(",a,m,").append(1_600_000_000_000L + 1000L * i - behindMs).append(",1\n");
        }
        final CommandLineFixture result = check(CONFIG, "--sample", write("sample.csv", csv.toString()));
        assertEquals("", result.err());
        assertEquals(0, result.exitCode());
        assertEquals(ConfigFile.parse("a", CONFIG).config(), ConfigFile.parse("b", result.out()).config());

        final List<String> lines = result.out().lines().toList();
        // Four readings are 20 s too old, and so 19 s behind the one before.
        assertTrue(lines.contains("# Sample sample.csv: 200 rows, 200 readings of 1 devices measured"), result.out());
        assertTrue(lines.stream().anyMatch(
            line -> line.matches("#   all readings +4 +0s +19s +19s +19s")), result.out());
        assertTrue(lines.stream().anyMatch(line -> line.matches(
            "#   global +0s +0s +4 +2\\.000 % +0  \\+0s, none, p50, configured")), result.out());
        assertTrue(lines.contains("#   event-time: {out-of-orderness: 20s}"), result.out());
        assertTrue(lines.stream().anyMatch(line -> line.startsWith(
            "#   event-time.max-age: all 200 readings are older than 7d now: ")), result.out());
        assertTrue(lines.contains("#   windows[0].allowed-lateness: 4 of 200 readings (2.000 %) are late; " +
            "use the proposal, which leaves 0"), result.out());
        assertTrue(lines.contains(
            "#   windows[0].size: a window of 5s holds 5 samples; use at least 10s for 10"), result.out());
    }

    @Test
    void shouldRefuseASampleThatCannotBeMeasured() throws IOException
    {
        final CommandLineFixture absent = check(CONFIG, "--sample", dir.resolve("none.csv").toString());
        assertEquals("--sample: found " + dir.resolve("none.csv") + ", expected a readable file" +
            System.lineSeparator(), absent.err());
        assertEquals(2, absent.exitCode());

        final String sample = write("two.csv",
            "event_id,device_id,metric,event_time_ms,value\n1,a,m,1600000000000,1\n2,b,m,1600000000000,1\n");
        final CommandLineFixture many = check(CONFIG + "limits: {devices: 1}\n", "--sample", sample);
        assertEquals(sample + ":3: found more devices than limits.devices, 1; set it to what is to be expected" +
            System.lineSeparator(), many.err());
        assertEquals(2, many.exitCode());

        final CommandLineFixture other = check(CONFIG, "--sample", write("other.csv", "a,b\n1,2\n"));
        assertEquals(1, other.err().lines().count(), other.err());
        assertTrue(other.err().startsWith(dir.resolve("other.csv") + ":1"), other.err());
        assertEquals(1, other.exitCode());
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
        final CommandLineFixture result = check("limits: {result-slots: 16777216}\n" + CONFIG);
        assertTrue(
            result.err().startsWith(dir.resolve("a.yaml") + ":1:24: limits.result-slots: "), result.err());
        assertTrue(
            result.err().endsWith("(this version does nothing else)" + System.lineSeparator()), result.err());
        assertEquals(2, result.exitCode());
    }

    @Test
    void shouldSayBeforehandWhetherAStartOnADirectoryGoesOn() throws IOException
    {
        final Path data = dir.resolve("data");
        final ConfigFile file = ConfigFile.parse("a.yaml", CONFIG.replace("udp: \"127.0.0.1:9010\"", "embedded: true"));
        Engine.launch(new Engine.Context().config(file.config().toBuilder().dataDir(data).build())).close();

        final CommandLineFixture moved = check(CONFIG, "--against", data.toString());
        assertEquals(0, moved.exitCode(), moved.err());
        assertTrue(moved.out().startsWith(data + ":"), moved.out());
        assertTrue(moved.out().contains("sources[field].embedded: true -> none (takes effect with any start)") ||
            moved.out().contains("sources[field].udp: none -> "), moved.out());
        assertTrue(moved.out().endsWith("A start would go on." + System.lineSeparator()), moved.out());

        final CommandLineFixture changed = check(CONFIG.replace("size: 5s", "size: 6s"), "--against", data.toString());
        assertEquals(2, changed.exitCode());
        assertTrue(changed.out().contains("windows[w].size: 5s -> 6s (results depend on it)"), changed.out());
        assertTrue(changed.out().contains("start with --new-epoch"), changed.out());
        assertTrue(changed.out().endsWith("A start would be refused." + System.lineSeparator()), changed.out());
    }

    @Test
    void shouldAskForADirectoryToCheckAgainst() throws IOException
    {
        final CommandLineFixture result = check(CONFIG, "--against", dir.resolve("none").toString());
        assertEquals(2, result.exitCode());
        assertTrue(result.err().contains("--against: found " + dir.resolve("none")), result.err());
        assertEquals("", result.out());
    }

    @Test
    void shouldShowWhatRememberedIdsCost() throws IOException
    {
        final CommandLineFixture byId = check("dedup: {by: id, max-ids: 1000000}\n" + CONFIG);
        assertEquals(0, byId.exitCode(), byId.err());
        assertTrue(
            byId.out().lines().anyMatch((line) -> line.matches("# *remembered ids +1,000,000 x 41 B .*")),
            byId.out());
        final CommandLineFixture bySequence = check("dedup: {by: sequence}\n" + CONFIG);
        assertEquals(0, bySequence.exitCode(), bySequence.err());
        assertTrue(bySequence.out().contains("by: sequence"), bySequence.out());
    }

    @Test
    void shouldPrintTheTableOfKeys()
    {
        final CommandLineFixture result = CommandLineFixture.execute("check", "--keys");
        assertTrue(result.out().contains("| `event-time.watermark` |"), result.out());
        assertEquals(0, result.exitCode());
    }

    private CommandLineFixture check(final String config, final String... options) throws IOException
    {
        final String[] arguments =
            Stream.concat(Stream.of("check", write("a.yaml", config)), Stream.of(options)).toArray(String[]::new);
        return CommandLineFixture.execute(arguments);
    }

    private String write(final String name, final String text) throws IOException
    {
        return Files.writeString(dir.resolve(name), text).toString();
    }
}
