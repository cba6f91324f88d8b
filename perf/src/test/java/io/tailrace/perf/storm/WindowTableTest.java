package io.tailrace.perf.storm;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class WindowTableTest
{
    private static final long WINDOW_NS = 1_000;

    private final Fleet fleet = new Fleet(1, 2, 1, 1, false, 0, 1_000_000_000);
    private final WindowTable expected = new WindowTable(WINDOW_NS);
    private final WindowTable found = new WindowTable(WINDOW_NS);

    @Test
    void shouldAddReadingsInAnyOrderOfTheirTimes()
    {
        expected.add(1, 500, 5);
        expected.add(2, 999, 1);
        expected.add(1, 100, 7);
        expected.add(1, 999, 2);
        expected.add(1, 1_000, 9);
        found.put(1, 0, 3, 14, 2, 7, 7, 2);
        found.put(2, 0, 1, 1, 1, 1, 1, 1);
        found.put(1, 1_000, 1, 9, 9, 9, 9, 9);
        assertEquals(new WindowTable.Difference(0, ""), found.against(expected, fleet));
        assertEquals(5, found.readings());
        assertEquals(3, found.size());
    }

    @Test
    void shouldTakeTheLastThatIsSaidOfAWindow()
    {
        expected.add(1, 0, 5);
        found.put(1, 0, 2, 0, 0, 0, 0, 0);
        assertEquals(1, found.against(expected, fleet).windows());
        found.put(2, 0, 1, 1, 1, 1, 1, 1);
        found.put(1, 0, 1, 5, 5, 5, 5, 5);
        assertEquals(1, found.against(expected, fleet).windows(), "that of device 2");
        expected.add(2, 1, 1);
        assertEquals(0, found.against(expected, fleet).windows());
    }

    /** A reading that was lost and another that was taken twice leave the count as it was. */
    @Test
    void shouldSeeOtherValuesBehindTheSameCount()
    {
        expected.add(1, 0, 5);
        expected.add(1, 1, 6);
        found.add(1, 0, 5);
        found.add(1, 1, 5);
        final WindowTable.Difference difference = found.against(expected, fleet);
        assertEquals(1, difference.windows());
        assertEquals("device 1, window 0: found count 2 sum 10.0 min 5.0 max 5.0 first 5.0 last 5.0, " +
            "expected count 2 sum 11.0 min 5.0 max 6.0 first 5.0 last 6.0", difference.example());
    }

    @Test
    void shouldSeeWindowsThatOnlyOneHas()
    {
        expected.add(1, 0, 5);
        found.add(2, 0, 5);
        final WindowTable.Difference difference = found.against(expected, fleet);
        assertEquals(2, difference.windows());
        assertTrue(difference.example().startsWith("device 1, window 0: found none, expected count 1 "));
        found.add(3, 0, 5);
        assertEquals(2, found.against(expected, fleet).windows(), "device 3 is not of the fleet");
        assertEquals(1, found.strangers(List.of(fleet)));
        assertEquals(0, found.strangers(List.of(fleet, new Fleet(3, 1, 1, 1, false, 0, 1))));
    }

    @Test
    void shouldHaveAFleetsReadingsByTheirIndexes()
    {
        expected.addAll(fleet, 2_501);
        for (long index = 2_500; index >= 0; index--)
        {
            found.add(1 + index % 2, index, fleet.value(index));
        }
        assertEquals(0, found.against(expected, fleet).windows());
        assertEquals(2_501, expected.readings());
        assertEquals(6, expected.size());
    }

    @Test
    void shouldTellTimesBeforeTheEpochApart()
    {
        found.add(1, -1, 3);
        found.add(1, 0, 4);
        expected.put(1, -WINDOW_NS, 1, 3, 3, 3, 3, 3);
        expected.put(1, 0, 1, 4, 4, 4, 4, 4);
        assertEquals(0, found.against(expected, fleet).windows());
        assertEquals(0, found.strangers(List.of(fleet)));
    }
}
