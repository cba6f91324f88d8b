package io.tailrace.perf.certify.counter;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * A check that cannot fail is worth nothing: one fault is planted in each test, and the counter must name it, and name
 * nothing else.
 */
class CounterTest
{
    private static final int EVENTS = RecordedRun.DEVICES * RecordedRun.EVENTS_PER_DEVICE;

    @TempDir
    private Path dir;

    private RecordedRun run;

    @BeforeEach
    void record()
    {
        run = new RecordedRun(dir);
    }

    @Test
    void shouldFindNothingWhereNothingIsPlanted() throws IOException
    {
        final String found = run.count();

        assertTrue(found.startsWith("exit=0\n"), found);
        assertEquals(EVENTS, number(found, "sent"));
        assertEquals(EVENTS, number(found, "acknowledged"));
        assertEquals(EVENTS, number(found, "journalled"));
        assertEquals(run.results.size(), number(found, "results"));
        assertEquals(run.results.size(), number(found, "sink.files"));
        assertTrue(number(found, "late") > 0, found);
        assertTrue(number(found, "windowResults") > 100, found);
        assertFaults(found, 0, 0, 0);
    }

    @Test
    void shouldMissAnAcknowledgedEventThatWasRemoved() throws IOException
    {
        run.journal.set(run.indexOf(3, 100), RecordedRun.ledgerMark());
        run.rewriteResults();

        final String found = run.count();

        assertFaults(found, 1, 0, 0);
        assertTrue(found.contains("lost: event 100 of device 3 was acknowledged and is not in the journal"), found);
    }

    @Test
    void shouldNotMissAnEventThatWasNotAcknowledged() throws IOException
    {
        run.journal.set(run.indexOf(3, 100), RecordedRun.ledgerMark());
        run.acknowledged.removeIf(entry -> entry[0] == 3 && entry[1] == 100);
        run.rewriteResults();

        final String found = run.count();

        assertFaults(found, 0, 0, 0);
        assertEquals(EVENTS - 1, number(found, "journalled"));
    }

    @Test
    void shouldNoticeThatRemovingAnEventChangesResults() throws IOException
    {
        run.journal.set(run.indexOf(3, 100), RecordedRun.ledgerMark());

        final String found = run.count();

        assertEquals(1, number(found, "lost"));
        assertTrue(number(found, "wrong") > 0, found);
    }

    @Test
    void shouldFindAnEventThatWasDoubled() throws IOException
    {
        run.journal.add(run.indexOf(2, 50), run.journal.get(run.indexOf(2, 50)).clone());
        run.rewriteResults();

        final String found = run.count();

        assertFaults(found, 0, 1, 0);
        assertTrue(found.contains("duplicated: event 50 of device 2"), found);
    }

    @Test
    void shouldAllowForACopyThatWasSentAgain() throws IOException
    {
        run.journal.add(run.indexOf(2, 50), run.journal.get(run.indexOf(2, 50)).clone());
        run.sentAgain.add(new long[]{2, 50});
        run.rewriteResults();

        final String found = run.count();

        assertFaults(found, 0, 0, 0);
        assertEquals(1, number(found, "journalledAgain"));
    }

    @Test
    void shouldCallACopyADuplicateIfItIsToBeRecognised() throws IOException
    {
        run.properties.setProperty("dedup.by", "SEQUENCE");
        run.properties.setProperty("dedup.window-ids", "256");
        run.journal.add(run.indexOf(2, 50), run.journal.get(run.indexOf(2, 50)).clone());
        run.sentAgain.add(new long[]{2, 50});
        run.rewriteResults();

        final String found = run.count();

        assertFaults(found, 0, 0, 0);
        assertEquals(1, number(found, "duplicates"));
    }

    @Test
    void shouldFindAnEventThatWasNeverSent() throws IOException
    {
        RecordedRun.buffer(run.journal.get(run.indexOf(4, 7)))
            .putLong(MessageOffsets.READING_EVENT_ID, RecordedRun.EVENTS_PER_DEVICE + 1);
        run.acknowledged.removeIf(entry -> entry[0] == 4 && entry[1] == 7);
        run.rewriteResults();

        final String found = run.count();

        assertFaults(found, 0, 0, 1);
        assertTrue(found.contains("was never sent"), found);
    }

    @Test
    void shouldFindAnEventWhoseValueIsNotTheOneThatWasSent() throws IOException
    {
        final ByteBuffer reading = RecordedRun.buffer(run.journal.get(run.indexOf(4, 7)));
        reading.putDouble(
            MessageOffsets.READING_VALUE, Math.nextUp(reading.getDouble(MessageOffsets.READING_VALUE)));
        run.rewriteResults();

        final String found = run.count();

        assertFaults(found, 0, 0, 1);
        assertTrue(found.contains("is not as it was sent"), found);
    }

