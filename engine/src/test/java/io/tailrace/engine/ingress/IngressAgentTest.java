package io.tailrace.engine.ingress;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import com.lmax.disruptor.Sequence;
import io.tailrace.codec.MalformedReason;
import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.config.ConfigurationException;
import io.tailrace.engine.config.SourceConfig;
import io.tailrace.engine.ring.DurableSlots;
import io.tailrace.engine.ring.EventRing;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Duty cycles of ingress, called one by one, at times that the test sets.
 */
class IngressAgentTest
{
    private static final long MS = 1_000_000L;
    private static final long START = 1_700_000_000_000_000_000L;
    private static final long TICK = 100 * MS;
    private static final long NOT_EMPTY = MessageLayout.TICK_NOT_EMPTY;

    @TempDir
    Path dataDir;

    private final Sequence operators = new Sequence();
    private final List<String> seen = new ArrayList<>();
    private EventRing ring;
    private IngressLedger ledger;
    private final IngressGate gate = new IngressGate();
    private RejectsFile rejects;
    private IngressAgent agent;
    private long nowNs = START;

    @BeforeEach
    void open()
    {
        rejects = new RejectsFile(dataDir);
    }

    @AfterEach
    void close()
    {
        if (null != agent)
        {
            agent.close();
        }
        rejects.close();
    }

    @Test
    void shouldTickOnceAnInterval()
    {
        start(64, embedded(1));
        assertEquals(1, cycle(0));
        assertEquals(0, cycle(TICK - 1));
        assertEquals(1, cycle(TICK));
        assertEquals(0, cycle(2 * TICK - 1));
        // A late one is not made good: the next comes a whole interval after it.
        assertEquals(1, cycle(2 * TICK + 7));
        assertEquals(0, cycle(3 * TICK + 6));
        assertEquals(1, cycle(3 * TICK + 7));
        assertEquals(4, count("Tick"));
    }

    @Test
    void shouldSaySinceWhenASourceIsEmptyAndForgetItWhenItSpeaks()
    {
        start(64, embedded(2));
        cycle(0);
        assertTick("Tick 0 0+2 last=1 [busy, busy]");
        cycle(10 * MS);
        publish(1);
        cycle(TICK);
        // The first has been empty since it was first seen so; the second has just spoken.
        assertTick("Tick 100000000 0+2 last=1 [10000000, busy]");
        cycle(TICK + 5);
        cycle(2 * TICK);
        assertTick("Tick 200000000 0+2 last=1 [10000000, 100000005]");
        cycle(3 * TICK);
        assertTick("Tick 300000000 0+2 last=1 [10000000, 100000005]");
    }

    @Test
    void shouldCallNobodyEmptyAfterAStall()
    {
        start(64, embedded(1));
        cycle(0);
        cycle(TICK);
        assertTick("Tick 100000000 0+1 last=1 [100000000]");
        // 500 ms is as long as a cycle may take.
        cycle(TICK + 500 * MS);
        assertTick("Tick 600000000 0+1 last=1 [100000000]");
        cycle(TICK + 1000 * MS + 1);
        assertTick("Tick 1100000001 0+1 last=1 held-up [1100000001]");
        cycle(2 * TICK + 1000 * MS + 1);
        assertTick("Tick 1200000001 0+1 last=1 [1100000001]");
    }

    @Test
    void shouldNeitherPollNorTickWhileTheGateIsHeld() throws IOException
    {
        start(64, List.of(udp("field", 0)));
        cycle(0);
        cycle(TICK);
        assertTick("Tick 100000000 0+1 last=1 [0]");
        gate.hold(true);
        try (DatagramChannel sender = connect())
        {
            final UnsafeBuffer frame = ReadingBytes.frame(1, 0);
            send(sender, frame, frame.capacity());
            for (int i = 2; i < 5; i++)
            {
                assertEquals(0, cycle(i * TICK));
            }
            assertEquals(2, seen.size());
            gate.hold(false);
            // What waited is taken, and though no 500 ms have gone by, nobody was silent meanwhile.
            awaitTaken(5 * TICK);
            assertEquals(1, count("Reading"));
            assertTrue(
                seen.stream().anyMatch(message -> message.startsWith("Tick 500000000 0+1 last=1 held-up [")),
                seen::toString);
        }
        cycle(7 * TICK);
        assertTrue(seen.get(seen.size() - 1).startsWith("Tick 700000000 0+1 last=1 ["), seen::toString);
    }

