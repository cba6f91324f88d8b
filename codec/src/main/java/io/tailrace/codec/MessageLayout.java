package io.tailrace.codec;

/**
 * Where the bytes of each message lie, for code that reads and writes them raw.
 * <p>
 * All offsets count from the first byte of the message, that is from its 8-byte header, and include it. All numbers are
 * little-endian. A constant is named after template and field of the schema; its type is noted with it, and a u32, u16
 * or u8 needs a mask after a raw read. {@code MessageLayoutTest} holds each constant against the generated flyweights,
 * {@code MessagesSpecTest} holds those against {@code codec/docs/spec/messages.md}.
 */
public final class MessageLayout
{
    /** Schema id in every header. */
    public static final int SCHEMA_ID = 7412;

    /** Newest schema version this code writes; it reads this one and older ones. */
    public static final int SCHEMA_VERSION = 1;

    /** Bytes of the SBE header that begins every message. */
    public static final int HEADER_LENGTH = 8;

    /** Bytes of an input or control message, header included: one cache line, one ring slot. */
    public static final int SLOT_LENGTH = 64;

    /** Bytes of a result message, header included. */
    public static final int RESULT_LENGTH = 128;

    /** Offset of the block length, u16. */
    public static final int HEADER_BLOCK_LENGTH_OFFSET = 0;

    /** Offset of the template id, u16. */
    public static final int HEADER_TEMPLATE_ID_OFFSET = 2;

    /** Offset of the schema id, u16. */
    public static final int HEADER_SCHEMA_ID_OFFSET = 4;

    /** Offset of the schema version, u16. */
    public static final int HEADER_VERSION_OFFSET = 6;

    // Template ids.
    /** Template id of Reading. */
    public static final int READING_TEMPLATE_ID = 1;
    /** Template id of Tick. */
    public static final int TICK_TEMPLATE_ID = 2;
    /** Template id of Started. */
    public static final int STARTED_TEMPLATE_ID = 3;
    /** Template id of LedgerMark. */
    public static final int LEDGER_MARK_TEMPLATE_ID = 4;
    /** Template id of EndOfInput. */
    public static final int END_OF_INPUT_TEMPLATE_ID = 5;
    /** Template id of DatagramHeader. */
    public static final int DATAGRAM_HEADER_TEMPLATE_ID = 8;
    /** Template id of WindowResult. */
    public static final int WINDOW_RESULT_TEMPLATE_ID = 16;
    /** Template id of Late. */
    public static final int LATE_TEMPLATE_ID = 17;
    /** Template id of Rejected. */
    public static final int REJECTED_TEMPLATE_ID = 18;
    /** Template id of Duplicate. */
    public static final int DUPLICATE_TEMPLATE_ID = 19;
    /** Template id of Alert. */
    public static final int ALERT_TEMPLATE_ID = 20;
    /** Template id of Statistic. */
    public static final int STATISTIC_TEMPLATE_ID = 21;
    /** Template id of Ack. */
    public static final int ACK_TEMPLATE_ID = 32;

    // The eight header bytes of each template at the current version, as one little-endian long.
    /** Header of Reading. */
    public static final long READING_HEADER = header(SLOT_LENGTH, READING_TEMPLATE_ID);
    /** Header of Tick. */
    public static final long TICK_HEADER = header(SLOT_LENGTH, TICK_TEMPLATE_ID);
    /** Header of Started. */
    public static final long STARTED_HEADER = header(SLOT_LENGTH, STARTED_TEMPLATE_ID);
    /** Header of LedgerMark. */
    public static final long LEDGER_MARK_HEADER = header(SLOT_LENGTH, LEDGER_MARK_TEMPLATE_ID);
    /** Header of EndOfInput. */
    public static final long END_OF_INPUT_HEADER = header(SLOT_LENGTH, END_OF_INPUT_TEMPLATE_ID);
    /** Header of DatagramHeader. */
    public static final long DATAGRAM_HEADER_HEADER = header(SLOT_LENGTH, DATAGRAM_HEADER_TEMPLATE_ID);
    /** Header of WindowResult. */
    public static final long WINDOW_RESULT_HEADER = header(RESULT_LENGTH, WINDOW_RESULT_TEMPLATE_ID);
    /** Header of Late. */
    public static final long LATE_HEADER = header(RESULT_LENGTH, LATE_TEMPLATE_ID);
    /** Header of Rejected. */
    public static final long REJECTED_HEADER = header(RESULT_LENGTH, REJECTED_TEMPLATE_ID);
    /** Header of Duplicate. */
    public static final long DUPLICATE_HEADER = header(RESULT_LENGTH, DUPLICATE_TEMPLATE_ID);
    /** Header of Alert. */
    public static final long ALERT_HEADER = header(RESULT_LENGTH, ALERT_TEMPLATE_ID);
    /** Header of Statistic. */
    public static final long STATISTIC_HEADER = header(RESULT_LENGTH, STATISTIC_TEMPLATE_ID);
    /** Header of Ack. */
    public static final long ACK_HEADER = header(SLOT_LENGTH, ACK_TEMPLATE_ID);

