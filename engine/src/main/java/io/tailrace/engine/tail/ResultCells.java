package io.tailrace.engine.tail;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import io.tailrace.codec.IdCollisionException;
import io.tailrace.codec.MessageLayout;
import io.tailrace.codec.NameDictionary;
import io.tailrace.codec.NumberText;
import io.tailrace.codec.RejectReason;
import io.tailrace.codec.Timing;
import io.tailrace.engine.config.EngineConfig;
import org.agrona.DirectBuffer;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

/**
 * The texts of one result.
 * <p>
 * Times are milliseconds, exact: those that are not whole have up to six more digits. An alert says {@code raised} or
 * {@code cleared} as its reason. A rejected reading whose time has no nanoseconds has no event time. A late reading
 * says how far its event time lay behind the watermark of the judgement. Operators and metrics bear the names of the
 * configuration that is given, whichever wrote the results; what it does not name is a number.
 * <p>
 * Threading: one thread.
 */
public final class ResultCells
{
    private static final int NO_OPERATOR = 0xFFFF;
    private static final int KEYED_BY_DEVICE = 1;
    private static final int KEYED_BY_METRIC = 2;
    private static final int MILLIS_SCALE = 6;

    private final String[] cells = new String[ResultColumn.values().length];
    private final List<String> operators;
    private final NameDictionary names;

    /**
     * @param config names of operators and metrics.
     * @throws IdCollisionException if two metrics have the same id.
     */
    public ResultCells(final EngineConfig config) throws IdCollisionException
    {
        this(config.operatorNames(), config.metrics());
    }

    /**
     * @param operators names by index.
     * @param metrics   ids by name.
     * @throws IdCollisionException if two metrics have the same id.
     */
    public ResultCells(final List<String> operators, final Map<String, Long> metrics) throws IdCollisionException
    {
        this.operators = List.copyOf(operators);
        names = new NameDictionary(metrics);
    }

    /**
     * Reads a result.
     *
     * @param kind   of the result.
     * @param buffer holds it.
     * @param offset of its header.
     */
    public void read(final ResultKind kind, final DirectBuffer buffer, final int offset)
    {
        Arrays.fill(cells, "");
        set(ResultColumn.SEQUENCE, unsigned(buffer, offset + MessageLayout.RESULT_SEQUENCE_OFFSET));
        set(ResultColumn.EPOCH, Long.toString(
            buffer.getInt(offset + MessageLayout.RESULT_EPOCH_OFFSET, LITTLE_ENDIAN) & 0xFFFF_FFFFL));
        set(ResultColumn.KIND, kind.text());
        set(ResultColumn.OPERATOR, operator(u16(buffer, offset + MessageLayout.RESULT_OPERATOR_ID_OFFSET)));
        set(ResultColumn.CAUSE_POSITION,
            Long.toString(i64(buffer, offset + MessageLayout.RESULT_CAUSE_POSITION_OFFSET)));

        switch (kind)
        {
            case WINDOW:
                readWindow(buffer, offset);
                break;
            case ALERT:
                readAlert(buffer, offset);
                break;
            case STATISTIC:
                readStatistic(buffer, offset);
                break;
            default:
                readJudged(kind, buffer, offset);
                break;
        }
    }

    /** @return the text of a column; empty if the result has nothing to say there. */
    public String text(final ResultColumn column)
    {
        return cells[column.ordinal()];
    }

    private void readWindow(final DirectBuffer buffer, final int offset)
    {
        final int keyParts = buffer.getByte(offset + MessageLayout.WINDOW_RESULT_KEY_PARTS_OFFSET);
        if ((keyParts & KEYED_BY_DEVICE) != 0)
        {
            setDevice(buffer, offset);
        }
        if ((keyParts & KEYED_BY_METRIC) != 0)
        {
            setMetric(buffer, offset);
        }
        setMillis(ResultColumn.WINDOW_START_MS, buffer, offset + MessageLayout.WINDOW_RESULT_WINDOW_START_OFFSET);
        setMillis(ResultColumn.WINDOW_END_MS, buffer, offset + MessageLayout.WINDOW_RESULT_WINDOW_END_OFFSET);
        set(ResultColumn.COUNT, unsigned(buffer, offset + MessageLayout.WINDOW_RESULT_COUNT_OFFSET));

        final double sum = f64(buffer, offset + MessageLayout.WINDOW_RESULT_SUM_OFFSET);
        final double m2 = f64(buffer, offset + MessageLayout.WINDOW_RESULT_M2_OFFSET);
        final long count = i64(buffer, offset + MessageLayout.WINDOW_RESULT_COUNT_OFFSET);
        set(ResultColumn.SUM, NumberText.toString(sum));
        setNumber(ResultColumn.MIN, buffer, offset + MessageLayout.WINDOW_RESULT_MIN_OFFSET);
        setNumber(ResultColumn.MAX, buffer, offset + MessageLayout.WINDOW_RESULT_MAX_OFFSET);
        setNumber(ResultColumn.FIRST, buffer, offset + MessageLayout.WINDOW_RESULT_FIRST_OFFSET);
        setNumber(ResultColumn.LAST, buffer, offset + MessageLayout.WINDOW_RESULT_LAST_OFFSET);
        set(ResultColumn.MEAN, NumberText.toString(sum / count));
        set(ResultColumn.STDDEV, NumberText.toString(StrictMath.sqrt(m2 / count)));
        setFiring(buffer, offset);
    }

