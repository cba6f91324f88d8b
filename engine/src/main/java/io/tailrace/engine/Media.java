package io.tailrace.engine;

import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import io.aeron.Aeron;
import io.tailrace.archive.ArchiveConfig;
import io.tailrace.archive.DataDirectory;
import io.tailrace.archive.EmbeddedArchive;
import io.tailrace.archive.EmbeddedDriver;
import io.tailrace.archive.recording.RecordingDescriptor;
import io.tailrace.engine.config.DeliveryMode;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.Layout;
import io.tailrace.engine.retention.DiskPlan;
import org.agrona.CloseHelper;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.IdleStrategy;

/**
 * What an engine stands on: its data directory and media driver, and, unless it runs in memory only, an archive.
 *
 * @param directory that this process owns.
 * @param driver    for sources and counters.
 * @param archive   for journal and results log; null: nothing is recorded.
 */
record Media(DataDirectory directory, EmbeddedDriver driver, EmbeddedArchive archive) implements AutoCloseable
{
    /**
     * Takes the data directory and launches on it what the mode needs.
     *
     * @param config      of the engine.
     * @param archiveIdle how the threads of the archive idle.
     * @param archive     changes how it records.
     * @param errors      told of every error. That of driver or archive may be that of any client on this machine; what
     *                    concerns us shows itself: a recording that is lost fails its stage.
     * @throws EngineRefusedException if nothing is to be recorded on a directory that has recordings.
     */
    static Media launch(
        final EngineConfig config,
        final Supplier<IdleStrategy> archiveIdle,
        final UnaryOperator<ArchiveConfig> archive,
        final ErrorHandler errors)
    {
        final ArchiveConfig archiveConfig = archive.apply(DiskPlan.of(config).applyTo(ArchiveConfig.defaults())
            .withDurability(io.tailrace.archive.Durability.valueOf(config.durability().name()))
            .withDedicatedThreads(config.layout() == Layout.DEDICATED));
        final DataDirectory directory = DataDirectory.acquire(config.dataDir());
        if (config.mode() != DeliveryMode.IN_MEMORY)
        {
            final EmbeddedArchive launched = EmbeddedArchive.launch(directory, archiveConfig, errors, archiveIdle);
            return new Media(directory, launched.driver(), launched);
        }
        try
        {
            requireNoRecordings(config, directory);
            return new Media(
                directory,
                EmbeddedDriver.launch(directory, archiveConfig, errors),
                null);
        }
        catch (final Throwable ex)
        {
            CloseHelper.quietClose(directory);
            throw ex;
        }
    }

    boolean isRecording()
    {
        return null != archive;
    }

    Aeron aeron()
    {
        return driver.aeron();
    }

    @Override
    public void close()
    {
        if (null != archive)
        {
            archive.close();
        }
        else
        {
            driver.close();
            directory.close();
        }
    }

    /** They would be neither read nor continued, and look as if nothing had happened meanwhile. */
    private static void requireNoRecordings(final EngineConfig config, final DataDirectory directory)
    {
        if (!RecordingDescriptor.loadAll(directory.dir()).isEmpty())
        {
            throw new EngineRefusedException(config.dataDir() + " holds the recordings of another mode, which " +
                "mode: in-memory would neither read nor continue; use another data-dir");
        }
    }
}
