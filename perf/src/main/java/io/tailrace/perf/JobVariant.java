package io.tailrace.perf;

import java.util.concurrent.TimeUnit;

import io.tailrace.engine.config.DeliveryMode;
import io.tailrace.engine.config.Durability;
import io.tailrace.engine.config.Layout;

/**
 * What may differ between two runs of the reference job that are compared.
 *
 * @param name                 that it has in reports.
 * @param layout               of the engine's threads.
 * @param mode                 what is promised after a crash.
 * @param durability           what a journalled event survives.
 * @param checkpointIntervalNs between two checkpoints.
 */
record JobVariant(
    String name, Layout layout, DeliveryMode mode, Durability durability, long checkpointIntervalNs)
{
    /** As rarely as the engine allows: in none of our runs. */
    static final long NO_CHECKPOINTS_NS = TimeUnit.MINUTES.toNanos(15);

    private static final long DEFAULT_INTERVAL_NS = TimeUnit.SECONDS.toNanos(10);

    /** @return the job as it is by default: exactly-once, durability {@code process}, a checkpoint every 10 s. */
    static JobVariant exactlyOnce(final Layout layout)
    {
        return new JobVariant(
            "exactly-once", layout, DeliveryMode.EXACTLY_ONCE, Durability.PROCESS, DEFAULT_INTERVAL_NS);
    }

    JobVariant mode(final String otherName, final DeliveryMode other)
    {
        return new JobVariant(otherName, layout, other, durability, checkpointIntervalNs);
    }

    JobVariant durability(final String otherName, final Durability other)
    {
        return new JobVariant(otherName, layout, mode, other, checkpointIntervalNs);
    }

    JobVariant checkpointEvery(final String otherName, final long intervalNs)
    {
        return new JobVariant(otherName, layout, mode, durability, intervalNs);
    }
}
