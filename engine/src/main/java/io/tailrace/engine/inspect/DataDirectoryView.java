package io.tailrace.engine.inspect;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.aeron.Aeron;
import io.aeron.archive.client.AeronArchive;
import io.aeron.archive.client.ArchiveException;
import io.aeron.exceptions.AeronException;
import io.tailrace.archive.DataDirectory;
import io.tailrace.archive.DataDirectoryLockedException;
import io.tailrace.archive.recording.RecordingDescriptor;
import io.tailrace.archive.recording.RecordingReader;
import io.tailrace.archive.recording.TailCheck;
import io.tailrace.archive.recording.TailReport;

/**
 * A data directory at one moment: whether an engine runs on it, and what of its recordings can be read.
 * <p>
 * Beside a running engine the ends are what its archive says is recorded, taken from the last recording by name to
 * the first, so that the journal, whose end is taken after that of the results, holds the cause of every result.
 *
 * @param dir        the data directory.
 * @param isRunning  whether an engine has its lock.
 * @param pid        process id of that engine, or {@link DataDirectoryLockedException#UNKNOWN_PID}.
 * @param recordings ordered by name.
 */
public record DataDirectoryView(Path dir, boolean isRunning, long pid, List<RecordedRange> recordings)
{
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(10);

    /**
     * Looks at a directory.
     *
     * @param dir data directory.
     * @return what is there.
     * @throws InspectException if it is no data directory, or a running engine does not answer.
     * @throws io.tailrace.archive.recording.CorruptRecordingException if a recording of a stopped engine is damaged
     * near its
     *                                                                 end, or lacks a segment file.
     */
    public static DataDirectoryView of(final Path dir)
    {
        if (!Files.isDirectory(dir))
        {
            throw new InspectException(dir + ": no such directory");
        }
        final List<RecordingDescriptor> descriptors = RecordingDescriptor.loadAll(dir);
        final boolean isRunning = DataDirectory.isLocked(dir);
        if (descriptors.isEmpty() && !isRunning)
        {
            throw new InspectException(dir + ": no recording, expected the data directory of an engine");
        }
        return new DataDirectoryView(
            dir,
            isRunning,
            isRunning ? ownerOf(dir) : DataDirectoryLockedException.UNKNOWN_PID,
            isRunning ? live(dir, descriptors) : stopped(dir, descriptors));
    }

    /**
     * A recording by its name.
     *
     * @return its range.
     * @throws InspectException if there is none.
     */
    public RecordedRange recording(final String name)
    {
        return recordings.stream().filter(range -> range.name().equals(name)).findFirst()
            .orElseThrow(() -> new InspectException(dir + ": no recording " + name));
    }

    /** @return whether there is a recording of that name. */
    public boolean hasRecording(final String name)
    {
        return recordings.stream().anyMatch(range -> range.name().equals(name));
    }

    private static List<RecordedRange> stopped(final Path dir, final List<RecordingDescriptor> descriptors)
    {
        final Path archiveDir = DataDirectory.archiveDirOf(dir);
        final List<RecordedRange> ranges = new ArrayList<>();
        for (final RecordingDescriptor descriptor : descriptors)
        {
            final TailReport tail = TailCheck.verify(archiveDir, descriptor, false);
            ranges.add(new RecordedRange(
                archiveDir, descriptor, tail.startPosition(), tail.endPosition(), tail.tornLength()));
        }
        return List.copyOf(ranges);
    }

    private static List<RecordedRange> live(final Path dir, final List<RecordingDescriptor> descriptors)
    {
        final Path archiveDir = DataDirectory.archiveDirOf(dir);
        final List<RecordedRange> ranges = new ArrayList<>();
        try (Aeron aeron = Aeron.connect(new Aeron.Context()
            .aeronDirectoryName(DataDirectory.recordedAeronDirectoryName(dir))
            .driverTimeoutMs(TimeUnit.NANOSECONDS.toMillis(TIMEOUT_NS))
            .errorHandler(error -> { }));
            AeronArchive client = AeronArchive.connect(new AeronArchive.Context()
                .aeron(aeron)
                .ownsAeronClient(false)
                .controlRequestChannel("aeron:ipc")
                .controlResponseChannel("aeron:ipc")
                .messageTimeoutNs(TIMEOUT_NS)
                .errorHandler(error -> { })))
        {
            for (int i = descriptors.size() - 1; i >= 0; i--)
            {
                final RecordingDescriptor descriptor = descriptors.get(i);
                final long start = RecordingReader.startPosition(archiveDir, descriptor);
                final long end = endOf(client, descriptor);
                ranges.add(new RecordedRange(archiveDir, descriptor, start, Math.max(start, end), 0));
            }
        }
        catch (final AeronException ex)
        {
            throw new InspectException(dir + ": the engine that runs on it does not answer (" + ex.getMessage() + ")");
        }
        Collections.reverse(ranges);
        return List.copyOf(ranges);
    }

    private static long endOf(final AeronArchive client, final RecordingDescriptor descriptor)
    {
        try
        {
            return Math.max(0, client.getMaxRecordedPosition(descriptor.recordingId()));
        }
        catch (final ArchiveException ex)
        {
            if (ArchiveException.UNKNOWN_RECORDING == ex.errorCode())
            {
                return 0;
            }
            throw ex;
        }
    }

    /**
     * Who has the lock. It is not read, since closing a file gives up the locks that this process has on it; but
     * asked for, and refused with the answer.
     */
    private static long ownerOf(final Path dir)
    {
        try (DataDirectory stoppedMeanwhile = DataDirectory.acquire(dir))
        {
            throw new InspectException(stoppedMeanwhile.dir() + ": the engine stopped just now, try again");
        }
        catch (final DataDirectoryLockedException ex)
        {
            return ex.pid();
        }
    }
}
