package io.tailrace.perf.certify.generator;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What is sent again, and what is written down of it. */
class AckWindowTest
{
    private static final long SESSION = 77;
    private static final long SECOND_NS = 1_000_000_000L;
    private static final int ENTRY_LENGTH = 16;

    private final List<Long> wire = new ArrayList<>();
    private final List<Long> settledBelow = new ArrayList<>();
    private final ByteArrayOutputStream acknowledged = new ByteArrayOutputStream();
    private final ByteArrayOutputStream sentAgain = new ByteArrayOutputStream();
    private final AckWindow window = new AckWindow(
        SESSION, this::onSent, new DataOutputStream(acknowledged), new DataOutputStream(sentAgain));

    @Test
    void shouldSendAgainUntilItIsSettled() throws IOException
    {
        send(1);
        window.sendAgain(SECOND_NS / 100);
        assertEquals(List.of(0L), wire);

        window.sendAgain(SECOND_NS);
        window.sendAgain(2 * SECOND_NS);
        assertEquals(List.of(0L, 0L, 0L), wire);
        assertEquals(2 * ENTRY_LENGTH, sentAgain.size());

        window.onAck(ack(SESSION, 1, 0, 0));
        window.sendAgain(9 * SECOND_NS);
        assertTrue(window.isEmpty());
        assertEquals(3, wire.size());
        assertEquals(ENTRY_LENGTH, acknowledged.size());
        final ByteBuffer entry = ByteBuffer.wrap(acknowledged.toByteArray());
        assertEquals(5, entry.getLong());
        assertEquals(1, entry.getLong());
    }

    @Test
    void shouldSettleWhatTheBitmapNames() throws IOException
    {
        send(4);
        window.onAck(ack(SESSION, 1, 0b100, 0));
        window.sendAgain(SECOND_NS);

        assertEquals(List.of(0L, 1L, 2L, 3L, 1L, 2L), wire);
        assertEquals(2 * ENTRY_LENGTH, acknowledged.size());
        assertEquals(1L, settledBelow.get(4));
    }

    @Test
    void shouldNotReachBeyondTheBitmap() throws IOException
    {
        send(AckWindow.CAPACITY);
        assertFalse(window.hasRoom());
        window.onAck(ack(SESSION, 0, 0b10, 0));
        assertFalse(window.hasRoom());
        window.onAck(ack(SESSION, 2, 0, 0));
        assertTrue(window.hasRoom());
    }

    @Test
    void shouldPassOverOtherSessionsAndWhatIsNoAck() throws IOException
    {
        send(1);
        window.onAck(ack(SESSION + 1, 1, 0, 0));
        window.onAck(ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN));
        assertFalse(window.isEmpty());
        assertEquals(0, acknowledged.size());
    }

    @Test
    void shouldEndTheRunIfADatagramIsRefused() throws IOException
    {
        send(1);
        assertThrows(IllegalStateException.class, () -> window.onAck(ack(SESSION, 1, 0, 1)));
        assertEquals(0, acknowledged.size());
    }

    private void send(final int count) throws IOException
    {
        for (int i = 0; i < count; i++)
        {
            final ByteBuffer datagram = ByteBuffer.allocate(AckWindow.HEADER_LENGTH + Readings.LENGTH)
                .order(ByteOrder.LITTLE_ENDIAN);
            datagram.putShort(AckWindow.HEADER_LENGTH + 2, (short)1);
            datagram.putLong(AckWindow.HEADER_LENGTH + 8, i + 1L).putLong(AckWindow.HEADER_LENGTH + 16, 5);
            window.send(datagram, 0);
        }
    }

    private void onSent(final ByteBuffer bytes)
    {
        final ByteBuffer datagram = bytes.order(ByteOrder.LITTLE_ENDIAN);
        assertEquals(SESSION, datagram.getLong(8));
        wire.add(datagram.getLong(16));
        settledBelow.add(datagram.getLong(48));
    }

    private static ByteBuffer ack(final long session, final long contiguous, final long settled, final int status)
    {
        return ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN)
            .putShort(2, (short)32).putLong(8, session).putLong(16, contiguous).putLong(24, settled)
            .put(54, (byte)status);
    }
}
