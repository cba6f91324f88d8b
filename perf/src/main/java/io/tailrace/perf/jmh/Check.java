package io.tailrace.perf.jmh;

/** Ends a benchmark whose answers are not those of the case that it is named after. */
final class Check
{
    private Check()
    {
    }

    static void equal(final long expected, final long found, final String what)
    {
        if (expected != found)
        {
            throw new IllegalStateException(what + ": expected " + expected + ", found " + found);
        }
    }
}
