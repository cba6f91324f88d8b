package io.tailrace.perf.storm;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.tailrace.perf.report.Report;
import io.tailrace.perf.report.Verdict;

/**
 * Judges the journal of a storm against what was sent and was not shed, and the results against what {@code batch}
 * makes of it.
 *
 * @param plan    of the run.
 * @param fleets  by source, in the order of the sources.
 * @param senders their reports, by source.
 * @param journal of the stopped engine.
 * @param results of its results log.
 * @param batch   over the readings of the journal.
 */
record JournalOracle(
    StormPlan plan,
    Map<String, Fleet> fleets,
    Map<String, SenderReport> senders,
    JournalCount journal,
    ResultCount results,
    BatchResults batch)
{
    /** Judges. */
    void check(final Verdict verdict)
    {
        verdict.requireEqual(0, journal.otherThanSent(), "readings in the journal that were not sent, or not so");
        verdict.requireEqual(0, journal.twice(), "readings that stand in the journal twice");
        final List<String> names = new ArrayList<>(fleets.keySet());
        for (int source = 0; source < names.size(); source++)
        {
            checkSource(verdict, names.get(source), source);
        }
        checkBatch(verdict);
    }

    /** Adds the counts to a report. */
    void addTo(final Report report)
    {
        report.figure("readings in the journal, each as it was sent", journal.readings())
            .figure("windows and alerts, the same by batch over the journal",
                batch.windows().size() + ", " + batch.alerts().size());
    }

    private void checkSource(final Verdict verdict, final String name, final int source)
    {
        final SenderReport sender = senders.get(name);
        verdict.require(
            journal.isWithin(source, sender.readings()), name + ": the journal holds more than was sent");
        verdict.requireEqual(
            sender.readings() - (plan.isShedding() ? sender.shed() : 0),
            journal.of(source),
            name + ": readings sent and not acknowledged as shed, against those in the journal");
        verdict.requireEqual(
            0,
            journal.sampledThatAreMissing(source, sender.readings(), StormConfig.KEEP_ONE_IN),
            name + ": readings that sampling keeps, and that are not in the journal");
    }

    private void checkBatch(final Verdict verdict)
    {
        fleets.forEach((name, fleet) -> results.windows().against(batch.windows(), fleet)
            .check(verdict, name + ": windows other than those of batch"));
        verdict.requireEqual(0, batch.judged(), "readings that are late, rejected or duplicate for batch");
        verdict.requireEqual(batch.alerts().size(), results.alertsInOrder().size(), "alerts, against those of batch");
        verdict.require(
            batch.alerts().equals(results.alertsInOrder()), "the alerts are not those of batch, in their order");
    }
}
