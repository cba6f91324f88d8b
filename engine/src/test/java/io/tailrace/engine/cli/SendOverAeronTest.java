package io.tailrace.engine.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.aeron.Aeron;
import io.aeron.FragmentAssembler;
import io.aeron.Subscription;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.tailrace.engine.Engine;
import org.agrona.CloseHelper;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Sends to a subscription of the test, on a small media driver of the test, and to an engine.
 */
class SendOverAeronTest
{
    private static final int STREAM = 1001;
    private static final int ROWS = 5000;

    @TempDir
    Path dir;

    private final ReceivedMessages received = new ReceivedMessages();
    private final FragmentAssembler assembler = new FragmentAssembler(
        (buffer, offset, length, header) -> received.onDatagram(buffer, offset, length));
    private Path aeronDir;
    private MediaDriver driver;
    private Aeron aeron;

    @BeforeEach
    void launch()
    {
        aeronDir = dir.resolve("aeron");
        driver = MediaDriver.launch(new MediaDriver.Context()
            .aeronDirectoryName(aeronDir.toString())
            .threadingMode(ThreadingMode.SHARED)
            .sharedIdleStrategy(new BackoffIdleStrategy(1, 1, 1000, TimeUnit.MICROSECONDS.toNanos(100)))
            .ipcTermBufferLength(64 * 1024)
            .imageLivenessTimeoutNs(TimeUnit.SECONDS.toNanos(2))
            .dirDeleteOnStart(true)
            .dirDeleteOnShutdown(true));
        aeron = Aeron.connect(new Aeron.Context().aeronDirectoryName(aeronDir.toString()));
    }

    @AfterEach
    void close() throws IOException
    {
        CloseHelper.closeAll(aeron, driver);
        assertEquals(List.of(), ownDrivers(), "the driver's directory is left");
    }

    @Test
    void shouldDeliverEveryRowThroughADriverOfItsOwnBeforeItEnds() throws Exception
    {
        final Subscription subscription = aeron.addSubscription("aeron:udp?endpoint=localhost:0", STREAM);
        TestEngine.await(() -> null != subscription.tryResolveChannelEndpointPort(), "the endpoint is bound");
        final CompletableFuture<CommandOutput> send =
            start("--to", subscription.tryResolveChannelEndpointPort() + ":" + STREAM, "--end");

        poll(subscription, send, ROWS);

        final CommandOutput output = send.get(30, TimeUnit.SECONDS).assertDone();
        assertEquals(Integer.toString(ROWS), output.value("sent"));
        assertEquals(ROWS, received.readings.size());
        assertEquals(1, received.ends);
    }

    @Test
    void shouldWaitOutBackPressureOverIpc() throws Exception
    {
        try (Subscription subscription = aeron.addSubscription("aeron:ipc", STREAM))
        {
            final CompletableFuture<CommandOutput> send =
                start("--to", "aeron:ipc:" + STREAM, "--aeron-dir", aeronDir);
            // The rows are ten times as long as the term, so nobody can have sent them all before we begin to read.
            TestEngine.await(subscription::isConnected, "the sender is connected");
            TestEngine.await(() -> isStill(subscription), "the sender is held up");
            assertTrue(!send.isDone());

            poll(subscription, send, ROWS);

            assertEquals(Integer.toString(ROWS), send.get(30, TimeUnit.SECONDS).assertDone().value("sent"));
            assertEquals(ROWS, received.readings.size());
        }
    }

    @Test
    void shouldFailWithACountWhenTheSubscriberGoesAway() throws Exception
    {
        final CompletableFuture<CommandOutput> send;
        try (Subscription subscription = aeron.addSubscription("aeron:ipc", STREAM))
        {
            send = start("--to", "aeron:ipc:" + STREAM, "--aeron-dir", aeronDir, "--repeat");
            poll(subscription, send, 100);
        }

        send.get(30, TimeUnit.SECONDS).assertError(1, "the subscriber is gone, after ", " readings in ");
    }

