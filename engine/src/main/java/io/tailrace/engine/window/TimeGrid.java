package io.tailrace.engine.window;

import io.tailrace.codec.SaturatingTime;

/**
 * Equidistant edges in time: {@code index * step + offset}, for every whole index.
 * <p>
 * Example: step 10, offset 3: edges ..., -7, 3, 13, ...; time 12 lies after edge 0, time 13 after edge 1.
 */
final class TimeGrid
{
    private final long stepNs;
    private final long offsetNs;

    TimeGrid(final long stepNs, final long offsetNs)
    {
        this.stepNs = stepNs;
        this.offsetNs = Math.floorMod(offsetNs, stepNs);
    }

    /** @return number of the last edge that is not after a time. */
    long indexOf(final long timeNs)
    {
        return Math.floorDiv(timeNs, stepNs) - (Math.floorMod(timeNs, stepNs) < offsetNs ? 1 : 0);
    }

    /** @return how far a time is from the last edge that is not after it, exactly. */
    long sinceEdgeNs(final long timeNs)
    {
        final long rest = Math.floorMod(timeNs, stepNs) - offsetNs;
        return rest < 0 ? rest + stepNs : rest;
    }

    /** @return the edge, saturated; the product is taken on the side where it overflows last. */
    long edgeNs(final long index)
    {
        return index < 0 ?
            SaturatingTime.subtract(product(index + 1), stepNs - offsetNs) :
            SaturatingTime.add(product(index), offsetNs);
    }

    /** @return the edge plus a distance from 0, brought into the range of a long only at the end. */
    long edgeNs(final long index, final long distanceNs)
    {
        // Whole steps first, so that an edge before the beginning of time does not lose what it is before.
        final long steps = distanceNs / stepNs;
        final long rest = distanceNs % stepNs;
        final long shifted = index > Long.MAX_VALUE - steps ? Long.MAX_VALUE : index + steps;
        final long edge = edgeNs(shifted);
        if (edge == Long.MIN_VALUE && rest != 0 && shifted < Long.MAX_VALUE)
        {
            return SaturatingTime.subtract(edgeNs(shifted + 1), stepNs - rest);
        }
        return SaturatingTime.add(edge, rest);
    }

    private long product(final long index)
    {
        final long product = index * stepNs;
        if (Math.multiplyHigh(index, stepNs) != (product >> 63))
        {
            return index < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
        return product;
    }
}
