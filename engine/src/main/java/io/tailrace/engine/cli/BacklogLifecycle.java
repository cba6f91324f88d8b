package io.tailrace.engine.cli;

import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.tailrace.engine.overload.BacklogView;
import org.agrona.concurrent.NanoClock;

/**
 * Writes lines {@code backlog} to the lifecycle log, for each source by itself: {@code begun}, {@code going-on} every
 * ten seconds, and {@code ended}. A source that begins anew within ten seconds of its last line is told of when they
 * are over, if it is still in backlog then, so that a late reading now and then does not fill the log. The disk may be
 * too full for a line: then it is written with a later look, and says what is true then.
 */
final class BacklogLifecycle
{
    static final long INTERVAL_NS = TimeUnit.SECONDS.toNanos(10);

    private static final double MILLIS_PER_SECOND = 1e3;
    private static final int PERCENT = 100;

    private final BacklogView view;
    private final List<String> sources;
    private final LifecycleLog log;
    private final NanoClock clock;
    private final boolean[] isTold;
    private final long[] nextNs;
    private final long[] beganNs;
    private final long[] admittedBefore;

    BacklogLifecycle(
        final BacklogView view, final List<String> sources, final LifecycleLog log, final NanoClock clock)
    {
        this.view = view;
        this.sources = sources;
        this.log = log;
        this.clock = clock;
        isTold = new boolean[sources.size()];
        nextNs = new long[sources.size()];
        beganNs = new long[sources.size()];
        admittedBefore = new long[sources.size()];
        Arrays.fill(nextNs, clock.nanoTime());
    }

    /** Compares with the last look. */
    void look()
    {
        if (!view.isOn())
        {
            return;
        }
        final long nowNs = clock.nanoTime();
        for (int source = 0; source < isTold.length; source++)
        {
            look(source, nowNs);
        }
    }

    private void look(final int source, final long nowNs)
    {
        final boolean isBacklog = view.devices(source) > 0;
        if (!isTold[source] && !isBacklog)
        {
            beganNs[source] = nowNs;
            admittedBefore[source] = view.admitted(source);
        }
        if (isTold[source] && !isBacklog)
        {
            tell(source, "ended", nowNs);
        }
        else if (isBacklog && nowNs - nextNs[source] >= 0)
        {
            tell(source, isTold[source] ? "going-on" : "begun", nowNs);
        }
    }

    private void tell(final int source, final String state, final long nowNs)
    {
        try
        {
            log.append(LifecycleLog.line("backlog")
                .add("source", sources.get(source))
                .add("state", state)
                .add("devices", view.devices(source))
                .add("lagSeconds", Math.round(view.lagMs(source) / MILLIS_PER_SECOND))
                .add("meanLagSeconds", Math.round(view.meanLagMs(source) / MILLIS_PER_SECOND))
                .add("maxLagSeconds", Math.round(view.greatestLagMs(source) / MILLIS_PER_SECOND))
                .add("admitted", view.admitted(source) - admittedBefore[source])
                .add("perSecond", Math.round(view.admittedPerSecond(source)))
                .add("progressPercent", (int)(view.progress(source) * PERCENT))
                .add("etaSeconds", etaSeconds(source))
                .add("durationMs", TimeUnit.NANOSECONDS.toMillis(nowNs - beganNs[source])));
            isTold[source] = !"ended".equals(state);
            nextNs[source] = nowNs + INTERVAL_NS;
        }
        catch (final UncheckedIOException ex)
        {
            // No room for a line now: the next look says what is true then.
            return;
        }
    }

    /** @return -1: not known. */
    private long etaSeconds(final int source)
    {
        final long etaMs = view.etaMs(source);
        return etaMs == BacklogView.UNKNOWN ? etaMs : Math.round(etaMs / MILLIS_PER_SECOND);
    }
}
