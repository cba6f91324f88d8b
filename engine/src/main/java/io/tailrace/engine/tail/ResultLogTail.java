package io.tailrace.engine.tail;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import io.aeron.archive.client.ArchiveException;
import io.aeron.exceptions.AeronEvent;
import io.aeron.exceptions.AeronException;
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
    /** An engine that stops is given so long to go, before its end is taken for the loss of the connection. */
    private static final long STOP_NS = TimeUnit.SECONDS.toNanos(1);
    /** An engine that runs is given so long to answer again. */
    private static final long REOPEN_NS = TimeUnit.SECONDS.toNanos(60);
    private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(20);


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
     * Prints until the end, the limit, the end of the engine that is followed, or until nobody reads the output. A
     * connection that is lost while the engine runs, because this process stood still for too long, is opened again
     * behind the last result.
     *
     * @param out       where to print.
     * @param isStopped asked while following: ends it if it becomes true.
     * @throws IOException if formatting fails.
     * @throws io.tailrace.engine.inspect.InspectException if there is no results log, or a running engine does not
     * answer, or not any more for a minute (the message says how to go on), or nothing of the epoch is kept.
     * @throws PurgedResultException if the first result that is asked for has been purged, or the next one while the
     * connection was lost.
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
        final long from = firstSequence(results, epoch, options.fromSequence());
        final ResultPrinter printer = new ResultPrinter(epoch, options.from(from), cells, format, out);
        if (view.isRunning() && options.follow() && !printer.isDone())
        {
            follow(printer, isStopped, open(results, printer));
        }
        else
        {
            read(results, printer);
        }
        printer.flush();
    }

    private static long firstSequence(final RecordedRange results, final int epoch, final long wanted)
    {
        final long kept = 0 == results.startPosition() ? 0 : FirstResult.of(
            results.archiveDir(), results.descriptor(), results.startPosition(), results.endPosition())
            .sequenceOf(epoch);
        if (Long.MAX_VALUE == kept)
        {
            throw new InspectException("results of epoch " + epoch + " have been purged");
        }
        final long from = TailOptions.FIRST_KEPT == wanted ? kept : wanted;
        if (from < kept)
        {
            throw new PurgedResultException(epoch, from, kept);
        }
        return from;
    }

    private void begin(final ResultPrinter printer) throws IOException
    {
        if (!hasBegun)
        {
            hasBegun = true;
            printer.begin();
        }
    }

    private void read(final RecordedRange results, final ResultPrinter printer) throws IOException
    {
        try (RecordingReader reader = results.open(positionOf(results, printer)))
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

    /** Follows; where that ends before its time, it is done again, until the engine has stopped. */
    private void follow(final ResultPrinter printer, final BooleanSupplier isStopped, final LiveRecording first)
        throws IOException
    {
        LiveRecording live = first;
        while (null != live)
        {
            try (LiveRecording current = live)
            {
                begin(printer);
                poll(current, printer, isStopped);
            }
            live = printer.isDone() || isStopped.getAsBoolean() ? null : reopen(printer, isStopped);
        }
    }

    private static void poll(final LiveRecording live, final ResultPrinter printer, final BooleanSupplier isStopped)
        throws IOException
    {
        final IdleStrategy idle = new BackoffIdleStrategy(
            10, 10, TimeUnit.MICROSECONDS.toNanos(10), TimeUnit.MILLISECONDS.toNanos(1));
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

    /**
     * The replay has ended. Either the engine has stopped, and its files hold the rest; or it has taken this process,
     * which stood still, for dead, and runs on: then the next result is where to go on.
     *
     * @return what to follow now; null: nothing.
     */
    private LiveRecording reopen(final ResultPrinter printer, final BooleanSupplier isStopped) throws IOException
    {
        final long lostNs = System.nanoTime();
        while (!isStopped.getAsBoolean())
        {
            final boolean isRunning = DataDirectory.isLocked(dataDir);
            // An engine that stops in order ends the replay first, and is gone soon after.
            if (!isRunning || System.nanoTime() - lostNs > STOP_NS)
            {
                try
                {
                    return isRunning ? openAgain(printer) : readRest(printer);
                }
                catch (final PurgedResultException ex)
                {
                    throw ex;
                }
                catch (final AeronException | IllegalStateException | InspectException | CorruptRecordingException ex)
                {
                    if (System.nanoTime() - lostNs > REOPEN_NS)
                    {
                        throw new InspectException("the connection to the engine was lost and cannot be opened " +
                            "again (" + ex.getMessage() + "); go on with --epoch " +
                            Integer.toUnsignedString(printer.epoch()) + " --from " + printer.nextSequence());
                    }
                }
            }
            LockSupport.parkNanos(LOOK_NS);
        }
        return null;
    }

    private LiveRecording openAgain(final ResultPrinter printer) throws IOException
    {
        final DataDirectoryView view = DataDirectoryView.of(dataDir);
        final RecordedRange results = view.recording(Engine.RESULTS);
        firstSequence(results, printer.epoch(), printer.nextSequence());
        final boolean isOver =
            options.epoch() == TailOptions.NEWEST_EPOCH && ResultPosition.newestEpoch(view) != printer.epoch();
        if (isOver)
        {
            // Another engine runs by now.
            read(results, printer);
            return null;
        }
        final LiveRecording live = open(results, printer);
        errorHandler.onError(new AeronEvent(
            "the connection to the engine was lost; goes on with result " + printer.nextSequence()));
        return live;
    }

    private LiveRecording readRest(final ResultPrinter printer) throws IOException
    {
        final RecordedRange results = DataDirectoryView.of(dataDir).recording(Engine.RESULTS);
        firstSequence(results, printer.epoch(), printer.nextSequence());
        read(results, printer);
        return null;
    }

    private LiveRecording open(final RecordedRange results, final ResultPrinter printer)
    {
        return LiveRecording.open(dataDir, Engine.RESULTS, positionOf(results, printer), errorHandler);
    }

    private static long positionOf(final RecordedRange results, final ResultPrinter printer)
    {
        return ResultPosition.find(results, printer.epoch(), printer.nextSequence());
    }
}
