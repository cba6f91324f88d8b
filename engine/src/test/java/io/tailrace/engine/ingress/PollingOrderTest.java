package io.tailrace.engine.ingress;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import com.lmax.disruptor.Sequence;
import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.config.SourceConfig;
import io.tailrace.engine.ring.EventRing;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;

/**
 * In which order sources of both classes are polled, and what a critical reading waits behind, with sources that the
 * test fills and a clock that it moves.
 */
class PollingOrderTest
{
    private static final long NOW = 1_700_000_000_000_000_000L;
    private static final long HOUR = 3_600_000_000_000L;

    @TempDir
    Path dataDir;

    private final List<String> polls = new ArrayList<>();
    private final List<FakeSource> fakes = new ArrayList<>();
    private final EventRing ring = new EventRing(1024, false);
    private RejectsFile rejects;
    private IngressAgent agent;
    private long nowNs = NOW;

    @BeforeEach
    void open()
    {
        ring.gate(new Sequence());
        rejects = new RejectsFile(dataDir);
    }

    @AfterEach
    void close()
    {
        agent.close();
        rejects.close();
    }

    @Test
    void shouldPollCriticalSourcesFirstAndBeforeEachNormalOne()
    {
        start("n1", "c1", "n2", "c2", "n3");
        agent.doWork();
        assertEquals(
            List.of("c1", "c2", "n1", "c1", "c2", "n2", "c1", "c2", "n3"), polls);
        polls.clear();
        agent.doWork();
        assertEquals("c1", polls.get(0), "after the last normal one");
        assertEquals(5, fakes.stream().filter(fake -> fake.acknowledged == 2).count(), "once a cycle each");
    }

    @Test
    void shouldPollEachOnceIfAllAreOfOneClass()
    {
        start("n1", "n2", "n3");
        agent.doWork();
        assertEquals(List.of("n1", "n2", "n3"), polls);
    }

    @Test
    void shouldPollEachOnceIfAllAreCritical()
    {
        start("c1", "c2");
        agent.doWork();
        assertEquals(List.of("c1", "c2"), polls);
    }

    /** While each normal source is polled a critical reading comes: it is on the ring before the next normal one. */
    @Test
    void shouldLetACriticalReadingWaitBehindOnePollOfOneNormalSource()
    {
        start("n1", "c1", "n2", "n3");
        for (final FakeSource fake : fakes)
        {
            fake.pending = 2;
            fake.isFillingCritical = fake.name.startsWith("n");
        }
        agent.doWork();
        agent.doWork();
        final StringBuilder order = new StringBuilder();
        for (long sequence = 0; sequence <= ring.cursor(); sequence++)
        {
            final int at = ring.offset(sequence);
            if (ring.slab().getLong(at) == MessageLayout.READING_HEADER)
            {
                order.append(ring.slab().getShort(at + MessageLayout.READING_SOURCE_OFFSET));
            }
        }
        // Sources 0, 2 and 3 are normal, with two readings each, and source 1 begins with two.
        assertEquals("11" + "00" + "1" + "22" + "1" + "33" + "1", order.toString());
    }

    /** That a source was emptied within a cycle does not make it one that was empty since the cycle's beginning. */
    @Test
    void shouldNotCallASourceEmptyThatDeliveredInTheSameCycle()
    {
        start("n1", "c1", "n2");
        agent.doWork();
        nowNs += HOUR;
        fakes.get(0).isFillingCritical = true;
        agent.doWork();
        final int tick = ring.offset(ring.cursor());
        assertEquals(MessageLayout.TICK_HEADER, ring.slab().getLong(tick));
        assertEquals(
            MessageLayout.TICK_NOT_EMPTY, ring.slab().getLong(tick + MessageLayout.TICK_EMPTY_SINCE1_OFFSET));
        assertEquals(NOW, ring.slab().getLong(tick + MessageLayout.TICK_EMPTY_SINCE0_OFFSET));
    }

    private void start(final String... names)
    {
        final List<SourceConfig> sources = new ArrayList<>();
        for (final String name : names)
        {
            sources.add(SourceConfig.aeron(name, "aeron:ipc", 1 + sources.size())
                .priority(name.startsWith("c") ? 1 : 0).build());
        }
        final FakeSource[] byIndex = new FakeSource[names.length];
        agent = new IngressAgent(
            sources,
            ring,
            () -> nowNs,
            new IngressLedger(names.length),
            rejects,
            new IngressGate(),
            null,
            null,
            HOUR,
            (source, intake, acks) ->
            {
                final FakeSource fake = new FakeSource(source.name(), intake);
                byIndex[sources.indexOf(source)] = fake;
                return fake;
            });
        fakes.addAll(List.of(byIndex));
    }

    /** Delivers what it was given, all at one poll. */
    private final class FakeSource implements IngressSource
    {
        private final String name;
        private final Intake intake;
        private int pending;
        private int acknowledged;
        private boolean isFillingCritical;

        private FakeSource(final String name, final Intake intake)
        {
            this.name = name;
            this.intake = intake;
        }

        @Override
        public int poll(final long pollNs)
        {
            polls.add(name);
            assertEquals(nowNs, pollNs);
            int taken = 0;
            for (; pending > 0; pending--)
            {
                taken += intake.onFrame(ReadingBytes.frame(1, 0), 0, MessageLayout.SLOT_LENGTH, pollNs);
            }
            if (isFillingCritical)
            {
                isFillingCritical = false;
                fakes.stream().filter(fake -> fake.name.startsWith("c")).forEach(fake -> fake.pending++);
            }
            return taken;
        }

        @Override
        public boolean isHeldBack()
        {
            return false;
        }

        @Override
        public int acknowledge(final long pollNs)
        {
            acknowledged++;
            return 0;
        }

        @Override
        public void close()
        {
            pending = 0;
        }
    }
}
