package io.tailrace.engine;

import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

import io.tailrace.archive.journal.MemoryLog;
import io.tailrace.archive.recording.LogReader;
import io.tailrace.codec.MessageLayout;
import io.tailrace.codec.sbe.MessageHeaderEncoder;
import io.tailrace.codec.sbe.StartedEncoder;
import io.tailrace.codec.sbe.TickEncoder;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.EventTimeConfig;
import io.tailrace.engine.config.LimitsConfig;
import io.tailrace.engine.config.ReferenceClock;
import io.tailrace.engine.config.SourceConfig;
import io.tailrace.engine.config.WindowConfig;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

class WholeWindowsTest
{
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long T = 1_700_000_000L * SECOND_NS;
    private static final long AHEAD_NS = 60 * SECOND_NS;
    private static final long NOW_NS = T + 3600 * SECOND_NS;
    private static final int SLOTS = 64;

    private final MemoryLog journal = MemoryLog.keeping("journal", 1 << 17);
    private final UnsafeBuffer message = new UnsafeBuffer(new byte[MessageLayout.SLOT_LENGTH]);
    private final UnsafeBuffer frame = new UnsafeBuffer(new byte[4 * MessageLayout.SLOT_LENGTH]);

    @Test
    void shouldTakeTheTimeOfTheFirstReadingAndAllBefore()
    {
        tick(T + 5);
        tick(T + 3);
        reading(T + 4);
        reading(T + 9);
        assertEquals(T + 5 + AHEAD_NS, afterNs(config(false, false)));
    }

    @Test
    void shouldGoOverAsManyMessagesAsTheRingHasSlotsWithPublishers()
    {
        for (int i = 0; i < SLOTS; i++)
        {
            reading(T + i);
        }
        reading(T + SECOND_NS);
        assertEquals(T + SLOTS - 1 + AHEAD_NS, afterNs(config(true, false)));
        assertEquals(T + AHEAD_NS, afterNs(config(false, false)));
    }

    @Test
    void shouldEndAtAnIncarnation()
    {
        reading(T + 1);
        started(T + 7);
        reading(T + 9);
        assertEquals(T + 7 + AHEAD_NS, afterNs(config(true, false)));
    }

    @Test
    void shouldLookAtEachMessageOfAFrame()
    {
        for (int i = 0; i < 4; i++)
        {
            encodeReading(T + 4 - i);
            frame.putBytes(i * MessageLayout.SLOT_LENGTH, message, 0, MessageLayout.SLOT_LENGTH);
        }
        journal.append(frame, 0, frame.capacity());
        started(T + 2);
        assertEquals(T + 4 + AHEAD_NS, afterNs(config(true, false)));
    }

    @Test
    void shouldTakeThePresentIfTheJournalIsTooShort()
    {
        assertEquals(NOW_NS + AHEAD_NS, afterNs(config(false, false)));
        tick(T);
        assertEquals(NOW_NS + AHEAD_NS, afterNs(config(false, false)));
        reading(T);
        assertEquals(NOW_NS + AHEAD_NS, afterNs(config(true, false)));
    }

    @Test
    void shouldAddTheGapThatAReadingProlongsASessionBy()
    {
        reading(T);
        assertEquals(T + AHEAD_NS + 30 * SECOND_NS, afterNs(config(false, true)));
    }

    @Test
    void shouldKnowNothingWithoutAReferenceClock()
    {
        reading(T);
        final EngineConfig config = config(false, false).toBuilder()
            .eventTime(EventTimeConfig.builder().referenceClock(ReferenceClock.NONE).build()).build();
        assertEquals(WholeWindows.UNKNOWN, afterNs(config));
        assertEquals("unknown", WholeWindows.text(WholeWindows.UNKNOWN));
        assertEquals("2023-11-14T22:13:20.000000001Z", WholeWindows.text(T + 1));
    }

    private long afterNs(final EngineConfig config)
    {
        try (LogReader reader = journal.reader(journal.startPosition()))
        {
            return WholeWindows.afterNs(config, reader, journal.appendPosition(), NOW_NS);
        }
    }

    private void reading(final long ingestTimeNs)
    {
        encodeReading(ingestTimeNs);
        append();
    }

    private void encodeReading(final long ingestTimeNs)
    {
        message.setMemory(0, message.capacity(), (byte)0);
        message.putLong(0, MessageLayout.READING_HEADER);
        message.putLong(MessageLayout.READING_EVENT_TIME_OFFSET, T + 1000 * SECOND_NS);
        message.putLong(MessageLayout.READING_INGEST_TIME_OFFSET, ingestTimeNs);
    }

    private void tick(final long timeNs)
    {
        message.setMemory(0, message.capacity(), (byte)0);
        new TickEncoder().wrapAndApplyHeader(message, 0, new MessageHeaderEncoder()).time(timeNs);
        append();
    }

    private void started(final long timeNs)
    {
        message.setMemory(0, message.capacity(), (byte)0);
        new StartedEncoder().wrapAndApplyHeader(message, 0, new MessageHeaderEncoder()).time(timeNs);
        append();
    }

    private void append()
    {
        journal.append(message, 0, MessageLayout.SLOT_LENGTH);
    }

    private static EngineConfig config(final boolean isEmbedded, final boolean hasSession)
    {
        final EngineConfig.Builder builder = EngineConfig.builder()
            .limits(LimitsConfig.builder().ringSlots(SLOTS).build())
            .source(isEmbedded ? SourceConfig.embedded("app").build() :
                SourceConfig.udp("field", new InetSocketAddress("127.0.0.1", 0)).build())
            .eventTime(EventTimeConfig.builder().maxFutureNs(AHEAD_NS).build())
            .window(WindowConfig.tumbling("w", SECOND_NS).build());
        return (hasSession ? builder.window(WindowConfig.session("s", 30 * SECOND_NS).build()) : builder).build();
    }
}
