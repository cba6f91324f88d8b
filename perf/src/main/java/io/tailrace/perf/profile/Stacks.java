package io.tailrace.perf.profile;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ObjLongConsumer;

/**
 * Stacks with the sum of what was sampled in each; the outermost frame is the role of the thread.
 * <pre>
 *   role;outermost frame;...;innermost frame 12      one line of a collapsed file
 * </pre>
 * A frame may end in how it ran, as collapsed files have it: {@code _[j]} compiled, {@code _[1]} compiled by C1,
 * {@code _[i]} inlined, {@code _[0]} interpreted, {@code _[k]} kernel.
 * <p>
 * Threading: one thread.
 */
public final class Stacks
{
    private static final char SEPARATOR = ';';
    private static final int SUFFIX_LENGTH = "_[j]".length();

    private final Map<String, Long> sums = new TreeMap<>();
    private long total;

    /**
     * Adds a sample.
     *
     * @param frames outermost first, the role before all; not empty.
     * @param value  of the sample, not negative.
     */
    public Stacks add(final List<String> frames, final long value)
    {
        final StringBuilder stack = new StringBuilder();
        for (final String frame : frames)
        {
            stack.append(stack.length() > 0 ? ";" : "").append(frame.replace(SEPARATOR, ',').replace('\n', ' '));
        }
        return add(stack.toString(), value);
    }

    private Stacks add(final String stack, final long value)
    {
        sums.merge(stack, value, Long::sum);
        total += value;
        return this;
    }

    /**
     * Reads a collapsed file.
     *
     * @throws IllegalArgumentException if a line is not of the form above; the message has its number.
     */
    public static Stacks read(final Path file)
    {
        final Stacks stacks = new Stacks();
        int number = 0;
        try
        {
            for (final String line : Files.readAllLines(file, StandardCharsets.UTF_8))
            {
                number++;
                final int end = line.lastIndexOf(' ');
                if (end <= 0)
                {
                    throw new IllegalArgumentException(file + ":" + number + ": no count, expected 'frame;frame 1'");
                }
                stacks.add(line.substring(0, end), Long.parseUnsignedLong(line, end + 1, line.length(), 10));
            }
            return stacks;
        }
        catch (final NumberFormatException ex)
        {
            throw new IllegalArgumentException(file + ":" + number + ": no count, " + ex.getMessage(), ex);
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }

    /** Writes a collapsed file. */
    public void write(final Path file)
    {
        try (BufferedWriter out = Files.newBufferedWriter(file, StandardCharsets.UTF_8))
        {
            for (final Map.Entry<String, Long> entry : sums.entrySet())
            {
                out.write(entry.getKey() + ' ' + entry.getValue() + '\n');
            }
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }

    /** Hands over every stack, frames outermost first, with its sum. */
    public void forEach(final ObjLongConsumer<List<String>> consumer)
    {
        sums.forEach((stack, sum) -> consumer.accept(List.of(stack.split(";")), sum));
    }

    /** @return the sum of all stacks. */
    public long total()
    {
        return total;
    }

    /** @return a frame without how it ran, packages with dots. */
    static String plain(final String frame)
    {
        final int end = frame.length() - SUFFIX_LENGTH;
        final boolean hasSuffix = end > 0 && frame.startsWith("_[", end) && frame.endsWith("]");
        return (hasSuffix ? frame.substring(0, end) : frame).replace('/', '.');
    }
}
