package io.tailrace.perf.storm;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.config.Layout;
import io.tailrace.perf.report.Verdict;
import org.agrona.concurrent.UnsafeBuffer;

/** What is left of a storm of three sources with one device each and ten readings, all of it right. */
final class SmallStorm
{
    static final int SENT = 10;

    private final StormPlan plan;
    private final Map<String, Fleet> fleets = new LinkedHashMap<>();
    private final Map<String, SenderReport> senders = new LinkedHashMap<>();
    private final Map<String, Long> ledger = new LinkedHashMap<>();
    private final Map<String, Integer> expected = new LinkedHashMap<>();
    private final ResultCount results;
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[MessageLayout.RESULT_LENGTH]);
    private long sequence;
    private long missing;

    /** @param shedRate limit of the engine; 0: none. */
    SmallStorm(final long shedRate)
    {
        plan = new StormPlan(Path.of(""), Layout.COMPACT, false, 1, TimeUnit.SECONDS.toNanos(SENT),
            SENT, 1, 1, 1, 0, 0, SENT, 1, 1, 0, shedRate);
        fleets.put(StormPlan.BACKLOG, plan.backlogFleet(0));
        fleets.put(StormPlan.LIVE, plan.liveFleet(0));
        fleets.put(StormPlan.CRITICAL, plan.criticalFleet(0));
        results = new ResultCount(fleets.get(StormPlan.CRITICAL), StormConfig.WINDOW_NS);
        fleets.keySet().forEach(name ->
        {
            send(name, SENT, 0, 0);
            expect(name, SENT);
            ledger("source," + name + ",received", SENT);
            ledger("source," + name + ",accepted", SENT);
            ledger("source," + name + ",unaccounted", 0);
            results(name, SENT);
        });
        for (int eventId = 1; eventId <= SENT; eventId++)
        {
            alert(eventId, eventId % 2 == 1);
        }
    }

    Fleet fleet(final String name)
    {
        return fleets.get(name);
    }

    Map<String, Fleet> fleets()
    {
        return fleets;
    }

    SenderReport senderOf(final String name)
    {
        return senders.get(name);
    }

    /** Has a sender say what it has sent, a reading in each datagram, and what became of that. */
    void send(final String name, final long readings, final long shed, final long givenUp)
    {
        final SenderReport report = new SenderReport(readings, readings, readings, readings - shed, 0, shed, 0, 0,
            givenUp, 0, SenderReport.newLateness());
        if (!name.equals(StormPlan.BACKLOG))
        {
            StormRun.RECORDED.forEach(phase -> report.lateness(phase).recordValue(1));
        }
        senders.put(name, report);
    }

    /** Has the windows of a source hold the first readings, whatever was sent. */
    void expect(final String name, final int readings)
    {
        expected.put(name, readings);
    }

    void ledger(final String key, final long count)
    {
        ledger.put(key, count);
    }

    /** Has the results say that the first readings of a source, and some values more, are in its window. */
    void results(final String name, final int readings, final double... more)
    {
        final Fleet fleet = fleets.get(name);
        double sum = 0;
        double min = Double.MAX_VALUE;
        double max = -1;
        for (int i = 0; i < readings + more.length; i++)
        {
            final double value = i < readings ? fleet.value(i) : more[i - readings];
            sum += value;
            min = Math.min(min, value);
            max = Math.max(max, value);
        }
        buffer.putLong(MessageLayout.WINDOW_RESULT_COUNT_OFFSET, readings + more.length);
        buffer.putDouble(MessageLayout.WINDOW_RESULT_SUM_OFFSET, sum);
        buffer.putDouble(MessageLayout.WINDOW_RESULT_MIN_OFFSET, min);
        buffer.putDouble(MessageLayout.WINDOW_RESULT_MAX_OFFSET, max);
        buffer.putDouble(MessageLayout.WINDOW_RESULT_FIRST_OFFSET, fleet.value(0));
        buffer.putDouble(MessageLayout.WINDOW_RESULT_LAST_OFFSET, fleet.value(readings - 1));
        buffer.putLong(MessageLayout.WINDOW_RESULT_WINDOW_START_OFFSET, fleet.timeNs(0));
        result(MessageLayout.WINDOW_RESULT_HEADER, fleet.firstDevice());
    }

    /** Adds an alert of the critical device. */
    void alert(final long eventId, final boolean isRaised)
    {
        final Fleet fleet = fleets.get(StormPlan.CRITICAL);
        buffer.putLong(MessageLayout.ALERT_EVENT_ID_OFFSET, eventId);
        buffer.putLong(
            MessageLayout.ALERT_EVENT_TIME_NS_OFFSET, fleet.timeNs(fleet.indexOf(fleet.firstDevice(), eventId)));
        buffer.putByte(MessageLayout.ALERT_STATE_OFFSET, (byte)(isRaised ? 1 : 0));
        result(MessageLayout.ALERT_HEADER, fleet.firstDevice());
    }

    void result(final long header, final long device)
    {
        buffer.putLong(0, header);
        buffer.putLong(MessageLayout.RESULT_SEQUENCE_OFFSET, sequence++);
        buffer.putLong(MessageLayout.RESULT_DEVICE_ID_OFFSET, device);
        results.onFrame(buffer, 0, MessageLayout.RESULT_LENGTH);
    }

    /** Has so many alerts not be read, and results not be in the replay. */
    void missing(final long count)
    {
        missing = count;
    }

    /** @return what the oracle finds. */
    List<String> judge()
    {
        final WindowTable windows = new WindowTable(StormConfig.WINDOW_NS);
        fleets.forEach((name, fleet) -> windows.addAll(
            fleet, plan.isShedding() ? expected.get(name) : senders.get(name).readings()));
        final Verdict verdict = new Verdict();
        new StormOracle(plan, fleets, senders, new LedgerCounts(ledger), results, windows, SENT - missing,
            sequence - missing).check(verdict);
        return verdict.failures();
    }

    /** @return what the oracle of the journal finds. */
    List<String> judge(final JournalCount journal, final BatchResults batch)
    {
        final Verdict verdict = new Verdict();
        new JournalOracle(plan, fleets, senders, journal, results, batch).check(verdict);
        return verdict.failures();
    }
}
