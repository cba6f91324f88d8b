package io.tailrace.engine;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

import io.tailrace.archive.DataDirectory;
import io.tailrace.archive.checkpoint.CheckpointDirectory;
import io.tailrace.archive.checkpoint.CheckpointEntry;
import io.tailrace.archive.recording.RecordingDescriptor;
import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.config.CalendarUnit;
import io.tailrace.engine.config.CheckpointConfig;
import io.tailrace.engine.config.DeliveryMode;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.EventTimeConfig;
import io.tailrace.engine.config.LimitsConfig;
import io.tailrace.engine.config.ReferenceClock;
import io.tailrace.engine.config.RetentionConfig;
import io.tailrace.engine.config.SourceConfig;
import io.tailrace.engine.config.WatermarkKind;
import io.tailrace.engine.config.WindowConfig;
import io.tailrace.engine.ingress.Publisher;
import io.tailrace.engine.inspect.DataDirectoryView;
import io.tailrace.engine.inspect.Verification;
import org.agrona.concurrent.UnsafeBuffer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Engines that run on one data directory one after the other, are fed one endless row of readings, and "crash": what a
 * killed engine leaves is what the files of a running one hold, copied so that whatever is there has its cause.
 */
final class CheckpointBench
{
    static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
    static final long DEADLINE_NS = 60 * SECOND_NS;

    private static final long START_MS = 1_700_000_000_000L;
    private static final int STEP_MS = 20;
    private static final int DEVICES = 20;
    private static final int QUIET_DEVICE = 99;

    private final Path dir;
    private final CheckpointConfig.Builder checkpoint =
        CheckpointConfig.builder().intervalNs(900 * SECOND_NS).retain(3);
    private final List<String> warnings = Collections.synchronizedList(new ArrayList<>());
    private RetentionConfig retention = RetentionConfig.builder().diskBudget(64 << 20).build();
    private long tumblingNs = SECOND_NS;
    private DeliveryMode mode = DeliveryMode.EXACTLY_ONCE;
    private int nextReading;
    private int quietReadings;

    CheckpointBench(final Path dir)
    {
        this.dir = dir;
    }

    CheckpointConfig.Builder checkpoint()
    {
        return checkpoint;
    }

    void retention(final RetentionConfig retention)
    {
        this.retention = retention;
    }

    void tumblingNs(final long tumblingNs)
    {
        this.tumblingNs = tumblingNs;
    }

    void mode(final DeliveryMode mode)
    {
        this.mode = mode;
    }

    /** Readings begin anew, for another data directory. */
    void rewind()
    {
        nextReading = 0;
        quietReadings = 0;
    }

    List<String> warnings()
    {
        return warnings;
    }

    Path data(final String name)
    {
        return dir.resolve(name);
    }

    Engine.Context context(final String name)
    {
        return new Engine.Context()
            .config(config(data(name)))
            .errorHandler(error -> warnings.add(error.getMessage()));
    }

    Engine launch(final String name)
    {
        return Engine.launch(context(name));
    }

    /** Every type of window, by device and not, with both kinds of watermark. */
    EngineConfig config(final Path dataDir)
    {
        return EngineConfig.builder()
            .dataDir(dataDir)
            .mode(mode)
            .limits(LimitsConfig.builder().devices(100).keys(200).ringSlots(1024).resultSlots(256).build())
            .source(SourceConfig.embedded("app").build())
            .eventTime(EventTimeConfig.builder()
                .referenceClock(ReferenceClock.NONE)
                .watermark(WatermarkKind.GLOBAL)
                .outOfOrdernessNs(SECOND_NS / 5)
                .idleAfterNs(3600 * SECOND_NS)
                .build())
            .window(WindowConfig.tumbling("tumbling", tumblingNs).allowedLatenessNs(SECOND_NS).build())
            .window(WindowConfig.tumbling("tumbling-device", SECOND_NS).watermark(WatermarkKind.DEVICE).build())
            .window(WindowConfig.sliding("sliding", 2 * SECOND_NS, SECOND_NS / 2).build())
            .window(WindowConfig.sliding("sliding-device", 2 * SECOND_NS, 3 * SECOND_NS / 4)
                .watermark(WatermarkKind.DEVICE).build())
            .window(WindowConfig.session("session", SECOND_NS / 5).allowedLatenessNs(SECOND_NS / 2).build())
            .window(WindowConfig.session("session-device", SECOND_NS / 2).watermark(WatermarkKind.DEVICE).build())
            .window(WindowConfig.calendar("hour", CalendarUnit.HOUR, ZoneId.of("Europe/Berlin")).build())
            .window(WindowConfig.calendar("hour-device", CalendarUnit.HOUR, ZoneId.of("America/New_York"))
                .watermark(WatermarkKind.DEVICE).build())
            .checkpoint(checkpoint.build())
            .retention(retention)
            .build();
    }

