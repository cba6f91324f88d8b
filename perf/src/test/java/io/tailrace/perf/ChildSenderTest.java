package io.tailrace.perf;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

import io.tailrace.codec.MessageLayout;
import io.tailrace.perf.workload.ArrivalSchedule;
import io.tailrace.perf.workload.ReferenceWorkload;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A real process, and a socket in place of the engine. */
class ChildSenderTest
{
    private static final int COUNT = 400;
    private static final int TIMEOUT_MS = 20_000;

    @TempDir
    private Path temp;

    @Test
    void shouldSendTheEventsOfTheWorkloadInOrderAndReport() throws IOException
    {
        try (DatagramSocket socket = socket();
            ChildSender sender = ChildSender.launch(ScratchDirectory.create(temp, 0), arguments("udp:127.0.0.1:" +
                socket.getLocalPort())))
        {
            sender.start(new ArrivalSchedule(System.nanoTime() + 1_000_000, 1_000, COUNT), 100);
            final List<Long> ids = new ArrayList<>();
            while (ids.size() < COUNT)
            {
                receive(socket, ids);
            }
            while (!sender.isDone())
            {
                LockSupport.parkNanos(1_000_000);
            }
            final PublisherReport report = sender.report();
            assertEquals(COUNT, report.published());
            assertEquals(COUNT, report.scheduled());
            assertEquals(COUNT - 100, report.lateness().getTotalCount());
            while (!sender.tryFlush())
            {
                LockSupport.parkNanos(1_000_000);
            }
            receive(socket, ids);
            for (int i = 0; i <= COUNT; i++)
            {
                assertEquals(i, ids.get(i));
            }
        }
        requireNothingLeft();
    }

    @Test
    void shouldEndTheProcessThatIsStillSending() throws IOException
    {
        final long before = senders();
        try (DatagramSocket socket = socket();
            ChildSender sender = ChildSender.launch(ScratchDirectory.create(temp, 0), arguments("udp:127.0.0.1:" +
                socket.getLocalPort())))
        {
            assertEquals(before + 1, senders());
            sender.start(new ArrivalSchedule(System.nanoTime() + 3_600_000_000_000L, 1_000, COUNT), 0);
            assertFalse(sender.isDone());
        }
        assertEquals(before, senders());
        requireNothingLeft();
    }

    @Test
    void shouldStopASenderThatTakesTooLong() throws IOException
    {
        try (DatagramSocket socket = socket();
            ChildSender sender = ChildSender.launch(ScratchDirectory.create(temp, 0), arguments("udp:127.0.0.1:" +
                socket.getLocalPort())))
        {
            sender.start(new ArrivalSchedule(System.nanoTime() + 3_600_000_000_000L, 1_000, COUNT), 0);
            final PublisherReport report = sender.report();
            assertEquals(0, report.published());
            assertEquals(COUNT, report.scheduled());
        }
        requireNothingLeft();
    }

    @Test
    void shouldSayWhyTheProcessDidNotStart() throws IOException
    {
        final IllegalStateException thrown = assertThrows(IllegalStateException.class, () -> ChildSender.launch(
            ScratchDirectory.create(temp, 0), arguments("aeron:ipc:4001", "--aeron-dir", temp + "/none")));
        assertTrue(thrown.getMessage().contains("no media driver runs on"), thrown::getMessage);
        requireNothingLeft();
    }

    @Test
    void shouldSayWhyTheProcessEnded() throws IOException
    {
        final int port;
        try (DatagramSocket socket = socket())
        {
            port = socket.getLocalPort();
        }
        try (ChildSender sender =
            ChildSender.launch(ScratchDirectory.create(temp, 0), arguments("udp:127.0.0.1:" + port)))
        {
            sender.start(new ArrivalSchedule(System.nanoTime(), 1_000, COUNT), 0);
            final IllegalStateException thrown = assertThrows(IllegalStateException.class, () ->
            {
                while (!sender.isDone())
                {
                    LockSupport.parkNanos(1_000_000);
                }
            });
            assertTrue(thrown.getMessage().contains("nobody listens"), thrown::getMessage);
        }
        requireNothingLeft();
    }

    private static DatagramSocket socket() throws IOException
    {
        final DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        socket.setSoTimeout(TIMEOUT_MS);
        return socket;
    }

    private static void receive(final DatagramSocket socket, final List<Long> ids) throws IOException
    {
        final DatagramPacket packet = new DatagramPacket(new byte[1 << 16], 1 << 16);
        socket.receive(packet);
        assertEquals(0, packet.getLength() % MessageLayout.SLOT_LENGTH);
        assertTrue(packet.getLength() <= ReferenceJob.CLAIM * MessageLayout.SLOT_LENGTH);
        final UnsafeBuffer events = new UnsafeBuffer(packet.getData());
        for (int at = 0; at < packet.getLength(); at += MessageLayout.SLOT_LENGTH)
        {
            assertEquals(MessageLayout.READING_HEADER, events.getLong(at));
            ids.add(events.getLong(at + MessageLayout.READING_EVENT_ID_OFFSET));
        }
    }

    private static List<String> arguments(final String to, final String... more)
    {
        final List<String> arguments = new ArrayList<>(List.of(
            "sender", "--to", to, "--seed", "1", "--rate", "1000", "--devices", "10",
            "--count", String.valueOf(COUNT), "--warmup-count", "100",
            "--window-ns", String.valueOf(ReferenceWorkload.DISORDER_NS)));
        arguments.addAll(List.of(more));
        return arguments;
    }

    private static long senders()
    {
        return ProcessHandle.current().children().filter(ProcessHandle::isAlive).count();
    }

    private void requireNothingLeft() throws IOException
    {
        try (Stream<Path> left = Files.list(temp))
        {
            assertEquals(List.of(), left.toList());
        }
    }
}
