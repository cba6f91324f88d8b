package io.tailrace.engine.ingress;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

import io.aeron.Aeron;
import io.aeron.Subscription;
import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.config.SourceConfig;
import io.tailrace.engine.config.Transport;
import io.tailrace.engine.overload.BacklogControl;
import io.tailrace.engine.overload.NormalLane;
import io.tailrace.engine.queue.BackPressure;
import io.tailrace.engine.queue.CycleListener;
import io.tailrace.engine.queue.PipelineStage;
import io.tailrace.engine.ring.DurableSlots;
import io.tailrace.engine.ring.EventRing;
import org.agrona.CloseHelper;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.EpochNanoClock;

/**
 * Polls all sources, critical ones first and again before each normal one, so that a critical reading waits behind one
 * poll of one normal source at most; and puts the passing of time on the ring: a tick per interval, which says since
 * when each source is polled and empty, and once a second a ledger mark for each count that has changed.
 * <p>
 * A source that is held back, or that was not polled because the process stood still, is not empty. Nor is a device
 * silent whose readings wait in a socket meanwhile: a tick that comes long after the one before, because the process
 * stood still or the ring was full, says so. While the gate is held, nothing is polled and neither tick nor mark is
 * made, since there is no room on the disk; the first tick after that says so too. What was taken before is
 * acknowledged.
 * <p>
 * Threading: one thread, role {@code ingress}. Hot path: allocation-free, never blocks, one clock reading per duty
 * cycle.
 */
public final class IngressAgent implements Agent, CycleListener, SourceView
{
    private static final long LEDGER_MARK_INTERVAL_NS = 1_000_000_000L;
    private static final long LAST_MARK_TIMEOUT_NS = 1_000_000_000L;
    private static final long LAST_ACK_TIMEOUT_NS = 1_000_000_000L;
    private static final long MIN_STALL_NS = 500_000_000L;
    private static final long NOT_EMPTY = MessageLayout.TICK_NOT_EMPTY;

    private final EventRing ring;
    private final EpochNanoClock clock;
    private final IngressLedger ledger;
    private final RejectsFile rejects;
    private final IngressGate gate;
    private final NormalLane lane;
    private final BacklogControl backlog;
    private final long tickIntervalNs;
    private final long stallNs;
    private final int sourceCount;

    /** Sources that are polled, in the order of polling, and the index of each. */
    private final IngressSource[] polled;
    private final int[] polledIndex;
    /** How many of them are critical; they are polled first. */
    private final int criticalCount;
    /** Of those that acknowledge. */
    private final List<AckTracker> acks = new ArrayList<>();
    private final int[] embedded;
    private final long[] embeddedSeen;
    private final BackPressure pressure = new BackPressure(PipelineStage.INGRESS);
    private long withoutRoomSeen;

    private final long[] emptySinceNs;
    private final long[] markedCounts;
    private long lastCycleNs;
    private long lastTickNs;
    private long nextTickNs;
    private long nextMarkNs;
    private int tickSource;
    private int markIndex;
    private boolean isTicking;
    private boolean isMarking;
    private boolean wasHeld;
    private boolean isHeldUp;

    /**
     * Opens all sources.
     *
     * @param sources        of the configuration.
     * @param ring           where messages go.
     * @param aeron          for Aeron sources.
     * @param clock          for ingest times.
     * @param ledger         what was taken, with the counts that the journal holds.
     * @param rejects        where malformed datagrams are kept; closed by the owner.
     * @param gate           held while nothing may be taken.
     * @param lane           the way of normal readings onto the ring; null: nothing limits them.
     * @param backlog        lets backlog in beside live readings; null: it is not told from them.
     * @param tickIntervalNs distance of ticks.
     */
    public IngressAgent(
        final List<SourceConfig> sources,
        final EventRing ring,
        final Aeron aeron,
        final EpochNanoClock clock,
        final IngressLedger ledger,
        final RejectsFile rejects,
        final IngressGate gate,
        final NormalLane lane,
        final BacklogControl backlog,
        final long tickIntervalNs)
    {
        this(sources, ring, clock, ledger, rejects, gate, lane, backlog, tickIntervalNs, (source, intake, acks) ->
            source.transport() == Transport.UDP ?
            UdpSource.open(source, intake, acks) : new AeronSource(aeron, source, intake, acks));
    }