    @Test
    void shouldFindAResultThatWasChangedInItsLastBit() throws IOException
    {
        final int index = firstWindowResult(0);
        final ByteBuffer result = RecordedRun.buffer(run.results.get(index));
        result.putDouble(MessageOffsets.WINDOW_SUM, Math.nextUp(result.getDouble(MessageOffsets.WINDOW_SUM)));

        final String found = run.count();

        assertTrue(found.contains("wrong: result " + index + ": sum"), found);
        assertEquals(0, number(found, "lost") + number(found, "duplicated"));
    }

    @Test
    void shouldFindAChangeInEachFieldOfAResult() throws IOException
    {
        final int[] offsets = {
            MessageOffsets.RESULT_CAUSE_POSITION, MessageOffsets.RESULT_CAUSE_INGEST_TIME,
            MessageOffsets.RESULT_REVISION, MessageOffsets.RESULT_TIMING, MessageOffsets.RESULT_KEY_PARTS,
            MessageOffsets.RESULT_METRIC, MessageOffsets.RESULT_DEVICE_ID, MessageOffsets.WINDOW_START,
            MessageOffsets.WINDOW_END, MessageOffsets.WINDOW_COUNT, MessageOffsets.WINDOW_MIN,
            MessageOffsets.WINDOW_MAX, MessageOffsets.WINDOW_FIRST, MessageOffsets.WINDOW_LAST};
        final int index = firstWindowResult(1);
        for (final int offset : offsets)
        {
            run.results.get(index)[offset] ^= 1;
            final String found = run.count();
            assertTrue(found.contains("wrong: result " + index + ":"), () -> offset + "\n" + found);
            run.results.get(index)[offset] ^= 1;
        }
        // The sum and the squares of a sliding window are held to a tolerance: a change beyond it.
        for (final int offset : new int[]{MessageOffsets.WINDOW_SUM, MessageOffsets.WINDOW_M2})
        {
            run.results.get(index)[offset + 5] ^= 1;
            final String found = run.count();
            assertTrue(found.contains("wrong: result " + index + ":"), () -> offset + "\n" + found);
            run.results.get(index)[offset + 5] ^= 1;
        }
        assertFaults(run.count(), 0, 0, 0);
    }

    @Test
    void shouldFindAResultThatIsMissing() throws IOException
    {
        run.results.remove(40);
        run.lines.remove(40);

        final String found = run.count();

        assertFaults(found, 1, 0, 0);
        assertTrue(found.contains("lost: result 40 @"), found);
    }

    @Test
    void shouldFindTheLastResultMissing() throws IOException
    {
        run.results.remove(run.results.size() - 1);
        run.lines.remove(run.lines.size() - 1);

        final String found = run.count();

        assertFaults(found, 1, 0, 0);
    }

    @Test
    void shouldFindAResultThatWasDoubled() throws IOException
    {
        run.results.add(41, run.results.get(40).clone());
        run.properties.setProperty("sinks", "0");

        final String found = run.count();

        assertFaults(found, 0, 1, 0);
        assertTrue(found.contains("duplicated: result 40 is in the results log again"), found);
    }

    @Test
    void shouldFindAResultThatHasNoCause() throws IOException
    {
        final byte[] result = run.results.get(run.results.size() - 1).clone();
        RecordedRun.buffer(result).putLong(MessageOffsets.RESULT_SEQUENCE, run.results.size());
        run.results.add(result);
        run.properties.setProperty("sinks", "0");

        final String found = run.count();

        assertFaults(found, 0, 0, 1);
        assertTrue(found.contains("has no cause in the journal"), found);
    }

    @Test
    void shouldFindALineOfASinkThatWasDoubled() throws IOException
    {
        run.lines.add(31, run.lines.get(30));

        final String found = run.count();

        assertFaults(found, 0, 1, 0);
        assertTrue(found.contains("duplicated: sink files: result 30"), found);
    }

    @Test
    void shouldFindALineOfASinkThatIsMissing() throws IOException
    {
        run.lines.remove(30);

        final String found = run.count();

        assertFaults(found, 1, 0, 0);
        assertTrue(found.contains("lost: sink files: result 30 is missing"), found);
    }

