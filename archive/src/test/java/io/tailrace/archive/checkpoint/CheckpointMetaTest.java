package io.tailrace.archive.checkpoint;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

final class CheckpointMetaTest
{
    @ParameterizedTest
    @CsvSource({
        "-1, 0, 0, 0, 0, 0, 2026a, number",
        "1, -1, 0, 0, 0, 0, 2026a, chain",
        "1, 0, -1, 0, 0, 0, 2026a, indexInChain",
        "1, 0, 2, 0, 0, 0, 2026a, indexInChain",
        "1, 0, 0, -1, 0, 0, 2026a, journalPosition",
        "1, 0, 0, 0, -1, 0, 2026a, resultsPosition",
        "1, 0, 0, 0, 0, -1, 2026a, nextResultSequence",
        "1, 0, 0, 0, 0, 0, 2026abcde, tzVersion",
        "1, 0, 0, 0, 0, 0, 2026\u00e4, tzVersion",
        "1, 0, 0, 0, 0, 0, 2026 a, tzVersion",
        "1, 0, 0, 0, 0, 0, , tzVersion"})
    void shouldNameTheFieldThatIsWrong(
        final long number,
        final long chain,
        final int indexInChain,
        final long journalPosition,
        final long resultsPosition,
        final long nextResultSequence,
        final String tzVersion,
        final String field)
    {
        final IllegalArgumentException ex = assertThrows(IllegalArgumentException.class, () -> new CheckpointMeta(
            number, chain, indexInChain, journalPosition, resultsPosition, nextResultSequence, 0, 0, 0, tzVersion));
        assertTrue(ex.getMessage().startsWith(field + "="), ex::getMessage);
    }

    @Test
    void shouldTellFullFromIncrement()
    {
        assertTrue(TestCheckpoints.meta(3, 1, 0).isFull());
        assertFalse(TestCheckpoints.meta(3, 1, 1).isFull());
        assertEquals("", new CheckpointMeta(0, 0, 0, 0, 0, 0, -1, -1, -1, "").tzVersion());
    }
}
