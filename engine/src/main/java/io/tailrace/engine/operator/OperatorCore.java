package io.tailrace.engine.operator;

import java.util.List;

import io.tailrace.codec.MessageLayout;
import io.tailrace.codec.RejectReason;
import io.tailrace.engine.admission.Admission;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.SourceConfig;
import io.tailrace.engine.ring.ResultsRing;
import io.tailrace.engine.state.DeviceTable;
import io.tailrace.engine.time.WatermarkTracker;
import io.tailrace.engine.window.WindowOperator;
import org.agrona.UnsafeApi;

/**
 * The operators: takes the messages of the journal in order and emits results into a {@link ResultsRing}.
 * See {@code engine/docs/SEMANTICS.md}.
 * <pre>
 *   while there are messages:
 *       if isFiring() and not resume(): come back when the ring has room
 *       if not onMessage(message, position): come back when the ring has room, with the same message
 * </pre>
 * Threading: one thread. Hot path: allocation-free once warm; bounded work per call but for firing, which is bounded
 * by the room in the results ring. Memory: all bounds of {@code limits}, off-heap.
 */
public final class OperatorCore implements AutoCloseable
{
    private static final int EVENT_PHASES = 1;
    private static final int TICK_PHASES = 2;
    private static final int DEVICES_EXHAUSTED = RejectReason.DEVICES_EXHAUSTED.code();

    private final Admission admission;
    private final WatermarkTracker watermark;
    private final DeviceTable devices;
    private final WindowOperator[] operators;
    private final ResultPublisher results;
    private final OperatorLedger ledger;
    private final int roomNeeded;

    // Where firing has got to: nothing is applied until it is at its end.
    private boolean isFiring;
    private int phase;
    private int phases;
    private int firingOperator;
    private final long[] firingLimitNs = new long[TICK_PHASES];

    /**
     * @param config  what to compute; only tumbling windows on the global watermark.
     * @param ring    where results go; at least two more slots than there are operators.
     */
    public OperatorCore(final EngineConfig config, final ResultsRing ring)
    {
        final List<SourceConfig> sources = config.sources();
        final int[] units = new int[Math.max(1, sources.size())];
        for (int i = 0; i < units.length; i++)
        {
            final int sourceUnit = i < sources.size() ? sources.get(i).timeUnit() : 0;
            units[i] = sourceUnit == 0 ? config.eventTime().timeUnit() : sourceUnit;
        }
        admission = new Admission(config.eventTime(), units);
        watermark = new WatermarkTracker(
            units.length, config.eventTime().outOfOrdernessNs(), config.eventTime().idleAfterNs());
        results = new ResultPublisher(ring);
        operators = new WindowOperator[config.windows().size()];
        ledger = new OperatorLedger(units.length, operators.length);
        // A reading can cause one result in each operator before the firing that can pause.
        roomNeeded = operators.length + 1;
        if (ring.capacity() < roomNeeded)
        {
            throw new IllegalArgumentException(
                "result-slots=" + ring.capacity() + ", expected at least " + roomNeeded);
        }
        devices = new DeviceTable(config.limits().devices());
        try
        {
            for (int i = 0; i < operators.length; i++)
            {
                operators[i] = new WindowOperator(
                    i, config.windows().get(i), config.eventTime(), config.limits().keys(), results);
            }
        }
        catch (final Throwable ex)
        {
            // Their memory is off-heap: nobody else would free it.
            close();
            throw ex;
        }
    }

    /**
     * Begins a results epoch, before any message is processed.
     *
     * @param epoch    its number.
     * @param position journal position of the first message that may cause results of it.
     */
    public void epoch(final int epoch, final long position)
    {
        results.epoch(epoch, position);
    }

    /**
     * Processes one message. Not while {@link #isFiring}.
     *
     * @param message  address of the message: a valid input or control message of 64 bytes.
     * @param position its journal position.
     * @return whether it was taken; if not, nothing was done: the results ring lacks room. If it was, {@link
     *         #isFiring} may ask for {@link #resume}.
     */
    public boolean onMessage(final long message, final long position)
    {
        assert !isFiring : "a message while firing";
        final int templateId = UnsafeApi.getShort(message + MessageLayout.HEADER_TEMPLATE_ID_OFFSET) & 0xFFFF;
        if (templateId == MessageLayout.READING_TEMPLATE_ID)
        {
            final long ingestTimeNs = UnsafeApi.getLong(message + MessageLayout.READING_INGEST_TIME_OFFSET);
            results.onCause(position, ingestTimeNs);
            if (!results.hasRoom(roomNeeded))
            {
                return false;
            }
            onReading(message, ingestTimeNs);
        }
        else
        {
            onControl(templateId, message, position);
        }
        return true;
    }

    /**
     * Brings near what a message will change. The state of many keys does not fit into the caches: asked for one after
     * the other each miss is waited for, asked for ahead for a batch they overlap. Changes nothing.
     *
     * @param message address of any message.
     * @return something that was read, to be used so that it is read.
     */
    public long touch(final long message)
    {
        if (UnsafeApi.getLong(message) != MessageLayout.READING_HEADER)
        {
            return 0;
        }
        long read = devices.touch(UnsafeApi.getLong(message + MessageLayout.READING_DEVICE_ID_OFFSET));
        for (final WindowOperator operator : operators)
        {
            read += operator.touch(message);
        }
        return read;
    }

