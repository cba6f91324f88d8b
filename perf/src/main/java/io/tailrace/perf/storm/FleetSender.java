package io.tailrace.perf.storm;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

import io.tailrace.perf.report.LatencyTable;
import io.tailrace.perf.workload.ArrivalSchedule;
import org.HdrHistogram.Histogram;
import org.agrona.CloseHelper;
import org.agrona.concurrent.NanoClock;

/**
 * Sends the readings of a fleet through its gateways: on a schedule that nothing moves, or as many as are released as
 * fast as acknowledgements let them. What finds no room stays here, and counts as late as it then is.
 * <p>
 * Threading: one thread.
 */
final class FleetSender implements AutoCloseable
{
    private static final long FOR_EVER_S = 1_000_000;
    private static final long NEVER = Long.MAX_VALUE;
    private static final Phase[] PHASES = Phase.values();

    private final List<Gateway> gateways;
    private final NanoClock clock;
    private final Map<Phase, Histogram> lateness = SenderReport.newLateness();
    private final long[] phaseFrom = new long[PHASES.length];
    private final Gateway.SentListener listener = this::onSent;
    private ArrivalSchedule schedule;
    private long scheduleFrom;
    private long dueCount;
    private boolean isEnding;

    FleetSender(final List<Gateway> gateways, final NanoClock clock)
    {
        this.gateways = List.copyOf(gateways);
        this.clock = clock;
        Arrays.fill(phaseFrom, NEVER);
    }

    /** Begins a phase with the readings that become due from now on. */
    void begin(final Phase phase)
    {
        look();
        phaseFrom[phase.ordinal()] = dueCount;
    }

    /** Has readings become due on a schedule, behind those that are due. */
    void schedule(final long startNs, final long rate)
    {
        schedule = new ArrivalSchedule(startNs, rate, rate * FOR_EVER_S);
        scheduleFrom = dueCount;
    }

    /** Has so many more readings become due at once. */
    void release(final long count)
    {
        schedule = null;
        dueCount += count;
    }

    /**
     * Has what is due and was not sent by now never become due, nor anything more until it is told. For gateways that
     * share their readings: the next ones follow those that were sent.
     *
     * @return how it was until now.
     */
    SenderReport hold()
    {
        look();
        final SenderReport report = report();
        schedule = null;
        dueCount = sent();
        return report;
    }

    /** Has no more readings become due. */
    void end()
    {
        look();
        isEnding = true;
    }

    /** Takes answers and sends what is due. @return datagrams sent. */
    int doWork()
    {
        int work = 0;
        for (final Gateway gateway : gateways)
        {
            look();
            work += gateway.doWork(dueCount, listener);
        }
        return work;
    }

    /** Ends the input of all, by the first gateway. */
    void endInput()
    {
        gateways.get(0).endInput();
    }

    /** @return when the next reading is due, on the clock; {@link Long#MAX_VALUE}: none is scheduled. */
    long nextDueNs()
    {
        return null == schedule || isEnding ? Long.MAX_VALUE : schedule.intendedNs(dueCount - scheduleFrom);
    }

    /** @return readings that are due. */
    long due()
    {
        return dueCount;
    }

    /** @return readings that were sent. */
    long sent()
    {
        long sent = 0;
        for (final Gateway gateway : gateways)
        {
            sent += gateway.sent();
        }
        return sent;
    }

    /** @return datagrams that are not settled. */
    long waiting()
    {
        long waiting = 0;
        for (final Gateway gateway : gateways)
        {
            waiting += gateway.waiting();
        }
        return waiting;
    }

    /** @return whether everything that is due is settled. */
    boolean isSettled()
    {
        return sent() == dueCount && waiting() == 0;
    }

    /** @return what is to be said at the end, before the input is ended. */
    SenderReport report()
    {
        return new SenderReport(
            dueCount,
            sent(),
            gateways.stream().mapToLong(Gateway::datagrams).sum(),
            gateways.stream().mapToLong(gateway -> gateway.report().durable()).sum(),
            gateways.stream().mapToLong(gateway -> gateway.report().malformed()).sum(),
            gateways.stream().mapToLong(gateway -> gateway.report().shed()).sum(),
            gateways.stream().mapToLong(gateway -> gateway.report().rejected()).sum(),
            gateways.stream().mapToLong(gateway -> gateway.report().resent()).sum(),
            waiting(),
            gateways.stream().mapToLong(Gateway::held).sum(),
            lateness);
    }

    @Override
    public void close()
    {
        CloseHelper.closeAll(gateways);
    }

    private void look()
    {
        if (null != schedule && !isEnding)
        {
            dueCount = scheduleFrom + schedule.dueCount(clock.nanoTime());
        }
    }

    private void onSent(final long index)
    {
        if (null != schedule && index >= scheduleFrom)
        {
            lateness.get(phaseOf(index)).recordValue(
                LatencyTable.clamp(clock.nanoTime() - schedule.intendedNs(index - scheduleFrom)));
        }
    }

    /** The last phase that has begun with this reading or one before it. */
    private Phase phaseOf(final long index)
    {
        Phase of = Phase.WARMUP;
        for (final Phase phase : PHASES)
        {
            of = index >= phaseFrom[phase.ordinal()] ? phase : of;
        }
        return of;
    }
}
