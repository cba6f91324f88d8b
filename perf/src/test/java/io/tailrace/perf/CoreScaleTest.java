package io.tailrace.perf;

import java.util.List;

import io.tailrace.perf.report.Report;
import io.tailrace.perf.report.Verdict;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class CoreScaleTest
{
    private static final int PER_WINDOW = 10;

    @Test
    void shouldHaveAsManyResultsPerEventWithAnyNumberOfKeys()
    {
        try (ScaledCore few = new ScaledCore(1, 100, 1, PER_WINDOW);
            ScaledCore many = new ScaledCore(1, 400, 2, PER_WINDOW))
        {
            final CoreScale scale = new CoreScale(List.of(few, many), 2, 4_000);
            final Verdict verdict = new Verdict();
            scale.measure(500, PER_WINDOW, verdict);
            assertTrue(verdict.isPass(), verdict::toString);
            assertEquals(8_000, scale.events());
            assertEquals(2, scale.nsPerEvent(1).length);
            final Report report = new Report();
            scale.addTo(report, "table");
            assertEquals(few.core().events() - 1, few.core().eventsInResults());
            assertEquals(2 * (many.core().events() - 1), many.core().eventsInResults());
        }
    }

    @Test
    void shouldFailWithResultsThatAreNotAsManyAsTheWindows()
    {
        try (ScaledCore core = new ScaledCore(1, 100, 1, PER_WINDOW))
        {
            final Verdict verdict = new Verdict();
            new CoreScale(List.of(core), 1, 10_000).measure(0, 2 * PER_WINDOW, verdict);
            assertFalse(verdict.isPass());
            assertTrue(verdict.toString().contains("expected those of 5.0 windows"), verdict::toString);
        }
    }

    @Test
    void shouldMakeAllKeysBeforeItIsMeasured()
    {
        try (ScaledCore core = new ScaledCore(1, 1_000, 1, PER_WINDOW))
        {
            final UnsafeBuffer readings = LoneCore.readings(300);
            core.fill(readings, 300);
            assertEquals(1_000, core.core().core().deviceCount());
            // The sweep's window, and that of what disorder has put before the first event.
            final long results = core.core().results();
            assertTrue(results > 1_000, "results " + results);
            assertEquals(1_000 + PER_WINDOW * 1_000 / 4, core.core().events());
        }
    }
}
