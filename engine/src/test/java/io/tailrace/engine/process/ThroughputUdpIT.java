package io.tailrace.engine.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * A hundred thousand readings a second over UDP. What the sender counts as sent, the engine must have received, or the
 * kernel must have counted as dropped; and the results must be those of the journal. How long it takes is no matter.
 */
class ThroughputUdpIT
{
    private static final int RATE = 100_000;
    private static final int SECONDS = 5;
    private static final int FULL_SECONDS = 20;
    private static final int BATCH = 20;
    private static final int TICKS_PER_MARK = 10;
    private static final int KERNEL_DROPS = 64;

    @RegisterExtension
    private final EvidenceDirectory evidence = new EvidenceDirectory();

    @BeforeEach
    void assumeOracle()
    {
        Oracle.assume(evidence.dir());
    }

    @Test
    void shouldAccountForEveryReading() throws IOException
    {
        play(RATE * SECONDS, BATCH);
    }

    @Test
    @Tag("full")
    void shouldAccountForTwoMillionReadings() throws IOException
    {
        play(RATE * FULL_SECONDS, BATCH);
    }

    @Test
    @Tag("full")
    void shouldAccountForTwoMillionDatagrams() throws IOException
    {
        play(RATE * FULL_SECONDS, 1);
    }

    private void play(final int rows, final int batch) throws IOException
    {
        final Path sent = evidence.dir().resolve("sent.csv");
        try (EngineBench bench = new EngineBench(evidence.dir(), """
            sources: [{name: field, udp: "127.0.0.1:0", receive-buffer: 4MiB}]
            event-time: {watermark: global, out-of-orderness: 300ms}
            """ + EngineBench.WINDOWS))
        {
            bench.oracle().fill(sent, "--rows", Integer.toString(rows), "--rate", Integer.toString(RATE),
                "--devices", "1000", "--disorder-ms", "300", "--late-share", "0.001", "--late-ms", "5000",
                "--invalid-share", "0.0001", "--start", "now");
            final EngineProcess engine = bench.run().awaitReady();
            final EngineProcess sender = bench.send(
                sent, EngineBench.udp(engine), "--rate", RATE + "/s", "--batch", Integer.toString(batch), "--end");
            assertEquals(0, sender.exitCode(), sender::err);
            assertTrue(sender.out().startsWith("sent=" + rows + " "), sender::out);

            engine.await("a settled ledger", () -> isSettled(bench, engine, rows, batch));
            final long received = bench.received(engine);
            final long drops = bench.ledger(engine).get("source,field,kernel-drops");
            bench.awaitDrained(engine, received);
            // The monitor looks at the kernel's table once a second: by then it has seen the last drop.
            bench.awaitTicks(engine, 3 * TICKS_PER_MARK);
            assertEquals(drops, bench.ledger(engine).get("source,field,kernel-drops"));
            bench.stop(engine);

            System.out.println("ThroughputUdpIT: " + sender.out().strip() + " received=" + received +
                " kernel-drops=" + drops);
            final Path missing = evidence.dir().resolve("missing.csv");
            assertEquals(rows - received, bench.oracle().missing(bench.data(), sent, missing));
            final Oracle.Summary summary = bench.verify("--expect-sent", Long.toString(received));
            assertEquals(drops, summary.mark(0, KERNEL_DROPS), summary::json);
            assertTrue(summary.count("windowResults") > 0, summary::json);
        }
    }

    /** A dropped datagram held from one reading to a whole batch. */
    private static boolean isSettled(
        final EngineBench bench, final EngineProcess engine, final long rows, final int batch)
    {
        final Map<String, Long> ledger = bench.ledger(engine);
        final long lost = rows - ledger.get("source,field,received");
        final long drops = ledger.get("source,field,kernel-drops");
        return lost >= 0 && drops <= lost + 1 && lost <= drops * batch;
    }
}
