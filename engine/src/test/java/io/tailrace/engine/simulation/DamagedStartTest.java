package io.tailrace.engine.simulation;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;

import io.tailrace.archive.DataDirectory;
import io.tailrace.archive.checkpoint.CheckpointDirectory;
import io.tailrace.archive.checkpoint.CheckpointEntry;
import io.tailrace.archive.recording.CorruptRecordingException;
import io.tailrace.archive.recording.LogReader;
import io.tailrace.archive.recording.RecordingDescriptor;
import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.Engine;
import io.tailrace.engine.EngineRefusedException;
import io.tailrace.engine.SimulatedLaunch;
import io.tailrace.engine.checkpoint.StateComparison;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.operator.OperatorCore;
import io.tailrace.engine.ring.EventRing;
import io.tailrace.engine.ring.ResultsRing;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.IoUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Recordings of a real archive, or the checkpoints beside them, cut at any byte, with a page of zeros, or with a bit
 * flipped, and then the tail check and the recovery of a start. Results and state are those of an undisturbed run of
 * the journal that is left, byte for byte, or the start is refused and says where. What is missing was noticed, unless
 * no byte of it is left. A journal that is whole gives the right answer whatever became of the checkpoints.
 * <p>
 * The archive's catalogue is not asked here; other tests start whole processes. A failure names its seed.
 */
class DamagedStartTest
{
    private static final String SEED_PROPERTY = "tailrace.damage.seed";
    private static final String RIGHT = "right";
    private static final int PAGE_LENGTH = 4096;
    private static final long SEED_OF_READINGS = 7;
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");

    private static Path base;
    private static Path original;
    private static List<RecordedRun.Message> journal;
    private static List<Long> resultFrames;
    private static long journalEnd;

    @BeforeAll
    static void write() throws IOException
    {
        base = Files.isWritable(SHARED_MEMORY) ?
            Files.createTempDirectory(SHARED_MEMORY, "tailrace-damage-") :
            Files.createTempDirectory("tailrace-damage-");
        original = base.resolve("original");
        journal = RecordedRun.record(original, SEED_OF_READINGS);
        journalEnd = journal.get(journal.size() - 1).position() + MessageLayout.SLOT_LENGTH;
        final DamagedLog resultsLog = new DamagedLog(original, Engine.RESULTS);
        final List<byte[]> results = resultsLog.messages(MessageLayout.RESULT_LENGTH);
        resultFrames = frames(resultsLog);
        try (UndisturbedRun undisturbed = undisturbed(journalEnd))
        {
            requireEqual(undisturbed.results(), results, "undamaged");
        }
        assertTrue(segments(original, Engine.JOURNAL).size() > 2 && segments(original, Engine.RESULTS).size() > 2);
        assertTrue(CheckpointDirectory.list(original).size() > 1);
    }

    @AfterAll
    static void delete()
    {
        IoUtil.delete(base.toFile(), true);
    }

    @Test
    void shouldGiveTheRightAnswerOrRefuseWhateverRecordingIsDamaged()
    {
        runRecordings(0, 100);
    }

    @Test
    void shouldGiveTheRightAnswerWhateverCheckpointIsDamaged()
    {
        runCheckpoints(0, 100);
    }

    @Test
    @Tag("full")
    void shouldGiveTheRightAnswerOrRefuseWhateverRecordingIsDamagedInManyCases()
    {
        runRecordings(1_000, Integer.getInteger("tailrace.test.seeds", 2_000));
    }

    @Test
    @Tag("full")
    void shouldGiveTheRightAnswerWhateverCheckpointIsDamagedInManyCases()
    {
        runCheckpoints(1_000, Integer.getInteger("tailrace.test.seeds", 2_000));
    }

