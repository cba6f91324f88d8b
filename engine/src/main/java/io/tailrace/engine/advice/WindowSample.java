package io.tailrace.engine.advice;

import java.util.List;

import io.tailrace.engine.config.WindowConfig;

/**
 * A window against a sample.
 *
 * @param path   of the window in the configuration, such as {@code windows[0]}.
 * @param window as it is configured.
 * @param rate   how often its readings are sampled.
 * @param counts what each choice of event time does, in the order of watermark, out-of-orderness, lateness.
 */
public record WindowSample(String path, WindowConfig window, SampleRate rate, List<LateCount> counts)
{
    public WindowSample
    {
        counts = List.copyOf(counts);
    }

    /** @return readings that pass the window's filter. */
    public long readings()
    {
        return counts.get(0).readings();
    }

    /** @return the count of the choice that comes from somewhere, such as {@code configured}. */
    public LateCount countOf(final String origin)
    {
        return counts.stream()
            .filter((count) -> List.of(count.choice().origin().split(", ")).contains(origin))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("origin=" + origin + ", expected one of " + counts));
    }
}
