package io.tailrace.perf.report;

/**
 * What a ratio is held against: a limit that it must reach, or must not exceed; or nothing.
 *
 * @param limit   of the ratio; NaN: there is none.
 * @param isFloor whether the limit must be reached; else it must not be exceeded.
 */
public record Bar(double limit, boolean isFloor)
{
    /** The ratio is shown and not judged. */
    public static final Bar NONE = new Bar(Double.NaN, false);

    private static final String FLOOR = ">= ";
    private static final String CEILING = "<= ";
    private static final String NO_BAR = "no bar";

    /** @return the ratio must be so great or greater. */
    public static Bar atLeast(final double limit)
    {
        return new Bar(limit, true);
    }

    /** @return the ratio must be so small or smaller. */
    public static Bar atMost(final double limit)
    {
        return new Bar(limit, false);
    }

    /**
     * Reads back what {@link #text} has written.
     *
     * @throws IllegalArgumentException if it is something else.
     */
    static Bar parse(final String text)
    {
        if (text.equals(NO_BAR))
        {
            return NONE;
        }
        final int colon = text.indexOf(':');
        if (colon > FLOOR.length() && (text.startsWith(FLOOR) || text.startsWith(CEILING)))
        {
            return new Bar(Double.parseDouble(text.substring(FLOOR.length(), colon)), text.startsWith(FLOOR));
        }
        throw new IllegalArgumentException("bar: found " + text + ", expected one such as >= 0.6: HIT");
    }

    /** @return whether there is a limit. */
    public boolean isSet()
    {
        return !Double.isNaN(limit);
    }

    /** @return whether a ratio is as it must be; one that is no number is not. */
    public boolean isHit(final double ratio)
    {
        return !isSet() || (isFloor ? ratio >= limit : ratio <= limit);
    }

    /** @return {@code >= 0.95: HIT}, {@code >= 0.95: MISS}, or that there is none. */
    public String text(final double ratio)
    {
        return isSet() ? (isFloor ? FLOOR : CEILING) + limit + ": " + (isHit(ratio) ? "HIT" : "MISS") : NO_BAR;
    }
}
