package io.tailrace.engine.ingress;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import com.lmax.disruptor.Sequence;
import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.config.SourceConfig;
import io.tailrace.engine.ring.EventRing;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * When ingress counts its time as under back pressure: duty cycles of one microsecond each, called one by one.
 */
class IngressPressureTest
{
    private static final long START = 1_700_000_000_000_000_000L;
    private static final long CYCLE = 1_000;
    private static final long TICK = 100_000_000L;
    private static final int SLOTS = 16;
    private static final int BUFFER_LENGTH = 1 << 16;

    @TempDir
    Path dataDir;

    private final EventRing ring = new EventRing(SLOTS, true);
    private final Sequence operators = new Sequence();
    private final IngressLedger ledger = new IngressLedger(2);
    private final IngressGate gate = new IngressGate();
    private final List<SourceConfig> sources = List.of(
        SourceConfig.udp("field", new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .receiveBufferLength(BUFFER_LENGTH).build(),
        SourceConfig.embedded("app").build());
    private RejectsFile rejects;
    private IngressAgent agent;
    private long nowNs = START;

    @BeforeEach
    void open()
    {
        rejects = new RejectsFile(dataDir);
        ring.gate(operators);
        agent = new IngressAgent(sources, ring, null, () -> nowNs, ledger, rejects, gate, null, null, TICK);
        cycles(2);
        freeAll();
    }

    @AfterEach
    void close()
    {
        agent.close();
        rejects.close();
    }

    @Test
    void shouldCountNothingWhileThereIsRoom()
    {
        final Publisher publisher = new Publisher(1, ring, () -> nowNs, ledger, gate);
        assertEquals(1, publisher.offer(0, 0, 0, 0, 0));
        cycles(5);
        assertEquals(0, agent.pressure().totalNs());
        assertEquals(0, ledger.refusedOffers(1));
    }

    @Test
    void shouldCountTheTimeThatADatagramWaitsForRoomAlsoIfOthersWereTaken() throws IOException
    {
        fill(SLOTS - 3);
        try (DatagramChannel sender = DatagramChannel.open()
            .connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), agent.udpPort(0))))
        {
            send(sender, 3);
            send(sender, 2);
            final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (agent.pressure().totalNs() == 0)
            {
                assertTrue(System.nanoTime() - deadlineNs < 0, "never held back");
                cycles(1);
            }
        }
        // The first was taken, and the second refused, maybe in the same poll.
        assertEquals(3, ledger.received(0));
        assertEquals(CYCLE, agent.pressure().totalNs());
        cycles(4);
        assertEquals(5 * CYCLE, agent.pressure().totalNs());
        freeAll();
        cycles(1);
        assertEquals(6 * CYCLE, agent.pressure().totalNs());
        assertEquals(5, ledger.received(0));
        cycles(3);
        assertEquals(6 * CYCLE, agent.pressure().totalNs());
    }

    @Test
    void shouldCountTheCyclesInWhichAnOfferWasRefused()
    {
        final Publisher publisher = new Publisher(1, ring, () -> nowNs, ledger, gate);
        fill(SLOTS);
        assertEquals(Publisher.BACK_PRESSURED, publisher.offer(0, 0, 0, 0, 0));
        assertEquals(Publisher.BACK_PRESSURED, publisher.offer(ReadingBytes.frame(2, 0), 0, 2));
        assertEquals(2, ledger.refusedOffers(1));
        assertEquals(0, ledger.refusedOffers(0));
        cycles(1);
        freeAll();
        cycles(1);
        assertEquals(CYCLE, agent.pressure().totalNs());
        assertEquals(1, publisher.offer(0, 0, 0, 0, 0));
        cycles(3);
        assertEquals(CYCLE, agent.pressure().totalNs());
        assertEquals(2, ledger.refusedOffers(1));
    }

    @Test
    void shouldCountTheTimeThatATickWaitsForRoom()
    {
        fill(SLOTS);
        nowNs += TICK;
        cycles(1);
        assertEquals(0, agent.pressure().totalNs());
        cycles(2);
        assertEquals(2 * CYCLE, agent.pressure().totalNs());
        freeAll();
        cycles(1);
        assertEquals(3 * CYCLE, agent.pressure().totalNs());
        cycles(2);
        assertEquals(3 * CYCLE, agent.pressure().totalNs());
    }

    @Test
    void shouldNotCountTheTimeThatTheDiskIsFull()
    {
        fill(SLOTS);
        gate.hold(true);
        nowNs += TICK;
        cycles(5);
        assertEquals(0, agent.pressure().totalNs());
    }

    @Test
    void shouldShowTheTransportsOfItsSources()
    {
        assertTrue(agent.udpPort(0) > 0);
        // The kernel grants twice what it is asked for where it counts its overhead, and no more than its limit.
        assertTrue(agent.receiveBufferLength(0) > 0 && agent.receiveBufferLength(0) <= 2 * BUFFER_LENGTH);
        assertEquals(0, agent.udpPort(1));
        assertEquals(0, agent.receiveBufferLength(1));
        assertNull(agent.subscription(0));
        assertNull(agent.subscription(1));
    }

    private void cycles(final int count)
    {
        for (int i = 0; i < count; i++)
        {
            nowNs += CYCLE;
            agent.onCycle(nowNs, CYCLE);
            agent.doWork();
        }
    }

    private void fill(final int slots)
    {
        final long last = ring.tryClaim(slots);
        assertTrue(last >= 0, "no room for " + slots);
        for (long sequence = last - slots + 1; sequence <= last; sequence++)
        {
            ring.slab().putLong(ring.offset(sequence), MessageLayout.READING_HEADER);
        }
        ring.publish(last - slots + 1, last);
    }

    private void freeAll()
    {
        operators.set(ring.cursor());
    }

    private static void send(final DatagramChannel sender, final int readings) throws IOException
    {
        final UnsafeBuffer frame = ReadingBytes.frame(readings, 0);
        sender.write(ByteBuffer.wrap(frame.byteArray(), 0, readings * MessageLayout.SLOT_LENGTH));
    }
}
