package io.tailrace.engine.allocation;

import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

import com.sun.management.ThreadMXBean;
import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.Engine;
import io.tailrace.engine.config.AlertConfig;
import io.tailrace.engine.config.CalendarUnit;
import io.tailrace.engine.config.DedupBy;
import io.tailrace.engine.config.DedupConfig;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.EventTimeConfig;
import io.tailrace.engine.config.KeyKind;
import io.tailrace.engine.config.LimitsConfig;
import io.tailrace.engine.config.OverloadAction;
import io.tailrace.engine.config.OverloadConfig;
import io.tailrace.engine.config.ReferenceClock;
import io.tailrace.engine.config.SourceConfig;
import io.tailrace.engine.config.WatermarkKind;
import io.tailrace.engine.config.WindowConfig;
import io.tailrace.engine.config.WindowType;
import io.tailrace.engine.ingress.Publisher;
import io.tailrace.engine.operator.OperatorCore;
import io.tailrace.engine.ring.ResultsRing;
import io.tailrace.engine.send.AckedSender;
import io.tailrace.engine.send.Destination;
import io.tailrace.engine.send.UdpAckedChannel;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A process that counts what its own threads allocate while events pass. Prints {@code ROUND NAME BYTES EVENTS} per
 * thread, or kind of work of the operator core.
 */
final class AllocationProbe
{
    private static final int DEVICES = 10_000;
    private static final int BATCH = 20;
    private static final long EVENTS_PER_MS = 1_000;
    private static final long SECOND_NS = 1_000_000_000L;
    /** Limits that some readings are above, and most are not. */
    private static final double RATE = 1_000_000;
    private static final double RATE_PER_DEVICE = 100;
    private static final long START_MS = 1_700_000_000_000L;
    private static final ThreadMXBean THREADS = (ThreadMXBean)ManagementFactory.getThreadMXBean();

    private final SplittableRandom random = new SplittableRandom(1);
    private final UnsafeBuffer batch = new UnsafeBuffer(
        BufferUtil.allocateDirectAligned(BATCH * MessageLayout.SLOT_LENGTH, BitUtil.CACHE_LINE_LENGTH));
    private long nextEvent;

    private AllocationProbe()
    {
    }

    /** Arguments: {@code core|engine|limited|acks}, warm-up events, measured events of a round, rounds, directory. */
    public static void main(final String[] args) throws Exception
    {
        final long warmUp = Long.parseLong(args[1]);
        final long measured = Long.parseLong(args[2]);
        if (args[0].equals("core"))
        {
            for (final WatermarkKind watermark : WatermarkKind.values())
            {
                for (final WindowConfig.Builder window : windows())
                {
                    new AllocationProbe().core(
                        warmUp,
                        measured,
                        Integer.parseInt(args[3]),
                        window.key(KeyKind.DEVICE_METRIC).watermark(watermark).build(),
                        DedupConfig.NONE,
                        List.of());
                }
            }
            for (final DedupConfig dedup : dedups())
            {
                new AllocationProbe().core(
                    warmUp,
                    measured,
                    Integer.parseInt(args[3]),
                    WindowConfig.tumbling("dedup-" + dedup.by() + "-" + dedup.maxIds(), SECOND_NS)
                        .watermark(WatermarkKind.GLOBAL).build(),
                    dedup,
                    List.of());
            }
            new AllocationProbe().core(
                warmUp,
                measured,
                Integer.parseInt(args[3]),
                WindowConfig.tumbling("alarmed", SECOND_NS).key(KeyKind.ALL).watermark(WatermarkKind.GLOBAL).build(),
                DedupConfig.NONE,
                alerts());
        }
        else if (args[0].equals("acks"))
        {
            new AllocationProbe().acks(warmUp, measured, Integer.parseInt(args[3]), Path.of(args[4]));
        }
        else
        {
            final OverloadConfig.Builder overload = OverloadConfig.builder();
            new AllocationProbe().engine(
                warmUp,
                measured,
                Integer.parseInt(args[3]),
                Path.of(args[4]),
                args[0].equals("limited") ?
                overload.rate(RATE).ratePerDevice(RATE_PER_DEVICE).then(OverloadAction.SAMPLE).build() :
                overload.build());
        }
    }

