package io.tailrace.engine.demo;

/**
 * One comparison with the truth.
 *
 * @param name       what was compared.
 * @param expected   rows or readings that the truth has.
 * @param found      rows or readings that the engine has.
 * @param differing  rows that are not equal.
 * @param difference the first one, or empty.
 */
record TruthCheck(String name, long expected, long found, long differing, String difference)
{
    static TruthCheck ofCount(final String name, final long expected, final long found)
    {
        return new TruthCheck(
            name,
            expected,
            found,
            expected == found ? 0 : 1,
            expected == found ? "" : "expected " + expected + ", found " + found);
    }

    boolean isPassed()
    {
        return expected == found && differing == 0;
    }
}
