package io.tailrace.engine.cli;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.tailrace.codec.AckStatus;
import io.tailrace.codec.MessageLayout;
import io.tailrace.codec.sbe.AckDecoder;
import io.tailrace.codec.sbe.DatagramHeaderEncoder;
import io.tailrace.codec.sbe.MessageHeaderDecoder;
import io.tailrace.codec.sbe.MessageHeaderEncoder;
import io.tailrace.codec.sbe.ReadingEncoder;
import io.tailrace.engine.Engine;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * {@code send --ack} to engines in the process of the test.
 */
class SendAckedTest
{
    private static final int ROWS = 5000;

    @TempDir
    Path dir;

    @Test
    void shouldEndWhenAllIsDurableOverUdp() throws Exception
    {
        final TestEngine plant = new TestEngine(dir, "  - {name: field, udp: \"127.0.0.1:0\", ack: true}");
        try (Engine engine = plant.launch())
        {
            final CommandOutput output =
                start("--to", "udp:127.0.0.1:" + engine.udpPort("field"), "--ack").get().assertDone();

            assertEquals("", output.err());
            assertEquals("250", output.value("datagrams"));
            assertEquals("250", output.value("settled-durable"));
            assertEquals("0", output.value("settled-malformed"));
            TestEngine.assertReceived(engine, ROWS);
        }
    }

    @Test
    void shouldEndWhenAllIsDurableOverIpc() throws Exception
    {
        final TestEngine plant = new TestEngine(dir, "  - {name: desk, ack: true, aeron: {channel: \"aeron:ipc\", " +
            "stream: 1101, ack-channel: \"aeron:ipc\", ack-stream: 1102}}");
        try (Engine engine = plant.launch())
        {
            assertEquals("250", start("--to", "aeron:ipc:1101", "--config", plant.configFile(), "--ack").get()
                .assertDone().value("settled-durable"));
            TestEngine.assertReceived(engine, ROWS);
        }
    }

    @Test
    void shouldEndWhenAllIsDurableOverUdpOfAeronForSeveralSenders() throws Exception
    {
        final String channel = "aeron:udp?endpoint=localhost:" + freePort();
        final String control = "aeron:udp?control=localhost:" + freePort() + "|control-mode=dynamic";
        final TestEngine plant = new TestEngine(dir, ("  - {name: desk, ack: true, aeron: {channel: \"%s\", " +
            "stream: 1101, ack-channel: \"%s\", ack-stream: 1102}}").formatted(channel, control));
        try (Engine engine = plant.launch())
        {
            final CompletableFuture<CommandOutput> first =
                start("--to", channel + ":1101", "--config", plant.configFile(), "--ack");
            final CompletableFuture<CommandOutput> second =
                start("--to", channel + ":1101", "--ack-from", "aeron:" + control + ":1102", "--ack");
            assertEquals("250", first.get().assertDone().value("settled-durable"));
            assertEquals("250", second.get().assertDone().value("settled-durable"));
            TestEngine.assertReceived(engine, 2 * ROWS);
        }
    }

    @Test
    void shouldGoOnWithTheNextEngineWhenOneIsClosed() throws Exception
    {
        final TestEngine plant = new TestEngine(
            dir, "  - {name: field, udp: \"127.0.0.1:%d\", ack: true}".formatted(freePort()));
        final CompletableFuture<CommandOutput> send;
        try (Engine engine = plant.launch())
        {
            send = start("--to", "udp:127.0.0.1:" + engine.udpPort("field"), "--ack", "--rate", "5000/s");
            TestEngine.await(() -> engine.received() > ROWS / 4, "a quarter has come");
        }
        try (Engine engine = plant.launch())
        {
            final CommandOutput output = send.get(60, TimeUnit.SECONDS).assertDone();
            assertEquals(output.value("datagrams"), output.value("settled-durable"));
            // What one has taken it has acknowledged before it was closed: nothing is there twice.
            TestEngine.assertReceived(engine, ROWS);
        }
    }

    @Test
    void shouldFailWhenNobodyAcknowledges() throws Exception
    {
        final TestEngine plant = new TestEngine(dir, "  - {name: field, udp: \"127.0.0.1:0\"}");
        try (Engine engine = plant.launch())
        {
            start("--to", "udp:127.0.0.1:" + engine.udpPort("field"), "--ack", "--ack-timeout", "0.5", "--limit", "30")
                .get().assertError(1, "no acknowledgement, nothing was settled within 500 ms, 2 datagrams are not",
                    "expected a source with ack: true, after 30 readings in 2 datagrams were sent");
        }
    }

