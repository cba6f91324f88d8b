package io.tailrace.perf.certify.counter;

/**
 * Where fields stand in a message, header included, as {@code codec/docs/spec/messages.md} has it.
 */
final class MessageOffsets
{
    static final int BLOCK_LENGTH = 0;
    static final int TEMPLATE_ID = 2;
    static final int SCHEMA_ID = 4;
    static final int VERSION = 6;

    static final int SCHEMA = 7412;
    static final int SLOT_LENGTH = 64;
    static final int RESULT_LENGTH = 128;

    static final int READING = 1;
    static final int TICK = 2;
    static final int STARTED = 3;
    static final int LEDGER_MARK = 4;
    static final int END_OF_INPUT = 5;
    static final int WINDOW = 16;
    static final int LATE = 17;
    static final int REJECTED = 18;
    static final int DUPLICATE = 19;
    static final int ALERT = 20;

    static final int READING_EVENT_ID = 8;
    static final int READING_DEVICE_ID = 16;
    static final int READING_EVENT_TIME = 24;
    static final int READING_INGEST_TIME = 32;
    static final int READING_VALUE = 40;
    static final int READING_METRIC = 48;
    static final int READING_SOURCE = 52;
    static final int READING_TIME_UNIT = 54;
    static final int READING_PRIORITY = 55;
    static final int READING_QUALITY = 56;
    static final int READING_DEVICE_EPOCH = 58;

    static final int CONTROL_TIME = 8;
    static final int TICK_EMPTY_SINCE = 16;
    static final int TICK_FIRST_SOURCE = 56;
    static final int TICK_SOURCE_COUNT = 58;
    static final int TICK_LAST = 59;
    static final int TICK_HELD_UP = 60;
    static final int STARTED_INCARNATION = 24;
    static final int STARTED_RESULT_EPOCH = 44;
    static final int END_SOURCE = 16;

    static final int RESULT_SEQUENCE = 8;
    static final int RESULT_CAUSE_POSITION = 16;
    static final int RESULT_CAUSE_INGEST_TIME = 24;
    static final int RESULT_EPOCH = 32;
    static final int RESULT_REVISION = 36;
    static final int RESULT_OPERATOR = 40;
    static final int RESULT_TIMING = 42;
    static final int RESULT_KEY_PARTS = 43;
    static final int RESULT_REASON = 43;
    static final int RESULT_METRIC = 44;
    static final int RESULT_DEVICE_ID = 48;
    static final int WINDOW_START = 56;
    static final int WINDOW_END = 64;
    static final int WINDOW_COUNT = 72;
    static final int WINDOW_SUM = 80;
    static final int WINDOW_MIN = 88;
    static final int WINDOW_MAX = 96;
    static final int WINDOW_FIRST = 104;
    static final int WINDOW_LAST = 112;
    static final int WINDOW_M2 = 120;
    static final int JUDGED_EVENT_ID = 56;
    static final int JUDGED_EVENT_TIME = 64;
    static final int JUDGED_EVENT_TIME_NS = 72;
    static final int JUDGED_VALUE = 80;
    static final int JUDGED_SOURCE = 88;
    static final int JUDGED_TIME_UNIT = 90;
    static final int JUDGED_PRIORITY = 91;
    static final int JUDGED_QUALITY = 92;
    static final int JUDGED_DEVICE_EPOCH = 94;
    static final int JUDGED_WATERMARK = 96;

    private MessageOffsets()
    {
    }
}
