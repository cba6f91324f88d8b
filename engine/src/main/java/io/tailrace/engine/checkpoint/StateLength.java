package io.tailrace.engine.checkpoint;

import java.util.List;

import io.tailrace.engine.operator.StateSection;
import io.tailrace.engine.state.StateOutput;

/**
 * How long the file of a full checkpoint gets at most.
 */
final class StateLength
{
    /** Header and footer of the file. */
    private static final long FRAME = 1 << 12;

    /** Headers of the file's frames, and of entries, are one in so many bytes at most. */
    private static final int HEADERS = 64;

    private StateLength()
    {
    }

    /**
     * Adds up a state; by the thread that may touch it. The numbers are gone through, the blocks are not.
     *
     * @param sections of the state.
     * @return bytes.
     */
    static long of(final List<StateSection> sections)
    {
        final Numbers numbers = new Numbers();
        long length = 0;
        for (int i = 0; i < sections.size(); i++)
        {
            final StateSection section = sections.get(i);
            if (section.isNumbers())
            {
                length += StateRecord.HEADER_LENGTH;
                section.save().accept(numbers);
            }
            else if (null != section.blocks())
            {
                length += (long)section.blocks().size() *
                    (StateRecord.BLOCK_HEADER_LENGTH + section.blocks().blockLength());
            }
            else
            {
                length += section.ids().size() * StateRecord.ENTRY_LENGTH;
            }
        }
        length += numbers.count * Long.BYTES;
        return length + length / HEADERS + FRAME;
    }

    private static final class Numbers implements StateOutput
    {
        private long count;

        @Override
        public void putLong(final long value)
        {
            count++;
        }
    }
}
