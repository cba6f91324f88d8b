package io.tailrace.engine.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

import io.tailrace.archive.journal.MessageLog;
import io.tailrace.archive.recording.LogReader;
import io.tailrace.codec.MessageLayout;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Flips a bit of one result that was emitted, whenever a life has ended: it is then not the one that the journal gives.
 * A recovery that is blind does not see it.
 */
final class ResultDamage extends Mutation
{
    private static final int FLIPPED_OFFSET = MessageLayout.RESULT_LENGTH - 20;
    private static final byte FLIPPED = 4;

    private final boolean isBlind;
    private final TreeMap<Long, Byte> flipped = new TreeMap<>();
    private FakeMedium damaged;

    ResultDamage(final boolean isBlind)
    {
        this.isBlind = isBlind;
    }

    @Override
    void onDeath(final SimulatedWorld world)
    {
        final FakeMedium results = world.results();
        if (results != damaged)
        {
            flipped.clear();
            damaged = results;
        }
        final List<Long> frames = new ArrayList<>();
        for (long position = results.startPosition(); position < results.endPosition();)
        {
            final int length = results.frameLength(position);
            if (length > 0)
            {
                frames.add(position);
            }
            position += FakeMedium.aligned(Math.abs(length) - FakeMedium.HEADER_LENGTH);
        }
        if (!frames.isEmpty())
        {
            final long frame = frames.get(world.random().nextInt(frames.size()));
            final long position = frame + FakeMedium.HEADER_LENGTH + FLIPPED_OFFSET;
            final UnsafeBuffer segment = results.segment(frame);
            final int at = results.offsetOf(position);
            flipped.putIfAbsent(position, segment.getByte(at));
            segment.putByte(at, (byte)(segment.getByte(at) ^ FLIPPED));
        }
    }

    @Override
    MessageLog comparedWith(final FakeLog resultsLog)
    {
        return isBlind ? new BlindLog(resultsLog) : resultsLog;
    }

    private final class BlindLog extends ForwardingLog
    {
        private BlindLog(final FakeLog log)
        {
            super(log);
        }

        @Override
        public LogReader reader(final long fromPosition)
        {
            return new BlindReader(super.reader(fromPosition));
        }
    }

    /** Shows what was there before. */
    private final class BlindReader implements LogReader
    {
        private final LogReader reader;
        private final UnsafeBuffer payload = new UnsafeBuffer(new byte[0]);

        private BlindReader(final LogReader reader)
        {
            this.reader = reader;
        }

        @Override
        public boolean next(final long limitPosition)
        {
            if (!reader.next(limitPosition))
            {
                return false;
            }
            final byte[] copy = new byte[reader.payloadLength()];
            reader.payloadBuffer().getBytes(reader.payloadOffset(), copy);
            final long position = reader.payloadPosition();
            flipped.subMap(position, position + copy.length)
                .forEach((at, original) -> copy[(int)(at - position)] = original);
            payload.wrap(copy);
            return true;
        }

        @Override
        public long payloadPosition()
        {
            return reader.payloadPosition();
        }

        @Override
        public long nextPosition()
        {
            return reader.nextPosition();
        }

        @Override
        public DirectBuffer payloadBuffer()
        {
            return payload;
        }

        @Override
        public int payloadOffset()
        {
            return 0;
        }

        @Override
        public int payloadLength()
        {
            return reader.payloadLength();
        }

        @Override
        public void close()
        {
            reader.close();
        }
    }
}
