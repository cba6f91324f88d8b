package io.tailrace.engine.overload;

import java.util.Arrays;

/**
 * When each frame that stands first in what ingress polls has been looked at: a round of {@link FairQueue}. One in
 * which a frame could not be looked at, since another had the lock, is torn, and says nothing about whose turn it is.
 * <p>
 * Threading: the ingress thread. Hot path: allocation-free.
 */
final class PollingRound
{
    private final boolean[] isPolled;
    private final boolean[] isTurned;
    private boolean isTorn;

    PollingRound(final int sourceCount)
    {
        isPolled = new boolean[sourceCount];
        isTurned = new boolean[sourceCount];
    }

    /** A source takes part; before the first round. */
    void add(final int source)
    {
        isPolled[source] = true;
    }

    /** Each frame that stands first in a source was polled. */
    void onTurned(final int source)
    {
        isTurned[source] = true;
    }

    /** A frame was polled that could not be looked at. */
    void onTorn()
    {
        isTorn = true;
    }

    /** @return whether a round is over in which all frames were looked at; then the next one has begun. */
    boolean isOver()
    {
        for (int source = 0; source < isTurned.length; source++)
        {
            if (isPolled[source] && !isTurned[source])
            {
                return false;
            }
        }
        Arrays.fill(isTurned, false);
        final boolean isWhole = !isTorn;
        isTorn = false;
        return isWhole;
    }
}
