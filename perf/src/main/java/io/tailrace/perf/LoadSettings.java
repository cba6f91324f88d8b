package io.tailrace.perf;

import java.nio.file.Path;

import io.tailrace.codec.MessageLayout;
import io.tailrace.perf.workload.ArrivalSchedule;
import io.tailrace.perf.workload.ReferenceWorkload;

/**
 * What a rig with a schedule measures.
 *
 * @param seed          of the workload.
 * @param dir           where the data directory is made.
 * @param rate          events a second.
 * @param devices       over which they spread.
 * @param warmupSeconds at the same rate, before.
 * @param seconds       measured.
 * @param windowNs      size of the windows.
 * @param variant       of the job.
 * @param source        where the events come from.
 * @param isAlerting    whether the job has an alert beside its windows.
 */
record LoadSettings(
    long seed,
    Path dir,
    long rate,
    int devices,
    int warmupSeconds,
    int seconds,
    long windowNs,
    JobVariant variant,
    LoadSource source,
    boolean isAlerting)
{
    private static final int SPARE = 2;
    private static final int REHEARSAL = 10;
    private static final int REHEARSAL_SECONDS = 5;

    /** The job as it is: without alerts, fed by the same process. */
    static LoadSettings of(
        final long seed,
        final Path dir,
        final long rate,
        final int warmupSeconds,
        final int seconds,
        final JobVariant variant)
    {
        return new LoadSettings(
            seed,
            dir,
            rate,
            ReferenceWorkload.DEVICES,
            warmupSeconds,
            seconds,
            ReferenceJob.WINDOW_NS,
            variant,
            LoadSource.EMBEDDED,
            false);
    }

    /** @return the same for some seconds at a tenth of the rate, whose report nobody needs. */
    LoadSettings rehearsal()
    {
        return new LoadSettings(
            seed,
            dir,
            Math.max(1, rate / REHEARSAL),
            devices,
            0,
            REHEARSAL_SECONDS,
            windowNs,
            variant,
            source,
            isAlerting);
    }

    /** @return events of the warm-up. */
    long warmupCount()
    {
        return rate * warmupSeconds;
    }

    /** @return events, those of the warm-up included. */
    long count()
    {
        return rate * (warmupSeconds + seconds);
    }

    /** @return the events. Event time runs with the schedule. */
    ReferenceWorkload workload()
    {
        return new ReferenceWorkload(seed, devices, ReferenceWorkload.DISORDER_NS, rate);
    }

    /** @return when the events are due, if the first one is at this time. */
    ArrivalSchedule scheduleFrom(final long startNs)
    {
        return new ArrivalSchedule(startNs, rate, count());
    }

    /** @return a fresh directory with room for a run. */
    ScratchDirectory scratch()
    {
        return ScratchDirectory.create(dir, SPARE * count() * MessageLayout.SLOT_LENGTH);
    }
}
