package io.tailrace.codec;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import java.math.BigInteger;

import static org.junit.jupiter.api.Assertions.assertEquals;

class SaturatingTimeTest
{
    private static final long[] EDGES = {
        Long.MIN_VALUE, Long.MIN_VALUE + 1, -2, -1, 0, 1, 2, Long.MAX_VALUE - 1, Long.MAX_VALUE};

    @Property
    void shouldAddAndSubtractAsExactArithmeticCutToTheRange(@ForAll final long a, @ForAll final long b)
    {
        assertExact(a, b);
    }

    @Example
    void shouldAddAndSubtractAtTheEdges()
    {
        for (final long a : EDGES)
        {
            for (final long b : EDGES)
            {
                assertExact(a, b);
            }
        }
    }

    private static void assertExact(final long a, final long b)
    {
        assertEquals(cut(BigInteger.valueOf(a).add(BigInteger.valueOf(b))), SaturatingTime.add(a, b));
        assertEquals(cut(BigInteger.valueOf(a).subtract(BigInteger.valueOf(b))), SaturatingTime.subtract(a, b));
    }

    private static long cut(final BigInteger exact)
    {
        return exact.max(BigInteger.valueOf(Long.MIN_VALUE)).min(BigInteger.valueOf(Long.MAX_VALUE)).longValueExact();
    }
}
