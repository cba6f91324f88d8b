package io.tailrace.perf;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.ingress.Publisher;
import io.tailrace.engine.send.AeronSender;
import io.tailrace.engine.send.DatagramSender;
import io.tailrace.engine.send.Destination;
import io.tailrace.engine.send.SendException;
import io.tailrace.engine.send.UdpSender;
import io.tailrace.perf.workload.ReferenceWorkload;
import org.agrona.concurrent.SleepingIdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code sender}: the sending process of {@code latency}, started by it and talking with it over standard input and
 * output. See {@link SenderSession}.
 */
@Command(name = "sender", hidden = true, description = "Sends the events of a schedule; started by latency.")
final class SenderCommand implements Callable<Integer>
{
    private static final long CONNECT_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(10);
    private static final long END_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(5);

    private final Queue<String> commands = new ConcurrentLinkedQueue<>();
    private volatile boolean isGone;

    @Spec
    private CommandSpec spec;

    @Option(names = "--to", required = true, description = "udp:HOST:PORT or aeron:CHANNEL:STREAM.")
    private String to;

    @Option(names = "--aeron-dir", description = "Of a running media driver; default: one of its own.")
    private String aeronDir;

    @Option(names = "--seed", required = true)
    private long seed;

    @Option(names = "--rate", required = true)
    private long rate;

    @Option(names = "--devices", required = true)
    private int devices;

    @Option(names = "--count", required = true)
    private long count;

    @Option(names = "--warmup-count", required = true)
    private long warmupCount;

    @Option(names = "--window-ns", required = true)
    private long windowNs;

    @Option(names = "--report", required = true, description = "Directory for the report.")
    private Path report;

    @Override
    public Integer call() throws IOException
    {
        listen();
        // Told to end by a signal, the sender still takes down its media driver.
        final CountDownLatch closed = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() ->
        {
            isGone = true;
            await(closed);
        }));
        try
        {
            return send() ? 0 : 1;
        }
        finally
        {
            closed.countDown();
        }
    }

    private boolean send() throws IOException
    {
        final PrintWriter out = spec.commandLine().getOut();
        try (DatagramSender sender = open(Destination.parse("--to", to)))
        {
            final SenderSession session = new SenderSession(
                new ReferenceWorkload(seed, devices, ReferenceWorkload.DISORDER_NS, rate),
                count,
                warmupCount,
                windowNs,
                sinkOf(sender),
                System::nanoTime,
                new SleepingIdleStrategy(EmbeddedSender.PARK_NS),
                () -> isGone ? SenderSession.END : commands.poll(),
                line ->
                {
                    out.println(line);
                    out.flush();
                });
            return session.run(report);
        }
    }

    private DatagramSender open(final Destination destination)
    {
        return destination.isAeron() ?
            AeronSender.open(destination, aeronDir, CONNECT_TIMEOUT_NS, () -> isGone) : UdpSender.open(destination);
    }

    /** @return where claims go: each is a datagram. */
    private EventSink sinkOf(final DatagramSender sender)
    {
        final UnsafeBuffer datagram = new UnsafeBuffer();
        return (buffer, offset, claimed) ->
        {
            final int length = claimed * MessageLayout.SLOT_LENGTH;
            datagram.wrap(buffer, offset, length);
            if (sender instanceof final AeronSender aeron)
            {
                return aeron.trySend(datagram, length) ? claimed : Publisher.BACK_PRESSURED;
            }
            sender.send(datagram, length);
            if (sender.refusals() > 0)
            {
                throw new SendException(to + ": nobody listens");
            }
            return claimed;
        };
    }

    private void listen()
    {
        final Thread thread = new Thread(() ->
        {
            try (BufferedReader in =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)))
            {
                in.lines().forEach(commands::add);
            }
            catch (final IOException ignore)
            {
                // Whoever wrote there is gone.
            }
            isGone = true;
        }, "commands");
        thread.setDaemon(true);
        thread.start();
    }

    private static void await(final CountDownLatch closed)
    {
        try
        {
            closed.await(END_TIMEOUT_NS, TimeUnit.NANOSECONDS);
        }
        catch (final InterruptedException ex)
        {
            Thread.currentThread().interrupt();
        }
    }
}
