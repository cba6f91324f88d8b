package io.tailrace.engine.reference;

/**
 * One alert operator.
 *
 * @param name       of the operator.
 * @param filter     which readings it looks at.
 * @param isAbove    whether values above the threshold raise it; else those below.
 * @param threshold  that a value must pass.
 * @param clear      that a value must pass the other way to clear it; null: it is cleared by any value that does not
 *                   satisfy the condition.
 * @param forNs      how long the condition must hold in event time.
 * @param isCritical as its alerts say.
 */
public record ReferenceAlert(
    String name,
    ReferenceFilter filter,
    boolean isAbove,
    double threshold,
    Double clear,
    long forNs,
    boolean isCritical)
{
    /**
     * What an alert says.
     *
     * @param isRaised   whether it is raised; else cleared.
     * @param threshold  that was passed.
     * @param isCritical whether it is critical.
     */
    public record Change(boolean isRaised, double threshold, boolean isCritical)
    {
    }

    /**
     * Raised by the first value above a threshold.
     *
     * @param name      of the operator.
     * @param threshold that a value must pass.
     * @return the alert.
     */
    public static ReferenceAlert above(final String name, final double threshold)
    {
        return new ReferenceAlert(name, ReferenceFilter.ALL, true, threshold, null, 0, false);
    }

    /**
     * The same with another length of time.
     *
     * @param newForNs how long the condition must hold.
     * @return the alert.
     */
    public ReferenceAlert withFor(final long newForNs)
    {
        return new ReferenceAlert(name, filter, isAbove, threshold, clear, newForNs, isCritical);
    }

    /**
     * The same with another value that clears it.
     *
     * @param newClear that a value must pass the other way.
     * @return the alert.
     */
    public ReferenceAlert withClear(final Double newClear)
    {
        return new ReferenceAlert(name, filter, isAbove, threshold, newClear, forNs, isCritical);
    }

    boolean isSatisfiedBy(final double value)
    {
        return isAbove ? value > threshold : value < threshold;
    }

    boolean isClearedBy(final double value)
    {
        if (clear == null)
        {
            return !isSatisfiedBy(value);
        }
        return isAbove ? value < clear : value > clear;
    }
}
