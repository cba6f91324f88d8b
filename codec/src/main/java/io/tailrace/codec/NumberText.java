package io.tailrace.codec;

import tools.jackson.core.io.NumberInput;
import tools.jackson.core.io.NumberOutput;

import java.io.IOException;

/**
 * Text of numbers, the same bytes on every JDK.
 * <p>
 * A double prints as the shortest decimal that reads back equal (Raffaello Giulietti, "The Schubfach way to render
 * doubles"), in the form of {@link Double#toString(double)} since JDK 19, which older JDKs print longer at times:
 * {@code 12.0}, {@code 0.002}, {@code 1.0E7}, {@code -0.0}. What is not finite prints as {@code NaN},
 * {@code Infinity}, {@code -Infinity}.
 * <p>
 * Reading is strict, ASCII only, without white space: a long is {@code [+-]?[0-9]+}, a double is
 * {@code [+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?}. No text reads as something that is not finite.
 * <p>
 * Threading: pure. Not for the hot path: printing allocates.
 */
public final class NumberText
{
    private static final int MAX_LONG_DIGITS = 19;

    private NumberText()
    {
    }

    /**
     * Text of a double.
     *
     * @param value any.
     * @return its shortest text.
     */
    public static String toString(final double value)
    {
        return NumberOutput.toString(value, true);
    }

    /**
     * Appends the text of a double.
     *
     * @param target to append to.
     * @param value  any.
     */
    public static void append(final StringBuilder target, final double value)
    {
        target.append(toString(value));
    }

    /**
     * Appends the text of a double.
     *
     * @param target to append to.
     * @param value  any.
     * @throws IOException if the target does.
     */
    public static void append(final Appendable target, final double value) throws IOException
    {
        target.append(toString(value));
    }

    /**
     * Reads a double.
     *
     * @param text to read.
     * @return the nearest double; NaN, which no text stands for, if the text is not a decimal number or is too
     * large for a finite double.
     */
    public static double parseDouble(final String text)
    {
        if (!isDecimal(text))
        {
            return Double.NaN;
        }
        final double value = NumberInput.parseDouble(text, true);

        return Double.isInfinite(value) ? Double.NaN : value;
    }

    /**
     * Whether a text is a whole number that fits a long.
     *
     * @param text to look at.
     * @return true if {@link #parseLong} can read it.
     */
    public static boolean isLong(final CharSequence text)
    {
        final int length = text.length();
        final int first = digitsStart(text);
        if (first == length || digitsEnd(text, first) != length)
        {
            return false;
        }

        final int significant = skipZeros(text, first);
        if (length - significant < MAX_LONG_DIGITS)
        {
            return true;
        }
        if (length - significant > MAX_LONG_DIGITS)
        {
            return false;
        }

        return isNegative(text) ?
            compareDigits(text, significant, "9223372036854775808") <= 0 :
            compareDigits(text, significant, "9223372036854775807") <= 0;
    }

    /**
     * Reads a long that {@link #isLong} has accepted.
     *
     * @param text to read.
     * @return its value.
     * @throws NumberFormatException if {@link #isLong} is false.
     */
    public static long parseLong(final CharSequence text)
    {
        if (!isLong(text))
        {
            throw new NumberFormatException("\"" + text + "\", expected a whole number that fits 64 bits");
        }

        // Counted down, since the least long has no positive counterpart.
        long negated = 0;
        for (int i = digitsStart(text); i < text.length(); i++)
        {
            negated = negated * 10 - (text.charAt(i) - '0');
        }

        return isNegative(text) ? negated : -negated;
    }

    private static boolean isDecimal(final String text)
    {
        final int length = text.length();
        final int first = digitsStart(text);
        int position = digitsEnd(text, first);
        int digitCount = position - first;
        if (position < length && text.charAt(position) == '.')
        {
            final int end = digitsEnd(text, position + 1);
            digitCount += end - position - 1;
            position = end;
        }
        if (digitCount == 0)
        {
            return false;
        }

        return position == length || isExponent(text, position);
    }

    private static boolean isExponent(final String text, final int position)
    {
        if ((text.charAt(position) | 0x20) != 'e')
        {
            return false;
        }
        final boolean isSigned = position + 1 < text.length() && isSign(text.charAt(position + 1));
        final int first = isSigned ? position + 2 : position + 1;

        return first < text.length() && digitsEnd(text, first) == text.length();
    }

    private static boolean isNegative(final CharSequence text)
    {
        return text.charAt(0) == '-';
    }

    private static boolean isSign(final char c)
    {
        return c == '-' || c == '+';
    }

    private static int digitsStart(final CharSequence text)
    {
        return text.length() > 0 && isSign(text.charAt(0)) ? 1 : 0;
    }

    private static int digitsEnd(final CharSequence text, final int from)
    {
        int position = from;
        while (position < text.length() && text.charAt(position) >= '0' && text.charAt(position) <= '9')
        {
            position++;
        }

        return position;
    }

    private static int skipZeros(final CharSequence text, final int from)
    {
        int position = from;
        while (position < text.length() && text.charAt(position) == '0')
        {
            position++;
        }

        return position;
    }

    private static int compareDigits(final CharSequence text, final int from, final String limit)
    {
        for (int i = 0; i < limit.length(); i++)
        {
            final int difference = text.charAt(from + i) - limit.charAt(i);
            if (difference != 0)
            {
                return difference;
            }
        }

        return 0;
    }
}
