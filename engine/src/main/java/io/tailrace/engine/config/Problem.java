package io.tailrace.engine.config;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * One thing wrong with a configuration.
 *
 * @param path     of the key, as in {@code windows[0].size}.
 * @param found    what is there, in words or as written; null: the value itself goes without saying.
 * @param expected what would be right.
 */
record Problem(String path, String found, String expected)
{
    static final String NOTHING = "nothing";
    private static final int MAX_LENGTH = 60;

    /** Control characters, private and unassigned ones, halves of surrogates, and what else begins a line somewhere. */
    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Co}\\p{Cn}\\p{Cs}\\u2028\\u2029]");

    /** One line without a place, for a configuration that was built in code. */
    String inCode()
    {
        return printable(path + "=" + found + ", expected " + expected);
    }

    /** One line with its place. */
    String inFile(final String file, final int line, final int column, final String written)
    {
        return printable(
            file + ":" + line + ":" + column + ": " + path + ": found " + written + ", expected " + expected);
    }

    static List<String> inCode(final List<Problem> problems)
    {
        final List<String> lines = new ArrayList<>(problems.size());
        problems.forEach((problem) -> lines.add(problem.inCode()));
        return lines;
    }

    /**
     * Text of a user, fit for one line: not told if it tells a password, cut at 60 characters, what cannot be printed
     * as {@code ?}.
     */
    static String quote(final String text)
    {
        if (text.isBlank())
        {
            return NOTHING;
        }

        if (SinkSchema.hasPassword(text))
        {
            return "a text with a password";
        }
        final String start = text.length() > MAX_LENGTH ? text.substring(0, MAX_LENGTH) + "..." : text;
        return printable(start.strip());
    }

    private static String printable(final String text)
    {
        return UNPRINTABLE.matcher(text).replaceAll("?");
    }
}
