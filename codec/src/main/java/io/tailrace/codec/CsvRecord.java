package io.tailrace.codec;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The cells of one record as bytes, one after another without what separates them. Reused from record to record.
 */
final class CsvRecord
{
    /** What {@link #malformedCell} answers if all cells are text. */
    static final int NULL_CELL = -1;

    private final int maxLength;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    private byte[] bytes = new byte[1024];
    private int length;
    private int[] cellEnds = new int[16];
    private int cellCount;
    private boolean isAscii = true;

    CsvRecord(final int maxLength)
    {
        this.maxLength = maxLength;
    }

    void clear()
    {
        length = 0;
        cellCount = 0;
        isAscii = true;
    }

    /**
     * Adds bytes to the cell that is open.
     *
     * @return false if the record would become longer than the maximum.
     */
    boolean append(final byte[] source, final int offset, final int count)
    {
        final int required = length + count;
        if (required > maxLength)
        {
            return false;
        }
        if (required > bytes.length)
        {
            bytes = Arrays.copyOf(bytes, Math.min(maxLength, Math.max(required, bytes.length * 2)));
        }
        System.arraycopy(source, offset, bytes, length, count);
        length = required;

        return true;
    }

    /**
     * Notes that some byte of the record is not ASCII.
     */
    void markNotAscii()
    {
        isAscii = false;
    }

    void endCell()
    {
        if (cellCount == cellEnds.length)
        {
            cellEnds = Arrays.copyOf(cellEnds, cellCount * 2);
        }
        cellEnds[cellCount++] = length;
    }

    int cellCount()
    {
        return cellCount;
    }

    boolean isEmpty()
    {
        return length == 0;
    }

    String cell(final int index)
    {
        if (index >= cellCount)
        {
            throw new IndexOutOfBoundsException("cell=" + index + ", expected less than " + cellCount);
        }
        final int start = cellStart(index);

        return new String(
            bytes, start, cellEnds[index] - start, isAscii ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
    }

    /**
     * The first cell that is not UTF-8. Each cell is looked at by itself: halves of a character on both sides of a
     * comma are no character.
     *
     * @return its index, or {@link #NULL_CELL}.
     */
    int malformedCell()
    {
        for (int i = 0; !isAscii && i < cellCount; i++)
        {
            final int start = cellStart(i);
            try
            {
                decoder.decode(ByteBuffer.wrap(bytes, start, cellEnds[i] - start));
            }
            catch (final CharacterCodingException malformed)
            {
                return i;
            }
        }

        return NULL_CELL;
    }

    private int cellStart(final int index)
    {
        return index == 0 ? 0 : cellEnds[index - 1];
    }
}
