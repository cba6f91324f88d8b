package io.tailrace.perf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.tailrace.perf.report.LatencyTable;
import io.tailrace.perf.report.Verdict;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class PublisherReportTest
{
    @TempDir
    private Path temp;
    private final Histogram lateness = LatencyTable.newHistogram();

    @Test
    void shouldReadWhatAnotherProcessHasWritten() throws IOException
    {
        lateness.recordValue(50_000);
        lateness.recordValue(LatencyTable.MAX_LATENCY_NS);
        final PublisherReport written = new PublisherReport(1_000, 999, 998, 7, lateness, List.of(250L, 251L));
        written.save(temp);
        assertEquals(written, PublisherReport.read(temp));
    }

    @Test
    void shouldReadAReportOfARunThatPublishedNothing() throws IOException
    {
        final PublisherReport written = new PublisherReport(1_000, 0, 0, 7, lateness, List.of());
        written.save(temp);
        assertEquals(written, PublisherReport.read(temp));
        final Verdict verdict = new Verdict();
        PublisherReport.read(temp).check(verdict);
        assertEquals(
            List.of("events published: expected 1000, found 0",
                "missed its rate: 0 of 1000 events were published in time"),
            verdict.failures());
    }

    @Test
    void shouldRefuseAReportThatIsNotWhole() throws IOException
    {
        assertThrows(IOException.class, () -> PublisherReport.read(temp));
        new PublisherReport(1, 1, 1, 0, lateness, List.of()).save(temp);
        Files.writeString(temp.resolve("lateness.hlog"), "#[Histogram log format version 1.3]\n");
        final IOException thrown = assertThrows(IOException.class, () -> PublisherReport.read(temp));
        assertTrue(thrown.getMessage().contains("no histogram"), thrown::getMessage);
    }
}
