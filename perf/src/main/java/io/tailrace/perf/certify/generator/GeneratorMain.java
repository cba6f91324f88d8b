package io.tailrace.perf.certify.generator;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Reader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The generator as a program: {@code GeneratorMain PROPERTIES DIR}. Sends readings until it is told {@code finish} on
 * its standard input, then waits until all of them are acknowledged, ends the input, and exits with 0. If its standard
 * input ends before, whoever started it is gone, and it ends too.
 * <p>
 * In DIR it writes {@code acknowledged}, {@code sent-again} and {@code last-sent}; see {@code perf/docs/certify.md}.
 */
public final class GeneratorMain
{
    private static final int READINGS_PER_DATAGRAM = 20;
    private static final int BUFFER_LENGTH = 1 << 16;
    private static final long IDLE_NS = 200_000L;
    private static final long FINISH_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(60);
    private static final int END_OF_INPUT_TEMPLATE = 5;
    private static final int LONGEST_DEBT = 40;

    private final GeneratorSettings settings;
    private final DatagramChannel channel;
    private final InetSocketAddress address;
    private final ByteBuffer answer = ByteBuffer.allocateDirect(1 << 11).order(ByteOrder.LITTLE_ENDIAN);
    private final Readings readings;
    private final AckWindow window;
    private volatile boolean isFinishing;

    private GeneratorMain(
        final GeneratorSettings settings,
        final DatagramChannel channel,
        final DataOutputStream acknowledged,
        final DataOutputStream sentAgain)
    {
        this.settings = settings;
        this.channel = channel;
        address = new InetSocketAddress(InetAddress.getLoopbackAddress(), settings.port());
        readings = new Readings(settings, System.currentTimeMillis());
        window = new AckWindow(
            System.nanoTime() ^ settings.seed() << 1, bytes -> channel.send(bytes, address), acknowledged, sentAgain);
    }

    /**
     * Generates and exits.
     *
     * @param args file of settings, and where to write.
     * @throws IOException if a file or the socket fails.
     */
    public static void main(final String[] args) throws IOException
    {
        final Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(Path.of(args[0])))
        {
            properties.load(reader);
        }
        final Path dir = Path.of(args[1]);
        try (DatagramChannel channel = DatagramChannel.open();
            DataOutputStream acknowledged = open(dir.resolve("acknowledged"));
            DataOutputStream sentAgain = open(dir.resolve("sent-again")))
        {
            channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            channel.configureBlocking(false);
            final GeneratorMain generator =
                new GeneratorMain(GeneratorSettings.of(properties), channel, acknowledged, sentAgain);
            generator.listen();
            generator.run();
            try (DataOutputStream lastSent = open(dir.resolve("last-sent")))
            {
                generator.writeLastSent(lastSent);
            }
        }
        System.exit(0);
    }

    private static DataOutputStream open(final Path file) throws IOException
    {
        return new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file), BUFFER_LENGTH));
    }

    /** Its reads block, which the loop must not. */
    private void listen()
    {
        final Thread thread = new Thread(() ->
        {
            try
            {
                int next = System.in.read();
                while (next >= 0 && next != '\n')
                {
                    next = System.in.read();
                }
                if (next < 0)
                {
                    Runtime.getRuntime().halt(1);
                }
                isFinishing = true;
            }
            catch (final IOException ex)
            {
                Runtime.getRuntime().halt(1);
            }
        }, "commands");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() throws IOException
    {
        final long intervalNs = TimeUnit.SECONDS.toNanos(1) * READINGS_PER_DATAGRAM / settings.rate();
        long nextNs = System.nanoTime();
        while (!isFinishing)
        {
            final long nowNs = System.nanoTime();
            receive();
            window.sendAgain(nowNs);
            // What an engine that was down did not take is not sent all at once when it is back.
            nextNs = Math.max(nextNs, nowNs - LONGEST_DEBT * intervalNs);
            boolean isIdle = true;
            while (nowNs - nextNs >= 0 && window.hasRoom())
            {
                window.send(datagram(), nowNs);
                nextNs += intervalNs;
                isIdle = false;
            }
            if (isIdle)
            {
                LockSupport.parkNanos(IDLE_NS);
            }
        }
        drain();
        window.send(endOfInput(), System.nanoTime());
        drain();
    }

    private void drain() throws IOException
    {
        final long deadlineNs = System.nanoTime() + FINISH_TIMEOUT_NS;
        while (!window.isEmpty())
        {
            receive();
            window.sendAgain(System.nanoTime());
            if (System.nanoTime() - deadlineNs > 0)
            {
                throw new IOException("not everything was acknowledged in time");
            }
            LockSupport.parkNanos(IDLE_NS);
        }
    }

    private void receive() throws IOException
    {
        answer.clear();
        while (channel.receive(answer) != null)
        {
            window.onAck(answer.flip());
            answer.clear();
        }
    }

    private ByteBuffer datagram()
    {
        final ByteBuffer datagram = newDatagram(READINGS_PER_DATAGRAM);
        final long nowMs = System.currentTimeMillis();
        for (int i = 0; i < READINGS_PER_DATAGRAM; i++)
        {
            readings.append(datagram, nowMs);
        }
        return datagram.flip();
    }

    private static ByteBuffer endOfInput()
    {
        final ByteBuffer datagram = newDatagram(1);
        final int at = datagram.position();
        datagram.putShort(at, (short)56).putShort(at + 2, (short)END_OF_INPUT_TEMPLATE)
            .putShort(at + 4, (short)7412).putShort(at + 6, (short)1);
        return datagram.position(at + Readings.LENGTH).flip();
    }

    private static ByteBuffer newDatagram(final int messages)
    {
        return ByteBuffer.allocate(AckWindow.HEADER_LENGTH + messages * Readings.LENGTH)
            .order(ByteOrder.LITTLE_ENDIAN).position(AckWindow.HEADER_LENGTH);
    }

    private void writeLastSent(final DataOutputStream out) throws IOException
    {
        for (int deviceId = 1; deviceId <= settings.devices(); deviceId++)
        {
            if (readings.lastEventId(deviceId) > 0)
            {
                out.writeLong(deviceId);
                out.writeLong(readings.lastEventId(deviceId));
            }
        }
    }
}
