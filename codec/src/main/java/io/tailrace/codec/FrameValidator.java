package io.tailrace.codec;

import org.agrona.DirectBuffer;

import java.nio.ByteOrder;

import static io.tailrace.codec.MessageLayout.DATAGRAM_HEADER_SEQUENCE_OFFSET;
import static io.tailrace.codec.MessageLayout.DATAGRAM_HEADER_SESSION_OFFSET;
import static io.tailrace.codec.MessageLayout.DATAGRAM_HEADER_SETTLED_BELOW_OFFSET;
import static io.tailrace.codec.MessageLayout.DATAGRAM_HEADER_TEMPLATE_ID;
import static io.tailrace.codec.MessageLayout.END_OF_INPUT_HEADER;
import static io.tailrace.codec.MessageLayout.END_OF_INPUT_TEMPLATE_ID;
import static io.tailrace.codec.MessageLayout.HEADER_LENGTH;
import static io.tailrace.codec.MessageLayout.READING_HEADER;
import static io.tailrace.codec.MessageLayout.READING_TEMPLATE_ID;
import static io.tailrace.codec.MessageLayout.SCHEMA_ID;
import static io.tailrace.codec.MessageLayout.SCHEMA_VERSION;
import static io.tailrace.codec.MessageLayout.SLOT_LENGTH;

/**
 * Judges the framing of a datagram or Aeron message as a whole, before any byte of it is taken.
 * <pre>
 *   | DatagramHeader, 64, optional | Reading or EndOfInput, 64 | Reading or EndOfInput, 64 | ...
 * </pre>
 * One wrong message makes the whole datagram malformed, so that a sender's retry never doubles its first half.
 * <p>
 * Threading: one thread; the answers about the last datagram are kept in fields. Hot path: allocation-free, one
 * comparison for a message of the current version, never throws whatever the bytes are.
 */
public final class FrameValidator
{
    private static final int BLOCK_LENGTH = SLOT_LENGTH - HEADER_LENGTH;
    private static final int U16_MASK = 0xFFFF;

    private final int maxLength;

    private boolean hasDatagramHeader;
    private long session;
    private long sequence;
    private long settledBelow;
    private int messagesOffset;

    /**
     * A validator with a bound on the length.
     *
     * @param maxLength longest datagram or message that is taken, in bytes, its datagram header included; at least
     *                  64.
     */
    public FrameValidator(final int maxLength)
    {
        if (maxLength < SLOT_LENGTH)
        {
            throw new IllegalArgumentException("maxLength=" + maxLength + ", expected at least " + SLOT_LENGTH);
        }

        this.maxLength = maxLength;
    }

    /**
     * Judges {@code length} bytes. The buffer is only read, and only within the range, which must lie within its
     * capacity.
     * <p>
     * Of several faults the first in this order counts: empty, oversized, truncated; then, message by message,
     * schema, version, template, block length.
     *
     * @param buffer that holds the bytes; not kept.
     * @param offset of the first byte.
     * @param length in bytes, 0 or more.
     * @return the number of messages after the datagram header, more than 0; or less than 0: the
     * {@linkplain MalformedReason#code() code} of the reason, negated, see {@link #reasonOf}.
     */
    public int validate(final DirectBuffer buffer, final int offset, final int length)
    {
        hasDatagramHeader = false;
        session = 0;
        sequence = 0;
        settledBelow = 0;
        messagesOffset = offset;

        if (length <= 0)
        {
            return -MalformedReason.EMPTY.code();
        }
        if (length >= SLOT_LENGTH)
        {
            readDatagramHeader(buffer, offset);
        }
        if (length > maxLength)
        {
            return -MalformedReason.OVERSIZED.code();
        }
        if ((length & (SLOT_LENGTH - 1)) != 0)
        {
            return -MalformedReason.TRUNCATED.code();
        }

        final int limit = offset + length;
        int position = offset;
        final long firstHeader = header(buffer, position);
        if (templateId(firstHeader) == DATAGRAM_HEADER_TEMPLATE_ID)
        {
            final int fault = fault(firstHeader, true);
            if (fault != 0)
            {
                return fault;
            }
            position += SLOT_LENGTH;
            if (position == limit)
            {
                return -MalformedReason.EMPTY.code();
            }
        }

        final int first = position;
        for (; position < limit; position += SLOT_LENGTH)
        {
            final long header = header(buffer, position);
            if (header != READING_HEADER && header != END_OF_INPUT_HEADER)
            {
                final int fault = fault(header, isFromOutside(templateId(header)));
                if (fault != 0)
                {
                    return fault;
                }
            }
        }

        messagesOffset = first;
        return (limit - first) / SLOT_LENGTH;
    }

