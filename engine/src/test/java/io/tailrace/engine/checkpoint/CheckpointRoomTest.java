package io.tailrace.engine.checkpoint;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.tailrace.archive.checkpoint.CheckpointDirectory;
import io.tailrace.archive.checkpoint.CheckpointEntry;
import io.tailrace.archive.journal.MemoryLog;
import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.config.CheckpointConfig;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.EventTimeConfig;
import io.tailrace.engine.config.LimitsConfig;
import io.tailrace.engine.config.ReferenceClock;
import io.tailrace.engine.config.SourceConfig;
import io.tailrace.engine.config.WatermarkKind;
import io.tailrace.engine.config.WindowConfig;
import io.tailrace.engine.operator.OperatorCore;
import io.tailrace.engine.ring.ResultsRing;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What the agent does with the room that the disk has, stepped by hand on one thread. */
class CheckpointRoomTest
{
    private static final long INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long MUCH = 1L << 40;
    private static final int KEYS = 10_000;
    private static final int STEPS = 100_000;

    @TempDir
    Path dataDir;

    private final UnsafeBuffer reading =
        new UnsafeBuffer(BufferUtil.allocateDirectAligned(MessageLayout.SLOT_LENGTH, BitUtil.CACHE_LINE_LENGTH));
    private final List<String> told = new ArrayList<>();
    private final MemoryLog journal = MemoryLog.discarding("journal");
    private final MemoryLog resultsLog = MemoryLog.discarding("results");
    private final ResultsRing results = new ResultsRing(1 << 14);
    private OperatorCore core;
    private StateCapture capture;
    private CheckpointDirectory directory;
    private CheckpointAgent agent;
    private long nowNs;
    private long room = MUCH;
    private int nextDevice;

    @BeforeEach
    void setUp()
    {
        core = new OperatorCore(EngineConfig.builder()
            .dataDir(dataDir)
            .limits(LimitsConfig.builder().devices(KEYS).keys(KEYS).build())
            .source(SourceConfig.embedded("app").build())
            .eventTime(EventTimeConfig.builder()
                .referenceClock(ReferenceClock.NONE).watermark(WatermarkKind.GLOBAL).build())
            .window(WindowConfig.tumbling("w", INTERVAL_NS).build())
            .build(), results);
        capture = new StateCapture(core, results);
        directory = CheckpointDirectory.open(dataDir);
        begin();
    }

    @AfterEach
    void tearDown()
    {
        agent.onClose();
        capture.close();
        core.close();
    }

    @Test
    void shouldNotBeginWithoutRoomAndTellOnce()
    {
        read(KEYS / 2);
        interval();
        final long stateBytes = agent.counts().stateBytes();
        final long number = agent.counts().lastNumber();
        final long fullBytes = agent.counts().fullBytes();
        assertTrue(fullBytes <= stateBytes, () -> fullBytes + " > " + stateBytes);
        assertTrue(fullBytes > stateBytes - stateBytes / 16);
        assertEquals(List.of(), told);

        room = stateBytes - 1;
        interval();
        interval();
        interval();
        assertEquals(3, agent.counts().givenUp());
        assertEquals(number, agent.counts().lastNumber());
        assertFalse(capture.isRequested() || capture.isUnderWay());
        assertEquals(1, told.size(), told::toString);
        assertTrue(told.get(0).contains("no checkpoint for lack of room: it may take "), told::toString);
        assertTrue(told.get(0).endsWith(agent.counts().lastFailure()), told::toString);

        room = MUCH;
        interval();
        assertEquals(number + 1, agent.counts().lastNumber());
        assertEquals(1, entries().get(1).meta().orElseThrow().indexInChain(), "the chain goes on");
        room = 0;
        interval();
        assertEquals(2, told.size(), told::toString);
    }

