package io.tailrace.perf;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.checkpoint.CheckpointCounts;
import io.tailrace.perf.report.Verdict;

/**
 * A full checkpoint, and the increment after every hundredth key was touched once.
 *
 * @param keys        in the state, each with an open window.
 * @param touched     keys touched between the two.
 * @param fullBytes   of the full one.
 * @param fullNs      from its beginning to its completion.
 * @param deltaBytes  of the increment.
 * @param deltaNs     from its beginning to its completion.
 * @param verdict     on the run.
 */
record CheckpointSize(
    int keys, int touched, long fullBytes, long fullNs, long deltaBytes, long deltaNs, Verdict verdict)
{
    /** One key in so many is touched. */
    static final int STRIDE = 100;

    private static final double NANOS_PER_MILLI = 1e6;
    private static final int SPARE = 4;

    /**
     * Measures on a fresh engine.
     *
     * @param dir     where its data directory is made.
     * @param keys    in the state.
     * @param round   from 0: which hundredth.
     * @param variant of the job.
     */
    static CheckpointSize measure(final Path dir, final int keys, final int round, final JobVariant variant)
    {
        final Verdict verdict = new Verdict();
        final long neededBytes = (long)SPARE * keys * MessageLayout.SLOT_LENGTH;
        try (ScratchDirectory scratch = ScratchDirectory.create(dir, neededBytes);
            KeyedEngine engine = new KeyedEngine(scratch.path(), keys, variant))
        {
            engine.touch(0, 1, verdict);
            final CheckpointCounts counts = engine.checkpoint(verdict);
            final long fullBytes = counts.lastBytes();
            final long fullNs = counts.lastDurationNs();
            verdict.requireEqual(fullBytes, counts.fullBytes(), "bytes of the first checkpoint, which is a full one");
            engine.touch(round % STRIDE, STRIDE, verdict);
            engine.checkpoint(verdict);
            verdict.requireEqual(fullBytes, counts.fullBytes(), "bytes of the last full checkpoint");
            verdict.requireEqual(2, counts.completed(), "checkpoints");
            engine.check(verdict);
            final int touched = (keys - round % STRIDE + STRIDE - 1) / STRIDE;
            return new CheckpointSize(
                keys, touched, fullBytes, fullNs, counts.lastBytes(), counts.lastDurationNs(), verdict);
        }
    }

    double fullMs()
    {
        return fullNs / NANOS_PER_MILLI;
    }

    double deltaMs()
    {
        return deltaNs / NANOS_PER_MILLI;
    }

    /** @return the measurement, for a manifest. */
    Map<String, Object> row()
    {
        final Map<String, Object> row = new LinkedHashMap<>();
        row.put("keys", keys);
        row.put("touched", touched);
        row.put("full-bytes", fullBytes);
        row.put("full-ns", fullNs);
        row.put("increment-bytes", deltaBytes);
        row.put("increment-ns", deltaNs);
        row.put("verdict", verdict.toString());
        return row;
    }
}
