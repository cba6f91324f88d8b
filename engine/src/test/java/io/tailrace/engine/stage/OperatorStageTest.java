package io.tailrace.engine.stage;

import com.lmax.disruptor.Sequence;
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
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * The stage on one thread, behind a journal that the test moves on by hand.
 */
class OperatorStageTest
{
    private static final int DEVICES = 10;

    private final EngineConfig config = EngineConfig.builder()
        .source(SourceConfig.embedded("app").build())
        .eventTime(EventTimeConfig.builder()
            .referenceClock(ReferenceClock.NONE).earliestNs(0).outOfOrdernessNs(0).build())
        .window(WindowConfig.tumbling("w", 10).build())
        .build();
    private final EventRing ring = new EventRing(64, false);
    private final ResultsRing results = new ResultsRing(4);
    private final OperatorCore core = new OperatorCore(config, results);
    private final StageView view = new StageView(1, 1);
    private final Sequence journalled = new Sequence();
    private final OperatorStage stage = new OperatorStage(
        ring, journalled, core, results, view, new StateCapture(core, results), 0, () -> 0);

    @AfterEach
    void close()
    {
        core.close();
    }

    @Test
    void shouldTakeOnlyWhatIsInTheJournal()
    {
        ring.gate(stage.sequence());
        for (int i = 0; i < 5; i++)
        {
            publish(i, i);
        }
        assertEquals(0, stage.doWork());
        journalled.set(2);
        assertEquals(3, stage.doWork());
        assertEquals(2, stage.sequence().get());
        assertEquals(2, view.processedSequence());
        assertEquals(3, view.ledger().judged(0));
        assertEquals(0, stage.doWork());
        journalled.set(4);
        assertEquals(2, stage.doWork());
        assertEquals(4, stage.sequence().get());
        assertEquals(5, view.deviceCount());
    }

    @Test
    void shouldNotHaveDoneWithAMessageWhoseFiringGoesOn()
    {
        ring.gate(stage.sequence());
        for (int i = 0; i < DEVICES; i++)
        {
            publish(i, i);
        }
        publish(0, 10);
        publish(0, 11);
        journalled.set(DEVICES + 1);
        stage.doWork();

        long fired = 0;
        while (core.isFiring())
        {
            assertTrue(results.available() > 0, "firing stands still");
            // Egress takes everything: nothing is on the results ring, and yet not all is done.
            fired += results.available();
            results.release(results.available());
            assertTrue(stage.sequence().get() < DEVICES, "done with the cause of " + fired + " firings");
            // The ledger counts the reading, since it was applied.
            assertEquals(DEVICES + 1, view.ledger().judged(0));
            assertEquals(DEVICES, view.processedSequence());
            stage.doWork();
        }
        fired += results.available();
        results.release(results.available());
        stage.doWork();
        assertEquals(DEVICES, fired);
        assertEquals(DEVICES + 1, stage.sequence().get());
        assertEquals(DEVICES + 1, view.processedSequence());
        assertEquals(0, stage.doWork());
        assertFalse(core.isFiring());
    }

    /** Between two slices egress has its turn, and the message is not done with. */
    @Test
    void shouldFireInSlicesWithRoomForAll()
    {
        final int devices = 600;
        final int slice = 256;
        final ResultsRing room = new ResultsRing(1024);
        final EventRing events = new EventRing(1024, false);
        final Sequence inJournal = new Sequence();
        try (OperatorCore many = new OperatorCore(config, room))
        {
            final OperatorStage sliced = new OperatorStage(
                events, inJournal, many, room, new StageView(1, 1), new StateCapture(many, room), 0, () -> 0);
            events.gate(sliced.sequence());
            for (int i = 0; i < devices; i++)
            {
                publish(events, i, i % 10);
            }
            publish(events, 0, 10);
            inJournal.set(devices);
            while (!many.isFiring())
            {
                assertTrue(sliced.doWork() > 0);
            }
            for (int fired = slice; fired < devices; fired += slice)
            {
                assertEquals(fired, room.available());
                assertEquals(devices - 1, sliced.sequence().get());
                assertTrue(many.isFiring());
                assertTrue(sliced.doWork() > 0, "the thread must not idle between slices");
            }
            assertFalse(many.isFiring());
            assertEquals(devices, room.available());
            assertEquals(devices, sliced.sequence().get());
        }
    }

    @Test
    void shouldHaveDoneWithTheLastMessageWhoseFiringFillsTheRingExactly()
    {
        ring.gate(stage.sequence());
        for (int i = 0; i < 4; i++)
        {
            publish(i, i);
        }
        publish(0, 10);
        journalled.set(4);
        for (int i = 0; i < 10; i++)
        {
            stage.doWork();
            results.release(results.available());
        }
        assertFalse(core.isFiring());
        assertEquals(4, stage.sequence().get());
    }

    private void publish(final long deviceId, final long timeNs)
    {
        publish(ring, deviceId, timeNs);
    }

    private static void publish(final EventRing ring, final long deviceId, final long timeNs)
    {
        final long sequence = ring.tryClaim(1);
        final long slot = ring.address(sequence);
        UnsafeApi.setMemory(slot, EventRing.SLOT_LENGTH, (byte)0);
        UnsafeApi.putLong(slot, MessageLayout.READING_HEADER);
        UnsafeApi.putLong(slot + MessageLayout.READING_DEVICE_ID_OFFSET, deviceId);
        UnsafeApi.putLong(slot + MessageLayout.READING_EVENT_TIME_OFFSET, timeNs);
        UnsafeApi.putDouble(slot + MessageLayout.READING_VALUE_OFFSET, 1.0);
        UnsafeApi.putByte(slot + MessageLayout.READING_TIME_UNIT_OFFSET, (byte)TimeUnits.NANOS);
        ring.publish(sequence, sequence);
    }
}
