package io.tailrace.archive;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.aeron.Aeron;
import io.aeron.AeronCounters;
import io.aeron.RethrowingErrorHandler;
import io.aeron.archive.Archive;
import io.aeron.archive.ArchiveThreadingMode;
import io.aeron.archive.checksum.Checksums;
import io.aeron.archive.client.AeronArchive;
import io.aeron.archive.client.ArchiveException;
import io.aeron.archive.codecs.RecordingSignal;
import io.aeron.exceptions.AeronEvent;
import io.aeron.exceptions.StorageSpaceException;
import io.aeron.exceptions.TimeoutException;
import io.tailrace.archive.recording.RecordingDescriptor;
import io.tailrace.archive.recording.TailCheck;
import io.tailrace.archive.recording.TailReport;
import org.agrona.CloseHelper;
import org.agrona.ErrorHandler;
import org.agrona.IoUtil;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NoOpLock;
import org.agrona.concurrent.YieldingIdleStrategy;

/**
 * Media driver, archive and their client, in this process and for one data directory.
 * <pre>
 *   DataDirectory (lock) --&gt; tail check --&gt; MediaDriver --&gt; Archive --&gt; Aeron --&gt; AeronArchive
 * </pre>
 * Threading: two threads, driver and archive, each with one agent; with {@code dedicatedThreads} six. One more for
 * the client's housekeeping. All of them park when idle. Methods may be called by any thread.
 */
public final class EmbeddedArchive implements AutoCloseable
{
    /**
     * Longest block that the archive writes, and forces, at once. Bytes.
     */
    public static final int BLOCK_LENGTH = 1024 * 1024;

    /**
     * As short as blocks may be: longer than any frame.
     */
    private static final int MIN_BLOCK_LENGTH = 64 * 1024;

    private static final String MARK_FILE = "archive-mark.dat";
    private static final String DELETED_SUFFIX = ".del";
    private static final long MESSAGE_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(20);
    private static final long PARK_NS = TimeUnit.MICROSECONDS.toNanos(100);

    /**
     * The archive pings each client, and gives it up when the pings fill a response buffer that the client does not
     * read. Ours reads only while it awaits a response, so the pings have to be rare. A client that died is noticed
     * by the driver.
     */
    private static final long PING_INTERVAL_NS = TimeUnit.DAYS.toNanos(1);

    private final DataDirectory directory;
    private final ArchiveConfig config;
    private final List<TailReport> tailReports;
    private final ErrorHandler errorHandler;
    private final Supplier<IdleStrategy> archiveIdle;
    private final AtomicReference<String> failure = new AtomicReference<>("");

    private EmbeddedDriver driver;
    private Archive archive;
    private AeronArchive client;
    private volatile long deletedRecordingId = Aeron.NULL_VALUE;
    private boolean isClosed;

    private EmbeddedArchive(
        final DataDirectory directory,
        final ArchiveConfig config,
        final List<TailReport> tailReports,
        final ErrorHandler errorHandler,
        final Supplier<IdleStrategy> archiveIdle)
    {
        this.archiveIdle = archiveIdle;
        this.directory = directory;
        this.config = config;
        this.tailReports = tailReports;
        this.errorHandler = errorHandler;
    }

    /**
     * Checks the tails of all recordings, removes what a killed process left, and launches driver, archive and
     * client. Takes possession of the directory: it is released on close, and also if the launch fails.
     *
     * @param directory    that this process owns.
     * @param config       how to record; lengths apply to new recordings only.
     * @param errorHandler for all errors of driver, archive and client; a torn tail is reported to it as a warning
     *                     ({@link AeronEvent}). Called by any of their threads.
     * @return the running archive.
     * @throws io.tailrace.archive.recording.CorruptRecordingException if a recording is damaged other than at its
     *                                                                 end.
     */
    public static EmbeddedArchive launch(
        final DataDirectory directory, final ArchiveConfig config, final ErrorHandler errorHandler)
    {
        return launch(directory, config, errorHandler, EmbeddedArchive::newIdleStrategy);
    }

    /**
     * As {@link #launch(DataDirectory, ArchiveConfig, ErrorHandler)}, with another way to idle.
     *
     * @param directory    that this process owns.
     * @param config       how to record.
     * @param errorHandler for all errors.
     * @param archiveIdle  gives each thread of the archive its idle strategy.
     * @return the running archive.
     */
    public static EmbeddedArchive launch(
        final DataDirectory directory,
        final ArchiveConfig config,
        final ErrorHandler errorHandler,
        final Supplier<IdleStrategy> archiveIdle)
    {
        EmbeddedArchive embedded = null;
        try
        {
            final List<TailReport> tailReports = checkTails(directory, config, errorHandler);
            removeLeftovers(directory);
            embedded = new EmbeddedArchive(directory, config, tailReports, errorHandler, archiveIdle);
            embedded.start();
            return embedded;
        }
        catch (final Throwable ex)
        {
            CloseHelper.quietCloseAll(embedded, directory);
            if (ex instanceof final IOException cause)
            {
                // Aeron throws checked exceptions that it does not declare.
                throw new UncheckedIOException("cannot launch the archive on " + directory.dir(), cause);
            }
            throw ex;
        }
    }

