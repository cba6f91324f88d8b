package io.tailrace.perf.storm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

import io.tailrace.engine.send.AckedSender;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Senders and gateways on a clock that only the test moves, but for the times of sending again. */
class FleetSenderTest
{
    private static final long MS = 1_000_000L;
    private static final long HOUR_NS = 3_600_000_000_000L;

    private final AtomicLong clock = new AtomicLong();
    private final List<AckingEngine> engines = new ArrayList<>();

    @Test
    void shouldSendWhatIsReleasedAndNoMore()
    {
        final FleetSender sender = sender(100, 4);
        assertEquals(0, sender.doWork());
        sender.release(1000);
        work(sender);
        assertTrue(sender.isSettled());
        assertEquals(1000, sender.sent());
        for (final AckingEngine engine : engines)
        {
            assertEquals(250, engine.devices.size());
            assertTrue(engine.messages.stream().allMatch(count -> count <= Gateway.MAX_READINGS));
            // Ten readings of each of its 25 devices, in order.
            for (int i = 25; i < 250; i++)
            {
                assertEquals(engine.devices.get(i - 25), engine.devices.get(i));
                assertEquals(engine.eventIds.get(i - 25) + 1, engine.eventIds.get(i));
            }
        }
        sender.release(1);
        work(sender);
        assertEquals(1001, sender.sent());
        assertEquals(0, recorded(sender.report()), "nothing was scheduled");
    }

    @Test
    void shouldKeepWhatFindsNoRoom()
    {
        final FleetSender sender = sender(10, 1);
        engines.get(0).isAnswering = false;
        sender.release(100_000);
        work(sender);
        final long room = (long)AckedSender.WINDOW * Gateway.MAX_READINGS;
        assertEquals(room, sender.sent());
        assertFalse(sender.isSettled());
        final SenderReport stuck = sender.report();
        assertEquals(100_000, stuck.due());
        assertEquals(AckedSender.WINDOW, stuck.givenUp());
        assertTrue(stuck.held() > 0);

        engines.get(0).isAnswering = true;
        work(sender);
        assertTrue(sender.isSettled());
        final SenderReport report = sender.report();
        assertEquals(0, report.givenUp());
        assertEquals(100_000, report.readings());
        assertEquals(report.datagrams(), report.durable());
    }

    @Test
    void shouldSendWhenItIsDueAndRecordHowMuchLater()
    {
        final FleetSender sender = sender(10, 1);
        sender.schedule(5 * MS, 1000);
        work(sender);
        assertEquals(0, sender.sent());
        assertEquals(5 * MS, sender.nextDueNs());
        clock.set(7 * MS);
        work(sender);
        assertEquals(3, sender.sent());
        assertEquals(8 * MS, sender.nextDueNs());
        assertEquals(2.0 * MS, sender.report().lateness(Phase.WARMUP).getMaxValue(), 0.01 * MS);
        assertEquals(3, recorded(sender.report()));

        clock.set(14 * MS);
        sender.end();
        clock.set(100 * MS);
        work(sender);
        final SenderReport report = sender.report();
        assertEquals(10, report.due(), "what is due when it ends, and no more");
        assertEquals(10, report.readings());
        assertEquals(10, recorded(report));
        assertEquals(Long.MAX_VALUE, sender.nextDueNs());
    }

    @Test
    void shouldRecordLatenessInThePhaseInWhichAReadingBecameDue()
    {
        final FleetSender sender = sender(10, 1);
        sender.schedule(0, 1000);
        clock.set(4 * MS);
        work(sender);
        sender.begin(Phase.QUIET);
        clock.set(9 * MS);
        work(sender);
        sender.begin(Phase.STORM);
        // Nothing goes out in the storm: its readings are late, however soon after it all of them are sent.
        clock.set(2_009 * MS);
        sender.begin(Phase.AFTER);
        work(sender);
        clock.set(2_012 * MS);
        work(sender);
        final SenderReport report = sender.report();
        assertEquals(5, report.lateness(Phase.WARMUP).getTotalCount());
        assertEquals(5, report.lateness(Phase.QUIET).getTotalCount());
        assertEquals(4.0 * MS, report.lateness(Phase.QUIET).getMaxValue(), 0.01 * MS);
        assertEquals(2_000, report.lateness(Phase.STORM).getTotalCount());
        assertEquals(1_999.0 * MS, report.lateness(Phase.STORM).getMaxValue(), 2 * MS);
        assertEquals(1_000, report.lateness(Phase.STORM).getCountBetweenValues(1_000 * MS, 3_000 * MS), 5);
        assertEquals(3, report.lateness(Phase.AFTER).getTotalCount());
        assertEquals(2.0 * MS, report.lateness(Phase.AFTER).getMaxValue(), 0.01 * MS);
    }

