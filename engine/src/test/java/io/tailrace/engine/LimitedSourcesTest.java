package io.tailrace.engine;

import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

import io.tailrace.archive.recording.RecordingReader;
import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.EventTimeConfig;
import io.tailrace.engine.config.LimitsConfig;
import io.tailrace.engine.config.OverloadAction;
import io.tailrace.engine.config.OverloadConfig;
import io.tailrace.engine.config.ReferenceClock;
import io.tailrace.engine.config.SourceConfig;
import io.tailrace.engine.config.WindowConfig;
import io.tailrace.engine.ingress.Publisher;
import io.tailrace.engine.inspect.DataDirectoryView;
import io.tailrace.engine.inspect.RecordedRange;
import io.tailrace.engine.monitor.LedgerReport;
import io.tailrace.engine.monitor.LedgerRow;
import io.tailrace.engine.overload.RationalTokens;
import io.tailrace.engine.send.AckedSender;
import io.tailrace.engine.send.AeronSender;
import io.tailrace.engine.send.Destination;
import io.tailrace.engine.send.UdpAckedChannel;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Each limit exactly as configured: a seeded stream of frames through UDP, Aeron and publishers of both classes into a
 * whole engine, and then its journal, frame by frame, against buckets of tokens that are filled by the journal's own
 * ingest times.
 * <p>
 * Each frame of a normal source has a last message that no limit sheds, and that says at which time the frame was
 * judged: the end of the input where a reading would not do.
 */
@Timeout(120)
class LimitedSourcesTest
{
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long START_MS = 1_700_000_000_000L;
    private static final int LENGTH = MessageLayout.SLOT_LENGTH;
    private static final int FRAMES = 3_000;
    private static final int MAX_READINGS = 20;
    private static final int DEVICES = 40;
    private static final int SESSION = 7;
    private static final long CARRIER_DEVICE = 1L << 40;

    // Sources of the configuration, by index.
    private static final int FIELD = 0;
    private static final int WIRE = 1;
    private static final int APP = 2;
    /** The first of those that are. */
    private static final int CRITICAL = 3;

    private static final List<String> NAMES = List.of("field", "wire", "app", "desk", "alarm");

    @TempDir
    Path dataDir;

    /** Readings of each frame of each normal source, in order. */
    private final List<List<List<Sent>>> offered = new ArrayList<>();
    private final Map<String, Long> expected = new TreeMap<>();
    private final SplittableRandom random = new SplittableRandom(20);
    private final UnsafeBuffer frame = new UnsafeBuffer(new byte[(2 + MAX_READINGS) * LENGTH]);
    private OverloadConfig overload;
    private boolean isEndCarrying;
    private int criticalReadings;

    private record Sent(long eventId, long deviceId)
    {
    }

    @Test
    void shouldShedWhatADeviceSendsAboveItsRate() throws IOException
    {
        run(OverloadConfig.builder().ratePerDevice(200).burstNs(SECOND_NS / 25).build(), false);
        assertTrue(expected.get("field shed:rate-per-device") > 1_000, expected::toString);
        assertTrue(expected.get("app shed:rate-per-device") > 1_000, expected::toString);
    }

    @Test
    void shouldShedWhatAllNormalSourcesSendAboveTheirRate() throws IOException
    {
        run(OverloadConfig.builder().rate(7_000).burstNs(SECOND_NS / 20).build(), true);
        assertTrue(expected.get("field shed:rate") > 1_000, expected::toString);
        assertTrue(expected.get("wire shed:rate") > 1_000, expected::toString);
    }

    @Test
    void shouldSampleWhatIsAboveEitherRate() throws IOException
    {
        run(OverloadConfig.builder().ratePerDevice(50).rate(4_000).burstNs(SECOND_NS / 25)
            .then(OverloadAction.SAMPLE).keepOneIn(5).build(), false);
        for (final String counted : List.of("shed:rate", "shed:rate-per-device", "kept:sampled"))
        {
            assertTrue(expected.get("app " + counted) > 100, expected::toString);
            assertTrue(expected.get("field " + counted) > 100, expected::toString);
        }
    }

