package io.tailrace.engine.scenario;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.tailrace.codec.CsvReader;
import io.tailrace.codec.Timing;
import io.tailrace.engine.batch.BatchRun;
import io.tailrace.engine.config.ConfigFile;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.monitor.LedgerReport;
import io.tailrace.engine.monitor.LedgerRow;

import static org.junit.jupiter.api.Assertions.assertEquals;

/**
 * What {@code batch} made of a file, read back from the files that it wrote.
 */
final class BatchResults
{
    private final Path out;
    private final LedgerReport ledger;
    private final Map<String, Long> lateRows = new HashMap<>();

    private BatchResults(final Path out, final LedgerReport ledger) throws IOException
    {
        this.out = out;
        this.ledger = ledger;
        try (CsvReader rows = CsvReader.open(out.resolve("late.csv")))
        {
            rows.next();
            while (rows.next())
            {
                lateRows.merge(rows.cell(rows.cellCount() - 1), 1L, Long::sum);
            }
        }
    }

    /** Runs a configuration over a file; both ledgers must add up. */
    static BatchResults of(final String yaml, final Path in, final Path out) throws Exception
    {
        final EngineConfig config = ConfigFile.parse("scenario.yaml", yaml).config();
        final LedgerReport ledger = BatchRun.run(config, in, out, (rows) -> { });
        assertEquals(0, ledger.unaccounted());
        return new BatchResults(out, ledger);
    }

    LedgerReport ledger()
    {
        return ledger;
    }

    /** @return a count of one operator or source. */
    long count(final String name, final String reason)
    {
        return ledger.rows().stream()
            .filter((row) -> row.name().equals(name) && row.reason().equals(reason))
            .mapToLong(LedgerRow::count)
            .sum();
    }

    /** @return rows of {@code late.csv} of an operator. */
    long lateRows(final String operator)
    {
        return lateRows.getOrDefault(operator, 0L);
    }

    /** @return firings of a timing. */
    long firings(final String operator, final Timing timing) throws IOException
    {
        long firings = 0;
        try (CsvReader rows = CsvReader.open(out.resolve(operator + ".csv")))
        {
            rows.next();
            final int column = rows.cells().indexOf("timing");
            while (rows.next())
            {
                firings += rows.cell(column).equals(timing.name()) ? 1 : 0;
            }
        }
        return firings;
    }

    /** @return readings per window as last said, by {@code device,metric,start,end}, without what was retracted. */
    Map<String, Long> counts(final String operator) throws IOException
    {
        final Map<String, Long> counts = new TreeMap<>();
        try (CsvReader rows = CsvReader.open(out.resolve(operator + ".csv")))
        {
            rows.next();
            final List<String> columns = List.copyOf(rows.cells());
            while (rows.next())
            {
                final List<String> cells = rows.cells();
                final String pane = String.join(",", cells.subList(0, columns.indexOf("count")));
                if (cells.get(columns.indexOf("timing")).equals(Timing.RETRACTED.name()))
                {
                    counts.remove(pane);
                }
                else
                {
                    counts.put(pane, Long.parseLong(cells.get(columns.indexOf("count"))));
                }
            }
        }
        return counts;
    }

    /** Everything that an operator said equals what was counted by hand. */
    void assertEqual(final NaiveWindows naive, final String operator) throws IOException
    {
        assertEquals(naive.late(), count(operator, "late"), () -> "late in the ledger of " + operator);
        assertEquals(naive.late(), lateRows(operator), () -> "rows of " + operator + " in late.csv");
        assertEquals(naive.counts(), counts(operator), () -> "readings per window of " + operator);
        assertEquals(naive.onTimeFirings(), firings(operator, Timing.ON_TIME), () -> "on time in " + operator);
        assertEquals(naive.lateFirings(), firings(operator, Timing.LATE), () -> "again in " + operator);
    }
}
