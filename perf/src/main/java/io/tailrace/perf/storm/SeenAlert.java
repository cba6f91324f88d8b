package io.tailrace.perf.storm;

/**
 * An alert, as somebody has computed it.
 *
 * @param device   whose reading has caused it.
 * @param timeNs   event time of that reading, epoch ns.
 * @param isRaised whether it was raised, or else cleared.
 */
record SeenAlert(long device, long timeNs, boolean isRaised)
{
    private static final double HALF = 0.5;

    /** @return whether the reading of a fleet with this event id causes it. */
    boolean isOf(final Fleet fleet, final long eventId)
    {
        if (!fleet.has(device))
        {
            return false;
        }
        final long index = fleet.indexOf(device, eventId);
        return timeNs == fleet.timeNs(index) && isRaised == fleet.value(index) > HALF;
    }
}
