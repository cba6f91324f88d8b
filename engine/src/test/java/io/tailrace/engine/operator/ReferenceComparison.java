package io.tailrace.engine.operator;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.reference.ReferenceAggregate;
import io.tailrace.engine.reference.ReferenceReading;
import io.tailrace.engine.reference.ReferenceResult;

/**
 * Holds the bytes of a result of the engine against a result of the reference model, field by field. All are to be
 * equal; sums of squares may differ by 1e-9 of theirs.
 */
public final class ReferenceComparison
{
    private static final double TOLERANCE = 1e-9;

    private ReferenceComparison()
    {
    }

    /** @return the first field of a result of the engine that is not the model's, with both; null: they are equal. */
    public static String difference(final ReferenceResult expected, final byte[] result)
    {
        final ByteBuffer found = ByteBuffer.wrap(result).order(ByteOrder.LITTLE_ENDIAN);
        final int templateId = found.getShort(MessageLayout.HEADER_TEMPLATE_ID_OFFSET);
        final int expectedTemplateId = switch (expected.kind())
        {
            case WINDOW -> MessageLayout.WINDOW_RESULT_TEMPLATE_ID;
            case LATE -> MessageLayout.LATE_TEMPLATE_ID;
            case REJECTED -> MessageLayout.REJECTED_TEMPLATE_ID;
            case DUPLICATE -> MessageLayout.DUPLICATE_TEMPLATE_ID;
            case ALERT -> MessageLayout.ALERT_TEMPLATE_ID;
        };
        final Comparison comparison = new Comparison()
            .of("template", expectedTemplateId, templateId)
            .of("sequence", expected.sequence(), found.getLong(MessageLayout.RESULT_SEQUENCE_OFFSET))
            .of("cause", expected.causePosition(), found.getLong(MessageLayout.RESULT_CAUSE_POSITION_OFFSET))
            .of("ingest", expected.causeIngestTimeNs(), found.getLong(MessageLayout.RESULT_CAUSE_INGEST_TIME_OFFSET))
            .of("epoch", 0, found.getInt(MessageLayout.RESULT_EPOCH_OFFSET))
            .of("operator", expected.operatorIndex(), found.getShort(MessageLayout.RESULT_OPERATOR_ID_OFFSET) & 0xFFFF)
            .of("revision", expected.revision(), found.getInt(MessageLayout.RESULT_REVISION_OFFSET))
            .of("timing", expected.timing().ordinal(), found.get(MessageLayout.RESULT_TIMING_OFFSET))
            .of("device", expected.deviceId(), found.getLong(MessageLayout.RESULT_DEVICE_ID_OFFSET))
            .of("metric", expected.metric(), found.getInt(MessageLayout.RESULT_METRIC_OFFSET) & 0xFFFF_FFFFL);
        switch (expected.kind())
        {
            case WINDOW -> compareWindow(expected, found, comparison);
            case ALERT -> compareAlert(expected, found, comparison);
            default -> compareJudged(expected, found, comparison);
        }
        return comparison.difference;
    }

    private static void compareWindow(
        final ReferenceResult expected, final ByteBuffer found, final Comparison comparison)
    {
        final ReferenceAggregate aggregate = expected.aggregate();
        comparison
            .of("keyParts", expected.keyParts(), found.get(MessageLayout.WINDOW_RESULT_KEY_PARTS_OFFSET))
            .of("start", expected.windowStartNs(), found.getLong(MessageLayout.WINDOW_RESULT_WINDOW_START_OFFSET))
            .of("end", expected.windowEndNs(), found.getLong(MessageLayout.WINDOW_RESULT_WINDOW_END_OFFSET))
            .of("count", aggregate.count(), found.getLong(MessageLayout.WINDOW_RESULT_COUNT_OFFSET))
            .exact("min", aggregate.min(), found.getDouble(MessageLayout.WINDOW_RESULT_MIN_OFFSET))
            .exact("max", aggregate.max(), found.getDouble(MessageLayout.WINDOW_RESULT_MAX_OFFSET))
            .exact("first", aggregate.first(), found.getDouble(MessageLayout.WINDOW_RESULT_FIRST_OFFSET))
            .exact("last", aggregate.last(), found.getDouble(MessageLayout.WINDOW_RESULT_LAST_OFFSET))
            .close("sum", aggregate.sum(), found.getDouble(MessageLayout.WINDOW_RESULT_SUM_OFFSET))
            .close("m2", aggregate.m2(), found.getDouble(MessageLayout.WINDOW_RESULT_M2_OFFSET));
    }

