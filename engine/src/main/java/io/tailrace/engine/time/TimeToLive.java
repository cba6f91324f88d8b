package io.tailrace.engine.time;

import io.tailrace.codec.SaturatingTime;

/**
 * Says when numbered things are to be looked at whether they can be forgotten: a time to live after their creation, and
 * again a time to live after they were last used. See {@code engine/docs/SEMANTICS.md}, section 8.
 * <pre>
 *   for (number = poll(T); number != NONE and looks are left; number = poll(T))
 *       if not isUsed(number's used, T): forget it, or lookAgain if that cannot be
 * </pre>
 * When each thing is looked at next is told to whoever keeps it, so that it outlasts this object.
 * <p>
 * Threading: one thread. Hot path: allocation-free once warm; nothing is done when a thing is used.
 */
public final class TimeToLive
{
    /** Keeps a number for each thing, 0 until it is told one. */
    @FunctionalInterface
    public interface Keeper
    {
        /** The number of a thing is another one from now on. */
        void keep(int number, long value);
    }

    /** Nothing is to be looked at. */
    public static final int NONE = -1;

    /** Most looks at a tick. */
    public static final int LOOKS_PER_TICK = 1_000;

    private static final int SPANS_IN_TTL = 64;

    /** What is kept for a thing without a look is 0. */
    private static final long NO_TIME_NS = Long.MIN_VALUE;

    private final long ttlNs;
    private final Keeper keeper;

    // Derived from what is kept.
    private final DeadlineQueue looks;
    private int number;
    private long created;

    /**
     * @param ttlNs  time to live; {@link Long#MAX_VALUE}: for ever.
     * @param keeper told when each thing is looked at.
     */
    public TimeToLive(final long ttlNs, final Keeper keeper)
    {
        this.ttlNs = ttlNs;
        this.keeper = keeper;
        looks = new DeadlineQueue(ttlNs / SPANS_IN_TTL);
    }

    /** A thing was created at engine time T. */
    public void onCreated(final int number, final long created, final long engineTimeNs)
    {
        if (ttlNs != Long.MAX_VALUE)
        {
            look(SaturatingTime.add(engineTimeNs, ttlNs), created, number);
        }
    }

    /** A thing was restored, with what was kept for it. */
    public void onRestored(final int number, final long created, final long kept)
    {
        final long timeNs = kept ^ NO_TIME_NS;
        if (timeNs != NO_TIME_NS)
        {
            looks.add(timeNs, created, number, 0);
        }
    }

    /** @return number of the next thing to be looked at by T, which is taken out; {@link #NONE} if there is none. */
    public int poll(final long engineTimeNs)
    {
        if (!looks.isDue(engineTimeNs))
        {
            return NONE;
        }
        number = looks.number();
        created = looks.order();
        looks.remove();
        return number;
    }

    /** @return whether the thing that was polled is still in use; if so it will be looked at again in time. */
    public boolean isUsed(final long usedNs, final long engineTimeNs)
    {
        final long dueNs = SaturatingTime.add(usedNs, ttlNs);
        if (dueNs > engineTimeNs)
        {
            look(dueNs, created, number);
            return true;
        }
        return false;
    }

    /** The thing that was polled cannot be forgotten now. */
    public void lookAgain(final long engineTimeNs)
    {
        look(SaturatingTime.add(engineTimeNs, ttlNs), created, number);
    }

    /** @return T at which something is to be looked at, or {@link Long#MAX_VALUE}. */
    public long firstNs()
    {
        return looks.firstNs();
    }

    private void look(final long timeNs, final long order, final int thing)
    {
        keeper.keep(thing, timeNs ^ NO_TIME_NS);
        looks.add(timeNs, order, thing, 0);
    }
}
