package io.tailrace.engine.tail;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import io.aeron.archive.client.ArchiveException;
import io.tailrace.archive.DataDirectory;
import io.tailrace.archive.journal.LiveRecording;
import io.tailrace.archive.recording.CorruptRecordingException;
import io.tailrace.archive.recording.RecordingReader;
import io.tailrace.engine.Engine;
import io.tailrace.engine.FirstResult;
import io.tailrace.engine.PurgedResultException;
import io.tailrace.engine.inspect.DataDirectoryView;
import io.tailrace.engine.inspect.InspectException;
import io.tailrace.engine.inspect.RecordedRange;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;

/**
 * Prints the results log of a data directory from a sequence on: of a stopped engine what the files hold, of a
 * running one also what comes then, if asked to.
 * <p>
 * Threading: one thread.
 */
public final class ResultLogTail
{
    private static final int FRAME_LIMIT = 16;
    private static final int OPEN_ATTEMPTS = 10;

    private final Path dataDir;
    private final TailOptions options;
    private final ResultCells cells;
    private final ResultFormat format;
    private final ErrorHandler errorHandler;
    private boolean hasBegun;

    /**
     * @param dataDir      of the engine.
     * @param options      which results.
     * @param cells        names for printing.
     * @param format       of the output.
     * @param errorHandler for errors of the connection to a running engine.
     */
    public ResultLogTail(
        final Path dataDir,
        final TailOptions options,
        final ResultCells cells,
        final ResultFormat format,
        final ErrorHandler errorHandler)
    {
        this.dataDir = dataDir;
        this.options = options;
        this.cells = cells;
        this.format = format;
        this.errorHandler = errorHandler;
    }

    /**
     * Prints until the end, the limit, the end of the engine that is followed, or until nobody reads the output.
     *
     * @param out       where to print.
     * @param isStopped asked while following: ends it if it becomes true.
     * @throws IOException if formatting fails.
     * @throws io.tailrace.engine.inspect.InspectException if there is no results log, or a running engine does not
     * answer, or nothing of the epoch is kept.
     * @throws PurgedResultException if the first result that is asked for has been purged.
     * @throws io.tailrace.archive.recording.CorruptRecordingException if the log is damaged.
     */
    public void print(final PrintWriter out, final BooleanSupplier isStopped) throws IOException
    {
        hasBegun = false;
        for (int attempt = 1; !hasBegun; attempt++)
        {
            try
            {
                printOnce(out, isStopped);
            }
            catch (final CorruptRecordingException | ArchiveException ex)
            {
                // Retention of a running engine may have taken the first segment since we looked.
                if (hasBegun || OPEN_ATTEMPTS == attempt || !DataDirectory.isLocked(dataDir))
                {
                    throw ex;
                }
            }
        }
    }

    private void printOnce(final PrintWriter out, final BooleanSupplier isStopped) throws IOException
    {
        final DataDirectoryView view = DataDirectoryView.of(dataDir);
        final RecordedRange results = view.recording(Engine.RESULTS);
        final int epoch =
            options.epoch() == TailOptions.NEWEST_EPOCH ? ResultPosition.newestEpoch(view) : options.epoch();
        final long from = firstSequence(results, epoch);
        final long position = ResultPosition.find(results, epoch, from);
        final ResultPrinter printer = new ResultPrinter(epoch, options.from(from), cells, format, out);
        if (view.isRunning() && options.follow() && !printer.isDone())
        {
            follow(position, printer, isStopped);
        }
        else
        {
            read(results, position, printer);
        }
        printer.flush();
    }

    private long firstSequence(final RecordedRange results, final int epoch)
    {
        final long kept = 0 == results.startPosition() ? 0 : FirstResult.of(
            results.archiveDir(), results.descriptor(), results.startPosition(), results.endPosition())
            .sequenceOf(epoch);
        if (Long.MAX_VALUE == kept)
        {
            throw new InspectException("results of epoch " + epoch + " have been purged");
        }
        final long from = TailOptions.FIRST_KEPT == options.fromSequence() ? kept : options.fromSequence();
        if (from < kept)
        {
            throw new PurgedResultException(epoch, from, kept);
        }
        return from;
    }

    private void begin(final ResultPrinter printer) throws IOException
    {
        hasBegun = true;
        printer.begin();
    }

    private void read(final RecordedRange results, final long position, final ResultPrinter printer)
        throws IOException
    {
        try (RecordingReader reader = results.open(position))
        {
            boolean isMore = results.next(reader);
            begin(printer);
            while (isMore && !printer.isDone())
            {
                printer.onFrame(
                    reader.payloadBuffer(), reader.payloadOffset(), reader.payloadLength(), reader.payloadPosition());
                isMore = results.next(reader);
            }
        }
    }

    private void follow(final long position, final ResultPrinter printer, final BooleanSupplier isStopped)
        throws IOException
    {
        final IdleStrategy idle = new BackoffIdleStrategy(
            10, 10, TimeUnit.MICROSECONDS.toNanos(10), TimeUnit.MILLISECONDS.toNanos(1));
        try (LiveRecording live = LiveRecording.open(dataDir, Engine.RESULTS, position, errorHandler))
        {
            begin(printer);
            while (!printer.isDone() && !live.hasEnded() && !isStopped.getAsBoolean())
            {
                final int frames = live.poll(printer::onFrame, FRAME_LIMIT);
                if (frames > 0)
                {
                    printer.flush();
                }
                idle.idle(frames);
            }
        }
    }
}
