package io.tailrace.engine.scenario;

import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.operator.OperatorCore;
import io.tailrace.engine.ring.ResultsRing;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The operators fed with one source in the order of ingest times, with the ticks that ingress would have made. Nothing
 * is kept, so a run may be long.
 */
final class CoreRun implements AutoCloseable
{
    /** Takes each result as it comes. */
    @FunctionalInterface
    interface ResultHandler
    {
        void onResult(DirectBuffer buffer, int offset);
    }

    private final ResultsRing results;
    private final OperatorCore core;
    private final ResultHandler handler;
    private final long tickIntervalNs;
    private final UnsafeBuffer message = new UnsafeBuffer(
        BufferUtil.allocateDirectAligned(MessageLayout.SLOT_LENGTH, BitUtil.CACHE_LINE_LENGTH));
    private final long slot = message.addressOffset();
    private long position;
    private long nextTickNs;
    private long lastIngestNs;

    /**
     * @param beginNs when the engine begins, epoch ns.
     */
    CoreRun(final EngineConfig config, final long beginNs, final ResultHandler handler)
    {
        this.handler = handler;
        tickIntervalNs = config.eventTime().tickIntervalNs();
        nextTickNs = beginNs + tickIntervalNs;
        lastIngestNs = beginNs;
        results = new ResultsRing(
            Math.max(4096, BitUtil.findNextPositivePowerOfTwo(OperatorCore.minResultSlots(config))));
        core = new OperatorCore(config, results);
    }

    /**
     * One reading, and the ticks before it.
     *
     * @param unit of the time: 0 auto, 1 s, 2 ms, 3 us, 4 ns.
     */
    void onReading(
        final long eventId,
        final long deviceId,
        final long time,
        final int unit,
        final long ingestNs,
        final double value)
    {
        ticksUntil(ingestNs);
        lastIngestNs = ingestNs;
        clear(MessageLayout.READING_HEADER);
        UnsafeApi.putLong(slot + MessageLayout.READING_EVENT_ID_OFFSET, eventId);
        UnsafeApi.putLong(slot + MessageLayout.READING_DEVICE_ID_OFFSET, deviceId);
        UnsafeApi.putLong(slot + MessageLayout.READING_EVENT_TIME_OFFSET, time);
        UnsafeApi.putLong(slot + MessageLayout.READING_INGEST_TIME_OFFSET, ingestNs);
        UnsafeApi.putDouble(slot + MessageLayout.READING_VALUE_OFFSET, value);
        UnsafeApi.putInt(slot + MessageLayout.READING_METRIC_OFFSET, 1);
        UnsafeApi.putByte(slot + MessageLayout.READING_TIME_UNIT_OFFSET, (byte)unit);
        process();
    }

    /** Nothing more comes; all windows fire. */
    void onEnd(final long timeNs)
    {
        ticksUntil(timeNs);
        clear(MessageLayout.END_OF_INPUT_HEADER);
        UnsafeApi.putLong(slot + MessageLayout.END_OF_INPUT_TIME_OFFSET, timeNs);
        process();
    }

    OperatorCore core()
    {
        return core;
    }

    @Override
    public void close()
    {
        core.close();
    }

    private void ticksUntil(final long timeNs)
    {
        while (nextTickNs <= timeNs)
        {
            clear(MessageLayout.TICK_HEADER);
            UnsafeApi.putLong(slot + MessageLayout.TICK_TIME_OFFSET, nextTickNs);
            UnsafeApi.putLong(slot + MessageLayout.TICK_EMPTY_SINCE0_OFFSET, lastIngestNs);
            UnsafeApi.putByte(slot + MessageLayout.TICK_SOURCE_COUNT_OFFSET, (byte)1);
            UnsafeApi.putByte(slot + MessageLayout.TICK_LAST_OFFSET, (byte)1);
            process();
            nextTickNs += tickIntervalNs;
        }
    }

    private void process()
    {
        while (!core.onMessage(slot, position))
        {
            drain();
        }
        while (core.isFiring() && !core.resume())
        {
            drain();
        }
        drain();
        position += MessageLayout.SLOT_LENGTH;
    }

    private void drain()
    {
        while (results.available() > 0)
        {
            handler.onResult(results.buffer(), results.offsetOf(0));
            results.release(1);
        }
    }

    private void clear(final long header)
    {
        UnsafeApi.setMemory(slot, MessageLayout.SLOT_LENGTH, (byte)0);
        UnsafeApi.putLong(slot, header);
    }
}
