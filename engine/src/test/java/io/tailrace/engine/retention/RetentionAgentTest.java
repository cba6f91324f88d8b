package io.tailrace.engine.retention;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

import com.lmax.disruptor.Sequence;
import io.tailrace.engine.ingress.IngressGate;
import io.tailrace.engine.ingress.IngressLedger;
import io.tailrace.engine.ingress.Publisher;
import io.tailrace.engine.ring.EventRing;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class RetentionAgentTest
{
    private static final int SEGMENT = 128;
    private static final long AGE = TimeUnit.HOURS.toNanos(1);
    private static final long BUDGET = 10_000;
    private static final long RESERVE = 100;

    private final FakeLog results = new FakeLog(SEGMENT);
    private final FakeLog journal = new FakeLog(SEGMENT);
    private final FakeUsage usage = new FakeUsage();
    private final DiskView view = new DiskView(BUDGET);
    private final IngressGate gate = new IngressGate();
    private final List<String> warnings = new ArrayList<>();
    private long nowNs = 1_700_000_000_000_000_000L;
    private long journalFloor;
    private long ahead;
    private long followersFloor = Long.MAX_VALUE;
    private final RetentionAgent agent = new RetentionAgent(
        () -> nowNs,
        List.of(
            new LogRetention(results, AGE, results::endPosition, new Followers()),
            new LogRetention(journal, AGE, () -> journalFloor)),
        usage,
        new DiskBudget(BUDGET, RESERVE),
        () -> ahead,
        view,
        gate,
        warnings::add);

    @Test
    void shouldPurgeOneExpiredSegmentALook()
    {
        results.endsAt(4 * SEGMENT + 1).timeOfSegments(now(-3), now(-2), now(-1) - 1, now(0), now(0));
        assertEquals(1, cycle());
        assertEquals(0, agent.doWork());
        assertEquals(1, cycle());
        assertEquals(2 * SEGMENT, results.startPosition());
        assertEquals(0, cycle());
        assertEquals(2, view.purgedSegments());
        nowNs += AGE;
        assertEquals(1, cycle());
        assertEquals(1, cycle());
        // The last one holds the last result.
        assertEquals(0, cycle());
        assertEquals(4 * SEGMENT, results.startPosition());
        assertEquals(List.of(), warnings);
    }

    @Test
    void shouldPurgeBySizeOnlyFromTheSecondAlarmOnAndTheOldestFirst()
    {
        journalFloor = Long.MAX_VALUE;
        results.endsAt(3 * SEGMENT).timeOfSegments(now(0) - 9, now(0) - 7, now(0) - 5);
        journal.endsAt(3 * SEGMENT).timeOfSegments(now(0) - 8, now(0) - 6, now(0) - 4);
        usage.other = 7_000;
        assertEquals(0, cycle());
        assertEquals(DiskLevel.RAISED, view.level());
        usage.other = 8_500;
        nextSecond();
        assertEquals(1, cycle());
        assertEquals(DiskLevel.HIGH, view.level());
        assertEquals(SEGMENT, results.startPosition());
        assertEquals(1, cycle());
        assertEquals(SEGMENT, journal.startPosition());
        assertEquals(1, cycle());
        assertEquals(2 * SEGMENT, results.startPosition());
    }

    @Test
    void shouldPurgeWhatHasExpiredBeforeWhatIsOldest()
    {
        results.endsAt(3 * SEGMENT).timeOfSegments(now(-3), now(-3), now(-3));
        journal.endsAt(3 * SEGMENT).timeOfSegments(now(-9), now(-9), now(-9));
        usage.other = 9_000;
        assertEquals(1, cycle());
        assertEquals(1, cycle());
        assertEquals(0, cycle());
        assertEquals(2 * SEGMENT, results.startPosition());
        assertEquals(0, journal.startPosition(), "the floor of the journal is its start");
    }

    @Test
    void shouldStopIngressWhenThereIsNoRoomAndResumeWhenThereIs()
    {
        final EventRing ring = new EventRing(8, true);
        ring.gate(new Sequence());
        final Publisher publisher = new Publisher(0, ring, () -> nowNs, new IngressLedger(1), gate);
        assertEquals(1, publisher.offer(1, 1, 1, 1, 1));
        usage.free = RESERVE - 1;
        cycle();
        assertTrue(view.isIngressStopped());
        assertEquals(Publisher.BACK_PRESSURED, publisher.offer(1, 1, 1, 1, 1));
        assertEquals(1, warnings.size());
        assertTrue(warnings.get(0).startsWith("ingress stopped, the disk is full: the data directory uses "),
            warnings::toString);
        assertTrue(warnings.get(0).contains("resumes by itself"), warnings::toString);
        cycle();
        assertEquals(1, warnings.size());
        usage.free = 2 * RESERVE;
        cycle();
        assertFalse(view.isIngressStopped());
        assertEquals(1, publisher.offer(1, 1, 1, 1, 1));
        assertTrue(warnings.get(1).startsWith("ingress resumed: "), warnings::toString);
    }

    @Test
    void shouldMakeRoomByPurgingUntilIngressResumes()
    {
        results.endsAt(5 * SEGMENT).timeOfSegments(now(0), now(0), now(0), now(0), now(0));
        usage.other = BUDGET - RESERVE - 4 * SEGMENT;
        assertEquals(1, cycle());
        assertEquals(DiskLevel.FULL, view.level());
        assertEquals(1, cycle());
        assertEquals(1, cycle());
        assertEquals(DiskLevel.CRITICAL, view.level());
        assertEquals(3, view.purgedSegments());
    }

    @Test
    void shouldTellOnceWhilePurgingHoldsTheDiskAtItsThreshold()
    {
        final int segments = 200;
        final long[] times = new long[segments];
        Arrays.fill(times, now(0));
        results.timeOfSegments(times);
        usage.other = 7_500;
        int purged = 0;
        for (int i = 0; i < 100; i++)
        {
            results.endsAt(SEGMENT + i * 100);
            purged += cycle();
        }
        assertTrue(purged > 50, "purged=" + purged);
        assertEquals(DiskLevel.HIGH, view.level());
        assertEquals(List.of("raised", "high"),
            warnings.stream().map(line -> line.replaceAll("disk ([a-z]+): .*", "$1")).toList());
        assertTrue(view.used() >= BUDGET * 83 / 100 && view.used() < BUDGET * 87 / 100, () -> "used=" + view.used());
    }

    @Test
    void shouldPurgeForANeighbourOnlyUntilThereIsRoom()
    {
        results.endsAt(9 * SEGMENT).timeOfSegments(
            now(0), now(0), now(0), now(0), now(0), now(0), now(0), now(0), now(0));
        usage.free = 2 * RESERVE - 3;
        assertEquals(1, cycle());
        assertEquals(DiskLevel.CRITICAL, view.level());
        // The segment is room; the alarm is still on, for want of a margin.
        usage.free = 2 * RESERVE + 1;
        assertEquals(0, cycle());
        assertEquals(DiskLevel.CRITICAL, view.level());
        assertEquals(1, view.purgedSegments());
        usage.free = 3 * RESERVE;
        assertEquals(0, cycle());
        assertEquals(DiskLevel.NORMAL, view.level());
    }

    @Test
    void shouldForeseeWhatComesInUntilTheNextLook()
    {
        journal.endsAt(100);
        usage.other = BUDGET - 100 - RESERVE - 350;
        cycle();
        assertEquals(DiskLevel.CRITICAL, view.level());
        journal.endsAt(300);
        cycle();
        assertTrue(view.isIngressStopped(), "250 are left but for the reserve, and 200 may come before the next look");
    }

    @Test
    void shouldLeaveCheckpointsWhatIsNotReserved()
    {
        usage.free = 1_000;
        cycle();
        assertEquals(1_000 - RESERVE, agent.roomForCheckpoints());
        // Ingress stops before the next one has no room, and what is on its way has its own.
        ahead = 950;
        cycle();
        assertTrue(view.isIngressStopped());
        assertEquals(1_000, agent.roomForCheckpoints());
        usage.free = 1_000_000;
        usage.other = BUDGET + 1;
        nextSecond();
        cycle();
        // What is over the budget leaves as soon as there is a checkpoint, which the file system has room for.
        assertEquals(950, agent.roomForCheckpoints());
        usage.free = 100;
        nextSecond();
        cycle();
        assertEquals(100, agent.roomForCheckpoints());
    }

    @Test
    void shouldOvertakeASinkForRoomAndNotForAge()
    {
        results.endsAt(4 * SEGMENT).timeOfSegments(now(-3), now(-3), now(-3), now(-3));
        followersFloor = SEGMENT;
        assertEquals(1, cycle());
        assertEquals(0, cycle());
        assertEquals(SEGMENT, results.startPosition());
        usage.other = 9_000;
        nextSecond();
        assertEquals(1, cycle());
        assertEquals(2 * SEGMENT, results.startPosition());
        assertTrue(warnings.get(1).startsWith("disk high: results are purged that sinks have not had: db; "),
            warnings::toString);
    }

    @Test
    void shouldCountASegmentThatSomebodyIsReading()
    {
        results.endsAt(3 * SEGMENT).timeOfSegments(now(-3), now(-3), now(-3)).isRead(true);
        assertEquals(0, cycle());
        assertEquals(1, view.blockedPurges());
        results.isRead(false);
        assertEquals(1, cycle());
    }

    @Test
    void shouldCutOffAReaderThatHoldsBackThePurgeWhileRoomIsShort()
    {
        results.endsAt(9 * SEGMENT)
            .timeOfSegments(now(0), now(0), now(0), now(0), now(0), now(0), now(0), now(0), now(0)).isRead(true);
        usage.other = 8_500;
        final long looks = RetentionAgent.CUT_OFF_NS / RetentionAgent.INTERVAL_NS;
        for (int i = 0; i <= looks; i++)
        {
            assertEquals(0, cycle());
            assertEquals(i < looks ? 0 : 1, results.cutOffs(), "look " + i);
        }
        assertEquals(1, cycle());
        assertTrue(warnings.get(warnings.size() - 1).startsWith("disk " + view.level().text() +
            ": a reader that stood still held back the purge, and was cut off; the data directory uses "),
            warnings::toString);
        // Again only after as long.
        results.isRead(true);
        assertEquals(0, cycle());
        assertEquals(0, cycle());
        assertEquals(1, results.cutOffs());
    }

    @Test
    void shouldCutOffAReaderOfWhatHasExpiredAsWellWhileRoomIsShort()
    {
        results.endsAt(9 * SEGMENT)
            .timeOfSegments(now(-3), now(-3), now(-3), now(-3), now(-3), now(-3), now(-3), now(-3), now(0))
            .isRead(true);
        usage.other = 8_500;
        nowNs += RetentionAgent.CALM_FILES_INTERVAL_NS;
        assertEquals(0, cycle());
        nowNs += RetentionAgent.CUT_OFF_NS;
        assertEquals(0, cycle());
        assertEquals(1, results.cutOffs());
        assertEquals(1, cycle());
    }

    @Test
    void shouldCutOffNobodyForAge()
    {
        results.endsAt(3 * SEGMENT).timeOfSegments(now(-3), now(-3), now(-3)).isRead(true);
        for (int i = 0; i < 100; i++)
        {
            assertEquals(0, cycle());
        }
        assertEquals(0, results.cutOffs());
        assertEquals(List.of(), warnings);
    }

    @Test
    void shouldTryAgainSomeSecondsAfterAFailure()
    {
        usage.failure = new IllegalStateException("no such directory");
        assertThrows(IllegalStateException.class, this::cycle);
        usage.failure = null;
        usage.free = 0;
        cycle();
        assertEquals(DiskLevel.NORMAL, view.level());
        nowNs += RetentionAgent.RETRY_NS;
        cycle();
        assertEquals(DiskLevel.FULL, view.level());
    }

    @Test
    void shouldGoOnLookingWhileASegmentCannotBeRead()
    {
        // The second segment has no time to be read.
        results.endsAt(3 * SEGMENT).timeOfSegments(now(-3));
        assertThrows(ArrayIndexOutOfBoundsException.class, this::cycle);
        usage.free = 0;
        assertEquals(0, cycle());
        assertTrue(view.isIngressStopped());
        results.timeOfSegments(now(-3), now(-3), now(-3));
        assertEquals(0, cycle());
        nowNs += RetentionAgent.RETRY_NS;
        assertEquals(1, cycle());
    }

    @Test
    void shouldPurgeTheOtherLogWhileOneFails()
    {
        journalFloor = Long.MAX_VALUE;
        results.endsAt(3 * SEGMENT).timeOfSegments(now(-3));
        journal.endsAt(4 * SEGMENT).timeOfSegments(now(-3), now(-3), now(0), now(0));
        assertThrows(ArrayIndexOutOfBoundsException.class, this::cycle);
        assertEquals(SEGMENT, journal.startPosition());
        assertEquals(0, cycle());
        // By size as well; and the failure is told again when it is due.
        usage.other = 9_000;
        nextSecond();
        assertEquals(1, cycle());
        assertEquals(2 * SEGMENT, journal.startPosition());
        nowNs += RetentionAgent.RETRY_NS;
        assertThrows(ArrayIndexOutOfBoundsException.class, this::cycle);
        assertEquals(3 * SEGMENT, journal.startPosition());
        assertEquals(0, results.startPosition());
    }

    @Test
    void shouldAddUpRecordingsAndOtherFilesAndListTheFilesOnceASecond()
    {
        results.endsAt(1_000).timeOfSegments(now(0), now(0));
        journal.endsAt(500);
        usage.other = 70;
        cycle();
        assertEquals(1_570, view.used());
        usage.other = 80;
        cycle();
        assertEquals(1_570, view.used());
        nextSecond();
        cycle();
        assertEquals(1_580, view.used());
    }

    @Test
    void shouldListTheFilesLessOftenWhileThereIsMuchRoom()
    {
        final long budget = 2 * RetentionAgent.CALM_ROOM;
        final DiskView large = new DiskView(budget);
        final RetentionAgent calm = new RetentionAgent(
            () -> nowNs, List.of(), usage, new DiskBudget(budget, RESERVE), () -> 0, large, gate, warnings::add);
        usage.other = 1;
        calm.look(nowNs);
        usage.other = budget - RetentionAgent.CALM_ROOM + 1;
        calm.look(nowNs + RetentionAgent.CALM_FILES_INTERVAL_NS - 1);
        assertEquals(1, large.used());
        nowNs += RetentionAgent.CALM_FILES_INTERVAL_NS;
        calm.look(nowNs);
        assertEquals(budget - RetentionAgent.CALM_ROOM + 1, large.used());
        usage.other = 2;
        calm.look(nowNs + RetentionAgent.FILES_INTERVAL_NS - 1);
        assertEquals(budget - RetentionAgent.CALM_ROOM + 1, large.used());
        calm.look(nowNs + RetentionAgent.FILES_INTERVAL_NS);
        assertEquals(2, large.used(), "there was not much room");
    }

    private int cycle()
    {
        nowNs += RetentionAgent.INTERVAL_NS;
        return agent.doWork();
    }

    private void nextSecond()
    {
        nowNs += RetentionAgent.FILES_INTERVAL_NS;
    }

    private long now(final int ages)
    {
        return nowNs + ages * AGE;
    }

    private final class Followers implements LogFollowers
    {
        @Override
        public long floor()
        {
            return followersFloor;
        }

        @Override
        public String overtake(final long position)
        {
            final boolean isOvertaken = followersFloor < position;
            followersFloor = isOvertaken ? Long.MAX_VALUE : followersFloor;
            return isOvertaken ? "db" : "";
        }
    }

    private static final class FakeUsage implements DiskUsage
    {
        private long other;
        private long free = 1_000_000;
        private RuntimeException failure;

        @Override
        public long otherFiles()
        {
            if (null != failure)
            {
                throw failure;
            }
            return other;
        }

        @Override
        public long free()
        {
            return free;
        }
    }
}
