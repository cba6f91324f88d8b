package io.tailrace.perf.report;

import java.util.ArrayList;
import java.util.List;

/**
 * Whether a run is a measurement at all, and if not, every reason why.
 * <p>
 * Threading: one thread.
 */
public final class Verdict
{
    private final List<String> failures = new ArrayList<>();

    /** Adds a reason to fail unless a condition holds. */
    public void require(final boolean isMet, final String reason)
    {
        if (!isMet)
        {
            failures.add(reason);
        }
    }

    /** Adds a reason to fail unless two counts are equal. */
    public void requireEqual(final long expected, final long found, final String what)
    {
        require(expected == found, what + ": expected " + expected + ", found " + found);
    }

    /** Takes over the reasons of another verdict. */
    public void addAll(final Verdict other)
    {
        failures.addAll(other.failures);
    }

    /** @return whether there is no reason to fail. */
    public boolean isPass()
    {
        return failures.isEmpty();
    }

    /** @return the reasons, in the order they were found. */
    public List<String> failures()
    {
        return List.copyOf(failures);
    }

    @Override
    public String toString()
    {
        return isPass() ? "PASS" : "FAIL: " + String.join("; ", failures);
    }
}
