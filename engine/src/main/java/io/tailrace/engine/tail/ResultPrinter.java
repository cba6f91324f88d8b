package io.tailrace.engine.tail;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;

import io.tailrace.codec.MessageLayout;
import org.agrona.DirectBuffer;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

/**
 * Selects results from frames of the results log and prints them.
 * <p>
 * Threading: one thread.
 */
final class ResultPrinter
{
    private static final int FLUSH_RESULTS = 256;

    private final int epoch;
    private final TailOptions options;
    private final ResultCells cells;
    private final ResultFormat format;
    private final PrintWriter out;
    private long nextSequence;
    private long printed;
    private int unflushed;
    private boolean isBroken;

    ResultPrinter(
        final int epoch,
        final TailOptions options,
        final ResultCells cells,
        final ResultFormat format,
        final PrintWriter out)
    {
        this.epoch = epoch;
        this.options = options;
        this.cells = cells;
        this.format = format;
        this.out = out;
        nextSequence = options.fromSequence();
    }

    /** Prints what comes before the results. */
    void begin() throws IOException
    {
        format.begin();
        flush();
    }

    /** Takes the payload of one frame, as {@code LiveRecording.FrameHandler} does. */
    void onFrame(final DirectBuffer buffer, final int offset, final int length, final long payloadPosition)
    {
        try
        {
            for (int at = offset; at < offset + length && !isDone(); at += MessageLayout.RESULT_LENGTH)
            {
                onResult(buffer, at);
            }
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }

    /** Epoch of the results. */
    int epoch()
    {
        return epoch;
    }

    /** The first result that has not been seen, wanted or not. */
    long nextSequence()
    {
        return nextSequence;
    }

    /** Whether to stop: the limit is reached, or nobody reads the output any more. */
    boolean isDone()
    {
        return isBroken || printed >= options.limit();
    }

    void flush() throws IOException
    {
        unflushed = 0;
        out.print(format.take());
        // Looks at the stream of the process as well, since a writer around it does not hear of its errors.
        isBroken |= out.checkError() || System.out.checkError();
    }

    private void onResult(final DirectBuffer buffer, final int offset) throws IOException
    {
        final long sequence = buffer.getLong(offset + MessageLayout.RESULT_SEQUENCE_OFFSET, LITTLE_ENDIAN);
        if (buffer.getInt(offset + MessageLayout.RESULT_EPOCH_OFFSET, LITTLE_ENDIAN) != epoch ||
            sequence < nextSequence)
        {
            return;
        }
        nextSequence = sequence + 1;
        final ResultKind kind = ResultKind.ofTemplate(
            buffer.getShort(offset + MessageLayout.HEADER_TEMPLATE_ID_OFFSET, LITTLE_ENDIAN) & 0xFFFF);
        if (null == kind || !options.kinds().contains(kind))
        {
            return;
        }

        cells.read(kind, buffer, offset);
        format.add(cells);
        printed++;
        if (++unflushed >= FLUSH_RESULTS)
        {
            flush();
        }
    }
}
