package io.tailrace.engine.config;

import java.util.List;

/**
 * A configuration that cannot be run. The message is one line, that of the first problem:
 * {@code FILE:LINE:COLUMN: KEY.PATH: found X, expected Y} for a file, {@code KEY.PATH=X, expected Y} for one that
 * was built
 * in code. {@link #problems()} has a line for each problem, in order of their place.
 */
public final class ConfigurationException extends RuntimeException
{
    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;
    private final transient List<Problem> details;

    /**
     * @param problem the one problem, in one line.
     */
    public ConfigurationException(final String problem)
    {
        this(List.of(problem));
    }

    /**
     * @param problems at least one, each in one line; the first becomes the message.
     */
    public ConfigurationException(final List<String> problems)
    {
        this(problems, List.of());
    }

    private ConfigurationException(final List<String> problems, final List<Problem> details)
    {
        super(problems.get(0));
        this.problems = List.copyOf(problems);
        this.details = details;
    }

    static ConfigurationException inCode(final List<Problem> problems)
    {
        return new ConfigurationException(Problem.inCode(problems), List.copyOf(problems));
    }

    /** What is wrong, of a configuration that was built in code; else empty. */
    List<Problem> details()
    {
        return details;
    }

    /** @return one line for each problem that was found, at least one. */
    public List<String> problems()
    {
        return problems == null ? List.of(getMessage()) : problems;
    }
}
