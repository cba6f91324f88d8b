package io.tailrace.engine.sink;

import java.util.HashSet;
import java.util.Set;

/**
 * What has been told of the errors since a sink had last written everything: a target that is gone for a day is one
 * line, and not one for each try.
 * <p>
 * Threading: one thread. Memory: {@link #MAX_TOLD} lines.
 */
final class Outage
{
    /** So many different errors are told of one outage. */
    static final int MAX_TOLD = 8;

    private final Set<String> told = new HashSet<>();
    private int tries;

    /**
     * Takes an error.
     *
     * @param error in one line; numbers in it, such as those of processes and ports, tell no errors apart.
     * @return whether it is to be told.
     */
    boolean isNew(final String error)
    {
        tries++;
        return told.size() < MAX_TOLD && told.add(error.replaceAll("[0-9]+", "0"));
    }

    /** @return whether there has been an error since the last end. */
    boolean isOpen()
    {
        return tries > 0;
    }

    /** @return how many errors there were; the next one is told again. */
    int end()
    {
        final int count = tries;
        tries = 0;
        told.clear();
        return count;
    }
}
