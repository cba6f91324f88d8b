package io.tailrace.engine.overload;

import java.math.BigInteger;
import java.util.SplittableRandom;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Both forms of the algorithm against {@link RationalTokens}, which counts tokens as fractions.
 */
class GcraTest
{
    private static final long NOW = 1_700_000_000_000_000_000L;
    private static final long SECOND = 1_000_000_000L;

    /** Rates whose interval is a whole number of ns: nothing is rounded, every answer is the same. */
    @Property(tries = 300)
    void shouldAnswerAsABucketOfTokensDoes(
        @ForAll @IntRange(min = 1, max = 5_000_000) final int intervalNs,
        @ForAll @IntRange(min = 1, max = 2_000_000_000) final int burstNs,
        @ForAll final long seed)
    {
        final double perSecond = 1e9 / intervalNs;
        final RationalTokens tokens =
            new RationalTokens(BigInteger.valueOf(SECOND), BigInteger.valueOf(intervalNs), burstNs);
        final Gcra gcra = new Gcra(perSecond, burstNs);
        long arrivalNs = Long.MIN_VALUE / 4;
        final SplittableRandom random = new SplittableRandom(seed);
        long nowNs = NOW;
        for (int i = 0; i < 400; i++)
        {
            nowNs += gap(random, intervalNs);
            final boolean isWithin = gcra.isWithin(arrivalNs, nowNs);
            assertEquals(tokens.take(nowNs), isWithin, "reading " + i + " at " + (nowNs - NOW));
            arrivalNs = isWithin ? gcra.charged(arrivalNs, nowNs) : arrivalNs;
        }
    }