    @Test
    void shouldAcknowledgeWhatBecomesDurableWhileTheGateIsHeld() throws IOException
    {
        start(64, List.of(udp("field", 0).toBuilder().ack(true).build()));
        final Sequence journalled = new Sequence();
        final long[] durablePosition = {0};
        agent.follow(new DurableSlots(ring, journalled, () -> durablePosition[0]));
        try (DatagramChannel sender = connect())
        {
            final UnsafeBuffer frame = ReadingBytes.frame(2, 0);
            frame.setMemory(0, MessageLayout.SLOT_LENGTH, (byte)0);
            frame.putLong(0, MessageLayout.DATAGRAM_HEADER_HEADER);
            frame.putLong(MessageLayout.DATAGRAM_HEADER_SESSION_OFFSET, 7);
            send(sender, frame, frame.capacity());
            long atNs = awaitTaken(0);
            gate.hold(true);
            ring.positions(0, ring.cursor(), 0);
            journalled.set(ring.cursor());
            durablePosition[0] = Long.MAX_VALUE;
            sender.configureBlocking(false);
            final ByteBuffer answer = ByteBuffer.allocate(2 * MessageLayout.SLOT_LENGTH).order(LITTLE_ENDIAN);
            final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (sender.read(answer.clear()) <= 0 || 1 != answer.getLong(MessageLayout.ACK_CONTIGUOUS_OFFSET))
            {
                assertTrue(System.nanoTime() - deadlineNs < 0, "no acknowledgement");
                atNs += MS;
                cycle(atNs);
            }
            assertEquals(MessageLayout.ACK_HEADER, answer.getLong(0));
        }
    }

    @Test
    void shouldBeginATickAnewThatAHoldHasCut()
    {
        start(2, embedded(12));
        assertEquals(2, cycle(0));
        operators.set(1);
        gate.hold(true);
        assertEquals(0, cycle(10 * MS));
        gate.hold(false);
        assertEquals(2, cycle(20 * MS));
        assertTrue(seen.get(2).startsWith("Tick 20000000 0+5 last=0 "), seen.get(2));
        operators.set(3);
        assertEquals(1, cycle(21 * MS));
        assertEquals("Tick 21000000 10+2 last=1 held-up [20000000, 20000000]", seen.get(4));
    }

    @Test
    void shouldSayThatTicksWereHeldUpByAFullRing()
    {
        start(2, embedded(12));
        cycle(0);
        for (long atNs = TICK; atNs <= 600 * MS; atNs += TICK)
        {
            assertEquals(0, cycle(atNs));
        }
        operators.set(2);
        cycle(600 * MS);
        // The tick that was begun before; none was complete since the start.
        assertEquals("Tick 600000000 10+2 last=1 held-up [100000000, 100000000]", seen.get(2));
        for (long atNs = 700 * MS; atNs <= 1200 * MS; atNs += TICK)
        {
            cycle(atNs);
        }
        operators.set(4);
        cycle(1200 * MS);
        assertEquals("Tick 1200000000 10+2 last=1 held-up [100000000, 100000000]", seen.get(5));
    }

    @Test
    void shouldTakeAStandstillBeforeTheFirstTickForOne()
    {
        start(64, embedded(1));
        cycle(600 * MS);
        assertTrue(seen.get(0).contains(" held-up "), seen.get(0));
        cycle(700 * MS);
        assertFalse(seen.get(1).contains(" held-up "), seen.get(1));
    }

