package io.tailrace.engine.inspect;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;

import io.tailrace.codec.MessageLayout;
import io.tailrace.codec.NumberText;
import org.agrona.DirectBuffer;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

/**
 * Reads single fields of messages of journal and results log, and says in one line what a message holds.
 */
final class MessageView
{
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final int TZ_VERSION_LENGTH = 8;

    private MessageView()
    {
    }

    static int templateId(final DirectBuffer buffer, final int at)
    {
        return u16(buffer, at + MessageLayout.HEADER_TEMPLATE_ID_OFFSET);
    }

    /**
     * Whether the eight bytes are the header of a message of our schema, of this or an older version, with that length.
     */
    static boolean isHeader(final DirectBuffer buffer, final int at, final int messageLength)
    {
        final int version = u16(buffer, at + MessageLayout.HEADER_VERSION_OFFSET);
        return u16(buffer, at + MessageLayout.HEADER_SCHEMA_ID_OFFSET) == MessageLayout.SCHEMA_ID &&
            u16(buffer, at + MessageLayout.HEADER_BLOCK_LENGTH_OFFSET) ==
            messageLength - MessageLayout.HEADER_LENGTH &&
            version >= 1 && version <= MessageLayout.SCHEMA_VERSION;
    }

    static boolean isJournalled(final int templateId)
    {
        return templateId >= MessageLayout.READING_TEMPLATE_ID && templateId <= MessageLayout.END_OF_INPUT_TEMPLATE_ID;
    }

    static boolean isResult(final int templateId)
    {
        return templateId >= MessageLayout.WINDOW_RESULT_TEMPLATE_ID &&
            templateId <= MessageLayout.STATISTIC_TEMPLATE_ID;
    }

    /** Ingest time of a reading, time of a control message, epoch ns. */
    static long timeNs(final DirectBuffer buffer, final int at)
    {
        return i64(buffer, at + (templateId(buffer, at) == MessageLayout.READING_TEMPLATE_ID ?
            MessageLayout.READING_INGEST_TIME_OFFSET : MessageLayout.CONTROL_TIME_OFFSET));
    }

    static String name(final int templateId)
    {
        return switch (templateId)
        {
            case MessageLayout.READING_TEMPLATE_ID -> "Reading";
            case MessageLayout.TICK_TEMPLATE_ID -> "Tick";
            case MessageLayout.STARTED_TEMPLATE_ID -> "Started";
            case MessageLayout.LEDGER_MARK_TEMPLATE_ID -> "LedgerMark";
            case MessageLayout.END_OF_INPUT_TEMPLATE_ID -> "EndOfInput";
            case MessageLayout.WINDOW_RESULT_TEMPLATE_ID -> "WindowResult";
            case MessageLayout.LATE_TEMPLATE_ID -> "Late";
            case MessageLayout.REJECTED_TEMPLATE_ID -> "Rejected";
            case MessageLayout.DUPLICATE_TEMPLATE_ID -> "Duplicate";
            case MessageLayout.ALERT_TEMPLATE_ID -> "Alert";
            case MessageLayout.STATISTIC_TEMPLATE_ID -> "Statistic";
            default -> "template-" + templateId;
        };
    }

    static String instant(final long timeNs)
    {
        return Instant.ofEpochSecond(
            Math.floorDiv(timeNs, NANOS_PER_SECOND), Math.floorMod(timeNs, NANOS_PER_SECOND)).toString();
    }

    /** One line, without the position. */
    static String describe(final DirectBuffer buffer, final int at)
    {
        final int templateId = templateId(buffer, at);
        final String name = name(templateId);
        return isResult(templateId) ?
            name + " " + result(buffer, at, templateId) :
            name + " time=" + instant(timeNs(buffer, at)) + input(buffer, at, templateId);
    }

