package io.tailrace.perf;

import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.tailrace.codec.MessageLayout;
import picocli.CommandLine.Option;

/** Options of all commands that measure things in turns, feeding engines as fast as they take it. */
final class PairOptions
{
    @Option(names = "--pairs", defaultValue = "5", description = "Repetitions (default: ${DEFAULT-VALUE}).")
    private int pairs;

    @Option(
        names = "--seconds",
        defaultValue = "5",
        description = "How long Tailrace is fed in each repetition (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
        names = "--warmup",
        defaultValue = "5",
        description = "The same for the first repetition, which is discarded (default: ${DEFAULT-VALUE}).")
    private int warmup;

    @Option(
        names = "--max-events",
        defaultValue = "50000000",
        description = "Bound on the events of a repetition, 64 bytes of disk each (default: ${DEFAULT-VALUE}).")
    private long maxEvents;

    void requireInRange(final MeasuringCommand command)
    {
        command.require(
            pairs >= 1 && seconds >= 1 && warmup >= 0 && maxEvents >= ReferenceJob.CLAIM,
            "--pairs >= 1, --seconds >= 1, --warmup >= 0, --max-events >= 20");
    }

    void addTo(final Map<String, Object> workload)
    {
        workload.put("rate", "as fast as it goes");
        workload.put("pairs", pairs);
        workload.put("seconds", seconds);
        workload.put("warmup-seconds", warmup);
        workload.put("max-bytes", maxEvents * MessageLayout.SLOT_LENGTH);
    }

    int pairs()
    {
        return pairs;
    }

    int seconds()
    {
        return seconds;
    }

    int warmup()
    {
        return warmup;
    }

    long publishNs()
    {
        return TimeUnit.SECONDS.toNanos(seconds);
    }

    long warmupNs()
    {
        return TimeUnit.SECONDS.toNanos(warmup);
    }

    long maxEvents()
    {
        return maxEvents;
    }
}
