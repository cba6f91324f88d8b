package io.tailrace.engine.inspect;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.function.Consumer;

import io.tailrace.archive.DataDirectory;
import io.tailrace.archive.recording.RecordingDescriptor;
import io.tailrace.codec.MessageLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Recordings whose frames are whole and whose messages are wrong.
 */
class VerificationTest
{
    private static final long FIRST = 32;
    private static final long SECOND = FIRST + 96;
    private static final long SECOND_RESULT = 32 + 160;

    @TempDir
    Path dir;

    @Test
    void shouldVerifyWhatIsRight()
    {
        write(logs ->
        {
            logs.started(1, 0);
            final long cause = logs.reading(7);
            logs.result(0, 0, cause, 7);
            logs.result(0, 1, cause, 7);
            logs.result(1, 0, logs.started(2, 1), 2);
            logs.reading(8);
        });

        assertEquals("verified journal=[0,384) results=[0,480) messages=4 incarnations=2 emitted=3",
            new Verification(DataDirectoryView.of(dir)).verify());
    }

    /** The journal lost its tail, and a new epoch began where it ends; the old one had emitted more. */
    @Test
    void shouldVerifyResultsOfAnEpochThatTheJournalHasLost()
    {
        write(logs ->
        {
            logs.started(1, 0);
            final long cause = logs.reading(7);
            logs.result(0, 0, cause, 7);
            logs.result(0, 1, cause + 96, 8);
            logs.result(0, 2, cause + 960, 9);
            logs.result(1, 0, logs.started(2, 1), 2);
        });

        assertEquals("verified journal=[0,288) results=[0,640) messages=3 incarnations=2 emitted=4",
            new Verification(DataDirectoryView.of(dir)).verify());
    }

    @Test
    void shouldRefuseACauseOfTheNewestEpochBeyondTheJournal()
    {
        write(logs ->
        {
            logs.started(1, 0);
            logs.result(1, 0, logs.started(2, 1) + 96, 2);
        });

        assertWrong("results", 32, "cause 224, beyond the journal's end 192");
    }

    @Test
    void shouldVerifyWhatIsEmpty()
    {
        write(logs -> { });

        assertEquals("verified journal=[0,0) results=[0,0) messages=0 incarnations=0 emitted=0",
            new Verification(DataDirectoryView.of(dir)).verify());
    }

    @Test
    void shouldMissASequence()
    {
        write(logs ->
        {
            logs.result(0, 0, logs.reading(7), 7);
            logs.result(0, 2, FIRST, 7);
        });

        assertWrong("results", SECOND_RESULT, "sequence 2 of epoch 0, expected 1");
    }

    @Test
    void shouldFindASequenceTwice()
    {
        write(logs ->
        {
            logs.result(0, 0, logs.reading(7), 7);
            logs.result(0, 0, FIRST, 7);
        });

        assertWrong("results", SECOND_RESULT, "sequence 0 of epoch 0, expected 1");
    }

    @Test
    void shouldMissTheFirstSequenceOfAnEpoch()
    {
        write(logs ->
        {
            logs.result(0, 0, logs.reading(7), 7);
            logs.result(1, 1, FIRST, 7);
        });

        assertWrong("results", SECOND_RESULT, "sequence 1 of epoch 1, expected 0");
    }

    @Test
    void shouldRefuseAnEpochThatGoesBack()
    {
        write(logs ->
        {
            logs.result(1, 0, logs.reading(7), 7);
            logs.result(0, 0, FIRST, 7);
        });

        assertWrong("results", SECOND_RESULT, "epoch 0, expected 1 or greater");
    }

    @Test
    void shouldRefuseACauseThatGoesBack()
    {
        write(logs ->
        {
            logs.reading(7);
            logs.result(0, 0, logs.reading(8), 8);
            logs.result(0, 1, FIRST, 7);
        });

        assertWrong("results", SECOND_RESULT, "cause 32, expected 128 or greater");
    }

    @Test
    void shouldRefuseACauseThatIsNoMessage()
    {
        write(logs ->
        {
            logs.reading(7);
            logs.reading(7);
            logs.result(0, 0, FIRST + 64, 7);
        });

        assertWrong("results", 32, "cause 96, which is no message of the journal");
    }

    @Test
    void shouldRefuseACauseBeyondTheJournal()
    {
        write(logs ->
        {
            logs.reading(7);
            logs.result(0, 0, SECOND, 7);
        });

        assertWrong("results", 32, "cause 128, beyond the journal's end 96");
    }

    @Test
    void shouldRefuseACauseInATornTail() throws IOException
    {
        write(logs ->
        {
            logs.reading(7);
            logs.result(0, 0, logs.reading(8), 8);
        });
        final Path segment = RecordingDescriptor.load(dir, "journal").segmentFile(DataDirectory.archiveDirOf(dir), 0);
        try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw"))
        {
            file.seek(SECOND + 40);
            file.write(1);
        }

        assertWrong("results", 32, "cause 128, beyond the journal's end 96 and its torn tail of ");
    }

    @Test
    void shouldRefuseACauseWithAnotherIngestTime()
    {
        write(logs -> logs.result(0, 0, logs.reading(7), 8));

        assertWrong("results", 32, "ingest time of the cause is not that of the message at 32");
    }

    @Test
    void shouldMissAnIncarnation()
    {
        write(logs ->
        {
            logs.started(1, 0);
            logs.started(3, 0);
        });

        assertWrong("journal", SECOND, "incarnation 3, expected 2");
    }

    @Test
    void shouldRefuseAResultInTheJournal()
    {
        write(logs -> logs.journalled(MessageLayout.DATAGRAM_HEADER_HEADER));

        assertWrong("journal", FIRST, "template 8, expected one of the journal");
    }

    @Test
    void shouldRefuseAMessageOfAnotherSchema()
    {
        write(logs -> logs.journalled(MessageLayout.READING_HEADER ^ 1L << 32));

        assertWrong("journal", FIRST, "no header of a message of 64 bytes");
    }

    @Test
    void shouldRefuseHalfAMessage()
    {
        write(logs -> logs.journalledBytes(96));

        assertWrong("journal", FIRST, "frame of 96 bytes, expected messages of 64");
    }

    private void write(final Consumer<SyntheticRecordings> script)
    {
        try (SyntheticRecordings logs = new SyntheticRecordings(dir))
        {
            script.accept(logs);
        }
    }

    private void assertWrong(final String recording, final long position, final String problem)
    {
        final Verification verification = new Verification(DataDirectoryView.of(dir));
        final String message = assertThrows(InspectException.class, verification::verify).getMessage();

        final String expected = "recording " + recording + " is wrong at position " + position + ": " + problem;
        assertTrue(message.startsWith(expected), () -> message + " is not " + expected);
    }
}
