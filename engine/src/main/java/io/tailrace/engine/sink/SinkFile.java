package io.tailrace.engine.sink;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.tailrace.engine.config.SinkFormat;

/**
 * The name of a file of results, which tells what it covers:
 * <pre>
 *   NAME-EPOCH-FIRST-LAST.csv   finished: every wanted result from FIRST to LAST is in it
 *   NAME-EPOCH-FIRST.csv.part   being written: every wanted result before FIRST is in a finished file
 * </pre>
 * Numbers are padded with zeros to 10 and 19 digits, so that the order of names is that of results.
 *
 * @param sink   name of the sink.
 * @param epoch  of the results, unsigned.
 * @param first  sequence from which on it covers.
 * @param last   sequence up to which it covers; {@link #OPEN}: it is being written.
 * @param format of its lines.
 */
record SinkFile(String sink, int epoch, long first, long last, SinkFormat format)
{
    static final long OPEN = -1;

    private static final Comparator<SinkFile> ORDER =
        Comparator.<SinkFile>comparingLong(file -> Integer.toUnsignedLong(file.epoch))
            .thenComparingLong(SinkFile::first);

    /** The files of a sink in a directory, in the order of their results; others are left out. */
    static List<SinkFile> list(final Path dir, final String sink) throws IOException
    {
        final Pattern pattern = Pattern.compile(
            Pattern.quote(sink) + "-([0-9]{10})-([0-9]{19})(?:-([0-9]{19})\\.(csv|json)|\\.(csv|json)\\.part)");
        final List<SinkFile> files = new ArrayList<>();
        try (DirectoryStream<Path> paths = Files.newDirectoryStream(dir))
        {
            for (final Path path : paths)
            {
                final Matcher matcher = pattern.matcher(path.getFileName().toString());
                if (matcher.matches())
                {
                    files.add(of(sink, matcher));
                }
            }
        }
        files.sort(ORDER);
        return files;
    }

    private static SinkFile of(final String sink, final Matcher matcher)
    {
        final boolean isOpen = null == matcher.group(3);
        return new SinkFile(
            sink,
            Integer.parseUnsignedInt(matcher.group(1)),
            Long.parseLong(matcher.group(2)),
            isOpen ? OPEN : Long.parseLong(matcher.group(3)),
            SinkFormat.valueOf(matcher.group(isOpen ? 5 : 4).toUpperCase(Locale.ROOT)));
    }

    boolean isOpen()
    {
        return last == OPEN;
    }

    /** The name that it gets when it is finished. */
    SinkFile finished(final long lastSequence)
    {
        return new SinkFile(sink, epoch, first, lastSequence, format);
    }

    Path in(final Path dir)
    {
        return dir.resolve(toString());
    }

    @Override
    public String toString()
    {
        final String extension = format.name().toLowerCase(Locale.ROOT);
        final String begin = String.format(Locale.ROOT, "%s-%010d-%019d", sink, Integer.toUnsignedLong(epoch), first);
        return begin + (isOpen() ? "." + extension + ".part" : String.format(Locale.ROOT, "-%019d.", last) + extension);
    }
}
