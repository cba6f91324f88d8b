package io.tailrace.codec;

import net.openhft.hashing.LongHashFunction;

import java.nio.charset.StandardCharsets;

/**
 * 64-bit ids of texts.
 * <p>
 * The canonical text of an unsigned number ({@code 0}, or digits without a leading zero, below 2^64) is that
 * number. Every other text is the XXH64 hash, seed 0, of its UTF-8 bytes (xxHash fast digest algorithm, section
 * "XXH64 algorithm description"). Ids of events are not checked for collisions, those of devices and metrics are,
 * by {@link NameDictionary}.
 */
public final class EventIds
{
    private static final LongHashFunction XXH64 = LongHashFunction.xx();
    private static final int MAX_DIGITS = 20;
    private static final String MAX_TEXT = "18446744073709551615";

    private EventIds()
    {
    }

    /**
     * Id of a text.
     *
     * @param text any.
     * @return u64.
     */
    public static long idOf(final String text)
    {
        return isCanonical(text) ? parseCanonical(text) : hash(text);
    }

    /**
     * Whether a text is the canonical form of an unsigned 64-bit number.
     *
     * @param text any.
     * @return true if it prints as itself.
     */
    public static boolean isCanonical(final CharSequence text)
    {
        final int length = text.length();
        if (length == 0 || length > MAX_DIGITS || (length > 1 && text.charAt(0) == '0'))
        {
            return false;
        }
        for (int i = 0; i < length; i++)
        {
            if (text.charAt(i) < '0' || text.charAt(i) > '9')
            {
                return false;
            }
        }

        return length < MAX_DIGITS || MAX_TEXT.contentEquals(text) || MAX_TEXT.compareTo(text.toString()) > 0;
    }

    /**
     * Number of a canonical text.
     *
     * @param text for which {@link #isCanonical} is true; of any other the answer means nothing.
     * @return u64.
     */
    public static long parseCanonical(final CharSequence text)
    {
        long value = 0;
        for (int i = 0; i < text.length(); i++)
        {
            value = value * 10 + (text.charAt(i) - '0');
        }

        return value;
    }

    /**
     * XXH64 of the UTF-8 bytes of a text, seed 0.
     *
     * @param text any; an unpaired surrogate, which has no UTF-8 form, counts as a question mark.
     * @return u64.
     */
    public static long hash(final String text)
    {
        return XXH64.hashBytes(text.getBytes(StandardCharsets.UTF_8));
    }
}
