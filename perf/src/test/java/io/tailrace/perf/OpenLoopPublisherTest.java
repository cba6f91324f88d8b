package io.tailrace.perf;

import java.util.ArrayList;
import java.util.List;

import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.ingress.Publisher;
import io.tailrace.perf.report.Verdict;
import io.tailrace.perf.workload.ArrivalSchedule;
import io.tailrace.perf.workload.ReferenceWorkload;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.AgentTerminationException;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class OpenLoopPublisherTest
{
    private static final long START_NS = 1_000;
    private static final long PERIOD_NS = 100_000;
    private static final int COUNT = 20_000;

    private final ManualClock clock = new ManualClock(START_NS);
    private final ArrivalSchedule schedule = new ArrivalSchedule(START_NS, 10_000, COUNT);
    private final ReferenceWorkload workload = new ReferenceWorkload(1, 10, 0, 10_000);
    private final List<Long> ids = new ArrayList<>();
    private int refusals;

    @Test
    void shouldPublishEachEventWhenItIsDueAndInOrder()
    {
        final OpenLoopPublisher publisher = publisher(0);
        while (!publisher.isDone())
        {
            assertEquals(1, publisher.doWork());
            assertEquals(0, publisher.doWork(), "nothing is due twice");
            clock.advance(PERIOD_NS);
        }
        assertEquals(COUNT, ids.size());
        for (int i = 0; i < COUNT; i++)
        {
            assertEquals(i, ids.get(i));
        }
        assertEquals(0, publisher.report().lateness().getMaxValue());
        assertTrue(verdict(publisher).isPass(), () -> verdict(publisher).toString());
    }

    @Test
    void shouldClaimNoMoreThanTwentyAtATime()
    {
        final OpenLoopPublisher publisher = publisher(0);
        clock.advance(50 * PERIOD_NS);
        assertEquals(20, publisher.doWork());
        assertEquals(20, publisher.doWork());
        assertEquals(11, publisher.doWork());
        assertEquals(0, publisher.doWork());
    }

    /** What a sender that waits for its own stall to be over before it takes the next time would hide. */
    @Test
    void shouldChargeAStallToEveryEventThatItDelayed()
    {
        final OpenLoopPublisher publisher = publisher(0);
        publishUntil(publisher, 5_000);
        clock.advance(1_000 * PERIOD_NS);
        drain(publisher);
        publishUntil(publisher, COUNT);

        assertEquals(COUNT, publisher.report().lateness().getTotalCount());
        // The thousand events of the stall were late by anything from one period to a thousand of them.
        assertEquals(1_000, publisher.report().lateness().getCountBetweenValues(PERIOD_NS / 2, Long.MAX_VALUE / 2), 2);
        assertEquals(500, publisher.report().lateness().getCountBetweenValues(500 * PERIOD_NS, Long.MAX_VALUE / 2), 2);
        assertEquals(1_000 * PERIOD_NS, publisher.report().lateness().getMaxValue(), 1_000 * PERIOD_NS / 500);
    }

    @Test
    void shouldNotLetItsScheduleSlipWhateverHoldsItUp()
    {
        final OpenLoopPublisher publisher = publisher(0);
        for (int stall = 0; stall < 10; stall++)
        {
            clock.advance((37 + stall * 111) * PERIOD_NS);
            drain(publisher);
            final long elapsedPeriods = (clock.nanoTime() - START_NS) / PERIOD_NS;
            assertEquals(elapsedPeriods + 1, publisher.published(), "as many as if there had been no stall");
        }
    }

    @Test
    void shouldOfferTheSameEventsAgainWhenBackPressured()
    {
        final OpenLoopPublisher publisher = publisher(0);
        clock.advance(9 * PERIOD_NS);
        refusals = 3;
        for (int i = 0; i < 3; i++)
        {
            assertEquals(0, publisher.doWork());
            clock.advance(PERIOD_NS);
        }
        assertEquals(13, publisher.doWork());
        assertEquals(3, publisher.report().backPressured());
        assertEquals(0L, ids.get(0));
        assertEquals(13, ids.size());
        assertEquals(12 * PERIOD_NS, publisher.report().lateness().getMaxValue(), 12 * PERIOD_NS / 500);
    }

    @Test
    void shouldNotRecordTheWarmUp()
    {
        final OpenLoopPublisher publisher = publisher(1_010);
        clock.advance(1_000 * PERIOD_NS);
        drain(publisher);
        assertEquals(0, publisher.report().lateness().getTotalCount());
        publishUntil(publisher, COUNT);
        assertEquals(COUNT - 1_010, publisher.report().lateness().getTotalCount());
        assertEquals(0, publisher.report().lateness().getMaxValue());
    }

    @Test
    void shouldFailARunThatMissedItsRate()
    {
        final OpenLoopPublisher publisher = publisher(0);
        publishUntil(publisher, COUNT - COUNT / 1_000 - 1);
        clock.advance(COUNT * PERIOD_NS);
        drain(publisher);
        assertTrue(publisher.isDone());
        final Verdict verdict = verdict(publisher);
        assertFalse(verdict.isPass());
        assertTrue(verdict.toString().contains("missed its rate: 19979 of 20000"), verdict.toString());
    }

    /** Its latencies show the stall; the rate was kept. */
    @Test
    void shouldForgiveAStallInTheLastInstantThatIsMadeUpForAtOnce()
    {
        final OpenLoopPublisher publisher = publisher(0);
        publishUntil(publisher, COUNT - 500);
        clock.advance(500 * PERIOD_NS + OpenLoopPublisher.GRACE_NS - PERIOD_NS);
        drain(publisher);
        assertTrue(publisher.isDone());
        assertTrue(verdict(publisher).isPass(), () -> verdict(publisher).toString());
        assertEquals(500, publisher.report().lateness().getCountBetweenValues(PERIOD_NS, Long.MAX_VALUE / 2));
    }

    /** Nine tenths of the rate, all the time: a tenth of a second after two of them it is still behind. */
    @Test
    void shouldFailARunThatIsTooSlowThroughout()
    {
        final OpenLoopPublisher publisher = new OpenLoopPublisher(
            schedule,
            workload,
            (buffer, offset, count) -> ids.size() < (clock.nanoTime() - START_NS) / PERIOD_NS * 9 / 10 ?
                offer(buffer, offset, count) : Publisher.BACK_PRESSURED,
            clock,
            0);
        publishUntil(publisher, COUNT);
        final Verdict verdict = verdict(publisher);
        assertTrue(verdict.toString().contains("missed its rate: 189"), verdict.toString());
    }

    @Test
    void shouldForgiveTheLastThousandth()
    {
        final OpenLoopPublisher publisher = publisher(0);
        publishUntil(publisher, COUNT - COUNT / 1_000);
        clock.advance(COUNT * PERIOD_NS);
        drain(publisher);
        assertTrue(verdict(publisher).isPass(), () -> verdict(publisher).toString());
    }

    @Test
    void shouldFailARunThatDidNotPublishAll()
    {
        final OpenLoopPublisher publisher = publisher(0);
        publishUntil(publisher, COUNT - 1);
        assertEquals(List.of("events published: expected 20000, found 19999"), verdict(publisher).failures());
    }

    @Test
    void shouldEndWhenTheEngineIsClosed()
    {
        final OpenLoopPublisher publisher = new OpenLoopPublisher(
            schedule, workload, (buffer, offset, count) -> Publisher.CLOSED, clock, 0);
        assertThrows(AgentTerminationException.class, publisher::doWork);
        assertEquals(0, publisher.published());
    }

    private OpenLoopPublisher publisher(final long warmupCount)
    {
        return new OpenLoopPublisher(schedule, workload, this::offer, clock, warmupCount);
    }

    private int offer(final DirectBuffer buffer, final int offset, final int count)
    {
        if (refusals > 0)
        {
            refusals--;
            return Publisher.BACK_PRESSURED;
        }
        for (int i = 0; i < count; i++)
        {
            ids.add(buffer.getLong(
                offset + i * MessageLayout.SLOT_LENGTH + MessageLayout.READING_EVENT_ID_OFFSET));
        }
        return count;
    }

    private void publishUntil(final OpenLoopPublisher publisher, final long count)
    {
        while (publisher.published() < count)
        {
            if (publisher.doWork() == 0)
            {
                clock.advance(PERIOD_NS);
            }
        }
    }

    private static void drain(final OpenLoopPublisher publisher)
    {
        while (publisher.doWork() > 0)
        {
            assertTrue(publisher.published() <= COUNT);
        }
    }

    private static Verdict verdict(final OpenLoopPublisher publisher)
    {
        final Verdict verdict = new Verdict();
        publisher.report().check(verdict);
        return verdict;
    }
}
