package io.tailrace.engine.send;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import io.aeron.Aeron;
import io.aeron.ChannelUri;
import io.aeron.CommonContext;
import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.aeron.Subscription;
import io.aeron.exceptions.AeronException;
import io.aeron.logbuffer.FragmentHandler;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;

/**
 * An Aeron publication and the subscription on which answers come back, through a running media driver or through one
 * of its own. A running driver may go away with the engine that it belongs to: the channel connects to the next one in
 * the same directory.
 * <p>
 * Threading: one thread. {@link #offer} and {@link #poll} may block for some seconds while there is no driver.
 */
public final class AeronAckedChannel implements AckedChannel
{
    private static final int ANSWER_LIMIT = 16;
    private static final long PARK_NS = TimeUnit.MICROSECONDS.toNanos(100);
    private static final long DRIVER_TIMEOUT_MS = TimeUnit.SECONDS.toMillis(3);
    private static final long RECONNECT_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(250);

    private final Destination destination;
    private final String answerChannel;
    private final int answerStream;
    private final OwnDriver driver;
    private final String directory;
    private final FragmentHandler fragmentHandler;
    private Aeron aeron;
    private ExclusivePublication publication;
    private Subscription subscription;
    private AnswerHandler handler;
    private long nextConnectNs = System.nanoTime();

    private AeronAckedChannel(
        final Destination destination, final Destination answers, final OwnDriver driver, final String directory)
    {
        this.destination = destination;
        this.driver = driver;
        this.directory = directory;
        answerChannel = subscriptionChannel(answers.channel());
        answerStream = answers.stream();
        fragmentHandler = (buffer, offset, length, header) -> handler.onAnswer(buffer, offset, length);
    }

    /**
     * Connects to a destination.
     *
     * @param destination    of Aeron.
     * @param answers        of Aeron: the channel that the engine acknowledges on, as it is configured there.
     * @param aeronDirectory of a running media driver; null: one of our own.
     * @param timeoutNs      to wait for a subscriber.
     * @param isStopped      asked while waiting: gives up if it becomes true.
     * @return the channel, connected.
     * @throws SendException if there is no such driver, a channel is wrong, or nobody has subscribed in time.
     */
    public static AeronAckedChannel open(
        final Destination destination,
        final Destination answers,
        final String aeronDirectory,
        final long timeoutNs,
        final BooleanSupplier isStopped)
    {
        if (null != aeronDirectory && !Files.isDirectory(Path.of(aeronDirectory)))
        {
            throw new SendException("no media driver runs on " + aeronDirectory);
        }
        OwnDriver driver = null;
        AeronAckedChannel channel = null;
        try
        {
            driver = null == aeronDirectory ? OwnDriver.launch() : null;
            channel = new AeronAckedChannel(
                destination, answers, driver, null == driver ? aeronDirectory : driver.directory());
            channel.connect();
            channel.awaitSubscriber(timeoutNs, isStopped);
            return channel;
        }
        catch (final AeronException | IllegalArgumentException | IllegalStateException ex)
        {
            CloseHelper.quietClose(null == channel ? driver : channel);
            throw new SendException(destination + ": " + firstLine(ex));
        }
        catch (final SendException ex)
        {
            CloseHelper.quietClose(channel);
            throw ex;
        }
    }

    @Override
    public boolean offer(final DirectBuffer buffer, final int length)
    {
        if (!isConnected())
        {
            return false;
        }
        final long position = publication.offer(buffer, 0, length);
        if (position == Publication.MAX_POSITION_EXCEEDED)
        {
            throw new SendException(destination + ": the stream is used up");
        }
        return position > 0;
    }

    @Override
    public int poll(final AnswerHandler handler)
    {
        if (!isConnected())
        {
            return 0;
        }
        this.handler = handler;
        return subscription.poll(fragmentHandler, ANSWER_LIMIT);
    }

    @Override
    public String destination()
    {
        return destination.toString();
    }

    @Override
    public void close()
    {
        CloseHelper.closeAll(publication, subscription, aeron, driver);
    }

    /** Whether there is a client; tries to get one now and then. */
    private boolean isConnected()
    {
        if (null != aeron && !aeron.isClosed())
        {
            return true;
        }
        if (null != driver)
        {
            throw new SendException(destination + ": the media driver is gone");
        }
        final long nowNs = System.nanoTime();
        if (nowNs - nextConnectNs >= 0)
        {
            try
            {
                if (CommonContext.isDriverActive(new File(directory), DRIVER_TIMEOUT_MS, line -> { }))
                {
                    connect();
                }
            }
            catch (final AeronException | IllegalStateException ex)
            {
                // Going or coming up; whoever waits for an acknowledgement has a time-out.
                disconnect();
            }
            nextConnectNs = System.nanoTime() + RECONNECT_INTERVAL_NS;
        }
        return null != aeron && !aeron.isClosed();
    }

    private void connect()
    {
        disconnect();
        aeron = Aeron.connect(new Aeron.Context()
            .aeronDirectoryName(directory)
            .driverTimeoutMs(DRIVER_TIMEOUT_MS)
            .errorHandler(error -> { }));
        subscription = aeron.addSubscription(answerChannel, answerStream);
        publication = aeron.addExclusivePublication(destination.channel(), destination.stream());
    }

    private void disconnect()
    {
        CloseHelper.quietClose(aeron);
        aeron = null;
        publication = null;
        subscription = null;
    }

    private void awaitSubscriber(final long timeoutNs, final BooleanSupplier isStopped)
    {
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
    }

    /** The other end of a channel that the engine publishes on. */
    static String subscriptionChannel(final String publicationChannel)
    {
        final ChannelUri channel = ChannelUri.parse(publicationChannel);
        channel.remove(CommonContext.TERM_LENGTH_PARAM_NAME);
        channel.remove(CommonContext.MTU_LENGTH_PARAM_NAME);
        final String control = channel.get(CommonContext.MDC_CONTROL_PARAM_NAME);
        if (null != control && !channel.containsKey(CommonContext.ENDPOINT_PARAM_NAME))
        {
            final boolean isLocal = control.startsWith("localhost:") || control.startsWith("127.");
            channel.put(CommonContext.ENDPOINT_PARAM_NAME, isLocal ? "localhost:0" : "0.0.0.0:0");
        }
        // A sender that stands still must not hold up what others are told.
        channel.put(CommonContext.TETHER_PARAM_NAME, "false");
        return channel.toString();
    }

    private static String firstLine(final Exception ex)
    {
        return String.valueOf(ex.getMessage()).lines().findFirst().orElse(ex.getClass().getSimpleName());
    }
}
