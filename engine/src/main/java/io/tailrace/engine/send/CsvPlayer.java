package io.tailrace.engine.send;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import io.tailrace.codec.IdCollisionException;
import io.tailrace.codec.NameDictionary;
import io.tailrace.codec.ReadingCsv;
import io.tailrace.codec.TimeUnits;

/**
 * Plays a file of readings to a destination by a schedule. A datagram leaves when it is full, or when the next row
 * is not due yet; so one that falls behind packs more, and one in time sends each row when it is due.
 * <p>
 * Threading: one thread; {@link #report} may be asked by it alone.
 */
public final class CsvPlayer
{
    private static final long PROGRESS_INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);
    private static final int PROGRESS_ROWS_MASK = 0xFFF;

    private final PlayOptions options;
    private final NameDictionary names;
    private final SendSchedule schedule;
    private final DatagramSender sender;
    private final Pacer pacer;
    private final BooleanSupplier isStopped;
    private final DatagramBuilder datagram;
    private final SendReport report = new SendReport();

    private Consumer<SendReport> progress = at -> { };
    private long nextProgressNs = PROGRESS_INTERVAL_NS;
    private long pending;

    /**
     * A player for one run.
     *
     * @param options   which rows.
     * @param names     ids of devices and metrics.
     * @param schedule  when.
     * @param sender    where to; closed by the caller.
     * @param pacer     started when the run starts.
     * @param session   of the datagrams, chosen anew for each run.
     * @param isStopped asked often: ends the run early if it becomes true.
     */
    public CsvPlayer(
        final PlayOptions options,
        final NameDictionary names,
        final SendSchedule schedule,
        final DatagramSender sender,
        final Pacer pacer,
        final long session,
        final BooleanSupplier isStopped)
    {
        this.options = options;
        this.names = names;
        this.schedule = schedule;
        this.sender = sender;
        this.pacer = pacer;
        this.isStopped = isStopped;
        datagram = new DatagramBuilder(session, options.batch());
    }

    /** Told about once a second how far it is; default: nobody. */
    public CsvPlayer progress(final Consumer<SendReport> progress)
    {
        this.progress = progress;
        return this;
    }

    /**
     * Sends everything, and waits until it has left.
     *
     * @throws IOException          if the file cannot be read, or not be understood from a line on.
     * @throws IdCollisionException if two devices or metrics of the file have the same id.
     * @throws SendException        if the destination is gone, or a file without a row to send is to be repeated.
     */
    public void play() throws IOException, IdCollisionException
    {
        try
        {
            boolean isDone = false;
            while (!isDone)
            {
                final long sentBefore = report.sent() + pending;
                isDone = playPass() || !options.repeat() || isStopped.getAsBoolean();
                if (!isDone && report.sent() + pending == sentBefore)
                {
                    throw new SendException(options.file() + ": no row to send, expected one that can be repeated");
                }
                schedule.onPass();
            }
            if (options.end() && !isStopped.getAsBoolean())
            {
                if (datagram.isFull())
                {
                    flush();
                }
                datagram.addEndOfInput();
            }
            flush();
            sender.finish();
        }
        finally
        {
            report.elapsedNs(pacer.elapsedNs());
        }
    }

    /** @return what was sent so far. */
    public SendReport report()
    {
        return report;
    }

    /** Plays the file once; answers whether the limit was reached or the run was stopped. */
    private boolean playPass() throws IOException, IdCollisionException
    {
        try (ReadingCsv rows =
            ReadingCsv.open(options.file(), names, options.eventTimeUnit(), options.sources()))
        {
            long skipped = 0;
            while (true)
            {
                if (report.rows() >= options.limit() || isStopped.getAsBoolean())
                {
                    return true;
                }
                if (!rows.next())
                {
                    return false;
                }
                if (skipped < options.skip())
                {
                    skipped++;
                }
                else
                {
                    onRow(rows);
                }
            }
        }
    }

    private void onRow(final ReadingCsv row)
    {
        final long number = report.onRow();
        if (row.isRejected())
        {
            report.onRejected(row.fault());
            return;
        }

        awaitDue(schedule.dueNs(number, eventTimeNs(row)));
        datagram.addReading(row);
        pending++;
        if (datagram.isFull())
        {
            flush();
        }
        if ((number & PROGRESS_ROWS_MASK) == 0)
        {
            onProgress();
        }
    }

    private void awaitDue(final long dueNs)
    {
        if (dueNs > 0 && dueNs > pacer.elapsedNs())
        {
            flush();
            onProgress();
            pacer.await(dueNs, this::isStoppedWhileWaiting);
        }
    }

    private boolean isStoppedWhileWaiting()
    {
        sender.poll();
        return isStopped.getAsBoolean();
    }

    private void flush()
    {
        if (!datagram.isEmpty())
        {
            sender.send(datagram.buffer(), datagram.length());
            datagram.next();
            report.onDatagram(pending);
            pending = 0;
        }
    }

    private void onProgress()
    {
        final long elapsedNs = pacer.elapsedNs();
        if (elapsedNs >= nextProgressNs)
        {
            nextProgressNs = elapsedNs + PROGRESS_INTERVAL_NS;
            report.elapsedNs(elapsedNs);
            progress.accept(report);
        }
    }

    private static long eventTimeNs(final ReadingCsv row)
    {
        return TimeUnits.toNanos(row.eventTime(), row.timeUnit(), TimeUnits.AUTO);
    }
}
