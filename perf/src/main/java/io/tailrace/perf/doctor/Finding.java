package io.tailrace.perf.doctor;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What one check has found.
 *
 * @param check  name of it.
 * @param status how it is.
 * @param found  what there is.
 * @param change what to do; empty if nothing.
 * @param why    what it is good for; empty if there is nothing to do.
 */
record Finding(String check, Status status, String found, String change, String why)
{
    /** How something is. */
    enum Status
    {
        /** As it should be. */
        OK,
        /** It could be better; figures can be had. */
        ADVICE,
        /** Something will not work, or figures mean nothing. */
        BAD;

        /** @return the word that is printed. */
        String word()
        {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static Finding ok(final String check, final String found)
    {
        return new Finding(check, Status.OK, found, "", "");
    }

    static Finding advice(final String check, final String found, final String change, final String why)
    {
        return new Finding(check, Status.ADVICE, found, change, why);
    }

    static Finding bad(final String check, final String found, final String change, final String why)
    {
        return new Finding(check, Status.BAD, found, change, why);
    }

    /** @return one line. */
    String line()
    {
        final String line = String.format(Locale.ROOT, "%-7s %-14s %s", status.word(), check, found);
        return change.isEmpty() ? line : line + " -> " + change + " (" + why + ")";
    }

    /** @return all of it, for JSON. */
    Map<String, Object> toMap()
    {
        final Map<String, Object> map = new LinkedHashMap<>();
        map.put("check", check);
        map.put("status", status.word());
        map.put("found", found);
        map.put("change", change);
        map.put("why", why);
        return map;
    }
}
