package io.tailrace.engine.alert;

import java.util.List;

import io.tailrace.codec.MessageLayout;
import io.tailrace.codec.SaturatingTime;
import io.tailrace.codec.Timing;
import io.tailrace.engine.config.AlertConfig;
import io.tailrace.engine.config.KeyKind;
import io.tailrace.engine.config.LimitsConfig;
import io.tailrace.engine.config.MemoryEstimate;
import io.tailrace.engine.operator.KeyTable;
import io.tailrace.engine.operator.KeyedOperator;
import io.tailrace.engine.operator.ResultPublisher;
import io.tailrace.engine.state.BlockStore;
import io.tailrace.engine.state.StateInput;
import io.tailrace.engine.state.StateOutput;
import org.agrona.UnsafeApi;

/**
 * Raises an alert for a device and a metric once its readings have satisfied a condition for so long in event time, and
 * clears it. See {@code engine/docs/SEMANTICS.md}, section 11.
 * <pre>
 *              condition                   t - begin &gt;= for
 *   NORMAL  ----------------&gt;  ROW  ----------------------------&gt;  RAISED
 *      ^ &lt;----------------------'                                     |
 *      |           no condition                                       |
 *      '--------------------------------------------------------------'
 *                  beyond the clear value; without one: no condition
 * </pre>
 * A key is one line of 64 bytes, with what stands here in the places that {@link KeyTable} leaves.
 * <pre>
 *   24  greatest    i64   greatest event time of the readings taken
 *   52  state       u8    NORMAL, ROW or RAISED
 *   56  begin       i64   event time at which the row began; only in a row
 * </pre>
 * Threading: one thread, the operators'. Hot path: allocation-free once warm.
 * Memory: a block per key within {@code limits.keys}, off-heap; when to look at it, on the heap.
 */
public final class AlertOperator extends KeyedOperator
{
    /** Most results that one reading can cause. */
    public static final int MAX_RESULTS_PER_READING = 1;

    private static final int KEY_LENGTH = (int)MemoryEstimate.Part.KEY_HEADER.length();
    private static final int GREATEST = 24;
    private static final int STATE = 52;
    private static final int BEGIN = 56;

    private static final byte NORMAL = 0;
    private static final byte ROW = 1;
    private static final byte RAISED = 2;

    private static final int STATE_CLEARED = 0;
    private static final int STATE_RAISED = 1;
    private static final int RESERVED = MessageLayout.ALERT_SEVERITY_OFFSET + 1;

    private final boolean isAbove;
    private final boolean hasClear;
    private final double threshold;
    private final double clear;
    private final long forNs;
    private final int severity;

    /**
     * @param operatorId index among the operators of the configuration: behind the windows.
     * @param alert      what raises and clears it.
     * @param limits     most keys, and how long they live.
     * @param results    where alerts go.
     */
    public AlertOperator(
        final int operatorId, final AlertConfig alert, final LimitsConfig limits, final ResultPublisher results)
    {
        super(
            operatorId,
            alert.name(),
            KeyKind.DEVICE_METRIC,
            alert.where(),
            new KeyTable(alert.name(), KEY_LENGTH, limits.keys(), limits.keyTtlNs()),
            results);
        isAbove = !Double.isNaN(alert.above());
        hasClear = !Double.isNaN(alert.clear());
        threshold = isAbove ? alert.above() : alert.below();
        clear = hasClear ? alert.clear() : threshold;
        forNs = alert.forNs();
        severity = alert.priority();
    }

    /**
     * Looks at one accepted reading. Needs room for {@link #MAX_RESULTS_PER_READING} results.
     *
     * @param message      address of the reading.
     * @param known        block of its key as {@link #find} has found it, or {@link #UNKNOWN_KEY}.
     * @param timeNs       its event time, epoch ns.
     * @param engineTimeNs T.
     * @return one of the outcomes of {@link KeyedOperator}; {@link #LATE} causes no result.
     */
    public int onReading(final long message, final long known, final long timeNs, final long engineTimeNs)
    {
        if (!isPassedBy(message))
        {
            return FILTERED;
        }
        long block = known == UNKNOWN_KEY ? find(message) : known;
        assert block == find(message) : "looked up ahead, and not there any more";
        if (block == KeyTable.NULL_ADDRESS)
        {
            if (keys.isFull())
            {
                return KEYS_EXHAUSTED;
            }
            block = createKey(message, engineTimeNs);
            keys.watch(block);
        }
        else
        {
            if (timeNs < UnsafeApi.getLong(block + GREATEST))
            {
                return LATE;
            }
            changing(block);
            KeyTable.usedNs(block, engineTimeNs);
        }
        UnsafeApi.putLong(block + GREATEST, timeNs);
        apply(block, message, timeNs);
        return APPLIED;
    }

