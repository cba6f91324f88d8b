package io.tailrace.engine.monitor;

import java.util.List;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import io.tailrace.engine.config.SourceConfig;
import io.tailrace.engine.config.Transport;
import io.tailrace.engine.ingress.IngressLedger;
import io.tailrace.engine.queue.BackPressure;
import io.tailrace.engine.queue.PipelineStage;
import io.tailrace.engine.queue.QueueMeter;
import io.tailrace.engine.queue.WatchedQueue;

/**
 * Queues, back pressure and bottleneck for Prometheus. A queue without a bound has no capacity, and one of which nobody
 * knows how long something waits in it no dwell time.
 * <p>
 * Threading: one scrape at a time.
 */
final class QueueMetrics
{
    private static final String QUEUE = "queue";
    private static final String STAGE = "stage";
    private static final double NANOS_PER_SECOND = 1e9;

    private final QueueWatch queues;

    QueueMetrics(final QueueWatch queues)
    {
        this.queues = queues;
    }

    void addQueues(final List<MetricSnapshot> metrics)
    {
        final GaugeSnapshot.Builder depth = gauge("queue_depth", "How much waits in each queue.");
        final GaugeSnapshot.Builder capacity = gauge("queue_capacity", "How much may wait in each queue.");
        final GaugeSnapshot.Builder highWater =
            gauge("queue_high_water", "The greatest depth of each queue in this run.");
        final SummarySnapshot.Builder dwell = SummarySnapshot.builder().name("tailrace_queue_dwell_seconds")
            .help("How long something stays in each queue: sum and number of what was measured in this run.");
        final GaugeSnapshot.Builder lastDwell = gauge("queue_dwell_last_seconds",
            "The newest dwell time of each queue, or how long what is followed in it has waited if that is more.");
        final GaugeSnapshot.Builder maxDwell =
            gauge("queue_dwell_max_seconds", "The greatest dwell time of each queue in this run.");
        for (final WatchedQueue queue : queues.queues())
        {
            final Labels labels = Labels.of(QUEUE, queue.name());
            depth.dataPoint(point(labels, queue.depth()));
            highWater.dataPoint(point(labels, queue.highWater()));
            if (queue.capacity() != WatchedQueue.UNBOUNDED)
            {
                capacity.dataPoint(point(labels, queue.capacity()));
            }
            if (queue.hasDwell())
            {
                final QueueMeter meter = queue.meter();
                dwell.dataPoint(SummarySnapshot.SummaryDataPointSnapshot.builder()
                    .labels(labels)
                    .count(meter.dwells())
                    .sum(meter.dwellSumNs() / NANOS_PER_SECOND)
                    .build());
                lastDwell.dataPoint(point(labels, queues.dwellNs(queue) / NANOS_PER_SECOND));
                maxDwell.dataPoint(point(labels, meter.maxDwellNs() / NANOS_PER_SECOND));
            }
        }
        metrics.addAll(List.of(
            depth.build(), capacity.build(), highWater.build(), dwell.build(), lastDwell.build(), maxDwell.build()));
    }

    void addStages(final List<MetricSnapshot> metrics)
    {
        if (queues.pressures().isEmpty())
        {
            return;
        }
        final CounterSnapshot.Builder seconds = CounterSnapshot.builder().name("tailrace_backpressure_seconds")
            .help("How long each stage has been under back pressure in this run.");
        final GaugeSnapshot.Builder bottleneck =
            gauge("bottleneck", "1 for the stage that was the bottleneck of the last second, or for none.");
        for (final BackPressure pressure : queues.pressures())
        {
            seconds.dataPoint(CounterSnapshot.CounterDataPointSnapshot.builder()
                .labels(Labels.of(STAGE, pressure.stage().text()))
                .value(pressure.totalNs() / NANOS_PER_SECOND)
                .build());
        }
        final PipelineStage named = queues.bottleneck();
        for (final PipelineStage stage : PipelineStage.values())
        {
            bottleneck.dataPoint(point(Labels.of(STAGE, stage.text()), stage == named ? 1 : 0));
        }
        metrics.addAll(List.of(seconds.build(), bottleneck.build()));
    }

    static void addRefusedOffers(
        final List<MetricSnapshot> metrics, final List<SourceConfig> sources, final IngressLedger ledger)
    {
        final CounterSnapshot.Builder refused = CounterSnapshot.builder().name("tailrace_source_offers_refused")
            .help("Offers of the embedded publishers of each source that were told to wait, in this run.");
        boolean isAny = false;
        for (int i = 0; i < sources.size(); i++)
        {
            if (sources.get(i).transport() == Transport.EMBEDDED)
            {
                refused.dataPoint(CounterSnapshot.CounterDataPointSnapshot.builder()
                    .labels(Labels.of("source", sources.get(i).name()))
                    .value(ledger.refusedOffers(i))
                    .build());
                isAny = true;
            }
        }
        if (isAny)
        {
            metrics.add(refused.build());
        }
    }

    private static GaugeSnapshot.Builder gauge(final String name, final String help)
    {
        return GaugeSnapshot.builder().name("tailrace_" + name).help(help);
    }

    private static GaugeSnapshot.GaugeDataPointSnapshot point(final Labels labels, final double value)
    {
        return GaugeSnapshot.GaugeDataPointSnapshot.builder().labels(labels).value(value).build();
    }
}
