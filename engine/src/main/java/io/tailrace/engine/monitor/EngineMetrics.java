package io.tailrace.engine.monitor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.Quantile;
import io.prometheus.metrics.model.snapshots.Quantiles;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import io.tailrace.engine.admission.QuarantineView;
import io.tailrace.engine.checkpoint.CheckpointCounts;
import io.tailrace.engine.checkpoint.CheckpointView;
import io.tailrace.engine.config.DedupBy;
import io.tailrace.engine.retention.DiskView;
import io.tailrace.engine.sink.SinkStatus;
import io.tailrace.engine.stage.StageView;
import org.HdrHistogram.Histogram;

/**
 * The engine's numbers for Prometheus, taken anew for each scrape. A row of the ledger becomes {@code
 * tailrace_SCOPE_REASON}, with the name of the source or operator as a label, and what follows the colon of a reason,
 * as in {@code rejected:future}, as another. Devices come and go: they have a gauge of their own, for as many as the
 * quarantine names at most.
 * <p>
 * Threading: one scrape at a time.
 */
final class EngineMetrics implements MultiCollector
{
    private static final String PREFIX = "tailrace_";
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double[] QUANTILES = {0.5, 0.9, 0.99, 0.999, 0.9999, 1.0};
    private static final int PERCENT = 100;

    /** Reasons that may fall; all others only grow. */
    private static final Set<String> GAUGES = Set.of("in-flight", "unaccounted");

    private final MonitoredEngine engine;
    private final QueueMetrics queues;
    private final StageView view;

    EngineMetrics(final MonitoredEngine engine, final QueueWatch watch)
    {
        this.engine = engine;
        queues = new QueueMetrics(watch);
        view = engine.copyOfView();
    }

    @Override
    public MetricSnapshots collect()
    {
        engine.view().copyTo(view);
        final List<MetricSnapshot> metrics = new ArrayList<>();
        metrics.add(InfoSnapshot.builder().name("tailrace_engine")
            .help("Name of the engine.")
            .dataPoint(InfoSnapshot.InfoDataPointSnapshot.builder()
                .labels(Labels.of("name", engine.config().name())).build())
            .build());
        addLedger(metrics);
        addEngine(metrics);
        addDisk(metrics);
        addAcks(metrics);
        if (engine.backlog().isOn())
        {
            metrics.addAll(new BacklogMetrics(engine.config(), engine.backlog()).collect());
        }
        addCheckpoints(metrics);
        addOperators(metrics);
        addQuarantine(metrics);
        addThreads(metrics);
        queues.addQueues(metrics);
        queues.addStages(metrics);
        QueueMetrics.addRefusedOffers(metrics, engine.config().sources(), engine.ingress());
        addSinks(metrics);
        metrics.add(latency());
        return new MetricSnapshots(metrics);
    }

    private void addLedger(final List<MetricSnapshot> metrics)
    {
        final Map<String, GaugeSnapshot.Builder> gauges = new LinkedHashMap<>();
        final Map<String, CounterSnapshot.Builder> counters = new LinkedHashMap<>();
        for (final LedgerRow row : engine.ledger().rows())
        {
            if (row.scope().equals(LedgerReport.DEVICE_SCOPE))
            {
                continue;
            }
            final int colon = row.reason().indexOf(':');
            final String reason = colon < 0 ? row.reason() : row.reason().substring(0, colon);
            final String name = PREFIX + row.scope() + "_" + reason.replace('-', '_');
            final Labels labels = colon < 0 ?
                Labels.of(row.scope(), row.name()) :
                Labels.of(row.scope(), row.name(), "reason", row.reason().substring(colon + 1));
            final String help = "Ledger: " + reason + " of each " + row.scope() + ".";
            if (GAUGES.contains(reason))
            {
                gauges.computeIfAbsent(name, key -> GaugeSnapshot.builder().name(key).help(help))
                    .dataPoint(gauge(labels, row.count()));
            }
            else
            {
                counters.computeIfAbsent(name, key -> CounterSnapshot.builder().name(key).help(help))
                    .dataPoint(counter(labels, row.count()));
            }
        }
        gauges.values().forEach(gauge -> metrics.add(gauge.build()));
        counters.values().forEach(counter -> metrics.add(counter.build()));
    }