    /**
     * The directory it runs on.
     *
     * @return the directory, owned by this object.
     */
    public DataDirectory directory()
    {
        return directory;
    }

    /**
     * How it records.
     *
     * @return the configuration given at launch.
     */
    public ArchiveConfig config()
    {
        return config;
    }

    /**
     * The driver, with a client for further publications and subscriptions in this process.
     *
     * @return the driver, closed with this object.
     */
    public EmbeddedDriver driver()
    {
        return driver;
    }

    /**
     * Client of the driver.
     *
     * @return the client, closed with this object.
     */
    public Aeron aeron()
    {
        return driver.aeron();
    }

    /**
     * Client of the archive. Its calls block for a round trip.
     *
     * @return the client, closed with this object.
     */
    public AeronArchive client()
    {
        return client;
    }

    /**
     * What the tail check found at launch.
     *
     * @return one report for each descriptor that was there, ordered by name.
     */
    public List<TailReport> tailReports()
    {
        return tailReports;
    }

    /**
     * Why a recording may have stopped, such as a full disk.
     *
     * @return the first error of the archive's own threads; empty while there is none.
     */
    public String failure()
    {
        return failure.get();
    }

    /**
     * Cuts a recording that is not being extended, and waits until the segment files after the cut are gone.
     *
     * @param recordingId of the archive.
     * @param position    where it ends from now on, the end of a frame.
     * @throws ArchiveException                      if the archive refuses, for instance while the recording is
     *                                               active.
     * @throws io.aeron.exceptions.TimeoutException if the files are not deleted in time.
     */
    public synchronized void truncate(final long recordingId, final long position)
    {
        deletedRecordingId = Aeron.NULL_VALUE;
        client.truncateRecording(recordingId, position);

        final long deadlineNs = System.nanoTime() + MESSAGE_TIMEOUT_NS;
        while (deletedRecordingId != recordingId)
        {
            if (0 == client.pollForRecordingSignals())
            {
                if (System.nanoTime() - deadlineNs > 0)
                {
                    throw new TimeoutException(
                        "segment files of recording " + recordingId + " are still there");
                }
                LockSupport.parkNanos(PARK_NS);
            }
        }
    }

    /**
     * Closes client, archive and driver, removes the Aeron directory and releases the lock. Idempotent.
     */
    @Override
    public synchronized void close()
    {
        if (!isClosed)
        {
            isClosed = true;
            CloseHelper.closeAll(errorHandler, client, null == driver ? null : driver.aeron(), archive, driver);
            directory.close();
        }
    }

    private void start()
    {
        driver = EmbeddedDriver.launch(directory, config, errorHandler);
        archive = launchArchive();
        client = AeronArchive.connect(new AeronArchive.Context()
            .aeron(driver.aeron())
            .ownsAeronClient(false)
            .controlRequestChannel("aeron:ipc")
            .controlResponseChannel("aeron:ipc")
            .messageTimeoutNs(MESSAGE_TIMEOUT_NS)
            .recordingSignalConsumer(this::onRecordingSignal)
            .errorHandler(this::onError));
    }

    /**
     * The archive would connect a client of its own, which gives up a driver that stood still. This one is set up as
     * the archive asks for, and the archive closes it.
     */
    private Archive launchArchive()
    {
        final Aeron archiveAeron = Aeron.connect(EmbeddedDriver.clientContext(directory, config)
            .clientName("archive")
            .useConductorAgentInvoker(true)
            .clientLock(NoOpLock.INSTANCE)
            .awaitingIdleStrategy(YieldingIdleStrategy.INSTANCE)
            .subscriberErrorHandler(RethrowingErrorHandler.INSTANCE)
            .errorHandler(this::onArchiveError));
        try
        {
            return Archive.launch(archiveContext()
                .aeron(archiveAeron)
                .ownsAeronClient(true)
                .errorCounter(archiveAeron.addCounter(AeronCounters.ARCHIVE_ERROR_COUNT_TYPE_ID, "Archive Errors")));
        }
        catch (final Throwable ex)
        {
            CloseHelper.quietClose(archiveAeron);
            throw ex;
        }
    }

