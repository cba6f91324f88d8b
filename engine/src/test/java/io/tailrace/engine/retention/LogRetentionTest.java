package io.tailrace.engine.retention;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class LogRetentionTest
{
    private static final long AGE = 1_000;
    private static final int SEGMENT = 128;

    private final FakeLog log = new FakeLog(SEGMENT);
    private long floor = Long.MAX_VALUE;
    private final LogRetention retention = new LogRetention(log, AGE, () -> floor);

    @Test
    void shouldTellTheAgeOfTheOldestSegmentByTheFirstMessageBehindIt()
    {
        log.endsAt(SEGMENT + 50).timeOfSegments(10, 20);
        assertEquals(20, retention.oldestEndTimeNs());
        assertFalse(retention.isExpired(20 + AGE));
        assertTrue(retention.isExpired(21 + AGE));
    }

    @Test
    void shouldKeepTheOnlySegmentAndTheLastMessageHoweverOld()
    {
        log.endsAt(SEGMENT - 1).timeOfSegments(10, 20);
        assertFalse(retention.isExpired(Long.MAX_VALUE));
        log.endsAt(SEGMENT);
        assertEquals(LogRetention.KEPT, retention.oldestEndTimeNs());
        log.endsAt(SEGMENT + 1);
        assertTrue(retention.isExpired(Long.MAX_VALUE));
    }

    @Test
    void shouldNeverPurgePastTheFloor()
    {
        log.endsAt(10 * SEGMENT).timeOfSegments(10, 20, 30, 40);
        floor = SEGMENT - 1;
        assertEquals(LogRetention.KEPT, retention.oldestEndTimeNs());
        floor = SEGMENT;
        assertEquals(20, retention.oldestEndTimeNs());
        assertTrue(retention.purge());
        assertEquals(SEGMENT, log.startPosition());
        assertEquals(LogRetention.KEPT, retention.oldestEndTimeNs());
        floor = 3 * SEGMENT - 1;
        assertEquals(30, retention.oldestEndTimeNs());
        assertEquals(9 * SEGMENT, retention.length());
    }

    @Test
    void shouldBeginWithTheSegmentThatHoldsTheStart()
    {
        log.endsAt(10 * SEGMENT).timeOfSegments(10, 20, 30, 40);
        assertTrue(retention.purge());
        assertTrue(retention.purge());
        assertEquals(2 * SEGMENT, log.startPosition());
        assertEquals(40, retention.oldestEndTimeNs());
    }

    @Test
    void shouldSayThatAReaderIsInTheWay()
    {
        log.endsAt(10 * SEGMENT).timeOfSegments(10, 20).isRead(true);
        assertTrue(retention.isExpired(Long.MAX_VALUE));
        assertFalse(retention.purge());
        assertEquals(0, log.startPosition());
    }

    @Test
    void shouldReadTheTimeOfASegmentOnce()
    {
        log.endsAt(10 * SEGMENT).timeOfSegments(10, 20, 30);
        for (int i = 0; i < 10; i++)
        {
            retention.oldestEndTimeNs();
        }
        assertEquals(1, log.timesRead());
    }

    @Test
    void shouldNeverExpireWithoutAnAge()
    {
        log.endsAt(10 * SEGMENT).timeOfSegments(10, 20);
        assertFalse(new LogRetention(log, Long.MAX_VALUE, () -> floor).isExpired(Long.MAX_VALUE));
    }
}