    /**
     * Whether the last datagram began with a datagram header that can be read, also if what follows it was malformed.
     *
     * @return true if {@link #session}, {@link #sequence} and {@link #settledBelow} have a meaning.
     */
    public boolean hasDatagramHeader()
    {
        return hasDatagramHeader;
    }

    /**
     * Sender session of the last datagram.
     *
     * @return u64, or 0 without a datagram header.
     */
    public long session()
    {
        return session;
    }

    /**
     * Datagram sequence of the last datagram.
     *
     * @return u64, or 0 without a datagram header.
     */
    public long sequence()
    {
        return sequence;
    }

    /**
     * The first datagram that the sender of the last one still waits for.
     *
     * @return u64, or 0 without a datagram header.
     */
    public long settledBelow()
    {
        return settledBelow;
    }

    /**
     * Where the messages of the last datagram begin, if it was well-formed.
     *
     * @return offset in the buffer that was given.
     */
    public int messagesOffset()
    {
        return messagesOffset;
    }

    /**
     * The reason behind a negative answer of {@link #validate}.
     *
     * @param result less than 0.
     * @return the reason.
     */
    public static MalformedReason reasonOf(final int result)
    {
        return MalformedReason.of(-result);
    }

    private void readDatagramHeader(final DirectBuffer buffer, final int offset)
    {
        final long header = header(buffer, offset);
        hasDatagramHeader = templateId(header) == DATAGRAM_HEADER_TEMPLATE_ID && fault(header, true) == 0;
        if (hasDatagramHeader)
        {
            session = buffer.getLong(offset + DATAGRAM_HEADER_SESSION_OFFSET, ByteOrder.LITTLE_ENDIAN);
            sequence = buffer.getLong(offset + DATAGRAM_HEADER_SEQUENCE_OFFSET, ByteOrder.LITTLE_ENDIAN);
            settledBelow = buffer.getLong(offset + DATAGRAM_HEADER_SETTLED_BELOW_OFFSET, ByteOrder.LITTLE_ENDIAN);
        }
    }

    private static long header(final DirectBuffer buffer, final int position)
    {
        return buffer.getLong(position, ByteOrder.LITTLE_ENDIAN);
    }

    private static int fault(final long header, final boolean isTemplateExpected)
    {
        if (((int) (header >>> 32) & U16_MASK) != SCHEMA_ID)
        {
            return -MalformedReason.WRONG_SCHEMA.code();
        }
        final int version = (int) (header >>> 48);
        if (version < 1 || version > SCHEMA_VERSION)
        {
            return -MalformedReason.WRONG_VERSION.code();
        }
        if (!isTemplateExpected)
        {
            return -MalformedReason.WRONG_TEMPLATE.code();
        }

        return blockLength(header) == BLOCK_LENGTH ? 0 : -MalformedReason.WRONG_BLOCK_LENGTH.code();
    }

    private static boolean isFromOutside(final int templateId)
    {
        return templateId == READING_TEMPLATE_ID || templateId == END_OF_INPUT_TEMPLATE_ID;
    }

    private static int blockLength(final long header)
    {
        return (int) header & U16_MASK;
    }

    private static int templateId(final long header)
    {
        return (int) (header >>> 16) & U16_MASK;
    }
}