    @Test
    void shouldTellSourcesInFivesAndMarkTheLastMessage()
    {
        start(64, embedded(12));
        assertEquals(3, cycle(0));
        assertEquals(3, seen.size());
        assertTrue(seen.get(0).startsWith("Tick 0 0+5 last=0 "), seen.get(0));
        assertTrue(seen.get(1).startsWith("Tick 0 5+5 last=0 "), seen.get(1));
        assertEquals("Tick 0 10+2 last=1 [busy, busy]", seen.get(2));
    }

    @Test
    void shouldEndATickWithItsLastSourceInAMultipleOfFive()
    {
        start(64, embedded(5));
        assertEquals(1, cycle(0));
        assertTick("Tick 0 0+5 last=1 [busy, busy, busy, busy, busy]");
    }

    @Test
    void shouldTickWithoutAnySource()
    {
        start(64, List.of());
        assertEquals(1, cycle(0));
        assertTick("Tick 0 0+1 last=1 [busy]");
    }

    @Test
    void shouldGoOnInTheMiddleOfATickWhenBackPressured()
    {
        start(2, embedded(12));
        assertEquals(2, cycle(0));
        assertEquals(0, cycle(1));
        operators.set(1);
        assertEquals(1, cycle(2));
        assertEquals(3, seen.size());
        assertTrue(seen.get(1).startsWith("Tick 0 5+5 last=0 "), seen.get(1));
        assertTrue(seen.get(2).startsWith("Tick 2 10+2 last=1 "), seen.get(2));
        operators.set(2);
        // The next tick is due an interval after this one was.
        assertEquals(0, cycle(TICK - 1));
        assertEquals(2, cycle(TICK));
    }

    @Test
    void shouldMarkCountsOnlyWhenTheyChangeAndOnceASecond()
    {
        start(64, embedded(2));
        ledger.onRefused(1, 3, 5);
        cycle(0);
        assertEquals(List.of("Mark 0 1/3=5"), marks());
        ledger.onRefused(1, 3, 1);
        ledger.onKernelDrops(0, 9);
        cycle(1000 * MS - 1);
        assertEquals(1, marks().size());
        cycle(1000 * MS);
        assertEquals(
            List.of("Mark 0 1/3=5", "Mark 1000000000 0/64=9", "Mark 1000000000 1/3=6"), marks());
        cycle(2000 * MS);
        assertEquals(3, marks().size());
    }

    @Test
    void shouldNotMarkAgainWhatTheJournalHolds()
    {
        ledger = new IngressLedger(1);
        ledger.recovered(0, 3, 5);
        start(64, embedded(1));
        cycle(0);
        assertEquals(List.of(), marks());
        ledger.onRefused(0, 3, 1);
        cycle(1000 * MS);
        assertEquals(List.of("Mark 1000000000 0/3=6"), marks());
    }

    @Test
    void shouldMarkTheRestLaterWhenBackPressured()
    {
        start(2, embedded(1));
        ledger.onRefused(0, 1, 1);
        ledger.onRefused(0, 2, 2);
        ledger.onRefused(0, 3, 3);
        assertEquals(2, cycle(0));
        operators.set(1);
        assertEquals(2, cycle(1));
        operators.set(3);
        assertEquals(0, cycle(2));
        assertEquals(List.of("Mark 0 0/1=1", "Mark 1 0/2=2", "Mark 1 0/3=3"), marks());
    }

