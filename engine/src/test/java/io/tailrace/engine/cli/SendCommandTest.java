package io.tailrace.engine.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;

import io.tailrace.codec.EventIds;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Sends over UDP to a socket of the test on loopback. The datagrams wait in its buffer until the command has ended.
 */
class SendCommandTest
{
    private static final String HEADER = "event_id,device_id,metric,event_time_ms,value\n";

    @TempDir
    Path dir;

    private final ReceivedMessages received = new ReceivedMessages();
    private final ByteBuffer datagram = ByteBuffer.allocateDirect(1 << 16);
    private DatagramChannel socket;
    private String to;

    @BeforeEach
    void open() throws IOException
    {
        socket = DatagramChannel.open();
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        socket.configureBlocking(false);
        to = "udp:localhost:" + socket.socket().getLocalPort();
    }

    @AfterEach
    void close() throws IOException
    {
        socket.close();
    }

    @Test
    void shouldSendEveryRowInOrderInDatagramsOfABatch() throws IOException
    {
        final CommandOutput output = send(rows(7), "--to", to, "--batch", 3).assertDone();

        assertEquals(List.of(3, 3, 1), received.sizes);
        assertEquals("0 9 1 1700000000000 2 0.0 0", received.readings.get(0));
        assertEquals("6 9 1 1700000006000 2 6.0 0", received.readings.get(6));
        assertEquals(0, received.ends);
        assertTrue(output.out().matches(
            "sent=7 datagrams=3 rejected-rows=0 elapsed=[0-9.]+s rate=[0-9]+/s\\R"), output.out());
        assertEquals("", output.err());
    }

    @Test
    void shouldSendTheEpochOfTheDevice() throws IOException
    {
        send(HEADER.replace("value", "value,device_epoch") + "1,2,3,4,5,65535\n2,2,3,4,5,\n3,2,3,4,5,-1\n", "--to", to);

        assertEquals(List.of("1", "2"), eventIds());
        assertEquals(List.of(65_535, 0), received.epochs);
    }

    @Test
    void shouldPutTwentyReadingsInADatagramByDefault() throws IOException
    {
        send(rows(45), "--to", to).assertDone();

        assertEquals(List.of(20, 20, 5), received.sizes);
    }

    @Test
    void shouldEndTheInputAfterTheLastRowAlsoIfItsDatagramIsFull() throws IOException
    {
        send(rows(4), "--to", to, "--batch", 2, "--end").assertDone();

        assertEquals(List.of(2, 2, 1), received.sizes);
        assertEquals(1, received.ends);
    }

    @Test
    void shouldEndTheInputOfAFileWithoutRows() throws IOException
    {
        final CommandOutput output = send(HEADER, "--to", to, "--end").assertDone();

        assertEquals(1, received.ends);
        assertEquals("0", output.value("sent"));
        assertEquals("1", output.value("datagrams"));
    }

    @Test
    void shouldSkipAndLimitRows() throws IOException
    {
        send(rows(10), "--to", to, "--skip", 2, "--limit", 3).assertDone();

        assertEquals(List.of("2", "3", "4"), eventIds());
    }

    @Test
    void shouldBeginAnewUntilTheLimitIsReached() throws IOException
    {
        send(rows(3), "--to", to, "--repeat", "--skip", 1, "--limit", 5).assertDone();

        assertEquals(List.of("1", "2", "1", "2", "1"), eventIds());
    }

    @Test
    void shouldNotRepeatAFileWithoutARowToSend() throws IOException
    {
        send(HEADER + "1,2,3,x,5\n", "--to", to, "--repeat").assertError(1, "no row to send", "0 readings");
    }

    @Test
    void shouldSkipRowsThatDoNotParseAndCountThemByReason() throws IOException
    {
        final CommandOutput output = send(
            HEADER + "1,2,3,4,5\n1,2,3,x,5\n1,2,3,4,abc\n1,2,3\n1,2,3,4,NaN\n2,2,3,4,5\n", "--to", to);

        assertEquals(0, output.exitCode());
        assertEquals(List.of("1", "2"), eventIds());
        assertEquals("2", output.value("sent"));
        assertEquals("4", output.value("rejected-rows"));
        assertTrue(output.err().contains("4 rows rejected: columns=1 event-time=1 value=2"), output.err());
    }