    // Reading.
    /** u64: Chosen by the sender. */
    public static final int READING_EVENT_ID_OFFSET = 8;
    /** u64. */
    public static final int READING_DEVICE_ID_OFFSET = 16;
    /** i64: As sent, in timeUnit since the epoch. */
    public static final int READING_EVENT_TIME_OFFSET = 24;
    /** i64: Epoch ns, stamped by ingress. */
    public static final int READING_INGEST_TIME_OFFSET = 32;
    /** f64. */
    public static final int READING_VALUE_OFFSET = 40;
    /** u32. */
    public static final int READING_METRIC_OFFSET = 48;
    /** u16: Index of the source, stamped by ingress. */
    public static final int READING_SOURCE_OFFSET = 52;
    /** u8: 0 auto, 1 s, 2 ms, 3 us, 4 ns. */
    public static final int READING_TIME_UNIT_OFFSET = 54;
    /** u8: 0 normal, 1 critical. */
    public static final int READING_PRIORITY_OFFSET = 55;
    /** u8: 0 good, 1 uncertain, 2 bad. */
    public static final int READING_QUALITY_OFFSET = 56;
    /** u16: Counts the resets of the device's event ids. */
    public static final int READING_DEVICE_EPOCH_OFFSET = 58;

    // What all messages of the engine itself begin with: Tick, Started, LedgerMark and EndOfInput.
    /** i64: epoch ns, in each control message. */
    public static final int CONTROL_TIME_OFFSET = 8;

    // Tick.
    /** i64: Epoch ns. */
    public static final int TICK_TIME_OFFSET = 8;
    /** i64: Source firstSource; INT64_MIN: not empty. */
    public static final int TICK_EMPTY_SINCE0_OFFSET = 16;
    /** i64. */
    public static final int TICK_EMPTY_SINCE1_OFFSET = 24;
    /** i64. */
    public static final int TICK_EMPTY_SINCE2_OFFSET = 32;
    /** i64. */
    public static final int TICK_EMPTY_SINCE3_OFFSET = 40;
    /** i64. */
    public static final int TICK_EMPTY_SINCE4_OFFSET = 48;
    /** u16. */
    public static final int TICK_FIRST_SOURCE_OFFSET = 56;
    /** u8: How many of the five are set. */
    public static final int TICK_SOURCE_COUNT_OFFSET = 58;
    /** u8: 1: this message completes the tick. */
    public static final int TICK_LAST_OFFSET = 59;
    /** u8: 1: the engine stood still before this tick, which is nobody's silence. */
    public static final int TICK_HELD_UP_OFFSET = 60;
    /** How many {@code emptySince} fields, each 8 bytes after the one before, a Tick has room for. */
    public static final int TICK_SOURCES = 5;
    /** Value of {@code emptySince} for a source that is not empty. */
    public static final long TICK_NOT_EMPTY = Long.MIN_VALUE;

