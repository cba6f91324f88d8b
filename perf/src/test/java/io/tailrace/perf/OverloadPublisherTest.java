package io.tailrace.perf;

import java.util.ArrayList;
import java.util.List;

import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.ingress.Publisher;
import io.tailrace.perf.workload.ArrivalSchedule;
import io.tailrace.perf.workload.ReferenceWorkload;
import org.agrona.concurrent.AgentTerminationException;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

class OverloadPublisherTest
{
    private static final long MS = 1_000_000L;
    private static final int FIRST = 7_000;

    private final ManualClock clock = new ManualClock(0);
    private final List<Long> ids = new ArrayList<>();
    private int answer = Integer.MAX_VALUE;
    private final OverloadPublisher publisher = new OverloadPublisher(
        new ArrivalSchedule(0, 10_000, 100),
        new ReferenceWorkload(1, 10, 0, 1_000),
        FIRST,
        (buffer, offset, count) ->
        {
            if (answer < 0)
            {
                return answer;
            }
            for (int i = 0; i < count; i++)
            {
                ids.add(buffer.getLong(
                    offset + i * MessageLayout.SLOT_LENGTH + MessageLayout.READING_EVENT_ID_OFFSET));
            }
            return Math.min(answer, count);
        },
        clock);

    @Test
    void shouldOfferWhatIsDueFromItsFirstIndexOn()
    {
        clock.advance(2 * MS);
        work();
        assertEquals(21, publisher.offered());
        for (int i = 0; i < 21; i++)
        {
            assertEquals(FIRST + i, ids.get(i));
        }
        clock.advance(1_000 * MS);
        work();
        assertEquals(100, publisher.offered());
        assertEquals(100, publisher.admitted());
        assertEquals(100, publisher.due());
        assertEquals(0, publisher.refusals());
    }

    @Test
    void shouldKeepWhatIsRefusedAndOfferItAgain()
    {
        answer = Publisher.BACK_PRESSURED;
        clock.advance(5 * MS);
        assertEquals(0, publisher.doWork());
        assertEquals(0, publisher.doWork());
        assertEquals(2, publisher.refusals());
        assertEquals(0, publisher.offered());
        answer = Integer.MAX_VALUE;
        work();
        assertEquals(51, publisher.offered());
        assertEquals(FIRST, ids.get(0));
    }

    @Test
    void shouldNotOfferAgainWhatWasShed()
    {
        answer = 3;
        clock.advance(1_000 * MS);
        work();
        assertEquals(100, publisher.offered());
        assertEquals(15, publisher.admitted(), "three of each of five claims");
        assertEquals(100, ids.size());
    }

    @Test
    void shouldEndWithTheEngine()
    {
        answer = Publisher.CLOSED;
        clock.advance(MS);
        assertThrows(AgentTerminationException.class, publisher::doWork);
    }

    @Test
    void shouldCloseAsManyWindowsBeforeAsAfter()
    {
        assertEquals(6 * ReferenceJob.EVENT_RATE / 30, OverloadRig.tenth(2_000_000, 30));
        assertEquals(6 * ReferenceJob.EVENT_RATE / 30, OverloadRig.tenth(2_100_000, 30));
        assertEquals(ReferenceJob.EVENT_RATE / 5, OverloadRig.tenth(100_000, 5), "one at least");
    }

    private void work()
    {
        int work = publisher.doWork();
        while (work > 0)
        {
            work = publisher.doWork();
        }
    }
}
