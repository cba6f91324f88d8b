package io.tailrace.engine.cli;

import java.util.ArrayList;
import java.util.List;

import io.tailrace.codec.FrameValidator;
import io.tailrace.codec.MessageLayout;
import org.agrona.DirectBuffer;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Takes datagrams as ingress does, and notes what they hold.
 */
final class ReceivedMessages
{
    final List<String> readings = new ArrayList<>();
    final List<Integer> epochs = new ArrayList<>();
    final List<Integer> sizes = new ArrayList<>();
    int ends;

    private final FrameValidator validator = new FrameValidator(1 << 16);
    private long session;

    void onDatagram(final DirectBuffer buffer, final int offset, final int length)
    {
        final int count = validator.validate(buffer, offset, length);
        assertTrue(count > 0, () -> "malformed " + count);
        final long thisSession = buffer.getLong(offset + MessageLayout.DATAGRAM_HEADER_SESSION_OFFSET, LITTLE_ENDIAN);
        session = sizes.isEmpty() ? thisSession : session;
        assertEquals(session, thisSession);
        assertEquals(
            sizes.size(), buffer.getLong(offset + MessageLayout.DATAGRAM_HEADER_SEQUENCE_OFFSET, LITTLE_ENDIAN));
        sizes.add(count);
        for (int i = 0; i < count; i++)
        {
            onMessage(buffer, validator.messagesOffset() + i * MessageLayout.SLOT_LENGTH);
        }
    }

    private void onMessage(final DirectBuffer buffer, final int at)
    {
        if (buffer.getShort(at + MessageLayout.HEADER_TEMPLATE_ID_OFFSET, LITTLE_ENDIAN) ==
            MessageLayout.END_OF_INPUT_TEMPLATE_ID)
        {
            ends++;
            return;
        }
        readings.add(
            Long.toUnsignedString(buffer.getLong(at + MessageLayout.READING_EVENT_ID_OFFSET, LITTLE_ENDIAN)) + " " +
            Long.toUnsignedString(buffer.getLong(at + MessageLayout.READING_DEVICE_ID_OFFSET, LITTLE_ENDIAN)) + " " +
            buffer.getInt(at + MessageLayout.READING_METRIC_OFFSET, LITTLE_ENDIAN) + " " +
            buffer.getLong(at + MessageLayout.READING_EVENT_TIME_OFFSET, LITTLE_ENDIAN) + " " +
            buffer.getByte(at + MessageLayout.READING_TIME_UNIT_OFFSET) + " " +
            buffer.getDouble(at + MessageLayout.READING_VALUE_OFFSET, LITTLE_ENDIAN) + " " +
            buffer.getByte(at + MessageLayout.READING_PRIORITY_OFFSET));
        epochs.add(buffer.getShort(at + MessageLayout.READING_DEVICE_EPOCH_OFFSET, LITTLE_ENDIAN) & 0xFFFF);
    }
}
