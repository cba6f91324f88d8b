package io.tailrace.engine.overload;

import java.math.BigInteger;

/**
 * A bucket of tokens, naive: it holds {@code rate * burst} of them, one at least, and fills at {@code rate}; a reading
 * takes one, if there is one. Rate {@code p / q} a second; tokens are counted in units of {@code 1 / (q * 10^9)}.
 */
public final class RationalTokens
{
    private static final BigInteger NANOS = BigInteger.valueOf(1_000_000_000L);

    private final BigInteger perNs;
    private final BigInteger one;
    private final BigInteger most;
    private BigInteger tokens;
    private long filledNs;

    public RationalTokens(final BigInteger p, final BigInteger q, final long burstNs)
    {
        perNs = p;
        one = q.multiply(NANOS);
        most = perNs.multiply(BigInteger.valueOf(burstNs)).max(one);
        tokens = most;
        filledNs = Long.MIN_VALUE;
    }

    /** Whether there is a token at a time that never falls. */
    public boolean hasToken(final long nowNs)
    {
        if (filledNs != Long.MIN_VALUE)
        {
            tokens = tokens.add(perNs.multiply(BigInteger.valueOf(nowNs - filledNs))).min(most);
        }
        filledNs = nowNs;
        return tokens.compareTo(one) >= 0;
    }

    /** Takes one, if there is one; answers whether there was. */
    public boolean take(final long nowNs)
    {
        final boolean hasToken = hasToken(nowNs);
        tokens = hasToken ? tokens.subtract(one) : tokens;
        return hasToken;
    }
}
