package io.tailrace.codec;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * The file {@code doubles.txt} holds bits and expected text of doubles, computed without a JDK: powers of ten and
 * two, subnormals, the neighbours of 2^53, 2^63 and other bounds, those that JDK 17 prints longer, and random ones.
 * Its lines must come out byte-equal on every JDK.
 */
class NumberTextTest
{
    @Test
    void shouldPrintTheSameBytesOnEveryJdk() throws IOException
    {
        final String expected;
        try (InputStream file = NumberTextTest.class.getResourceAsStream("/doubles.txt"))
        {
            expected = new String(file.readAllBytes(), StandardCharsets.US_ASCII);
        }

        final StringBuilder printed = new StringBuilder(expected.length());
        final String[] lines = expected.split("\n");
        for (final String line : lines)
        {
            final String bits = line.substring(0, 16);
            printed.append(bits).append(' ');
            NumberText.append(printed, Double.longBitsToDouble(Long.parseUnsignedLong(bits, 16)));
            printed.append('\n');
        }

        assertTrue(lines.length >= 2000, "lines=" + lines.length);
        assertEquals(expected, printed.toString());
    }

    @Test
    void shouldPrintFormsThatAreDocumented() throws IOException
    {
        assertEquals("12.0", NumberText.toString(12));
        assertEquals("0.002", NumberText.toString(2.0E-3));
        assertEquals("2.0E23", NumberText.toString(2e23));
        assertEquals("-0.0", NumberText.toString(-0.0));
        assertEquals("1.0E7", NumberText.toString(1e7));
        assertEquals("NaN", NumberText.toString(Double.NaN));
        assertEquals("Infinity", NumberText.toString(Double.POSITIVE_INFINITY));
        assertEquals("-Infinity", NumberText.toString(Double.NEGATIVE_INFINITY));

        final Appendable target = new StringBuffer("x=");
        NumberText.append(target, 0.1);
        assertEquals("x=0.1", target.toString());
    }

    @Property(tries = 20_000)
    void shouldReadBackWhatItPrints(@ForAll final long bits)
    {
        final double value = Double.longBitsToDouble(bits);
        if (Double.isFinite(value))
        {
            final double read = NumberText.parseDouble(NumberText.toString(value));
            assertEquals(Double.doubleToRawLongBits(value), Double.doubleToRawLongBits(read));
        }
        else
        {
            assertTrue(Double.isNaN(NumberText.parseDouble(NumberText.toString(value))));
        }
    }

    @Property(tries = 5000)
    void shouldReadDecimalsAsTheJdkDoes(@ForAll("decimals") final String text)
    {
        final double expected = Double.parseDouble(text);

        assertEquals(Double.isInfinite(expected) ? Double.NaN : expected, NumberText.parseDouble(text), text);
    }

    @Provide
    Arbitrary<String> decimals()
    {
        final Arbitrary<String> digits = Arbitraries.strings().numeric().ofMinLength(1).ofMaxLength(25);
        final Arbitrary<String> signs = Arbitraries.of("", "-", "+");
        final Arbitrary<String> exponents = Arbitraries.integers().between(-400, 400)
            .flatMap(e -> Arbitraries.of("", "e" + e, "E" + e));

        return signs.flatMap(sign -> digits.flatMap(whole -> digits.flatMap(fraction -> exponents.flatMap(
            exponent -> Arbitraries.of(
                sign + whole + exponent,
                sign + whole + "." + fraction + exponent,
                sign + "." + fraction + exponent,
                sign + whole + "." + exponent)))));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", " ", " 1", "1 ", "+", "-", ".", "-.", "e5", ".e5", "1e", "1e+", "1e5.0", "1e5x", "--1", "+-1", "1,5",
        "1_000", "0x10", "0x1p3", "1d", "1D", "1f", "1.0F", "1L", "NaN", "nan", "Infinity", "-Infinity", "inf",
        "1e400", "-1e999999999999", "\u0661\u0662", "1\u0000", "1.2.3", "null", "true"})
    void shouldNotReadWhatIsNoFiniteDecimal(final String text)
    {
        assertTrue(Double.isNaN(NumberText.parseDouble(text)), text);
    }

    @Test
    void shouldReadExtremeDecimals()
    {
        assertEquals(0.0, NumberText.parseDouble("1e-99999999999999"));
        assertEquals(0.0, NumberText.parseDouble("0e99999999999999"));
        assertEquals(Double.MAX_VALUE, NumberText.parseDouble("1.7976931348623157e308"));
        assertEquals(Double.MIN_VALUE, NumberText.parseDouble("4.9E-324"));
        final String half = new BigDecimal(Double.MIN_VALUE).divide(BigDecimal.valueOf(2)).toPlainString();
        assertEquals(0.0, NumberText.parseDouble(half), "half of the least rounds to even");
        assertEquals(Double.MIN_VALUE, NumberText.parseDouble(half + "1"));
    }

    @Property
    void shouldReadLongs(@ForAll final long value)
    {
        final String text = Long.toString(value);

        assertTrue(NumberText.isLong(text));
        assertEquals(value, NumberText.parseLong(text));
        assertEquals(value, NumberText.parseLong(value < 0 ? "-000" + text.substring(1) : "+000" + text));
    }

    @Property
    void shouldTellWhetherWholeNumberFits(@ForAll("wide") final BigInteger value)
    {
        assertEquals(value.bitLength() <= 63, NumberText.isLong(value.toString()));
    }

    @Provide
    Arbitrary<BigInteger> wide()
    {
        final BigInteger bound = BigInteger.ONE.shiftLeft(63);
        final Arbitrary<BigInteger> near = Arbitraries.integers().between(-3, 3).map(
            d -> bound.add(BigInteger.valueOf(d)));

        return Arbitraries.oneOf(
            near, near.map(BigInteger::negate), Arbitraries.bigIntegers().between(bound.pow(2).negate(), bound.pow(2)));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "+", "-", " 1", "1 ", "1.0", "1e3", "0x1", "1L", "--1", "\u0661",
        "9223372036854775808", "-9223372036854775809", "99999999999999999999999999"})
    void shouldNotReadWhatIsNoLong(final String text)
    {
        assertFalse(NumberText.isLong(text), text);
        assertEquals(
            "\"" + text + "\", expected a whole number that fits 64 bits",
            assertThrows(NumberFormatException.class, () -> NumberText.parseLong(text)).getMessage());
    }
}
