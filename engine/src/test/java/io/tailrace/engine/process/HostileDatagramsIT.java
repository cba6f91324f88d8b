package io.tailrace.engine.process;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Hundreds of thousands of wrong datagrams among right ones: each must be counted by its reason, none may do harm, and
 * the counts must outlive the process.
 */
class HostileDatagramsIT
{
    private static final int DATAGRAMS = 300_000;
    private static final int FEW = 2_000;
    private static final int RING_SLOTS = 64;
    private static final int MAX_LENGTH = RING_SLOTS / 2 * 64;

    // What a datagram takes of the socket's buffer beside twice its bytes, rather too much than too little.
    private static final int OVERHEAD = 1024;
    private static final int BUFFER_LENGTH = 4 << 20;

    private static final int EAGER_LOOKS = 20;

    private static final int KEPT = 4096;
    private static final int KEPT_BYTES = 256;
    private static final int TICKS_PER_MARK = 10;

    @RegisterExtension
    private final EvidenceDirectory evidence = new EvidenceDirectory();

    private final Deque<String> newest = new ArrayDeque<>();
    private HostileDatagrams datagrams;
    private EngineBench bench;

    @BeforeEach
    void assumeOracle()
    {
        Oracle.assume(evidence.dir());
    }

    @Test
    void shouldCountEachByItsReason() throws IOException
    {
        final Random random = TestSeed.random("HostileDatagramsIT");
        datagrams = new HostileDatagrams(random, MAX_LENGTH);
        try (EngineBench opened = new EngineBench(evidence.dir(), """
            sources: [{name: field, udp: "127.0.0.1:0", receive-buffer: 4MiB}]
            limits: {ring-slots: %d}
            event-time: {watermark: global, out-of-orderness: 3s}
            """.formatted(RING_SLOTS) + EngineBench.WINDOWS))
        {
            bench = opened;
            EngineProcess engine = bench.run().awaitReady();
            send(engine, DATAGRAMS);
            assertCounts(engine);
            assertTrue(datagrams.counts().size() == 8, () -> "a reason did not occur: " + datagrams.counts());
            assertTrue(bench.get(engine, "/health").contains("\"status\":\"ok\""));
            assertKept();

            // Marks are journalled once a second: then the counts are in the journal, and a kill loses none.
            bench.awaitTicks(engine, 3 * TICKS_PER_MARK);
            engine.kill();
            engine = bench.run().awaitReady();
            assertCounts(engine);

            // Less than a second before a kill: none of the earlier ones is lost, and none is counted twice.
            final Map<String, Long> before = malformed(engine);
            final long readingsBefore = datagrams.readings();
            send(engine, FEW);
            final Map<String, Long> after = malformed(engine);
            engine.kill();
            engine = bench.run().awaitReady();
            final Map<String, Long> kept = malformed(engine);
            after.forEach((reason, count) -> assertTrue(
                kept.get(reason) >= before.get(reason) && kept.get(reason) <= count,
                () -> reason + ": " + before + " " + kept + " " + after));

            // Without acknowledgements a reading that was taken an instant before the kill need not be in the journal.
            final long received = bench.received(engine);
            assertTrue(
                received >= readingsBefore && received <= datagrams.readings(),
                () -> readingsBefore + " <= " + received + " <= " + datagrams.readings());
            bench.stop(engine);
            final Oracle.Summary summary = bench.verify("--expect-sent", Long.toString(received));
            assertTrue(summary.count("windowResults") > 0, summary::json);
        }
    }

    @Test
    void shouldKeepTheCountsOverAStopInOrder() throws IOException
    {
        datagrams = new HostileDatagrams(TestSeed.random("HostileDatagramsIT.stop"), MAX_LENGTH);
        try (EngineBench opened = new EngineBench(evidence.dir(), """
            sources: [{name: field, udp: "127.0.0.1:0", receive-buffer: 4MiB}]
            limits: {ring-slots: %d}
            """.formatted(RING_SLOTS) + EngineBench.WINDOWS))
        {
            bench = opened;
            final EngineProcess stopped = bench.run().awaitReady();
            send(stopped, FEW);
            bench.stop(stopped);
            final EngineProcess engine = bench.run().awaitReady();
            assertCounts(engine);
            bench.stop(engine);
        }
    }