    private void run(final OverloadConfig limits, final boolean isEndSaying) throws IOException
    {
        overload = limits;
        isEndCarrying = isEndSaying;
        final EngineConfig config = config();
        final List<LedgerRow> rows;
        final long results;
        try (Engine engine = Engine.launch(new Engine.Context().config(config)))
        {
            offer(engine);
            assertTrue(engine.awaitDrained(30 * SECOND_NS));
            assertNull(engine.failure());
            final LedgerReport ledger = engine.ledger();
            assertEquals(0, ledger.unaccounted(), () -> ledger.rows().toString());
            rows = ledger.rows();
            results = engine.view().nextResultSequence();
        }
        new Model().read();
        assertEquals(expected, counts(rows));
        assertTrue(results > 100, "only " + results + " results");

        // The journal gives the same bytes of results, and holds the counts of what was shed before it.
        try (Engine engine = Engine.launch(new Engine.Context().config(config).replayWholeJournal(true)))
        {
            assertEquals(results, engine.recovery().comparedResults());
            assertEquals(0, engine.recovery().emittedResults());
            final LedgerReport ledger = engine.ledger();
            assertEquals(0, ledger.unaccounted(), () -> ledger.rows().toString());
            assertEquals(expected, counts(ledger.rows()));
        }
        try (Engine engine = Engine.launch(new Engine.Context().config(config)))
        {
            assertTrue(engine.recovery().checkpoint() != RecoveryReport.NO_CHECKPOINT);
            assertEquals(expected, counts(engine.ledger().rows()));
        }
    }

