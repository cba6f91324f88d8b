package io.tailrace.engine.config;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Everything an engine is told. Immutable; read from YAML by {@link ConfigFile} or put together by {@link #builder()}.
 *
 * @param name       of this engine, as logs and metrics show it.
 * @param dataDir    directory of journal, results and checkpoints.
 * @param mode       what is promised about results after a crash.
 * @param durability what a journalled event survives.
 * @param layout     how roles are spread over threads.
 * @param limits     bounds.
 * @param metrics    ids of metrics by name, in the order they were given; unmodifiable.
 * @param sources    where events come from; an event's {@code source} is the index in this list.
 * @param eventTime  how event time is read, judged and advanced.
 * @param dedup      how events that were seen before are recognised.
 * @param windows    window operators, in order.
 * @param alerts     alert operators, in order; they follow the windows.
 * @param checkpoint when checkpoints are taken.
 * @param overload   what is done when more comes in than is wanted.
 * @param retention  how long recordings are kept.
 * @param sinks      where results are copied to; results do not depend on them.
 * @param http       where metrics and health are served; null: nowhere.
 */
public record EngineConfig(
    String name, Path dataDir, DeliveryMode mode, Durability durability, Layout layout, LimitsConfig limits,
    Map<String, Long> metrics, List<SourceConfig> sources, EventTimeConfig eventTime, DedupConfig dedup,
    List<WindowConfig> windows, List<AlertConfig> alerts, CheckpointConfig checkpoint, OverloadConfig overload,
    RetentionConfig retention, List<SinkConfig> sinks, InetSocketAddress http)
{
    /**
     * @throws ConfigurationException if a value is out of its range or values do not go together.
     */
    public EngineConfig(
        final String name,
        final Path dataDir,
        final DeliveryMode mode,
        final Durability durability,
        final Layout layout,
        final LimitsConfig limits,
        final Map<String, Long> metrics,
        final List<SourceConfig> sources,
        final EventTimeConfig eventTime,
        final DedupConfig dedup,
        final List<WindowConfig> windows,
        final List<AlertConfig> alerts,
        final CheckpointConfig checkpoint,
        final OverloadConfig overload,
        final RetentionConfig retention,
        final List<SinkConfig> sinks,
        final InetSocketAddress http)
    {
        this.name = name;
        this.dataDir = Objects.requireNonNull(dataDir, "dataDir");
        this.mode = Objects.requireNonNull(mode, "mode");
        this.durability = Objects.requireNonNull(durability, "durability");
        this.layout = Objects.requireNonNull(layout, "layout");
        this.limits = Objects.requireNonNull(limits, "limits");
        this.metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
        this.sources = List.copyOf(sources);
        this.eventTime = Objects.requireNonNull(eventTime, "eventTime");
        this.dedup = Objects.requireNonNull(dedup, "dedup");
        this.windows = List.copyOf(windows);
        this.alerts = List.copyOf(alerts);
        this.checkpoint = Objects.requireNonNull(checkpoint, "checkpoint");
        this.overload = Objects.requireNonNull(overload, "overload");
        this.retention = Objects.requireNonNull(retention, "retention");
        this.sinks = List.copyOf(sinks);
        this.http = http;

        // Not in the compact form, where the rules could not yet see the values.
        final List<Problem> problems = ConfigRules.check(this);
        if (!problems.isEmpty())
        {
            throw ConfigurationException.inCode(problems);
        }
    }

    /** @return a builder with every value at its default, without sources, windows, alerts and sinks. */
    public static Builder builder()
    {
        return new Builder();
    }

    /** @return the names of all operators, by their ids: first the windows, then the alerts. */
    public List<String> operatorNames()
    {
        return Stream.concat(
            windows.stream().map(WindowConfig::name), alerts.stream().map(AlertConfig::name)).toList();
    }

    /** @return a builder that holds the values of this configuration. */
    public Builder toBuilder()
    {
        return new Builder()
            .name(name)
            .dataDir(dataDir)
            .mode(mode)
            .durability(durability)
            .layout(layout)
            .limits(limits)
            .metrics(metrics)
            .sources(sources)
            .eventTime(eventTime)
            .dedup(dedup)
            .windows(windows)
            .alerts(alerts)
            .checkpoint(checkpoint)
            .overload(overload)
            .retention(retention)
            .sinks(sinks)
            .http(http);
    }

    /**
     * A digest of what affects results, and of nothing else: the journal of one configuration gives the same results
     * under
     * another of the same digest. It is the same in every JVM.
     *
     * @return 64 bits.
     */
    public long digest()
    {
        return ConfigDigest.of(this);
    }

    /**
     * Requires that the unit of every event time is named, or told by its magnitude: {@code unit: auto} with
     * {@code earliest: none} is neither, since small times are then ambiguous. Not a rule of every configuration,
     * because
     * {@code batch} may read a column that names its unit; whoever takes times from elsewhere calls this first.
     *
     * @throws ConfigurationException if it is neither, and not every source has a unit of its own.
     */
    public void requireDecidableUnits()
    {
        final Problem problem = ConfigRules.undecidableUnit(this);
        if (problem != null)
        {
            throw ConfigurationException.inCode(List.of(problem));
        }
    }

    /** Collects the values of {@link EngineConfig}; what is not set has its documented default. */
    public static final class Builder
    {
        private String name = "tailrace";
        private Path dataDir;
        private DeliveryMode mode = DeliveryMode.EXACTLY_ONCE;
        private Durability durability = Durability.PROCESS;
        private Layout layout = Layout.COMPACT;
        private LimitsConfig limits = LimitsConfig.builder().build();
        private final Map<String, Long> metrics = new LinkedHashMap<>();
        private final List<SourceConfig> sources = new ArrayList<>();
        private EventTimeConfig eventTime = EventTimeConfig.builder().build();
        private DedupConfig dedup = DedupConfig.NONE;
        private final List<WindowConfig> windows = new ArrayList<>();
        private final List<AlertConfig> alerts = new ArrayList<>();
        private CheckpointConfig checkpoint = CheckpointConfig.builder().build();
        private OverloadConfig overload = OverloadConfig.builder().build();
        private RetentionConfig retention = RetentionConfig.builder().build();
        private final List<SinkConfig> sinks = new ArrayList<>();
        private InetSocketAddress http;

        private Builder()
        {
        }

        public Builder name(final String name)
        {
            this.name = name;
            return this;
        }

        /** Null, the default, is {@code data/NAME} below the working directory. */
        public Builder dataDir(final Path dataDir)
        {
            this.dataDir = dataDir;
            return this;
        }

        public Builder mode(final DeliveryMode mode)
        {
            this.mode = mode;
            return this;
        }

        public Builder durability(final Durability durability)
        {
            this.durability = durability;
            return this;
        }

        public Builder layout(final Layout layout)
        {
            this.layout = layout;
            return this;
        }

        public Builder limits(final LimitsConfig limits)
        {
            this.limits = limits;
            return this;
        }

        /** Adds a name of a metric. */
        public Builder metric(final String name, final long id)
        {
            metrics.put(name, id);
            return this;
        }

        /** Replaces all names of metrics. */
        public Builder metrics(final Map<String, Long> metrics)
        {
            final Map<String, Long> copy = new LinkedHashMap<>(metrics);
            this.metrics.clear();
            this.metrics.putAll(copy);
            return this;
        }

        /** Adds a source. */
        public Builder source(final SourceConfig source)
        {
            sources.add(source);
            return this;
        }

        /** Replaces all sources. */
        public Builder sources(final List<SourceConfig> sources)
        {
            replace(this.sources, sources);
            return this;
        }

        public Builder eventTime(final EventTimeConfig eventTime)
        {
            this.eventTime = eventTime;
            return this;
        }

        public Builder dedup(final DedupConfig dedup)
        {
            this.dedup = dedup;
            return this;
        }

        /** Adds a window operator. */
        public Builder window(final WindowConfig window)
        {
            windows.add(window);
            return this;
        }

        /** Replaces all window operators. */
        public Builder windows(final List<WindowConfig> windows)
        {
            replace(this.windows, windows);
            return this;
        }

        /** Adds an alert operator. */
        public Builder alert(final AlertConfig alert)
        {
            alerts.add(alert);
            return this;
        }

        /** Replaces all alert operators. */
        public Builder alerts(final List<AlertConfig> alerts)
        {
            replace(this.alerts, alerts);
            return this;
        }

        public Builder checkpoint(final CheckpointConfig checkpoint)
        {
            this.checkpoint = checkpoint;
            return this;
        }

        public Builder overload(final OverloadConfig overload)
        {
            this.overload = overload;
            return this;
        }

        public Builder retention(final RetentionConfig retention)
        {
            this.retention = retention;
            return this;
        }

        /** Adds a sink. */
        public Builder sink(final SinkConfig sink)
        {
            sinks.add(sink);
            return this;
        }

        /** Replaces all sinks. */
        public Builder sinks(final List<SinkConfig> sinks)
        {
            replace(this.sinks, sinks);
            return this;
        }

        public Builder http(final InetSocketAddress http)
        {
            this.http = http;
            return this;
        }

        /**
         * @return the configuration.
         * @throws ConfigurationException if a value is out of its range or values do not go together.
         */
        public EngineConfig build()
        {
            // A name that cannot be a directory is refused as a name.
            final Path directory = Path.of("data", OperatorSchema.isName(name) ? name : "tailrace");
            return new EngineConfig(
                name, dataDir != null ? dataDir : directory, mode, durability, layout, limits, metrics, sources,
                eventTime, dedup, windows, alerts, checkpoint, overload, retention, sinks, http);
        }

        private static <T> void replace(final List<T> target, final List<T> values)
        {
            final List<T> copy = List.copyOf(values);
            target.clear();
            target.addAll(copy);
        }
    }
}
