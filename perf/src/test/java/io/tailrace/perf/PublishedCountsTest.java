package io.tailrace.perf;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

class PublishedCountsTest
{
    private static final long INTERVAL_NS = PublishedCounts.INTERVAL_NS;

    @Test
    void shouldCountByTheIntervalThatIsOver()
    {
        final PublishedCounts counts = new PublishedCounts(10);
        counts.onPublished(10 + INTERVAL_NS - 1, 7);
        assertEquals(List.of(), counts.perInterval());
        counts.onPublished(10 + INTERVAL_NS, 9);
        counts.onPublished(10 + 2 * INTERVAL_NS, 29);
        assertEquals(List.of(9L, 20L), counts.perInterval());
    }

    @Test
    void shouldShowAStallAsIntervalsWithNothing()
    {
        final PublishedCounts counts = new PublishedCounts(0);
        counts.onPublished(3 * INTERVAL_NS + 1, 5);
        assertEquals(List.of(5L, 0L, 0L), counts.perInterval());
    }

    @Test
    void shouldLeaveOutWhatWasPublishedBefore()
    {
        final PublishedCounts counts = new PublishedCounts(100);
        counts.onPublished(50, 1_000);
        counts.onPublished(99, 1_005);
        counts.onPublished(100 + INTERVAL_NS, 1_105);
        assertEquals(List.of(100L), counts.perInterval());
    }
}