    private static void compareAlert(
        final ReferenceResult expected, final ByteBuffer found, final Comparison comparison)
    {
        comparison
            .of("state", expected.change().isRaised() ? 1 : 0, found.get(MessageLayout.ALERT_STATE_OFFSET))
            .of("eventId", expected.reading().eventId(), found.getLong(MessageLayout.ALERT_EVENT_ID_OFFSET))
            .of("eventTimeNs", expected.eventTimeNs(), found.getLong(MessageLayout.ALERT_EVENT_TIME_NS_OFFSET))
            .exact("value", expected.reading().value(), found.getDouble(MessageLayout.ALERT_VALUE_OFFSET))
            .exact("threshold", expected.change().threshold(), found.getDouble(MessageLayout.ALERT_THRESHOLD_OFFSET))
            .of("severity", expected.change().isCritical() ? 1 : 0, found.get(MessageLayout.ALERT_SEVERITY_OFFSET));
        for (int at = MessageLayout.ALERT_SEVERITY_OFFSET + 1; at < MessageLayout.RESULT_LENGTH; at++)
        {
            comparison.of("reserve", 0, found.get(at));
        }
    }

    private static void compareJudged(
        final ReferenceResult expected, final ByteBuffer found, final Comparison comparison)
    {
        final ReferenceReading reading = expected.reading();
        comparison
            .of("reason", expected.reason(), found.get(MessageLayout.JUDGED_REASON_OFFSET))
            .of("eventId", reading.eventId(), found.getLong(MessageLayout.JUDGED_EVENT_ID_OFFSET))
            .of("eventTime", reading.eventTime(), found.getLong(MessageLayout.JUDGED_EVENT_TIME_OFFSET))
            .of("eventTimeNs", expected.eventTimeNs(), found.getLong(MessageLayout.JUDGED_EVENT_TIME_NS_OFFSET))
            .exact("value", reading.value(), found.getDouble(MessageLayout.JUDGED_VALUE_OFFSET))
            .of("source", reading.source(), found.getShort(MessageLayout.JUDGED_SOURCE_OFFSET))
            .of("timeUnit", reading.timeUnit(), found.get(MessageLayout.JUDGED_TIME_UNIT_OFFSET) & 0xFF)
            .of("priority", reading.priority(), found.get(MessageLayout.JUDGED_PRIORITY_OFFSET))
            .of("quality", reading.quality(), found.get(MessageLayout.JUDGED_QUALITY_OFFSET) & 0xFF)
            .of("deviceEpoch", reading.deviceEpoch(), found.getShort(MessageLayout.JUDGED_DEVICE_EPOCH_OFFSET) & 0xFFFF)
            .of("watermark", expected.watermarkNs(), found.getLong(MessageLayout.JUDGED_WATERMARK_OFFSET))
            .of("reserve", 0, found.getLong(MessageLayout.RESULT_LENGTH - Long.BYTES));
    }

    /** Keeps the first difference. */
    private static final class Comparison
    {
        private String difference;

        Comparison of(final String field, final long expected, final long found)
        {
            return check(expected == found, field, Long.toString(expected), Long.toString(found));
        }

        Comparison exact(final String field, final double expected, final double found)
        {
            return check(
                Double.doubleToRawLongBits(expected) == Double.doubleToRawLongBits(found) ||
                Double.isNaN(expected) && Double.isNaN(found),
                field,
                Double.toString(expected),
                Double.toString(found));
        }

        Comparison close(final String field, final double expected, final double found)
        {
            return check(
                expected == found || Math.abs(expected - found) <= TOLERANCE * Math.abs(expected) + Double.MIN_NORMAL,
                field,
                Double.toString(expected),
                Double.toString(found));
        }

        private Comparison check(final boolean isEqual, final String field, final String expected, final String found)
        {
            if (!isEqual && null == difference)
            {
                difference = field + " is " + found + ", expected " + expected;
            }
            return this;
        }
    }
}
