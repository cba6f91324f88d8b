package io.tailrace.perf.profile;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Predicate;

/**
 * What was found out about a JVM.
 *
 * @param settings  of the profiler.
 * @param samples   of the profiler.
 * @param recording of the JVM itself.
 * @param time      what its threads did.
 * @param allocated what its threads allocated.
 */
public record Profile(
    ProfilerSettings settings, Samples samples, JvmRecording recording, Hotspots time, Hotspots allocated)
{
    /**
     * Reads both recordings.
     *
     * @param samplesFile   of the profiler.
     * @param recordingFile of the JVM.
     * @param from          beginning of the profile, after the JVM's start.
     * @param isRoleWanted  whether samples of a thread's role are taken; what the JVM counts is not limited.
     * @throws IOException if one is not readable.
     */
    public static Profile read(
        final ProfilerSettings settings,
        final Path samplesFile,
        final Path recordingFile,
        final Duration from,
        final Predicate<String> isRoleWanted) throws IOException
    {
        final Samples samples = Samples.read(samplesFile, from, isRoleWanted);
        return new Profile(
            settings,
            samples,
            JvmRecording.read(recordingFile, samples.begin()),
            Hotspots.ofTime(samples.time()),
            Hotspots.ofAllocations(samples.allocated()));
    }

    /** @return what took the samples, in a line. */
    public String engine()
    {
        final String event = ProfilerEvent.ALLOC == settings.event() ? "" :
            ", event " + settings.event().text() + " by " + samples.engine() + " every " +
            settings.intervalNs() / 1_000 + " us";
        return "async-profiler " + samples.version() + event + ", allocation every " + settings.allocInterval() +
            " bytes";
    }

    /** @return whether CPU time was asked for as perf_events count it, and is not. */
    public boolean isWithoutKernel()
    {
        return ProfilerEvent.CPU == settings.event() && !"perf_events".equals(samples.engine());
    }
}
