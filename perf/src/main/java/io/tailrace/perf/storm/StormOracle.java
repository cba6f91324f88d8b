package io.tailrace.perf.storm;

import java.util.LinkedHashMap;
import java.util.Map;

import io.tailrace.perf.report.Report;
import io.tailrace.perf.report.Verdict;

/**
 * Judges a storm: what senders have counted, what the engine's ledgers say, and what the results come to, must be one.
 *
 * @param plan     of the run.
 * @param fleets   by source.
 * @param senders  their reports, by source.
 * @param ledger   of the engine, when everything was settled and the input had ended.
 * @param results  of the results log, when the engine had stopped.
 * @param read     alerts that the subscriber had read while the engine ran.
 * @param compared results that the replay of the whole journal has found equal, byte for byte.
 */
record StormOracle(
    StormPlan plan,
    Map<String, Fleet> fleets,
    Map<String, SenderReport> senders,
    LedgerCounts ledger,
    ResultCount results,
    long read,
    long compared)
{
    private static final double REQUIRED_SHARE = 0.999;

    /** Judges. */
    void check(final Verdict verdict)
    {
        senders.forEach((name, report) -> checkSource(verdict, name, report));
        verdict.requireEqual(
            plan.rehearsalReadings() + plan.readings(),
            senders.get(StormPlan.BACKLOG).readings(),
            "readings of the backlog that were sent");
        verdict.requireEqual(0, ledger.unaccounted(), "events unaccounted for");
        verdict.requireEqual(0, ledger.allSources("in-flight"), "events in flight at the end");
        verdict.requireEqual(0, ledger.source(StormPlan.CRITICAL, "shed"), "critical events that were shed");
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
        });
        report.figure("events unaccounted for", ledger.unaccounted())
            .figure("results, and as many equal in a replay of the journal", results.results() + ", " + compared)
            .figure("late, rejected or duplicate", results.notInWindows())
            .entry("senders", counts)
            .entry("ledger", ledger.counts());
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
        verdict.require(
            sender.inTime() >= Math.floor(sender.due() * REQUIRED_SHARE) || name.equals(StormPlan.BACKLOG),
            of + "missed its rate: " + sender.inTime() + " of " + sender.due() + " readings were sent in time");
    }

    private void checkResults(final Verdict verdict)
    {
        verdict.requireEqual(0, results.gaps(), "gaps in the sequences of results");
        verdict.requireEqual(results.results(), compared, "results that are the same in a replay of the journal");
        final long critical = senders.get(StormPlan.CRITICAL).readings();
        verdict.requireEqual(critical, results.alerts(), "critical readings that have caused an alert");
        verdict.requireEqual(0, results.alertsTwice(), "critical readings that have caused two");
        verdict.requireEqual(critical, read, "alerts that the subscriber has read");
        if (shed() == 0)
        {
            // What is shed has no result that would name its device.
            fleets.forEach((name, fleet) -> verdict.requireEqual(
                0,
                results.devicesThatDiffer(fleet, senders.get(name).readings()),
                name + ": devices with other readings in their results than were sent"));
        }
        verdict.requireEqual(
            senders.values().stream().mapToLong(SenderReport::readings).sum() - shed(),
            results.readings(),
            "readings in all results");
    }

    private long shed()
    {
        return fleets.keySet().stream().mapToLong(name -> ledger.source(name, "shed")).sum();
    }
}