    @Test
    void shouldFindALineOfASinkThatWasChanged() throws IOException
    {
        run.lines.set(30, run.lines.get(30).replaceFirst("[0-9]$", "x").replace("x", ""));

        final String found = run.count();

        assertFaults(found, 0, 0, 1);
    }

    @Test
    void shouldFindLinesOfASinkOutOfOrder() throws IOException
    {
        run.lines.add(10, run.lines.remove(11));

        final String found = run.count();

        assertTrue(number(found, "duplicated") + number(found, "lost") > 0, found);
    }

    @Test
    void shouldLeaveOutWhatASinkDoesNotWant() throws IOException
    {
        run.properties.setProperty("sink.0.results", "windows");
        run.lines.removeIf(line -> line.contains(",late,") || line.contains(",rejected,"));

        final String found = run.count();

        assertFaults(found, 0, 0, 0);
        assertEquals(number(found, "windowResults"), number(found, "sink.files"));
    }

    @Test
    void shouldFindAFlippedBitInAnySegmentFile() throws IOException
    {
        run.count();
        for (final String file : new String[]{"0-0.rec", "1-0.rec"})
        {
            flip(file, 5000);
            final String found = run.countFiles();
            assertTrue(found.startsWith("exit=1\n"), found);
            assertTrue(found.contains("position"), found);
            flip(file, 5000);
        }
        assertFaults(run.countFiles(), 0, 0, 0);
    }

    @Test
    void shouldFindWhatStandsBehindAHole() throws IOException
    {
        run.count();
        try (RandomAccessFile file = new RandomAccessFile(segment("0-0.rec"), "rw"))
        {
            file.seek(RecordingWriter.SEGMENT_LENGTH - 100);
            file.write(1);
        }

        final String found = run.countFiles();

        assertTrue(found.startsWith("exit=1\n"), found);
        assertTrue(found.contains("journal ends at position") || found.contains("journal position"), found);
    }

    @Test
    void shouldRefuseWhatItsModelDoesNotKnow() throws IOException
    {
        RecordedRun.buffer(run.journal.get(5)).putShort(MessageOffsets.TEMPLATE_ID, (short)6);

        final String found = run.count();

        assertTrue(found.startsWith("exit=2\n"), found);
        assertTrue(found.contains("not covered: journal position"), found);
    }

    @Test
    void shouldRefuseAConfigurationThatItIsNotToldAbout() throws IOException
    {
        run.properties.remove("window.0.watermark");

        final String found = run.count();

        assertTrue(found.startsWith("exit=2\n"), found);
        assertTrue(found.contains("not told window.0.watermark"), found);
    }

    @Test
    void shouldRefuseAnotherResultsEpoch() throws IOException
    {
        RecordedRun.buffer(run.journal.get(0)).putInt(MessageOffsets.STARTED_RESULT_EPOCH, 1);

        assertTrue(run.count().startsWith("exit=2\n"));
    }

    private int firstWindowResult(final int operator)
    {
        for (int i = 0; i < run.results.size(); i++)
        {
            final ByteBuffer result = RecordedRun.buffer(run.results.get(i));
            if (result.getShort(MessageOffsets.TEMPLATE_ID) == MessageOffsets.WINDOW &&
                result.getShort(MessageOffsets.RESULT_OPERATOR) == operator &&
                result.getLong(MessageOffsets.WINDOW_COUNT) > 1)
            {
                return i;
            }
        }
        throw new AssertionError(operator);
    }

    private void flip(final String fileName, final long offset) throws IOException
    {
        try (RandomAccessFile file = new RandomAccessFile(segment(fileName), "rw"))
        {
            file.seek(offset);
            final int value = file.read();
            file.seek(offset);
            file.write(value ^ 4);
        }
    }

    private File segment(final String name)
    {
        return run.dataDir().resolve("archive").resolve(name).toFile();
    }

    private static void assertFaults(final String found, final long lost, final long duplicated, final long wrong)
    {
        assertEquals(
            "lost " + lost + " duplicated " + duplicated + " wrong " + wrong,
            "lost " + number(found, "lost") + " duplicated " + number(found, "duplicated") + " wrong " +
            number(found, "wrong"), found);
        assertEquals(lost + duplicated + wrong == 0, found.startsWith("exit=0\n"), found);
    }

    private static long number(final String found, final String name)
    {
        try (Stream<String> lines = found.lines())
        {
            return lines.filter(line -> line.startsWith("number." + name + "="))
                .mapToLong(line -> Long.parseLong(line.substring(line.indexOf('=') + 1))).findFirst()
                .orElseThrow(() -> new AssertionError(name + " in " + found));
        }
    }
}