    @Test
    void shouldBoundTheFirstOneByTheState()
    {
        agent.onClose();
        read(KEYS / 2);
        begin();
        final long stateBytes = agent.counts().stateBytes();
        assertTrue(stateBytes > KEYS / 2 * 500L, () -> "stateBytes=" + stateBytes);
        assertEquals(2 * stateBytes, agent.counts().bytesAhead());
        room = stateBytes - 1;
        interval();
        assertEquals(1, agent.counts().givenUp());
        assertFalse(capture.isUnderWay());
        room = stateBytes;
        interval();
        assertEquals(1, agent.counts().completed());
    }

    @Test
    void shouldLookAtTheStateAsItIsAtTheBarrier() throws Exception
    {
        final long emptyBytes = agent.counts().stateBytes();
        read(KEYS / 2);
        room = 2 * emptyBytes;
        interval();
        assertEquals(0, agent.counts().completed());
        assertEquals(1, agent.counts().givenUp());
        assertTrue(agent.counts().stateBytes() > 10 * emptyBytes);
        try (var files = Files.list(CheckpointDirectory.dirOf(dataDir)))
        {
            assertEquals(0, files.count());
        }
        room = MUCH;
        interval();
        assertEquals(1, agent.counts().completed());
    }

    @Test
    void shouldGiveUpWhenItsRoomIsTaken() throws Exception
    {
        read(KEYS / 2);
        nowNs += INTERVAL_NS;
        agent.doWork();
        capture.begin(journal.appendPosition(), 0);
        agent.doWork();
        for (int i = 0; i < 40; i++)
        {
            capture.slice();
        }
        agent.doWork();
        room = -1;
        settle();
        assertEquals(1, agent.counts().givenUp());
        assertEquals(0, agent.counts().completed());
        assertEquals(1, told.size(), told::toString);
        try (var files = Files.list(CheckpointDirectory.dirOf(dataDir)))
        {
            assertEquals(0, files.count(), "the half-written file takes no room");
        }
        room = MUCH;
        nowNs += INTERVAL_NS;
        interval();
        assertTrue(entries().get(0).meta().orElseThrow().isFull());
    }

    @Test
    void shouldTakeAFullOneWhereAnIncrementWouldTakeItsRoom()
    {
        read(KEYS / 2);
        interval();
        read(10);
        interval();
        interval();
        assertEquals(List.of(0, 1, 2), indexes());
        assertEquals(CheckpointCounts.NONE, agent.counts().keptJournalPosition());

        journal.append(reading, 0, MessageLayout.SLOT_LENGTH);
        room = agent.counts().stateBytes() + 10;
        final long chainBegan = entries().get(0).meta().orElseThrow().journalPosition();
        interval();
        assertEquals(List.of(0, 1, 2, 0), indexes());
        assertEquals(chainBegan, agent.counts().keptJournalPosition(), "there are two chains");
        assertEquals(agent.counts().stateBytes(), agent.counts().bytesAhead());

        // Though three are to be kept: the chain before the last goes, and the journal may go up to the last two.
        journal.append(reading, 0, MessageLayout.SLOT_LENGTH);
        interval();
        assertEquals(List.of(0, 0), indexes());
        assertTrue(agent.counts().keptJournalPosition() > chainBegan);
        assertEquals(0, agent.counts().givenUp());

        room = MUCH;
        interval();
        assertEquals(List.of(0, 0, 1), indexes());
    }

