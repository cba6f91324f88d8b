package io.tailrace.perf.storm;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

import io.tailrace.archive.recording.RecordingReader;
import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.Engine;
import io.tailrace.engine.inspect.DataDirectoryView;
import io.tailrace.engine.inspect.RecordedRange;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

/**
 * What the journal of a stopped engine comes to: which of the readings that were sent it holds, whether each is as it
 * was sent, and what their windows must be.
 * <p>
 * Threading: one thread. Memory: a bit a reading, and the windows.
 */
final class JournalCount
{
    private static final int FIRST_SHIFT = 30;
    private static final int SECOND_SHIFT = 27;
    private static final int LAST_SHIFT = 31;
    private static final long FIRST_FACTOR = 0xBF58476D1CE4E5B9L;
    private static final long SECOND_FACTOR = 0x94D049BB133111EBL;

    private final List<Fleet> fleets;
    private final List<BitSet> held = new ArrayList<>();
    private final WindowTable windows;
    private final UnsafeBuffer sent = new UnsafeBuffer(new byte[MessageLayout.SLOT_LENGTH]);
    private long readings;
    private long twice;
    private long otherThanSent;

    /** Takes the readings of a journal, one by one. */
    @FunctionalInterface
    interface ReadingHandler
    {
        /** A reading stands in a buffer. */
        void onReading(DirectBuffer buffer, int offset);
    }

    /**
     * @param fleets   by the index of their source.
     * @param windowNs size of the windows.
     */
    JournalCount(final List<Fleet> fleets, final long windowNs)
    {
        this.fleets = List.copyOf(fleets);
        windows = new WindowTable(windowNs);
        fleets.forEach(fleet -> held.add(new BitSet()));
    }

    /** Reads the journal of a data directory. */
    static void read(final Path dataDir, final ReadingHandler handler)
    {
        final RecordedRange journal = DataDirectoryView.of(dataDir).recording(Engine.JOURNAL);
        try (RecordingReader reader = journal.open())
        {
            while (journal.next(reader))
            {
                final DirectBuffer buffer = reader.payloadBuffer();
                final int end = reader.payloadOffset() + reader.payloadLength();
                for (int at = reader.payloadOffset(); at < end; at += MessageLayout.SLOT_LENGTH)
                {
                    if (buffer.getLong(at, LITTLE_ENDIAN) == MessageLayout.READING_HEADER)
                    {
                        handler.onReading(buffer, at);
                    }
                }
            }
        }
    }

    /** Takes a reading of the journal. */
    void onReading(final DirectBuffer buffer, final int offset)
    {
        readings++;
        final int source = buffer.getShort(offset + MessageLayout.READING_SOURCE_OFFSET, LITTLE_ENDIAN) & 0xFFFF;
        final long device = buffer.getLong(offset + MessageLayout.READING_DEVICE_ID_OFFSET, LITTLE_ENDIAN);
        if (source >= fleets.size() || !fleets.get(source).has(device))
        {
            otherThanSent++;
            return;
        }
        final Fleet fleet = fleets.get(source);
        final long index = fleet.indexOf(
            device, buffer.getLong(offset + MessageLayout.READING_EVENT_ID_OFFSET, LITTLE_ENDIAN));
        if (index < 0 || index > Integer.MAX_VALUE || !isAsSent(fleet, index, buffer, offset))
        {
            otherThanSent++;
            return;
        }
        if (held.get(source).get((int)index))
        {
            twice++;
            return;
        }
        held.get(source).set((int)index);
        windows.add(device, fleet.timeNs(index), fleet.value(index));
    }

    /** @return readings, all that stand there. */
    long readings()
    {
        return readings;
    }

    /** @return readings that stand there and stood there before. */
    long twice()
    {
        return twice;
    }

    /** @return readings that nobody has sent, or not so. */
    long otherThanSent()
    {
        return otherThanSent;
    }

    /** @return the windows of the readings, each taken once. */
    WindowTable windows()
    {
        return windows;
    }

    /** @return readings of a source, each counted once. */
    long of(final int source)
    {
        return held.get(source).cardinality();
    }

    /** @return whether it holds none beyond the first so many readings of a source. */
    boolean isWithin(final int source, final long sentCount)
    {
        return held.get(source).length() <= sentCount;
    }

    /**
     * What must not be shed: by its id alone each reading is one that sampling keeps, or is not.
     *
     * @param source    by its index.
     * @param sentCount readings of it that were sent.
     * @param oneIn     that is kept.
     * @return readings that are to be kept and are not there.
     */
    long sampledThatAreMissing(final int source, final long sentCount, final int oneIn)
    {
        final int devices = fleets.get(source).devices();
        long missing = 0;
        for (long index = 0; index < sentCount; index++)
        {
            final boolean isKept = Long.remainderUnsigned(mix(index / devices + 1), oneIn) == 0;
            missing += isKept && !held.get(source).get((int)index) ? 1 : 0;
        }
        return missing;
    }

    private boolean isAsSent(final Fleet fleet, final long index, final DirectBuffer buffer, final int offset)
    {
        fleet.encode(sent, 0, index);
        return isSameLong(buffer, offset, MessageLayout.READING_EVENT_ID_OFFSET) &&
            isSameLong(buffer, offset, MessageLayout.READING_DEVICE_ID_OFFSET) &&
            isSameLong(buffer, offset, MessageLayout.READING_EVENT_TIME_OFFSET) &&
            isSameLong(buffer, offset, MessageLayout.READING_VALUE_OFFSET) &&
            buffer.getInt(offset + MessageLayout.READING_METRIC_OFFSET) ==
            sent.getInt(MessageLayout.READING_METRIC_OFFSET) &&
            buffer.getByte(offset + MessageLayout.READING_TIME_UNIT_OFFSET) ==
            sent.getByte(MessageLayout.READING_TIME_UNIT_OFFSET);
    }

    private boolean isSameLong(final DirectBuffer buffer, final int offset, final int field)
    {
        return buffer.getLong(offset + field) == sent.getLong(field);
    }

    /** As {@code engine/docs/OVERLOAD.md} describes it, section 2: the finaliser of SplitMix64. */
    private static long mix(final long eventId)
    {
        long mixed = (eventId ^ eventId >>> FIRST_SHIFT) * FIRST_FACTOR;
        mixed = (mixed ^ mixed >>> SECOND_SHIFT) * SECOND_FACTOR;
        return mixed ^ mixed >>> LAST_SHIFT;
    }
}