    /** Sliding windows of slices of two lengths; sessions that end, merge, and are retracted. */
    private static List<WindowConfig.Builder> windows()
    {
        return List.of(
            WindowConfig.tumbling("tumbling", SECOND_NS).allowedLatenessNs(SECOND_NS),
            WindowConfig.sliding("sliding", TimeUnit.MILLISECONDS.toNanos(2_500), SECOND_NS)
                .allowedLatenessNs(SECOND_NS),
            WindowConfig.session("session", TimeUnit.MILLISECONDS.toNanos(30)).allowedLatenessNs(SECOND_NS),
            WindowConfig.calendar("calendar", CalendarUnit.HOUR, ZoneId.of("America/New_York")));
    }

    /** A bitmap that moves on, a set whose generations are forgotten, and one that is full now and then. */
    private static List<DedupConfig> dedups()
    {
        final DedupConfig.Builder byId =
            DedupConfig.builder().by(DedupBy.ID).ttlNs(TimeUnit.MILLISECONDS.toNanos(200));
        return List.of(
            DedupConfig.builder().by(DedupBy.SEQUENCE).build(),
            byId.maxIds(400_000).build(),
            byId.maxIds(100_000).build());
    }

    /** One that rises and falls often, and one that waits in rows that are broken. */
    private static List<AlertConfig> alerts()
    {
        return List.of(
            AlertConfig.builder().name("above").above(0.6).clear(0.4).build(),
            AlertConfig.builder().name("below").below(0.8).forNs(TimeUnit.MILLISECONDS.toNanos(30)).build());
    }

    private void core(
        final long warmUp,
        final long measured,
        final int rounds,
        final WindowConfig window,
        final DedupConfig dedup,
        final List<AlertConfig> alerts)
    {
        final ResultsRing ring = new ResultsRing(1 << 16);
        final EngineConfig config = config(null, window, dedup).toBuilder().alerts(alerts).build();
        try (OperatorCore core = new OperatorCore(config, ring))
        {
            run(core, ring, warmUp);
            // Asking allocates the first time.
            THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
            for (int round = 0; round < rounds; round++)
            {
                final long before = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
                run(core, ring, measured);
                final long after = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
                final String kind = "core-" + window.name() + "-" + window.watermark();
                System.out.println(round + " " + kind + " " + (after - before) + " " + measured);
            }
            if (core.nextResultSequence() < DEVICES && window.type() != WindowType.CALENDAR)
            {
                throw new IllegalStateException("only " + core.nextResultSequence() + " results");
            }
            if (dedup.by() != DedupBy.NONE && core.ledger().duplicates(0) < measured / 100)
            {
                throw new IllegalStateException("only " + core.ledger().duplicates(0) + " duplicates");
            }
        }
    }

    private void run(final OperatorCore core, final ResultsRing ring, final long count)
    {
        for (long done = 0; done < count; done += BATCH)
        {
            nextBatch();
            for (int i = 0; i < BATCH; i++)
            {
                final long message = batch.addressOffset() + (long)i * MessageLayout.SLOT_LENGTH;
                if (i % OperatorCore.MAX_LOOKED_UP == 0)
                {
                    lookUp(core, i);
                }
                while (!core.onMessage(message, nextEvent + i))
                {
                    ring.release(ring.available());
                }
                while (core.isFiring() && !core.resume())
                {
                    ring.release(ring.available());
                }
            }
        }
    }

