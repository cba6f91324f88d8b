package io.tailrace.engine.stage;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import io.tailrace.codec.MessageLayout;
import io.tailrace.codec.TimeUnits;
import io.tailrace.engine.admission.QuarantineView;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.EventTimeConfig;
import io.tailrace.engine.config.ReferenceClock;
import io.tailrace.engine.config.SourceConfig;
import io.tailrace.engine.config.WindowConfig;
import io.tailrace.engine.operator.OperatorCore;
import io.tailrace.engine.ring.ResultsRing;
import io.tailrace.engine.window.WindowOperator;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * A thread of operators whose counts and times all follow from how many readings there were, and a reader that must
 * never see those of two moments together.
 */
class StageViewTest
{
    private static final int READINGS = 300_000;

    @Test
    @Timeout(60)
    void shouldShowAllNumbersOfOneMoment() throws InterruptedException
    {
        final StageView view = new StageView(1, 1);
        final AtomicBoolean isDone = new AtomicBoolean();
        final AtomicReference<Throwable> failure = new AtomicReference<>();
        final Thread writer = new Thread(() -> write(view, isDone), "writer");
        writer.setUncaughtExceptionHandler((ignored, ex) ->
        {
            failure.set(ex);
            isDone.set(true);
        });
        writer.start();
        final StageView copy = new StageView(1, 1);
        long last = -1;
        int seen = 0;
        while (!isDone.get())
        {
            view.copyTo(copy);
            check(copy);
            assertTrue(copy.processedSequence() >= last);
            seen += copy.processedSequence() > last ? 1 : 0;
            last = copy.processedSequence();
        }
        writer.join();
        assertNull(failure.get());
        view.copyTo(copy);
        check(copy);
        assertEquals(READINGS - 1, copy.processedSequence());
        assertTrue(seen > 1, "the reader saw the writer at work");
    }

    private static void check(final StageView copy)
    {
        final long count = copy.processedSequence() + 1;
        if (count == 0)
        {
            return;
        }
        assertEquals(count, copy.ledger().judged(0));
        assertEquals(count, copy.ledger().accepted());
        assertEquals(count, copy.ledger().outcome(0, WindowOperator.APPLIED));
        // Each reading is of a device of its own, one ns after the one before, and closes its window.
        assertEquals(count, copy.watermarkNs());
        assertEquals(2 * count, copy.engineTimeNs());
        assertEquals(count - 1, copy.nextResultSequence());
        assertEquals(Math.min(count, 100), copy.deviceCount());
        assertEquals(Math.min(count, 100), copy.keyCount(0));
        assertEquals(0, copy.overflowPanes(0));
        assertEquals(count, copy.quarantine().entered());
        assertEquals(1 + (count - 1) % 20, copy.quarantine().devices());
        for (int i = 0; i < copy.quarantine().shown(); i++)
        {
            assertEquals(count, copy.quarantine().deviceId(i) + copy.quarantine().rejections(i));
        }
    }

    /** One to twenty devices whose id and rejections give the number of readings together. */
    private static void enter(final QuarantineView quarantine, final int reading)
    {
        quarantine.clear(reading);
        for (int device = reading - reading % 20 + 1; device <= reading; device++)
        {
            quarantine.onRestored(device, reading + 1 - device);
        }
        quarantine.onEntered(reading + 1, 0);
    }

    private static void write(final StageView view, final AtomicBoolean isDone)
    {
        final EngineConfig config = EngineConfig.builder()
            .source(SourceConfig.embedded("app").build())
            .eventTime(EventTimeConfig.builder()
                .referenceClock(ReferenceClock.NONE).earliestNs(0).outOfOrdernessNs(0).build())
            .window(WindowConfig.tumbling("w", 1).build())
            .build();
        final ResultsRing results = new ResultsRing(16);
        final UnsafeBuffer message =
            new UnsafeBuffer(BufferUtil.allocateDirectAligned(MessageLayout.SLOT_LENGTH, BitUtil.CACHE_LINE_LENGTH));
        message.putLong(0, MessageLayout.READING_HEADER);
        message.putByte(MessageLayout.READING_TIME_UNIT_OFFSET, (byte)TimeUnits.NANOS);
        try (OperatorCore core = new OperatorCore(config, results))
        {
            for (int i = 0; i < READINGS; i++)
            {
                message.putLong(MessageLayout.READING_DEVICE_ID_OFFSET, i % 100);
                message.putLong(MessageLayout.READING_EVENT_TIME_OFFSET, i + 1);
                message.putLong(MessageLayout.READING_INGEST_TIME_OFFSET, 2L * (i + 1));
                assertTrue(core.onMessage(message.addressOffset(), 32 + 64L * i));
                results.release(results.available());
                enter(core.quarantine().view(), i);
                view.onProcessed(core, i);
            }
        }
        isDone.set(true);
    }
}