    // Started.
    /** i64: Epoch ns. */
    public static final int STARTED_TIME_OFFSET = 8;
    /** u64. */
    public static final int STARTED_CONFIG_DIGEST_OFFSET = 16;
    /** u64: 1 for the first. */
    public static final int STARTED_INCARNATION_OFFSET = 24;
    /** 8 ASCII characters. */
    public static final int STARTED_TZ_VERSION_OFFSET = 32;
    /** u32: major * 1000000 + minor * 1000 + patch. */
    public static final int STARTED_ENGINE_VERSION_OFFSET = 40;
    /** u32. */
    public static final int STARTED_RESULT_EPOCH_OFFSET = 44;
    /** u8: 1: results of resultEpoch begin here; 2: they begin at resultsFrom. */
    public static final int STARTED_NEW_EPOCH_OFFSET = 48;
    /** u32: Journal position / 65536 of the first message that state was computed from; 0: none was missing. */
    public static final int STARTED_STATE_FROM_OFFSET = 52;
    /** i64: Journal position of the first cause; 0 unless newEpoch is 2. */
    public static final int STARTED_RESULTS_FROM_OFFSET = 56;

    // LedgerMark.
    /** i64: Epoch ns. */
    public static final int LEDGER_MARK_TIME_OFFSET = 8;
    /** u64: Since the journal's beginning, all incarnations. */
    public static final int LEDGER_MARK_COUNT_OFFSET = 16;
    /** u16. */
    public static final int LEDGER_MARK_SOURCE_OFFSET = 24;
    /** u16: See the table of ingress reasons. */
    public static final int LEDGER_MARK_REASON_OFFSET = 26;

    // EndOfInput.
    /** i64: Epoch ns, stamped by ingress. */
    public static final int END_OF_INPUT_TIME_OFFSET = 8;
    /** u16: Stamped by ingress. */
    public static final int END_OF_INPUT_SOURCE_OFFSET = 16;

    // DatagramHeader.
    /** u64: Chosen by the sender, new for each run. */
    public static final int DATAGRAM_HEADER_SESSION_OFFSET = 8;
    /** u64: From 0, one a datagram. */
    public static final int DATAGRAM_HEADER_SEQUENCE_OFFSET = 16;
    /** u32: 0: not authenticated. */
    public static final int DATAGRAM_HEADER_AUTH_KEY_OFFSET = 24;
    /** 16 bytes. */
    public static final int DATAGRAM_HEADER_AUTH_TAG_OFFSET = 32;
    /** u64: The sender waits for no datagram below it. */
    public static final int DATAGRAM_HEADER_SETTLED_BELOW_OFFSET = 48;

    // Ack.
    /** u64. */
    public static final int ACK_SESSION_OFFSET = 8;
    /** u64: Every datagram below it is settled. */
    public static final int ACK_CONTIGUOUS_OFFSET = 16;
    /** u64: Bit i: so is datagram contiguous + i. */
    public static final int ACK_SETTLED_OFFSET = 24;
    /** u64: Datagram that status is about. */
    public static final int ACK_LAST_REFUSED_OFFSET = 32;
    /** u32: Datagrams that ended so. */
    public static final int ACK_MALFORMED_OFFSET = 40;
    /** u32: Datagrams that ended so. */
    public static final int ACK_SHED_OFFSET = 44;
    /** u32: Datagrams that ended so. */
    public static final int ACK_REJECTED_OFFSET = 48;
    /** u16. */
    public static final int ACK_SOURCE_OFFSET = 52;
    /** u8: 0 durable, 1 malformed, 2 shed, 3 rejected. */
    public static final int ACK_STATUS_OFFSET = 54;
    /** i64: Since when the session is followed, epoch ns. */
    public static final int ACK_SINCE_OFFSET = 56;

    // What all results begin with.
    /** u64: Of the epoch, from 0, gapless. */
    public static final int RESULT_SEQUENCE_OFFSET = 8;
    /** i64: Journal position of the message that caused it. */
    public static final int RESULT_CAUSE_POSITION_OFFSET = 16;
    /** i64: Epoch ns. */
    public static final int RESULT_CAUSE_INGEST_TIME_OFFSET = 24;
    /** u32. */
    public static final int RESULT_EPOCH_OFFSET = 32;
    /** u32: Firings of this key, start and end before this one. */
    public static final int RESULT_REVISION_OFFSET = 36;
    /** u16: Index in the configuration. */
    public static final int RESULT_OPERATOR_ID_OFFSET = 40;
    /** u8: 0 ON_TIME, 1 LATE, 2 RETRACTED. */
    public static final int RESULT_TIMING_OFFSET = 42;
    /** u32. */
    public static final int RESULT_METRIC_OFFSET = 44;
    /** u64. */
    public static final int RESULT_DEVICE_ID_OFFSET = 48;