    private static void runRecordings(final long firstSeed, final int count)
    {
        final Map<String, Integer> tally = run(firstSeed, count, (dir, random, what) ->
        {
            copy(dir, random.nextBoolean());
            if (random.nextBoolean())
            {
                killBeforeResult(dir, resultFrames.get(random.nextInt(resultFrames.size())), what);
            }
            final boolean isChanged = damageRecordings(dir, random, what);
            final String outcome = outcome(dir, what.toString(), false);
            assertTrue(isChanged || outcome.startsWith(RIGHT), () -> what + ": " + outcome);
            return outcome;
        });
        if (null == Long.getLong(SEED_PROPERTY))
        {
            // Were most refused, or most harmless, the rest would prove little.
            final int right = tally.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(RIGHT)).mapToInt(Map.Entry::getValue).sum();
            assertTrue(right > count / 10 && right < count * 9 / 10, tally::toString);
        }
    }

    private static void runCheckpoints(final long firstSeed, final int count)
    {
        final Map<String, Integer> tally = run(firstSeed, count, (dir, random, what) ->
        {
            copy(dir, true);
            if (random.nextBoolean())
            {
                killBeforeResult(dir, resultFrames.get(random.nextInt(resultFrames.size())), what);
            }
            final List<Path> files = CheckpointDirectory.list(dir).stream().map(CheckpointEntry::file).toList();
            for (int left = 1 + random.nextInt(3); left > 0; left--)
            {
                final int index = random.nextInt(files.size());
                damage(files.get(index), random, what.append(", checkpoint file ").append(index).append(' '));
            }
            final String outcome = outcome(dir, what.toString(), true);
            assertTrue(outcome.startsWith(RIGHT), () -> what + ": " + outcome);
            return outcome;
        });
        assertTrue(null != Long.getLong(SEED_PROPERTY) || tally.size() > 2, tally::toString);
    }

    /** What is done to a directory, and what comes of it. */
    private interface Case
    {
        String run(Path dir, SplittableRandom random, StringBuilder what) throws IOException;
    }

    private static Map<String, Integer> run(final long firstSeed, final int count, final Case once)
    {
        final Map<String, Integer> tally = new TreeMap<>();
        final Long only = Long.getLong(SEED_PROPERTY);
        final long lastSeed = null == only ? firstSeed + count : only + 1;
        for (long seed = null == only ? firstSeed : only; seed < lastSeed; seed++)
        {
            final Path dir = base.resolve("case-" + seed);
            final StringBuilder what =
                new StringBuilder("seed " + seed + ", again with -D" + SEED_PROPERTY + "=" + seed);
            try
            {
                tally.merge(once.run(dir, new SplittableRandom(seed), what), 1, Integer::sum);
            }
            catch (final IOException | RuntimeException | AssertionError ex)
            {
                throw new AssertionError(what.toString(), ex);
            }
            finally
            {
                IoUtil.delete(dir.toFile(), true);
            }
        }
        System.out.println(tally);
        return tally;
    }

    /** A start, as far as it depends on files. */
    private static String outcome(final Path dir, final String what, final boolean isOfCheckpoints)
    {
        final EngineConfig config = RecordedRun.config(dir);
        try
        {
            final DamagedLog journalLog = new DamagedLog(dir, Engine.JOURNAL);
            final DamagedLog resultsLog = new DamagedLog(dir, Engine.RESULTS);
            final List<Throwable> told = new ArrayList<>();
            final SimulatedLaunch launch = new SimulatedLaunch(
                config, journalLog, resultsLog, CheckpointDirectory.open(dir), told::add);
            try (OperatorCore core = launch.recover(new ResultsRing(256), 1);
                UndisturbedRun undisturbed = undisturbed(journalLog.openPosition()))
            {
                requireJournal(journalLog, what);
                requireNoticed(dir, journalLog, told, what);
                requireEqual(undisturbed.results(), resultsLog.messages(MessageLayout.RESULT_LENGTH), what);
                assertEquals("", StateComparison.difference(undisturbed.core(), core), what);
            }
            if (isOfCheckpoints)
            {
                return RIGHT + ", from checkpoint " + launch.report().checkpoint();
            }
            return RIGHT + ", " + (journalLog.openPosition() == journalEnd ? "whole journal" : "shorter journal") +
                (launch.report().emittedResults() > 0 ? ", results emitted anew" : "");
        }
        catch (final CorruptRecordingException ex)
        {
            assertTrue(
                ex.getMessage().contains("recording " + ex.recording() + " is corrupt at position " + ex.position()),
                what + ": " + ex.getMessage());
            return "refused, " + ex.recording() + " corrupt";
        }
        catch (final EngineRefusedException ex)
        {
            assertTrue(
                ex.getMessage().contains("position ") && ex.getMessage().contains("--new-epoch"),
                what + ": " + ex.getMessage());
            return "refused, results without their cause";
        }
    }

    /** What is left is the beginning of what was there. */
    private static void requireJournal(final DamagedLog log, final String what)
    {
        final List<byte[]> found = log.messages(MessageLayout.SLOT_LENGTH);
        for (int i = 0; i < found.size(); i++)
        {
            assertArrayEquals(journal.get(i).bytes(), found.get(i), what + ": message " + i);
        }
        assertEquals(
            journal.stream().filter(message -> message.position() < log.openPosition()).count(), found.size(), what);
    }

    /** Messages are missing: somebody was told, or the files do not show that there ever was anything behind. */
    private static void requireNoticed(
        final Path dir, final DamagedLog log, final List<Throwable> told, final String what)
    {
        assertTrue(log.openPosition() <= journalEnd, what);
        if (log.openPosition() < journalEnd && !log.tail().isTorn() && told.isEmpty())
        {
            final RecordingDescriptor descriptor = RecordingDescriptor.load(dir, Engine.JOURNAL);
            final Path file = descriptor.segmentFile(DataDirectory.archiveDirOf(dir), log.openPosition());
            final byte[] bytes = Files.exists(file) ? read(file) : new byte[0];
            for (int at = (int)(log.openPosition() % descriptor.segmentLength()); at < bytes.length; at++)
            {
                assertEquals(0, bytes[at], what + ": messages behind " + log.openPosition() + " are gone unnoticed");
            }
        }
    }

    private static UndisturbedRun undisturbed(final long endPosition)
    {
        final UndisturbedRun run = new UndisturbedRun(RecordedRun.config(original));
        final UnsafeBuffer message = new UnsafeBuffer(
            BufferUtil.allocateDirectAligned(EventRing.SLOT_LENGTH, BitUtil.CACHE_LINE_LENGTH));
        for (int i = 0; i < journal.size() && journal.get(i).position() < endPosition; i++)
        {
            message.putBytes(0, journal.get(i).bytes());
            run.onMessage(message.addressOffset(), journal.get(i).position());
        }
        message.getByte(0);
        return run;
    }

    private static void requireEqual(final List<byte[]> expected, final List<byte[]> found, final String what)
    {
        for (int i = 0; i < Math.min(expected.size(), found.size()); i++)
        {
            assertArrayEquals(expected.get(i), found.get(i), what + ": result " + i);
        }
        assertEquals(expected.size(), found.size(), what + ": results");
    }

    /** @return whether a byte of a recording is another one. */
    private static boolean damageRecordings(final Path dir, final SplittableRandom random, final StringBuilder what)
        throws IOException
    {
        boolean isChanged = false;
        for (int left = random.nextInt(4) == 0 ? 2 : 1; left > 0; left--)
        {
            final String recording = random.nextBoolean() ? Engine.JOURNAL : Engine.RESULTS;
            final List<Path> segments = segments(dir, recording);
            final int index = random.nextInt(3) == 0 ? random.nextInt(segments.size()) : segments.size() - 1;
            final Path file = segments.get(index);
            isChanged |= damage(file, random, what.append(", ").append(recording).append(" segment ")
                .append(index).append(' '));
        }
        return isChanged;
    }

    private static boolean damage(final Path file, final SplittableRandom random, final StringBuilder what)
        throws IOException
    {
        final byte[] before = read(file);
        int used = before.length;
        while (used > 0 && before[used - 1] == 0)
        {
            used--;
        }
        final int at = random.nextInt(Math.max(1, Math.min(before.length, used + random.nextInt(PAGE_LENGTH))));
        final byte[] after = before.clone();
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw"))
        {
            switch (random.nextInt(3))
            {
                case 0:
                    what.append("cut at ").append(at);
                    bytes.setLength(at);
                    return at < used;

                case 1:
                    final int page = at & -PAGE_LENGTH;
                    what.append("page of zeros at ").append(page);
                    Arrays.fill(after, page, Math.min(after.length, page + PAGE_LENGTH), (byte)0);
                    break;

                default:
                    if (before.length > 0)
                    {
                        after[at] ^= (byte)(1 << random.nextInt(Byte.SIZE));
                    }
                    what.append("bit of byte ").append(at);
                    break;
            }
            bytes.write(after);
            return !Arrays.equals(before, after);
        }
    }

    /** All files but those that only an archive needs; with checkpoints or without. */
    private static void copy(final Path to, final boolean hasCheckpoints) throws IOException
    {
        final Path checkpoints = CheckpointDirectory.dirOf(original);
        try (Stream<Path> walk = Files.walk(original))
        {
            for (final Path file : walk.filter(Files::isRegularFile).toList())
            {
                final String name = file.getFileName().toString();
                final boolean isWanted = file.startsWith(checkpoints) ?
                    hasCheckpoints : name.endsWith(".rec") || file.getParent().equals(original);
                if (isWanted)
                {
                    final Path copy = to.resolve(original.relativize(file));
                    Files.createDirectories(copy.getParent());
                    Files.copy(file, copy);
                }
            }
        }
    }

    /** The engine died when a frame of results was about to be written: none is there from then on. */
    private static void killBeforeResult(final Path dir, final long framePosition, final StringBuilder what)
        throws IOException
    {
        what.append(", killed before results position ").append(framePosition);
        final RecordingDescriptor descriptor = RecordingDescriptor.load(dir, Engine.RESULTS);
        final List<Path> segments = segments(dir, Engine.RESULTS);
        final int last = (int)(framePosition / descriptor.segmentLength());
        for (int i = last + 1; i < segments.size(); i++)
        {
            Files.delete(segments.get(i));
        }
        final byte[] bytes = read(segments.get(last));
        Arrays.fill(bytes, (int)(framePosition % descriptor.segmentLength()), bytes.length, (byte)0);
        Files.write(segments.get(last), bytes);
    }

    private static List<Long> frames(final DamagedLog log)
    {
        final List<Long> frames = new ArrayList<>();
        try (LogReader reader = log.reader(log.startPosition()))
        {
            while (reader.nextPosition() < log.openPosition() && reader.next(log.openPosition()))
            {
                frames.add(reader.payloadPosition() - FakeMedium.HEADER_LENGTH);
            }
        }
        return frames;
    }

    /** @return segment files that there are, in order. */
    private static List<Path> segments(final Path dir, final String recording)
    {
        final RecordingDescriptor descriptor = RecordingDescriptor.load(dir, recording);
        final List<Path> segments = new ArrayList<>();
        for (long position = 0; ; position += descriptor.segmentLength())
        {
            final Path file = descriptor.segmentFile(DataDirectory.archiveDirOf(dir), position);
            if (!Files.exists(file))
            {
                return segments;
            }
            segments.add(file);
        }
    }

    private static byte[] read(final Path file)
    {
        try
        {
            return Files.readAllBytes(file);
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }
}
