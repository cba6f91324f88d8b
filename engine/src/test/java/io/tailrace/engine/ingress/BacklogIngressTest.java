package io.tailrace.engine.ingress;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import com.lmax.disruptor.Sequence;
import io.tailrace.codec.MessageLayout;
import io.tailrace.codec.TimeUnits;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.EventTimeConfig;
import io.tailrace.engine.config.LimitsConfig;
import io.tailrace.engine.config.OverloadConfig;
import io.tailrace.engine.config.ReferenceClock;
import io.tailrace.engine.config.SourceConfig;
import io.tailrace.engine.config.WatermarkKind;
import io.tailrace.engine.config.WindowConfig;
import io.tailrace.engine.overload.BacklogCause;
import io.tailrace.engine.overload.BacklogControl;
import io.tailrace.engine.overload.NormalLane;
import io.tailrace.engine.ring.EventRing;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Backlog over UDP and from publishers, beside live readings, onto a ring of which a test says what is free.
 */
class BacklogIngressTest
{
    private static final int LENGTH = MessageLayout.SLOT_LENGTH;
    private static final long NOW = 1_700_000_000_000_000_000L;
    private static final long OLD = NOW - TimeUnit.HOURS.toNanos(1);
    private static final long TICK = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int RING = 256;
    private static final int SHARE = 32;
    private static final int UDP = 0;
    private static final int APP = 1;
    private static final int CRITICAL = 2;

    @TempDir
    Path dataDir;

    private final EventRing ring = new EventRing(RING, true);
    private final Sequence operators = new Sequence();
    private final IngressLedger ledger = new IngressLedger(3);
    private final IngressGate gate = new IngressGate();
    private EngineConfig config;
    private BacklogControl backlog;
    private NormalLane lane;
    private RejectsFile rejects;
    private IngressAgent agent;
    private long nowNs = NOW;

    @BeforeEach
    void open()
    {
        ring.gate(operators);
        rejects = new RejectsFile(dataDir);
        config = config(OverloadConfig.builder().normalSlots(64).build());
        start();
    }

    @AfterEach
    void close()
    {
        agent.close();
        rejects.close();
    }

    @Test
    void shouldHoldASocketWhoseBacklogHasItsShareAndLetLiveReadingsPass() throws IOException
    {
        sendBacklog(10, 8);
        cyclesUntil(SHARE);
        assertEquals(SHARE, oldSlots());
        cycle();
        assertEquals(SHARE, ledger.received(UDP), "held");
        assertTrue(backlog.view().deferred(BacklogCause.SHARE) > 0);

        final Publisher app = publisher(APP);
        assertEquals(1, app.offer(1, 700, 1, NOW, 1), "live");
        assertEquals(Publisher.BACK_PRESSURED, app.offer(2, 700, 1, OLD, 1), "backlog of another source");
        assertEquals(3, app.offer(frame(701, NOW, 3), 0, 3));
        assertEquals(Publisher.BACK_PRESSURED, app.offer(frame(701, OLD, 3), 0, 3));
        assertEquals(1, publisher(CRITICAL).offer(3, 700, 1, OLD, 1), "critical readings never wait");
        assertEquals(4, ledger.received(APP));
        assertEquals(SHARE, oldNormalSlots());

        int received = SHARE;
        while (received < 80)
        {
            operators.set(operators.get() + 8);
            cycle();
            assertTrue(oldNormalSlots() <= SHARE, "oldSlots=" + oldNormalSlots());
            received = (int)ledger.received(UDP);
            assertTrue(operators.get() < ring.cursor());
        }
        assertEquals(80, received);
        assertEquals(0, ledger.malformed(UDP));
    }

    @Test
    void shouldNotCallASourceEmptyWhoseBacklogWaits() throws IOException
    {
        cycle();
        sendBacklog(5, 8);
        cyclesUntil(SHARE);
        for (int i = 0; i < 5; i++)
        {
            nowNs += TICK;
            cycle();
            assertEquals(MessageLayout.TICK_NOT_EMPTY, lastTickEmptySince(UDP));
        }
        operators.set(ring.cursor());
        cycle();
        assertEquals(40, ledger.received(UDP));
        nowNs += TICK;
        cycle();
        nowNs += TICK;
        cycle();
        assertTrue(lastTickEmptySince(UDP) > NOW);
    }

    @Test
    void shouldTakeNothingOfTheShareWhenTheRingIsFull()
    {
        final Publisher app = publisher(APP);
        for (int i = 0; i < 64; i++)
        {
            assertEquals(1, app.offer(i, 1, 1, NOW, 1));
        }
        for (int i = 0; i < 10; i++)
        {
            assertEquals(Publisher.BACK_PRESSURED, app.offer(frame(9, OLD, 20), 0, 20));
        }
        assertEquals(0, backlog.view().slots());
        assertEquals(0, backlog.view().deferred(BacklogCause.SHARE), "it was the ring that had no room");
        operators.set(ring.cursor());
        assertEquals(20, app.offer(frame(9, OLD, 20), 0, 20));
        assertEquals(20, backlog.view().slots());
    }

