package io.tailrace.perf.certify;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

import io.tailrace.perf.certify.counter.DamagedRecordingException;
import io.tailrace.perf.certify.counter.RecordingFrames;

/**
 * What each incarnation has left in the journal, read after its end. A tail that was torn by the kill is where reading
 * stops, and where it goes on when the next engine has cut it.
 * <p>
 * Threading: one thread.
 */
final class JournalTail
{
    private static final int SLOT_LENGTH = 64;
    private static final int TEMPLATE_OFFSET = 2;
    private static final int READING = 1;
    private static final int STARTED = 3;

    private final Path dataDir;
    private RecordingFrames frames;
    private boolean hasStarted;
    private long readingsSinceStarted;

    JournalTail(final Path dataDir)
    {
        this.dataDir = dataDir;
    }

    /** Reads on to the end of the journal. No engine runs. */
    void advance() throws IOException
    {
        hasStarted = false;
        readingsSinceStarted = 0;
        if (frames == null)
        {
            frames = RecordingFrames.open(dataDir, "journal");
        }
        frames.refresh();
        try
        {
            while (frames.next(Long.MAX_VALUE))
            {
                count(frames.payload());
            }
        }
        catch (final DamagedRecordingException ex)
        {
            // The end: what the kill has torn.
            return;
        }
    }

    /** Whether the engine that has ended had journalled its start. */
    boolean hasStarted()
    {
        return hasStarted;
    }

    /** Readings that it had journalled then. */
    long readingsSinceStarted()
    {
        return readingsSinceStarted;
    }

    /** Where the journal ends. */
    long endPosition()
    {
        return frames.position();
    }

    int segmentLength()
    {
        return frames.segmentLength();
    }

    private void count(final ByteBuffer payload)
    {
        for (int at = 0; at < payload.limit(); at += SLOT_LENGTH)
        {
            final int template = payload.getShort(at + TEMPLATE_OFFSET);
            if (template == STARTED)
            {
                hasStarted = true;
                readingsSinceStarted = 0;
            }
            readingsSinceStarted += template == READING ? 1 : 0;
        }
    }
}
