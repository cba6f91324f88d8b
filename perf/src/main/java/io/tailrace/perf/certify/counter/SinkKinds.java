package io.tailrace.perf.certify.counter;

import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which results a sink takes.
 */
final class SinkKinds
{
    private final Set<String> wanted;

    /** @param list words of the configuration, such as {@code windows,late}. */
    SinkKinds(final String list)
    {
        wanted = new TreeSet<>(Arrays.asList(list.split(",")));
    }

    /** Whether it takes results of a template. */
    boolean isWanted(final int template)
    {
        return wanted.contains(switch (template)
        {
            case MessageOffsets.WINDOW -> "windows";
            case MessageOffsets.LATE -> "late";
            case MessageOffsets.REJECTED -> "rejected";
            case MessageOffsets.DUPLICATE -> "duplicates";
            case MessageOffsets.ALERT -> "alerts";
            default -> throw new UncoveredException("template " + template + " in the results log");
        });
    }

    /** Whether it takes results of a kind. */
    boolean isWanted(final String kind)
    {
        return wanted.contains(kind) || wanted.contains(kind + "s");
    }

    /** The word for one result of a template. */
    static String kindOf(final int template)
    {
        return switch (template)
        {
            case MessageOffsets.WINDOW -> "window";
            case MessageOffsets.LATE -> "late";
            case MessageOffsets.REJECTED -> "rejected";
            case MessageOffsets.DUPLICATE -> "duplicate";
            default -> throw new UncoveredException("template " + template + " in the results log");
        };
    }
}
