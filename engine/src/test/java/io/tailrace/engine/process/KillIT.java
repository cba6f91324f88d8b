package io.tailrace.engine.process;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * SIGKILL under load, during start and recovery, and while only ticks come. After each kill a sender goes on behind
 * what is durable. In the end the journal must hold each reading exactly once, and the results log what the outside
 * oracle makes of the journal.
 */
class KillIT
{
    private static final int ROWS = 120_000;
    private static final int RATE = 60_000;
    private static final int FULL_KILLS = 20;
    private static final int FULL_ROWS = 2_000_000;
    private static final int FULL_RATE = 100_000;
    private static final int MIN_START_MS = 50;
    private static final int START_RANGE_MS = 1200;
    private static final int IDLE_TICKS = 15;

    private static final List<Moment> MOMENTS =
        List.of(Moment.LOAD, Moment.START, Moment.LOAD, Moment.IDLE, Moment.START, Moment.LOAD);

    @RegisterExtension
    private final EvidenceDirectory evidence = new EvidenceDirectory();

    @BeforeEach
    void assumeOracle()
    {
        Oracle.assume(evidence.dir());
    }

    @Test
    void shouldKeepEachReadingOfUdpOnce() throws IOException
    {
        final Random random = TestSeed.random("KillIT.udp");
        try (EngineBench bench = bench("udp: \"127.0.0.1:0\", receive-buffer: 4MiB"))
        {
            new Run(bench, random, ROWS, RATE, EngineBench::udp, false).kill(MOMENTS);
        }
    }

    @Test
    void shouldKeepEachReadingOfAeronUdpOnce() throws IOException
    {
        final Random random = TestSeed.random("KillIT.aeron");
        final String channel = "aeron:udp?endpoint=127.0.0.1:" + freePort();
        try (EngineBench bench = bench("aeron: {channel: \"" + channel + "\", stream: 1001}"))
        {
            new Run(bench, random, ROWS, RATE, engine -> "aeron:" + channel + ":1001", true).kill(MOMENTS);
        }
    }

    @Test
    void shouldKeepEachReadingOfAeronIpcOnce() throws IOException
    {
        final Random random = TestSeed.random("KillIT.ipc");
        try (EngineBench bench = bench("aeron: {channel: \"aeron:ipc\", stream: 1001}"))
        {
            new Run(bench, random, ROWS, RATE, engine -> "aeron:aeron:ipc:1001", true).kill(MOMENTS);
        }
    }

    @Test
    void shouldLoseNoResultWithAtLeastOnce() throws IOException
    {
        final Random random = TestSeed.random("KillIT.at-least-once");
        try (EngineBench bench = bench("udp: \"127.0.0.1:0\", receive-buffer: 4MiB", "mode: at-least-once\n"))
        {
            final Run run = new Run(bench, random, ROWS, RATE, EngineBench::udp, false);
            run.send(MOMENTS);
            final Oracle.Summary summary = bench.verify(
                "--sent", run.sent.toString(), "--expect-sent", Integer.toString(ROWS), "--repeating");
            // A start that was killed may not have come to its Started.
            assertTrue(summary.count("incarnations") > 4, summary::json);
            assertTrue(summary.count("repeated") > 0, summary::json);
            assertTrue(summary.count("windowResults") > 0, summary::json);
            assertTrue(bench.inspect("--verify").contains("verified"));
        }
    }

    @Test
    @Tag("full")
    void shouldKeepEachReadingOverTwentyKillsAtFullLoad() throws IOException
    {
        final Random random = TestSeed.random("KillIT.full");
        try (EngineBench bench = bench("udp: \"127.0.0.1:0\", receive-buffer: 4MiB"))
        {
            new Run(bench, random, FULL_ROWS, FULL_RATE, EngineBench::udp, false)
                .kill(Collections.nCopies(FULL_KILLS, Moment.LOAD));
        }
    }

    private EngineBench bench(final String transport) throws IOException
    {
        return bench(transport, "");
    }

    private EngineBench bench(final String transport, final String mode) throws IOException
    {
        return new EngineBench(evidence.dir(), mode + """
            sources: [{name: field, %s}]
            event-time: {watermark: global, out-of-orderness: 300ms, idle-after: 1s}
            """.formatted(transport) + EngineBench.WINDOWS);
    }

