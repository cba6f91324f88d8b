package io.tailrace.perf;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.ToDoubleFunction;

import io.tailrace.perf.report.Bar;
import io.tailrace.perf.report.Comparison;

/**
 * Two things measured in turns, a pair each time; who begins changes from pair to pair, so that neither always finds
 * what the other leaves behind.
 * <p>
 * Threading: the calling thread.
 *
 * @param <T> what one measurement gives.
 */
final class Interleaved<T>
{
    private final List<T> measured = new ArrayList<>();
    private final List<T> against = new ArrayList<>();

    /**
     * Measures.
     *
     * @param pairs    how many.
     * @param measured what is judged, told the index of the pair.
     * @param against  what it is compared with.
     */
    static <T> Interleaved<T> run(final int pairs, final IntFunction<T> measured, final IntFunction<T> against)
    {
        final Interleaved<T> interleaved = new Interleaved<>();
        for (int i = 0; i < pairs; i++)
        {
            final boolean isMeasuredFirst = i % 2 == 0;
            if (isMeasuredFirst)
            {
                interleaved.measured.add(measured.apply(i));
            }
            interleaved.against.add(against.apply(i));
            if (!isMeasuredFirst)
            {
                interleaved.measured.add(measured.apply(i));
            }
        }
        return interleaved;
    }

    /** @return what was judged, in the order of the pairs. */
    List<T> measured()
    {
        return measured;
    }

    /** @return what it was compared with, in the order of the pairs. */
    List<T> against()
    {
        return against;
    }

    /** @return one figure of both sides against a bar. */
    Comparison compare(final String name, final ToDoubleFunction<T> figure, final Bar bar)
    {
        return Comparison.of(
            name,
            measured.stream().mapToDouble(figure).toArray(),
            against.stream().mapToDouble(figure).toArray(),
            bar);
    }
}