    static String started(final DirectBuffer buffer, final int at)
    {
        final byte[] tzVersion = new byte[TZ_VERSION_LENGTH];
        buffer.getBytes(at + MessageLayout.STARTED_TZ_VERSION_OFFSET, tzVersion);
        final long version = u32(buffer, at + MessageLayout.STARTED_ENGINE_VERSION_OFFSET);
        return String.format(
            Locale.ROOT,
            "incarnation=%s config=%016x engine=%d.%d.%d tz=%s epoch=%d%s",
            unsigned(buffer, at + MessageLayout.STARTED_INCARNATION_OFFSET),
            i64(buffer, at + MessageLayout.STARTED_CONFIG_DIGEST_OFFSET),
            version / 1_000_000,
            version / 1_000 % 1_000,
            version % 1_000,
            new String(tzVersion, StandardCharsets.US_ASCII).replace("\0", ""),
            u32(buffer, at + MessageLayout.STARTED_RESULT_EPOCH_OFFSET),
            switch (buffer.getByte(at + MessageLayout.STARTED_NEW_EPOCH_OFFSET))
            {
                case 1 -> " new-epoch";
                case 2 -> " at-least-once results-from=" + i64(buffer, at + MessageLayout.STARTED_RESULTS_FROM_OFFSET);
                default -> "";
            });
    }

    private static String input(final DirectBuffer buffer, final int at, final int templateId)
    {
        return switch (templateId)
        {
            case MessageLayout.READING_TEMPLATE_ID -> reading(buffer, at);
            case MessageLayout.TICK_TEMPLATE_ID -> tick(buffer, at);
            case MessageLayout.STARTED_TEMPLATE_ID -> " " + started(buffer, at);
            case MessageLayout.LEDGER_MARK_TEMPLATE_ID -> mark(buffer, at);
            case MessageLayout.END_OF_INPUT_TEMPLATE_ID ->
                " source=" + u16(buffer, at + MessageLayout.END_OF_INPUT_SOURCE_OFFSET);
            default -> "";
        };
    }

    private static String reading(final DirectBuffer buffer, final int at)
    {
        return " source=" + u16(buffer, at + MessageLayout.READING_SOURCE_OFFSET) +
            " event=" + unsigned(buffer, at + MessageLayout.READING_EVENT_ID_OFFSET) +
            " device=" + unsigned(buffer, at + MessageLayout.READING_DEVICE_ID_OFFSET) +
            " metric=" + u32(buffer, at + MessageLayout.READING_METRIC_OFFSET) +
            " event-time=" + i64(buffer, at + MessageLayout.READING_EVENT_TIME_OFFSET) +
            " unit=" + (buffer.getByte(at + MessageLayout.READING_TIME_UNIT_OFFSET) & 0xFF) +
            " priority=" + (buffer.getByte(at + MessageLayout.READING_PRIORITY_OFFSET) & 0xFF) +
            " value=" + number(buffer, at + MessageLayout.READING_VALUE_OFFSET);
    }

    private static String mark(final DirectBuffer buffer, final int at)
    {
        return " source=" + u16(buffer, at + MessageLayout.LEDGER_MARK_SOURCE_OFFSET) +
            " reason=" + DirectorySummary.reasonText(u16(buffer, at + MessageLayout.LEDGER_MARK_REASON_OFFSET)) +
            " count=" + unsigned(buffer, at + MessageLayout.LEDGER_MARK_COUNT_OFFSET);
    }