    @Test
    void shouldSendAsManyInADatagramAsItMay()
    {
        final FleetSender sender = sender(10, 1, 1, Indexes::ofSession);
        sender.release(50);
        work(sender);
        assertEquals(50, sender.report().datagrams());
        assertTrue(engines.get(0).messages.stream().allMatch(count -> count == 1));
    }

    @Test
    void shouldEndTheInputOfAllOnce()
    {
        final FleetSender sender = sender(10, 2);
        sender.release(20);
        work(sender);
        sender.endInput();
        assertEquals(1, engines.get(0).ends);
        assertEquals(0, engines.get(1).ends);
    }

    @Test
    void shouldSaveItsReport(@TempDir final Path dir) throws IOException
    {
        final FleetSender sender = sender(10, 1);
        sender.schedule(0, 1000);
        sender.begin(Phase.STORM);
        clock.set(20 * MS);
        work(sender);
        final SenderReport report = sender.report();
        report.save(dir, "live");
        final SenderReport read = SenderReport.read(dir, "live");
        assertEquals(report.toMap(), read.toMap());
        assertEquals(report.lateness(), read.lateness());
        assertEquals(20, read.lateness(Phase.STORM).getTotalCount());

        Files.writeString(dir.resolve("live.counts"), "due=1\n");
        final IOException ex = assertThrows(IOException.class, () -> SenderReport.read(dir, "live"));
        assertEquals("a sender's report has no readings", ex.getMessage());
        assertThrows(IOException.class, () -> SenderReport.read(dir, "other"));
    }

    @Test
    void shouldGoOnBehindWhatItHasSentWhenItWasHeld()
    {
        final FleetSender sender = shared(10, 2);
        engines.forEach(engine -> engine.isAnswering = false);
        sender.schedule(0, 1_000_000);
        clock.set(1_000 * MS);
        work(sender);
        final long room = 2L * AckedSender.WINDOW * Gateway.MAX_READINGS;
        final SenderReport held = sender.hold();
        assertEquals(1_000_001, held.due());
        assertEquals(room, held.readings());
        assertEquals(room, sender.due());

        engines.forEach(engine -> engine.isAnswering = true);
        sender.schedule(1_000 * MS, 1_000);
        clock.set(1_009 * MS);
        work(sender);
        assertEquals(room + 10, sender.sent());
        final long sum = engines.stream().mapToLong(engine -> engine.devices.size()).sum();
        assertEquals(room + 10, sum);
        // Each reading once, whichever session has sent it.
        assertEquals(room + 10, engines.stream()
            .flatMap(engine -> IntStream.range(0, engine.devices.size())
                .mapToObj(i -> engine.devices.get(i) + " " + engine.eventIds.get(i)))
            .distinct().count());
    }

    private FleetSender shared(final int devices, final int sessions)
    {
        final Indexes indexes = Indexes.shared();
        return sender(devices, sessions, (fleet, session) -> indexes);
    }

    private FleetSender sender(final int devices, final int sessions)
    {
        return sender(devices, sessions, Indexes::ofSession);
    }

    private FleetSender sender(
        final int devices, final int sessions, final BiFunction<Fleet, Integer, Indexes> indexes)
    {
        return sender(devices, sessions, Gateway.MAX_READINGS, indexes);
    }

    private FleetSender sender(
        final int devices,
        final int sessions,
        final int perDatagram,
        final BiFunction<Fleet, Integer, Indexes> indexes)
    {
        final Fleet fleet = new Fleet(1, devices, sessions, 1, false, 0, devices);
        final List<Gateway> gateways = new ArrayList<>();
        for (int i = 0; i < sessions; i++)
        {
            final AckingEngine engine = new AckingEngine();
            engines.add(engine);
            gateways.add(new Gateway(
                fleet,
                indexes.apply(fleet, i),
                perDatagram,
                77 + i,
                new AckedSender(engine, 77 + i, HOUR_NS, () -> false)));
        }
        return new FleetSender(gateways, clock::get);
    }

    private static long recorded(final SenderReport report)
    {
        return report.lateness().values().stream().mapToLong(Histogram::getTotalCount).sum();
    }

    private static void work(final FleetSender sender)
    {
        int work = sender.doWork();
        while (work > 0)
        {
            work = sender.doWork();
        }
        // Once more, for the answers to the last ones.
        sender.doWork();
    }
}
