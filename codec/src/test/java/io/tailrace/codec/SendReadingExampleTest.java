package io.tailrace.codec;

import io.tailrace.codec.sbe.MessageHeaderDecoder;
import io.tailrace.codec.sbe.ReadingDecoder;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Runs the example that the documentation shows, and judges the datagram that arrives.
 */
class SendReadingExampleTest
{
    private static final Path EXAMPLE =
        Path.of(System.getProperty("basedir", "."), "docs", "examples", "send_reading.py").toAbsolutePath();
    private static final int DEADLINE_SECONDS = 30;

    @Test
    void shouldSendReadingsThatFrameValidatorTakes() throws Exception
    {
        assumeTrue(hasPython(), "skipped: there is no python3");
        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)))
        {
            socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(DEADLINE_SECONDS));
            final String host = socket.getLocalAddress().getHostAddress();

            assertEquals(0, run("python3", EXAMPLE.toString(), host, String.valueOf(socket.getLocalPort()), "3"));

            final DatagramPacket datagram = new DatagramPacket(new byte[2048], 2048);
            socket.receive(datagram);
            assertReadings(new UnsafeBuffer(datagram.getData()), datagram.getLength());
        }
    }

    private static void assertReadings(final UnsafeBuffer bytes, final int length)
    {
        assertEquals(3, new FrameValidator(2048).validate(bytes, 0, length));
        final ReadingDecoder reading = new ReadingDecoder();
        for (int i = 0; i < 3; i++)
        {
            reading.wrapAndApplyHeader(bytes, i * MessageLayout.SLOT_LENGTH, new MessageHeaderDecoder());
            assertEquals(i, reading.eventId());
            assertEquals(42, reading.deviceId());
            assertEquals(20.5 + i, reading.value());
            assertEquals(1, reading.metric());
            assertEquals(TimeUnits.NANOS, reading.timeUnit());
            assertEquals(Priority.NORMAL.code(), reading.priority());
            assertEquals(0, reading.source());
            assertEquals(0, reading.ingestTime());
            assertEquals(0, reading.quality() | reading.deviceEpoch() | reading.reserved1() | reading.reserved2());
            assertTrue(reading.eventTime() > 1_600_000_000_000_000_000L, "eventTime=" + reading.eventTime());
        }
    }

    private static boolean hasPython() throws InterruptedException
    {
        try
        {
            return run("python3", "-c", "pass") == 0;
        }
        catch (final IOException missing)
        {
            return false;
        }
    }

    private static int run(final String... command) throws IOException, InterruptedException
    {
        final Process process = new ProcessBuilder(command).inheritIO().start();
        try
        {
            assertTrue(
                process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS), "did not end: " + String.join(" ", command));
            return process.exitValue();
        }
        finally
        {
            process.destroyForcibly();
        }
    }
}