    /** The next readings, in disorder, some of them late, one hour further every 1,500. */
    void publish(final Engine engine, final int count)
    {
        final Publisher publisher = engine.publisher("app");
        for (int i = 0; i < count; i++)
        {
            final int id = nextReading++;
            final Random random = new Random(id);
            final long lateMs = random.nextInt(50) == 0 ? 5_000 : random.nextInt(400);
            final long timeMs = timeMs(id) - lateMs;
            offer(publisher, id, 1 + random.nextInt(DEVICES), 1 + random.nextInt(2), timeMs, random.nextGaussian());
        }
    }

    /** Readings that change state, and fire nothing. */
    void publishQuietly(final Engine engine, final int count)
    {
        final Publisher publisher = engine.publisher("app");
        for (int i = 0; i < count; i++)
        {
            offer(publisher, 1_000_000 + quietReadings++, QUIET_DEVICE, 1, timeMs(nextReading - 1), i);
        }
    }

    /** Waits for the results of what was published. */
    void drain(final Engine engine)
    {
        assertTrue(engine.awaitDrained(DEADLINE_NS), () -> "not drained: " + engine.failure());
        assertNull(engine.failure());
        assertEquals(0, engine.ledger().unaccounted());
    }

    void checkpoint(final Engine engine)
    {
        assertTrue(engine.checkpoint(DEADLINE_NS), () -> "no checkpoint: " + warnings);
    }

    /** What would be left of the engine that runs on a directory if it were killed now. */
    void crash(final String name, final String copy) throws IOException
    {
        final Path from = data(name);
        final Path archive = DataDirectory.archiveDirOf(from);
        // A checkpoint is complete when its causes and results are durable, and so is a result when its cause is.
        copy(from, copy, CheckpointDirectory.dirOf(from), "");
        copy(from, copy, archive, RecordingDescriptor.load(from, Engine.RESULTS).recordingId() + "-");
        copy(from, copy, archive, RecordingDescriptor.load(from, Engine.JOURNAL).recordingId() + "-");
        copy(from, copy, archive, "archive.catalog");
        copy(from, copy, from, Engine.JOURNAL + ".");
        copy(from, copy, from, Engine.RESULTS + ".");
    }

    /** Results of the current epoch, without what the journal's frames and clock add to them. */
    List<String> results(final Engine engine)
    {
        final List<String> results = new ArrayList<>();
        final byte[] result = new byte[MessageLayout.RESULT_LENGTH];
        final UnsafeBuffer copy = new UnsafeBuffer(result);
        final long expected = engine.view().nextResultSequence();
        try (ResultSubscription subscription = engine.subscribe())
        {
            await(expected + " results", () ->
            {
                subscription.poll((sequence, buffer, offset) ->
                {
                    assertEquals(results.size(), sequence);
                    buffer.getBytes(offset, result);
                    copy.putLong(MessageLayout.RESULT_CAUSE_POSITION_OFFSET, 0);
                    copy.putLong(MessageLayout.RESULT_CAUSE_INGEST_TIME_OFFSET, 0);
                    results.add(HexFormat.of().formatHex(result));
                }, 1000);
                return results.size() >= expected;
            });
        }
        return results;
    }

