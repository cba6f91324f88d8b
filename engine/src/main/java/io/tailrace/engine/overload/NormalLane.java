package io.tailrace.engine.overload;

import io.tailrace.engine.config.EngineConfig;
import org.agrona.DirectBuffer;

/**
 * The way of normal readings onto the ring, where anything limits them: one at a time, through the policy, and only
 * while few enough slots are in use. Who finds it taken is told to come again; critical readings do not come this way.
 * <p>
 * Threading: shared by ingress and publishers of normal sources; all but {@link #tryEnter} by who has entered.
 */
public final class NormalLane
{
    private final TurnLock turn;
    private final OverloadPolicy policy;
    private final int slotLimit;

    /**
     * @param turn      who has entered it may use the lane.
     * @param policy    null: nothing is shed.
     * @param slotLimit slots of the ring that may be in use after a claim.
     */
    NormalLane(final TurnLock turn, final OverloadPolicy policy, final int slotLimit)
    {
        this.turn = turn;
        this.policy = policy;
        this.slotLimit = slotLimit;
    }

    /**
     * The lane of a configuration.
     *
     * @param config limits, sources and ring.
     * @param turn   who has entered it may use the lane.
     * @return null: nothing limits normal readings.
     */
    public static NormalLane of(final EngineConfig config, final TurnLock turn)
    {
        final int ringSlots = config.limits().ringSlots();
        final int slotLimit = config.overload().slotLimit(config.sources(), ringSlots);
        return slotLimit < ringSlots || config.overload().isLimiting() ?
            new NormalLane(turn, OverloadPolicy.of(config, maxMessages(slotLimit)), slotLimit) : null;
    }

    /**
     * How long a frame may be, so that it finds room at once, now or later: half of the slots, since one that needs
     * all of them would wait until nobody else has any, and shorter ones go before it for ever.
     *
     * @param slotLimit slots that may be in use when it comes in, from 1.
     * @return messages at most, from 1.
     */
    public static int maxMessages(final int slotLimit)
    {
        return Math.max(1, slotLimit / 2);
    }

    /** @return whether nobody else had entered, and the caller has now; then it must {@link #leave}. */
    public boolean tryEnter()
    {
        return turn.tryEnter();
    }

    /** Likewise for ingress, which has the right of way; while it could not enter, nobody does until it gives way. */
    public boolean tryEnterFirst()
    {
        return turn.tryEnterFirst();
    }

    /** Publishers may enter again; by ingress, at the beginning of each duty cycle. */
    public void giveWay()
    {
        turn.giveWay();
    }

    /** Who has entered leaves. */
    public void leave()
    {
        turn.leave();
    }

    /** @return the policy; null: nothing is shed. */
    public OverloadPolicy policy()
    {
        return policy;
    }

    /** @return slots of the ring that may be in use after a claim. */
    public int slotLimit()
    {
        return slotLimit;
    }

    /**
     * Judges a frame; see {@link OverloadPolicy#judge(DirectBuffer, int, int, long)}.
     *
     * @return messages that go on.
     */
    public int judge(final DirectBuffer buffer, final int offset, final int count, final long nowNs)
    {
        return null == policy ? count : policy.judge(buffer, offset, count, nowNs);
    }

    /** @return whether a message of the frame that was judged last goes on. */
    public boolean isKept(final int index)
    {
        return null == policy || policy.isKept(index);
    }

    /** The frame that was judged last has found no room: it is as if it had not been offered. */
    public void takeBack(final DirectBuffer buffer, final int offset, final int count)
    {
        if (null != policy)
        {
            policy.takeBack(buffer, offset, count);
        }
    }

    /** @return ingest time of what was judged last; {@code nowNs} if nothing is judged. */
    public long ingestTimeNs(final long nowNs)
    {
        return null == policy ? nowNs : policy.timeNs();
    }
}
