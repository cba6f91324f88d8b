package io.tailrace.perf.storm;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

import io.tailrace.perf.report.LatencyTable;
import io.tailrace.perf.report.Report;
import io.tailrace.perf.report.Verdict;
import org.HdrHistogram.Histogram;

/**
 * Judges a storm: what senders have counted, what the engine's ledgers say, and what the results come to, must be one.
 *
 * @param plan     of the run.
 * @param fleets   by source.
 * @param senders  their reports, by source.
 * @param ledger   of the engine, when everything was settled and the input had ended.
 * @param results  of the results log, when the engine had stopped.
 * @param expected windows as they must be.
 * @param read     alerts that the subscriber had read while the engine ran.
 * @param compared results that the replay of the whole journal has found equal, byte for byte.
 */
record StormOracle(
    StormPlan plan,
    Map<String, Fleet> fleets,
    Map<String, SenderReport> senders,
    LedgerCounts ledger,
    ResultCount results,
    WindowTable expected,
    long read,
    long compared)
{
    /** A reading that is sent later than this was not sent on schedule. */
    static final long MOST_LATE_NS = 1_000_000_000L;

    /** Of the readings of a phase, may be so late. */
    private static final double SHARE_LATE = 0.001;

    /** Judges. */
    void check(final Verdict verdict)
    {
        senders.forEach((name, report) -> checkSource(verdict, name, report));
        verdict.requireEqual(
            plan.rehearsalReadings() + plan.readings(),
            senders.get(StormPlan.BACKLOG).readings(),
            "readings of the backlog that were sent");
        checkSchedule(verdict, StormPlan.LIVE);
        checkSchedule(verdict, StormPlan.CRITICAL);
        verdict.requireEqual(0, ledger.unaccounted(), "events unaccounted for");
        verdict.requireEqual(0, ledger.allSources("in-flight"), "events in flight at the end");
        verdict.requireEqual(0, ledger.source(StormPlan.CRITICAL, "shed"), "critical events that were shed");
        verdict.requireEqual(
            0, senders.get(StormPlan.CRITICAL).shed(), "critical datagrams that were acknowledged as shed");
        verdict.require(
            !plan.isShedding() || ledger.source(StormPlan.BACKLOG, "shed") > 0,
            "nothing of the backlog was shed: the limits are above what comes");
        checkResults(verdict);
    }

    /** Adds the counts to a report. */
    void addTo(final Report report)
    {
        final Map<String, Object> counts = new LinkedHashMap<>();
        senders.forEach((name, sender) ->
        {
            counts.put(name, sender.toMap());
            report.figure(name + ": sent, received, shed, kernel drops", sender.readings() + ", " +
                ledger.source(name, "received") + ", " + ledger.source(name, "shed") + ", " +
                ledger.source(name, "kernel-drops"));
            report.figure(name + ": datagrams durable, shed, resent, given up", sender.durable() + ", " +
                sender.shed() + ", " + sender.resent() + ", " + sender.givenUp());
            addSchedule(report, name, sender);
        });
        report.figure("events unaccounted for", ledger.unaccounted())
            .figure("results, and as many equal in a replay of the journal", results.results() + ", " + compared)
            .figure("windows, all as they must be by what was sent", results.windows().size())
            .figure("late, rejected, duplicate",
                results.late() + ", " + results.rejected() + ", " + results.duplicates())
            .entry("senders", counts)
            .entry("ledger", ledger.counts());
    }

    private void addSchedule(final Report report, final String name, final SenderReport sender)
    {
        for (final Phase phase : StormRun.RECORDED)
        {
            if (sender.lateness(phase).getTotalCount() > 0)
            {
                report.percentiles("lateness-" + name + "-" + phase, sender.lateness(phase));
            }
        }
        if (!name.equals(StormPlan.BACKLOG))
        {
            report.figure(name + ": sent more than 1 s late, " +
                StormRun.RECORDED.stream().map(Phase::toString).collect(Collectors.joining(", ")),
                StormRun.RECORDED.stream()
                    .map(phase -> late(sender.lateness(phase)) + " of " + sender.lateness(phase).getTotalCount())
                    .collect(Collectors.joining(", ")));
        }
    }

    private void checkSource(final Verdict verdict, final String name, final SenderReport sender)
    {
        final String of = name + ": ";
        verdict.requireEqual(0, sender.givenUp(), of + "datagrams given up");
        verdict.requireEqual(0, sender.malformed(), of + "datagrams refused as malformed");
        verdict.requireEqual(0, sender.rejected(), of + "datagrams rejected as a whole");
        verdict.requireEqual(
            sender.datagrams(), sender.durable() + sender.shed(), of + "datagrams that were acknowledged");
        verdict.requireEqual(sender.due(), sender.readings(), of + "readings sent");
        verdict.requireEqual(
            sender.readings(), ledger.source(name, "received"), of + "readings sent, against those received");
        verdict.requireEqual(
            ledger.source(name, "received"),
            ledger.source(name, "accepted") + ledger.source(name, "duplicate") + ledger.source(name, "rejected") +
            ledger.source(name, "shed") + ledger.source(name, "in-flight"),
            of + "received, against all outcomes");
        // Where anything may be shed, a datagram is a reading.
        verdict.requireEqual(
            plan.isShedding() ? sender.shed() : 0,
            ledger.source(name, "shed"),
            of + "readings acknowledged as shed, against those shed");
        // Devices send in order, and nothing twice but what the sessions recognise.
        verdict.requireEqual(0, ledger.source(name, "duplicate"), of + "duplicates");
        verdict.requireEqual(0, ledger.source(name, "rejected"), of + "readings rejected");
    }

    /** A sender that has stood still has not sent what its figures are about, however soon it has caught up. */
    private void checkSchedule(final Verdict verdict, final String name)
    {
        for (final Phase phase : StormRun.RECORDED)
        {
            final Histogram lateness = senders.get(name).lateness(phase);
            final long late = late(lateness);
            verdict.require(lateness.getTotalCount() > 0, name + ": no reading became due, phase " + phase);
            verdict.require(late <= lateness.getTotalCount() * SHARE_LATE, name + ": missed its rate, phase " + phase +
                ": " + late + " of " + lateness.getTotalCount() + " readings were sent more than 1 s late");
        }
    }

    private static long late(final Histogram lateness)
    {
        return lateness.getCountBetweenValues(
            lateness.nextNonEquivalentValue(MOST_LATE_NS), LatencyTable.MAX_LATENCY_NS);
    }

    private void checkResults(final Verdict verdict)
    {
        verdict.requireEqual(0, results.gaps(), "gaps in the sequences of results");
        verdict.requireEqual(results.results(), compared, "results that are the same in a replay of the journal");
        final long critical = senders.get(StormPlan.CRITICAL).readings();
        verdict.requireEqual(critical, results.alerts(), "critical readings that have caused an alert");
        verdict.requireEqual(0, results.alertsTwice(), "critical readings that have caused two");
        verdict.requireEqual(0, results.alertsThatDiffer(), "alerts other than their readings must cause");
        verdict.requireEqual(critical, read, "alerts that the subscriber has read");
        verdict.requireEqual(0, results.late(), "readings that were late");
        verdict.requireEqual(0, results.rejected(), "readings that were rejected");
        verdict.requireEqual(0, results.duplicates(), "readings that were duplicates");
        fleets.forEach((name, fleet) -> results.windows().against(expected, fleet)
            .check(verdict, name + ": windows that are not what was sent"));
        verdict.requireEqual(
            0, results.windows().strangers(fleets.values()), "windows of devices that have sent nothing");
        verdict.requireEqual(
            senders.values().stream().mapToLong(SenderReport::readings).sum() -
            fleets.keySet().stream().mapToLong(name -> ledger.source(name, "shed")).sum(),
            results.windows().readings(),
            "readings in all windows");
    }
}