    private static int freePort() throws IOException
    {
        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0)))
        {
            return socket.getLocalPort();
        }
    }

    /** When an engine is killed. */
    private enum Moment
    {
        LOAD,
        START,
        IDLE
    }

    /** One data set and the engines that are killed while it is sent. */
    private final class Run
    {
        private final EngineBench bench;
        private final Random random;
        private final int rows;
        private final String rate;
        private final Function<EngineProcess, String> destination;
        private final boolean isLossless;
        private final Path sent = evidence.dir().resolve("sent.csv");
        private final Path missing = evidence.dir().resolve("missing.csv");

        Run(
            final EngineBench bench,
            final Random random,
            final int rows,
            final int rate,
            final Function<EngineProcess, String> destination,
            final boolean isLossless)
        {
            this.bench = bench;
            this.random = random;
            this.rows = rows;
            this.rate = rate + "/s";
            this.destination = destination;
            this.isLossless = isLossless;
        }

        void kill(final List<Moment> moments) throws IOException
        {
            send(moments);
            final long loads = moments.stream().filter(moment -> moment == Moment.LOAD).count();
            assertTrue(bench.restoredStarts() >= loads, () -> "fewer than " + loads + " starts restored a checkpoint");
            final Oracle.Summary summary =
                bench.verify("--sent", sent.toString(), "--expect-sent", Integer.toString(rows));
            assertEquals(0, summary.count("epoch"), summary::json);
            assertTrue(summary.count("windowResults") > 0, summary::json);
            assertTrue(summary.count("late") > 0, summary::json);
            assertTrue(summary.count("rejected") > 0, summary::json);
        }

        /** Sends all rows, and kills on the way. */
        void send(final List<Moment> moments)
        {
            bench.oracle().fill(sent, "--rows", Integer.toString(rows), "--rate", Integer.toString(rows / 10),
                "--devices", "50", "--metrics", "2", "--disorder-ms", "500", "--late-share", "0.01", "--late-ms",
                "5000", "--invalid-share", "0.002", "--start", "now",
                "--seed", Integer.toString(random.nextInt(1 << 30)));
            for (int i = 0; i < moments.size(); i++)
            {
                kill(moments.get(i), moments.size() - i);
            }

            final EngineProcess engine = bench.run().awaitReady();
            final EngineProcess sender = sendRest(engine, "--end");
            assertEquals(0, sender.exitCode(), sender::err);
            if (!isLossless)
            {
                resendDropped(engine);
            }
            bench.awaitDrained(engine, rows);
            bench.stop(engine);
        }

        private void kill(final Moment moment, final int left)
        {
            final EngineProcess engine = bench.run();
            if (moment == Moment.START)
            {
                engine.killAfter(MIN_START_MS + random.nextInt(START_RANGE_MS));
                return;
            }
            engine.awaitReady();
            if (moment == Moment.IDLE)
            {
                bench.awaitTicks(engine, 1 + random.nextInt(IDLE_TICKS));
                engine.kill();
                return;
            }
            final long before = bench.received(engine);
            // From now on a kill may come in the middle of one.
            bench.awaitCheckpoint(engine);
            final EngineProcess sender = sendRest(engine);
            // So that each kill finds about as much to send as the one before.
            final int share = (int)(rows - before) / left;
            final long until = before + 1 + random.nextInt(Math.max(1, share));
            engine.await(until + " readings", () -> bench.received(engine) >= until);
            engine.kill();
            sender.kill();
        }

        /** What is not durable yet. Aeron loses nothing, so that what is durable is what was sent first. */
        private EngineProcess sendRest(final EngineProcess engine, final String... options)
        {
            final String to = destination.apply(engine);
            if (!isLossless)
            {
                bench.oracle().missing(bench.data(), sent, missing);
                return bench.send(missing, to, withRate(options));
            }
            final long durable = bench.oracle().durableCount(bench.data());
            assertEquals(rows - durable, bench.oracle().missing(bench.data(), sent, missing));
            final String[] all = new String[options.length + 2];
            System.arraycopy(options, 0, all, 2, options.length);
            all[0] = "--skip";
            all[1] = Long.toString(durable);
            return bench.send(sent, to, withRate(all));
        }

        /** What the kernel had no room for: a sender that must have everything in asks, and sends it again. */
        private void resendDropped(final EngineProcess engine)
        {
            long left = rows;
            while (left > 0)
            {
                bench.awaitTicks(engine, 2);
                left = bench.oracle().missing(bench.data(), sent, missing);
                if (left > 0)
                {
                    final EngineProcess sender = bench.send(missing, destination.apply(engine), withRate("--end"));
                    assertEquals(0, sender.exitCode(), sender::err);
                }
            }
        }

        private String[] withRate(final String... options)
        {
            final String[] all = new String[options.length + 2];
            System.arraycopy(options, 0, all, 2, options.length);
            all[0] = "--rate";
            all[1] = rate;
            return all;
        }
    }
}
