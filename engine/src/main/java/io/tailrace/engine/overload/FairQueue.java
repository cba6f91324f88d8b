package io.tailrace.engine.overload;

/**
 * Whose turn it is among devices whose backlog waits: start-time fair queueing (Goyal, Vin, Cheng: Start-time Fair
 * Queueing, SIGCOMM 1996), as far as ingress can see, which are the frames that stand first in each image, socket and
 * publisher.
 * <p>
 * A frame of n readings has a start tag, the greater of virtual time V and the device's finish tag, and once let in it
 * leaves the device the finish tag start + n. It is due if its start tag is at most V + {@link #QUANTUM}. V is never
 * above the start tag of a frame that waits: it rises to the least of them when a round, in which each one was looked
 * at, has let none in. So of two devices that always have a frame waiting none is ahead of the other by more than
 * {@link #QUANTUM} and one frame, and some frame is let in within a round if there is room.
 * <p>
 * A publisher is not polled: what it was refused waits until it is let in, or until it was not offered again for
 * {@link #PATIENCE_NS}.
 * <p>
 * Threading: one thread at a time. Hot path: allocation-free.
 */
final class FairQueue
{
    /** Readings by which a device may be ahead of the one that is furthest behind. */
    static final int QUANTUM = 256;

    /** How long a publisher's frame waits without being offered. */
    static final long PATIENCE_NS = 1_000_000L;

    private static final long NO_TAG = Long.MAX_VALUE;

    private final Head polled = new Head(true);
    /** Those of publishers, of which a frame waits: a list that is linked both ways, so that none is kept for ever. */
    private Head firstWaiting;
    private long virtualTime;
    private boolean hasAdmitted;

    /** @return where all waits that is polled, of which each frame is looked at in each round. */
    Head polled()
    {
        return polled;
    }

    /** @return a place where a publisher's frame can wait; by any thread. */
    static Head publisher()
    {
        return new Head(false);
    }

    /** @return finish tag of a device that was not let in before. */
    long virtualTime()
    {
        return virtualTime;
    }

    /** @return start tag of the next frame of a device. */
    long startTag(final long finishTag)
    {
        return Math.max(virtualTime, finishTag);
    }

    /** @return whether a frame may come in as far as the others are concerned. */
    boolean isDue(final long startTag)
    {
        return startTag - virtualTime <= QUANTUM;
    }

    /** A frame was looked at and has to wait, for whatever reason. */
    void onDeferred(final Head head, final long startTag, final long nowNs)
    {
        if (head.isPolled)
        {
            head.leastTag = Math.min(head.leastTag, startTag);
            return;
        }
        if (head.leastTag == NO_TAG)
        {
            link(head);
        }
        head.leastTag = startTag;
        head.offeredNs = nowNs;
    }

    /** A frame was let in. */
    void onAdmitted(final Head head)
    {
        hasAdmitted = true;
        if (!head.isPolled && head.leastTag != NO_TAG)
        {
            unlink(head);
        }
    }

    /**
     * All that is polled has been looked at since the last call.
     *
     * @return whether V has risen, so that a frame is due that was not.
     */
    boolean onRoundEnd(final long nowNs)
    {
        final long least = leastTag(nowNs);
        final boolean isRising = !hasAdmitted && least != NO_TAG && least > virtualTime;
        if (isRising)
        {
            virtualTime = least;
        }
        hasAdmitted = false;
        return isRising;
    }

    private long leastTag(final long nowNs)
    {
        long least = polled.leastTag;
        polled.leastTag = NO_TAG;
        Head head = firstWaiting;
        while (null != head)
        {
            final Head next = head.next;
            if (nowNs - head.offeredNs <= PATIENCE_NS)
            {
                least = Math.min(least, head.leastTag);
            }
            else
            {
                unlink(head);
            }
            head = next;
        }
        return least;
    }

    private void link(final Head head)
    {
        head.next = firstWaiting;
        if (null != firstWaiting)
        {
            firstWaiting.previous = head;
        }
        firstWaiting = head;
    }

    private void unlink(final Head head)
    {
        if (null == head.previous)
        {
            firstWaiting = head.next;
        }
        else
        {
            head.previous.next = head.next;
        }
        if (null != head.next)
        {
            head.next.previous = head.previous;
        }
        head.previous = null;
        head.next = null;
        head.leastTag = NO_TAG;
    }

    /** Where frames wait that were looked at. */
    static final class Head
    {
        private final boolean isPolled;
        private long leastTag = NO_TAG;
        private long offeredNs;
        private Head previous;
        private Head next;

        private Head(final boolean isPolled)
        {
            this.isPolled = isPolled;
        }
    }
}
