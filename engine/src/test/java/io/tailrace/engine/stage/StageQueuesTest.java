package io.tailrace.engine.stage;

import io.tailrace.archive.journal.MemoryLog;
import io.tailrace.archive.journal.MessageLog;
import io.tailrace.codec.MessageLayout;
import io.tailrace.codec.TimeUnits;
import io.tailrace.engine.checkpoint.StateCapture;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.EventTimeConfig;
import io.tailrace.engine.config.ReferenceClock;
import io.tailrace.engine.config.SourceConfig;
import io.tailrace.engine.config.WindowConfig;
import io.tailrace.engine.operator.OperatorCore;
import io.tailrace.engine.ring.EventRing;
import io.tailrace.engine.ring.ResultsRing;
import io.tailrace.engine.simulation.HeldLog;
import org.HdrHistogram.SingleWriterRecorder;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * What each stage tells of its queues and of its time under back pressure: stages called one by one, between logs that
 * the test holds, at times that the test sets.
 */
class StageQueuesTest
{
    private static final long NOW = 1_700_000_000_000_000_000L;
    private static final long CYCLE = 1_000;
    private static final int FRAME = 32;
    private static final int SLOT = EventRing.SLOT_LENGTH;

    private final EngineConfig config = EngineConfig.builder()
        .source(SourceConfig.embedded("app").build())
        .eventTime(EventTimeConfig.builder()
            .referenceClock(ReferenceClock.NONE).earliestNs(0).outOfOrdernessNs(0).build())
        .window(WindowConfig.tumbling("w", 10).build())
        .build();
    private final EventRing ring = new EventRing(16, false);
    private final ResultsRing results = new ResultsRing(4);
    private final HeldLog journal = new HeldLog(MemoryLog.discarding("journal"), 1 << 16);
    private final HeldLog resultsLog = new HeldLog(MemoryLog.discarding("results"), 1 << 16);
    private final OperatorCore core = new OperatorCore(config, results);
    private final JournalStage journalStage = new JournalStage(ring, journal);
    private final OperatorStage operatorStage = new OperatorStage(
        ring,
        journalStage.sequence(),
        core,
        results,
        new StageView(1, 1),
        new StateCapture(core, results),
        0,
        resultsLog::durablePosition);
    private long nowNs = NOW;
    private final EgressStage egressStage = new EgressStage(
        results,
        journal::durablePosition,
        resultsLog,
        () -> nowNs,
        new SingleWriterRecorder(EgressStage.MAX_LATENCY_NS, 0));

    StageQueuesTest()
    {
        ring.gate(operatorStage.sequence());
    }

    @AfterEach
    void close()
    {
        core.close();
    }

    @Test
    void shouldCountTheTimeThatTheJournalTakesNothing()
    {
        publish(0, 0);
        journal.refuse(MessageLog.BACK_PRESSURED);
        journalCycle();
        journalCycle();
        assertEquals(CYCLE, journalStage.pressure().totalNs());
        assertEquals(2, journalStage.backPressured());
        journal.refuse(0);
        journalCycle();
        journalCycle();
        assertEquals(2 * CYCLE, journalStage.pressure().totalNs());
        assertEquals(0, journalStage.sequence().get());
    }

    @Test
    void shouldNotCountARotationOfTerms()
    {
        publish(0, 0);
        journal.refuse(MessageLog.ADMIN_ACTION);
        journalCycle();
        journalCycle();
        assertEquals(0, journalStage.pressure().totalNs());
        assertEquals(2, journalStage.backPressured());
    }

    @Test
    void shouldNotCountAStageThatHasNothingToDo()
    {
        journal.refuse(MessageLog.BACK_PRESSURED);
        resultsLog.refuse(MessageLog.BACK_PRESSURED);
        journal.limitDurable(0);
        for (int i = 0; i < 3; i++)
        {
            journalCycle();
            operatorCycle();
            egressCycle();
        }
        assertEquals(0, journalStage.pressure().totalNs());
        assertEquals(0, operatorStage.pressure().totalNs());
        assertEquals(0, egressStage.gatePressure().totalNs());
        assertEquals(0, egressStage.pressure().totalNs());
    }

