package io.tailrace.perf;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.tailrace.archive.checkpoint.CheckpointDirectory;
import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.RecoveryReport;
import io.tailrace.perf.report.Verdict;

/**
 * How long it takes to restore a checkpoint of a chosen size, with nothing behind it to replay.
 *
 * @param keys      in the state, each with an open window.
 * @param bytes     of the checkpoint.
 * @param blocks    restored.
 * @param restoreNs of each launch, from the choice of the checkpoint to the restored state.
 * @param verdict   on all launches.
 */
record RestoreTime(int keys, long bytes, long blocks, List<Long> restoreNs, Verdict verdict)
{
    private static final double NANOS_PER_MILLI = 1e6;
    private static final int SPARE = 16;

    /**
     * Makes a state once, and restores it a number of times.
     *
     * @param dir      where the data directory is made.
     * @param keys     in the state.
     * @param launches how often it is restored.
     * @param variant  of the job.
     */
    static RestoreTime measure(final Path dir, final int keys, final int launches, final JobVariant variant)
    {
        final Verdict verdict = new Verdict();
        final List<Long> restoreNs = new ArrayList<>();
        final long neededBytes = (long)SPARE * keys * MessageLayout.SLOT_LENGTH;
        try (ScratchDirectory scratch = ScratchDirectory.create(dir, neededBytes))
        {
            final long bytes;
            try (KeyedEngine engine = new KeyedEngine(scratch.path(), keys, variant))
            {
                engine.touch(0, 1, verdict);
                bytes = engine.checkpoint(verdict).lastBytes();
                engine.check(verdict);
            }
            long blocks = 0;
            // Of the checkpoint that was asked for, and not of the increment that closing adds.
            final long number = CheckpointDirectory.open(scratch.path()).nextNumber() - 2;
            for (int i = 0; i < launches; i++)
            {
                CheckpointDirectory.open(scratch.path()).discard(meta -> meta.number() > number);
                try (KeyedEngine engine = new KeyedEngine(scratch.path(), keys, variant))
                {
                    final RecoveryReport recovery = engine.engine().recovery();
                    verdict.requireEqual(number, recovery.checkpoint(), "checkpoint restored");
                    blocks = recovery.restoredBlocks();
                    restoreNs.add(recovery.restoreNs());
                    EngineRun.checkLedger(verdict, engine.engine().ledger(), keys);
                    engine.check(verdict);
                }
            }
            return new RestoreTime(keys, bytes, blocks, restoreNs, verdict);
        }
    }

    /** @return how long each launch took to restore, ms. */
    double[] restoreMs()
    {
        return restoreNs.stream().mapToDouble(ns -> ns / NANOS_PER_MILLI).toArray();
    }

    /** @return the measurement, for a manifest. */
    Map<String, Object> row()
    {
        final Map<String, Object> row = new LinkedHashMap<>();
        row.put("keys", keys);
        row.put("checkpoint-bytes", bytes);
        row.put("restored-blocks", blocks);
        row.put("restore-ns", restoreNs);
        row.put("verdict", verdict.toString());
        return row;
    }
}