    @Test
    void shouldFallBackOnTheNewestChainWhenEvenAFullOneHasNoRoom() throws Exception
    {
        read(KEYS / 2);
        interval();
        room = 0;
        assertEquals(CheckpointCounts.NONE, agent.counts().keptJournalPosition());
        interval();
        final long firstChain = entries().get(0).meta().orElseThrow().journalPosition();
        assertEquals(firstChain, agent.counts().keptJournalPosition(), "one chain must do");

        room = agent.counts().stateBytes();
        journal.append(reading, 0, MessageLayout.SLOT_LENGTH);
        interval();
        assertEquals(List.of(0, 0), indexes());
        assertEquals(firstChain, agent.counts().keptJournalPosition());
        room = 0;
        interval();
        assertEquals(List.of(0), indexes());
        assertTrue(agent.counts().keptJournalPosition() > firstChain);

        // Not if that one cannot be read.
        room = MUCH;
        interval();
        journal.append(reading, 0, MessageLayout.SLOT_LENGTH);
        room = agent.counts().stateBytes();
        interval();
        final int count = entries().size();
        final long kept = agent.counts().keptJournalPosition();
        final Path newest = entries().get(count - 1).file();
        final byte[] bytes = Files.readAllBytes(newest);
        bytes[300] ^= 1;
        Files.write(newest, bytes);
        room = 0;
        interval();
        assertEquals(count, entries().size());
        assertEquals(kept, agent.counts().keptJournalPosition());
        assertTrue(told.get(told.size() - 1).contains("all chains of checkpoints are kept"), told::toString);
    }

    @Test
    void shouldFulfilADemandThoughTheOneUnderWayIsGivenUp()
    {
        read(KEYS / 2);
        nowNs += INTERVAL_NS;
        agent.doWork();
        capture.begin(journal.appendPosition(), 0);
        agent.doWork();
        final long demand = agent.demand();
        for (int i = 0; i < 40; i++)
        {
            capture.slice();
        }
        room = -1;
        while (agent.counts().givenUp() == 0)
        {
            capture.slice();
            agent.doWork();
        }
        assertTrue(capture.isUnderWay());
        assertFalse(agent.isAnswered(demand));
        room = MUCH;
        settle();
        settle();
        assertEquals(1, agent.counts().givenUp());
        assertTrue(agent.isAnswered(demand));
        assertTrue(agent.isFulfilled(demand));

        final long refused = agent.demand();
        room = 0;
        agent.doWork();
        assertTrue(agent.isAnswered(refused));
        assertFalse(agent.isFulfilled(refused));
    }

    private void begin()
    {
        agent = new CheckpointAgent(
            CheckpointConfig.builder().intervalNs(INTERVAL_NS).retain(3).build(),
            directory,
            capture,
            core.sections(),
            results,
            journal,
            resultsLog,
            new CheckpointAgent.Origin(0, 1, 1, "2025b", new byte[0]),
            () -> room,
            () -> nowNs,
            error -> told.add(error.getMessage()));
    }

    /** Readings of devices that are new, in one window that does not fire. */
    private void read(final int count)
    {
        for (int i = 0; i < count; i++)
        {
            reading.putLong(0, MessageLayout.READING_HEADER);
            reading.putLong(MessageLayout.READING_DEVICE_ID_OFFSET, 1 + nextDevice++);
            reading.putLong(MessageLayout.READING_EVENT_TIME_OFFSET, 1_700_000_000_000L);
            reading.putDouble(MessageLayout.READING_VALUE_OFFSET, 1);
            final long position = journal.append(reading, 0, MessageLayout.SLOT_LENGTH);
            assertTrue(core.onMessage(reading.addressOffset(), position));
        }
        assertEquals(0, results.published());
    }

    /** One interval passes, and what it makes the agent do comes to its end. */
    private void interval()
    {
        nowNs += INTERVAL_NS;
        agent.doWork();
        settle();
    }

    private void settle()
    {
        for (int i = 0; i < STEPS; i++)
        {
            int work = 0;
            if (capture.isRequested())
            {
                capture.begin(journal.appendPosition(), 0);
                work++;
            }
            if (capture.isUnderWay())
            {
                work += capture.slice() ? 1 : 0;
            }
            final long answered = agent.counts().completed() + agent.counts().givenUp();
            work += agent.doWork();
            if (work == 0 || agent.counts().completed() + agent.counts().givenUp() > answered && !capture.isUnderWay())
            {
                return;
            }
        }
        throw new AssertionError("no end");
    }

    private List<CheckpointEntry> entries()
    {
        return CheckpointDirectory.list(dataDir);
    }

    private List<Integer> indexes()
    {
        return entries().stream().map(entry -> entry.meta().orElseThrow().indexInChain()).toList();
    }
}