    @Test
    void shouldFailWhenNobodyListens() throws Exception
    {
        start("--to", "udp:127.0.0.1:" + freePort(), "--ack", "--ack-timeout", "0.3").get()
            .assertError(1, "no acknowledgement, nothing was settled within 300 ms, 64 datagrams are not");
    }

    /** Datagrams as a sender of another make would send them. */
    @Test
    void shouldAnswerWhatIsMalformedOrComesAgain() throws Exception
    {
        final TestEngine plant = new TestEngine(dir, "  - {name: field, udp: \"127.0.0.1:0\", ack: true}");
        try (Engine engine = plant.launch(); DatagramChannel channel = DatagramChannel.open())
        {
            channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), engine.udpPort("field")));
            channel.configureBlocking(false);
            assertAck(channel, datagram(0, 3 * MessageLayout.SLOT_LENGTH), 1, 0, 0, AckStatus.DURABLE);
            assertAck(channel, datagram(2, 2 * MessageLayout.SLOT_LENGTH), 1, 2, 0, AckStatus.DURABLE);
            assertAck(channel, datagram(1, MessageLayout.SLOT_LENGTH), 3, 0, 1, AckStatus.MALFORMED);
            assertAck(channel, datagram(2, 2 * MessageLayout.SLOT_LENGTH), 3, 0, 1, AckStatus.MALFORMED);

            TestEngine.assertReceived(engine, 3);
            assertEquals(1, engine.ledger().total("source", "resent"));
            assertEquals(1, engine.ledger().total("source", "malformed"));
        }
        try (Engine engine = plant.launch())
        {
            assertEquals(1, engine.ledger().total("source", "resent"), "the journal has kept the count");
        }
    }

    private static void assertAck(
        final DatagramChannel channel,
        final ByteBuffer datagram,
        final long contiguous,
        final long settled,
        final long malformed,
        final AckStatus status) throws IOException
    {
        final ByteBuffer answer = ByteBuffer.allocate(100);
        final AckDecoder ack = new AckDecoder();
        channel.write(datagram);
        TestEngine.await(() ->
        {
            answer.clear();
            if (!receive(channel, answer))
            {
                return false;
            }
            assertEquals(MessageLayout.SLOT_LENGTH, answer.position());
            ack.wrapAndApplyHeader(new UnsafeBuffer(answer.array()), 0, new MessageHeaderDecoder());
            assertEquals(77, ack.session());
            return ack.contiguous() == contiguous && ack.settled() == settled && ack.malformed() == malformed;
        }, "ack of " + contiguous);
        assertEquals(1, ack.source());
        assertEquals(status.code(), ack.status());
        assertEquals(status == AckStatus.DURABLE ? 0 : 1, ack.lastRefused());
        assertEquals(0, ack.shed() + ack.rejected());
        assertTrue(ack.since() > 0);
    }

    private static boolean receive(final DatagramChannel channel, final ByteBuffer answer)
    {
        try
        {
            return channel.read(answer) > 0;
        }
        catch (final IOException ex)
        {
            throw new java.io.UncheckedIOException(ex);
        }
    }

    private static ByteBuffer datagram(final long sequence, final int length)
    {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[length]);
        new DatagramHeaderEncoder().wrapAndApplyHeader(buffer, 0, new MessageHeaderEncoder())
            .session(77).sequence(sequence);
        for (int at = MessageLayout.SLOT_LENGTH; at < length; at += MessageLayout.SLOT_LENGTH)
        {
            new ReadingEncoder().wrapAndApplyHeader(buffer, at, new MessageHeaderEncoder())
                .eventTime(TestEngine.START_MS).metric(1);
        }
        return ByteBuffer.wrap(buffer.byteArray());
    }

    private static int freePort() throws IOException
    {
        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)))
        {
            return socket.getLocalPort();
        }
    }

    private CompletableFuture<CommandOutput> start(final Object... args) throws IOException
    {
        final Path file = Files.writeString(dir.resolve("readings.csv"), SendCommandTest.rows(ROWS));
        final Object[] all = new Object[args.length + 1];
        all[0] = file;
        System.arraycopy(args, 0, all, 1, args.length);
        return CompletableFuture.supplyAsync(() -> CommandOutput.of(new SendCommand(), all));
    }
}
