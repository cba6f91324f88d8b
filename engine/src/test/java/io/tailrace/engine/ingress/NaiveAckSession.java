package io.tailrace.engine.ingress;

import java.math.BigInteger;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What {@link AckSession} promises, with a set of all sequences that were ever settled.
 */
final class NaiveAckSession
{
    private static final BigInteger WINDOW = BigInteger.valueOf(AckSession.WINDOW);

    private final Set<BigInteger> settled = new TreeSet<>();
    private final Map<BigInteger, Long> onTheirWay = new TreeMap<>();
    private BigInteger contiguous;

    NaiveAckSession(final long first)
    {
        contiguous = u64(first);
    }

    boolean isKnown(final long sequence)
    {
        final BigInteger number = u64(sequence);
        return number.compareTo(contiguous) < 0 || settled.contains(number) || onTheirWay.containsKey(number);
    }

    boolean onTaken(final long sequence, final long slot)
    {
        if (isBeyond(sequence))
        {
            return false;
        }
        onTheirWay.put(u64(sequence), slot);
        return true;
    }

    boolean onRefused(final long sequence)
    {
        if (isKnown(sequence))
        {
            return true;
        }
        if (isBeyond(sequence))
        {
            return false;
        }
        settled.add(u64(sequence));
        advance();
        return true;
    }

    void onSettledBelow(final long sequence)
    {
        contiguous = contiguous.max(u64(sequence));
        onTheirWay.keySet().removeIf(number -> number.compareTo(contiguous) < 0);
        advance();
    }

    boolean onDurable(final long slot)
    {
        final Set<BigInteger> durable = new TreeSet<>();
        onTheirWay.forEach((number, last) ->
        {
            if (last <= slot)
            {
                durable.add(number);
            }
        });
        settled.addAll(durable);
        onTheirWay.keySet().removeAll(durable);
        advance();
        return !durable.isEmpty();
    }

    long contiguous()
    {
        return contiguous.longValue();
    }

    long settled()
    {
        long bits = 0;
        for (int i = 0; i < Long.SIZE; i++)
        {
            bits |= settled.contains(contiguous.add(BigInteger.valueOf(i))) ? 1L << i : 0;
        }
        return bits;
    }

    int onTheirWay()
    {
        return onTheirWay.size();
    }

    private boolean isBeyond(final long sequence)
    {
        return u64(sequence).subtract(contiguous).compareTo(WINDOW) >= 0;
    }

    private void advance()
    {
        while (settled.contains(contiguous))
        {
            contiguous = contiguous.add(BigInteger.ONE);
        }
    }

    private static BigInteger u64(final long value)
    {
        return new BigInteger(Long.toUnsignedString(value));
    }
}
