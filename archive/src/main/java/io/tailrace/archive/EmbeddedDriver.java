package io.tailrace.archive;

import java.io.File;
import java.util.concurrent.TimeUnit;

import io.aeron.Aeron;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import org.agrona.CloseHelper;
import org.agrona.ErrorHandler;
import org.agrona.IoUtil;

/**
 * Media driver and its client, in this process and for one data directory, which somebody else owns.
 * <p>
 * Threading: one thread; with {@code dedicatedThreads} three. One more for the client's housekeeping. All of them park
 * when idle. Methods may be called by any thread.
 */
public final class EmbeddedDriver implements AutoCloseable
{
    /**
     * Between telling that the client closes and unmapping its counters, for threads that are just reading one.
     */
    private static final long CLOSE_LINGER_NS = TimeUnit.MILLISECONDS.toNanos(10);

    /**
     * How much longer than the liveness of clients it has to be until a publication is unblocked.
     */
    private static final long UNBLOCK_AFTER_NS = TimeUnit.SECONDS.toNanos(5);

    /**
     * The value of a counter stays readable for so long after the archive has freed it.
     */
    private static final long COUNTER_REUSE_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(30);

    private final String directoryName;
    private final ErrorHandler errorHandler;
    private final MediaDriver driver;
    private Aeron aeron;

    private EmbeddedDriver(final String directoryName, final ErrorHandler errorHandler, final MediaDriver driver)
    {
        this.directoryName = directoryName;
        this.errorHandler = errorHandler;
        this.driver = driver;
    }

    /**
     * Launches driver and client. What a killed process left in the Aeron directory is removed.
     * <p>
     * For {@link ArchiveConfig#standstillNs} the whole process may stand still: be stopped by a signal, wait for
     * memory, or migrate with its machine. Driver, archive and their clients watch each other by wall time, and would
     * take it for the death of the others. A thread of ours that fails is noticed otherwise. The price is that the
     * driver frees what a killed local client leaves in shared memory only after this time.
     *
     * @param directory    that this process owns.
     * @param config       threads, longest frame of local publications, and the time to stand still.
     * @param errorHandler for all errors of driver and client; called by any of their threads.
     * @return the running driver.
     */
    public static EmbeddedDriver launch(
        final DataDirectory directory, final ArchiveConfig config, final ErrorHandler errorHandler)
    {
        final MediaDriver driver = MediaDriver.launch(new MediaDriver.Context()
            .aeronDirectoryName(directory.aeronDirectoryName())
            .threadingMode(config.dedicatedThreads() ? ThreadingMode.DEDICATED : ThreadingMode.SHARED)
            .sharedIdleStrategy(EmbeddedArchive.newIdleStrategy())
            .conductorIdleStrategy(EmbeddedArchive.newIdleStrategy())
            .senderIdleStrategy(EmbeddedArchive.newIdleStrategy())
            .receiverIdleStrategy(EmbeddedArchive.newIdleStrategy())
            .ipcMtuLength(config.mtu())
            .dirDeleteOnStart(true)
            .dirDeleteOnShutdown(true)
            .spiesSimulateConnection(true)
            .counterFreeToReuseTimeoutNs(COUNTER_REUSE_TIMEOUT_NS)
            .clientLivenessTimeoutNs(config.standstillNs())
            .publicationUnblockTimeoutNs(config.standstillNs() + UNBLOCK_AFTER_NS)
            .errorHandler(errorHandler));
        final EmbeddedDriver embedded = new EmbeddedDriver(directory.aeronDirectoryName(), errorHandler, driver);
        try
        {
            embedded.aeron = Aeron.connect(clientContext(directory, config)
                .closeLingerDurationNs(CLOSE_LINGER_NS)
                .errorHandler(errorHandler));
            return embedded;
        }
        catch (final Throwable ex)
        {
            CloseHelper.quietClose(embedded);
            throw ex;
        }
    }

    /**
     * Client of the driver, for publications, subscriptions and counters of this process.
     *
     * @return the client, closed with this object.
     */
    public Aeron aeron()
    {
        return aeron;
    }

    /**
     * How much of an image from the network may be on its way, unless its channel says otherwise.
     *
     * @return bytes, at most half a term of the image.
     */
    public int receiverWindowLength()
    {
        return driver.context().initialWindowLength();
    }

    /**
     * Closes client and driver, and removes the Aeron directory. Idempotent.
     */
    @Override
    public void close()
    {
        CloseHelper.closeAll(errorHandler, aeron, driver);
        IoUtil.delete(new File(directoryName), true);
    }

    static Aeron.Context clientContext(final DataDirectory directory, final ArchiveConfig config)
    {
        return new Aeron.Context()
            .aeronDirectoryName(directory.aeronDirectoryName())
            .driverTimeoutMs(TimeUnit.NANOSECONDS.toMillis(config.standstillNs()));
    }
}