    /**
     * Restores nothing and computes all from the journal: what was emitted is what comes of it, each once.
     *
     * @return results that were compared.
     */
    long proveByReplay(final String name)
    {
        new Verification(DataDirectoryView.of(data(name))).verify();
        try (Engine engine = Engine.launch(context(name).replayWholeJournal(true)))
        {
            final RecoveryReport recovery = engine.recovery();
            assertEquals(RecoveryReport.NO_CHECKPOINT, recovery.checkpoint());
            assertEquals(0, recovery.emittedResults());
            assertEquals(0, recovery.unverifiedResults());
            assertEquals(engine.view().nextResultSequence(), recovery.comparedResults());
            return recovery.comparedResults();
        }
    }

    List<CheckpointEntry> entries(final String name)
    {
        return CheckpointDirectory.list(data(name));
    }

    CheckpointEntry newest(final String name)
    {
        final List<CheckpointEntry> entries = entries(name);
        return entries.get(entries.size() - 1);
    }

    /** Zeroes a recording from a position on, as a file system may that lost its last pages. */
    void truncate(final String name, final String recording, final long position) throws IOException
    {
        final RecordingDescriptor descriptor = RecordingDescriptor.load(data(name), recording);
        final int segmentLength = descriptor.segmentLength();
        final long base = position & -segmentLength;
        final Path file = descriptor.segmentFile(DataDirectory.archiveDirOf(data(name)), base);
        try (RandomAccessFile segment = new RandomAccessFile(file.toFile(), "rw"))
        {
            segment.seek(position - base);
            segment.write(new byte[(int)(segment.length() - (position - base))]);
        }
    }

    /** Changes one byte of a file; a negative offset counts from its end. */
    static void flip(final Path file, final long offset) throws IOException
    {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw"))
        {
            final long at = offset < 0 ? bytes.length() + offset : offset;
            bytes.seek(at);
            final int value = bytes.read();
            bytes.seek(at);
            bytes.write(value ^ 1);
        }
    }

    static void await(final String what, final BooleanSupplier condition)
    {
        final long deadlineNs = System.nanoTime() + DEADLINE_NS;
        while (!condition.getAsBoolean())
        {
            assertTrue(System.nanoTime() - deadlineNs < 0, () -> "not in time: " + what);
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(100));
        }
    }

    private static long timeMs(final int reading)
    {
        return START_MS + (long)reading * STEP_MS + reading / 1500 * TimeUnit.HOURS.toMillis(1);
    }

    private static void offer(
        final Publisher publisher,
        final int id,
        final int device,
        final int metric,
        final long timeMs,
        final double value)
    {
        await("room in the ring", () ->
        {
            final int taken = publisher.offer(id, device, metric, timeMs, value);
            assertTrue(taken != Publisher.CLOSED, "the engine takes nothing");
            return taken == 1;
        });
    }

    /** The end first, page by page: what is appended meanwhile leaves no hole in the copy that no crash would leave. */
    private static void copyBackwards(final Path file, final Path to) throws IOException
    {
        final ByteBuffer chunk = ByteBuffer.allocate(1 << 12);
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ);
            FileChannel out = FileChannel.open(
                to, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE))
        {
            for (long end = in.size(); end > 0; end -= chunk.limit())
            {
                chunk.clear().limit((int)Math.min(chunk.capacity(), end));
                final long begin = end - chunk.limit();
                while (chunk.hasRemaining() && in.read(chunk, begin + chunk.position()) >= 0)
                {
                    // Goes on until the chunk is read.
                }
                chunk.flip();
                out.write(chunk, begin);
            }
        }
    }

    private void copy(final Path from, final String copy, final Path files, final String prefix) throws IOException
    {
        final Path to = data(copy).resolve(from.relativize(files));
        Files.createDirectories(to);
        final List<Path> found;
        try (Stream<Path> list = Files.list(files))
        {
            found = list.filter(Files::isRegularFile)
                .filter(file -> file.getFileName().toString().startsWith(prefix))
                .sorted(Comparator.reverseOrder()).toList();
        }
        for (final Path file : found)
        {
            try
            {
                copyBackwards(file, to.resolve(file.getFileName()));
            }
            catch (final NoSuchFileException ex)
            {
                // Purged or deleted meanwhile.
                continue;
            }
            catch (final IOException ex)
            {
                throw new UncheckedIOException("cannot copy " + file, ex);
            }
        }
    }
}
