package io.tailrace.perf.certify.counter;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

import static org.junit.jupiter.api.Assertions.assertEquals;

/**
 * A run of an engine as its files tell it, without fault: journal, results log, a file sink and what the generator
 * knows. A test changes what it likes before the files are written.
 */
final class RecordedRun
{
    static final int DEVICES = 5;
    static final int EVENTS_PER_DEVICE = 240;

    private static final long BEGIN_MS = 1_790_000_000_000L;
    private static final long NS_PER_MS = 1_000_000L;
    private static final int STEP_MS = 10;
    private static final int METRIC = 1;
    private static final int SCHEMA = 7412;
    private static final int INPUT_BLOCK = 56;
    private static final int RESULT_BLOCK = 120;
    private static final String HEADER = "sequence,kind,operator,count,sum,min,max,first,last,revision,value," +
        "cause_position";

    final List<byte[]> journal = new ArrayList<>();
    final List<byte[]> results = new ArrayList<>();
    final List<String> lines = new ArrayList<>();
    final List<long[]> acknowledged = new ArrayList<>();
    final List<long[]> sentAgain = new ArrayList<>();
    final Properties properties = new Properties();

    private final Path dir;

    RecordedRun(final Path dir)
    {
        this.dir = dir;
        configure();
        record();
        rewriteResults();
    }

    /** The results and the lines of the sink anew, as the journal has them now. */
    void rewriteResults()
    {
        results.clear();
        lines.clear();
        final NaiveModel model = new NaiveModel(new CountConfig(properties).model(), this::onResult);
        model.onStarted(position(0), time(journal.get(0)));
        for (int i = 1; i < journal.size(); i++)
        {
            final ByteBuffer message = buffer(journal.get(i));
            switch (message.getShort(MessageOffsets.TEMPLATE_ID))
            {
                case MessageOffsets.READING -> model.onReading(reading(message, position(i)));
                case MessageOffsets.TICK ->
                    model.onTick(position(i), time(journal.get(i)), new long[]{Long.MIN_VALUE}, false);
                case MessageOffsets.END_OF_INPUT -> model.onEndOfInput(position(i), time(journal.get(i)), 0);
                default -> assertEquals(MessageOffsets.LEDGER_MARK, message.getShort(MessageOffsets.TEMPLATE_ID));
            }
        }
    }

    /** Writes the files and has them counted; answers what the counter prints. */
    String count() throws IOException
    {
        final Path dataDir = dir.resolve("data");
        RecordingWriter.write(dataDir, "journal", 0, 7_412_001, journal);
        RecordingWriter.write(dataDir, "results", 1, 7_412_002, results);
        return countFiles();
    }

    /** Has the files counted as they are. */
    String countFiles() throws IOException
    {
        writeEntries("acknowledged", acknowledged);
        writeEntries("sent-again", sentAgain);
        final List<long[]> last = new ArrayList<>();
        for (int device = 1; device <= DEVICES; device++)
        {
            last.add(new long[]{device, EVENTS_PER_DEVICE});
        }
        writeEntries("last-sent", last);
        writeSink();
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        final int exitCode = CounterMain.run(properties, new PrintStream(out, true, StandardCharsets.UTF_8));
        return "exit=" + exitCode + "\n" + out.toString(StandardCharsets.UTF_8);
    }

    Path dataDir()
    {
        return dir.resolve("data");
    }

    /** Index in the journal of an event. */
    int indexOf(final int deviceId, final int eventId)
    {
        for (int i = 0; i < journal.size(); i++)
        {
            final ByteBuffer message = buffer(journal.get(i));
            if (message.getShort(MessageOffsets.TEMPLATE_ID) == MessageOffsets.READING &&
                message.getLong(MessageOffsets.READING_DEVICE_ID) == deviceId &&
                message.getLong(MessageOffsets.READING_EVENT_ID) == eventId)
            {
                return i;
            }
        }
        throw new AssertionError(deviceId + "/" + eventId);
    }

    /** A message that counts nothing. */
    static byte[] ledgerMark()
    {
        return message(MessageOffsets.LEDGER_MARK, MessageOffsets.SLOT_LENGTH, INPUT_BLOCK).array();
    }

