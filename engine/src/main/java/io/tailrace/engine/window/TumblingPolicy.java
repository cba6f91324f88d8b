package io.tailrace.engine.window;

/**
 * Tumbling windows: {@code [start, end)} with {@code start = floor((t - offset) / size) * size + offset}.
 * <p>
 * A hit of the window last found costs two comparisons, a miss one division.
 * <p>
 * Example: size 10, offset 3: time 12 lies in [3, 13), time 13 in [13, 23), time 2 in [-7, 3).
 */
final class TumblingPolicy extends WindowPolicy
{
    private final TimeGrid grid;

    private long startNs;
    private long endNs;
    private long index;

    TumblingPolicy(final long sizeNs, final long offsetNs)
    {
        grid = new TimeGrid(sizeNs, offsetNs);
        locate(grid.indexOf(0));
    }

    @Override
    void find(final long timeNs)
    {
        if (timeNs < startNs || timeNs >= endNs)
        {
            locate(grid.indexOf(timeNs));
        }
    }

    @Override
    void locate(final long index)
    {
        this.index = index;
        startNs = grid.edgeNs(index);
        endNs = index == Long.MAX_VALUE ? Long.MAX_VALUE : grid.edgeNs(index + 1);
    }

    @Override
    long startNs()
    {
        return startNs;
    }

    @Override
    long endNs()
    {
        return endNs;
    }

    @Override
    long index()
    {
        return index;
    }
}