    private void addEngine(final List<MetricSnapshot> metrics)
    {
        addGauge(metrics, "up", "1 while the engine runs, 0 after it has halted.",
            null == engine.failure().get() ? 1 : 0);
        addGauge(metrics, "ring_depth", "Slots of the event ring that are taken.", engine.ringDepth());
        addGauge(metrics, "ring_slots", "Slots of the event ring.", engine.ring().capacity());
        addGauge(metrics, "devices", "Devices known.", view.deviceCount());
        if (engine.config().dedup().by() == DedupBy.ID)
        {
            addGauge(metrics, "remembered_ids", "Ids that are remembered to recognise duplicates.",
                view.rememberedIds());
            addGauge(metrics, "remembered_ids_limit", "Ids that are remembered at most.",
                engine.config().dedup().maxIds());
        }
        addGauge(metrics, "watermark_seconds", "The watermark, epoch seconds; NaN if there is none.",
            seconds(view.watermarkNs()));
        addGauge(metrics, "time_seconds", "Engine time, epoch seconds; NaN if there is none.",
            seconds(view.engineTimeNs()));
        addGauge(metrics, "journal_position_bytes", "Journal position up to which everything is durable.",
            engine.journalPosition().getAsLong());
        addGauge(metrics, "results_position_bytes", "Position where the results log ends.",
            engine.resultsPosition().getAsLong());
        addCounter(metrics, "results", "Results that the operators have given in this epoch.",
            view.nextResultSequence());
        addCounter(metrics, "errors", "Errors and warnings of this run.", engine.errors().count());
    }

    private void addDisk(final List<MetricSnapshot> metrics)
    {
        final DiskView disk = engine.disk();
        addGauge(metrics, "disk_used_bytes", "Bytes that the data directory uses.", disk.used());
        addGauge(metrics, "disk_budget_bytes", "Bytes that it may use; +Inf without a budget.",
            Long.MAX_VALUE == disk.budget() ? Double.POSITIVE_INFINITY : disk.budget());
        addGauge(metrics, "disk_free_bytes", "Bytes that its file system still gives.", disk.free());
        addGauge(metrics, "disk_level_percent",
            "How full the disk is: 0, 70, 85, 95, or 100 while ingress is stopped.", disk.level().percent());
        addGauge(metrics, "ingress_stopped", "1 while ingress is stopped because the disk is full, else 0.",
            disk.isIngressStopped() ? 1 : 0);
        addCounter(metrics, "purged_segments", "Segments of recordings purged in this run.", disk.purgedSegments());
        addCounter(metrics, "blocked_purges", "How often a segment was to be purged that somebody was reading.",
            disk.blockedPurges());
    }

    private void addAcks(final List<MetricSnapshot> metrics)
    {
        final CounterSnapshot.Builder acks = CounterSnapshot.builder()
            .name(PREFIX + "source_acks").help("Acknowledgements that each source has sent in this run.");
        final CounterSnapshot.Builder untracked = CounterSnapshot.builder().name(PREFIX + "source_untracked")
            .help("Datagrams of each source that asked for an acknowledgement and will not get one, in this run.");
        final GaugeSnapshot.Builder sessions = GaugeSnapshot.builder()
            .name(PREFIX + "source_sessions").help("Sender sessions that each source follows.");
        boolean isAny = false;
        for (int i = 0; i < engine.config().sources().size(); i++)
        {
            if (engine.config().sources().get(i).ack())
            {
                final Labels labels = Labels.of("source", engine.config().sources().get(i).name());
                acks.dataPoint(counter(labels, engine.ingress().acks(i)));
                untracked.dataPoint(counter(labels, engine.ingress().untracked(i)));
                sessions.dataPoint(gauge(labels, engine.ingress().sessions(i)));
                isAny = true;
            }
        }
        if (isAny)
        {
            metrics.addAll(List.of(acks.build(), untracked.build(), sessions.build()));
        }
    }