    private void lookUp(final OperatorCore core, final int first)
    {
        core.beginLookUp();
        for (int i = first; i < Math.min(BATCH, first + OperatorCore.MAX_LOOKED_UP); i++)
        {
            core.lookUp(batch.addressOffset() + (long)i * MessageLayout.SLOT_LENGTH);
        }
        core.endLookUp();
    }

    private void engine(
        final long warmUp, final long measured, final int rounds, final Path dir, final OverloadConfig overload)
        throws Exception
    {
        final WindowConfig window = windows().get(0).key(KeyKind.DEVICE_METRIC).build();
        final EngineConfig config = config(dir, window, DedupConfig.NONE).toBuilder().overload(overload).build();
        try (Engine engine = Engine.launch(new Engine.Context().config(config)))
        {
            final Publisher publisher = engine.publisher("app");
            publish(engine, publisher, warmUp);
            for (int round = 0; round < rounds; round++)
            {
                measure(engine, publisher, measured, round);
            }
            if (engine.ledger().unaccounted() != 0 || engine.view().nextResultSequence() < DEVICES)
            {
                throw new IllegalStateException("ledger " + engine.ledger().rows());
            }
            if (overload.isLimiting() == (engine.ledger().total("source", "shed") == 0))
            {
                throw new IllegalStateException("shed, or not, ledger " + engine.ledger().rows());
            }
        }
    }

