package io.tailrace.perf;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import io.tailrace.engine.Engine;

/**
 * How many events a second the job of {@code latency} takes, its alert included: as fast as it goes, after a run that
 * is discarded. It lasts long enough for the kernel to have begun to write what was journalled, which takes from it.
 */
final class AlertSaturation
{
    private static final long WARMUP_NS = TimeUnit.SECONDS.toNanos(5);
    private static final long PUBLISH_NS = TimeUnit.SECONDS.toNanos(15);
    private static final long MAX_EVENTS = 100_000_000;
    private static final long READER_PARK_NS = 1_000_000L;

    private AlertSaturation()
    {
    }

    /** Measures in this JVM. */
    static SaturationRig.Run measure(final long seed, final Path dir, final JobVariant variant)
    {
        final SaturationRig rig = new SaturationRig(seed, dir, MAX_EVENTS);
        run(rig, variant, WARMUP_NS);
        return run(rig, variant, PUBLISH_NS);
    }

    private static SaturationRig.Run run(final SaturationRig rig, final JobVariant variant, final long publishNs)
    {
        final RunErrors errors = new RunErrors();
        try (ScratchDirectory scratch = rig.scratch();
            EngineRun run = EngineRun.launch(
                new Engine.Context().config(ReferenceJob.withAlert(
                    ReferenceJob.config(scratch.path(), rig.workload(), ReferenceJob.WINDOW_NS, variant))),
                (windowEndNs, readNs) -> { },
                (eventId, isRaised, readNs) -> { },
                READER_PARK_NS,
                errors))
        {
            return rig.run(variant, run, publishNs, errors);
        }
    }
}
