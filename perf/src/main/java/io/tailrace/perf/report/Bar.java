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
        return isSet() ? (isFloor ? ">= " : "<= ") + limit + ": " + (isHit(ratio) ? "HIT" : "MISS") : "no bar";
    }
}