    @Test
    void shouldUnpackAFile() throws IOException
    {
        final Path packed = dir.resolve("readings.csv.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed)))
        {
            out.write(rows(5).getBytes(StandardCharsets.UTF_8));
        }

        CommandOutput.of(new SendCommand(), packed, "--to", to).assertDone();
        receive();

        assertEquals(5, received.readings.size());
    }

    @Test
    void shouldTakeNamesAndUnitFromTheConfiguration() throws IOException
    {
        final Path config = Files.writeString(dir.resolve("plant.yaml"), """
            metrics: {temperature: 42}
            event-time: {unit: us}
            windows:
              - {name: w, type: tumbling, size: 1s}
            """);

        send("priority,event_id,device_id,metric,event_time,value\ncritical,a,pump,temperature,1700000000000000,-0.5\n",
            "--to", to, "--config", config).assertDone();

        assertEquals(
            Long.toUnsignedString(EventIds.hash("a")) + " " + Long.toUnsignedString(EventIds.hash("pump")) +
            " 42 1700000000000000 3 -0.5 1",
            received.readings.get(0));
    }

    @Test
    void shouldKeepGoingWhenNobodyListensAndSaySoAtTheEnd() throws IOException
    {
        socket.close();

        final CommandOutput output = CommandOutput.of(
            new SendCommand(), write(rows(50)), "--to", to, "--batch", 1).assertError(0, "nobody listens", "refused");

        assertEquals("50", output.value("sent"));
    }

    @Test
    void shouldSendAllRowsAtARate() throws IOException
    {
        final CommandOutput output = send(rows(50), "--to", to, "--rate", "1000/s").assertDone();

        assertEquals(50, received.readings.size());
        // The last is due after 49 ms, and no row leaves before it is due.
        assertTrue(Double.parseDouble(output.value("elapsed").replace("s", "")) >= 0.049, output.out());
    }

    @Test
    void shouldSendAllRowsAtASpeed() throws IOException
    {
        final CommandOutput output = send(rows(5), "--to", to, "--speed", 100).assertDone();

        assertEquals(5, received.readings.size());
        assertTrue(Double.parseDouble(output.value("elapsed").replace("s", "")) >= 0.04, output.out());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--to udp:localhost:9 --ack --ack-timeout 0 | --ack-timeout: found 0.0, expected seconds, more than 0",
        "--to udp:localhost:9 --ack-from aeron:ipc:2 | --ack-from: found no --ack",
        "--to aeron:ipc:1 --aeron-dir . --ack | --ack-from: found nothing, expected it, or --config with a source",
        "--to aeron:ipc:1 --aeron-dir . --ack --ack-from ipc:2 | --ack-from: found ipc:2, expected udp:HOST:PORT or",
        "--to udp:localhost | --to: found udp:localhost, expected udp:HOST:PORT",
        "--to udp:localhost:0 | --to: found",
        "--to udp:localhost:65536 | --to: found",
        "--to tcp:localhost:9 | --to: found",
        "--to aeron:spy:1001 | --to: found",
        "--to aeron:ipc | --to: found",
        "--to aeron:ipc:1001 | --aeron-dir or --config",
        "--to udp:localhost:9 --batch 0 | --batch: found 0, expected 1 to 1022",
        "--to udp:localhost:9 --batch 1023 | --batch: found 1023",
        "--to udp:localhost:9 --skip -1 | --skip: found -1",
        "--to udp:localhost:9 --limit -1 | --limit: found -1",
        "--to udp:localhost:9 --rate 0 | --rate: found 0",
        "--to udp:localhost:9 --rate 5/m | --rate: found 5/m",
        "--to udp:localhost:9 --speed 0 | --speed: found 0",
        "--to udp:localhost:9 --speed NaN | --speed: found NaN",
        "--to udp:localhost:9 --speed 2 --rate 5 | --speed: found --rate as well",
        "--to udp:localhost:9 --connect-timeout 0 | --connect-timeout: found 0",
        "--to udp:localhost:9 --config no.yaml | no.yaml: found no readable file"})
    void shouldRefuseWrongArguments(final String arguments, final String message) throws IOException
    {
        final Object[] args = (write(rows(1)) + " " + arguments).split(" ");

        CommandOutput.of(new SendCommand(), args).assertError(2, message);
    }

    @Test
    void shouldRefuseAFileThatIsNotThere()
    {
        CommandOutput.of(new SendCommand(), dir.resolve("no.csv"), "--to", to)
            .assertError(2, "no.csv", "expected a readable file");
    }

    @Test
    void shouldFailAtAFileThatCannotBeUnderstood() throws IOException
    {
        send("event_id,device_id\n", "--to", to).assertError(1, "readings.csv:1", "no column metric");
    }

    @Test
    void shouldFailWhenTwoNamesHaveTheSameId() throws IOException
    {
        final String hash = Long.toUnsignedString(EventIds.hash("pump"));

        send(HEADER + "1,pump,3,4,5\n2," + hash + ",3,4,5\n", "--to", to).assertError(1, "pump", hash);
    }

    @Test
    void shouldFailAtAnUnknownHost() throws IOException
    {
        send(rows(1), "--to", "udp:no-such-host.invalid:9").assertError(1, "host is unknown");
    }

    private CommandOutput send(final String csv, final Object... args) throws IOException
    {
        final Object[] all = new Object[args.length + 1];
        all[0] = write(csv);
        System.arraycopy(args, 0, all, 1, args.length);
        final CommandOutput output = CommandOutput.of(new SendCommand(), all);
        receive();
        return output;
    }

    private void receive() throws IOException
    {
        datagram.clear();
        while (null != socket.receive(datagram))
        {
            received.onDatagram(new UnsafeBuffer(datagram), 0, datagram.position());
            datagram.clear();
        }
    }

    private List<String> eventIds()
    {
        return received.readings.stream().map(reading -> reading.split(" ")[0]).toList();
    }

    private Path write(final String csv) throws IOException
    {
        return Files.writeString(dir.resolve("readings.csv"), csv);
    }

    static String rows(final int count)
    {
        final StringBuilder csv = new StringBuilder(HEADER);
        for (int i = 0; i < count; i++)
        {
            csv.append(i).append(",9,1,").append(1_700_000_000_000L + i * 1000L).append(',').append(i).append('\n');
        }
        return csv.toString();
    }
}