    private Archive.Context archiveContext()
    {
        // The mark file is mapped and holds the archive's error log. On the disk of the recordings, a write to it
        // would fault and end the archive's thread just when the disk is full; in shared memory it also goes with
        // the Aeron directory.
        return new Archive.Context()
            .aeronDirectoryName(directory.aeronDirectoryName())
            .archiveDir(directory.archiveDir().toFile())
            .markFileDir(new File(directory.aeronDirectoryName()))
            .threadingMode(config.dedicatedThreads() ? ArchiveThreadingMode.DEDICATED : ArchiveThreadingMode.SHARED)
            .idleStrategySupplier(archiveIdle)
            .fileSyncLevel(config.durability().fileSyncLevel())
            .catalogFileSyncLevel(config.durability().fileSyncLevel())
            .segmentFileLength(config.segmentLength())
            .lowStorageSpaceThreshold(2L * config.segmentLength())
            .fileIoMaxLength(readableBlockLength())
            .recordChecksum(config.recordChecksum())
            .replayChecksum(Checksums.crc32c())
            .recordingEventsEnabled(false)
            .sessionLivenessCheckIntervalNs(PING_INTERVAL_NS)
            .controlChannelEnabled(false)
            .archiveClientContext(new AeronArchive.Context()
                .controlResponseChannel("aeron:udp?endpoint=localhost:0"))
            .replicationChannel("aeron:udp?endpoint=localhost:0")
            .errorHandler(this::onArchiveError);
    }

    @SuppressWarnings("unused")
    private void onRecordingSignal(
        final long controlSessionId,
        final long correlationId,
        final long recordingId,
        final long subscriptionId,
        final long position,
        final RecordingSignal signal)
    {
        if (RecordingSignal.DELETE == signal)
        {
            deletedRecordingId = recordingId;
        }
    }

    /**
     * An error of the archive's threads, which may have ended a recording. Remembers the first, for whoever finds
     * it ended.
     */
    private void onArchiveError(final Throwable error)
    {
        final boolean isStorageSpace = error instanceof StorageSpaceException ||
            error instanceof final ArchiveException ex && ArchiveException.STORAGE_SPACE == ex.errorCode();
        if (isStorageSpace)
        {
            failure.compareAndSet("", "no space left: " + error.getMessage());
        }
        else if (!(error instanceof AeronEvent))
        {
            failure.compareAndSet("", error.toString());
        }

        onError(error);
    }

    private void onError(final Throwable error)
    {
        errorHandler.onError(error);
    }

    /**
     * How threads of driver and archive idle unless told otherwise.
     *
     * @return a strategy that spins, yields and then parks, so that it leaves the core to others.
     */
    public static IdleStrategy newIdleStrategy()
    {
        return new BackoffIdleStrategy(
            100, 10, TimeUnit.MICROSECONDS.toNanos(1), TimeUnit.MICROSECONDS.toNanos(100));
    }

    private static List<TailReport> checkTails(
        final DataDirectory directory, final ArchiveConfig config, final ErrorHandler errorHandler)
    {
        final int unforcedLength = Durability.POWER == config.durability() ? BLOCK_LENGTH : 0;
        final List<TailReport> reports = new ArrayList<>();
        for (final RecordingDescriptor descriptor : RecordingDescriptor.loadAll(directory.dir()))
        {
            final TailReport report = TailCheck.repair(directory.archiveDir(), descriptor, unforcedLength);
            if (report.isTorn())
            {
                errorHandler.onError(new AeronEvent(report.describe()));
            }
            reports.add(report);
        }

        return List.copyOf(reports);
    }

    /**
     * The greatest length of blocks with which the archive finds the ends of all recordings: with another length, other
     * frames are the last of a block.
     */
    private int readableBlockLength()
    {
        for (int length = BLOCK_LENGTH; length >= MIN_BLOCK_LENGTH; length >>= 1)
        {
            final int blockLength = length;
            if (tailReports.stream().allMatch(report ->
                TailCheck.endsWithinBlock(directory.archiveDir(), report.descriptor(), blockLength)))
            {
                return length;
            }
        }

        return BLOCK_LENGTH;
    }

    /**
     * A fresh mark file of a killed process would have the archive refuse to start; our own lock is held, so nobody
     * lives.
     */
    private static void removeLeftovers(final DataDirectory directory)
    {
        IoUtil.delete(new File(directory.aeronDirectoryName()), true);
        try (Stream<Path> files = Files.list(directory.archiveDir()))
        {
            final List<Path> leftovers = files.filter(EmbeddedArchive::isLeftover).toList();
            for (final Path leftover : leftovers)
            {
                Files.delete(leftover);
            }
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException("cannot tidy " + directory.archiveDir(), ex);
        }
    }

    private static boolean isLeftover(final Path file)
    {
        final String name = file.getFileName().toString();
        return MARK_FILE.equals(name) || name.endsWith(DELETED_SUFFIX);
    }
}