    private void addCheckpoints(final List<MetricSnapshot> metrics)
    {
        final CheckpointView checkpoints = engine.checkpoints();
        final CheckpointCounts counts = checkpoints.counts();
        addCounter(metrics, "checkpoints", "Checkpoints completed in this run.", counts.completed());
        addCounter(metrics, "checkpoints_given_up", "Checkpoints of this run that could not be written.",
            counts.givenUp());
        addCounter(metrics, "checkpoint_written_bytes", "Bytes of all checkpoints of this run.",
            counts.writtenBytes());
        addGauge(metrics, "checkpoint_number", "Number of the last checkpoint of this run; NaN if there is none.",
            counts.completed() == 0 ? Double.NaN : counts.lastNumber());
        addGauge(metrics, "checkpoint_last_bytes", "Bytes of the last checkpoint of this run.", counts.lastBytes());
        addGauge(metrics, "checkpoint_full_bytes", "Bytes of the last full checkpoint of this run.",
            counts.fullBytes());
        addGauge(metrics, "checkpoint_duration_seconds", "How long the last checkpoint of this run took.",
            counts.lastDurationNs() / NANOS_PER_SECOND);
        addGauge(metrics, "checkpoint_age_seconds",
            "Time since the last checkpoint of this run was complete; NaN if there is none.",
            checkpoints.ageNs() == CheckpointCounts.NONE ? Double.NaN : checkpoints.ageNs() / NANOS_PER_SECOND);
        addGauge(metrics, "checkpoint_journal_behind_bytes", "Bytes of the journal that a recovery would replay.",
            checkpoints.journalBytesBehind());
        addGauge(metrics, "predicted_recovery_seconds",
            "How long a recovery would take now, without the launch of archive and sources.",
            checkpoints.predictedRecoveryNs() / NANOS_PER_SECOND);
    }

    private void addOperators(final List<MetricSnapshot> metrics)
    {
        final List<String> operators = engine.config().operatorNames();
        if (operators.isEmpty())
        {
            return;
        }
        final GaugeSnapshot.Builder keys = GaugeSnapshot.builder()
            .name(PREFIX + "operator_keys").help("Keys of each operator.");
        final GaugeSnapshot.Builder panes = GaugeSnapshot.builder()
            .name(PREFIX + "operator_overflow_panes").help("Live panes of each operator outside its key blocks.");
        for (int i = 0; i < operators.size(); i++)
        {
            final Labels labels = Labels.of("operator", operators.get(i));
            keys.dataPoint(gauge(labels, view.keyCount(i)));
            panes.dataPoint(gauge(labels, view.overflowPanes(i)));
        }
        metrics.add(keys.build());
        metrics.add(panes.build());
    }

    private void addQuarantine(final List<MetricSnapshot> metrics)
    {
        final QuarantineView quarantine = view.quarantine();
        addGauge(metrics, "quarantined_devices", "Devices in quarantine.", quarantine.devices());
        addCounter(metrics, "quarantine_entered", "How often a device has entered the quarantine.",
            quarantine.entered());
        final GaugeSnapshot.Builder devices = GaugeSnapshot.builder()
            .name(PREFIX + "quarantined_device")
            .help("Rejections by time bounds of devices in quarantine, " + QuarantineView.CAPACITY +
                " of them at most.");
        for (int i = 0; i < quarantine.shown(); i++)
        {
            devices.dataPoint(gauge(
                Labels.of("device", Long.toUnsignedString(quarantine.deviceId(i))), quarantine.rejections(i)));
        }
        if (quarantine.shown() > 0)
        {
            metrics.add(devices.build());
        }
    }

    private void addThreads(final List<MetricSnapshot> metrics)
    {
        if (engine.threads().isEmpty())
        {
            return;
        }
        final GaugeSnapshot.Builder longest = GaugeSnapshot.builder()
            .name(PREFIX + "thread_max_cycle_seconds").help("The longest duty cycle of each thread in this run.");
        final CounterSnapshot.Builder stalls = CounterSnapshot.builder()
            .name(PREFIX + "thread_stalls").help("Duty cycles of each thread that took longer than 1 ms.");
        for (final TrackedAgent thread : engine.threads())
        {
            final Labels labels = Labels.of("thread", thread.roleName());
            longest.dataPoint(gauge(labels, thread.maxCycleNs() / NANOS_PER_SECOND));
            stalls.dataPoint(counter(labels, thread.stalls()));
        }
        metrics.add(longest.build());
        metrics.add(stalls.build());
    }