    /** Readings of acknowledged datagrams over UDP, and the threads that take and answer them. */
    private void acks(final long warmUp, final long measured, final int rounds, final Path dir) throws Exception
    {
        final WindowConfig window = windows().get(0).key(KeyKind.DEVICE_METRIC).build();
        final EngineConfig config = config(dir, window, SourceConfig.udp(
            "field", new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).ack(true).build(), DedupConfig.NONE);
        try (Engine engine = Engine.launch(new Engine.Context().config(config));
            AckedSender sender = new AckedSender(
                UdpAckedChannel.open(Destination.parse("--to", "udp:127.0.0.1:" + engine.udpPort("field"))),
                7,
                TimeUnit.MINUTES.toNanos(1),
                () -> false))
        {
            final UnsafeBuffer datagram = new UnsafeBuffer(new byte[(1 + BATCH) * MessageLayout.SLOT_LENGTH]);
            datagram.putLong(0, MessageLayout.DATAGRAM_HEADER_HEADER);
            datagram.putLong(MessageLayout.DATAGRAM_HEADER_SESSION_OFFSET, 7);
            send(sender, datagram, warmUp);
            for (int round = 0; round < rounds; round++)
            {
                // The maps are made on this thread, so this thread is read last before and first after.
                final String self = name(Thread.currentThread().getId());
                final Map<String, Long> before = allocated();
                before.put(self, THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()));
                send(sender, datagram, measured);
                final long selfAfter = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
                final Map<String, Long> after = allocated();
                after.put(self, selfAfter);
                for (final Map.Entry<String, Long> thread : after.entrySet())
                {
                    System.out.println(round + " " + thread.getKey().replace(' ', '-') + " " +
                        (thread.getValue() - before.getOrDefault(thread.getKey(), 0L)) + " " + measured);
                }
            }
            final long datagrams = (warmUp + rounds * measured) / BATCH;
            if (sender.report().durable() != datagrams || engine.ledger().unaccounted() != 0)
            {
                throw new IllegalStateException(sender.report() + " ledger " + engine.ledger().rows());
            }
        }
    }

    private void send(final AckedSender sender, final UnsafeBuffer datagram, final long count)
    {
        for (long done = 0; done < count; done += BATCH)
        {
            datagram.putLong(MessageLayout.DATAGRAM_HEADER_SEQUENCE_OFFSET, nextEvent / BATCH);
            nextBatch();
            datagram.putBytes(MessageLayout.SLOT_LENGTH, batch, 0, BATCH * MessageLayout.SLOT_LENGTH);
            sender.send(datagram, datagram.capacity());
        }
        sender.finish();
    }

    private void measure(final Engine engine, final Publisher publisher, final long measured, final int round)
    {
        // The map itself is made on this thread, so this thread is read last before and first after.
        final String self = name(Thread.currentThread().getId());
        final Map<String, Long> before = allocated();
        final long selfBefore = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
        publish(engine, publisher, measured);
        final long selfAfter = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
        final Map<String, Long> after = allocated();
        before.put(self, selfBefore);
        after.put(self, selfAfter);
        long all = 0;
        for (final Map.Entry<String, Long> thread : after.entrySet())
        {
            final long bytes = thread.getValue() - before.getOrDefault(thread.getKey(), 0L);
            all += bytes;
            System.out.println(round + " " + thread.getKey().replace(' ', '-') + " " + bytes + " " + measured);
        }
        System.out.println(round + " process " + all + " " + measured);
    }

    private void publish(final Engine engine, final Publisher publisher, final long count)
    {
        for (long done = 0; done < count; done += BATCH)
        {
            nextBatch();
            while (publisher.offer(batch, 0, BATCH) < 0)
            {
                Thread.onSpinWait();
            }
        }
        if (!engine.awaitDrained(TimeUnit.MINUTES.toNanos(2)))
        {
            throw new IllegalStateException("not drained, failure: " + engine.failure());
        }
    }

    private static Map<String, Long> allocated()
    {
        final Map<String, Long> bytes = new TreeMap<>();
        for (final long id : THREADS.getAllThreadIds())
        {
            bytes.put(name(id), THREADS.getThreadAllocatedBytes(id));
        }
        return bytes;
    }

    private static String name(final long threadId)
    {
        return THREADS.getThreadInfo(threadId).getThreadName() + "#" + threadId;
    }

    private void nextBatch()
    {
        for (int i = 0; i < BATCH; i++)
        {
            final long message = batch.addressOffset() + (long)i * MessageLayout.SLOT_LENGTH;
            final long timeMs = START_MS + nextEvent / EVENTS_PER_MS - random.nextInt(200);
            UnsafeApi.setMemory(message, MessageLayout.SLOT_LENGTH, (byte)0);
            UnsafeApi.putLong(message, MessageLayout.READING_HEADER);
            // Each device counts about two ids for each of its readings, and sends some again.
            UnsafeApi.putLong(
                message + MessageLayout.READING_EVENT_ID_OFFSET, nextEvent++ / (DEVICES / 2) + random.nextInt(40));
            UnsafeApi.putLong(message + MessageLayout.READING_DEVICE_ID_OFFSET, random.nextInt(DEVICES));
            UnsafeApi.putLong(
                message + MessageLayout.READING_INGEST_TIME_OFFSET, START_MS * 1_000_000 + nextEvent * 1_000);
            UnsafeApi.putLong(message + MessageLayout.READING_EVENT_TIME_OFFSET, timeMs);
            UnsafeApi.putDouble(message + MessageLayout.READING_VALUE_OFFSET, random.nextDouble());
            UnsafeApi.putInt(message + MessageLayout.READING_METRIC_OFFSET, 1);
        }
    }

    private static EngineConfig config(final Path dir, final WindowConfig window, final DedupConfig dedup)
    {
        return config(dir, window, SourceConfig.embedded("app").build(), dedup);
    }

    private static EngineConfig config(
        final Path dir, final WindowConfig window, final SourceConfig source, final DedupConfig dedup)
    {
        final EngineConfig.Builder config = EngineConfig.builder()
            .limits(LimitsConfig.builder().devices(2 * DEVICES).keys(2 * DEVICES).ringSlots(1 << 14).build())
            .source(source)
            .eventTime(EventTimeConfig.builder()
                .referenceClock(ReferenceClock.NONE)
                .outOfOrdernessNs(TimeUnit.MILLISECONDS.toNanos(200))
                .build())
            .dedup(dedup)
            .window(window);
        return (null == dir ? config : config.dataDir(dir)).build();
    }
}