    @Test
    void shouldMeasureWhatIsAppendedUntilItIsDurable()
    {
        journal.limitDurable(0);
        publish(0, 0);
        journalCycle();
        publish(1, 0);
        publish(2, 0);
        journalCycle();
        assertEquals(2 * FRAME + 3 * SLOT, journalStage.backlog().highWater());
        // One is followed at a time: the frame that was appended first.
        assertEquals(CYCLE, journalStage.backlog().dwellNs(nowNs));
        journal.limitDurable(FRAME + SLOT);
        journalCycle();
        assertEquals(1, journalStage.backlog().dwells());
        assertEquals(2 * CYCLE, journalStage.backlog().maxDwellNs());
        journal.limitDurable(Long.MAX_VALUE);
        publish(3, 0);
        journalCycle();
        journalCycle();
        assertEquals(2, journalStage.backlog().dwells());
        assertEquals(3 * CYCLE, journalStage.backlog().dwellSumNs());
        assertEquals(2 * FRAME + 3 * SLOT, journalStage.backlog().highWater());
    }

    @Test
    void shouldMeasureTheRingByItsDeepestPointAndTheAgeOfTheOldestSlotOfEachCycle()
    {
        publish(0, 0, NOW - 500);
        publish(1, 0, NOW - 400);
        publish(2, 0, NOW - 300);
        journalCycle();
        publish(3, 0, NOW - 200);
        operatorCycle();
        assertEquals(4, ring.meter().highWater());
        assertEquals(1, ring.meter().dwells());
        assertEquals(nowNs - (NOW - 500), ring.meter().maxDwellNs());
        journalCycle();
        operatorCycle();
        assertEquals(4, ring.meter().highWater());
        assertEquals(2, ring.meter().dwells());
        assertEquals(nowNs - (NOW - 200), ring.meter().dwellNs(nowNs));
        operatorCycle();
        assertEquals(2, ring.meter().dwells());
        assertEquals(0, ring.depth());
    }

    @Test
    void shouldKnowTheTimeOfControlMessages()
    {
        final long sequence = ring.tryClaim(1);
        final long slot = ring.address(sequence);
        UnsafeApi.setMemory(slot, SLOT, (byte)0);
        UnsafeApi.putLong(slot, MessageLayout.LEDGER_MARK_HEADER);
        UnsafeApi.putLong(slot + MessageLayout.CONTROL_TIME_OFFSET, NOW - 700);
        ring.publish(sequence, sequence);
        journalCycle();
        operatorCycle();
        assertEquals(nowNs - (NOW - 700), ring.meter().maxDwellNs());
    }

    @Test
    void shouldCountTheTimeThatTheResultsRingIsFullWhileFiring()
    {
        fireSixWindows();
        assertTrue(core.isFiring());
        final long before = operatorStage.pressure().totalNs();
        operatorCycle();
        operatorCycle();
        assertEquals(before + 2 * CYCLE, operatorStage.pressure().totalNs());
        egressCycle();
        operatorCycle();
        final long after = operatorStage.pressure().totalNs();
        operatorCycle();
        assertEquals(after, operatorStage.pressure().totalNs());
        assertEquals(6, results.published());
        assertEquals(4, results.meter().highWater());
    }

    @Test
    void shouldCountTheTimeThatAReadingWaitsForRoomInTheResultsRing()
    {
        publish(0, 100);
        // Before 1970 it is rejected, which is a result.
        for (int i = 1; i <= 6; i++)
        {
            publish(i, -1);
        }
        journalCycle();
        operatorCycle();
        assertTrue(!core.isFiring() && operatorStage.sequence().get() < 6);
        operatorCycle();
        operatorCycle();
        assertEquals(2 * CYCLE, operatorStage.pressure().totalNs());
        while (operatorStage.sequence().get() < 6)
        {
            egressCycle();
            operatorCycle();
        }
        final long total = operatorStage.pressure().totalNs();
        operatorCycle();
        assertEquals(total, operatorStage.pressure().totalNs());
    }