    static ByteBuffer buffer(final byte[] message)
    {
        return ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void configure()
    {
        properties.setProperty("data-dir", dir.resolve("data").toString());
        for (final String name : List.of("acknowledged", "sent-again", "last-sent"))
        {
            properties.setProperty(name, dir.resolve(name).toString());
        }
        set("out-of-orderness-ns", 20 * NS_PER_MS);
        set("idle-after-ns", 1000 * NS_PER_MS);
        set("earliest-ns", Long.MIN_VALUE);
        set("max-future-ns", Long.MAX_VALUE);
        set("max-age-ns", Long.MAX_VALUE);
        set("reference-clock-ingest", true);
        set("limits.devices", 1000);
        set("limits.keys", 1000);
        set("limits.key-ttl-ns", Long.MAX_VALUE);
        set("dedup.by", "NONE");
        set("dedup.window-ids", 0);
        set("dedup.ttl-ns", 0);
        set("dedup.max-ids", 0);
        set("sources", 1);
        set("source.0.unit", 0);
        set("windows", 2);
        window("window.0.", "TUMBLING", 200, 0);
        window("window.1.", "SLIDING", 300, 100);
        set("sinks", 1);
        set("sink.0.name", "files");
        set("sink.0.type", "file");
        set("sink.0.dir", dir.resolve("sink"));
        set("sink.0.format", "csv");
        set("sink.0.results", "windows,late,rejected,duplicates,alerts");
    }

    private void window(final String prefix, final String type, final long sizeMs, final long slideMs)
    {
        set(prefix + "name", type);
        set(prefix + "type", type);
        set(prefix + "size-ns", sizeMs * NS_PER_MS);
        set(prefix + "slide-ns", slideMs * NS_PER_MS);
        set(prefix + "gap-ns", 0);
        set(prefix + "offset-ns", 0);
        set(prefix + "key", "DEVICE_METRIC");
        set(prefix + "allowed-lateness-ns", 50 * NS_PER_MS);
        set(prefix + "metrics", "");
        set(prefix + "min", Double.NEGATIVE_INFINITY);
        set(prefix + "max", Double.POSITIVE_INFINITY);
        set(prefix + "max-quality", 255);
        set(prefix + "panes", 1000);
        set(prefix + "watermark", "GLOBAL");
    }

    private void record()
    {
        journal.add(message(MessageOffsets.STARTED, MessageOffsets.SLOT_LENGTH, INPUT_BLOCK)
            .putLong(MessageOffsets.CONTROL_TIME, BEGIN_MS * NS_PER_MS)
            .putLong(MessageOffsets.STARTED_INCARNATION, 1).array());
        for (int eventId = 1; eventId <= EVENTS_PER_DEVICE; eventId++)
        {
            final long nowMs = BEGIN_MS + (long)eventId * STEP_MS;
            for (int device = 1; device <= DEVICES; device++)
            {
                // One in eleven is late, by more each time.
                final long eventTimeMs = (eventId * DEVICES + device) % 11 == 0 ? nowMs - eventId * 2L : nowMs;
                journal.add(reading(device, eventId, eventTimeMs, nowMs));
                acknowledged.add(new long[]{device, eventId});
            }
            if (eventId % 10 == 0)
            {
                journal.add(message(MessageOffsets.TICK, MessageOffsets.SLOT_LENGTH, INPUT_BLOCK)
                    .putLong(MessageOffsets.CONTROL_TIME, nowMs * NS_PER_MS)
                    .putLong(MessageOffsets.TICK_EMPTY_SINCE, Long.MIN_VALUE)
                    .put(MessageOffsets.TICK_SOURCE_COUNT, (byte)1).put(MessageOffsets.TICK_LAST, (byte)1).array());
            }
        }
        journal.add(message(MessageOffsets.END_OF_INPUT, MessageOffsets.SLOT_LENGTH, INPUT_BLOCK)
            .putLong(MessageOffsets.CONTROL_TIME, (BEGIN_MS + 10_000) * NS_PER_MS).array());
    }

    private static byte[] reading(final long device, final long eventId, final long eventTimeMs, final long nowMs)
    {
        return message(MessageOffsets.READING, MessageOffsets.SLOT_LENGTH, INPUT_BLOCK)
            .putLong(MessageOffsets.READING_EVENT_ID, eventId)
            .putLong(MessageOffsets.READING_DEVICE_ID, device)
            .putLong(MessageOffsets.READING_EVENT_TIME, eventTimeMs)
            .putLong(MessageOffsets.READING_INGEST_TIME, nowMs * NS_PER_MS)
            .putDouble(MessageOffsets.READING_VALUE, EventContent.value(device, eventId, eventTimeMs, METRIC))
            .putInt(MessageOffsets.READING_METRIC, METRIC)
            .put(MessageOffsets.READING_TIME_UNIT,
                (byte)EventContent.timeUnit(device, eventId, eventTimeMs, METRIC)).array();
    }

    private static ModelReading reading(final ByteBuffer message, final long position)
    {
        return new ModelReading(
            position,
            message.getLong(MessageOffsets.READING_EVENT_ID),
            message.getLong(MessageOffsets.READING_DEVICE_ID),
            message.getInt(MessageOffsets.READING_METRIC),
            message.getLong(MessageOffsets.READING_EVENT_TIME),
            message.get(MessageOffsets.READING_TIME_UNIT),
            message.getLong(MessageOffsets.READING_INGEST_TIME),
            message.getDouble(MessageOffsets.READING_VALUE),
            0, 0, 0, 0);
    }

    private void onResult(final ModelResult model)
    {
        final boolean isWindow = model.kind() == ModelResult.Kind.WINDOW;
        final int template = MessageOffsets.WINDOW + model.kind().ordinal();
        final ByteBuffer result = message(template, MessageOffsets.RESULT_LENGTH, RESULT_BLOCK)
            .putLong(MessageOffsets.RESULT_SEQUENCE, model.sequence())
            .putLong(MessageOffsets.RESULT_CAUSE_POSITION, model.causePosition())
            .putLong(MessageOffsets.RESULT_CAUSE_INGEST_TIME, model.causeIngestTimeNs())
            .putInt(MessageOffsets.RESULT_REVISION, (int)model.revision())
            .putShort(MessageOffsets.RESULT_OPERATOR, (short)model.operatorIndex())
            .put(MessageOffsets.RESULT_TIMING, (byte)model.timing().ordinal())
            .put(MessageOffsets.RESULT_KEY_PARTS, (byte)(isWindow ? model.keyParts() : model.reason()))
            .putInt(MessageOffsets.RESULT_METRIC, (int)model.metric())
            .putLong(MessageOffsets.RESULT_DEVICE_ID, model.deviceId());
        if (isWindow)
        {
            final ModelAggregate aggregate = model.aggregate();
            result.putLong(MessageOffsets.WINDOW_START, model.windowStartNs())
                .putLong(MessageOffsets.WINDOW_END, model.windowEndNs())
                .putLong(MessageOffsets.WINDOW_COUNT, aggregate.count())
                .putDouble(MessageOffsets.WINDOW_SUM, aggregate.sum())
                .putDouble(MessageOffsets.WINDOW_MIN, aggregate.min())
                .putDouble(MessageOffsets.WINDOW_MAX, aggregate.max())
                .putDouble(MessageOffsets.WINDOW_FIRST, aggregate.first())
                .putDouble(MessageOffsets.WINDOW_LAST, aggregate.last())
                .putDouble(MessageOffsets.WINDOW_M2, aggregate.m2());
        }
        else
        {
            result.putLong(MessageOffsets.JUDGED_EVENT_ID, model.reading().eventId())
                .putLong(MessageOffsets.JUDGED_EVENT_TIME, model.reading().eventTime())
                .putLong(MessageOffsets.JUDGED_EVENT_TIME_NS, model.eventTimeNs())
                .putDouble(MessageOffsets.JUDGED_VALUE, model.reading().value())
                .put(MessageOffsets.JUDGED_TIME_UNIT, (byte)model.reading().timeUnit())
                .putLong(MessageOffsets.JUDGED_WATERMARK, model.watermarkNs());
        }
        results.add(result.array());
        final SinkRow row = SinkRow.of(result);
        lines.add(isWindow ?
            row.sequence() + ",window,x," + row.count() + "," + row.sum() + "," + row.min() + "," + row.max() + "," +
            row.first() + "," + row.last() + "," + row.revision() + ",," + row.causePosition() :
            row.sequence() + "," + row.kind() + ",x,,,,,,,," + row.sum() + "," + row.causePosition());
    }

    private void writeSink() throws IOException
    {
        final Path sink = Files.createDirectories(dir.resolve("sink"));
        final int half = lines.size() / 2;
        Files.writeString(sink.resolve("files-0000000000-0000000000000000000-0000000000000000099.csv"),
            HEADER + "\n" + String.join("\n", lines.subList(0, half)) + "\n");
        // The last line of a file that grows may be torn.
        Files.writeString(sink.resolve("files-0000000000-0000000000000000100.csv.part"),
            HEADER + "\n" + String.join("\n", lines.subList(half, lines.size())) + "\n99");
    }

    private void writeEntries(final String name, final List<long[]> entries) throws IOException
    {
        try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(dir.resolve(name))))
        {
            for (final long[] entry : entries)
            {
                out.writeLong(entry[0]);
                out.writeLong(entry[1]);
            }
        }
    }

    private static ByteBuffer message(final int template, final int length, final int block)
    {
        return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN)
            .putShort(MessageOffsets.BLOCK_LENGTH, (short)block)
            .putShort(MessageOffsets.TEMPLATE_ID, (short)template)
            .putShort(MessageOffsets.SCHEMA_ID, (short)SCHEMA)
            .putShort(MessageOffsets.VERSION, (short)1);
    }

    private static long position(final int index)
    {
        return RecordingWriter.positionOf(index, MessageOffsets.SLOT_LENGTH);
    }

    private static long time(final byte[] message)
    {
        return buffer(message).getLong(MessageOffsets.CONTROL_TIME);
    }

    private void set(final String key, final Object value)
    {
        properties.setProperty(key, value.toString());
    }
}
