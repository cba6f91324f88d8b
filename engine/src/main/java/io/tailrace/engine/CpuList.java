package io.tailrace.engine;

import java.util.ArrayList;
import java.util.List;

/** Numbers of CPUs as Linux lists them: {@code 0-3,8}. */
public final class CpuList
{
    private static final int MAX_CPUS = 4096;

    private CpuList()
    {
    }

    /**
     * Reads a list.
     *
     * @param list such as {@code 0-3,8}.
     * @return each number in the order of the list, none if it is empty or no such list.
     */
    public static List<Integer> parse(final String list)
    {
        final List<Integer> cpus = new ArrayList<>();
        for (final String range : list.trim().split(","))
        {
            if (!range.matches("\\d{1,4}(-\\d{1,4})?"))
            {
                return List.of();
            }
            final String[] ends = range.split("-");
            final int to = Math.min(Integer.parseInt(ends[ends.length - 1]), MAX_CPUS);
            for (int cpu = Integer.parseInt(ends[0]); cpu <= to; cpu++)
            {
                cpus.add(cpu);
            }
        }
        return cpus;
    }
}
