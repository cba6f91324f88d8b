package io.tailrace.engine.ingress;

import java.net.SocketAddress;

import io.tailrace.codec.AckStatus;
import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.ring.DurableSlots;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The sender sessions of one source, and what they are told.
 * <p>
 * A session is told what is settled soon after it changes, however many datagrams that are, and now and then while it
 * has datagrams on their way. What cannot be sent is dropped: a sender that waits sends again, and is answered then.
 * Bounded: {@link #MAX_SESSIONS}; when there is no room, a new session takes the place of the one that has been silent
 * for longest, if that is {@link #IDLE_NS} at least. What finds no place, or lies too far ahead in its session, is
 * not taken: its sender sends it again until there is one, and none of these copies may reach the journal.
 * <p>
 * Threading: the ingress thread. Hot path: allocation-free but for sessions that find no used one to replace.
 */
final class AckTracker
{
    static final int MAX_SESSIONS = 1024;
    static final long IDLE_NS = 10_000_000_000L;
    static final long ACK_INTERVAL_NS = 1_000_000L;
    static final long REPEAT_INTERVAL_NS = 100_000_000L;

    private static final long LOOK_INTERVAL_NS = 250_000L;
    private static final float LOAD_FACTOR = 0.5f;

    private final int source;
    private final IngressLedger ledger;
    private final AckSession[] sessions = new AckSession[MAX_SESSIONS];
    private final Long2ObjectHashMap<AckSession> byId = new Long2ObjectHashMap<>(2 * MAX_SESSIONS, LOAD_FACTOR);
    private final UnsafeBuffer ack = new UnsafeBuffer(
        BufferUtil.allocateDirectAligned(MessageLayout.SLOT_LENGTH, BitUtil.CACHE_LINE_LENGTH));

    private DurableSlots durable;
    private SocketAddress replyTo;
    private int sessionCount;
    private long nextIdleNs = Long.MIN_VALUE;
    private long nextLookNs = Long.MIN_VALUE;
    private boolean isBusy;

    /**
     * @param source index of the source.
     * @param ledger told of acknowledgements and sessions.
     */
    AckTracker(final int source, final IngressLedger ledger)
    {
        this.source = source;
        this.ledger = ledger;
    }

    /** What says when a slot is durable; until then nothing is. */
    void follow(final DurableSlots durable)
    {
        this.durable = durable;
    }

    /** Where the next datagram comes from. */
    void from(final SocketAddress replyTo)
    {
        this.replyTo = replyTo;
    }

    /**
     * Was this datagram taken before? Then it is answered again.
     *
     * @return whether it is settled or on its way.
     */
    boolean isResent(final long sessionId, final long sequence, final long settledBelow, final long nowNs)
    {
        final AckSession session = byId.get(sessionId);
        if (null == session)
        {
            return false;
        }
        onActive(session, sequence, settledBelow, nowNs);
        if (!session.isKnown(sequence))
        {
            return false;
        }
        session.requestAck();
        return true;
    }

    /**
     * Makes a place for a datagram that was not taken before, so that it can be acknowledged.
     *
     * @return whether there is one.
     */
    boolean hasPlace(final long sessionId, final long sequence, final long settledBelow, final long nowNs)
    {
        final AckSession session = session(sessionId, sequence, settledBelow, nowNs);
        return null != session && session.hasPlace(sequence);
    }

    /**
     * A datagram that was not taken before, and has a place, is on the ring.
     *
     * @param slot of its last message.
     */
    void onTaken(
        final long sessionId, final long sequence, final long settledBelow, final long slot, final long nowNs)
    {
        final AckSession session = session(sessionId, sequence, settledBelow, nowNs);
        if (null == session || !session.onTaken(sequence, slot))
        {
            ledger.onUntracked(source);
        }
    }

    /** A datagram was refused as a whole. */
    void onRefused(
        final long sessionId, final long sequence, final long settledBelow, final AckStatus how, final long nowNs)
    {
        final AckSession session = session(sessionId, sequence, settledBelow, nowNs);
        if (null == session || !session.onRefused(sequence, how))
        {
            ledger.onUntracked(source);
            return;
        }
        session.requestAck();
    }

    /** Settles what has become durable, and sends what is due; answers how many acknowledgements. */
    int doWork(final long nowNs, final AckRoute route)
    {
        if (!isBusy || nowNs < nextLookNs)
        {
            return 0;
        }
        nextLookNs = nowNs + LOOK_INTERVAL_NS;
        final long durableSlot = null == durable ? -1 : durable.update();
        boolean isStillBusy = false;
        int sent = 0;
        for (int i = 0; i < sessionCount; i++)
        {
            final AckSession session = sessions[i];
            if (session.onDurable(durableSlot))
            {
                session.requestAck();
            }
            final long sinceAckNs = nowNs - session.lastAckNs();
            if (session.isAckDue() && sinceAckNs >= ACK_INTERVAL_NS ||
                session.onTheirWay() > 0 && sinceAckNs >= REPEAT_INTERVAL_NS)
            {
                sent += send(session, nowNs, route);
            }
            isStillBusy |= session.isAckDue() || session.onTheirWay() > 0;
        }
        isBusy = isStillBusy;
        return sent;
    }

    /** @return whether a session has datagrams on their way, or is to be told something. */
    boolean isBusy()
    {
        return isBusy;
    }

    /** @return sessions that are followed. */
    int sessionCount()
    {
        return sessionCount;
    }

    private int send(final AckSession session, final long nowNs, final AckRoute route)
    {
        session.encode(ack, source);
        session.onAck(nowNs);
        if (!route.send(ack, session.replyTo()))
        {
            return 0;
        }
        ledger.onAck(source);
        return 1;
    }

    private AckSession session(
        final long sessionId, final long sequence, final long settledBelow, final long nowNs)
    {
        AckSession session = byId.get(sessionId);
        if (null == session)
        {
            session = place(nowNs);
            if (null == session)
            {
                return null;
            }
            session.begin(sessionId, least(settledBelow, sequence), nowNs);
            byId.put(sessionId, session);
        }
        onActive(session, sequence, settledBelow, nowNs);
        return session;
    }

    private void onActive(
        final AckSession session, final long sequence, final long settledBelow, final long nowNs)
    {
        session.onActive(replyTo, nowNs);
        session.onSettledBelow(least(settledBelow, sequence));
        isBusy = true;
    }

    /** Who sends a datagram waits for it, whatever its header says. */
    private static long least(final long settledBelow, final long sequence)
    {
        return Long.compareUnsigned(settledBelow, sequence) < 0 ? settledBelow : sequence;
    }

    private AckSession place(final long nowNs)
    {
        if (sessionCount < MAX_SESSIONS)
        {
            final AckSession session = new AckSession();
            sessions[sessionCount] = session;
            sessionCount++;
            ledger.onSessions(source, sessionCount);
            return session;
        }
        // A flood of new sessions looks through the old ones only when one of them can be idle.
        return nowNs < nextIdleNs ? null : evict(nowNs);
    }

    private AckSession evict(final long nowNs)
    {
        AckSession oldest = sessions[0];
        for (int i = 1; i < sessionCount; i++)
        {
            if (sessions[i].lastActiveNs() < oldest.lastActiveNs())
            {
                oldest = sessions[i];
            }
        }
        nextIdleNs = oldest.lastActiveNs() + IDLE_NS;
        if (nowNs < nextIdleNs)
        {
            return null;
        }
        byId.remove(oldest.id());
        return oldest;
    }
}