    private void addSinks(final List<MetricSnapshot> metrics)
    {
        if (engine.sinks().isEmpty())
        {
            return;
        }
        final GaugeSnapshot.Builder epoch = GaugeSnapshot.builder()
            .name(PREFIX + "sink_epoch").help("Results epoch that each sink is at.");
        final GaugeSnapshot.Builder next = GaugeSnapshot.builder()
            .name(PREFIX + "sink_next_sequence").help("First result of that epoch that each sink has not written yet.");
        final GaugeSnapshot.Builder lag = GaugeSnapshot.builder()
            .name(PREFIX + "sink_lag_results").help("Results of the newest epoch that each sink is behind.");
        final GaugeSnapshot.Builder state = GaugeSnapshot.builder()
            .name(PREFIX + "sink_state").help("1 for the state that each sink is in.");
        final CounterSnapshot.Builder retries = CounterSnapshot.builder()
            .name(PREFIX + "sink_retries").help("How often each sink had to begin anew after an error.");
        final InfoSnapshot.Builder error = InfoSnapshot.builder()
            .name(PREFIX + "sink_last_error").help("The last error of each sink that is not running.");
        boolean hasError = false;
        for (final SinkStatus sink : engine.sinks())
        {
            final Labels labels = Labels.of("sink", sink.name());
            final SinkStatus.State current = sink.state();
            epoch.dataPoint(gauge(labels, Integer.toUnsignedLong(sink.epoch())));
            next.dataPoint(gauge(labels, sink.nextSequence()));
            lag.dataPoint(gauge(labels, sink.lag(engine.epoch(), view.nextResultSequence())));
            retries.dataPoint(counter(labels, sink.retries()));
            for (final SinkStatus.State possible : SinkStatus.State.values())
            {
                state.dataPoint(gauge(
                    Labels.of("sink", sink.name(), "state", possible.text()), possible == current ? 1 : 0));
            }
            if (null != sink.lastError() && current != SinkStatus.State.RUNNING)
            {
                hasError = true;
                error.dataPoint(InfoSnapshot.InfoDataPointSnapshot.builder()
                    .labels(Labels.of("sink", sink.name(), "error", sink.lastError())).build());
            }
        }
        metrics.addAll(List.of(epoch.build(), next.build(), lag.build(), state.build(), retries.build()));
        if (hasError)
        {
            metrics.add(error.build());
        }
    }

    private MetricSnapshot latency()
    {
        final Histogram total = engine.latency().total();
        final Quantiles.Builder quantiles = Quantiles.builder();
        for (final double quantile : QUANTILES)
        {
            final double seconds = total.getTotalCount() == 0 ?
                Double.NaN : total.getValueAtPercentile(PERCENT * quantile) / NANOS_PER_SECOND;
            quantiles.quantile(new Quantile(quantile, seconds));
        }
        return SummarySnapshot.builder()
            .name(PREFIX + "result_latency_seconds")
            .help("From ingest stamp to append in the results log, over this run.")
            .dataPoint(SummarySnapshot.SummaryDataPointSnapshot.builder()
                .count(total.getTotalCount())
                .sum(total.getTotalCount() == 0 ? 0 : total.getMean() * total.getTotalCount() / NANOS_PER_SECOND)
                .quantiles(quantiles.build())
                .build())
            .build();
    }

    private static double seconds(final long epochNs)
    {
        return epochNs == Long.MIN_VALUE ? Double.NaN : epochNs / NANOS_PER_SECOND;
    }

    private static void addGauge(
        final List<MetricSnapshot> metrics, final String name, final String help, final double value)
    {
        metrics.add(GaugeSnapshot.builder().name(PREFIX + name).help(help)
            .dataPoint(gauge(Labels.EMPTY, value)).build());
    }

    private static void addCounter(
        final List<MetricSnapshot> metrics, final String name, final String help, final double value)
    {
        metrics.add(CounterSnapshot.builder().name(PREFIX + name).help(help)
            .dataPoint(counter(Labels.EMPTY, value)).build());
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