    @Test
    void shouldNotCallASourceEmptyThatDeliversOrIsMalformed() throws IOException
    {
        start(64, List.of(udp("field", 0)));
        try (DatagramChannel sender = connect())
        {
            cycle(0);
            assertTick("Tick 0 0+1 last=1 [0]");
            send(sender, ReadingBytes.frame(1, 0), MessageLayout.SLOT_LENGTH);
            final long readAt = awaitTaken(1);
            cycle(readAt + 1);
            cycle(TICK);
            assertTick("Tick 100000000 0+1 last=1 [" + (readAt + 1) + "]");

            send(sender, ReadingBytes.frame(1, 0), 3);
            final long refusedAt = awaitTaken(TICK + 1);
            assertEquals(1, ledger.refused(0, MalformedReason.TRUNCATED.code()));
            cycle(refusedAt + 1);
            cycle(2 * TICK);
            assertTick("Tick 200000000 0+1 last=1 [" + (refusedAt + 1) + "]");
        }
    }

    @Test
    void shouldNotCallASourceEmptyThatIsHeldBack() throws IOException
    {
        start(16, List.of(udp("field", 0)));
        try (DatagramChannel sender = connect())
        {
            cycle(0);
            // There is always room for the tick and one more, and never for the three readings.
            operators.set(ring.tryClaim(13) - 14);
            ring.publish(ring.cursor() - 12, ring.cursor());
            send(sender, ReadingBytes.frame(3, 70), 3 * MessageLayout.SLOT_LENGTH);
            final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            long sinceStartNs = 0;
            do
            {
                assertTrue(System.nanoTime() - deadlineNs < 0, "no datagram");
                sinceStartNs += TICK;
                cycle(sinceStartNs);
                operators.set(ring.cursor() - 14);
            }
            while (!seen.get(seen.size() - 1).endsWith("[busy]"));
            assertEquals(0, ledger.received(0));

            operators.set(ring.cursor());
            cycle(sinceStartNs + 1);
            assertEquals(3, ledger.received(0));
            final UnsafeBuffer slab = ring.slab();
            for (int i = 0; i < 3; i++)
            {
                final int at = ring.offset(ring.cursor() - 2 + i);
                assertEquals(70 + i, slab.getLong(at + MessageLayout.READING_EVENT_ID_OFFSET));
            }
        }
    }

