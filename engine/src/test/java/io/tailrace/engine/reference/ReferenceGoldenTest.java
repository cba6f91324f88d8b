package io.tailrace.engine.reference;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The model against windows that another stream processor computed. Skipped where those files are not at hand.
 */
class ReferenceGoldenTest
{
    private static final long MS = 1_000_000L;
    private static final double TOLERANCE = 1e-9;

    private static final Comparator<ReferenceResult> FILE_ORDER =
        Comparator.comparingLong(ReferenceResult::deviceId)
            .thenComparingLong(ReferenceResult::metric)
            .thenComparingLong(ReferenceResult::windowStartNs)
            .thenComparingLong(ReferenceResult::windowEndNs)
            .thenComparingLong(ReferenceResult::revision);

    static Stream<Arguments> cases()
    {
        return Stream.of(
            Arguments.of("helium-session", 5_000L, ReferenceWindow.session("w", 1_800_000 * MS), 3_600_000L),
            Arguments.of("helium-sliding", 60_000L,
                ReferenceWindow.sliding("w", 3_600_000 * MS, 600_000 * MS), 600_000L),
            Arguments.of("helium-tumbling", 30_000L, ReferenceWindow.tumbling("w", 600_000 * MS), 300_000L),
            Arguments.of("nab-daily", 0L, ReferenceWindow.calendar(
                "w", ReferenceWindow.CalendarUnit.DAY, ZoneId.of("America/New_York")), 0L),
            Arguments.of("nab-tumbling", 0L, ReferenceWindow.tumbling("w", 3_600_000 * MS), 1_800_000L),
            Arguments.of("synthetic-session", 500L, ReferenceWindow.session("w", 300 * MS), 2_000L),
            Arguments.of("synthetic-sliding", 500L, ReferenceWindow.sliding("w", 5_000 * MS, 1_500 * MS), 2_000L),
            Arguments.of("synthetic-tumbling", 500L, ReferenceWindow.tumbling("w", 1_000 * MS), 2_000L));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void shouldEmitGoldenWindowsAndLateEvents(
        final String name, final long outOfOrdernessMs, final ReferenceWindow window, final long latenessMs)
        throws IOException
    {
        final Path directory = goldenDirectory();
        assumeTrue(directory != null, "no shared/golden above the working directory");

        final List<String> input = rows(directory.resolve(name + ".input.csv.gz"));
        final List<String> expected = rows(directory.resolve(name + ".expected.csv.gz"));
        final List<String> late = rows(directory.resolve(name + ".late.csv.gz"));
        final ReferenceModel model = run(input, configOf(window.withLateness(latenessMs * MS), outOfOrdernessMs * MS));

        final List<ReferenceResult> firings = model.results().stream()
            .filter((result) -> result.kind() == ReferenceResult.Kind.WINDOW)
            .filter((result) -> result.timing() != ReferenceResult.Timing.RETRACTED)
            .sorted(FILE_ORDER)
            .toList();
        for (int i = 0; i < Math.min(expected.size(), firings.size()); i++)
        {
            assertFiring(expected.get(i), firings.get(i));
        }
        assertEquals(expected.size(), firings.size());

        final List<Long> lateIds = model.results().stream()
            .filter((result) -> result.kind() == ReferenceResult.Kind.LATE)
            .map((result) -> result.reading().eventId())
            .toList();
        assertEquals(late.stream().map((row) -> Long.parseLong(row.split(",")[0])).toList(), lateIds);
        assertEquals(input.size(), model.ledger().get("operator.0.applied") + lateIds.size());
    }

    private static ReferenceConfig configOf(final ReferenceWindow window, final long outOfOrdernessNs)
    {
        return new ReferenceConfig(List.of(window), outOfOrdernessNs, 30_000 * MS, ReferenceConfig.NO_EARLIEST,
            0, 0, 0, false, 1, new int[]{ReferenceTime.MILLISECONDS}, Integer.MAX_VALUE, Integer.MAX_VALUE,
            ReferenceConfig.NEVER);
    }

    private static ReferenceModel run(final List<String> input, final ReferenceConfig config)
    {
        final ReferenceModel model = new ReferenceModel(config);
        long position = 32;
        for (final String row : input)
        {
            final String[] cells = row.split(",");
            model.onReading(new ReferenceReading(position, Long.parseLong(cells[0]), Long.parseLong(cells[1]),
                Long.parseLong(cells[2]), Long.parseLong(cells[3]), ReferenceTime.AUTO, 0,
                Double.parseDouble(cells[4]), 0, 0, 0, 0));
            position += 64;
        }
        model.onEndOfInput(position, 0, 0);
        return model;
    }

    private static void assertFiring(final String row, final ReferenceResult result)
    {
        final String[] cells = row.split(",");
        final ReferenceAggregate aggregate = result.aggregate();
        final String exact = String.join(",",
            Long.toString(result.deviceId()), Long.toString(result.metric()),
            Long.toString(result.windowStartNs() / MS), Long.toString(result.windowEndNs() / MS),
            Long.toString(result.revision()), Long.toString(aggregate.count()), cells[6],
            Double.toString(aggregate.min()), Double.toString(aggregate.max()),
            Double.toString(aggregate.first()), Double.toString(aggregate.last()));
        assertEquals(normalised(cells), exact);

        final double sum = Double.parseDouble(cells[6]);
        assertEquals(sum, aggregate.sum(), TOLERANCE * Math.abs(sum), row);
        final double mean = sum / Long.parseLong(cells[5]);
        assertEquals(mean, aggregate.mean(), TOLERANCE * Math.abs(mean), row);
    }

    /** The row with its exact numbers printed as this JDK prints them. */
    private static String normalised(final String[] cells)
    {
        final String[] printed = cells.clone();
        for (int i = 7; i < printed.length; i++)
        {
            printed[i] = Double.toString(Double.parseDouble(printed[i]));
        }
        return String.join(",", printed);
    }

    private static List<String> rows(final Path file) throws IOException
    {
        try (BufferedReader reader = new BufferedReader(
            new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8)))
        {
            return reader.lines().skip(1).toList();
        }
    }

    private static Path goldenDirectory()
    {
        Path directory = Path.of(System.getProperty("user.dir")).toAbsolutePath();
        while (directory != null && !Files.isDirectory(directory.resolve("shared/golden")))
        {
            directory = directory.getParent();
        }
        return directory == null ? null : directory.resolve("shared/golden");
    }
}
