package io.tailrace.engine.send;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;

import io.tailrace.codec.MessageLayout;
import io.tailrace.codec.sbe.AckEncoder;
import io.tailrace.codec.sbe.MessageHeaderEncoder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A way to a naive engine on which everything may be lost, doubled and overtaken, by a seed. The engine settles
 * datagrams a while after it has taken them, refuses some, and forgets all it knows when it is restarted.
 */
final class LossyEngine implements AckedChannel
{
    /** How often each datagram, by its sequence, was journalled or refused, over all restarts. */
    final Map<Long, Integer> taken = new HashMap<>();
    double loss;
    double doubling;
    double refusal;
    long maxDelayNs = 1;
    long nowNs;
    long malformedEvery = Long.MAX_VALUE;
    boolean isAway;
    String trouble = "";
    long maxReach;
    int malformed;

    private final SplittableRandom random;
    private final List<Packet> packets = new ArrayList<>();
    private TreeSet<Long> settled;
    private long session;
    private long first;
    private long sinceNs;
    private int malformedHere;

    private record Packet(long atNs, boolean isAnswer, byte[] bytes)
    {
    }

    LossyEngine(final long seed)
    {
        random = new SplittableRandom(seed);
    }

    /** The engine was killed and is there again. */
    void restart()
    {
        settled = null;
        packets.clear();
    }

    @Override
    public boolean offer(final DirectBuffer buffer, final int length)
    {
        if (isAway || random.nextDouble() < refusal)
        {
            return false;
        }
        final byte[] bytes = new byte[length];
        buffer.getBytes(0, bytes);
        carry(false, bytes);
        return true;
    }

    @Override
    public String trouble()
    {
        return trouble;
    }

    @Override
    public int poll(final AnswerHandler handler)
    {
        int answers = 0;
        for (final Packet packet : List.copyOf(packets))
        {
            if (packet.atNs <= nowNs && packets.remove(packet))
            {
                if (packet.isAnswer)
                {
                    handler.onAnswer(new UnsafeBuffer(packet.bytes), 0, packet.bytes.length);
                    answers++;
                }
                else if (!isAway)
                {
                    onDatagram(new UnsafeBuffer(packet.bytes));
                }
            }
        }
        return answers;
    }

    @Override
    public String destination()
    {
        return "lossy";
    }

    @Override
    public void close()
    {
        packets.clear();
    }

    private void onDatagram(final UnsafeBuffer datagram)
    {
        final long sequence = datagram.getLong(MessageLayout.DATAGRAM_HEADER_SEQUENCE_OFFSET);
        final long below = datagram.getLong(MessageLayout.DATAGRAM_HEADER_SETTLED_BELOW_OFFSET);
        maxReach = Math.max(maxReach, sequence - below);
        if (null == settled)
        {
            settled = new TreeSet<>();
            session = datagram.getLong(MessageLayout.DATAGRAM_HEADER_SESSION_OFFSET);
            first = below;
            sinceNs = nowNs;
            malformedHere = 0;
        }
        first = Math.max(first, below);
        if (sequence >= first && settled.add(sequence))
        {
            taken.merge(sequence, 1, Integer::sum);
            if (sequence % malformedEvery == malformedEvery - 1)
            {
                malformed++;
                malformedHere++;
            }
        }
        while (settled.contains(first))
        {
            first++;
        }
        answer();
    }

    private void answer()
    {
        long bits = 0;
        for (int i = 0; i < Long.SIZE; i++)
        {
            bits |= settled.contains(first + i) ? 1L << i : 0;
        }
        final byte[] bytes = new byte[MessageLayout.SLOT_LENGTH];
        new AckEncoder().wrapAndApplyHeader(new UnsafeBuffer(bytes), 0, new MessageHeaderEncoder())
            .session(session).contiguous(first).settled(bits).malformed(malformedHere).since(sinceNs);
        carry(true, bytes);
    }

    private void carry(final boolean isAnswer, final byte[] bytes)
    {
        int copies = random.nextDouble() < loss ? 0 : 1;
        copies += random.nextDouble() < doubling ? 1 : 0;
        for (int i = 0; i < copies; i++)
        {
            packets.add(new Packet(nowNs + random.nextLong(maxDelayNs), isAnswer, bytes));
        }
    }
}
