package io.tailrace.engine.window;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.Random;
import java.util.function.IntToDoubleFunction;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeTry;
import org.agrona.UnsafeApi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * The aggregate of a pane against exact arithmetic, for values that are chosen to hurt.
 */
class PaneTest
{
    private static final MathContext DIGITS = new MathContext(80);
    private static final double TOLERANCE = 1e-9;

    private long pane;

    @BeforeTry
    void open()
    {
        pane = UnsafeApi.allocateMemory(Pane.LENGTH);
        Pane.open(pane, 0, 1000, 7);
    }

    @AfterTry
    void free()
    {
        UnsafeApi.freeMemory(pane);
    }

    @Property(tries = 500)
    void shouldAggregateHostileValues(@ForAll("hostile") final double[] values)
    {
        assertAggregate(values);
    }

    @Property(tries = 500)
    void shouldNeverBeNotANumber(@ForAll @Size(min = 1, max = 40) final double[] any)
    {
        double sum = 0;
        for (int i = 0; i < any.length; i++)
        {
            final double value = Double.isFinite(any[i]) ? any[i] : Double.MAX_VALUE;
            Pane.add(pane, i, value);
            sum += value;
            assertFalse(Double.isNaN(Pane.sum(pane)), () -> "sum of " + Arrays.toString(any));
            assertFalse(Double.isNaN(Pane.m2(pane)), () -> "m2 of " + Arrays.toString(any));
            assertTrue(Pane.m2(pane) >= 0);
            // Once the running value is infinite it stays so.
            assertTrue(!Double.isInfinite(sum) || Pane.sum(pane) == sum);
        }
    }

    @Example
    void shouldKeepTheDigitsOfAHugeMeanAndASmallSpread()
    {
        assertAggregate(values(100_000, new Random(1), random -> 1e9 + random * 1e-3));
        open();
        assertAggregate(values(100_000, new Random(2), random -> 1e15 + Math.rint(random * 8) / 8));
    }

    @Example
    void shouldKeepTheDigitsWhenTheFirstValueIsAnOutlier()
    {
        final double[] values = values(100_000, new Random(3), random -> 20 + random * 1e-3);
        values[0] = 1e6;
        assertAggregate(values);
        open();
        values[0] = -1e12;
        assertAggregate(values);
    }

    @Example
    void shouldCancelAlternatingGiants()
    {
        final double[] values = new double[10_001];
        for (int i = 0; i < 10_000; i++)
        {
            values[i] = i % 2 == 0 ? 1e300 : -1e300;
        }
        values[10_000] = 0.1;
        add(values);
        assertEquals(0.1, Pane.sum(pane));
        assertEquals(Double.POSITIVE_INFINITY, Pane.m2(pane));
        assertEquals(-1e300, Pane.min(pane));
        assertEquals(1e300, Pane.max(pane));
    }

    @Example
    void shouldNotOverflowWhereNeitherSumNorSumOfSquaresDoes()
    {
        final double[] values = new double[100];
        Arrays.fill(values, 1, 100, 1e153);
        assertAggregate(values);
    }

    @Example
    void shouldStayInfiniteOnceTheSumOverflowed()
    {
        add(Double.MAX_VALUE, Double.MAX_VALUE, -Double.MAX_VALUE, -Double.MAX_VALUE);
        assertEquals(Double.POSITIVE_INFINITY, Pane.sum(pane));
        assertEquals(Double.POSITIVE_INFINITY, Pane.m2(pane));
        open();
        add(-Double.MAX_VALUE, -Double.MAX_VALUE, 1);
        assertEquals(Double.NEGATIVE_INFINITY, Pane.sum(pane));
        assertEquals(Double.POSITIVE_INFINITY, Pane.m2(pane));
    }

    @Example
    void shouldAddSubnormalsExactly()
    {
        final double[] values = new double[1000];
        Arrays.fill(values, Double.MIN_VALUE);
        add(values);
        assertEquals(1000 * Double.MIN_VALUE, Pane.sum(pane));
        assertEquals(0.0, Pane.m2(pane));
    }

    @Example
    void shouldHaveNoSpreadForOneValueHoweverGreat()
    {
        add(Double.MAX_VALUE);
        assertEquals(Double.MAX_VALUE, Pane.sum(pane));
        assertEquals(0.0, Pane.m2(pane));
        assertEquals(1, Pane.count(pane));
    }

    @Example
    void shouldOrderNegativeZeroBelowZero()
    {
        add(0.0, -0.0, 0.0);
        assertBits(-0.0, Pane.min(pane));
        assertBits(0.0, Pane.max(pane));
        open();
        add(-0.0, -0.0);
        assertBits(-0.0, Pane.max(pane));
        assertBits(-0.0, Pane.first(pane));
    }

