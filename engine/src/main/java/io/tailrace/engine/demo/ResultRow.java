package io.tailrace.engine.demo;

import io.tailrace.codec.MessageLayout;
import org.agrona.DirectBuffer;

/**
 * One result, as the truth expects it or as the results log has it.
 */
sealed interface ResultRow permits WindowRow, JudgedRow
{
    /** @return index of the operator; of a rejected reading {@link JudgedRow#BEFORE_OPERATORS}. */
    int operator();

    /**
     * Compares with the row found in this one's place.
     *
     * @return what was expected and what was found; null: no difference.
     */
    String differenceTo(ResultRow found);

    /**
     * A result as the log has it.
     *
     * @param buffer holds its {@link MessageLayout#RESULT_LENGTH} bytes; not kept.
     * @param offset of the first, that of its header.
     * @return the row.
     * @throws IllegalArgumentException if it is of another kind than the demo asks for.
     */
    static ResultRow of(final DirectBuffer buffer, final int offset)
    {
        final int template = buffer.getShort(offset + MessageLayout.HEADER_TEMPLATE_ID_OFFSET) & 0xFFFF;
        return switch (template)
        {
            case MessageLayout.WINDOW_RESULT_TEMPLATE_ID -> WindowRow.of(buffer, offset);
            case MessageLayout.LATE_TEMPLATE_ID, MessageLayout.REJECTED_TEMPLATE_ID -> JudgedRow.of(buffer, offset);
            default -> throw new IllegalArgumentException(
                "templateId=" + template + ", expected that of a window, a late or a rejected reading");
        };
    }
}
