package io.tailrace.engine.window;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.Random;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeTry;
import org.agrona.UnsafeApi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Panes put together of parts, against exact arithmetic and against a pane that took all events itself.
 */
class PaneMergeTest
{
    private static final MathContext DIGITS = new MathContext(80);
    private static final double TOLERANCE = 1e-9;

    private long whole;
    private long part;
    private long direct;

    @BeforeTry
    void open()
    {
        whole = UnsafeApi.allocateMemory(3L * Pane.LENGTH);
        part = whole + Pane.LENGTH;
        direct = part + Pane.LENGTH;
    }

    @AfterTry
    void free()
    {
        UnsafeApi.freeMemory(whole);
    }

    @Property(tries = 1500)
    void shouldEqualTheSumOfItsParts(@ForAll final long seed)
    {
        final Random random = new Random(seed);
        final double mean = Math.pow(10, random.nextInt(300) - 150);
        final double spread = Math.min(1e150, mean * Math.pow(10, random.nextInt(24) - 12));
        final int shape = random.nextInt(5);
        final double[] values = new double[1 + random.nextInt(200)];
        for (int i = 0; i < values.length; i++)
        {
            final double noise = random.nextGaussian() * spread;
            values[i] = switch (shape)
            {
                case 0 -> mean + noise;
                case 1 -> i == values.length / 2 ? mean : noise;
                case 2 -> i % 2 == 0 ? mean + noise : -mean;
                case 3 -> i < values.length / 3 ? mean : mean + noise;
                default -> random.nextInt(3) == 0 ? -0.0 : noise;
            };
        }
        mergeParts(values, random);
        assertAggregate(values);
        assertEquals(Pane.first(direct), Pane.first(whole));
        assertEquals(Pane.last(direct), Pane.last(whole));
        assertBits(Pane.min(direct), Pane.min(whole));
        assertBits(Pane.max(direct), Pane.max(whole));
    }

    @Property(tries = 500)
    void shouldNeverBeNotANumber(@ForAll final long seed)
    {
        final Random random = new Random(seed);
        final double[] values = new double[1 + random.nextInt(30)];
        for (int i = 0; i < values.length; i++)
        {
            final double any = Double.longBitsToDouble(random.nextLong());
            values[i] = switch (random.nextInt(4))
            {
                case 0 -> random.nextBoolean() ? Double.MAX_VALUE : -Double.MAX_VALUE;
                case 1 -> Math.copySign(1e154, any);
                default -> Double.isFinite(any) ? any : 0;
            };
        }
        mergeParts(values, random);
        assertFalse(Double.isNaN(Pane.sum(whole)), () -> "sum of " + Arrays.toString(values));
        assertTrue(Pane.m2(whole) >= 0, () -> "m2 of " + Arrays.toString(values) + " is " + Pane.m2(whole));
        assertEquals(values.length, Pane.count(whole));
    }

    @Example
    void shouldStayInfiniteOnceASumOverflowed()
    {
        begin(whole, 1);
        add(part, 2, Double.MAX_VALUE, Double.MAX_VALUE);
        Pane.merge(whole, part);
        assertEquals(Double.POSITIVE_INFINITY, Pane.sum(whole));
        add(part, 4, -Double.MAX_VALUE, -Double.MAX_VALUE);
        Pane.merge(whole, part);
        assertEquals(Double.POSITIVE_INFINITY, Pane.sum(whole));
        add(part, 6, 1, 2);
        Pane.merge(whole, part);
        Pane.add(whole, 8, -5);
        assertEquals(Double.POSITIVE_INFINITY, Pane.sum(whole));
        assertEquals(Double.POSITIVE_INFINITY, Pane.m2(whole));
        assertEquals(7, Pane.count(whole));
        assertEquals(-Double.MAX_VALUE, Pane.min(whole));
        assertEquals(-5, Pane.last(whole));
    }

    @Example
    void shouldOverflowWhereOnlyTheSumOfBothDoes()
    {
        add(whole, 0, Double.MAX_VALUE);
        add(part, 1, Double.MAX_VALUE);
        Pane.merge(whole, part);
        assertEquals(Double.POSITIVE_INFINITY, Pane.sum(whole));
        assertEquals(Double.POSITIVE_INFINITY, Pane.m2(whole));
    }

    /** An outlier whose square is finite, its hundredfold is not; it is not the first of its part. */
    @Example
    void shouldNotOverflowWhereNeitherSumNorSumOfSquaresDoes()
    {
        for (final double outlier : new double[] {1e154, -1e154, 1.3e154})
        {
            final double[] values = new double[200];
            values[100] = 3;
            values[101] = outlier;
            begin(whole, 1);
            begin(part, 2);
            for (int i = 0; i < values.length; i++)
            {
                Pane.add(i < 100 ? whole : part, i, values[i]);
            }
            Pane.merge(whole, part);
            assertAggregate(values);
        }
    }

