package io.tailrace.perf.certify.counter;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * The results of the results log, one after the other.
 */
final class ResultCursor
{
    private static final int BLOCK_LENGTH = 120;

    private final RecordingFrames frames;
    private ByteBuffer frame;
    private int offset;
    private ByteBuffer result;

    private ResultCursor(final RecordingFrames frames)
    {
        this.frames = frames;
    }

    /** Opens it at the first result. */
    static ResultCursor open(final Path dataDir) throws IOException
    {
        final RecordingFrames frames = RecordingFrames.open(dataDir, "results");
        if (frames.position() != 0)
        {
            throw new UncoveredException("the results log begins at position " + frames.position() +
                ": what came before was purged");
        }
        return new ResultCursor(frames);
    }

    /** Goes on to the next result; answers whether there is one. */
    boolean next()
    {
        while (frame == null || offset >= frame.limit())
        {
            if (!frames.next(Long.MAX_VALUE))
            {
                result = null;
                return false;
            }
            frame = frames.payload();
            offset = 0;
            if (frame.limit() % MessageOffsets.RESULT_LENGTH != 0)
            {
                throw new DamagedRecordingException("results log position " + frames.payloadPosition() +
                    ": a frame with a part of a result");
            }
        }
        result = frame.slice(offset, MessageOffsets.RESULT_LENGTH).order(frame.order());
        offset += MessageOffsets.RESULT_LENGTH;
        if (result.getShort(MessageOffsets.BLOCK_LENGTH) != BLOCK_LENGTH ||
            result.getShort(MessageOffsets.SCHEMA_ID) != MessageOffsets.SCHEMA)
        {
            throw new DamagedRecordingException("results log position " + position() + ": no result of version 1");
        }
        if (result.getInt(MessageOffsets.RESULT_EPOCH) != 0)
        {
            throw new UncoveredException("results log position " + position() + ": results epoch " +
                result.getInt(MessageOffsets.RESULT_EPOCH) + ", and the model knows the first alone");
        }
        return true;
    }

    /** After the last result. */
    void requireEnd() throws IOException
    {
        frames.requireEnd();
    }

    /** The result; null before the first and after the last. */
    ByteBuffer result()
    {
        return result;
    }

    long sequence()
    {
        return result.getLong(MessageOffsets.RESULT_SEQUENCE);
    }

    int template()
    {
        return result.getShort(MessageOffsets.TEMPLATE_ID) & 0xFFFF;
    }

    private long position()
    {
        return frames.payloadPosition() + offset - MessageOffsets.RESULT_LENGTH;
    }
}