    private static String tick(final DirectBuffer buffer, final int at)
    {
        final int first = u16(buffer, at + MessageLayout.TICK_FIRST_SOURCE_OFFSET);
        final int count =
            Math.min(buffer.getByte(at + MessageLayout.TICK_SOURCE_COUNT_OFFSET) & 0xFF, MessageLayout.TICK_SOURCES);
        final StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++)
        {
            final long sinceNs = i64(buffer, at + MessageLayout.TICK_EMPTY_SINCE0_OFFSET + i * Long.BYTES);
            if (sinceNs != MessageLayout.TICK_NOT_EMPTY)
            {
                text.append(" empty-since[").append(first + i).append("]=").append(instant(sinceNs));
            }
        }
        return text.append(buffer.getByte(at + MessageLayout.TICK_LAST_OFFSET) == 1 ? " last" : "")
            .append(buffer.getByte(at + MessageLayout.TICK_HELD_UP_OFFSET) == 1 ? " held-up" : "")
            .toString();
    }

    private static String result(final DirectBuffer buffer, final int at, final int templateId)
    {
        final String common = "epoch=" + u32(buffer, at + MessageLayout.RESULT_EPOCH_OFFSET) +
            " sequence=" + unsigned(buffer, at + MessageLayout.RESULT_SEQUENCE_OFFSET) +
            " cause=" + i64(buffer, at + MessageLayout.RESULT_CAUSE_POSITION_OFFSET) +
            " operator=" + u16(buffer, at + MessageLayout.RESULT_OPERATOR_ID_OFFSET) +
            " device=" + unsigned(buffer, at + MessageLayout.RESULT_DEVICE_ID_OFFSET) +
            " metric=" + u32(buffer, at + MessageLayout.RESULT_METRIC_OFFSET);
        return switch (templateId)
        {
            case MessageLayout.WINDOW_RESULT_TEMPLATE_ID -> common + window(buffer, at);
            case MessageLayout.LATE_TEMPLATE_ID -> common + judged(buffer, at);
            case MessageLayout.REJECTED_TEMPLATE_ID -> common + judged(buffer, at);
            case MessageLayout.DUPLICATE_TEMPLATE_ID -> common + judged(buffer, at);
            case MessageLayout.ALERT_TEMPLATE_ID -> common + alert(buffer, at);
            default -> common;
        };
    }

    private static String window(final DirectBuffer buffer, final int at)
    {
        return " start=" + instant(i64(buffer, at + MessageLayout.WINDOW_RESULT_WINDOW_START_OFFSET)) +
            " end=" + instant(i64(buffer, at + MessageLayout.WINDOW_RESULT_WINDOW_END_OFFSET)) +
            " count=" + unsigned(buffer, at + MessageLayout.WINDOW_RESULT_COUNT_OFFSET) +
            " sum=" + number(buffer, at + MessageLayout.WINDOW_RESULT_SUM_OFFSET) +
            " revision=" + u32(buffer, at + MessageLayout.RESULT_REVISION_OFFSET) +
            " timing=" + buffer.getByte(at + MessageLayout.RESULT_TIMING_OFFSET);
    }

    private static String judged(final DirectBuffer buffer, final int at)
    {
        return " event=" + unsigned(buffer, at + MessageLayout.JUDGED_EVENT_ID_OFFSET) +
            " event-time=" + i64(buffer, at + MessageLayout.JUDGED_EVENT_TIME_OFFSET) +
            " reason=" + (buffer.getByte(at + MessageLayout.JUDGED_REASON_OFFSET) & 0xFF) +
            " value=" + number(buffer, at + MessageLayout.JUDGED_VALUE_OFFSET);
    }

    private static String alert(final DirectBuffer buffer, final int at)
    {
        return " event=" + unsigned(buffer, at + MessageLayout.ALERT_EVENT_ID_OFFSET) +
            " event-time=" + instant(i64(buffer, at + MessageLayout.ALERT_EVENT_TIME_NS_OFFSET)) +
            " state=" + buffer.getByte(at + MessageLayout.ALERT_STATE_OFFSET) +
            " severity=" + buffer.getByte(at + MessageLayout.ALERT_SEVERITY_OFFSET) +
            " value=" + number(buffer, at + MessageLayout.ALERT_VALUE_OFFSET) +
            " threshold=" + number(buffer, at + MessageLayout.ALERT_THRESHOLD_OFFSET);
    }

    static long i64(final DirectBuffer buffer, final int at)
    {
        return buffer.getLong(at, LITTLE_ENDIAN);
    }

    static long u32(final DirectBuffer buffer, final int at)
    {
        return buffer.getInt(at, LITTLE_ENDIAN) & 0xFFFF_FFFFL;
    }

    static int u16(final DirectBuffer buffer, final int at)
    {
        return buffer.getShort(at, LITTLE_ENDIAN) & 0xFFFF;
    }

    private static String unsigned(final DirectBuffer buffer, final int at)
    {
        return Long.toUnsignedString(i64(buffer, at));
    }

    private static String number(final DirectBuffer buffer, final int at)
    {
        return NumberText.toString(buffer.getDouble(at, LITTLE_ENDIAN));
    }
}
