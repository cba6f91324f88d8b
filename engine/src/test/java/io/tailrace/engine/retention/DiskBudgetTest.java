package io.tailrace.engine.retention;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;

class DiskBudgetTest
{
    private static final long MUCH = 1_000_000;

    private final DiskBudget budget = new DiskBudget(10_000, 100);

    @ParameterizedTest
    @CsvSource({
        "0, 1000000, NORMAL", "6999, 1000000, NORMAL", "7000, 1000000, RAISED", "8499, 1000000, RAISED",
        "8500, 1000000, HIGH", "9499, 1000000, HIGH", "9500, 1000000, CRITICAL", "9900, 1000000, CRITICAL",
        "9901, 1000000, FULL", "20000, 1000000, FULL",
        "0, 200, NORMAL", "0, 199, CRITICAL", "0, 100, CRITICAL", "0, 99, FULL", "0, 0, FULL",
        "7000, 199, CRITICAL", "9900, 99, FULL"})
    void shouldJudgeByBudgetAndByFileSystem(final long used, final long free, final DiskLevel expected)
    {
        assertEquals(expected, budget.level(used, free, DiskLevel.NORMAL));
    }

    @Test
    void shouldFallOnlyWithAMargin()
    {
        assertEquals(DiskLevel.RAISED, budget.level(6_950, MUCH, DiskLevel.RAISED));
        assertEquals(DiskLevel.NORMAL, budget.level(6_899, MUCH, DiskLevel.RAISED));
        assertEquals(DiskLevel.FULL, budget.level(0, 124, DiskLevel.FULL));
        assertEquals(DiskLevel.CRITICAL, budget.level(0, 125, DiskLevel.FULL));
        assertEquals(DiskLevel.CRITICAL, budget.level(0, 224, DiskLevel.CRITICAL));
        assertEquals(DiskLevel.NORMAL, budget.level(0, 225, DiskLevel.CRITICAL));
        assertEquals(DiskLevel.FULL, budget.level(9_880, MUCH, DiskLevel.FULL));
        assertEquals(DiskLevel.CRITICAL, budget.level(9_870, MUCH, DiskLevel.FULL));
    }

    @Test
    void shouldLookAtTheFileSystemAloneWithoutABudget()
    {
        final DiskBudget none = new DiskBudget(Long.MAX_VALUE, 100);
        assertEquals(DiskLevel.NORMAL, none.level(1L << 50, MUCH, DiskLevel.NORMAL));
        assertEquals(DiskLevel.NORMAL, none.level(1L << 50, MUCH, DiskLevel.FULL));
        assertEquals(DiskLevel.FULL, none.level(1L << 50, 99, DiskLevel.NORMAL));
    }
}
