package io.tailrace.engine.send;

import io.tailrace.codec.MessageLayout;
import io.tailrace.codec.ReadingCsv;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

/**
 * Puts readings into datagrams.
 * <pre>
 *   | DatagramHeader: session, sequence from 0 | Reading | Reading | ... | EndOfInput |
 * </pre>
 * Threading: one thread. Hot path: allocation-free.
 */
final class DatagramBuilder
{
    private static final int SLOT_LENGTH = MessageLayout.SLOT_LENGTH;

    private final UnsafeBuffer buffer;
    private final int maxMessages;
    private int messages;
    private long sequence;

    /**
     * @param session     chosen anew for each run.
     * @param maxMessages in one datagram, not counting its header.
     */
    DatagramBuilder(final long session, final int maxMessages)
    {
        this.maxMessages = maxMessages;
        buffer = new UnsafeBuffer(new byte[(1 + maxMessages) * SLOT_LENGTH]);
        buffer.putLong(0, MessageLayout.DATAGRAM_HEADER_HEADER, LITTLE_ENDIAN);
        buffer.putLong(MessageLayout.DATAGRAM_HEADER_SESSION_OFFSET, session, LITTLE_ENDIAN);
    }

    /** Adds the row that the file is at. Needs room. */
    void addReading(final ReadingCsv row)
    {
        final int at = claim(MessageLayout.READING_HEADER);
        buffer.putLong(at + MessageLayout.READING_EVENT_ID_OFFSET, row.eventId(), LITTLE_ENDIAN);
        buffer.putLong(at + MessageLayout.READING_DEVICE_ID_OFFSET, row.deviceId(), LITTLE_ENDIAN);
        buffer.putLong(at + MessageLayout.READING_EVENT_TIME_OFFSET, row.eventTime(), LITTLE_ENDIAN);
        buffer.putDouble(at + MessageLayout.READING_VALUE_OFFSET, row.value(), LITTLE_ENDIAN);
        buffer.putInt(at + MessageLayout.READING_METRIC_OFFSET, (int)row.metric(), LITTLE_ENDIAN);
        buffer.putByte(at + MessageLayout.READING_TIME_UNIT_OFFSET, (byte)row.timeUnit());
        buffer.putByte(at + MessageLayout.READING_PRIORITY_OFFSET, (byte)row.priority().code());
        buffer.putShort(at + MessageLayout.READING_DEVICE_EPOCH_OFFSET, (short)row.deviceEpoch(), LITTLE_ENDIAN);
    }

    /** Adds the end of the input. Needs room. */
    void addEndOfInput()
    {
        claim(MessageLayout.END_OF_INPUT_HEADER);
    }

    /** @return whether there is no room for one more message. */
    boolean isFull()
    {
        return messages == maxMessages;
    }

    /** @return whether there is nothing to send. */
    boolean isEmpty()
    {
        return messages == 0;
    }

    /** @return the datagram, from its first byte. */
    DirectBuffer buffer()
    {
        return buffer;
    }

    /** @return length of the datagram, bytes. */
    int length()
    {
        return (1 + messages) * SLOT_LENGTH;
    }

    /** @return datagrams that were begun and sent before this one. */
    long sequence()
    {
        return sequence;
    }

    /** The datagram was sent; begins the next. */
    void next()
    {
        messages = 0;
        sequence++;
        buffer.putLong(MessageLayout.DATAGRAM_HEADER_SEQUENCE_OFFSET, sequence, LITTLE_ENDIAN);
    }

    private int claim(final long header)
    {
        messages++;
        final int at = messages * SLOT_LENGTH;
        buffer.setMemory(at, SLOT_LENGTH, (byte)0);
        buffer.putLong(at, header, LITTLE_ENDIAN);
        return at;
    }
}
