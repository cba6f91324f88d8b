package io.tailrace.engine.window;

import io.tailrace.codec.SaturatingTime;

/**
 * When a window has ended, and when it takes no more events. This class alone compares watermarks with windows; W is
 * exclusive.
 */
final class Lateness
{
    private final long allowedLatenessNs;

    Lateness(final long allowedLatenessNs)
    {
        this.allowedLatenessNs = allowedLatenessNs;
    }

    /** @return whether a window that ends at {@code endNs} has ended: {@code W >= end}. */
    boolean isEnded(final long endNs, final long watermarkNs)
    {
        return watermarkNs >= endNs;
    }

    /** @return whether a window that ends at {@code endNs} takes no more events: {@code W >= end + lateness}. */
    boolean isExpired(final long endNs, final long watermarkNs)
    {
        return watermarkNs >= SaturatingTime.add(endNs, allowedLatenessNs);
    }

    /**
     * @return whether a pane takes events. One that does not has fired: it ended before.
     */
    boolean isLive(final long pane, final long watermarkNs)
    {
        return !Pane.isFree(pane) && !isExpired(Pane.endNs(pane), watermarkNs);
    }
}