    @Test
    void shouldPollCriticalSourcesFirst() throws IOException
    {
        start(64, List.of(udp("normal", 0), udp("critical", 1)));
        try (DatagramChannel sender = DatagramChannel.open())
        {
            for (int source = 0; source < 2; source++)
            {
                sender.send(
                    ByteBuffer.wrap(ReadingBytes.frame(1, source).byteArray()),
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), agent.udpPort(source)));
            }
        }
        assertTrue(agent.udpPort(0) != agent.udpPort(1));
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (count("Reading") < 2 && System.nanoTime() - deadlineNs < 0)
        {
            cycle(0);
        }
        assertEquals(List.of("Reading 1", "Reading 0"), seen.stream().filter(s -> s.startsWith("Reading")).toList());
    }

    @Test
    void shouldReleaseWhatItOpenedIfASourceCannotBeOpened() throws IOException
    {
        final int port;
        try (DatagramChannel taken = DatagramChannel.open())
        {
            taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            port = taken.socket().getLocalPort();
        }
        final InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        final SourceConfig first = SourceConfig.udp("first", address).build();
        final SourceConfig second = SourceConfig.udp("second", address).build();
        final String message =
            assertThrows(ConfigurationException.class, () -> start(64, List.of(first, second))).getMessage();
        assertTrue(message.contains("second"), message);
        // The first socket was closed again.
        start(64, List.of(first));
        assertEquals(port, agent.udpPort(0));
    }

    private static List<SourceConfig> embedded(final int count)
    {
        final List<SourceConfig> sources = new ArrayList<>();
        for (int i = 0; i < count; i++)
        {
            sources.add(SourceConfig.embedded("s" + i).build());
        }
        return sources;
    }

    private static SourceConfig udp(final String name, final int priority)
    {
        return SourceConfig.udp(name, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .priority(priority).build();
    }

    private void start(final int slots, final List<SourceConfig> sources)
    {
        ring = new EventRing(slots, true);
        ring.gate(operators);
        if (null == ledger)
        {
            ledger = new IngressLedger(Math.max(1, sources.size()));
        }
        agent = new IngressAgent(sources, ring, null, () -> nowNs, ledger, rejects, gate, null, null, TICK);
    }

    private int cycle(final long sinceStartNs)
    {
        nowNs = START + sinceStartNs;
        final long first = ring.cursor() + 1;
        final int work = agent.doWork();
        for (long sequence = first; sequence <= ring.published(first, Long.MAX_VALUE); sequence++)
        {
            seen.add(text(ring.slab(), ring.offset(sequence)));
        }
        return work;
    }

    /** Goes on in steps of one ns until a datagram that was sent has been taken. */
    private long awaitTaken(final long fromNs)
    {
        final long taken = ledger.received(0) + ledger.malformed(0);
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        long sinceStartNs = fromNs;
        cycle(sinceStartNs);
        while (ledger.received(0) + ledger.malformed(0) == taken)
        {
            assertTrue(System.nanoTime() - deadlineNs < 0, "no datagram");
            cycle(++sinceStartNs);
        }
        return sinceStartNs;
    }

    private DatagramChannel connect() throws IOException
    {
        return DatagramChannel.open()
            .connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), agent.udpPort(0)));
    }

    private void publish(final int source)
    {
        assertEquals(1, new Publisher(source, ring, () -> nowNs, ledger, new IngressGate()).offer(0, 0, 0, 0, 0));
    }

    private static void send(final DatagramChannel sender, final UnsafeBuffer frame, final int length)
        throws IOException
    {
        sender.write(ByteBuffer.wrap(frame.byteArray(), 0, length));
    }

    private void assertTick(final String expected)
    {
        final List<String> ticks = seen.stream().filter(message -> message.startsWith("Tick")).toList();
        assertEquals(expected, ticks.get(ticks.size() - 1));
    }

    private long count(final String kind)
    {
        return seen.stream().filter(message -> message.startsWith(kind)).count();
    }

    private List<String> marks()
    {
        return seen.stream().filter(message -> message.startsWith("Mark")).toList();
    }

    private static String text(final UnsafeBuffer slab, final int at)
    {
        final long header = slab.getLong(at);
        if (header == MessageLayout.READING_HEADER)
        {
            return "Reading " + slab.getShort(at + MessageLayout.READING_SOURCE_OFFSET);
        }
        final long timeNs = slab.getLong(at + MessageLayout.CONTROL_TIME_OFFSET) - START;
        if (header == MessageLayout.LEDGER_MARK_HEADER)
        {
            return "Mark " + timeNs + " " + slab.getShort(at + MessageLayout.LEDGER_MARK_SOURCE_OFFSET) + "/" +
                slab.getShort(at + MessageLayout.LEDGER_MARK_REASON_OFFSET) + "=" +
                slab.getLong(at + MessageLayout.LEDGER_MARK_COUNT_OFFSET);
        }
        assertEquals(MessageLayout.TICK_HEADER, header);
        final List<String> since = new ArrayList<>();
        final int count = slab.getByte(at + MessageLayout.TICK_SOURCE_COUNT_OFFSET);
        for (int i = 0; i < count; i++)
        {
            final long sinceNs = slab.getLong(at + MessageLayout.TICK_EMPTY_SINCE0_OFFSET + i * Long.BYTES);
            since.add(sinceNs == NOT_EMPTY ? "busy" : String.valueOf(sinceNs - START));
        }
        return "Tick " + timeNs + " " + slab.getShort(at + MessageLayout.TICK_FIRST_SOURCE_OFFSET) + "+" + count +
            " last=" + slab.getByte(at + MessageLayout.TICK_LAST_OFFSET) +
            (slab.getByte(at + MessageLayout.TICK_HELD_UP_OFFSET) == 1 ? " held-up " : " ") + since;
    }
}