    @Test
    void shouldCountForTheShareWhatIsNotShed()
    {
        agent.close();
        config = config(OverloadConfig.builder().normalSlots(64).ratePerDevice(5).build());
        start();
        final Publisher app = publisher(APP);
        assertEquals(5, app.offer(frame(9, OLD, 20), 0, 20), "a burst of a second");
        assertEquals(5, backlog.view().slots());
        assertEquals(0, app.offer(frame(9, OLD, 20), 0, 20));
        assertEquals(0, app.offer(1, 9, 1, OLD, 1));
        assertEquals(5, backlog.view().slots());
        assertEquals(41, ledger.received(APP));
        cycle();
        assertEquals(5, backlog.view().admitted(APP));
        assertEquals(1, backlog.view().devices(APP));
    }

    @Test
    void shouldTellBacklogOnlyWhereADeviceHasItsOwnTimeAndThereIsAnother()
    {
        assertNotNull(backlog);
        assertTrue(backlog.view().isOn(UDP));
        assertNull(backlog.publisher(CRITICAL));
        final EventTimeConfig device = config.eventTime();
        assertNull(control(device.toBuilder().watermark(WatermarkKind.GLOBAL).build(), config.overload()));
        assertNull(control(
            EventTimeConfig.builder().watermark(WatermarkKind.DEVICE).referenceClock(ReferenceClock.NONE).build(),
            config.overload()));
        assertNull(control(device, OverloadConfig.builder().backlogAfterNs(Long.MAX_VALUE).build()));
        assertEquals(RING, control(device, OverloadConfig.builder().normalSlots(1 << 20).backlogShare(1).build())
            .view().slotLimit());
    }

    /** A share of what normal readings may use, so that it is one of their throughput. */
    @Test
    void shouldHoldAShareOfWhatBoundsLiveReadingsToo()
    {
        final OverloadConfig.Builder quarter = OverloadConfig.builder().backlogShare(0.25);
        assertEquals(RING / 4, control(config.eventTime(), quarter.normalSlots(100).build()).view().slotLimit(),
            "without a critical source live readings may fill the ring");
        assertEquals(25, beside(quarter.normalSlots(100).build()).view().slotLimit());
        assertEquals(RING / 4, beside(quarter.normalSlots(1 << 20).build()).view().slotLimit());
        assertEquals(1, beside(OverloadConfig.builder().normalSlots(64).backlogShare(0.01).build()).view().slotLimit());
    }

    /** Live readings and backlog that always wait for room: of what comes free, each has half. */
    @Test
    void shouldGiveBacklogItsShareOfTheThroughputWhileLiveReadingsWaitToo()
    {
        agent.close();
        config = EngineConfig.builder()
            .dataDir(dataDir)
            .limits(LimitsConfig.builder().devices(100).keys(100).ringSlots(RING).build())
            .source(SourceConfig.embedded("one").build())
            .source(SourceConfig.embedded("app").build())
            .eventTime(EventTimeConfig.builder().watermark(WatermarkKind.DEVICE).build())
            .overload(OverloadConfig.builder().normalSlots(64).build())
            .build();
        start();
        final Publisher live = publisher(APP);
        final Publisher back = publisher(APP);
        int backlogged = 0;
        int all = 0;
        for (int round = 0; round < 2_000; round++)
        {
            boolean isTaken = true;
            while (isTaken)
            {
                final int backTaken = Math.max(0, back.offer(frame(round % 5, OLD, 2), 0, 2));
                final int liveTaken = Math.max(0, live.offer(frame(9, NOW, 2), 0, 2));
                backlogged += backTaken;
                all += backTaken + liveTaken;
                isTaken = backTaken + liveTaken > 0;
            }
            operators.set(operators.get() + 8);
            cycle();
        }
        final double share = (double)backlogged / all;
        assertTrue(share > 0.45 && share < 0.55, "share=" + share);
    }

    @Test
    void shouldCountNeitherDeferredBacklogNorATurnThatIsTakenAsBackPressure() throws IOException
    {
        final Publisher app = publisher(APP);
        sendBacklog(10, 8);
        cyclesUntil(SHARE);
        nowNs += 1_000;
        agent.onCycle(nowNs, 1_000);
        for (int i = 0; i < 5; i++)
        {
            assertEquals(Publisher.BACK_PRESSURED, app.offer(2, 700, 1, OLD, 1));
            cycle();
            agent.onCycle(nowNs, 1_000);
        }
        assertTrue(lane.tryEnter());
        assertEquals(Publisher.BACK_PRESSURED, app.offer(2, 700, 1, NOW, 1));
        lane.leave();
        cycle();
        agent.onCycle(nowNs, 1_000);
        assertEquals(0, agent.pressure().totalNs());
        assertEquals(6, ledger.refusedOffers(APP));

        gate.hold(true);
        assertEquals(Publisher.BACK_PRESSURED, app.offer(2, 700, 1, NOW, 1));
        assertEquals(7, ledger.refusedOffers(APP), "it waits for the disk");
        gate.hold(false);
        cycle();
        agent.onCycle(nowNs, 1_000);
        assertEquals(0, agent.pressure().totalNs());

        while (app.offer(3, 700, 1, NOW, 1) == 1)
        {
            nowNs++;
        }
        cycle();
        agent.onCycle(nowNs, 1_000);
        assertEquals(1_000, agent.pressure().totalNs(), "there was no room");
    }

