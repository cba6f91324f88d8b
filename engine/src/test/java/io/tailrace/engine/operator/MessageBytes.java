package io.tailrace.engine.operator;

import java.util.ArrayList;
import java.util.List;

import io.tailrace.codec.MessageLayout;
import io.tailrace.codec.sbe.EndOfInputEncoder;
import io.tailrace.codec.sbe.MessageHeaderEncoder;
import io.tailrace.codec.sbe.ReadingEncoder;
import io.tailrace.codec.sbe.StartedEncoder;
import io.tailrace.codec.sbe.TickEncoder;
import io.tailrace.engine.reference.ReferenceInput;
import io.tailrace.engine.reference.ReferenceReading;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The messages of a reference run as bytes, with the journal position of each. A tick of more than five sources
 * becomes several messages; all but the last stand at the position of the message before, so that the positions of the
 * run stay.
 */
public final class MessageBytes
{
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final List<UnsafeBuffer> messages = new ArrayList<>();
    private final List<Long> positions = new ArrayList<>();

    public MessageBytes(final List<ReferenceInput> inputs)
    {
        for (final ReferenceInput input : inputs)
        {
            if (input instanceof ReferenceInput.Reading reading)
            {
                encode(reading.reading());
            }
            else if (input instanceof ReferenceInput.Tick tick)
            {
                encode(tick);
            }
            else if (input instanceof ReferenceInput.Started started)
            {
                new StartedEncoder().wrapAndApplyHeader(next(started.position()), 0, header).time(started.timeNs());
            }
            else if (input instanceof ReferenceInput.EndOfInput end)
            {
                new EndOfInputEncoder().wrapAndApplyHeader(next(end.position()), 0, header)
                    .time(end.timeNs()).source(end.source());
            }
        }
    }

    public int count()
    {
        return messages.size();
    }

    public long address(final int index)
    {
        return messages.get(index).addressOffset();
    }

    public long position(final int index)
    {
        return positions.get(index);
    }

    private void encode(final ReferenceReading reading)
    {
        new ReadingEncoder().wrapAndApplyHeader(next(reading.position()), 0, header)
            .eventId(reading.eventId())
            .deviceId(reading.deviceId())
            .eventTime(reading.eventTime())
            .ingestTime(reading.ingestTimeNs())
            .value(reading.value())
            .metric(reading.metric())
            .source(reading.source())
            .timeUnit((short)reading.timeUnit())
            .priority((short)reading.priority())
            .quality((short)reading.quality())
            .deviceEpoch(reading.deviceEpoch());
    }

    private void encode(final ReferenceInput.Tick tick)
    {
        final long[] since = tick.emptySinceNs();
        for (int first = 0; first < since.length; first += MessageLayout.TICK_SOURCES)
        {
            final int count = Math.min(MessageLayout.TICK_SOURCES, since.length - first);
            final UnsafeBuffer buffer = next(tick.position());
            new TickEncoder().wrapAndApplyHeader(buffer, 0, header)
                .time(tick.timeNs())
                .firstSource(first)
                .sourceCount((short)count)
                .last((short)(first + count == since.length ? 1 : 0))
                .heldUp((short)(first + count == since.length && tick.isHeldUp() ? 1 : 0));
            for (int i = 0; i < count; i++)
            {
                buffer.putLong(MessageLayout.TICK_EMPTY_SINCE0_OFFSET + i * Long.BYTES, since[first + i]);
            }
        }
    }

    private UnsafeBuffer next(final long position)
    {
        final UnsafeBuffer buffer = new UnsafeBuffer(
            BufferUtil.allocateDirectAligned(MessageLayout.SLOT_LENGTH, BitUtil.CACHE_LINE_LENGTH));
        messages.add(buffer);
        positions.add(position);
        return buffer;
    }
}
