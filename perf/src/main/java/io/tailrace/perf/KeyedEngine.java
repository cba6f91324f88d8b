package io.tailrace.perf;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import io.tailrace.engine.Engine;
import io.tailrace.engine.checkpoint.CheckpointCounts;
import io.tailrace.perf.report.Verdict;
import io.tailrace.perf.workload.KeySweep;
import io.tailrace.perf.workload.ReferenceWorkload;
import org.agrona.CloseHelper;

/**
 * An engine of the reference job whose state has a chosen size: as many devices as keys, each with an open window.
 * Checkpoints are taken only when asked for.
 * <p>
 * Threading: one thread.
 */
final class KeyedEngine implements AutoCloseable
{
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(60);

    private final int keys;
    private final RunErrors errors = new RunErrors();
    private final Engine engine;
    private long published;

    /**
     * Launches.
     *
     * @param dataDir of the engine; what is there is recovered.
     * @param keys    that there may be.
     * @param variant of the job.
     */
    KeyedEngine(final Path dataDir, final int keys, final JobVariant variant)
    {
        this.keys = keys;
        final ReferenceWorkload job =
            new ReferenceWorkload(1, keys, ReferenceWorkload.DISORDER_NS, ReferenceJob.EVENT_RATE);
        engine = Engine.launch(new Engine.Context()
            .errorHandler(errors)
            .config(ReferenceJob.config(
                dataDir, job, ReferenceJob.WINDOW_NS, variant.checkpointEvery("", JobVariant.NO_CHECKPOINTS_NS))));
        published = engine.received();
    }

    /** Sends one event to every {@code stride}-th key from the first one on, and waits until it has been applied. */
    void touch(final int first, final int stride, final Verdict verdict)
    {
        final KeySweep sweep = new KeySweep(first, stride, published);
        final int count = sweep.count(keys);
        final SaturatingPublisher publisher =
            new SaturatingPublisher(sweep::encode, engine.publisher(ReferenceJob.SOURCE)::offer, errors);
        verdict.requireEqual(count, publisher.publish(0, count, TIMEOUT_NS), "events published");
        published += count;
        verdict.require(engine.awaitDrained(TIMEOUT_NS), "the engine has not drained");
        EngineRun.checkLedger(verdict, engine.ledger(), published);
    }

    /** Takes a checkpoint, which must become complete. */
    CheckpointCounts checkpoint(final Verdict verdict)
    {
        verdict.require(engine.checkpoint(TIMEOUT_NS), "a checkpoint was not completed");
        return engine.checkpoints();
    }

    /** @return the engine. */
    Engine engine()
    {
        return engine;
    }

    /** Judges what no other check has seen. */
    void check(final Verdict verdict)
    {
        verdict.requireEqual(keys, engine.view().deviceCount(), "devices");
        errors.check(verdict);
    }

    @Override
    public void close()
    {
        CloseHelper.close(engine);
    }
}