    /** Likewise, with sources that are opened by whoever makes the agent. */
    IngressAgent(
        final List<SourceConfig> sources,
        final EventRing ring,
        final EpochNanoClock clock,
        final IngressLedger ledger,
        final RejectsFile rejects,
        final IngressGate gate,
        final NormalLane lane,
        final BacklogControl backlog,
        final long tickIntervalNs,
        final SourceOpener opener)
    {
        this.lane = lane;
        this.backlog = backlog;
        this.ring = ring;
        this.clock = clock;
        this.ledger = ledger;
        this.rejects = rejects;
        this.gate = gate;
        this.tickIntervalNs = tickIntervalNs;
        stallNs = Math.max(MIN_STALL_NS, 2 * tickIntervalNs);
        sourceCount = Math.max(1, sources.size());
        emptySinceNs = new long[sourceCount];
        Arrays.fill(emptySinceNs, NOT_EMPTY);
        markedCounts = new long[sourceCount * IngressLedger.REASONS];
        for (int i = 0; i < markedCounts.length; i++)
        {
            markedCounts[i] = ledger.refused(i / IngressLedger.REASONS, i % IngressLedger.REASONS);
        }

        final List<IngressSource> opened = new ArrayList<>();
        try
        {
            final int[] order = pollingOrder(sources);
            polledIndex = order;
            polled = new IngressSource[order.length];
            criticalCount = (int)Arrays.stream(order).filter(index -> sources.get(index).isCritical()).count();
            for (int i = 0; i < order.length; i++)
            {
                final SourceConfig source = sources.get(order[i]);
                final AckTracker tracker = source.ack() ? new AckTracker(order[i], ledger) : null;
                final Intake intake = new Intake(
                    order[i],
                    ring,
                    ledger,
                    rejects,
                    tracker,
                    source.isCritical() ? null : lane,
                    null == backlog ? null : backlog.polled(order[i]));
                polled[i] = opener.open(source, intake, tracker);
                if (source.ack())
                {
                    acks.add(tracker);
                }
                opened.add(polled[i]);
            }
        }
        catch (final RuntimeException ex)
        {
            CloseHelper.closeAll(opened);
            throw ex;
        }
        // A standstill before the first tick is one as well.
        lastTickNs = clock.nanoTime();
        embedded = embeddedSources(sources);
        embeddedSeen = new long[embedded.length];
        Arrays.fill(embeddedSeen, -1);
    }

    /** What says when a slot is durable, so that senders can be told; before the first duty cycle. */
    public void follow(final DurableSlots durable)
    {
        acks.forEach(tracker -> tracker.follow(durable));
    }

    @Override
    public String roleName()
    {
        return "ingress";
    }

    @Override
    public int doWork()
    {
        if (gate.isHeld())
        {
            return held();
        }
        final long nowNs = clock.nanoTime();
        if (wasHeld || nowNs - lastCycleNs > stallNs)
        {
            // Whatever was empty before we stood still need not have been so since.
            Arrays.fill(emptySinceNs, NOT_EMPTY);
            isHeldUp |= wasHeld;
            wasHeld = false;
        }
        lastCycleNs = nowNs;
        giveWay();
        int work = 0;
        for (int i = 0; i < polled.length; i++)
        {
            if (i > criticalCount)
            {
                work += pollCritical(nowNs);
            }
            final int taken = polled[i].poll(nowNs);
            onPolled(polledIndex[i], taken != 0, nowNs);
            if (polled[i].isHeldBack())
            {
                pressure.onRefused();
            }
            work += Math.max(0, taken) + polled[i].acknowledge(nowNs);
        }
        for (int i = 0; i < embedded.length; i++)
        {
            // A source whose publishers offer is not empty, also while the ring takes nothing from them.
            final long offers = ledger.offers(embedded[i]);
            onPolled(embedded[i], offers != embeddedSeen[i], nowNs);
            embeddedSeen[i] = offers;
        }
        if (null != backlog)
        {
            work += backlog.onDutyCycle(nowNs);
        }
        work += tick(nowNs) + mark(nowNs);
        if (isTicking || isMarking || hasOffersWithoutRoom())
        {
            pressure.onRefused();
        }
        return work;
    }

    @Override
    public void onCycle(final long nowNs, final long cycleNs)
    {
        pressure.onCycle(cycleNs);
    }

