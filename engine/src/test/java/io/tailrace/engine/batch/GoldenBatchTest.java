package io.tailrace.engine.batch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import io.tailrace.codec.CsvReader;
import io.tailrace.codec.Timing;
import io.tailrace.engine.config.ConfigFile;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.monitor.LedgerReport;
import io.tailrace.engine.scenario.SharedFiles;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Windows that another engine computed: every firing and every late event of a case comes out of {@code batch}, the
 * same bytes each time. Rows that say {@code RETRACTED} have no counterpart there and are left out. The synthetic cases
 * are in the test resources, the others are skipped where their files are absent.
 */
class GoldenBatchTest
{
    private static final double TOLERANCE = 1e-9;
    private static final List<String> COLUMNS = List.of(
        "device_id", "metric", "window_start_ms", "window_end_ms", "revision", "count", "sum", "min", "max", "first",
        "last");
    private static final int REVISION = COLUMNS.indexOf("revision");
    private static final int SUM = COLUMNS.indexOf("sum");
    private static final int FIRST_EXACT_NUMBER = COLUMNS.indexOf("min");

    @TempDir
    Path out;

    @ParameterizedTest
    @ValueSource(strings = {"synthetic-tumbling", "synthetic-sliding", "synthetic-session"})
    void shouldGiveTheRowsOfTheCaseInTheResources(final String name) throws Exception
    {
        check(Path.of("src/test/resources/golden"), name);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "synthetic-tumbling", "synthetic-sliding", "synthetic-session", "helium-tumbling", "helium-sliding",
        "helium-session", "nab-tumbling", "nab-daily"})
    void shouldGiveTheRowsOfTheSharedCase(final String name) throws Exception
    {
        check(SharedFiles.require("golden/" + name + ".yaml").getParent(), name);
    }

    private void check(final Path dir, final String name) throws Exception
    {
        final EngineConfig config = ConfigFile.read(dir.resolve(name + ".yaml")).config();
        final Path input = dir.resolve(name + ".input.csv.gz");
        final LedgerReport ledger = BatchRun.run(config, input, out.resolve("a"), rows -> { });
        BatchRun.run(config, input, out.resolve("b"), rows -> { });

        assertEquals(0, ledger.unaccounted());
        compareRows(
            sorted(read(dir.resolve(name + ".expected.csv.gz"))), sorted(read(out.resolve("a").resolve("w.csv"))));
        final List<List<String>> late = new ArrayList<>();
        for (final List<String> row : raw(out.resolve("a").resolve("late.csv")))
        {
            late.add(row.subList(0, row.size() - 1));
        }
        compareLate(raw(dir.resolve(name + ".late.csv.gz")), late);
        assertEquals(late.size() - 1, ledger.total("operator", "late"));
        try (var files = Files.list(out.resolve("a")))
        {
            for (final Path file : files.toList())
            {
                assertArrayEquals(
                    Files.readAllBytes(file), Files.readAllBytes(out.resolve("b").resolve(file.getFileName())));
            }
        }
    }

    private static void compareRows(final List<List<String>> expected, final List<List<String>> found)
    {
        for (int i = 0; i < Math.min(expected.size(), found.size()); i++)
        {
            final List<String> row = expected.get(i);
            final List<String> other = found.get(i);
            assertEquals(row.subList(0, SUM), other.subList(0, SUM), "row " + i);
            final double sum = Double.parseDouble(row.get(SUM));
            assertEquals(sum, Double.parseDouble(other.get(SUM)), TOLERANCE * Math.abs(sum), () -> "sum of " + row);
            for (int column = FIRST_EXACT_NUMBER; column < COLUMNS.size(); column++)
            {
                assertEquals(
                    Double.parseDouble(row.get(column)),
                    Double.parseDouble(other.get(column)),
                    () -> "found " + other + ", expected " + row);
            }
        }
        assertEquals(expected.size(), found.size());
        assertTrue(found.size() > 200, "too few rows to mean anything: " + found.size());
    }

    private static void compareLate(final List<List<String>> expected, final List<List<String>> found)
    {
        assertEquals(expected.size(), found.size());
        for (int i = 1; i < expected.size(); i++)
        {
            assertEquals(expected.get(i).subList(0, 4), found.get(i).subList(0, 4));
            assertEquals(
                Double.parseDouble(expected.get(i).get(4)), Double.parseDouble(found.get(i).get(4)));
        }
    }

    private static List<List<String>> sorted(final List<List<String>> rows)
    {
        final Comparator<List<String>> byNumber = (a, b) ->
        {
            for (int i = 0; i < REVISION + 1; i++)
            {
                final int order = Long.compare(Long.parseLong(a.get(i)), Long.parseLong(b.get(i)));
                if (order != 0)
                {
                    return order;
                }
            }
            return 0;
        };
        rows.sort(byNumber);
        return rows;
    }

    /** The rows without header and retractions, with the cells in the order of {@link #COLUMNS}. */
    private static List<List<String>> read(final Path file) throws IOException
    {
        final List<List<String>> raw = raw(file);
        final List<String> header = raw.remove(0);
        final int timing = header.indexOf("timing");
        raw.removeIf((cells) -> timing >= 0 && Timing.RETRACTED.name().equals(cells.get(timing)));
        final List<List<String>> rows = new ArrayList<>();
        for (final List<String> cells : raw)
        {
            final List<String> row = new ArrayList<>();
            for (final String column : COLUMNS)
            {
                row.add(cells.get(header.indexOf(column)));
            }
            rows.add(row);
        }
        return rows;
    }

    private static List<List<String>> raw(final Path file) throws IOException
    {
        final List<List<String>> rows = new ArrayList<>();
        try (CsvReader reader = CsvReader.open(file))
        {
            while (reader.next())
            {
                rows.add(new ArrayList<>(reader.cells()));
            }
        }
        return rows;
    }
}
