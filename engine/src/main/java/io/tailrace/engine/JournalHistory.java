package io.tailrace.engine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ObjLongConsumer;

import io.tailrace.archive.recording.LogReader;
import io.tailrace.codec.sbe.MessageHeaderDecoder;
import io.tailrace.codec.sbe.StartedDecoder;
import org.agrona.DirectBuffer;

/**
 * What the {@code Started} messages of a journal say about those who wrote it.
 *
 * @param last            the newest incarnation; null if there is none.
 * @param timeZoneChanges where other time-zone data was accepted, in the order of the journal. One at most for each
 *                        start that somebody gave the option for.
 */
record JournalHistory(Incarnation last, List<TimeZoneData.Change> timeZoneChanges)
{
    /** Of an empty journal. */
    static final JournalHistory NONE = new JournalHistory(null, List.of());

    private static final int TZ_VERSION_LENGTH = 8;

    /** Copies the changes. */
    JournalHistory
    {
        timeZoneChanges = List.copyOf(timeZoneChanges);
    }

    /**
     * Reads a journal. A {@code Started} always stands alone in its frame.
     *
     * @param reader      of the journal, where this history ends.
     * @param endPosition where the journal ends.
     * @return this history and what follows it.
     */
    JournalHistory read(final LogReader reader, final long endPosition)
    {
        return read(reader, endPosition, (incarnation, position) -> { });
    }

    /**
     * Reads a journal.
     *
     * @param reader      of the journal, where this history ends.
     * @param endPosition where the journal ends.
     * @param onStarted   told each incarnation and the position of its {@code Started} message.
     * @return this history and what follows it.
     */
    JournalHistory read(
        final LogReader reader, final long endPosition, final ObjLongConsumer<Incarnation> onStarted)
    {
        JournalHistory history = this;
        final MessageHeaderDecoder header = new MessageHeaderDecoder();
        final StartedDecoder started = new StartedDecoder();
        while (reader.nextPosition() < endPosition && reader.next(endPosition))
        {
            final DirectBuffer buffer = reader.payloadBuffer();
            header.wrap(buffer, reader.payloadOffset());
            if (header.templateId() == StartedDecoder.TEMPLATE_ID)
            {
                started.wrapAndApplyHeader(buffer, reader.payloadOffset(), header);
                final long position = reader.payloadPosition();
                history = history.with(Incarnation.decode(started, position, history.last), position);
                onStarted.accept(history.last, position);
            }
        }
        return history;
    }

    /**
     * This history and one incarnation more.
     *
     * @param next     the incarnation.
     * @param position journal position of its {@code Started} message.
     */
    JournalHistory with(final Incarnation next, final long position)
    {
        if (null == last || last.tzVersion().equals(next.tzVersion()))
        {
            return new JournalHistory(next, timeZoneChanges);
        }
        final List<TimeZoneData.Change> changes = new ArrayList<>(timeZoneChanges);
        changes.add(new TimeZoneData.Change(position, last.tzVersion(), next.tzVersion()));
        return new JournalHistory(next, changes);
    }

    /** @return the bytes that {@link #decode} reads; of a journal that is not empty. */
    byte[] encode()
    {
        final ByteBuffer bytes = ByteBuffer.allocate(
            3 * Long.BYTES + 3 * Integer.BYTES + TZ_VERSION_LENGTH +
            timeZoneChanges.size() * (Long.BYTES + 2 * TZ_VERSION_LENGTH)).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(last.number()).putLong(last.configDigest()).putInt(last.engineVersion());
        putText(bytes, last.tzVersion());
        bytes.putInt(last.epoch()).putLong(last.epochPosition()).putInt(timeZoneChanges.size());
        for (final TimeZoneData.Change change : timeZoneChanges)
        {
            bytes.putLong(change.position());
            putText(bytes, change.from());
            putText(bytes, change.to());
        }
        return bytes.array();
    }

    /** Reads what {@link #encode} wrote. */
    static JournalHistory decode(final byte[] encoded)
    {
        final ByteBuffer bytes = ByteBuffer.wrap(encoded).order(ByteOrder.LITTLE_ENDIAN);
        final Incarnation incarnation = new Incarnation(
            bytes.getLong(), bytes.getLong(), bytes.getInt(), getText(bytes), bytes.getInt(), bytes.getLong(), 0);
        final List<TimeZoneData.Change> changes = new ArrayList<>();
        for (int i = bytes.getInt(); i > 0; i--)
        {
            changes.add(new TimeZoneData.Change(bytes.getLong(), getText(bytes), getText(bytes)));
        }
        return new JournalHistory(incarnation, changes);
    }

    /**
     * Why a result may be another one in a replay than it was: text to be added to what is wrong with it.
     *
     * @param causePosition journal position of its cause.
     * @return the changes of the time-zone data behind the cause, empty if there were none.
     */
    String timeZoneChangesAfter(final long causePosition)
    {
        final StringBuilder text = new StringBuilder();
        for (final TimeZoneData.Change change : timeZoneChanges)
        {
            if (change.position() > causePosition)
            {
                text.append(text.isEmpty() ? "; since then the time-zone data changed from " : ", from ")
                    .append(change.from()).append(" to ").append(change.to())
                    .append(" at journal position ").append(change.position());
            }
        }
        return text.toString();
    }

    private static void putText(final ByteBuffer bytes, final String text)
    {
        bytes.put(Arrays.copyOf(text.getBytes(StandardCharsets.US_ASCII), TZ_VERSION_LENGTH));
    }

    private static String getText(final ByteBuffer bytes)
    {
        final byte[] text = new byte[TZ_VERSION_LENGTH];
        bytes.get(text);
        return new String(text, StandardCharsets.US_ASCII).replace("\0", "");
    }
}
