package io.tailrace.engine.window;

import io.tailrace.codec.SaturatingTime;

/**
 * Tumbling windows: {@code [start, end)} with {@code start = floor((t - offset) / size) * size + offset}. This class
 * alone compares times with windows; W is exclusive.
 * <p>
 * The window last found is kept, since events come in clusters: a hit costs two comparisons, a miss one division.
 * <p>
 * Example: size 10, offset 3: time 12 lies in [3, 13), time 13 in [13, 23), time 2 in [-7, 3).
 */
final class WindowPolicy
{
    private final long sizeNs;
    private final long offsetNs;
    private final long allowedLatenessNs;

    private long startNs;
    private long endNs;
    private long index;

    WindowPolicy(final long sizeNs, final long offsetNs, final long allowedLatenessNs)
    {
        this.sizeNs = sizeNs;
        this.offsetNs = Math.floorMod(offsetNs, sizeNs);
        this.allowedLatenessNs = allowedLatenessNs;
        find(0);
    }

    /** Moves to the window of a time. At the ends of the range of a long, start and end saturate. */
    void find(final long timeNs)
    {
        if (timeNs >= startNs && timeNs < endNs)
        {
            return;
        }
        index = Math.floorDiv(timeNs, sizeNs) - (Math.floorMod(timeNs, sizeNs) < offsetNs ? 1 : 0);
        startNs = boundary(index);
        endNs = index == Long.MAX_VALUE ? Long.MAX_VALUE : boundary(index + 1);
    }

    long startNs()
    {
        return startNs;
    }

    long endNs()
    {
        return endNs;
    }

    /** @return number of the window, counted from that of time 0. */
    long index()
    {
        return index;
    }

    /** @return number of the window that starts here; only for a start that {@link #startNs} gave. */
    long indexOf(final long startNs)
    {
        find(startNs);
        return index;
    }

    /** @return whether a window that ends at {@code endNs} has ended: {@code W >= end}. */
    boolean isEnded(final long endNs, final long watermarkNs)
    {
        return watermarkNs >= endNs;
    }

    /** @return whether a window that ends at {@code endNs} takes no more events: {@code W >= end + lateness}. */
    boolean isExpired(final long endNs, final long watermarkNs)
    {
        return watermarkNs >= expiryNs(endNs);
    }

    /** @return the watermark at which a window that ends at {@code endNs} takes no more events. */
    long expiryNs(final long endNs)
    {
        return SaturatingTime.add(endNs, allowedLatenessNs);
    }

    /** {@code windowIndex * size + offset}, saturated; the product is taken on the side where it overflows last. */
    private long boundary(final long windowIndex)
    {
        return windowIndex < 0 ?
            SaturatingTime.subtract(saturatedProduct(windowIndex + 1), sizeNs - offsetNs) :
            SaturatingTime.add(saturatedProduct(windowIndex), offsetNs);
    }

    private long saturatedProduct(final long windowIndex)
    {
        final long product = windowIndex * sizeNs;
        if (Math.multiplyHigh(windowIndex, sizeNs) != (product >> 63))
        {
            return windowIndex < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
        return product;
    }
}