    @Example
    void shouldTakeTheEarliestArrivalAsFirstAndTheLatestAsLastOfEqualTimes()
    {
        Pane.add(pane, 10, 1);
        Pane.add(pane, 10, 2);
        Pane.add(pane, 10, 3);
        assertEquals(1, Pane.first(pane));
        assertEquals(3, Pane.last(pane));
        Pane.add(pane, 9, 4);
        Pane.add(pane, 9, 5);
        Pane.add(pane, 11, 6);
        Pane.add(pane, 10, 7);
        assertEquals(4, Pane.first(pane));
        assertEquals(6, Pane.last(pane));
        Pane.add(pane, Long.MIN_VALUE, 8);
        Pane.add(pane, Long.MAX_VALUE, 9);
        assertEquals(8, Pane.first(pane));
        assertEquals(9, Pane.last(pane));
    }

    @Example
    void shouldForgetEverythingWhenItIsOpenedAgain()
    {
        add(5, 6, 1e300);
        Pane.firings(pane, 3);
        Pane.open(pane, 2000, 3000, 8);
        assertEquals(0, Pane.count(pane));
        assertEquals(0, Pane.firings(pane));
        assertEquals(2000, Pane.index(pane));
        assertEquals(3000, Pane.endNs(pane));
        assertAggregate(new double[] {-1, -2});
    }

    @Provide
    Arbitrary<double[]> hostile()
    {
        final Arbitrary<Double> scale = Arbitraries.integers().between(-300, 150).map(n -> Math.pow(10, n));
        final Arbitrary<Double> ratio = Arbitraries.integers().between(-12, 12).map(n -> Math.pow(10, n));
        return Arbitraries.randomValue(random -> random).flatMap(random ->
            Arbitraries.integers().between(1, 300).flatMap(count ->
                scale.flatMap(mean -> ratio.flatMap(spread -> Arbitraries.integers().between(0, 4).map(shape ->
                    shaped(new Random(random.nextLong()), count, mean, Math.min(mean * spread, 1e150), shape))))));
    }

    private static double[] shaped(
        final Random random, final int count, final double mean, final double spread, final int shape)
    {
        final double[] values = new double[count];
        for (int i = 0; i < count; i++)
        {
            final double noise = random.nextGaussian() * spread;
            values[i] = switch (shape)
            {
                case 0 -> mean + noise;
                case 1 -> i == 0 ? mean : noise;
                case 2 -> i % 2 == 0 ? mean + noise : -mean;
                case 3 -> i == count - 1 ? -mean : noise;
                default -> random.nextInt(3) == 0 ? -0.0 : noise;
            };
        }
        return values;
    }

    private void assertAggregate(final double[] values)
    {
        add(values);
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

        assertEquals(values.length, Pane.count(pane));
        assertEquals(Arrays.stream(values).min().orElseThrow(), Pane.min(pane));
        assertEquals(Arrays.stream(values).max().orElseThrow(), Pane.max(pane));
        // The bound of the compensated sum: one rounding of the result, and terms of second order.
        final double secondOrder = magnitudes.doubleValue() * values.length * values.length * 0x1p-100;
        assertNear("sum", sum, Pane.sum(pane), Math.abs(sum.doubleValue()) * 1e-15 + secondOrder);
        // Squares below the normal range keep no digits.
        assertNear("m2", m2, Pane.m2(pane), m2.doubleValue() * TOLERANCE + values.length * 8 * Double.MIN_VALUE);
    }

    private static void assertNear(
        final String what, final BigDecimal expected, final double actual, final double tolerance)
    {
        assertTrue(Double.isFinite(actual), () -> what + " is " + actual + ", expected " + expected.doubleValue());
        final double difference = new BigDecimal(actual).subtract(expected).abs().doubleValue();
        assertTrue(difference <= tolerance, () ->
            what + " is " + actual + ", expected " + expected.doubleValue() + " within " + tolerance);
    }

    private static double[] values(final int count, final Random random, final DoubleShape shape)
    {
        final double[] values = new double[count];
        Arrays.setAll(values, (IntToDoubleFunction)i -> shape.of(random.nextDouble()));
        return values;
    }

    private void add(final double... values)
    {
        for (int i = 0; i < values.length; i++)
        {
            Pane.add(pane, i, values[i]);
        }
    }

    private static void assertBits(final double expected, final double actual)
    {
        assertEquals(Double.doubleToRawLongBits(expected), Double.doubleToRawLongBits(actual));
    }

    @FunctionalInterface
    private interface DoubleShape
    {
        double of(double random);
    }
}
