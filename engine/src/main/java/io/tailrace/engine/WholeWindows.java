package io.tailrace.engine;

import java.time.Instant;

import io.tailrace.archive.recording.LogReader;
import io.tailrace.codec.MessageLayout;
import io.tailrace.codec.SaturatingTime;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.ReferenceClock;
import io.tailrace.engine.config.Transport;
import io.tailrace.engine.config.WindowConfig;
import io.tailrace.engine.config.WindowType;
import io.tailrace.engine.ring.EventRing;
import org.agrona.DirectBuffer;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

/**
 * Which windows have all their readings although state is computed from a journal that has lost its beginning.
 * <p>
 * No reading that is gone was taken later than U, the greatest time of the messages up to the first reading that is
 * kept: ingress stamps in the order of the journal. Publishers stamp slots that they have claimed, each at its own
 * pace, so with them U goes over as many messages as the ring has slots: whoever claimed the last of these did so when
 * all before the first had been stamped. A {@code Started} begins after all before it, and the present after all there
 * is. An accepted reading is at most {@code max-future} ahead of its ingest time, and prolongs a session by the gap. So
 * windows that start later than {@code U + max-future}, sessions later than the gap after it, lack nothing. With
 * {@code reference-clock: none} a reading may be as far ahead as it likes, and no such time is known.
 */
final class WholeWindows
{
    /** As a time: windows lack nothing. */
    static final long ALL = Long.MIN_VALUE;

    /** As a time: it cannot be told which windows lack something. */
    static final long UNKNOWN = Long.MAX_VALUE;

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private WholeWindows()
    {
    }

    /**
     * Reads the first messages that are kept.
     *
     * @param config      of the state.
     * @param journal     from the first message that is kept on.
     * @param endPosition where it ends.
     * @param nowNs       the present, epoch ns.
     * @return event time, epoch ns: windows that start later are whole; or {@link #UNKNOWN}.
     */
    static long afterNs(
        final EngineConfig config, final LogReader journal, final long endPosition, final long nowNs)
    {
        if (config.eventTime().referenceClock() == ReferenceClock.NONE)
        {
            return UNKNOWN;
        }
        final long aheadNs = SaturatingTime.add(config.eventTime().maxFutureNs(), config.windows().stream()
            .filter(window -> window.type() == WindowType.SESSION).mapToLong(WindowConfig::gapNs).max().orElse(0));
        return SaturatingTime.add(lastIngestTimeNs(config, journal, endPosition, nowNs), aheadNs);
    }

    /** @return a time as {@link #afterNs} gives it, as it is printed. */
    static String text(final long afterNs)
    {
        return UNKNOWN == afterNs ? "unknown" : Instant.ofEpochSecond(
            Math.floorDiv(afterNs, NANOS_PER_SECOND), Math.floorMod(afterNs, NANOS_PER_SECOND)).toString();
    }

    private static long lastIngestTimeNs(
        final EngineConfig config, final LogReader journal, final long endPosition, final long nowNs)
    {
        final boolean hasPublishers =
            config.sources().stream().anyMatch(source -> source.transport() == Transport.EMBEDDED);
        long toCome = hasPublishers ? config.limits().ringSlots() : 1;
        long timeNs = Long.MIN_VALUE;
        while (journal.nextPosition() < endPosition && journal.next(endPosition))
        {
            final DirectBuffer buffer = journal.payloadBuffer();
            for (int at = 0; at < journal.payloadLength(); at += EventRing.SLOT_LENGTH)
            {
                final int message = journal.payloadOffset() + at;
                final int templateId = buffer.getShort(
                    message + MessageLayout.HEADER_TEMPLATE_ID_OFFSET, LITTLE_ENDIAN) & 0xFFFF;
                final boolean isReading = templateId == MessageLayout.READING_TEMPLATE_ID;
                timeNs = Math.max(timeNs, buffer.getLong(message +
                    (isReading ? MessageLayout.READING_INGEST_TIME_OFFSET : MessageLayout.STARTED_TIME_OFFSET),
                    LITTLE_ENDIAN));
                toCome -= hasPublishers || isReading ? 1 : 0;
                if (toCome <= 0 || templateId == MessageLayout.STARTED_TEMPLATE_ID)
                {
                    return timeNs;
                }
            }
        }
        return Math.max(timeNs, nowNs);
    }
}
