package io.tailrace.engine.send;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import io.aeron.Aeron;
import io.aeron.AeronCounters;
import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.aeron.exceptions.AeronException;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.status.CountersReader;

/**
 * An Aeron publication, through a running media driver or through a small one of its own, whose directory lies in
 * shared memory, is named after this process and is gone when the sender is closed.
 * <p>
 * Threading: one thread.
 */
public final class AeronSender implements DatagramSender
{
    private static final long RELEASE_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(10);
    private static final long PARK_NS = TimeUnit.MICROSECONDS.toNanos(100);

    private final Destination destination;
    private final IdleStrategy idle =
        new BackoffIdleStrategy(100, 10, TimeUnit.MICROSECONDS.toNanos(1), TimeUnit.MICROSECONDS.toNanos(100));
    private OwnDriver driver;
    private Aeron aeron;
    private ExclusivePublication publication;
    private int senderCounterId = CountersReader.NULL_COUNTER_ID;

    private AeronSender(final Destination destination)
    {
        this.destination = destination;
    }

    /**
     * Connects to a destination.
     *
     * @param destination    of Aeron.
     * @param aeronDirectory of a running media driver; null: one of our own.
     * @param timeoutNs      to wait for a subscriber.
     * @param isStopped      asked while waiting: gives up if it becomes true.
     * @return the sender, connected.
     * @throws SendException if there is no such driver, the channel is wrong, or nobody has subscribed in time.
     */
    public static AeronSender open(
        final Destination destination,
        final String aeronDirectory,
        final long timeoutNs,
        final BooleanSupplier isStopped)
    {
        final AeronSender sender = new AeronSender(destination);
        try
        {
            sender.connect(aeronDirectory, timeoutNs, isStopped);
            return sender;
        }
        catch (final AeronException | IllegalArgumentException | IllegalStateException ex)
        {
            CloseHelper.quietClose(sender);
            throw new SendException(destination + ": " + firstLine(ex));
        }
        catch (final SendException ex)
        {
            CloseHelper.quietClose(sender);
            throw ex;
        }
    }

    @Override
    public void send(final DirectBuffer buffer, final int length)
    {
        idle.reset();
        while (!trySend(buffer, length))
        {
            idle.idle();
        }
    }

    /**
     * Sends one datagram if there is room for it now.
     *
     * @param buffer holds it from its first byte; may be changed as soon as this returns.
     * @param length in bytes.
     * @return false: the way is full, nothing was sent.
     * @throws SendException if the destination is gone.
     */
    public boolean trySend(final DirectBuffer buffer, final int length)
    {
        final long position = publication.offer(buffer, 0, length);
        if (position < 0 && position != Publication.BACK_PRESSURED && position != Publication.ADMIN_ACTION)
        {
            throw new SendException(destination + ": " + reasonOf(position));
        }
        return position > 0;
    }

    /** A driver that goes on needs no waiting for. With our own, what it has not sent when it is closed is lost. */
    @Override
    public void finish()
    {
        if (null == driver)
        {
            return;
        }
        final long position = publication.position();
        idle.reset();
        while (aeron.countersReader().getCounterValue(senderCounterId) < position)
        {
            if (!publication.isConnected())
            {
                throw new SendException(destination + ": " + reasonOf(Publication.NOT_CONNECTED));
            }
            idle.idle();
        }
    }

    @Override
    public long refusals()
    {
        return 0;
    }

    @Override
    public void close()
    {
        if (null != publication && null != driver && !aeron.isClosed())
        {
            publication.close();
            awaitReleased();
        }
        CloseHelper.closeAll(publication, aeron, driver);
    }

    private void connect(final String aeronDirectory, final long timeoutNs, final BooleanSupplier isStopped)
    {
        driver = null == aeronDirectory ? OwnDriver.launch() : null;
        final String directory = null == aeronDirectory ? driver.directory() : aeronDirectory;
        if (!Files.isDirectory(Path.of(directory)))
        {
            throw new SendException("no media driver runs on " + directory);
        }
        aeron = Aeron.connect(new Aeron.Context().aeronDirectoryName(directory).errorHandler(error -> { }));
        publication = aeron.addExclusivePublication(destination.channel(), destination.stream());

        final long deadlineNs = System.nanoTime() + timeoutNs;
        while (!publication.isConnected())
        {
            if (System.nanoTime() - deadlineNs > 0 || isStopped.getAsBoolean())
            {
                throw new SendException(destination + ": no subscriber within " +
                    TimeUnit.NANOSECONDS.toMillis(timeoutNs) + " ms, nothing was sent");
            }
            LockSupport.parkNanos(PARK_NS);
        }
        if (null != driver)
        {
            senderCounterId = aeron.countersReader().findByTypeIdAndRegistrationId(
                AeronCounters.DRIVER_SENDER_POSITION_TYPE_ID, publication.registrationId());
        }
    }

    /** The driver frees the counter when the receiver has everything, or the linger time is over. */
    private void awaitReleased()
    {
        final CountersReader counters = aeron.countersReader();
        final long deadlineNs = System.nanoTime() + RELEASE_TIMEOUT_NS;
        while (senderCounterId != CountersReader.NULL_COUNTER_ID &&
            counters.getCounterState(senderCounterId) == CountersReader.RECORD_ALLOCATED &&
            System.nanoTime() - deadlineNs < 0)
        {
            LockSupport.parkNanos(PARK_NS);
        }
    }

    private static String reasonOf(final long code)
    {
        if (code == Publication.NOT_CONNECTED)
        {
            return "the subscriber is gone";
        }
        return code == Publication.CLOSED ? "the media driver is gone" : "the stream is used up";
    }

    private static String firstLine(final Exception ex)
    {
        return String.valueOf(ex.getMessage()).lines().findFirst().orElse(ex.getClass().getSimpleName());
    }
}
