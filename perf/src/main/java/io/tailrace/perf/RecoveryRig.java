package io.tailrace.perf;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.tailrace.archive.checkpoint.CheckpointDirectory;
import io.tailrace.engine.Engine;
import io.tailrace.engine.RecoveryReport;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.monitor.LedgerReport;
import io.tailrace.perf.report.Verdict;

/**
 * Recovers one journal in two ways, after it was made by the reference job as fast as it goes:
 * <pre>
 *   live    n events, until all results are read and checked; checkpoint; a tenth as many events more; close
 *   whole   the journal from its beginning, every result compared with the results log
 *   tail    the checkpoint, and the journal behind it, likewise
 * </pre>
 * The checkpoint that an engine takes when it closes is deleted each time, as if it had been killed before.
 * <p>
 * Threading: the calling thread.
 */
final class RecoveryRig
{
    private static final int TAIL_SHARE = 10;
    private static final long READER_PARK_NS = 1_000_000L;
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(60);
    private static final double NANOS_PER_SECOND = 1e9;

    private final SaturationRig saturation;
    private final JobVariant variant;

    /**
     * One journal.
     *
     * @param live    how it was made.
     * @param whole   its recovery from its beginning.
     * @param tail    its recovery from the checkpoint.
     * @param wholeLaunchNs launch of the engine with that recovery, archive included.
     * @param tailLaunchNs  likewise.
     */
    record Pair(
        SaturationRig.Run live, RecoveryReport whole, RecoveryReport tail, long wholeLaunchNs, long tailLaunchNs)
    {
        /** @return messages a second of the recovery of the whole journal. */
        double replayRate()
        {
            return whole.replayedMessages() * NANOS_PER_SECOND / whole.durationNs();
        }

        Verdict verdict()
        {
            return live.verdict();
        }

        /** @return the pair, for a manifest. */
        Map<String, Object> row()
        {
            final Map<String, Object> row = live.row();
            row.put("whole", toMap(whole, wholeLaunchNs));
            row.put("tail", toMap(tail, tailLaunchNs));
            return row;
        }

        private static Map<String, Object> toMap(final RecoveryReport report, final long launchNs)
        {
            final Map<String, Object> map = new LinkedHashMap<>();
            map.put("messages", report.replayedMessages());
            map.put("compared-results", report.comparedResults());
            map.put("restored-blocks", report.restoredBlocks());
            map.put("restore-ns", report.restoreNs());
            map.put("replay-ns", report.replayNs());
            map.put("launch-ns", launchNs);
            return map;
        }
    }

    /** A launch that only recovers. */
    private record Recovered(RecoveryReport report, long launchNs)
    {
    }

    RecoveryRig(final SaturationRig saturation, final JobVariant variant)
    {
        this.saturation = saturation;
        this.variant = variant.checkpointEvery(variant.name(), JobVariant.NO_CHECKPOINTS_NS);
    }

    /**
     * Makes a journal and recovers it both ways.
     *
     * @param publishNs    how long events are published.
     * @param isWholeFirst whether the whole journal is recovered first.
     */
    Pair run(final long publishNs, final boolean isWholeFirst)
    {
        try (ScratchDirectory scratch = saturation.scratch())
        {
            final Path dir = scratch.path();
            final EngineConfig config =
                ReferenceJob.config(dir, saturation.workload(), ReferenceJob.WINDOW_NS, variant);
            final SaturationRig.Run live = makeJournal(config, publishNs);
            final long checkpoint = CheckpointDirectory.open(dir).nextNumber() - 2;
            final long accepted = live.events() + 1 + tailCount(live.events());
            Recovered whole = null;
            if (isWholeFirst)
            {
                whole = recover(config, true, checkpoint, accepted, live.verdict());
            }
            final Recovered tail = recover(config, false, checkpoint, accepted, live.verdict());
            if (null == whole)
            {
                whole = recover(config, true, checkpoint, accepted, live.verdict());
            }
            check(live.verdict(), whole.report, tail.report, checkpoint, accepted);
            saturation.requireResults(live);
            return new Pair(live, whole.report, tail.report, whole.launchNs, tail.launchNs);
        }
    }

    private SaturationRig.Run makeJournal(final EngineConfig config, final long publishNs)
    {
        final RunErrors errors = new RunErrors();
        try (EngineRun run = EngineRun.launch(
            new Engine.Context().config(config),
            (windowEndNs, readNs) -> { },
            ResultsReader.NO_ALERTS,
            READER_PARK_NS,
            errors))
        {
            final SaturationRig.Run live = saturation.run(variant, run, publishNs, errors);
            live.verdict().require(run.engine().checkpoint(TIMEOUT_NS), "the checkpoint was not completed");
            final long count = tailCount(live.events());
            final long first = saturation.workload().indexAfterFlush(live.events(), ReferenceJob.WINDOW_NS);
            final long published = new SaturatingPublisher(saturation.workload()::encode, run, errors)
                .publish(first, count, TIMEOUT_NS);
            live.verdict().requireEqual(count, published, "events published behind the checkpoint");
            live.verdict().require(run.engine().awaitDrained(TIMEOUT_NS), "the engine has not drained");
            EngineRun.checkLedger(live.verdict(), run.engine().ledger(), live.events() + 1 + count);
            errors.check(live.verdict());
            return live;
        }
    }

    private static long tailCount(final long events)
    {
        return events / TAIL_SHARE;
    }

    private static Recovered recover(
        final EngineConfig config,
        final boolean isWhole,
        final long checkpoint,
        final long accepted,
        final Verdict verdict)
    {
        CheckpointDirectory.open(config.dataDir()).discard(meta -> meta.number() > checkpoint);
        final RunErrors errors = new RunErrors();
        final long beforeNs = System.nanoTime();
        try (Engine engine = Engine.launch(
            new Engine.Context().config(config).errorHandler(errors).replayWholeJournal(isWhole)))
        {
            final long launchNs = System.nanoTime() - beforeNs;
            final LedgerReport ledger = engine.ledger();
            EngineRun.checkLedger(verdict, ledger, accepted);
            errors.check(verdict);
            return new Recovered(engine.recovery(), launchNs);
        }
    }

    private static void check(
        final Verdict verdict,
        final RecoveryReport whole,
        final RecoveryReport tail,
        final long checkpoint,
        final long accepted)
    {
        verdict.requireEqual(RecoveryReport.NO_CHECKPOINT, whole.checkpoint(), "checkpoint restored for the whole");
        verdict.requireEqual(checkpoint, tail.checkpoint(), "checkpoint restored for the tail");
        verdict.require(
            whole.replayedMessages() >= accepted,
            "messages replayed: expected " + accepted + " at least, found " + whole.replayedMessages());
        verdict.require(
            whole.comparedResults() > 0 && whole.comparedResults() >= tail.comparedResults(),
            "results compared: " + whole.comparedResults() + " and " + tail.comparedResults());
        verdict.requireEqual(0, whole.emittedResults() + tail.emittedResults(), "results that the log did not hold");
    }
}