    @Override
    public List<BlockStore> blocks()
    {
        return List.of(keys.blocks());
    }

    @Override
    public void save(final StateOutput out)
    {
        keys.save(out);
    }

    @Override
    public void load(final StateInput in)
    {
        keys.load(in);
    }

    @Override
    protected long touchBlock(final long block)
    {
        return 0;
    }

    @Override
    protected void changing(final long block)
    {
        keys.changing(block);
    }

    @Override
    protected boolean isOpen(final long block, final long watermarkNs)
    {
        return UnsafeApi.getByte(block + STATE) != NORMAL;
    }

    @Override
    protected void forgetKey(final long block)
    {
        removeKey(block);
    }

    private void apply(final long block, final long message, final long timeNs)
    {
        final double value = UnsafeApi.getDouble(message + MessageLayout.READING_VALUE_OFFSET);
        final byte state = UnsafeApi.getByte(block + STATE);
        if (state == RAISED)
        {
            if (isCleared(value))
            {
                UnsafeApi.putByte(block + STATE, NORMAL);
                emit(message, timeNs, STATE_CLEARED, clear);
            }
        }
        else if (!isConditionMet(value))
        {
            UnsafeApi.putByte(block + STATE, NORMAL);
        }
        else
        {
            if (state == NORMAL)
            {
                UnsafeApi.putByte(block + STATE, ROW);
                UnsafeApi.putLong(block + BEGIN, timeNs);
            }
            if (SaturatingTime.subtract(timeNs, UnsafeApi.getLong(block + BEGIN)) >= forNs)
            {
                UnsafeApi.putByte(block + STATE, RAISED);
                emit(message, timeNs, STATE_RAISED, threshold);
            }
        }
    }

    private boolean isConditionMet(final double value)
    {
        return isAbove ? value > threshold : value < threshold;
    }

    private boolean isCleared(final double value)
    {
        if (!hasClear)
        {
            return !isConditionMet(value);
        }
        return isAbove ? value < clear : value > clear;
    }

    private void emit(final long message, final long timeNs, final int state, final double passed)
    {
        final long alert = results.claim(MessageLayout.ALERT_HEADER, operatorId, 0, Timing.ON_TIME.code());
        UnsafeApi.putByte(alert + MessageLayout.ALERT_STATE_OFFSET, (byte)state);
        UnsafeApi.putInt(
            alert + MessageLayout.RESULT_METRIC_OFFSET,
            UnsafeApi.getInt(message + MessageLayout.READING_METRIC_OFFSET));
        UnsafeApi.putLong(
            alert + MessageLayout.RESULT_DEVICE_ID_OFFSET,
            UnsafeApi.getLong(message + MessageLayout.READING_DEVICE_ID_OFFSET));
        UnsafeApi.putLong(
            alert + MessageLayout.ALERT_EVENT_ID_OFFSET,
            UnsafeApi.getLong(message + MessageLayout.READING_EVENT_ID_OFFSET));
        UnsafeApi.putLong(alert + MessageLayout.ALERT_EVENT_TIME_NS_OFFSET, timeNs);
        UnsafeApi.putDouble(
            alert + MessageLayout.ALERT_VALUE_OFFSET,
            UnsafeApi.getDouble(message + MessageLayout.READING_VALUE_OFFSET));
        UnsafeApi.putDouble(alert + MessageLayout.ALERT_THRESHOLD_OFFSET, passed);
        UnsafeApi.putByte(alert + MessageLayout.ALERT_SEVERITY_OFFSET, (byte)severity);
        UnsafeApi.setMemory(alert + RESERVED, MessageLayout.RESULT_LENGTH - RESERVED, (byte)0);
        results.publish();
    }
}
