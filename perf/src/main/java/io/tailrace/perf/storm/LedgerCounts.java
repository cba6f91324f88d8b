package io.tailrace.perf.storm;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Both ledgers of an engine as {@code /ledger} gives them: {@code scope,name,reason,count}.
 *
 * @param counts by {@code scope,name,reason}.
 */
public record LedgerCounts(Map<String, Long> counts)
{
    private static final String HEADING = "scope,name,reason,count";

    /**
     * Reads the CSV.
     *
     * @throws IllegalArgumentException if it is none of a ledger.
     */
    public static LedgerCounts parse(final String csv)
    {
        final Map<String, Long> counts = new LinkedHashMap<>();
        boolean isHeading = true;
        for (final String line : csv.lines().toList())
        {
            final int comma = line.lastIndexOf(',');
            if (isHeading != line.equals(HEADING) || comma < 0)
            {
                throw new IllegalArgumentException("ledger: found " + line + ", expected " + HEADING);
            }
            if (!isHeading)
            {
                counts.put(line.substring(0, comma), Long.parseLong(line.substring(comma + 1)));
            }
            isHeading = false;
        }
        return new LedgerCounts(counts);
    }

    /** @return the count of a source, those of finer reasons included; 0 if there is none. */
    public long source(final String name, final String reason)
    {
        return sum("source," + name + ",", reason);
    }

    /** @return the count of an operator, likewise. */
    public long operator(final String name, final String reason)
    {
        return sum("operator," + name + ",", reason);
    }

    /** @return what does not add up, each difference taken positive. */
    public long unaccounted()
    {
        return counts.entrySet().stream()
            .filter(entry -> entry.getKey().endsWith(",unaccounted"))
            .mapToLong(entry -> Math.abs(entry.getValue()))
            .sum();
    }

    /** @return the sum over all sources. */
    public long allSources(final String reason)
    {
        return counts.entrySet().stream()
            .filter(entry -> entry.getKey().startsWith("source,") && entry.getKey().endsWith("," + reason))
            .mapToLong(Map.Entry::getValue)
            .sum();
    }

    private long sum(final String prefix, final String reason)
    {
        return counts.entrySet().stream()
            .filter(entry -> entry.getKey().equals(prefix + reason) ||
                entry.getKey().startsWith(prefix + reason + ":"))
            .mapToLong(Map.Entry::getValue)
            .sum();
    }
}