    private BacklogControl beside(final OverloadConfig overload)
    {
        return BacklogControl.of(config.toBuilder().overload(overload).build(), () -> -1);
    }

    private BacklogControl control(final EventTimeConfig eventTime, final OverloadConfig overload)
    {
        return BacklogControl.of(
            EngineConfig.builder()
                .dataDir(dataDir)
                .limits(LimitsConfig.builder().devices(10).keys(10).ringSlots(RING).build())
                .source(SourceConfig.embedded("app").build())
                .window(WindowConfig.tumbling("w", TimeUnit.SECONDS.toNanos(1)).build())
                .eventTime(eventTime).overload(overload).build(),
            () -> -1);
    }

    private EngineConfig config(final OverloadConfig overload)
    {
        return EngineConfig.builder()
            .dataDir(dataDir)
            .limits(LimitsConfig.builder().devices(100).keys(100).ringSlots(RING).build())
            .source(SourceConfig.udp("field", new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).build())
            .source(SourceConfig.embedded("app").build())
            .source(SourceConfig.embedded("alarm").priority(1).build())
            .eventTime(EventTimeConfig.builder().watermark(WatermarkKind.DEVICE).build())
            .window(WindowConfig.tumbling("w", TimeUnit.SECONDS.toNanos(1)).build())
            .overload(overload)
            .build();
    }

    private void start()
    {
        backlog = BacklogControl.of(config, ring::freed);
        lane = NormalLane.of(config, ledger.turn());
        agent = new IngressAgent(
            config.sources(), ring, null, () -> nowNs, ledger, rejects, gate, lane, backlog, TICK);
    }

    private Publisher publisher(final int source)
    {
        return new Publisher(source, ring, () -> nowNs, ledger, gate,
            source == CRITICAL ? null : lane, backlog.publisher(source));
    }

    private void cycle()
    {
        nowNs++;
        agent.doWork();
    }

    private void cyclesUntil(final int received)
    {
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (ledger.received(UDP) < received)
        {
            assertTrue(System.nanoTime() - deadlineNs < 0, "received=" + ledger.received(UDP));
            cycle();
        }
    }

    private void sendBacklog(final int datagrams, final int readings) throws IOException
    {
        try (DatagramChannel sender = DatagramChannel.open()
            .connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), agent.udpPort(UDP))))
        {
            for (int i = 0; i < datagrams; i++)
            {
                sender.write(ByteBuffer.wrap(frame(i % 5, OLD, readings).byteArray()));
            }
        }
    }

    /** Slots with old readings that are not free. */
    private int oldSlots()
    {
        int old = 0;
        for (long sequence = operators.get() + 1; sequence <= ring.cursor(); sequence++)
        {
            old += isOld(sequence) ? 1 : 0;
        }
        return old;
    }

    private int oldNormalSlots()
    {
        int old = 0;
        for (long sequence = operators.get() + 1; sequence <= ring.cursor(); sequence++)
        {
            final int source = ring.slab().getShort(ring.offset(sequence) + MessageLayout.READING_SOURCE_OFFSET);
            old += isOld(sequence) && source != CRITICAL ? 1 : 0;
        }
        return old;
    }

    private boolean isOld(final long sequence)
    {
        final int at = ring.offset(sequence);
        return ring.slab().getLong(at) == MessageLayout.READING_HEADER &&
            ring.slab().getLong(at + MessageLayout.READING_EVENT_TIME_OFFSET) == OLD;
    }

    private long lastTickEmptySince(final int source)
    {
        for (long sequence = ring.cursor(); sequence >= 0; sequence--)
        {
            final int at = ring.offset(sequence);
            if (ring.slab().getLong(at) == MessageLayout.TICK_HEADER)
            {
                return ring.slab().getLong(at + MessageLayout.TICK_EMPTY_SINCE0_OFFSET + source * Long.BYTES);
            }
        }
        throw new AssertionError("no tick");
    }

    private static UnsafeBuffer frame(final long deviceId, final long eventTimeNs, final int count)
    {
        final UnsafeBuffer frame = ReadingBytes.frame(count, 0);
        for (int i = 0; i < count; i++)
        {
            frame.putLong(i * LENGTH + MessageLayout.READING_DEVICE_ID_OFFSET, deviceId);
            frame.putLong(i * LENGTH + MessageLayout.READING_EVENT_TIME_OFFSET, eventTimeNs);
            frame.putByte(i * LENGTH + MessageLayout.READING_TIME_UNIT_OFFSET, (byte)TimeUnits.NANOS);
        }
        return frame;
    }
}
