package io.tailrace.perf.certify.counter;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The lines of a file sink, its files put together in the order of their names, as {@code engine/docs/sinks.md} says:
 * the {@code .part} file last, and of it what ends with a line feed.
 */
final class FileSinkReader
{
    private static final Pattern JSON_CELL = Pattern.compile("\"([a-z0-9_]+)\":(?:\"([^\"]*)\"|([^,}]*))");
    private static final String PART = ".part";

    private final Path dir;
    private final Pattern files;
    private final boolean isCsv;

    /**
     * @param dir    of the sink.
     * @param name   of the sink.
     * @param format {@code csv} or {@code json}.
     */
    FileSinkReader(final Path dir, final String name, final String format)
    {
        this.dir = dir;
        isCsv = "csv".equals(format);
        files = Pattern.compile(Pattern.quote(name) + "-([0-9]{10}-[0-9]{19})(-[0-9]{19})?\\." + format + "(\\.part)?");
    }

    /** Reads all lines. */
    void read(final Consumer<SinkRow> rows) throws IOException
    {
        final TreeMap<String, Path> found = new TreeMap<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(dir))
        {
            for (final Path file : stream)
            {
                final Matcher matcher = files.matcher(file.getFileName().toString());
                if (matcher.matches())
                {
                    found.put(matcher.group(1) + (matcher.group(3) == null ? "" : PART), file);
                }
            }
        }
        for (final Path file : found.values())
        {
            read(file, rows);
        }
    }

    private void read(final Path file, final Consumer<SinkRow> rows) throws IOException
    {
        final String text = Files.readString(file, StandardCharsets.UTF_8);
        final boolean isPart = file.toString().endsWith(PART);
        if (!isPart && !text.isEmpty() && !text.endsWith("\n"))
        {
            throw new DamagedRecordingException(file + " is finished, and its last line is not");
        }
        final List<String> lines = new ArrayList<>(
            Arrays.asList(text.substring(0, text.lastIndexOf('\n') + 1).split("\n")));
        lines.removeIf(String::isEmpty);
        final String[] header = isCsv && !lines.isEmpty() ? lines.remove(0).split(",") : null;
        for (final String line : lines)
        {
            rows.accept(row(isCsv ? csv(header, line) : json(line), file));
        }
    }

    private static Map<String, String> csv(final String[] header, final String line)
    {
        final Map<String, String> cells = new HashMap<>();
        final String[] values = line.split(",", -1);
        for (int i = 0; i < Math.min(header.length, values.length); i++)
        {
            cells.put(header[i], values[i]);
        }
        return cells;
    }

    private static Map<String, String> json(final String line)
    {
        final Map<String, String> cells = new HashMap<>();
        final Matcher matcher = JSON_CELL.matcher(line);
        while (matcher.find())
        {
            final String bare = "null".equals(matcher.group(3)) ? "" : matcher.group(3);
            cells.put(matcher.group(1), matcher.group(2) == null ? bare : matcher.group(2));
        }
        return cells;
    }

    private static SinkRow row(final Map<String, String> cells, final Path file)
    {
        try
        {
            final boolean isWindow = "window".equals(cells.get("kind"));
            return new SinkRow(
                Long.parseLong(cells.get("sequence")),
                cells.get("kind"),
                Long.parseLong(cells.get("cause_position")),
                isWindow ? Long.parseLong(cells.get("count")) : 0,
                Double.parseDouble(cells.get(isWindow ? "sum" : "value")),
                isWindow ? Double.parseDouble(cells.get("min")) : 0,
                isWindow ? Double.parseDouble(cells.get("max")) : 0,
                isWindow ? Double.parseDouble(cells.get("first")) : 0,
                isWindow ? Double.parseDouble(cells.get("last")) : 0,
                isWindow ? Long.parseLong(cells.get("revision")) : 0);
        }
        catch (final RuntimeException ex)
        {
            throw new DamagedRecordingException(file + ": not a line of a result: " + cells);
        }
    }
}
