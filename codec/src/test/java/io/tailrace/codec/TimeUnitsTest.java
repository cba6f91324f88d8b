package io.tailrace.codec;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

import java.math.BigInteger;

import static io.tailrace.codec.TimeUnits.AUTO;
import static io.tailrace.codec.TimeUnits.MICROS;
import static io.tailrace.codec.TimeUnits.MILLIS;
import static io.tailrace.codec.TimeUnits.NANOS;
import static io.tailrace.codec.TimeUnits.SECONDS;
import static io.tailrace.codec.TimeUnits.UNKNOWN_UNIT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class TimeUnitsTest
{
    private static final BigInteger LEAST = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger GREATEST = BigInteger.valueOf(Long.MAX_VALUE);

    @Test
    void shouldDetectUnitByMagnitudeAtTheBounds()
    {
        final long[] bounds = {10_000_000_000L, 10_000_000_000_000L, 10_000_000_000_000_000L};
        for (int i = 0; i < bounds.length; i++)
        {
            assertEquals(SECONDS + i, TimeUnits.detect(bounds[i] - 1));
            assertEquals(SECONDS + i + 1, TimeUnits.detect(bounds[i]));
            assertEquals(SECONDS + i, TimeUnits.detect(-bounds[i] + 1));
            assertEquals(SECONDS + i + 1, TimeUnits.detect(-bounds[i]));
        }
    }

    @Test
    void shouldDetectNanosecondsAtTheEndsOfTheRange()
    {
        assertEquals(NANOS, TimeUnits.detect(Long.MIN_VALUE));
        assertEquals(NANOS, TimeUnits.detect(Long.MAX_VALUE));
        assertEquals(SECONDS, TimeUnits.detect(0));
    }

    @Test
    void shouldPreferUnitOfReadingThenOfSourceThenDetect()
    {
        assertEquals(MILLIS, TimeUnits.unitOf(5, MILLIS, MICROS));
        assertEquals(MICROS, TimeUnits.unitOf(5, AUTO, MICROS));
        assertEquals(SECONDS, TimeUnits.unitOf(5, AUTO, AUTO));
    }

    @Test
    void shouldKnowNoUnitBeyondFour()
    {
        assertEquals(UNKNOWN_UNIT, TimeUnits.unitOf(5, 5, MILLIS));
        assertEquals(UNKNOWN_UNIT, TimeUnits.unitOf(5, 255, AUTO));
        assertEquals(UNKNOWN_UNIT, TimeUnits.unitOf(5, -1, AUTO));
        assertEquals(UNKNOWN_UNIT, TimeUnits.unitOf(5, AUTO, 5));
        assertFalse(TimeUnits.isRepresentable(5, UNKNOWN_UNIT));
        assertFalse(TimeUnits.isRepresentable(5, AUTO));
        assertEquals(0, TimeUnits.toNanos(5, 5, MILLIS));
    }

    @Test
    void shouldRepresentUpToTheLastUnitThatFits()
    {
        for (int unit = SECONDS; unit <= NANOS; unit++)
        {
            final long last = Long.MAX_VALUE / factor(unit).longValue();
            assertTrue(TimeUnits.isRepresentable(last, unit));
            assertTrue(TimeUnits.isRepresentable(Long.MIN_VALUE / factor(unit).longValue(), unit));
            if (unit != NANOS)
            {
                assertFalse(TimeUnits.isRepresentable(last + 1, unit));
                assertFalse(TimeUnits.isRepresentable(-last - 1, unit));
                assertEquals(0, TimeUnits.toNanos(last + 1, unit));
            }
        }
        assertEquals(Long.MIN_VALUE, TimeUnits.toNanos(Long.MIN_VALUE, NANOS));
    }

    @Property
    void shouldConvertAsExactArithmeticDoes(
        @ForAll final long time,
        @ForAll @IntRange(max = 6) final int unitCode,
        @ForAll @IntRange(max = 4) final int source,
        @ForAll @IntRange(max = 63) final int shift)
    {
        final long scaled = time >> shift;
        final int deciding = unitCode == AUTO ? source : unitCode;
        final int unit = deciding == AUTO ? detected(scaled) : deciding;
        final boolean isKnown = unit <= NANOS;
        final BigInteger nanos = isKnown ? BigInteger.valueOf(scaled).multiply(factor(unit)) : BigInteger.ZERO;
        final boolean fits = nanos.compareTo(LEAST) >= 0 && nanos.compareTo(GREATEST) <= 0;

        assertEquals(isKnown ? unit : UNKNOWN_UNIT, TimeUnits.unitOf(scaled, unitCode, source));
        assertEquals(isKnown && fits, TimeUnits.isRepresentable(scaled, unit));
        assertEquals(fits ? nanos.longValueExact() : 0, TimeUnits.toNanos(scaled, unitCode, source));
    }

    @Test
    void shouldNameUnits()
    {
        for (int unit = AUTO; unit <= NANOS; unit++)
        {
            assertEquals(unit, TimeUnits.codeOf(TimeUnits.nameOf(unit)));
        }
        assertEquals("us", TimeUnits.nameOf(MICROS));
        assertEquals(UNKNOWN_UNIT, TimeUnits.codeOf("S"));
        assertEquals(UNKNOWN_UNIT, TimeUnits.codeOf(""));
        assertEquals(
            "timeUnit=5, expected 0 to 4",
            assertThrows(IllegalArgumentException.class, () -> TimeUnits.nameOf(5)).getMessage());
    }

    private static int detected(final long time)
    {
        final int digits = BigInteger.valueOf(time).abs().toString().length();
        if (digits <= 10)
        {
            return SECONDS;
        }

        return digits <= 13 ? MILLIS : digits <= 16 ? MICROS : NANOS;
    }

    private static BigInteger factor(final int unit)
    {
        return BigInteger.TEN.pow(3 * (NANOS - unit));
    }
}