    /** Never more than the socket's buffer holds: what is on its way must have arrived before more is sent. */
    private void send(final EngineProcess engine, final int count) throws IOException
    {
        final InetSocketAddress address = new InetSocketAddress("127.0.0.1", engine.udpPort("field"));
        try (DatagramChannel channel = DatagramChannel.open())
        {
            final long malformedBefore = sum(malformed(engine)) - datagrams.malformed();
            // The system grants this socket what it has granted the engine's.
            channel.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER_LENGTH);
            final long maxChunkLength = channel.getOption(StandardSocketOptions.SO_RCVBUF);
            long chunkLength = 0;
            for (int i = 1; i <= count; i++)
            {
                final ByteBuffer datagram = datagrams.next();
                chunkLength += OVERHEAD + 2L * datagram.limit();
                remember(datagram);
                channel.send(datagram, address);
                if (chunkLength >= maxChunkLength || i == count)
                {
                    awaitTaken(engine, malformedBefore + datagrams.malformed());
                    chunkLength = 0;
                }
            }
        }
    }

    /** Most often it has been taken when the first answer comes. */
    private void awaitTaken(final EngineProcess engine, final long malformed)
    {
        boolean isTaken = false;
        for (int i = 0; i < EAGER_LOOKS && !isTaken; i++)
        {
            isTaken = isTaken(engine, malformed);
        }
        if (!isTaken)
        {
            engine.await("what was sent", () -> isTaken(engine, malformed));
        }
    }

    private boolean isTaken(final EngineProcess engine, final long malformed)
    {
        final Map<String, Long> ledger = bench.ledger(engine);
        return ledger.get("source,field,received") == datagrams.readings() &&
            EngineBench.sum(ledger, "source,field,malformed:") == malformed;
    }

    private void remember(final ByteBuffer datagram)
    {
        if (HostileDatagrams.VALID.equals(datagrams.fault()))
        {
            return;
        }
        final byte[] first = new byte[Math.min(KEPT_BYTES, datagram.limit())];
        datagram.get(0, first);
        newest.addLast(" source=0 reason=" + datagrams.fault() + " length=" + datagram.limit() + " first=" +
            HexFormat.of().formatHex(first));
        if (newest.size() > KEPT)
        {
            newest.removeFirst();
        }
    }

    private void assertCounts(final EngineProcess engine)
    {
        final Map<String, Long> expected = datagrams.counts().entrySet().stream()
            .filter(count -> !count.getKey().equals(HostileDatagrams.VALID))
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        assertEquals(expected, malformed(engine));
        final Map<String, Long> ledger = bench.ledger(engine);
        assertEquals(0, ledger.get("source,field,kernel-drops"));
        bench.awaitDrained(engine, datagrams.readings());
    }

    /** The newest are kept, byte by byte, and the file does not grow. */
    private void assertKept() throws IOException
    {
        final List<String> lines = bench.inspect("--malformed").lines().toList();
        assertEquals(KEPT, lines.size());
        int line = 0;
        for (final String expected : newest)
        {
            final String found = lines.get(line++);
            assertTrue(found.endsWith(expected), () -> found + "\nexpected" + expected);
        }
        final Path file = bench.data().resolve("malformed.dat");
        assertTrue(Files.size(file) < 2L * KEPT * KEPT_BYTES, "the file of rejects has no bound");
    }

    private Map<String, Long> malformed(final EngineProcess engine)
    {
        final String prefix = "source,field,malformed:";
        return bench.ledger(engine).entrySet().stream()
            .filter(count -> count.getKey().startsWith(prefix))
            .collect(Collectors.toMap(count -> count.getKey().substring(prefix.length()), Map.Entry::getValue));
    }

    private static long sum(final Map<String, Long> counts)
    {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }
}