    @Test
    void shouldCountTheTimeThatNoResultHasADurableCause()
    {
        journal.limitDurable(0);
        fireSixWindows();
        egressCycle();
        egressCycle();
        egressCycle();
        assertEquals(2 * CYCLE, egressStage.gatePressure().totalNs());
        assertEquals(0, egressStage.pressure().totalNs());
        journal.limitDurable(Long.MAX_VALUE);
        egressCycle();
        egressCycle();
        assertEquals(3 * CYCLE, egressStage.gatePressure().totalNs());
        assertEquals(4, results.released());
    }

    @Test
    void shouldCountTheTimeThatTheResultsLogTakesNothing()
    {
        resultsLog.refuse(MessageLog.BACK_PRESSURED);
        fireSixWindows();
        egressCycle();
        egressCycle();
        assertEquals(CYCLE, egressStage.pressure().totalNs());
        assertEquals(0, egressStage.gatePressure().totalNs());
        resultsLog.refuse(MessageLog.ADMIN_ACTION);
        egressCycle();
        egressCycle();
        assertEquals(2 * CYCLE, egressStage.pressure().totalNs());
        assertEquals(4, egressStage.backPressured());
    }

    @Test
    void shouldMeasureResultsFromTheirRingToTheLogAndInIt()
    {
        resultsLog.limitDurable(0);
        journal.limitDurable(0);
        fireSixWindows();
        final long firedNs = nowNs;
        egressCycle();
        egressCycle();
        assertEquals(0, results.meter().dwells());
        assertEquals(nowNs - firedNs, results.meter().dwellNs(nowNs));
        journal.limitDurable(Long.MAX_VALUE);
        egressCycle();
        assertEquals(1, results.meter().dwells());
        assertEquals(nowNs - firedNs, results.meter().maxDwellNs());
        assertEquals(4, results.meter().highWater());

        final long appendedNs = nowNs;
        assertEquals(FRAME + 4 * ResultsRing.SLOT_LENGTH, egressStage.backlog().highWater());
        resultsLog.limitDurable(Long.MAX_VALUE);
        egressCycle();
        assertEquals(nowNs - appendedNs, egressStage.backlog().maxDwellNs());
    }

    /** Windows of six devices that fire at once into a ring of four. */
    private void fireSixWindows()
    {
        for (int device = 0; device < 6; device++)
        {
            publish(device, 0);
        }
        publish(0, 10);
        journalCycle();
        operatorCycle();
    }

    private void journalCycle()
    {
        nowNs += CYCLE;
        journalStage.onCycle(nowNs, CYCLE);
        journalStage.doWork();
    }

    private void operatorCycle()
    {
        nowNs += CYCLE;
        operatorStage.onCycle(nowNs, CYCLE);
        operatorStage.doWork();
    }

    private void egressCycle()
    {
        nowNs += CYCLE;
        egressStage.onCycle(nowNs, CYCLE);
        egressStage.doWork();
    }

    private void publish(final long deviceId, final long timeNs)
    {
        publish(deviceId, timeNs, nowNs);
    }

    private void publish(final long deviceId, final long timeNs, final long ingestTimeNs)
    {
        final long sequence = ring.tryClaim(1);
        assertTrue(sequence >= 0, "no room");
        final long slot = ring.address(sequence);
        UnsafeApi.setMemory(slot, SLOT, (byte)0);
        UnsafeApi.putLong(slot, MessageLayout.READING_HEADER);
        UnsafeApi.putLong(slot + MessageLayout.READING_DEVICE_ID_OFFSET, deviceId);
        UnsafeApi.putLong(slot + MessageLayout.READING_INGEST_TIME_OFFSET, ingestTimeNs);
        UnsafeApi.putLong(slot + MessageLayout.READING_EVENT_TIME_OFFSET, timeNs);
        UnsafeApi.putDouble(slot + MessageLayout.READING_VALUE_OFFSET, 1.0);
        UnsafeApi.putByte(slot + MessageLayout.READING_TIME_UNIT_OFFSET, (byte)TimeUnits.NANOS);
        ring.publish(sequence, sequence);
    }
}
