package io.tailrace.engine.config;

import java.util.Collection;
import java.util.Locale;

/**
 * Finds the word that was probably meant: the nearest by the optimal string alignment distance (insertions, deletions,
 * substitutions and swaps of neighbours count 1), if it is near enough.
 */
final class Suggestion
{
    private static final int MAX_WORD_LENGTH = 64;

    private Suggestion()
    {
    }

    /** @return {@code ", did you mean WORD?"}, or an empty text. Of equally near words the first one is taken. */
    static String of(final String word, final Collection<String> candidates)
    {
        if (word.isBlank() || word.length() > MAX_WORD_LENGTH)
        {
            return "";
        }

        final String lower = word.toLowerCase(Locale.ROOT);
        String nearest = null;
        int best = 1 + Math.max(1, word.length() / 3);
        for (final String candidate : candidates)
        {
            final int distance = Math.abs(candidate.length() - word.length()) >= best ?
                best : distance(lower, candidate.toLowerCase(Locale.ROOT));
            if (distance < best)
            {
                best = distance;
                nearest = candidate;
            }
        }

        return nearest == null ? "" : ", did you mean " + nearest + "?";
    }

    static int distance(final String a, final String b)
    {
        final int[][] costs = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++)
        {
            costs[i][0] = i;
        }

        for (int j = 0; j <= b.length(); j++)
        {
            costs[0][j] = j;
        }

        for (int i = 1; i <= a.length(); i++)
        {
            for (int j = 1; j <= b.length(); j++)
            {
                final int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                int cost = Math.min(costs[i - 1][j - 1] + change, 1 + Math.min(costs[i - 1][j], costs[i][j - 1]));
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1))
                {
                    cost = Math.min(cost, costs[i - 2][j - 2] + 1);
                }

                costs[i][j] = cost;
            }
        }

        return costs[a.length()][b.length()];
    }
}
