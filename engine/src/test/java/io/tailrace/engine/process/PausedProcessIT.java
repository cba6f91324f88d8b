package io.tailrace.engine.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * The engine's process stands still for longer than a source may be silent. That is nobody's silence: no window may
 * fire because of it, and whatever the socket could not hold meanwhile is counted.
 */
class PausedProcessIT
{
    private static final int RATE = 10_000;
    private static final int ROWS = 80_000;
    private static final int ROWS_BEFORE = 20_000;
    private static final int PAUSE_MS = 3000;
    private static final long GAP_NS = TimeUnit.MILLISECONDS.toNanos(PAUSE_MS / 2);
    private static final int TICKS_PER_MARK = 10;

    @RegisterExtension
    private final EvidenceDirectory evidence = new EvidenceDirectory();

    @BeforeEach
    void assumeOracle()
    {
        Oracle.assume(evidence.dir());
    }

    @Test
    void shouldNotTakeAPauseInAStreamForSilence() throws IOException
    {
        final Path sent = evidence.dir().resolve("sent.csv");
        try (EngineBench bench = bench("2s"))
        {
            fill(bench, sent, ROWS);
            final EngineProcess engine = bench.run().awaitReady();
            final EngineProcess sender =
                bench.send(sent, EngineBench.udp(engine), "--rate", RATE + "/s", "--batch", "1", "--end");
            engine.await(ROWS_BEFORE + " readings", () -> bench.received(engine) >= ROWS_BEFORE);
            engine.signal("STOP");
            assertFalse(sender.endsWithin(PAUSE_MS), sender::out);
            engine.signal("CONT");
            assertEquals(0, sender.exitCode(), sender::err);

            // One reading a datagram: what was sent and not received, the kernel has counted, one by one.
            engine.await("a settled ledger", () -> isSettled(bench.ledger(engine)));
            bench.awaitTicks(engine, 3 * TICKS_PER_MARK);
            final long received = bench.received(engine);
            bench.awaitDrained(engine, received);
            bench.stop(engine);

            bench.verify("--expect-sent", Long.toString(received));
            assertEquals(ROWS - received, bench.oracle().missing(
                bench.data(), sent, evidence.dir().resolve("missing.csv")));
            final List<String> journal = bench.oracle().dump(bench.data(), "dump-journal");
            assertTrue(SilenceCheck.assertNotAcrossPauses(journal, GAP_NS) >= 1, "no pause is in the journal");
            SilenceCheck.assertNoneFiredBeforeTheLastReading(
                journal, bench.oracle().dump(bench.data(), "dump-results"));
        }
    }

    @Test
    void shouldNotCountAPauseAsPartOfASilence() throws IOException
    {
        final Path sent = evidence.dir().resolve("sent.csv");
        try (EngineBench bench = bench("2s"))
        {
            fill(bench, sent, RATE);
            final EngineProcess engine = bench.run().awaitReady();
            final EngineProcess sender = bench.send(sent, EngineBench.udp(engine), "--rate", RATE + "/s");
            assertEquals(0, sender.exitCode(), sender::err);
            engine.await("all readings", () -> bench.received(engine) == RATE);
            engine.signal("STOP");
            assertFalse(engine.endsWithin(PAUSE_MS), engine::out);
            engine.signal("CONT");
            // Then it is silent indeed, and every window must fire.
            bench.awaitTicks(engine, 5 * TICKS_PER_MARK);
            bench.awaitDrained(engine, RATE);
            bench.stop(engine);

            bench.verify("--expect-sent", Integer.toString(RATE), "--sent", sent.toString());
            final List<String> journal = bench.oracle().dump(bench.data(), "dump-journal");
            assertTrue(SilenceCheck.assertNotAcrossPauses(journal, GAP_NS) >= 1, "no pause is in the journal");
            final List<String> results = bench.oracle().dump(bench.data(), "dump-results");
            assertTrue(SilenceCheck.firedByTick(journal, results) > 0, "silence fired no window");
        }
    }

    private EngineBench bench(final String idleAfter) throws IOException
    {
        return new EngineBench(evidence.dir(), """
            sources: [{name: field, udp: "127.0.0.1:0", receive-buffer: 4MiB}]
            event-time: {watermark: global, out-of-orderness: 300ms, idle-after: %s}
            """.formatted(idleAfter) + EngineBench.WINDOWS);
    }

    private static void fill(final EngineBench bench, final Path sent, final int rows)
    {
        bench.oracle().fill(sent, "--rows", Integer.toString(rows), "--rate", Integer.toString(RATE), "--devices", "20",
            "--disorder-ms", "300", "--late-share", "0.001", "--late-ms", "5000", "--start", "now");
    }

    private static boolean isSettled(final Map<String, Long> ledger)
    {
        final long lost = ROWS - ledger.get("source,field,received");
        final long drops = ledger.get("source,field,kernel-drops");
        // The end of input is a message of its own if the last reading left without it.
        return drops == lost || drops == lost + 1;
    }
}