    private void readJudged(final ResultKind kind, final DirectBuffer buffer, final int offset)
    {
        setDevice(buffer, offset);
        setMetric(buffer, offset);
        set(ResultColumn.EVENT_ID, unsigned(buffer, offset + MessageLayout.JUDGED_EVENT_ID_OFFSET));
        setNumber(ResultColumn.VALUE, buffer, offset + MessageLayout.JUDGED_VALUE_OFFSET);

        final int code = buffer.getByte(offset + MessageLayout.JUDGED_REASON_OFFSET) & 0xFF;
        final RejectReason reason = kind == ResultKind.REJECTED ? reasonOf(code) : null;
        if (kind == ResultKind.REJECTED)
        {
            set(ResultColumn.REASON, null == reason ? Integer.toString(code) : reason.text());
        }
        if (reason != RejectReason.TIME_UNIT && reason != RejectReason.TIME_RANGE)
        {
            setMillis(ResultColumn.EVENT_TIME_MS, buffer, offset + MessageLayout.JUDGED_EVENT_TIME_NS_OFFSET);
        }
        if (kind == ResultKind.LATE)
        {
            // The difference of two times need not fit a long.
            final BigDecimal watermarkMs = millis(buffer, offset + MessageLayout.JUDGED_WATERMARK_OFFSET);
            final BigDecimal eventTimeMs = millis(buffer, offset + MessageLayout.JUDGED_EVENT_TIME_NS_OFFSET);
            setMillis(ResultColumn.LATE_BY_MS, watermarkMs.subtract(eventTimeMs));
        }
    }

    private void readAlert(final DirectBuffer buffer, final int offset)
    {
        setDevice(buffer, offset);
        setMetric(buffer, offset);
        set(ResultColumn.EVENT_ID, unsigned(buffer, offset + MessageLayout.ALERT_EVENT_ID_OFFSET));
        setMillis(ResultColumn.EVENT_TIME_MS, buffer, offset + MessageLayout.ALERT_EVENT_TIME_NS_OFFSET);
        setNumber(ResultColumn.VALUE, buffer, offset + MessageLayout.ALERT_VALUE_OFFSET);
        set(ResultColumn.REASON, AlertText.state(buffer.getByte(offset + MessageLayout.ALERT_STATE_OFFSET)));
        setNumber(ResultColumn.THRESHOLD, buffer, offset + MessageLayout.ALERT_THRESHOLD_OFFSET);
        set(ResultColumn.SEVERITY, AlertText.severity(buffer.getByte(offset + MessageLayout.ALERT_SEVERITY_OFFSET)));
    }

    private void readStatistic(final DirectBuffer buffer, final int offset)
    {
        setDevice(buffer, offset);
        setMetric(buffer, offset);
        setMillis(ResultColumn.WINDOW_START_MS, buffer, offset + MessageLayout.STATISTIC_WINDOW_START_OFFSET);
        setMillis(ResultColumn.WINDOW_END_MS, buffer, offset + MessageLayout.STATISTIC_WINDOW_END_OFFSET);
        setNumber(ResultColumn.VALUE, buffer, offset + MessageLayout.STATISTIC_VALUE0_OFFSET);
        setFiring(buffer, offset);
    }

    private void setFiring(final DirectBuffer buffer, final int offset)
    {
        final int revision = buffer.getInt(offset + MessageLayout.RESULT_REVISION_OFFSET, LITTLE_ENDIAN);
        final int timing = buffer.getByte(offset + MessageLayout.RESULT_TIMING_OFFSET) & 0xFF;
        set(ResultColumn.REVISION, Integer.toUnsignedString(revision));
        set(ResultColumn.TIMING,
            timing <= Timing.RETRACTED.code() ? Timing.of(timing).name() : Integer.toString(timing));
    }

    private void setDevice(final DirectBuffer buffer, final int offset)
    {
        set(ResultColumn.DEVICE_ID, unsigned(buffer, offset + MessageLayout.RESULT_DEVICE_ID_OFFSET));
    }

    private void setMetric(final DirectBuffer buffer, final int offset)
    {
        set(ResultColumn.METRIC,
            names.metricText(buffer.getInt(offset + MessageLayout.RESULT_METRIC_OFFSET, LITTLE_ENDIAN)));
    }

    private void setNumber(final ResultColumn column, final DirectBuffer buffer, final int offset)
    {
        set(column, NumberText.toString(f64(buffer, offset)));
    }

    private void setMillis(final ResultColumn column, final DirectBuffer buffer, final int offset)
    {
        setMillis(column, millis(buffer, offset));
    }

    private void setMillis(final ResultColumn column, final BigDecimal timeMs)
    {
        set(column, timeMs.stripTrailingZeros().toPlainString());
    }

    private void set(final ResultColumn column, final String text)
    {
        cells[column.ordinal()] = text;
    }

    private String operator(final int operatorId)
    {
        if (operatorId == NO_OPERATOR)
        {
            return "";
        }
        return operatorId < operators.size() ? operators.get(operatorId) : Integer.toString(operatorId);
    }

    private static RejectReason reasonOf(final int code)
    {
        for (final RejectReason reason : RejectReason.values())
        {
            if (reason.code() == code)
            {
                return reason;
            }
        }
        return null;
    }

    private static BigDecimal millis(final DirectBuffer buffer, final int offset)
    {
        return BigDecimal.valueOf(i64(buffer, offset), MILLIS_SCALE);
    }

    private static String unsigned(final DirectBuffer buffer, final int offset)
    {
        return Long.toUnsignedString(i64(buffer, offset));
    }

    private static long i64(final DirectBuffer buffer, final int offset)
    {
        return buffer.getLong(offset, LITTLE_ENDIAN);
    }

    private static double f64(final DirectBuffer buffer, final int offset)
    {
        return buffer.getDouble(offset, LITTLE_ENDIAN);
    }

    private static int u16(final DirectBuffer buffer, final int offset)
    {
        return buffer.getShort(offset, LITTLE_ENDIAN) & 0xFFFF;
    }
}
