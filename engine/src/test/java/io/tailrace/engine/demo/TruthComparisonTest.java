package io.tailrace.engine.demo;

import java.util.ArrayDeque;
import java.util.List;

import io.tailrace.codec.Timing;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class TruthComparisonTest
{
    private static final WindowRow A = new WindowRow(0, 1, 2, 10, 20, 3, 6, 1, 3, 1, 3, 2, 0, Timing.ON_TIME);
    private static final WindowRow B = new WindowRow(1, 1, 2, 10, 20, 3, 6, 1, 3, 1, 3, 2, 0, Timing.ON_TIME);
    private static final JudgedRow LATE = new JudgedRow(1, 0, 1, 2, 3, 4, 1, 4, 5, 9);
    private static final JudgedRow REJECTED = new JudgedRow(JudgedRow.BEFORE_OPERATORS, 3, 1, 2, 3, 4, 1, 4, 5, 9);

    @Test
    void shouldPassEqualRows()
    {
        final List<TruthCheck> checks = compare(List.of(A, B, LATE, REJECTED), List.of(A, B, LATE, REJECTED));
        assertEquals(
            List.of("windows a", "windows b", "late readings", "rejected readings"),
            checks.stream().map(TruthCheck::name).toList());
        checks.forEach(check ->
        {
            assertTrue(check.isPassed(), check.toString());
            assertEquals(1, check.expected());
            assertEquals(1, check.found());
        });
    }

    @Test
    void shouldNameRowsThatAreMissing()
    {
        final List<TruthCheck> checks = compare(List.of(A, REJECTED), List.of(A));
        assertTrue(checks.get(0).isPassed());
        assertFalse(checks.get(3).isPassed());
        assertTrue(checks.get(3).difference().startsWith("row 1: expected JudgedRow"), checks.get(3).difference());
        assertTrue(checks.get(3).difference().endsWith("found the end"), checks.get(3).difference());
    }

    @Test
    void shouldNameRowsThatAreTooMany()
    {
        final List<TruthCheck> checks = compare(List.of(A), List.of(A, LATE));
        assertFalse(checks.get(2).isPassed());
        assertTrue(checks.get(2).difference().startsWith("row 1: expected the end"), checks.get(2).difference());
    }

    @Test
    void shouldNotPassRowsInAnotherOrder()
    {
        final List<TruthCheck> checks = compare(List.of(A, B), List.of(B, A));
        assertFalse(checks.get(0).isPassed());
        assertFalse(checks.get(1).isPassed());
    }

    private static List<TruthCheck> compare(final List<ResultRow> expected, final List<ResultRow> found)
    {
        final TruthComparison comparison = new TruthComparison(new ArrayDeque<>(expected)::poll, List.of("a", "b"));
        found.forEach(comparison::onResult);
        comparison.onEnd();
        return comparison.checks();
    }
}