    @Example
    void shouldLeaveAnEmptyPartAndFillAnEmptyPane()
    {
        add(whole, 5, 1, 2, 4);
        begin(part, 2);
        Pane.merge(whole, part);
        assertEquals(3, Pane.count(whole));
        assertEquals(7, Pane.sum(whole));

        Pane.open(part, 9, 77, 3);
        Pane.firings(part, 2);
        Pane.next(part, 5);
        Pane.merge(part, whole);
        assertEquals(3, Pane.count(part));
        assertEquals(7, Pane.sum(part));
        assertEquals(Pane.m2(whole), Pane.m2(part));
        assertEquals(1, Pane.first(part));
        assertEquals(4, Pane.last(part));
        // What is no aggregate stays.
        assertEquals(9, Pane.index(part));
        assertEquals(77, Pane.endNs(part));
        assertEquals(3, Pane.registration(part));
        assertEquals(2, Pane.firings(part));
        assertEquals(5, Pane.next(part));
    }

    @Example
    void shouldTakeFirstAndLastByTimeWhicheverPartIsMerged()
    {
        add(whole, 100, 1, 2);
        add(part, 50, 3, 4);
        Pane.merge(whole, part);
        assertEquals(3, Pane.first(whole));
        assertEquals(2, Pane.last(whole));
        add(part, 200, 5, 6);
        Pane.merge(whole, part);
        assertEquals(3, Pane.first(whole));
        assertEquals(6, Pane.last(whole));
        // Events go on after a merger.
        Pane.add(whole, 10, 7);
        assertEquals(7, Pane.first(whole));
        assertEquals(28, Pane.sum(whole));
        assertEquals(7, Pane.count(whole));
    }

    /** Splits into parts, some of them empty, merges them in order, and adds a few events after a merger. */
    private void mergeParts(final double[] values, final Random random)
    {
        begin(whole, 1);
        begin(direct, 1);
        int at = 0;
        while (at < values.length)
        {
            final boolean isAdded = random.nextInt(4) == 0;
            final int end = Math.min(values.length, at + random.nextInt(values.length / 2 + 2));
            begin(part, 2);
            for (; at < end; at++)
            {
                Pane.add(isAdded ? whole : part, at, values[at]);
                Pane.add(direct, at, values[at]);
            }
            Pane.merge(whole, part);
        }
    }

    private void assertAggregate(final double[] values)
    {
        BigDecimal sum = BigDecimal.ZERO;
        BigDecimal magnitudes = BigDecimal.ZERO;
        BigDecimal squares = BigDecimal.ZERO;
        for (final double value : values)
        {
            final BigDecimal exact = new BigDecimal(value);
            sum = sum.add(exact);
            magnitudes = magnitudes.add(exact.abs());
            squares = squares.add(exact.multiply(exact));
        }
        final BigDecimal count = BigDecimal.valueOf(values.length);
        final BigDecimal m2 = squares.multiply(count).subtract(sum.multiply(sum)).divide(count, DIGITS);
        assertEquals(values.length, Pane.count(whole));
        // The bound of the compensated sum: one rounding of the result, and terms of second order.
        final double secondOrder = magnitudes.doubleValue() * values.length * values.length * 0x1p-100;
        assertNear("sum", sum, Pane.sum(whole), Math.abs(sum.doubleValue()) * 1e-15 + secondOrder);
        // Squares below the normal range keep no digits.
        assertNear("m2", m2, Pane.m2(whole), m2.doubleValue() * TOLERANCE + values.length * 8 * Double.MIN_VALUE);
    }

    private static void assertNear(
        final String what, final BigDecimal expected, final double actual, final double tolerance)
    {
        assertTrue(Double.isFinite(actual), () -> what + " is " + actual + ", expected " + expected.doubleValue());
        final double difference = new BigDecimal(actual).subtract(expected).abs().doubleValue();
        assertTrue(difference <= tolerance, () ->
            what + " is " + actual + ", expected " + expected.doubleValue() + " within " + tolerance);
    }

    private static void begin(final long pane, final long registration)
    {
        Pane.open(pane, 0, 1000, registration);
    }

    private static void add(final long pane, final long timeNs, final double... values)
    {
        begin(pane, 1);
        for (int i = 0; i < values.length; i++)
        {
            Pane.add(pane, timeNs + i, values[i]);
        }
    }

    private static void assertBits(final double expected, final double actual)
    {
        assertEquals(Double.doubleToRawLongBits(expected), Double.doubleToRawLongBits(actual));
    }
}
