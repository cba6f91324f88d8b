package io.tailrace.engine.retention;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
        assertEquals(expected, budget.level(used, free, 0, DiskLevel.NORMAL));
    }

    @Test
    void shouldFallOnlyWithAMargin()
    {
        assertEquals(DiskLevel.RAISED, budget.level(6_800, MUCH, 0, DiskLevel.RAISED));
        assertEquals(DiskLevel.NORMAL, budget.level(6_799, MUCH, 0, DiskLevel.RAISED));
        assertEquals(DiskLevel.FULL, budget.level(0, 124, 0, DiskLevel.FULL));
        assertEquals(DiskLevel.CRITICAL, budget.level(0, 125, 0, DiskLevel.FULL));
        assertEquals(DiskLevel.CRITICAL, budget.level(0, 224, 0, DiskLevel.CRITICAL));
        assertEquals(DiskLevel.NORMAL, budget.level(0, 225, 0, DiskLevel.CRITICAL));
        assertEquals(DiskLevel.FULL, budget.level(9_880, MUCH, 0, DiskLevel.FULL));
        assertEquals(DiskLevel.CRITICAL, budget.level(9_870, MUCH, 0, DiskLevel.FULL));
    }

    @Test
    void shouldKeepRoomForTheNextCheckpoint()
    {
        assertEquals(DiskLevel.FULL, budget.level(9_000, MUCH, 901, DiskLevel.NORMAL));
        assertEquals(DiskLevel.CRITICAL, budget.level(9_000, MUCH, 900, DiskLevel.NORMAL));
        assertEquals(DiskLevel.HIGH, budget.level(9_000, MUCH, 800, DiskLevel.NORMAL));
        assertEquals(DiskLevel.FULL, budget.level(0, 150, 51, DiskLevel.NORMAL));
    }

    @Test
    void shouldPurgeBySizeWithoutAMargin()
    {
        assertFalse(budget.isPressed(8_499, MUCH, 0));
        assertTrue(budget.isPressed(8_500, MUCH, 0));
        assertFalse(budget.isPressed(0, 200, 0));
        assertTrue(budget.isPressed(0, 199, 0));
        assertTrue(budget.isPressed(0, 200, 1));
    }

    @Test
    void shouldLookAtTheFileSystemAloneWithoutABudget()
    {
        final DiskBudget none = new DiskBudget(Long.MAX_VALUE, 100);
        assertEquals(DiskLevel.NORMAL, none.level(1L << 50, MUCH, 0, DiskLevel.NORMAL));
        assertEquals(DiskLevel.NORMAL, none.level(1L << 50, MUCH, 0, DiskLevel.FULL));
        assertEquals(DiskLevel.FULL, none.level(1L << 50, 99, 0, DiskLevel.NORMAL));
    }
}