    /** @return whether windows are due that did not fit into the results ring. */
    public boolean isFiring()
    {
        return isFiring;
    }

    /**
     * Goes on firing.
     *
     * @return whether it is at its end; false: the results ring is full.
     */
    public boolean resume()
    {
        while (phase < phases)
        {
            while (firingOperator < operators.length)
            {
                if (!operators[firingOperator].fire(firingLimitNs[phase]))
                {
                    return false;
                }
                firingOperator++;
            }
            firingOperator = 0;
            phase++;
        }
        if (isFiring)
        {
            isFiring = false;
            for (final WindowOperator operator : operators)
            {
                operator.expire(watermark.watermarkNs());
            }
        }
        return true;
    }

    /** @return the counts, to be read on the operators' thread. */
    public OperatorLedger ledger()
    {
        return ledger;
    }

    /** @return event time, for monitoring and for tests. */
    public WatermarkTracker watermark()
    {
        return watermark;
    }

    /** @return sequence of the next result. */
    public long nextResultSequence()
    {
        return results.nextSequence();
    }

    /** @return how many devices there are. */
    public int deviceCount()
    {
        return devices.size();
    }

    /**
     * The earliest engine time at which a tick with unchanged sources would change anything, after a complete tick.
     *
     * @return epoch ns; {@link Long#MAX_VALUE}: none would.
     */
    public long nextTickNs()
    {
        long endNs = Long.MAX_VALUE;
        for (final WindowOperator operator : operators)
        {
            endNs = Math.min(endNs, operator.nextEndNs());
        }
        return Math.min(watermark.nextIdleNs(), watermark.silenceReachesNs(endNs));
    }

    /** @return the operator with an index. */
    public WindowOperator operator(final int operatorId)
    {
        return operators[operatorId];
    }

    @Override
    public void close()
    {
        devices.close();
        for (final WindowOperator operator : operators)
        {
            if (null != operator)
            {
                operator.close();
            }
        }
    }

    private void onReading(final long message, final long ingestTimeNs)
    {
        final int source = UnsafeApi.getShort(message + MessageLayout.READING_SOURCE_OFFSET) & 0xFFFF;
        watermark.onTime(ingestTimeNs);
        watermark.onReading(source);
        int reason = admission.judge(message);
        final long timeNs = admission.eventTimeNs();
        if (reason == Admission.VALID && !devices.onReading(
            UnsafeApi.getLong(message + MessageLayout.READING_DEVICE_ID_OFFSET), ingestTimeNs))
        {
            reason = DEVICES_EXHAUSTED;
        }
        final long watermarkNs = watermark.watermarkNs();
        if (reason != Admission.VALID)
        {
            ledger.onRejected(source, reason);
            results.onRejected(reason, message, timeNs, watermarkNs);
            return;
        }

        ledger.onAccepted(source, admission.isOld());
        for (int i = 0; i < operators.length; i++)
        {
            final int outcome = operators[i].onReading(message, timeNs, watermarkNs);
            ledger.onOutcome(i, outcome);
            if (outcome == WindowOperator.LATE)
            {
                results.onLate(i, message, timeNs, watermarkNs);
            }
        }
        if (watermark.onAccepted(source, admission.effectiveTimeNs(ingestTimeNs)))
        {
            fire(EVENT_PHASES, watermark.watermarkNs(), WatermarkTracker.NULL_TIME_NS);
        }
    }

    private void onControl(final int templateId, final long message, final long position)
    {
        final long timeNs = UnsafeApi.getLong(message + MessageLayout.CONTROL_TIME_OFFSET);
        results.onCause(position, timeNs);
        ledger.onControl();
        watermark.onTime(timeNs);
        switch (templateId)
        {
            case MessageLayout.TICK_TEMPLATE_ID:
                onTick(message);
                break;

            case MessageLayout.STARTED_TEMPLATE_ID:
                watermark.onStarted();
                break;

            case MessageLayout.END_OF_INPUT_TEMPLATE_ID:
                fire(EVENT_PHASES, Long.MAX_VALUE, WatermarkTracker.NULL_TIME_NS);
                break;

            default:
                // A LedgerMark says nothing to the operators.
                break;
        }
    }

    private void onTick(final long message)
    {
        final int firstSource = UnsafeApi.getShort(message + MessageLayout.TICK_FIRST_SOURCE_OFFSET) & 0xFFFF;
        final int count = UnsafeApi.getByte(message + MessageLayout.TICK_SOURCE_COUNT_OFFSET) & 0xFF;
        for (int i = 0; i < Math.min(count, MessageLayout.TICK_SOURCES); i++)
        {
            watermark.onEmptySince(
                firstSource + i,
                UnsafeApi.getLong(message + MessageLayout.TICK_EMPTY_SINCE0_OFFSET + (long)i * Long.BYTES));
        }
        if (UnsafeApi.getByte(message + MessageLayout.TICK_LAST_OFFSET) == 1)
        {
            watermark.onTick();
            fire(TICK_PHASES, watermark.watermarkNs(), watermark.silenceWatermarkNs());
        }
    }

    private void fire(final int phaseCount, final long firstLimitNs, final long secondLimitNs)
    {
        firingLimitNs[0] = firstLimitNs;
        firingLimitNs[1] = secondLimitNs;
        phases = phaseCount;
        phase = 0;
        firingOperator = 0;
        isFiring = true;
        resume();
    }
}