    /** Sends frames through all ways in, from one thread, as fast as they are taken but for random pauses. */
    private void offer(final Engine engine) throws IOException
    {
        final Publisher app = engine.publisher("app");
        final Publisher alarm = engine.publisher("alarm");
        try (DatagramChannel desk = DatagramChannel.open().connect(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), engine.udpPort("desk")));
            AckedSender field = new AckedSender(
                UdpAckedChannel.open(Destination.parse("--to", "udp:127.0.0.1:" + engine.udpPort("field"))),
                SESSION,
                TimeUnit.MINUTES.toNanos(1),
                () -> false);
            AeronSender wire = AeronSender.open(
                Destination.parse("--to", "aeron:ipc:2001"),
                engine.aeronDirectoryName(),
                10 * SECOND_NS,
                () -> false))
        {
            for (int source = 0; source < CRITICAL; source++)
            {
                offered.add(new ArrayList<>());
            }
            for (int i = 0; i < FRAMES; i++)
            {
                final int source = random.nextInt(isEndCarrying ? APP : CRITICAL);
                final int length = fill(source) * LENGTH;
                if (source == APP)
                {
                    assertTrue(app.offer(frame, LENGTH, length / LENGTH, 30 * SECOND_NS) > 0);
                }
                else if (source == WIRE)
                {
                    wire.send(new UnsafeBuffer(frame, LENGTH, length), length);
                }
                else
                {
                    frame.putLong(MessageLayout.DATAGRAM_HEADER_SEQUENCE_OFFSET, offered.get(FIELD).size() - 1);
                    field.send(frame, LENGTH + length);
                }
                if (i % 10 == 0)
                {
                    criticalReadings++;
                    assertEquals(1, alarm.offer(i, 1, 1, START_MS + i, 1.0, 30 * SECOND_NS));
                    reading(LENGTH, new Sent(i, 1), i);
                    desk.write(ByteBuffer.wrap(frame.byteArray(), LENGTH, LENGTH));
                }
                pause(random.nextInt(5) == 0 ? random.nextInt(1_000_000) : 0);
            }
            field.finish();
            wire.finish();
            assertEquals(0, field.report().shed());
            final long total = 2L * criticalReadings +
                offered.stream().flatMap(List::stream).mapToLong(List::size).sum();
            final long deadlineNs = System.nanoTime() + 30 * SECOND_NS;
            while (engine.received() < total)
            {
                assertTrue(System.nanoTime() - deadlineNs < 0, () -> engine.received() + " of " + total);
                Thread.onSpinWait();
            }
        }
    }

    /**
     * Writes a frame behind a datagram header: readings of random devices, some of which send more than others, and
     * what says the time.
     *
     * @return messages.
     */
    private int fill(final int source)
    {
        final List<List<Sent>> frames = offered.get(source);
        final long firstId = ((long)source << 32) + frames.size() * 1_000L;
        final List<Sent> readings = new ArrayList<>();
        final int count = 1 + random.nextInt(MAX_READINGS);
        for (int i = 0; i < count; i++)
        {
            readings.add(new Sent(firstId + i, Math.min(random.nextInt(DEVICES), random.nextInt(DEVICES))));
        }
        if (!isEndCarrying)
        {
            long eventId = firstId + count;
            while (overload.then() == OverloadAction.SAMPLE && !isSampled(eventId))
            {
                eventId++;
            }
            readings.add(new Sent(eventId, CARRIER_DEVICE + firstId));
        }
        frame.setMemory(0, LENGTH, (byte)0);
        frame.putLong(0, MessageLayout.DATAGRAM_HEADER_HEADER);
        frame.putLong(MessageLayout.DATAGRAM_HEADER_SESSION_OFFSET, SESSION);
        for (int i = 0; i < readings.size(); i++)
        {
            reading((1 + i) * LENGTH, readings.get(i), frames.size());
        }
        if (isEndCarrying)
        {
            frame.setMemory((1 + count) * LENGTH, LENGTH, (byte)0);
            frame.putLong((1 + count) * LENGTH, MessageLayout.END_OF_INPUT_HEADER);
        }
        frames.add(readings);
        return 1 + count;
    }

    private void reading(final int at, final Sent reading, final int ms)
    {
        frame.setMemory(at, LENGTH, (byte)0);
        frame.putLong(at, MessageLayout.READING_HEADER);
        frame.putLong(at + MessageLayout.READING_EVENT_ID_OFFSET, reading.eventId);
        frame.putLong(at + MessageLayout.READING_DEVICE_ID_OFFSET, reading.deviceId);
        frame.putLong(at + MessageLayout.READING_EVENT_TIME_OFFSET, START_MS + ms);
        frame.putDouble(at + MessageLayout.READING_VALUE_OFFSET, reading.eventId % 1000);
        frame.putInt(at + MessageLayout.READING_METRIC_OFFSET, 1);
    }

    private EngineConfig config()
    {
        final InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return EngineConfig.builder()
            .dataDir(dataDir)
            .limits(LimitsConfig.builder().devices(10_000).keys(10_000).ringSlots(4096).build())
            .source(SourceConfig.udp("field", anyPort).ack(true).build())
            .source(SourceConfig.aeron("wire", "aeron:ipc", 2001).build())
            .source(SourceConfig.embedded("app").build())
            .source(SourceConfig.udp("desk", anyPort).priority(1).build())
            .source(SourceConfig.embedded("alarm").priority(1).build())
            .eventTime(EventTimeConfig.builder().referenceClock(ReferenceClock.NONE).build())
            .window(WindowConfig.tumbling("w", SECOND_NS / 10).build())
            .overload(overload)
            .build();
    }

    private static Map<String, Long> counts(final List<LedgerRow> rows)
    {
        final Map<String, Long> counts = new TreeMap<>();
        rows.stream()
            .filter(row -> row.scope().equals("source") && row.count() != 0 &&
                row.reason().matches("(received|accepted|rejected|shed|kept|rate-).*"))
            .forEach(row -> counts.put(row.name() + " " + row.reason(), row.count()));
        return counts;
    }

    /** The hash of engine/docs/OVERLOAD.md in numbers without bounds. */
    private boolean isSampled(final long eventId)
    {
        BigInteger mixed = BigInteger.valueOf(eventId);
        mixed = word(mixed.xor(mixed.shiftRight(30)).multiply(new BigInteger("bf58476d1ce4e5b9", 16)));
        mixed = word(mixed.xor(mixed.shiftRight(27)).multiply(new BigInteger("94d049bb133111eb", 16)));
        mixed = mixed.xor(mixed.shiftRight(31));
        return mixed.mod(BigInteger.valueOf(overload.keepOneIn())).signum() == 0;
    }

    private static BigInteger word(final BigInteger value)
    {
        return value.mod(BigInteger.ONE.shiftLeft(Long.SIZE));
    }

    private static void pause(final long ns)
    {
        final long endNs = System.nanoTime() + ns;
        while (System.nanoTime() - endNs < 0)
        {
            Thread.onSpinWait();
        }
    }

    /** Reads the journal, and judges each frame anew at the time that the journal says. */
    private final class Model
    {
        private final Map<Long, RationalTokens> devices = new HashMap<>();
        private final RationalTokens all = overload.rate() > 0 ? tokens(overload.rate()) : null;
        private final List<List<Long>> kept = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        private final int[] frames = new int[CRITICAL];
        private final int[] critical = new int[NAMES.size()];
        private long timeNs;

        private void read()
        {
            final RecordedRange journal = DataDirectoryView.of(dataDir).recording(Engine.JOURNAL);
            try (RecordingReader reader = journal.open())
            {
                while (journal.next(reader))
                {
                    final UnsafeBuffer message = new UnsafeBuffer(0, 0);
                    for (int at = 0; at < reader.payloadLength(); at += LENGTH)
                    {
                        message.wrap(reader.payloadBuffer(), reader.payloadOffset() + at, LENGTH);
                        onMessage(message);
                    }
                }
            }
            for (int source = 0; source < CRITICAL; source++)
            {
                assertEquals(offered.get(source).size(), frames[source], NAMES.get(source));
                assertEquals(List.of(), kept.get(source));
            }
            for (int source = CRITICAL; source < NAMES.size(); source++)
            {
                assertEquals(criticalReadings, critical[source], NAMES.get(source));
                count(source, "received", criticalReadings);
                count(source, "accepted", criticalReadings);
            }
        }

        private void onMessage(final UnsafeBuffer message)
        {
            if (message.getLong(0) == MessageLayout.END_OF_INPUT_HEADER)
            {
                final int source = message.getShort(MessageLayout.END_OF_INPUT_SOURCE_OFFSET);
                onTime(message.getLong(MessageLayout.END_OF_INPUT_TIME_OFFSET));
                onFrame(source);
            }
            else if (message.getLong(0) == MessageLayout.READING_HEADER)
            {
                final int source = message.getShort(MessageLayout.READING_SOURCE_OFFSET);
                if (source >= CRITICAL)
                {
                    critical[source]++;
                    return;
                }
                onTime(message.getLong(MessageLayout.READING_INGEST_TIME_OFFSET));
                final long eventId = message.getLong(MessageLayout.READING_EVENT_ID_OFFSET);
                kept.get(source).add(eventId);
                final List<Sent> current = offered.get(source).get(frames[source]);
                if (!isEndCarrying && current.get(current.size() - 1).eventId == eventId)
                {
                    onFrame(source);
                }
            }
        }

        private void onTime(final long ns)
        {
            assertTrue(ns >= timeNs, "the time of judgement fell");
            timeNs = ns;
        }

        private void onFrame(final int source)
        {
            final List<Sent> readings = offered.get(source).get(frames[source]);
            final List<Long> going = readings.stream()
                .filter(reading -> isGoing(source, reading)).map(Sent::eventId).toList();
            assertEquals(going, kept.get(source), "frame " + frames[source] + " of " + NAMES.get(source));
            kept.get(source).clear();
            frames[source]++;
            count(source, "received", readings.size());
            count(source, "accepted", going.size());
        }

        private boolean isGoing(final int source, final Sent reading)
        {
            final RationalTokens device = overload.ratePerDevice() == 0 ? null :
                devices.computeIfAbsent(reading.deviceId, key -> tokens(overload.ratePerDevice()));
            if (null != device && !device.hasToken(timeNs))
            {
                return isSampled(source, reading, "shed:rate-per-device");
            }
            if (null != all && !all.take(timeNs))
            {
                return isSampled(source, reading, "shed:rate");
            }
            return null == device || device.take(timeNs);
        }

        private boolean isSampled(final int source, final Sent reading, final String otherwise)
        {
            final boolean isSampled =
                overload.then() == OverloadAction.SAMPLE && LimitedSourcesTest.this.isSampled(reading.eventId);
            count(source, isSampled ? "kept:sampled" : otherwise, 1);
            return isSampled;
        }

        private void count(final int source, final String reason, final long count)
        {
            if (count > 0)
            {
                expected.merge(NAMES.get(source) + " " + reason, count, Long::sum);
            }
        }

        private RationalTokens tokens(final double perSecond)
        {
            return new RationalTokens(BigInteger.valueOf((long)perSecond), BigInteger.ONE, overload.burstNs());
        }
    }
}