    @Test
    void shouldGiveUpWhenNobodySubscribes() throws Exception
    {
        start("--to", "aeron:udp?endpoint=localhost:9:1001", "--connect-timeout", "0.2").get()
            .assertError(1, "aeron:udp?endpoint=localhost:9:1001: no subscriber within 200 ms, nothing was sent");
    }

    @Test
    void shouldFailWithoutTheDriverThatWasNamed() throws Exception
    {
        start("--to", "aeron:ipc:1001", "--aeron-dir", dir.resolve("nowhere")).get()
            .assertError(1, "no media driver runs on", "nowhere");
    }

    @Test
    void shouldFailAtAChannelThatAeronRefuses() throws Exception
    {
        start("--to", "aeron:udp?endpoint=localhost:port:1001", "--aeron-dir", aeronDir).get()
            .assertError(1, "aeron:udp?endpoint=localhost:port:1001");
    }

    @Test
    void shouldSendToTheDriverOfTheEngineThatTheConfigurationNames() throws Exception
    {
        final TestEngine plant = new TestEngine(
            dir, "  - {name: desk, aeron: {channel: \"aeron:ipc\", stream: 1101}}");
        start("--to", "aeron:ipc:1101", "--config", plant.configFile()).get()
            .assertError(1, "no engine runs on " + plant.dataDir());

        try (Engine engine = plant.launch())
        {
            start("--to", "aeron:ipc:1101", "--config", plant.configFile()).get().assertDone();
            TestEngine.assertReceived(engine, ROWS);
        }
    }

    @Test
    void shouldSendToAnEngineOverUdp() throws Exception
    {
        final TestEngine plant = new TestEngine(dir, "  - {name: field, udp: \"127.0.0.1:0\"}");
        try (Engine engine = plant.launch())
        {
            start("--to", "udp:127.0.0.1:" + engine.udpPort("field"), "--rate", "20000/s", "--config",
                plant.configFile(), "--limit", 500).get().assertDone();
            TestEngine.assertReceived(engine, 500);
        }
    }

    private void poll(
        final Subscription subscription, final CompletableFuture<CommandOutput> send, final int readings)
    {
        TestEngine.await(
            () ->
            {
                subscription.poll(assembler, 10);
                return received.readings.size() >= readings || send.isDone() && received.sizes.isEmpty();
            },
            "all readings");
        // The end of the input follows the last reading.
        TestEngine.await(() -> 0 == subscription.poll(assembler, 10), "nothing more");
        assertNotEquals(0, received.readings.size());
    }

    private boolean isStill(final Subscription subscription)
    {
        return subscription.imageCount() == 1 && aeron.countersReader().getCounterValue(
            aeron.countersReader().findByTypeIdAndRegistrationId(
                io.aeron.AeronCounters.DRIVER_PUBLISHER_POS_TYPE_ID,
                subscription.imageAtIndex(0).correlationId())) >= 16 * 1024;
    }

    private CompletableFuture<CommandOutput> start(final Object... args) throws IOException
    {
        final Path file = Files.writeString(dir.resolve("readings.csv"), SendCommandTest.rows(ROWS));
        final Object[] all = new Object[args.length + 1];
        all[0] = file;
        System.arraycopy(args, 0, all, 1, args.length);
        return CompletableFuture.supplyAsync(() -> CommandOutput.of(new SendCommand(), all));
    }

    private static List<String> ownDrivers() throws IOException
    {
        final Path sharedMemory = Path.of("/dev/shm");
        if (!Files.isDirectory(sharedMemory))
        {
            return List.of();
        }
        try (Stream<Path> files = Files.list(sharedMemory))
        {
            return files.map(file -> file.getFileName().toString())
                .filter(name -> name.startsWith("tailrace-send-" + ProcessHandle.current().pid()))
                .toList();
        }
    }
}
