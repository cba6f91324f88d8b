package io.tailrace.engine.process;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/**
 * Seeded datagrams, most of them wrong in one way or in several, with a judgement of its own on each, written from
 * {@code codec/docs/spec/messages.md} and sharing no code with the validator.
 */
final class HostileDatagrams
{
    /** What stands for a datagram without a fault. */
    static final String VALID = "valid";

    private static final int SLOT = 64;
    private static final int SCHEMA = 7412;
    private static final int READING = 1;
    private static final int END_OF_INPUT = 5;
    private static final int DATAGRAM_HEADER = 8;
    private static final int BLOCK = 56;
    private static final int MAX_MESSAGES = 6;
    private static final int MAX_OVER = 1024;

    private final Random random;
    private final int maxLength;
    private final ByteBuffer datagram = ByteBuffer.allocateDirect(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
    private final Map<String, Long> counts = new LinkedHashMap<>();
    private long readings;
    private long sequence;
    private String fault;

    /**
     * @param random    where chance comes from.
     * @param maxLength longest datagram that the engine takes.
     */
    HostileDatagrams(final Random random, final int maxLength)
    {
        this.random = random;
        this.maxLength = maxLength;
    }

    /** Makes the next datagram; the buffer is overwritten by the one after. */
    ByteBuffer next()
    {
        datagram.clear();
        switch (random.nextInt(12))
        {
            case 0 -> noise(random.nextInt(400));
            case 1 -> noise(SLOT * (1 + random.nextInt(MAX_MESSAGES)));
            case 2 -> oversized();
            case 3 ->
            {
                valid();
                datagram.limit(random.nextInt(datagram.limit()));
            }
            case 4 ->
            {
                valid();
                trail();
            }
            case 5 -> spoil(0, SCHEMA);
            case 6, 7 -> spoil(1, READING);
            case 8 -> spoil(2, BLOCK);
            case 9 -> spoil(3, 1);
            case 10 -> misplaceHeader();
            default -> valid();
        }
        fault = judge();
        counts.merge(fault, 1L, Long::sum);
        if (VALID.equals(fault))
        {
            countReadings();
        }
        return datagram;
    }

    /** @return the fault of the last datagram, as the ledger names it, or {@link #VALID}. */
    String fault()
    {
        return fault;
    }

    /** @return datagrams by fault, those without one as well. */
    Map<String, Long> counts()
    {
        return counts;
    }

    /** @return datagrams with a fault. */
    long malformed()
    {
        return counts.values().stream().mapToLong(Long::longValue).sum() - counts.getOrDefault(VALID, 0L);
    }

    /** @return readings in datagrams without a fault; their ids are 1 to this one. */
    long readings()
    {
        return readings;
    }

    /** Of several faults the first in the order of the page. */
    private String judge()
    {
        final int length = datagram.limit();
        final boolean isLed = length >= SLOT && field(0, 0) == BLOCK && field(0, 1) == DATAGRAM_HEADER &&
            field(0, 2) == SCHEMA && field(0, 3) == 1;
        if (length == 0 || length == SLOT && isLed)
        {
            return "empty";
        }
        if (length > maxLength)
        {
            return "oversized";
        }
        if (length % SLOT != 0)
        {
            return "truncated";
        }
        for (int at = 0; at < length; at += SLOT)
        {
            if (field(at, 2) != SCHEMA)
            {
                return "wrong-schema";
            }
            if (field(at, 3) != 1)
            {
                return "wrong-version";
            }
            final int template = field(at, 1);
            if (template != READING && template != END_OF_INPUT && !(template == DATAGRAM_HEADER && at == 0))
            {
                return "wrong-template";
            }
            if (field(at, 0) != BLOCK)
            {
                return "wrong-block-length";
            }
        }
        return VALID;
    }

    private int field(final int at, final int index)
    {
        return datagram.getShort(at + 2 * index) & 0xFFFF;
    }

    private void countReadings()
    {
        for (int at = 0; at < datagram.limit(); at += SLOT)
        {
            if (field(at, 1) == READING)
            {
                datagram.putLong(at + 8, ++readings);
            }
        }
    }

    private void noise(final int length)
    {
        final byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        datagram.put(bytes).flip();
    }

    private void oversized()
    {
        final int length = maxLength + 1 + random.nextInt(MAX_OVER);
        while (datagram.position() + SLOT <= length)
        {
            reading();
        }
        datagram.limit(random.nextBoolean() ? datagram.position() : length).position(0);
    }

    private void valid()
    {
        if (random.nextBoolean())
        {
            header(DATAGRAM_HEADER);
            datagram.putLong(77).putLong(sequence++);
            fill();
        }
        final int count = 1 + random.nextInt(MAX_MESSAGES);
        for (int i = 0; i < count; i++)
        {
            reading();
        }
        // Now and then, since it fires every window.
        if (random.nextInt(2000) == 0)
        {
            header(END_OF_INPUT);
            fill();
        }
        datagram.flip();
    }

    private void trail()
    {
        final byte[] bytes = new byte[1 + random.nextInt(2 * SLOT)];
        random.nextBytes(bytes);
        final int end = datagram.limit();
        datagram.limit(end + bytes.length).position(end);
        datagram.put(bytes).flip();
    }

    /** One field of one header, and in one case of four a second one. */
    private void spoil(final int index, final int right)
    {
        valid();
        final int messages = datagram.limit() / SLOT;
        put(random.nextInt(messages), index, right);
        if (random.nextInt(4) == 0)
        {
            datagram.putShort(SLOT * random.nextInt(messages) + 2 * random.nextInt(4), (short)random.nextInt(64));
        }
    }

    private void put(final int message, final int index, final int right)
    {
        int value = random.nextBoolean() ? random.nextInt(40) : random.nextInt(1 << 16);
        if (value == right)
        {
            value++;
        }
        datagram.putShort(SLOT * message + 2 * index, (short)value);
    }

    /** A header of a datagram alone, or where none belongs. */
    private void misplaceHeader()
    {
        if (random.nextBoolean())
        {
            reading();
        }
        header(DATAGRAM_HEADER);
        fill();
        datagram.flip();
    }

    /** Its id is given when the whole datagram has turned out right. */
    private void reading()
    {
        header(READING);
        datagram.putLong(0).putLong(1 + random.nextInt(20)).putLong(System.currentTimeMillis() - random.nextInt(3000));
        datagram.putLong(random.nextLong()).putDouble(random.nextInt(1000) / 8.0).putInt(1 + random.nextInt(2));
        datagram.putShort((short)random.nextInt()).put((byte)2).put((byte)random.nextInt(3));
        fill();
    }

    private void header(final int template)
    {
        datagram.putShort((short)BLOCK).putShort((short)template).putShort((short)SCHEMA).putShort((short)1);
    }

    private void fill()
    {
        while (datagram.position() % SLOT != 0)
        {
            datagram.put((byte)0);
        }
    }
}
