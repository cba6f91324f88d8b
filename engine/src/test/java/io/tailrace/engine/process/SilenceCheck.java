package io.tailrace.engine.process;

import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Reads the dumps of the oracle for the one thing that the journal alone does not prove right: whether its ticks tell
 * the truth about silence.
 */
final class SilenceCheck
{
    private static final Pattern TIME = Pattern.compile(" (?:ingestTime|time)=([0-9]+)");
    private static final Pattern EMPTY_SINCE = Pattern.compile(" emptySince0=(-?[0-9]+)");
    private static final Pattern CAUSE = Pattern.compile(" causePosition=([0-9]+)");

    private SilenceCheck()
    {
    }

    /**
     * A time in which the engine wrote nothing, not even a tick, was no time in which it saw that a source is empty.
     *
     * @param journal dump of the journal.
     * @param gapNs   shortest time without a message that counts as a pause.
     * @return the number of pauses.
     */
    static int assertNotAcrossPauses(final List<String> journal, final long gapNs)
    {
        int pauses = 0;
        long lastNs = Long.MAX_VALUE;
        long resumedNs = Long.MIN_VALUE;
        for (final String line : journal)
        {
            final long timeNs = number(TIME, line);
            if (timeNs > lastNs && timeNs - lastNs > gapNs)
            {
                pauses++;
                resumedNs = timeNs;
            }
            lastNs = timeNs;
            if (line.contains(" Tick "))
            {
                final long emptySinceNs = number(EMPTY_SINCE, line);
                final long endNs = resumedNs;
                assertFalse(emptySinceNs >= 0 && emptySinceNs < endNs,
                    () -> line + "\nsays empty since before a pause that ended at " + endNs);
            }
        }
        return pauses;
    }

    /** No window may fire by a tick as long as readings are still to come. */
    static void assertNoneFiredBeforeTheLastReading(final List<String> journal, final List<String> results)
    {
        long lastReading = -1;
        for (final String line : journal)
        {
            lastReading = line.contains(" Reading ") ? position(line) : lastReading;
        }
        assertTrue(lastReading >= 0, "no reading in the journal");
        final Set<Long> ticks = ticks(journal);
        for (final String line : results)
        {
            final long cause = number(CAUSE, line);
            final long last = lastReading;
            assertFalse(cause < last && ticks.contains(cause),
                () -> line + "\nwas caused by a tick before the last reading at " + last);
        }
    }

    /** @return how many results a tick has caused. */
    static long firedByTick(final List<String> journal, final List<String> results)
    {
        final Set<Long> ticks = ticks(journal);
        return results.stream().filter(line -> ticks.contains(number(CAUSE, line))).count();
    }

    private static Set<Long> ticks(final List<String> journal)
    {
        return journal.stream().filter(line -> line.contains(" Tick ")).map(SilenceCheck::position)
            .collect(Collectors.toSet());
    }

    private static long position(final String line)
    {
        return Long.parseLong(line.substring(0, line.indexOf(' ')));
    }

    private static long number(final Pattern pattern, final String line)
    {
        final Matcher matcher = pattern.matcher(line);
        assertTrue(matcher.find(), line);
        return Long.parseLong(matcher.group(1));
    }
}
