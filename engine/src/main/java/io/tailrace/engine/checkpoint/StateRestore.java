package io.tailrace.engine.checkpoint;

import java.util.List;

import io.tailrace.engine.dedup.IdSet;
import io.tailrace.engine.operator.StateSection;
import org.agrona.UnsafeApi;

/**
 * Puts the records of a full checkpoint, and of the increments upon it, back into the sections of an empty core.
 * <pre>
 *   onRecord ... of all files, in order; then finish
 * </pre>
 * Threading: the launching thread.
 */
final class StateRestore
{
    private final List<StateSection> sections;
    private final StateDigest digest;
    private final long[][] numbers;
    private long blocks;

    StateRestore(final List<StateSection> sections)
    {
        this.sections = sections;
        digest = new StateDigest(sections.size());
        numbers = new long[sections.size()][];
    }

    /**
     * Takes the records of a payload.
     *
     * @throws StateMismatchException naming the section that does not fit this core.
     */
    void onPayload(final long address, final int length)
    {
        int at = 0;
        while (at < length)
        {
            final long record = address + at;
            if (length - at < StateRecord.HEADER_LENGTH ||
                StateRecord.length(record) < StateRecord.HEADER_LENGTH ||
                StateRecord.length(record) > length - at ||
                StateRecord.section(record) >= sections.size())
            {
                throw new StateMismatchException("record at byte " + at + " of a payload of " + length +
                    " bytes: found section " + StateRecord.section(record) + " and length " +
                    StateRecord.length(record) + ", expected one of " + sections.size() + " sections and no overrun");
            }
            onRecord(record);
            at += StateRecord.length(record);
        }
    }

    /** @return blocks that were taken, those included that later ones have replaced. */
    long blocks()
    {
        return blocks;
    }

    /** All records have been taken. @return the digest of the state. */
    StateDigest finish()
    {
        for (int i = 0; i < sections.size(); i++)
        {
            final StateSection section = sections.get(i);
            if (section.isNumbers())
            {
                if (null == numbers[i])
                {
                    throw new StateMismatchException("no numbers of " + section.name());
                }
                final Numbers input = new Numbers(section.name(), numbers[i]);
                section.load().accept(input::next);
                input.requireEnd();
            }
        }
        return digest;
    }

    private void onRecord(final long record)
    {
        final int index = StateRecord.section(record);
        final StateSection section = sections.get(index);
        final int kind = StateRecord.kind(record);
        final boolean isFitting = switch (kind)
        {
            case StateRecord.NUMBERS -> section.isNumbers();
            case StateRecord.BLOCK, StateRecord.REMOVED -> null != section.blocks();
            case StateRecord.ENTRIES -> null != section.ids();
            default -> false;
        };
        if (!isFitting)
        {
            throw new StateMismatchException("section " + index + " of " + section.name() +
                ": found a record of kind " + kind + ", expected " + section.kind());
        }
        switch (kind)
        {
            case StateRecord.NUMBERS:
                numbers[index] = numbers(record);
                break;

            case StateRecord.REMOVED:
                section.blocks().restoreRemoved(StateRecord.number(record));
                break;

            case StateRecord.ENTRIES:
                restoreEntries(record, section.ids());
                break;

            default:
                restoreBlock(record, section);
                break;
        }
        digest.onRecord(record);
    }

    private static void restoreEntries(final long record, final IdSet ids)
    {
        ids.forgetBefore(StateRecord.oldest(record));
        final int length = StateRecord.length(record) - StateRecord.ENTRIES_HEADER_LENGTH;
        if (length > 0)
        {
            ids.restore(
                StateRecord.generation(record),
                record + StateRecord.ENTRIES_HEADER_LENGTH,
                length / IdSet.ENTRY_LENGTH);
        }
    }

    private void restoreBlock(final long record, final StateSection section)
    {
        final int length = StateRecord.length(record) - StateRecord.BLOCK_HEADER_LENGTH;
        if (length != section.blocks().blockLength())
        {
            throw new StateMismatchException("blocks of " + section.name() + ": found " + length +
                " bytes, expected " + section.blocks().blockLength());
        }
        blocks++;
        section.blocks().restore(
            StateRecord.number(record),
            StateRecord.keyHigh(record),
            StateRecord.keyLow(record),
            StateRecord.attribute(record),
            record + StateRecord.BLOCK_HEADER_LENGTH);
    }

    private static long[] numbers(final long record)
    {
        final long[] values =
            new long[(StateRecord.length(record) - StateRecord.HEADER_LENGTH) / Long.BYTES];
        for (int i = 0; i < values.length; i++)
        {
            values[i] = UnsafeApi.getLong(record + StateRecord.HEADER_LENGTH + (long)i * Long.BYTES);
        }
        return values;
    }

    /** Numbers of one section, to be read once and to the end. */
    private static final class Numbers
    {
        private final String name;
        private final long[] values;
        private int at;

        private Numbers(final String name, final long[] values)
        {
            this.name = name;
            this.values = values;
        }

        private long next()
        {
            if (at == values.length)
            {
                throw new StateMismatchException("numbers of " + name + ": found " + at + ", expected more");
            }
            return values[at++];
        }

        private void requireEnd()
        {
            if (at != values.length)
            {
                throw new StateMismatchException(
                    "numbers of " + name + ": found " + values.length + ", expected " + at);
            }
        }
    }
}
