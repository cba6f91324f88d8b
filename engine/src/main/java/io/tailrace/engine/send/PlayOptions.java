package io.tailrace.engine.send;

import java.nio.file.Path;
import java.util.List;

/**
 * Which rows of a file are sent, and how they are packed.
 *
 * @param file          CSV of readings, packed if its name ends with {@code .gz}.
 * @param eventTimeUnit code, 0 to 4, of the unit of a column {@code event_time}.
 * @param sources       names that a column {@code source} may have; none: any index.
 * @param batch         readings in a datagram at most.
 * @param skip          rows that are passed over at the beginning of the file, in each pass.
 * @param limit         rows that are taken at most, over all passes; rows that are rejected count.
 * @param repeat        whether the file begins anew when it ends.
 * @param end           whether an {@code EndOfInput} follows the last row.
 */
public record PlayOptions(
    Path file, int eventTimeUnit, List<String> sources, int batch, long skip, long limit, boolean repeat, boolean end)
{
    /** Every row. */
    public static final long NO_LIMIT = Long.MAX_VALUE;
}
