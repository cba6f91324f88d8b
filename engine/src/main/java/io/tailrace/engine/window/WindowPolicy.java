package io.tailrace.engine.window;

/**
 * Windows that cover time without gap and overlap: each time lies in exactly one. The window last found is kept, since
 * events come in clusters.
 */
abstract class WindowPolicy
{
    /** Moves to the window of a time. At the ends of the range of a long, start and end saturate. */
    abstract void find(long timeNs);

    /** Moves to the window with a number that {@link #index} gave. */
    abstract void locate(long index);

    abstract long startNs();

    abstract long endNs();

    /** @return number of the window; increases with time. */
    abstract long index();
}
