package io.tailrace.perf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.ingress.Publisher;
import io.tailrace.perf.workload.ReferenceWorkload;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.IdleStrategy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class SenderSessionTest
{
    private static final long NOW_NS = 5_000_000_000L;
    private static final long START_NS = NOW_NS + 200_000_000L;
    private static final long PERIOD_NS = 1_000_000L;
    private static final int COUNT = 500;
    private static final int WARMUP_COUNT = 100;

    @TempDir
    private Path temp;
    private final ManualClock clock = new ManualClock(NOW_NS);
    private final ReferenceWorkload workload = new ReferenceWorkload(1, 10, 0, 1_000);
    private final Queue<String> commands = new ArrayDeque<>();
    private final List<String> answers = new ArrayList<>();
    private final List<Long> ids = new ArrayList<>();
    private final List<Long> sentNs = new ArrayList<>();
    private final List<Integer> claims = new ArrayList<>();
    private long idleNs = PERIOD_NS / 4;
    private int refusals;

    @Test
    void shouldSendEachEventWhenItIsDueOnTheClockOfTheRig() throws IOException
    {
        assertTrue(run());
        assertEquals(
            List.of("sender ready " + NOW_NS, "sender done", "sender flushed"), answers);
        assertEquals(COUNT + 1, ids.size());
        for (int i = 0; i < COUNT; i++)
        {
            assertEquals(i, ids.get(i));
            assertEquals(START_NS + i * PERIOD_NS, sentNs.get(i), PERIOD_NS / 4.0, "event " + i);
        }
        assertTrue(claims.stream().allMatch(count -> count == 1), "nothing waits for a full datagram");
        final PublisherReport report = PublisherReport.read(temp);
        assertEquals(COUNT, report.published());
        assertEquals(COUNT, report.inTime());
        assertEquals(COUNT - WARMUP_COUNT, report.lateness().getTotalCount());
        assertTrue(report.lateness().getMaxValue() <= PERIOD_NS / 4);
        assertEquals(0, report.backPressured());
    }

    @Test
    void shouldSendTheEventThatClosesAllWindowsOnlyWhenTold() throws IOException
    {
        idleNs = PERIOD_NS;
        assertTrue(run());
        assertEquals((long)COUNT, ids.get(COUNT));
        assertEquals("sender done", answers.get(1));
    }

    @Test
    void shouldReportWhatHeldItUp() throws IOException
    {
        refusals = 40;
        assertTrue(run());
        final PublisherReport report = PublisherReport.read(temp);
        assertEquals(40, report.backPressured());
        assertEquals(COUNT, report.published());
        assertTrue(claims.get(0) > 1 && claims.get(0) <= ReferenceJob.CLAIM, "sent together what had become due");
    }

    @Test
    void shouldEndEarlyWhenToldAndSayHowFarItGot() throws IOException
    {
        refusals = Integer.MAX_VALUE;
        commands.add(SenderSession.START + START_NS);
        final SenderSession session = session(() ->
        {
            // As if the rig had waited for the whole schedule and more.
            if (clock.nanoTime() > START_NS + 2 * COUNT * PERIOD_NS && answers.size() == 1)
            {
                refusals = 0;
                return SenderSession.STOP;
            }
            return answers.size() == 2 && commands.isEmpty() ? SenderSession.END : commands.poll();
        });
        assertFalse(session.run(temp), "the rig was gone before all windows were closed");
        final PublisherReport report = PublisherReport.read(temp);
        assertEquals(0, report.published());
        assertEquals(COUNT, report.scheduled());
        assertTrue(report.backPressured() > 0);
    }

    @Test
    void shouldEndWhenTheRigIsGone() throws IOException
    {
        commands.add(SenderSession.END);
        assertFalse(session(commands::poll).run(temp));
        assertEquals(0, ids.size());

        commands.addAll(List.of(SenderSession.START + START_NS, SenderSession.END));
        assertFalse(session(commands::poll).run(temp));
        assertEquals(0, ids.size());
        try (Stream<Path> files = Files.list(temp))
        {
            assertEquals(0, files.count(), "no report of a run that nobody awaits");
        }
    }

    @Test
    void shouldRefuseWhatIsNotItsTurn()
    {
        commands.add(SenderSession.FLUSH);
        assertThrows(IllegalArgumentException.class, () -> session(commands::poll).run(temp));
    }

    private boolean run() throws IOException
    {
        commands.add(SenderSession.START + START_NS);
        return session(() ->
        {
            if (answers.contains("sender flushed"))
            {
                return SenderSession.END;
            }
            if (answers.contains("sender done"))
            {
                assertEquals(COUNT, ids.size());
                return SenderSession.FLUSH;
            }
            return commands.poll();
        }).run(temp);
    }

    private SenderSession session(final Supplier<String> told)
    {
        return new SenderSession(
            workload, COUNT, WARMUP_COUNT, 1_000_000_000L, this::offer, clock, new Idle(), told, answers::add);
    }

    private int offer(final DirectBuffer buffer, final int offset, final int count)
    {
        if (refusals > 0)
        {
            refusals--;
            return Publisher.BACK_PRESSURED;
        }
        claims.add(count);
        for (int i = 0; i < count; i++)
        {
            ids.add(buffer.getLong(offset + i * MessageLayout.SLOT_LENGTH + MessageLayout.READING_EVENT_ID_OFFSET));
            sentNs.add(clock.nanoTime());
        }
        return count;
    }

    /** Time passes while there is nothing to do. */
    private final class Idle implements IdleStrategy
    {
        @Override
        public void idle(final int workCount)
        {
            if (workCount == 0)
            {
                idle();
            }
        }

        @Override
        public void idle()
        {
            clock.advance(idleNs);
        }

        @Override
        public void reset()
        {
            // Nothing is kept.
        }
    }
}