    // WindowResult.
    /** u8: Bit 0: keyed by device, bit 1: by metric. */
    public static final int WINDOW_RESULT_KEY_PARTS_OFFSET = 43;
    /** i64: Epoch ns, inclusive. */
    public static final int WINDOW_RESULT_WINDOW_START_OFFSET = 56;
    /** i64: Epoch ns, exclusive. */
    public static final int WINDOW_RESULT_WINDOW_END_OFFSET = 64;
    /** u64. */
    public static final int WINDOW_RESULT_COUNT_OFFSET = 72;
    /** f64. */
    public static final int WINDOW_RESULT_SUM_OFFSET = 80;
    /** f64. */
    public static final int WINDOW_RESULT_MIN_OFFSET = 88;
    /** f64. */
    public static final int WINDOW_RESULT_MAX_OFFSET = 96;
    /** f64. */
    public static final int WINDOW_RESULT_FIRST_OFFSET = 104;
    /** f64. */
    public static final int WINDOW_RESULT_LAST_OFFSET = 112;
    /** f64: Sum of squared deviations from the mean. */
    public static final int WINDOW_RESULT_M2_OFFSET = 120;

    // Late, Rejected and Duplicate are laid out alike: an event that was judged.
    /** u8: See the table of rejection reasons. */
    public static final int JUDGED_REASON_OFFSET = 43;
    /** u64. */
    public static final int JUDGED_EVENT_ID_OFFSET = 56;
    /** i64: As sent. */
    public static final int JUDGED_EVENT_TIME_OFFSET = 64;
    /** i64: Epoch ns; 0 if it has none. */
    public static final int JUDGED_EVENT_TIME_NS_OFFSET = 72;
    /** f64. */
    public static final int JUDGED_VALUE_OFFSET = 80;
    /** u16. */
    public static final int JUDGED_SOURCE_OFFSET = 88;
    /** u8. */
    public static final int JUDGED_TIME_UNIT_OFFSET = 90;
    /** u8. */
    public static final int JUDGED_PRIORITY_OFFSET = 91;
    /** u8. */
    public static final int JUDGED_QUALITY_OFFSET = 92;
    /** u16. */
    public static final int JUDGED_DEVICE_EPOCH_OFFSET = 94;
    /** i64. */
    public static final int JUDGED_WATERMARK_OFFSET = 96;

    // Alert.
    /** u8: 1 raised, 0 cleared. */
    public static final int ALERT_STATE_OFFSET = 43;
    /** u64. */
    public static final int ALERT_EVENT_ID_OFFSET = 56;
    /** i64. */
    public static final int ALERT_EVENT_TIME_NS_OFFSET = 64;
    /** f64. */
    public static final int ALERT_VALUE_OFFSET = 72;
    /** f64. */
    public static final int ALERT_THRESHOLD_OFFSET = 80;
    /** u8: 0 normal, 1 critical. */
    public static final int ALERT_SEVERITY_OFFSET = 88;

    // Statistic.
    /** u8. */
    public static final int STATISTIC_KIND_OFFSET = 43;
    /** i64. */
    public static final int STATISTIC_WINDOW_START_OFFSET = 56;
    /** i64. */
    public static final int STATISTIC_WINDOW_END_OFFSET = 64;
    /** f64. */
    public static final int STATISTIC_VALUE0_OFFSET = 72;
    /** f64. */
    public static final int STATISTIC_VALUE1_OFFSET = 80;
    /** f64. */
    public static final int STATISTIC_VALUE2_OFFSET = 88;
    /** f64. */
    public static final int STATISTIC_VALUE3_OFFSET = 96;
    /** f64. */
    public static final int STATISTIC_VALUE4_OFFSET = 104;
    /** f64. */
    public static final int STATISTIC_VALUE5_OFFSET = 112;
    /** f64. */
    public static final int STATISTIC_VALUE6_OFFSET = 120;

    private MessageLayout()
    {
    }

    private static long header(final int messageLength, final int templateId)
    {
        return (messageLength - HEADER_LENGTH) |
            ((long) templateId << 16) |
            ((long) SCHEMA_ID << 32) |
            ((long) SCHEMA_VERSION << 48);
    }
}