    /** @return time that readings waited for room in the ring. */
    public BackPressure pressure()
    {
        return pressure;
    }

    /**
     * Tells senders what becomes durable of that which was taken, so that they need not send it to the next engine, and
     * closes the sources; what they counted since the last mark is marked now, as far as the ring takes it.
     */
    @Override
    public void onClose()
    {
        settle();
        CloseHelper.closeAll(polled);
        final long deadlineNs = System.nanoTime() + LAST_MARK_TIMEOUT_NS;
        isMarking = true;
        markIndex = 0;
        while (isMarking && System.nanoTime() - deadlineNs < 0)
        {
            mark(clock.nanoTime());
            Thread.onSpinWait();
        }
    }

    @Override
    public int udpPort(final int source)
    {
        return polledSource(source) instanceof UdpSource udp ? udp.port() : 0;
    }

    @Override
    public int receiveBufferLength(final int source)
    {
        return polledSource(source) instanceof UdpSource udp ? udp.receiveBufferLength() : 0;
    }

    @Override
    public Subscription subscription(final int source)
    {
        return polledSource(source) instanceof AeronSource aeron ? aeron.subscription() : null;
    }

    /** Closes the sources if the agent never ran. */
    public void close()
    {
        CloseHelper.closeAll(polled);
    }

    /** Publishers were kept out if ingress could not come in, and may come again; each frame that waits tries anew. */
    private void giveWay()
    {
        if (null != lane)
        {
            lane.giveWay();
        }
        if (null != backlog)
        {
            backlog.giveWay();
        }
    }

    /** Once more in a duty cycle: that a source is empty now was not so at its beginning. */
    private int pollCritical(final long nowNs)
    {
        int work = 0;
        for (int i = 0; i < criticalCount; i++)
        {
            final int taken = polled[i].poll(nowNs);
            if (taken != 0)
            {
                onPolled(polledIndex[i], true, nowNs);
            }
            work += Math.max(0, taken);
        }
        return work;
    }

    /** What was taken before is acknowledged as it becomes durable: its sender must not give it up meanwhile. */
    private int held()
    {
        wasHeld = true;
        final long nowNs = clock.nanoTime();
        if (isTicking)
        {
            // What it has said of the first sources is not true any more when it could be ended.
            isTicking = false;
            nextTickNs = nowNs;
        }
        int work = 0;
        for (int i = 0; i < polled.length; i++)
        {
            work += polled[i].acknowledge(nowNs);
        }
        return work;
    }

    private void settle()
    {
        final long deadlineNs = System.nanoTime() + LAST_ACK_TIMEOUT_NS;
        boolean isSettled = false;
        while (!isSettled && System.nanoTime() - deadlineNs < 0)
        {
            final long nowNs = clock.nanoTime();
            for (final IngressSource source : polled)
            {
                source.acknowledge(nowNs);
            }
            isSettled = acks.stream().noneMatch(AckTracker::isBusy);
            Thread.onSpinWait();
        }
    }

    private IngressSource polledSource(final int source)
    {
        for (int i = 0; i < polled.length; i++)
        {
            if (polledIndex[i] == source)
            {
                return polled[i];
            }
        }
        return null;
    }

    /** Publishers have no duty cycle of their own: if one has found no room since the last look, it waits. */
    private boolean hasOffersWithoutRoom()
    {
        long withoutRoom = 0;
        for (int i = 0; i < embedded.length; i++)
        {
            withoutRoom += ledger.offersWithoutRoom(embedded[i]);
        }
        final boolean isMore = withoutRoom != withoutRoomSeen;
        withoutRoomSeen = withoutRoom;
        return isMore;
    }

    private void onPolled(final int source, final boolean isActive, final long nowNs)
    {
        if (isActive)
        {
            emptySinceNs[source] = NOT_EMPTY;
        }
        else if (emptySinceNs[source] == NOT_EMPTY)
        {
            emptySinceNs[source] = nowNs;
        }
    }

