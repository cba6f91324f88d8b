package io.tailrace.engine.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.tailrace.engine.Engine;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class TailCommandTest
{
    private static final String HEADER =
        "sequence,kind,operator,device_id,metric,window_start_ms,window_end_ms,count,sum,min,max,first,last,mean," +
        "stddev,revision,timing,event_id,event_time_ms,value,reason,late_by_ms,threshold,severity,cause_position," +
        "epoch";

    @TempDir
    Path dir;

    private TestEngine plant;

    @BeforeEach
    void plant()
    {
        plant = new TestEngine(dir);
    }

    @Test
    void shouldRefuseAModeThatKeepsNoResults() throws IOException
    {
        final Path config = dir.resolve("memory.yaml");
        Files.writeString(config, "mode: in-memory\nwindows: [{name: w, size: 1s}]\n");
        final CommandLineFixture result = CommandLineFixture.execute("tail", config.toString());
        assertEquals(2, result.exitCode());
        assertTrue(result.err().startsWith(config + ":1:7: mode: found in-memory, expected "), result.err());
    }

    @Test
    void shouldPrintTheResultsOfAStoppedEngine()
    {
        try (Engine engine = plant.launch())
        {
            TestEngine.publish(engine, 0, 4);
        }

        final List<String> lines = tail().assertDone().lines();

        assertEquals(4, lines.size());
        assertEquals(HEADER, lines.get(0));
        final String cause = lines.get(3).split(",")[24];
        assertEquals("2,window,second,7,temperature,1700000002000,1700000003000,1,2.0,2.0,2.0,2.0,2.0,2.0,0.0,0," +
            "ON_TIME,,,,,,,," + cause + ",0", lines.get(3));
    }

    @Test
    void shouldPrintLateAndRejectedReadingsAndSelectKinds()
    {
        try (Engine engine = plant.launch())
        {
            TestEngine.publish(engine, 0, 3);
            TestEngine.offer(engine.publisher("app"), 90, TestEngine.START_MS - 5000, 9.5);
            TestEngine.offer(engine.publisher("app"), 91, TestEngine.START_MS, Double.NaN);
            TestEngine.offer(engine.publisher("app"), 92, 1_500_000_000_123L, 1);
            TestEngine.publish(engine, 3, 1);
        }

        final List<String> lines = tail("--kind", "late,rejected").assertDone().lines();

        assertEquals(4, lines.size());
        assertTrue(lines.get(1).startsWith(
            "2,late,second,7,temperature,,,,,,,,,,,,,90,1699999995000,9.5,,7000,"), lines.get(1));
        assertTrue(lines.get(2).startsWith(
            "3,rejected,,7,temperature,,,,,,,,,,,,,91,1700000000000,NaN,not-finite,,"), lines.get(2));
        assertTrue(lines.get(3).startsWith(
            "4,rejected,,7,temperature,,,,,,,,,,,,,92,1500000000123,1.0,before-earliest,,"), lines.get(3));
        assertEquals(List.of("0", "1", "5"), sequences(tail("--kind", "window")));
        assertEquals(List.of("2"), sequences(tail("--kind", "late")));
        assertEquals(List.of("4"), sequences(tail("--kind", "rejected", "--from", 4)));
        assertEquals(List.of(), sequences(tail("--kind", "duplicate")));

        final List<String> objects = tail("--kind", "late,rejected", "--format", "json").assertDone().lines();
        assertEquals(3, objects.size());
        assertTrue(objects.get(0).startsWith(
            "{\"sequence\":2,\"kind\":\"late\",\"operator\":\"second\",\"device_id\":\"7\","), objects.get(0));
        assertTrue(objects.get(0).contains("\"event_id\":\"90\",\"event_time_ms\":1699999995000,\"value\":9.5," +
            "\"reason\":null,\"late_by_ms\":7000," +
            "\"threshold\":null,\"severity\":null,\"cause_position\":"), objects.get(0));
        assertTrue(objects.get(2).contains("\"operator\":null,"), objects.get(2));
        assertTrue(objects.get(2).contains("\"event_id\":\"92\",\"event_time_ms\":1500000000123,\"value\":1.0," +
            "\"reason\":\"before-earliest\",\"late_by_ms\":null," +
            "\"threshold\":null,\"severity\":null,\"cause_position\":"), objects.get(2));
    }

    @Test
    void shouldBeginAtASequenceAndEndAtALimit()
    {
        try (Engine engine = plant.launch())
        {
            TestEngine.publish(engine, 0, 10);
        }

        assertEquals(List.of("4", "5", "6"), sequences(tail("--from", 4, "--limit", 3)));
        assertEquals(List.of("8"), sequences(tail("--from", 8)));
        assertEquals(List.of(), sequences(tail("--from", 9)));
        assertEquals(List.of(), sequences(tail("--limit", 0)));
    }

    @Test
    void shouldPrintJsonWithTheSameFields()
    {
        try (Engine engine = plant.launch())
        {
            TestEngine.publish(engine, 0, 2);
            TestEngine.offer(engine.publisher("app"), 91, TestEngine.START_MS, Double.POSITIVE_INFINITY);
        }

        final List<String> lines = tail("--format", "json").assertDone().lines();

        assertEquals(2, lines.size());
        assertTrue(lines.get(0).startsWith(
            "{\"sequence\":0,\"kind\":\"window\",\"operator\":\"second\",\"device_id\":\"7\"," +
            "\"metric\":\"temperature\",\"window_start_ms\":1700000000000," +
            "\"window_end_ms\":1700000001000,\"count\":1,\"sum\":0.0,\"min\":0.0," +
            "\"max\":0.0,\"first\":0.0,\"last\":0.0,\"mean\":0.0,\"stddev\":0.0,\"revision\":0," +
            "\"timing\":\"ON_TIME\",\"event_id\":null,\"event_time_ms\":null,\"value\":null," +
            "\"reason\":null,\"late_by_ms\":null," +
            "\"threshold\":null,\"severity\":null,\"cause_position\":"), lines.get(0));
        assertTrue(lines.get(1).contains("\"value\":\"Infinity\",\"reason\":\"not-finite\""), lines.get(1));
    }

    @Test
    void shouldPrintTheNewestEpochUnlessAnotherIsNamed()
    {
        try (Engine engine = plant.launch())
        {
            TestEngine.publish(engine, 0, 5);
        }
        plant.write("2s", "");
        try (Engine engine = plant.launch(true))
        {
            // It has begun, and has no results yet.
            assertEquals(List.of(), sequences(tail("--no-follow")));
            TestEngine.publish(engine, 5, 2);
        }

        assertEquals(List.of("0"), sequences(tail()));
        assertTrue(tail().out().contains("1700000004000,1700000006000,2,"), tail().out());
        assertEquals(List.of("0", "1", "2", "3"), sequences(tail("--epoch", 0)));
        assertEquals(List.of(), sequences(tail("--epoch", 2)));
    }

    @Test
    void shouldEndWithWhatIsThereBesideARunningEngineIfItDoesNotFollow()
    {
        try (Engine engine = plant.launch())
        {
            TestEngine.publish(engine, 0, 5);

            assertEquals(List.of("0", "1", "2", "3"), sequences(tail("--no-follow")));
            assertEquals(List.of("3"), sequences(tail("--no-follow", "--from", 3)));
        }
    }

    @Test
    void shouldFollowARunningEngineUntilItStops() throws Exception
    {
        final Follower follower;
        try (Engine engine = plant.launch())
        {
            TestEngine.publish(engine, 0, 3);
            follower = new Follower("--from", "1");
            follower.awaitPrinted("\n1,window");
            TestEngine.publish(engine, 3, 2);
            follower.awaitPrinted("\n3,window");
        }

        assertEquals(List.of("1", "2", "3"), sequences(follower.await()));
    }

    @Test
    void shouldStopFollowingAtTheLimit() throws Exception
    {
        try (Engine engine = plant.launch())
        {
            TestEngine.publish(engine, 0, 3);
            final Follower follower = new Follower("--limit", "3");
            follower.awaitPrinted("\n1,window");
            TestEngine.publish(engine, 3, 4);

            assertEquals(List.of("0", "1", "2"), sequences(follower.await()));
        }
    }

    @Test
    void shouldEndQuietlyWhenNobodyReadsTheOutput()
    {
        try (Engine engine = plant.launch())
        {
            TestEngine.publish(engine, 0, 1000);
        }
        final StringWriter err = new StringWriter();
        final int exitCode = new CommandLine(new TailCommand())
            .setOut(new PrintWriter(new ClosedPipe()))
            .setErr(new PrintWriter(err))
            .execute(plant.configFile().toString());

        assertEquals(0, exitCode);
        assertEquals("", err.toString());
    }

    @Test
    void shouldEndWhenItIsInterruptedWhileItFollows() throws Exception
    {
        try (Engine engine = plant.launch())
        {
            TestEngine.publish(engine, 0, 3);
            final Follower follower = new Follower();
            follower.awaitPrinted("\n1,window");
            follower.interrupt();

            assertEquals(List.of("0", "1"), sequences(follower.await()));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--from -1 | --from: found -1, expected 0 or more",
        "--epoch -1 | --epoch: found -1",
        "--limit -1 | --limit: found -1",
        "--format xml | --format: found xml, expected csv or json",
        "--kind window,wrong | --kind: found wrong, expected some of window,late"})
    void shouldRefuseWrongArguments(final String arguments, final String message)
    {
        tail((Object[])arguments.split(" ")).assertError(2, message);
    }

    @Test
    void shouldRefuseAConfigurationThatIsWrong() throws IOException
    {
        CommandOutput.of(new TailCommand(), dir.resolve("no.yaml")).assertError(2, "no.yaml");
        Files.writeString(plant.configFile(), "colour: red\n");
        tail().assertError(2, "plant.yaml:1:1: colour");
    }

    @Test
    void shouldFailWithoutAResultsLog() throws IOException
    {
        tail().assertError(1, plant.dataDir().toString(), "no such directory");
        Files.createDirectories(plant.dataDir());
        tail().assertError(1, plant.dataDir().toString(), "no recording");
    }

    private CommandOutput tail(final Object... args)
    {
        final Object[] all = new Object[args.length + 1];
        all[0] = plant.configFile();
        System.arraycopy(args, 0, all, 1, args.length);
        return CommandOutput.of(new TailCommand(), all);
    }

    private static List<String> sequences(final CommandOutput output)
    {
        final List<String> lines = output.assertDone().lines();
        assertFalse(lines.isEmpty());
        return lines.subList(1, lines.size()).stream().map(line -> line.substring(0, line.indexOf(','))).toList();
    }

    /** A command that follows, on its own thread; what it prints can be seen meanwhile. */
    private final class Follower
    {
        private final StringWriter out = new StringWriter();
        private final StringWriter err = new StringWriter();
        private final CompletableFuture<Integer> exitCode = new CompletableFuture<>();
        private final Thread thread;

        private Follower(final String... args)
        {
            final CommandLine command = new CommandLine(new TailCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err));
            final List<String> all = new ArrayList<>(List.of(args));
            all.add(plant.configFile().toString());
            thread = new Thread(() -> exitCode.complete(command.execute(all.toArray(new String[0]))), "follower");
            thread.start();
        }

        private void awaitPrinted(final String text)
        {
            TestEngine.await(() -> out.toString().contains(text), text + " is printed");
        }

        private void interrupt()
        {
            thread.interrupt();
        }

        private CommandOutput await() throws Exception
        {
            return new CommandOutput(exitCode.get(60, TimeUnit.SECONDS), out.toString(), err.toString());
        }
    }

    /** Takes the header and is closed then. */
    private static final class ClosedPipe extends Writer
    {
        private int writes;

        @Override
        public void write(final char[] chars, final int offset, final int length) throws IOException
        {
            if (writes++ > 0)
            {
                throw new IOException("Broken pipe");
            }
        }

        @Override
        public void flush()
        {
        }

        @Override
        public void close()
        {
        }
    }
}
