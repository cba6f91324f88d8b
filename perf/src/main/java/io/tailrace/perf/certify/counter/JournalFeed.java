package io.tailrace.perf.certify.counter;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Reads the journal from its beginning to its end, counts its events and has the model process its messages.
 */
final class JournalFeed
{
    private static final int BLOCK_LENGTH = 56;
    private static final int MAX_VERSION = 1;
    private static final int SINCES_PER_TICK = 5;

    private final EventCount events;
    private final NaiveModel model;
    private final long[] emptySinceNs;
    private final boolean[] isNamed;
    private long incarnations;

    JournalFeed(final EventCount events, final NaiveModel model, final int sourceCount)
    {
        this.events = events;
        this.model = model;
        emptySinceNs = new long[sourceCount];
        isNamed = new boolean[sourceCount];
    }

    /** Reads it. */
    void read(final Path dataDir) throws IOException
    {
        final RecordingFrames frames = RecordingFrames.open(dataDir, "journal");
        if (frames.position() != 0)
        {
            throw new UncoveredException("the journal begins at position " + frames.position() +
                ": what came before was purged, and no model can be given it");
        }
        while (frames.next(Long.MAX_VALUE))
        {
            final ByteBuffer payload = frames.payload();
            if (payload.limit() % MessageOffsets.SLOT_LENGTH != 0)
            {
                throw new DamagedRecordingException("journal position " + frames.payloadPosition() +
                    ": a frame with a part of a message");
            }
            for (int at = 0; at < payload.limit(); at += MessageOffsets.SLOT_LENGTH)
            {
                onMessage(payload.slice(at, MessageOffsets.SLOT_LENGTH).order(payload.order()),
                    frames.payloadPosition() + at);
            }
        }
        frames.requireEnd();
    }

    /** How often the engine was started. */
    long incarnations()
    {
        return incarnations;
    }

    private void onMessage(final ByteBuffer message, final long position)
    {
        requireHeader(message, position);
        switch (message.getShort(MessageOffsets.TEMPLATE_ID))
        {
            case MessageOffsets.READING -> onReading(message, position);
            case MessageOffsets.TICK -> onTick(message, position);
            case MessageOffsets.STARTED -> onStarted(message, position);
            case MessageOffsets.LEDGER_MARK ->
            {
            }
            case MessageOffsets.END_OF_INPUT -> model.onEndOfInput(position,
                message.getLong(MessageOffsets.CONTROL_TIME), message.getShort(MessageOffsets.END_SOURCE) & 0xFFFF);
            default -> throw new UncoveredException("journal position " + position + ": template " +
                message.getShort(MessageOffsets.TEMPLATE_ID) + ", of which the model knows nothing");
        }
    }

    private void onReading(final ByteBuffer message, final long position)
    {
        final ModelReading reading = new ModelReading(
            position,
            message.getLong(MessageOffsets.READING_EVENT_ID),
            message.getLong(MessageOffsets.READING_DEVICE_ID),
            message.getInt(MessageOffsets.READING_METRIC) & 0xFFFF_FFFFL,
            message.getLong(MessageOffsets.READING_EVENT_TIME),
            message.get(MessageOffsets.READING_TIME_UNIT) & 0xFF,
            message.getLong(MessageOffsets.READING_INGEST_TIME),
            message.getDouble(MessageOffsets.READING_VALUE),
            message.getShort(MessageOffsets.READING_SOURCE) & 0xFFFF,
            message.get(MessageOffsets.READING_PRIORITY) & 0xFF,
            message.get(MessageOffsets.READING_QUALITY) & 0xFF,
            message.getShort(MessageOffsets.READING_DEVICE_EPOCH) & 0xFFFF);
        if (reading.source() >= emptySinceNs.length)
        {
            throw new DamagedRecordingException("journal position " + position + ": source " + reading.source());
        }
        events.onReading(reading);
        model.onReading(reading);
    }

    private void onTick(final ByteBuffer message, final long position)
    {
        final int first = message.getShort(MessageOffsets.TICK_FIRST_SOURCE) & 0xFFFF;
        final int count = message.get(MessageOffsets.TICK_SOURCE_COUNT) & 0xFF;
        if (count > SINCES_PER_TICK || first + count > emptySinceNs.length)
        {
            throw new DamagedRecordingException(
                "journal position " + position + ": a tick of " + count + " sources from " + first + " on");
        }
        for (int i = 0; i < count; i++)
        {
            emptySinceNs[first + i] = message.getLong(MessageOffsets.TICK_EMPTY_SINCE + Long.BYTES * i);
            isNamed[first + i] = true;
        }
        if (message.get(MessageOffsets.TICK_LAST) == 1)
        {
            for (final boolean isSourceNamed : isNamed)
            {
                if (!isSourceNamed)
                {
                    throw new UncoveredException("journal position " + position + ": a tick that leaves out a source");
                }
            }
            Arrays.fill(isNamed, false);
            model.onTick(position, message.getLong(MessageOffsets.CONTROL_TIME), emptySinceNs.clone(),
                message.get(MessageOffsets.TICK_HELD_UP) == 1);
        }
    }

    private void onStarted(final ByteBuffer message, final long position)
    {
        if (message.getInt(MessageOffsets.STARTED_RESULT_EPOCH) != 0)
        {
            throw new UncoveredException("journal position " + position + ": results epoch " +
                message.getInt(MessageOffsets.STARTED_RESULT_EPOCH) + ", and the model knows the first alone");
        }
        incarnations++;
        // What is left of a tick that was cut is not completed by another engine.
        Arrays.fill(isNamed, false);
        model.onStarted(position, message.getLong(MessageOffsets.CONTROL_TIME));
    }

    private static void requireHeader(final ByteBuffer message, final long position)
    {
        final int version = message.getShort(MessageOffsets.VERSION) & 0xFFFF;
        if (message.getShort(MessageOffsets.BLOCK_LENGTH) != BLOCK_LENGTH ||
            message.getShort(MessageOffsets.SCHEMA_ID) != MessageOffsets.SCHEMA || version < 1 || version > MAX_VERSION)
        {
            throw new DamagedRecordingException("journal position " + position + ": no message of version 1");
        }
    }
}