    /** A tick is one message per five sources; those that find no room follow in the next duty cycle. */
    private int tick(final long nowNs)
    {
        if (!isTicking)
        {
            if (nowNs < nextTickNs)
            {
                return 0;
            }
            isTicking = true;
            tickSource = 0;
            nextTickNs = nowNs + tickIntervalNs;
        }
        int work = 0;
        while (isTicking)
        {
            final long sequence = ring.tryClaim(1);
            if (sequence == EventRing.BACK_PRESSURED)
            {
                return work;
            }
            // A publisher that has claimed before us must not be called empty behind its reading.
            for (int i = 0; i < embedded.length; i++)
            {
                if (ledger.offers(embedded[i]) != embeddedSeen[i])
                {
                    emptySinceNs[embedded[i]] = NOT_EMPTY;
                }
            }
            final int count = Math.min(MessageLayout.TICK_SOURCES, sourceCount - tickSource);
            final long slot = clear(sequence, MessageLayout.TICK_HEADER, nowNs);
            for (int i = 0; i < count; i++)
            {
                UnsafeApi.putLong(
                    slot + MessageLayout.TICK_EMPTY_SINCE0_OFFSET + (long)i * Long.BYTES, emptySinceNs[tickSource + i]);
            }
            UnsafeApi.putShort(slot + MessageLayout.TICK_FIRST_SOURCE_OFFSET, (short)tickSource);
            UnsafeApi.putByte(slot + MessageLayout.TICK_SOURCE_COUNT_OFFSET, (byte)count);
            tickSource += count;
            isTicking = tickSource < sourceCount;
            if (!isTicking)
            {
                UnsafeApi.putByte(slot + MessageLayout.TICK_LAST_OFFSET, (byte)1);
                isHeldUp |= lastTickNs < nowNs - stallNs;
                UnsafeApi.putByte(slot + MessageLayout.TICK_HELD_UP_OFFSET, (byte)(isHeldUp ? 1 : 0));
                isHeldUp = false;
                lastTickNs = nowNs;
            }
            ring.publish(sequence, sequence);
            work++;
        }
        return work;
    }

    private int mark(final long nowNs)
    {
        if (!isMarking)
        {
            if (nowNs < nextMarkNs)
            {
                return 0;
            }
            isMarking = true;
            markIndex = 0;
            nextMarkNs = nowNs + LEDGER_MARK_INTERVAL_NS;
        }
        int work = 0;
        for (; markIndex < markedCounts.length; markIndex++)
        {
            final int source = markIndex / IngressLedger.REASONS;
            final int reason = markIndex % IngressLedger.REASONS;
            final long count = ledger.refused(source, reason);
            if (count != markedCounts[markIndex])
            {
                final long sequence = ring.tryClaim(1);
                if (sequence == EventRing.BACK_PRESSURED)
                {
                    return work;
                }
                final long slot = clear(sequence, MessageLayout.LEDGER_MARK_HEADER, nowNs);
                UnsafeApi.putLong(slot + MessageLayout.LEDGER_MARK_COUNT_OFFSET, count);
                UnsafeApi.putShort(slot + MessageLayout.LEDGER_MARK_SOURCE_OFFSET, (short)source);
                UnsafeApi.putShort(slot + MessageLayout.LEDGER_MARK_REASON_OFFSET, (short)reason);
                ring.publish(sequence, sequence);
                markedCounts[markIndex] = count;
                work++;
            }
        }
        isMarking = false;
        return work;
    }

    private long clear(final long sequence, final long header, final long nowNs)
    {
        final long slot = ring.address(sequence);
        UnsafeApi.setMemory(slot, EventRing.SLOT_LENGTH, (byte)0);
        UnsafeApi.putLong(slot, header);
        UnsafeApi.putLong(slot + MessageLayout.CONTROL_TIME_OFFSET, nowNs);
        return slot;
    }

    private static int[] pollingOrder(final List<SourceConfig> sources)
    {
        return IntStream.range(0, sources.size())
            .filter(i -> sources.get(i).transport() != Transport.EMBEDDED)
            .boxed()
            .sorted((a, b) -> Integer.compare(sources.get(b).priority(), sources.get(a).priority()))
            .mapToInt(Integer::intValue)
            .toArray();
    }

    private static int[] embeddedSources(final List<SourceConfig> sources)
    {
        return IntStream.range(0, sources.size())
            .filter(i -> sources.get(i).transport() == Transport.EMBEDDED)
            .toArray();
    }

    /** Opens the way in of a source that is polled. */
    @FunctionalInterface
    interface SourceOpener
    {
        IngressSource open(SourceConfig source, Intake intake, AckTracker acks);
    }
}
