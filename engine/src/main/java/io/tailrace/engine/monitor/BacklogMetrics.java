package io.tailrace.engine.monitor;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.overload.BacklogCause;
import io.tailrace.engine.overload.BacklogView;

/**
 * The backlog for Prometheus, by source, where backlog is told from live readings.
 * <p>
 * Threading: one scrape at a time.
 */
final class BacklogMetrics
{
    private static final String PREFIX = "tailrace_backlog_";
    private static final double MILLIS_PER_SECOND = 1e3;

    private final EngineConfig config;
    private final BacklogView view;

    BacklogMetrics(final EngineConfig config, final BacklogView view)
    {
        this.config = config;
        this.view = view;
    }

    List<MetricSnapshot> collect()
    {
        final List<MetricSnapshot> metrics = new ArrayList<>();
        metrics.add(bySource("devices", "Devices of each source that are in backlog.", view::devices));
        metrics.add(bySource("lag_seconds", "How far these devices are behind, all together, device-seconds.",
            source -> view.lagMs(source) / MILLIS_PER_SECOND));
        metrics.add(bySource("mean_lag_seconds", "How far these devices are behind on average.",
            source -> view.meanLagMs(source) / MILLIS_PER_SECOND));
        metrics.add(bySource("max_lag_seconds", "How far the last of these devices is behind.",
            source -> view.greatestLagMs(source) / MILLIS_PER_SECOND));
        metrics.add(bySource("rate", "Readings of the backlog of each source that come in a second.",
            view::admittedPerSecond));
        metrics.add(bySource("progress_ratio",
            "How much of the greatest sum of lags since the backlog began is worked off; 1 without backlog.",
            view::progress));
        metrics.add(bySource("eta_seconds",
            "When the backlog of each source will be worked off; 0 without backlog, NaN while that is not known.",
            this::etaSeconds));
        metrics.add(admitted());
        metrics.add(GaugeSnapshot.builder().name(PREFIX + "slots").help("Slots of the event ring that backlog holds.")
            .dataPoint(gauge(Labels.EMPTY, view.slots())).build());
        metrics.add(GaugeSnapshot.builder().name(PREFIX + "slots_limit")
            .help("Slots of the event ring that backlog may hold.")
            .dataPoint(gauge(Labels.EMPTY, view.slotLimit())).build());
        metrics.add(CounterSnapshot.builder().name(PREFIX + "untracked")
            .help("Frames of the backlog of this run whose device had no place in the table.")
            .dataPoint(counter(Labels.EMPTY, view.untracked())).build());
        metrics.add(deferred());
        return metrics;
    }

    private double etaSeconds(final int source)
    {
        final long etaMs = view.etaMs(source);
        return etaMs == BacklogView.UNKNOWN ? Double.NaN : etaMs / MILLIS_PER_SECOND;
    }

    private MetricSnapshot bySource(final String name, final String help, final IntToDoubleFunction value)
    {
        final GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name(PREFIX + name).help(help);
        for (int source = 0; source < view.sourceCount(); source++)
        {
            if (view.isOn(source))
            {
                gauge.dataPoint(gauge(labels(source), value.applyAsDouble(source)));
            }
        }
        return gauge.build();
    }

    private MetricSnapshot admitted()
    {
        final CounterSnapshot.Builder counter = CounterSnapshot.builder().name(PREFIX + "admitted")
            .help("Readings of the backlog of each source that came in in this run.");
        for (int source = 0; source < view.sourceCount(); source++)
        {
            if (view.isOn(source))
            {
                counter.dataPoint(counter(labels(source), view.admitted(source)));
            }
        }
        return counter.build();
    }

    private MetricSnapshot deferred()
    {
        final CounterSnapshot.Builder counter = CounterSnapshot.builder().name(PREFIX + "deferred")
            .help("How often a frame of the backlog was told to wait in this run; each offer counts.");
        for (final BacklogCause cause : BacklogCause.values())
        {
            counter.dataPoint(counter(Labels.of("cause", cause.text()), view.deferred(cause)));
        }
        return counter.build();
    }

    private Labels labels(final int source)
    {
        return Labels.of("source", config.sources().get(source).name());
    }

    private static GaugeSnapshot.GaugeDataPointSnapshot gauge(final Labels labels, final double value)
    {
        return GaugeSnapshot.GaugeDataPointSnapshot.builder().labels(labels).value(value).build();
    }

    private static CounterSnapshot.CounterDataPointSnapshot counter(final Labels labels, final double value)
    {
        return CounterSnapshot.CounterDataPointSnapshot.builder().labels(labels).value(value).build();
    }
}
