package io.tailrace.perf.storm;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import io.tailrace.perf.report.Report;

/**
 * What there is when a storm is over and every process has ended, and what is said of it.
 *
 * @param plan     of the run.
 * @param dir      of the run.
 * @param config   of the engine.
 * @param fleets   by source, in the order of the sources.
 * @param senders  their reports, by source.
 * @param ledger   of the engine, when everything was settled.
 * @param results  of the results log.
 * @param read     alerts that the subscriber had read while the engine ran.
 * @param compared results that the replay of the whole journal has found equal.
 */
record Aftermath(
    StormPlan plan,
    Path dir,
    Path config,
    Map<String, Fleet> fleets,
    Map<String, SenderReport> senders,
    LedgerCounts ledger,
    ResultCount results,
    long read,
    long compared)
{
    /** Reads the journal if it is to be read, and adds verdict and counts to a report. */
    void judge(final Report report) throws IOException, InterruptedException
    {
        if (plan.isReadingJournal())
        {
            final JournalCount journal = new JournalCount(List.copyOf(fleets.values()), StormConfig.WINDOW_NS);
            final BatchResults batch = BatchResults.compute(dir, config, copy(journal));
            judge(report, plan.isShedding() ? journal.windows() : sentWindows());
            final JournalOracle oracle = new JournalOracle(plan, fleets, senders, journal, results, batch);
            oracle.check(report.verdict());
            oracle.addTo(report);
        }
        else
        {
            judge(report, sentWindows());
        }
    }

    private void judge(final Report report, final WindowTable expected)
    {
        final StormOracle oracle =
            new StormOracle(plan, fleets, senders, ledger, results, expected, read, compared);
        oracle.check(report.verdict());
        oracle.addTo(report);
    }

    /** Counts the journal while it is copied for {@code batch}. */
    private Path copy(final JournalCount journal) throws IOException
    {
        final Path file = dir.resolve("readings.csv");
        try (BatchResults.Input input = new BatchResults.Input(file))
        {
            JournalCount.read(dir.resolve("data"), (buffer, offset) ->
            {
                journal.onReading(buffer, offset);
                input.onReading(buffer, offset);
            });
        }
        return file;
    }

    /** From what the senders have sent alone: nothing of the engine is in it. */
    private WindowTable sentWindows()
    {
        final WindowTable windows = new WindowTable(StormConfig.WINDOW_NS);
        fleets.forEach((name, fleet) -> windows.addAll(fleet, senders.get(name).readings()));
        return windows;
    }
}
