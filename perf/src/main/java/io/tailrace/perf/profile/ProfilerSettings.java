package io.tailrace.perf.profile;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a JVM is profiled: async-profiler as an agent, and a flight recording beside it.
 *
 * @param event         sampled.
 * @param intervalNs    between samples of a thread, ns of the time that the event counts; 10 us to 1 s.
 * @param allocInterval bytes allocated between samples; 1 kB to 1 GB.
 */
public record ProfilerSettings(ProfilerEvent event, long intervalNs, long allocInterval)
{
    private static final Pattern INTERVAL = Pattern.compile("(\\d{1,9})(ns|us|ms|s)");
    private static final Pattern BYTES = Pattern.compile("(\\d{1,9})([km]?)");
    private static final long MIN_INTERVAL_NS = 10_000L;
    private static final long MAX_INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long MIN_ALLOC_INTERVAL = 1L << 10;
    private static final long MAX_ALLOC_INTERVAL = 1L << 30;

    /**
     * Reads what a user wrote.
     *
     * @param event    sampled.
     * @param interval number and unit, {@code 1ms}.
     * @param alloc    bytes, {@code 512k}.
     * @throws IllegalArgumentException if one is not readable or out of range; the message names the option.
     */
    public static ProfilerSettings parse(final ProfilerEvent event, final String interval, final String alloc)
    {
        final Matcher time = INTERVAL.matcher(interval);
        final long intervalNs = time.matches() ? unit(time.group(2)).toNanos(Long.parseLong(time.group(1))) : 0;
        if (intervalNs < MIN_INTERVAL_NS || intervalNs > MAX_INTERVAL_NS)
        {
            throw new IllegalArgumentException("--interval: " + interval + ", expected 10us to 1s");
        }
        final Matcher bytes = BYTES.matcher(alloc);
        final long allocInterval = bytes.matches() ? Long.parseLong(bytes.group(1)) << shift(bytes.group(2)) : 0;
        if (allocInterval < MIN_ALLOC_INTERVAL || allocInterval > MAX_ALLOC_INTERVAL)
        {
            throw new IllegalArgumentException("--alloc: " + alloc + ", expected 1k to 1024m");
        }
        return new ProfilerSettings(event, intervalNs, allocInterval);
    }

    /**
     * The flags of the JVM that is profiled. Frames of compiled code are right only if the compiler keeps what belongs
     * to each instruction, not to safepoints alone.
     *
     * @param library   unpacked.
     * @param samples   file that the profiler writes at the end.
     * @param recording file of the flight recording.
     */
    public List<String> flags(final Path library, final Path samples, final Path recording)
    {
        final List<String> flags = new ArrayList<>();
        flags.add("-XX:+UnlockDiagnosticVMOptions");
        flags.add("-XX:+DebugNonSafepoints");
        flags.add("-agentpath:" + library + "=start,quiet," +
            (ProfilerEvent.ALLOC == event ? "" : "event=" + event.text() + ",interval=" + intervalNs + ",") +
            "alloc=" + allocInterval + ",jfr,file=" + samples);
        // Bytes of every thread, each second: at the end, those that have gone would be missed. Without the JVM's own
        // sampler, which suspends the threads that the profiler looks at.
        flags.add("-XX:StartFlightRecording=filename=" + recording + ",settings=profile,dumponexit=true," +
            "jdk.ThreadAllocationStatistics#period=1s,jdk.ExecutionSample#enabled=false," +
            "jdk.NativeMethodSample#enabled=false");
        flags.add("-Xlog:jfr+startup=error");
        return flags;
    }

    /** @return the settings for a manifest. */
    public Map<String, Object> toMap()
    {
        final Map<String, Object> map = new LinkedHashMap<>();
        map.put("event", event.text());
        map.put("interval-ns", ProfilerEvent.ALLOC == event ? null : intervalNs);
        map.put("alloc-interval-bytes", allocInterval);
        return map;
    }

    private static TimeUnit unit(final String unit)
    {
        return switch (unit)
        {
            case "ns" -> TimeUnit.NANOSECONDS;
            case "us" -> TimeUnit.MICROSECONDS;
            case "ms" -> TimeUnit.MILLISECONDS;
            default -> TimeUnit.SECONDS;
        };
    }

    private static int shift(final String unit)
    {
        return switch (unit)
        {
            case "k" -> 10;
            case "m" -> 20;
            default -> 0;
        };
    }
}
