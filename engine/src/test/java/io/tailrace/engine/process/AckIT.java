package io.tailrace.engine.process;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * One sender with {@code --ack}, and engines that are killed with SIGKILL under it and started again. In the end the
 * journal must hold each reading at least once, and the results log what the outside oracle makes of the journal.
 */
class AckIT
{
    private static final int ROWS = 60_000;
    private static final String RATE = "10000/s";
    private static final int KILLS = 2;

    @RegisterExtension
    private final EvidenceDirectory evidence = new EvidenceDirectory();

    @BeforeEach
    void assumeOracle()
    {
        Oracle.assume(evidence.dir());
    }

    @Test
    void shouldHaveEachReadingOfUdpInTheJournal() throws IOException
    {
        final int port = freePort();
        run("AckIT.udp", "udp: \"127.0.0.1:" + port + "\", receive-buffer: 256KiB", "udp:127.0.0.1:" + port);
    }

    @Test
    void shouldHaveEachReadingOfAeronUdpInTheJournal() throws IOException
    {
        final String channel = "aeron:udp?endpoint=127.0.0.1:" + freePort();
        final String answers = "aeron:udp?control=127.0.0.1:" + freePort() + "|control-mode=dynamic";
        run("AckIT.aeron", aeron(channel, answers), channel + ":1001");
    }

    @Test
    void shouldHaveEachReadingOfAeronIpcInTheJournal() throws IOException
    {
        run("AckIT.ipc", aeron("aeron:ipc", "aeron:ipc"), "aeron:ipc:1001");
    }

    private void run(final String name, final String transport, final String destination) throws IOException
    {
        final Random random = TestSeed.random(name);
        try (EngineBench bench = new EngineBench(evidence.dir(), """
            sources: [{name: field, ack: true, %s}]
            event-time: {watermark: global, out-of-orderness: 300ms, idle-after: 1s}
            """.formatted(transport) + EngineBench.WINDOWS))
        {
            final var sent = evidence.dir().resolve("sent.csv");
            bench.oracle().fill(sent, "--rows", Integer.toString(ROWS), "--rate", Integer.toString(ROWS / 10),
                "--devices", "50", "--metrics", "2", "--disorder-ms", "500", "--late-share", "0", "--late-ms",
                "5000", "--invalid-share", "0", "--start", "now", "--seed", Integer.toString(random.nextInt(1 << 30)));

            EngineProcess engine = bench.run().awaitReady();
            final EngineProcess sender =
                bench.send(sent, destination, "--ack", "--ack-timeout", "30", "--rate", RATE, "--end");
            for (int kill = 1; kill <= KILLS; kill++)
            {
                final long until = (long)ROWS * kill / (KILLS + 2) + random.nextInt(ROWS / 10);
                final EngineProcess running = engine;
                engine.await(until + " readings", () -> bench.received(running) >= until);
                engine.kill();
                assertFalse(sender.endsWithin(random.nextInt(500)), sender::err);
                engine = bench.run().awaitReady();
            }

            assertEquals(0, sender.exitCode(), sender::err);
            final String datagrams = value(sender, "datagrams");
            assertEquals(datagrams, value(sender, "settled-durable"), sender::out);
            assertTrue(Long.parseLong(value(sender, "resent")) > 0, sender::out);
            // Durable is durable: what the sender was told is there whatever comes now.
            engine.kill();
            assertEquals(0, bench.oracle().missing(bench.data(), sent, evidence.dir().resolve("missing.csv")));

            engine = bench.run().awaitReady();
            final Map<String, Long> ledger = bench.ledger(engine);
            assertEquals(0, ledger.get("source,field,unaccounted"), ledger::toString);
            assertTrue(ledger.get("source,field,received") >= ROWS, ledger::toString);
            bench.stop(engine);
            bench.verify();
        }
    }

    private static String aeron(final String channel, final String answers)
    {
        return "aeron: {channel: \"" + channel + "\", stream: 1001, ack-channel: \"" + answers +
            "\", ack-stream: 1002}";
    }

    private static String value(final EngineProcess process, final String key)
    {
        final String out = process.out();
        final int at = out.indexOf(key + "=");
        assertTrue(at >= 0, out);
        return out.substring(at + key.length() + 1).split("[ \n]")[0];
    }

    private static int freePort() throws IOException
    {
        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0)))
        {
            return socket.getLocalPort();
        }
    }
}
