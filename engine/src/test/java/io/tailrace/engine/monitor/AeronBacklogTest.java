package io.tailrace.engine.monitor;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import io.aeron.Aeron;
import io.aeron.Publication;
import io.aeron.Subscription;
import io.aeron.exceptions.AeronEvent;
import io.tailrace.archive.ArchiveConfig;
import io.tailrace.archive.DataDirectory;
import io.tailrace.archive.EmbeddedDriver;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Subscriptions of a real driver that the test does not poll for a while.
 */
@Timeout(60)
class AeronBacklogTest
{
    private static final int STREAM = 1001;
    private static final int PAYLOAD = 64;
    private static final int FRAME = 96;
    private static final int TERM_LENGTH = 1 << 20;
    private static final int WINDOW = 1 << 17;

    @TempDir
    Path dataDir;

    private final List<Throwable> errors = new CopyOnWriteArrayList<>();
    private final UnsafeBuffer message = new UnsafeBuffer(new byte[PAYLOAD]);
    private DataDirectory directory;
    private EmbeddedDriver driver;

    @BeforeEach
    void launch()
    {
        directory = DataDirectory.acquire(dataDir);
        driver = EmbeddedDriver.launch(directory, ArchiveConfig.defaults(), this::onError);
    }

    @AfterEach
    void close()
    {
        driver.close();
        directory.close();
        assertEquals(List.of(), errors);
    }

    @Test
    void shouldSumWhatLocalPublishersAreAhead()
    {
        assertEquals(WINDOW, driver.receiverWindowLength());
        final Aeron aeron = driver.aeron();
        final Publication first = aeron.addExclusivePublication("aeron:ipc?term-length=" + TERM_LENGTH, STREAM);
        try (Subscription subscription = aeron.addSubscription("aeron:ipc", STREAM);
            Publication second = aeron.addExclusivePublication("aeron:ipc?term-length=" + TERM_LENGTH, STREAM);
            Subscription other = aeron.addSubscription("aeron:ipc", STREAM + 1))
        {
            final AeronBacklog backlog = new AeronBacklog(aeron, subscription, WINDOW);
            backlog.look();
            await("two images", () -> subscription.imageCount() == 2);
            backlog.look();
            assertEquals(0, backlog.depth());
            assertEquals(TERM_LENGTH, backlog.capacity());
            offer(first, 5);
            offer(second, 3);
            await("eight frames", () -> depth(backlog) == 8 * FRAME);
            final int[] taken = new int[1];
            await("six of them", () -> (taken[0] += subscription.poll((b, o, l, h) -> { }, 6 - taken[0])) == 6);
            await("two frames", () -> depth(backlog) == 2 * FRAME);
            await("the rest", () -> (taken[0] += subscription.poll((b, o, l, h) -> { }, 10)) == 8);
            assertEquals(0, depth(backlog));
            assertEquals(0, depth(new AeronBacklog(aeron, other, WINDOW)));

            first.close();
            await("one image", () -> subscription.imageCount() == 1);
            backlog.look();
            assertEquals(TERM_LENGTH / 2, backlog.capacity());
        }
    }

    @Test
    void shouldCountWhatHasComeInOverTheNetwork()
    {
        final Aeron aeron = driver.aeron();
        try (Subscription subscription = aeron.addSubscription("aeron:udp?endpoint=localhost:0", STREAM))
        {
            final String[] endpoint = new String[1];
            await("a port", () -> null != (endpoint[0] = subscription.resolvedEndpoint()));
            final AeronBacklog backlog = new AeronBacklog(aeron, subscription, WINDOW);
            final AeronBacklog small = new AeronBacklog(aeron, subscription, WINDOW / 2);
            try (Publication publication = aeron.addExclusivePublication(
                "aeron:udp?endpoint=" + endpoint[0] + "|term-length=" + TERM_LENGTH, STREAM))
            {
                await("an image", publication::isConnected);
                await("its other side", () -> subscription.imageCount() == 1);
                offer(publication, 7);
                await("seven frames", () -> depth(backlog) == 7 * FRAME);
                assertEquals(WINDOW, backlog.capacity());
                small.look();
                assertEquals(WINDOW / 2, small.capacity());
                final int[] taken = new int[1];
                await("all of them", () -> (taken[0] += subscription.poll((b, o, l, h) -> { }, 10)) == 7);
                assertEquals(0, depth(backlog));
            }
        }
    }

    @Test
    void shouldGoByTheWindowThatTheChannelAsksFor()
    {
        final Aeron aeron = driver.aeron();
        try (Subscription subscription = aeron.addSubscription("aeron:udp?endpoint=localhost:0|rcv-wnd=32k", STREAM))
        {
            final String[] endpoint = new String[1];
            await("a port", () -> null != (endpoint[0] = subscription.resolvedEndpoint()));
            try (Publication publication = aeron.addExclusivePublication("aeron:udp?endpoint=" + endpoint[0], STREAM))
            {
                await("an image", () -> publication.isConnected() && subscription.imageCount() == 1);
                final AeronBacklog backlog = new AeronBacklog(aeron, subscription, WINDOW);
                backlog.look();
                assertEquals(32 * 1024, backlog.capacity());
            }
        }
    }

    private static long depth(final AeronBacklog backlog)
    {
        backlog.look();
        return backlog.depth();
    }

    private void offer(final Publication publication, final int count)
    {
        for (int i = 0; i < count; i++)
        {
            await("room", () -> publication.offer(message) > 0);
        }
    }

    private void onError(final Throwable error)
    {
        if (!(error instanceof AeronEvent))
        {
            errors.add(error);
        }
    }

    private static void await(final String what, final BooleanSupplier condition)
    {
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean())
        {
            assertTrue(System.nanoTime() - deadlineNs < 0, () -> "waited in vain for " + what);
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(100));
        }
    }
}