    /** Whole rates up to millions a second, whose intervals are fractions. */
    @Property(tries = 300)
    void shouldAnswerSoForIntervalsThatAreFractionsOfANanosecond(
        @ForAll @IntRange(min = 1, max = 20_000_000) final int perSecond,
        @ForAll @IntRange(min = 1, max = 2_000_000) final int burstNs,
        @ForAll final long seed)
    {
        final RationalTokens tokens =
            new RationalTokens(BigInteger.valueOf(perSecond), BigInteger.ONE, burstNs);
        final RateBucket bucket = new RateBucket(perSecond, burstNs);
        final SplittableRandom random = new SplittableRandom(seed);
        long nowNs = NOW;
        for (int i = 0; i < 100; i++)
        {
            nowNs += gap(random, (int)(SECOND / perSecond));
            final boolean isWithin = bucket.isWithin(nowNs);
            assertEquals(tokens.take(nowNs), isWithin, "reading " + i + " at " + (nowNs - NOW));
            if (isWithin)
            {
                bucket.charge(nowNs);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1,1,1", "3,1,3", "7,3,21", "1000,1,1000", "10,1,10", "0.5,1,1", "0.5,4,2", "0.1,10,1", "2.5,1,2",
        "333,3,999", "31000,1,31000", "0.16666666666666666,60,10", "0.0002777777777777778,3600,1",
        "0.0011111111111111111,3600,4"})
    void shouldLetTheBurstThroughAtOnceAndNoMore(final double perSecond, final long burstSeconds, final int expected)
    {
        final Gcra gcra = new Gcra(perSecond, burstSeconds * SECOND);
        long arrivalNs = 0;
        int device = 0;
        while (gcra.isWithin(arrivalNs, NOW))
        {
            arrivalNs = gcra.charged(arrivalNs, NOW);
            device++;
        }
        assertEquals(expected, device);

        final RateBucket bucket = new RateBucket(perSecond, burstSeconds * SECOND);
        int all = 0;
        for (; bucket.isWithin(NOW); all++)
        {
            bucket.charge(NOW);
        }
        assertEquals(expected, all);
    }

    /** Offered at four times the rate, with a burst of two: what comes through is the rate, to a millionth. */
    @ParameterizedTest
    @CsvSource({"1000,1000000", "3,3000", "7777.7,777770", "0.01,10", "3000000,1000000"})
    void shouldLetTheRateThroughForALongTime(final double perSecond, final int expected)
    {
        final double stepNs = 1e9 / perSecond / 4;
        final Gcra gcra = new Gcra(perSecond, (long)(8 * stepNs));
        final RateBucket bucket = new RateBucket(perSecond, (long)(8 * stepNs));
        long arrivalNs = 0;
        int device = 0;
        int all = 0;
        for (int i = 0; i < 4 * expected; i++)
        {
            final long nowNs = NOW + (long)(i * stepNs);
            if (gcra.isWithin(arrivalNs, nowNs))
            {
                arrivalNs = gcra.charged(arrivalNs, nowNs);
                device++;
            }
            if (bucket.isWithin(nowNs))
            {
                bucket.charge(nowNs);
                all++;
            }
        }
        assertEquals(expected, all, 2);
        final double most = expected * (1 + 2 * perSecond / 1e9);
        assertTrue(device >= expected && device <= most + 2, device + " of " + expected);
    }

    @Test
    void shouldBeAtTheEdgeWithinAndOneNanosecondBeforeNot()
    {
        final Gcra gcra = new Gcra(1000, 1_000_000);
        final long arrivalNs = gcra.charged(0, NOW);
        assertEquals(NOW + 1_000_000, arrivalNs);
        assertFalse(gcra.isWithin(arrivalNs, NOW + 999_999));
        assertTrue(gcra.isWithin(arrivalNs, NOW + 1_000_000));
        assertTrue(gcra.isWithin(arrivalNs, NOW + 1_000_001));
    }

    /** Charges that are taken back leave no trace at that time or later. */
    @Property(tries = 300)
    void shouldForgetWhatIsTakenBack(
        @ForAll @IntRange(min = 1, max = 5_000_000) final int perSecond,
        @ForAll @IntRange(min = 1, max = 2_000_000_000) final int burstNs,
        @ForAll final long seed)
    {
        final SplittableRandom random = new SplittableRandom(seed);
        final Gcra gcra = new Gcra(perSecond, burstNs);
        final RateBucket bucket = new RateBucket(perSecond, burstNs);
        final RateBucket other = new RateBucket(perSecond, burstNs);
        long arrivalNs = 0;
        long otherNs = 0;
        long nowNs = NOW;
        for (int i = 0; i < 200; i++)
        {
            nowNs += gap(random, (int)(SECOND / perSecond));
            int taken = 0;
            for (; taken < 5 && gcra.isWithin(otherNs, nowNs); taken++)
            {
                otherNs = gcra.charged(otherNs, nowNs);
            }
            for (; taken > 0; taken--)
            {
                otherNs = gcra.refunded(otherNs);
            }
            for (; taken < 5 && other.isWithin(nowNs); taken++)
            {
                other.charge(nowNs);
            }
            for (; taken > 0; taken--)
            {
                other.refund();
            }
            assertEquals(gcra.isWithin(arrivalNs, nowNs), gcra.isWithin(otherNs, nowNs));
            assertEquals(bucket.isWithin(nowNs), other.isWithin(nowNs));
            if (gcra.isWithin(arrivalNs, nowNs))
            {
                arrivalNs = gcra.charged(arrivalNs, nowNs);
                otherNs = gcra.charged(otherNs, nowNs);
                assertEquals(arrivalNs, otherNs);
            }
            if (bucket.isWithin(nowNs))
            {
                bucket.charge(nowNs);
                other.charge(nowNs);
            }
        }
    }

    @Test
    void shouldKnowRatesOfAnySize()
    {
        for (final double perSecond : new double[] {Double.MIN_VALUE, 1e-300, 1e-12, 1e9, 1e12, Double.MAX_VALUE})
        {
            final Gcra gcra = new Gcra(perSecond, Long.MAX_VALUE);
            final RateBucket bucket = new RateBucket(perSecond, Long.MAX_VALUE);
            assertTrue(gcra.isWithin(0, NOW));
            assertTrue(gcra.charged(0, NOW) > NOW);
            assertTrue(bucket.isWithin(NOW));
            bucket.charge(NOW);
            bucket.refund();
            assertTrue(bucket.isWithin(NOW));
        }
        final Gcra seldom = new Gcra(1e-12, 1);
        assertFalse(seldom.isWithin(seldom.charged(0, NOW), NOW + 1_000_000 * SECOND));
    }

    private static long gap(final SplittableRandom random, final int intervalNs)
    {
        return switch (random.nextInt(4))
        {
            case 0 -> 0;
            case 1 -> random.nextLong(2L * intervalNs + 2);
            case 2 -> intervalNs;
            default -> random.nextInt(20) == 0 ? random.nextLong(3 * SECOND) : random.nextLong(intervalNs / 2 + 1L);
        };
    }
}
