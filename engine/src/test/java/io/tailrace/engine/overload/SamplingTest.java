package io.tailrace.engine.overload;

import java.math.BigInteger;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

class SamplingTest
{
    private static final BigInteger WORD = BigInteger.ONE.shiftLeft(64);

    /** The finaliser in numbers without an upper bound, cut to 64 bits after each step. */
    @Property
    void shouldMixAndDivideAsUnsignedNumbers(
        @ForAll final long eventId, @ForAll @IntRange(min = 1) final int oneIn)
    {
        BigInteger mixed = BigInteger.valueOf(eventId).mod(WORD);
        mixed = mixed.xor(mixed.shiftRight(30)).multiply(new BigInteger("bf58476d1ce4e5b9", 16)).mod(WORD);
        mixed = mixed.xor(mixed.shiftRight(27)).multiply(new BigInteger("94d049bb133111eb", 16)).mod(WORD);
        mixed = mixed.xor(mixed.shiftRight(31));
        assertEquals(mixed.mod(BigInteger.valueOf(oneIn)).signum() == 0, Sampling.isKept(eventId, oneIn));
    }

    @Test
    void shouldKeepAboutOneInSoMany()
    {
        for (final int oneIn : new int[] {1, 2, 10, 1000})
        {
            int kept = 0;
            for (int id = 0; id < 1_000_000; id++)
            {
                kept += Sampling.isKept(id, oneIn) ? 1 : 0;
            }
            assertEquals(1_000_000.0 / oneIn, kept, 5 * Math.sqrt(1_000_000.0 / oneIn));
        }
    }
}
