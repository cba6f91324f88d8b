package io.tailrace.codec;

import com.sun.management.ThreadMXBean;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

import java.lang.management.ManagementFactory;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import static io.tailrace.codec.MessageLayout.DATAGRAM_HEADER_HEADER;
import static io.tailrace.codec.MessageLayout.END_OF_INPUT_HEADER;
import static io.tailrace.codec.MessageLayout.READING_HEADER;
import static io.tailrace.codec.MessageLayout.SLOT_LENGTH;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class FrameValidatorTest
{
    private static final int MAX_LENGTH = 20 * SLOT_LENGTH;
    private static final int OFFSET = 24;

    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[OFFSET + 2 * MAX_LENGTH]);
    private final FrameValidator validator = new FrameValidator(MAX_LENGTH);

    @Test
    void shouldCountReadingsAndEndOfInput()
    {
        assertEquals(3, validate(READING_HEADER, END_OF_INPUT_HEADER, READING_HEADER));
        assertFalse(validator.hasDatagramHeader());
        assertEquals(OFFSET, validator.messagesOffset());
    }

    @Test
    void shouldReadDatagramHeaderBeforeMessages()
    {
        buffer.putLong(OFFSET + 8, -2, ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(OFFSET + 16, 77, ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(OFFSET + 48, 70, ByteOrder.LITTLE_ENDIAN);

        assertEquals(2, validate(DATAGRAM_HEADER_HEADER, READING_HEADER, READING_HEADER));

        assertTrue(validator.hasDatagramHeader());
        assertEquals(-2, validator.session());
        assertEquals(77, validator.sequence());
        assertEquals(70, validator.settledBelow());
        assertEquals(OFFSET + SLOT_LENGTH, validator.messagesOffset());
    }

    @Test
    void shouldForgetDatagramHeaderOfTheDatagramBefore()
    {
        buffer.putLong(OFFSET + 8, 5, ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(OFFSET + 48, 4, ByteOrder.LITTLE_ENDIAN);
        validate(DATAGRAM_HEADER_HEADER, READING_HEADER);

        assertEquals(1, validate(READING_HEADER));

        assertFalse(validator.hasDatagramHeader());
        assertEquals(0, validator.session());
        assertEquals(0, validator.settledBelow());
    }

    @Test
    void shouldReadDatagramHeaderOfWhatIsMalformedBehindIt()
    {
        buffer.putLong(OFFSET + 8, 5, ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(OFFSET + 16, 6, ByteOrder.LITTLE_ENDIAN);
        assertRefused(MalformedReason.WRONG_TEMPLATE, DATAGRAM_HEADER_HEADER, READING_HEADER, DATAGRAM_HEADER_HEADER);
        assertHeaderWasRead();
        assertRefused(MalformedReason.EMPTY, DATAGRAM_HEADER_HEADER);
        assertHeaderWasRead();
        assertEquals(-MalformedReason.TRUNCATED.code(), validator.validate(buffer, OFFSET, SLOT_LENGTH + 1));
        assertHeaderWasRead();
        assertEquals(-MalformedReason.OVERSIZED.code(), validator.validate(buffer, OFFSET, MAX_LENGTH + SLOT_LENGTH));
        assertHeaderWasRead();

        assertEquals(-MalformedReason.TRUNCATED.code(), validator.validate(buffer, OFFSET, SLOT_LENGTH - 1));
        assertFalse(validator.hasDatagramHeader());
        validate(header(48, 8, 7412, 1), READING_HEADER);
        assertFalse(validator.hasDatagramHeader());
        validate(header(56, 8, 7411, 1), READING_HEADER);
        assertFalse(validator.hasDatagramHeader());
    }

    @Test
    void shouldRefuseEmpty()
    {
        assertEquals(-MalformedReason.EMPTY.code(), validator.validate(buffer, OFFSET, 0));
        assertRefused(MalformedReason.EMPTY, DATAGRAM_HEADER_HEADER);
    }

    @Test
    void shouldRefuseEveryLengthThatIsNoMultipleOfSlot()
    {
        for (int i = 0; i < 4; i++)
        {
            putHeader(i, READING_HEADER);
        }
        for (int length = 1; length < 4 * SLOT_LENGTH; length++)
        {
            final int expected = length % SLOT_LENGTH == 0 ? length / SLOT_LENGTH : -MalformedReason.TRUNCATED.code();
            assertEquals(expected, validator.validate(buffer, OFFSET, length), "length=" + length);
        }
    }

    @Test
    void shouldRefuseWhatIsLongerThanTheMaximum()
    {
        final long[] headers = new long[MAX_LENGTH / SLOT_LENGTH];
        Arrays.fill(headers, READING_HEADER);

        assertEquals(headers.length, validate(headers));
        assertEquals(
            -MalformedReason.OVERSIZED.code(), validator.validate(buffer, OFFSET, MAX_LENGTH + 1));
    }

    @Test
    void shouldRefuseWrongSchemaFirst()
    {
        assertRefused(MalformedReason.WRONG_SCHEMA, header(56, 1, 7413, 1));
        assertRefused(MalformedReason.WRONG_SCHEMA, header(9, 99, 0, 99));
    }

    @Test
    void shouldRefuseVersionZeroAndNewer()
    {
        assertRefused(MalformedReason.WRONG_VERSION, header(56, 1, 7412, 0));
        assertRefused(MalformedReason.WRONG_VERSION, header(56, 1, 7412, 2));
        assertRefused(MalformedReason.WRONG_VERSION, header(120, 99, 7412, 65535));
        assertRefused(MalformedReason.WRONG_VERSION, header(56, 8, 7412, 2), READING_HEADER);
    }

    @Test
    void shouldRefuseTemplatesThatMayNotComeFromOutside()
    {
        for (final int template : new int[] {0, 2, 3, 4, 6, 7, 9, 16, 17, 18, 19, 20, 21, 65535})
        {
            assertRefused(MalformedReason.WRONG_TEMPLATE, READING_HEADER, header(56, template, 7412, 1));
        }
        assertRefused(MalformedReason.WRONG_TEMPLATE, READING_HEADER, DATAGRAM_HEADER_HEADER);
        assertRefused(MalformedReason.WRONG_TEMPLATE, DATAGRAM_HEADER_HEADER, DATAGRAM_HEADER_HEADER, READING_HEADER);
    }

    @Test
    void shouldRefuseWrongBlockLength()
    {
        assertRefused(MalformedReason.WRONG_BLOCK_LENGTH, header(55, 1, 7412, 1));
        assertRefused(MalformedReason.WRONG_BLOCK_LENGTH, header(0, 5, 7412, 1));
        assertRefused(MalformedReason.WRONG_BLOCK_LENGTH, header(120, 8, 7412, 1), READING_HEADER);
    }

    @Test
    void shouldRefuseTheWholeForOneWrongMessageAtTheEnd()
    {
        assertRefused(MalformedReason.WRONG_SCHEMA, READING_HEADER, READING_HEADER, 0);
    }

    @Test
    void shouldRefuseMaximumWithoutRoomForOneMessage()
    {
        final String message =
            assertThrows(IllegalArgumentException.class, () -> new FrameValidator(63)).getMessage();

        assertEquals("maxLength=63, expected at least 64", message);
    }

    @Test
    void shouldNotAllocate()
    {
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        putHeader(0, DATAGRAM_HEADER_HEADER);
        putHeader(1, READING_HEADER);
        putHeader(2, header(56, 2, 7412, 1));
        long sum = 0;
        long allocated = Long.MAX_VALUE;

        // The least of several rounds: the compiler may allocate for this thread while it warms up.
        for (int round = 0; round < 5; round++)
        {
            final long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 200_000; i++)
            {
                final int good = validator.validate(buffer, OFFSET, 2 * SLOT_LENGTH);
                final int bad = validator.validate(buffer, OFFSET, 3 * SLOT_LENGTH);
                sum += good + FrameValidator.reasonOf(bad).code() + RejectReason.of(1 + i % 9).code() +
                    TimeUnits.toNanos(i, i % 6, 0) + Priority.of(i).code();
            }
            allocated = Math.min(allocated, threads.getCurrentThreadAllocatedBytes() - before);
        }

        assertNotEquals(0, sum, "used, so that it is not optimised away");
        assertTrue(allocated < 1024, "bytes allocated by 400,000 datagrams: " + allocated);
    }

    @Property
    void shouldNeverThrowAndRefuseNoise(
        @ForAll @Size(max = 1500) final byte[] bytes, @ForAll @IntRange(max = 1500) final int length)
    {
        final UnsafeBuffer noise = new UnsafeBuffer(bytes);
        final int taken = Math.min(length, bytes.length);

        final int result = validator.validate(noise, bytes.length - taken, taken);

        assertEquals(model(noise, bytes.length - taken, taken), result);
    }

    @Property(tries = 5000)
    void shouldTakeExactlyWhatIsValid(
        @ForAll("headers") final List<Long> headers,
        @ForAll @IntRange(min = -70, max = 70) final int surplus,
        @ForAll final boolean isCut,
        @ForAll final long seed)
    {
        final byte[] noise = new byte[OFFSET + 2 * MAX_LENGTH];
        new Random(seed).nextBytes(noise);
        buffer.putBytes(0, noise);
        for (int i = 0; i < headers.size(); i++)
        {
            putHeader(i, headers.get(i));
        }
        final int length = Math.max(0, headers.size() * SLOT_LENGTH + (isCut ? surplus : 0));
        final byte[] before = buffer.byteArray().clone();

        final int result = validator.validate(buffer, OFFSET, length);

        assertEquals(model(buffer, OFFSET, length), result);
        assertEquals(new UnsafeBuffer(before), buffer, "the bytes are only read");
    }

    @Provide
    Arbitrary<List<Long>> headers()
    {
        final Arbitrary<Long> good = Arbitraries.of(READING_HEADER, END_OF_INPUT_HEADER);
        final Arbitrary<Long> any = Arbitraries.frequencyOf(
            Tuple.of(12, good),
            Tuple.of(2, Arbitraries.just(DATAGRAM_HEADER_HEADER)),
            Tuple.of(1, good.flatMap(h -> Arbitraries.integers().between(0, 63).map(b -> h ^ (1L << b)))));

        return any.list().ofMinSize(0).ofMaxSize(21);
    }

    /**
     * The rules read off the specification, byte by byte.
     */
    private static int model(final UnsafeBuffer bytes, final int offset, final int length)
    {
        if (length == 0)
        {
            return -2;
        }
        if (length > MAX_LENGTH)
        {
            return -3;
        }
        if (length % 64 != 0)
        {
            return -1;
        }
        int count = 0;
        for (int i = 0; i < length; i += 64)
        {
            final int blockLength = u16(bytes, offset + i);
            final int template = u16(bytes, offset + i + 2);
            final boolean isInput = template == 1 || template == 5;
            final boolean isFirstHeader = i == 0 && template == 8;
            if (u16(bytes, offset + i + 4) != 7412)
            {
                return -4;
            }
            if (u16(bytes, offset + i + 6) != 1)
            {
                return -7;
            }
            if (!isInput && !isFirstHeader)
            {
                return -5;
            }
            if (blockLength != 56)
            {
                return -6;
            }
            count += isInput ? 1 : 0;
        }

        return count == 0 ? -2 : count;
    }

    private static int u16(final UnsafeBuffer bytes, final int index)
    {
        return (bytes.getByte(index) & 0xFF) | (bytes.getByte(index + 1) & 0xFF) << 8;
    }

    private int validate(final long... headers)
    {
        for (int i = 0; i < headers.length; i++)
        {
            putHeader(i, headers[i]);
        }

        return validator.validate(buffer, OFFSET, headers.length * SLOT_LENGTH);
    }

    private void assertRefused(final MalformedReason reason, final long... headers)
    {
        final int result = validate(headers);

        assertTrue(result < 0, "result=" + result);
        assertSame(reason, FrameValidator.reasonOf(result));
    }

    private void assertHeaderWasRead()
    {
        assertTrue(validator.hasDatagramHeader());
        assertEquals(5, validator.session());
        assertEquals(6, validator.sequence());
    }

    private void putHeader(final int index, final long header)
    {
        buffer.putLong(OFFSET + index * SLOT_LENGTH, header, ByteOrder.LITTLE_ENDIAN);
    }

    private static long header(final int blockLength, final int template, final int schema, final int version)
    {
        return blockLength | ((long) template << 16) | ((long) schema << 32) | ((long) version << 48);
    }
}
