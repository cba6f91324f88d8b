package io.tailrace.archive;

import java.util.List;

import io.aeron.Aeron;
import io.aeron.archive.client.AeronArchive;
import io.tailrace.archive.recording.TailReport;
import org.agrona.ErrorHandler;

/**
 * Media driver, archive and client in one.
 */
public final class EmbeddedArchive implements AutoCloseable
{
    private EmbeddedArchive()
    {
    }

    /** Checks tails, then launches. */
    public static EmbeddedArchive launch(
        final DataDirectory dir, final ArchiveConfig config, final ErrorHandler errorHandler)
    {
        throw new UnsupportedOperationException("not yet");
    }

    public DataDirectory directory()
    {
        throw new UnsupportedOperationException("not yet");
    }

    public ArchiveConfig config()
    {
        throw new UnsupportedOperationException("not yet");
    }

    public Aeron aeron()
    {
        throw new UnsupportedOperationException("not yet");
    }

    public AeronArchive client()
    {
        throw new UnsupportedOperationException("not yet");
    }

    /** What the tail check found, one report a recording. */
    public List<TailReport> tailReports()
    {
        throw new UnsupportedOperationException("not yet");
    }

    @Override
    public void close()
    {
        throw new UnsupportedOperationException("not yet");
    }
}
