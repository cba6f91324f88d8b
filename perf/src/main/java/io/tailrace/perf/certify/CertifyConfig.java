package io.tailrace.perf.certify;

import java.io.IOException;
import java.io.Writer;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Properties;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import io.tailrace.engine.SupportedFeatures;
import io.tailrace.engine.config.CalendarUnit;
import io.tailrace.engine.config.ConfigurationException;
import io.tailrace.engine.config.DedupBy;
import io.tailrace.engine.config.DedupConfig;
import io.tailrace.engine.config.DeliveryMode;
import io.tailrace.engine.config.EffectiveConfig;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.EventTimeConfig;
import io.tailrace.engine.config.FileSinkConfig;
import io.tailrace.engine.config.JdbcSinkConfig;
import io.tailrace.engine.config.RetentionConfig;
import io.tailrace.engine.config.SinkConfig;
import io.tailrace.engine.config.SinkResults;
import io.tailrace.engine.config.SourceConfig;
import io.tailrace.engine.config.Transport;
import io.tailrace.engine.config.WindowConfig;
import io.tailrace.engine.retention.DiskPlan;
import io.tailrace.perf.certify.generator.GeneratorSettings;

/**
 * The configuration under test: the user's, but for what a trial on this machine must have otherwise. None of that is
 * part of the configuration digest, so what is computed is what the user's configuration computes, unless {@code
 * --dedup} asks for another deduplication.
 */
final class CertifyConfig
{
    /** Of a run of the usual length, or twice that and so on, if the limits ask for more; 1/64 of it is a segment. */
    private static final long DISK_BUDGET = 512L << 20;
    private static final long SMALL_DISK_BUDGET = 128L << 20;
    private static final long MAX_CHECKPOINT_INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long MAX_LAG_MS = TimeUnit.DAYS.toMillis(6);
    private static final long RUN_MS = 60_000;
    private static final int WINDOWS_PER_RUN = 20;
    private static final int READINGS_PER_WINDOW = 4;
    private static final int MIN_PAUSE_MS = 2_000;
    private static final int MAX_DISORDER_MS = 60_000;
    /** Longer than an engine is down in a trial, and short enough that ids are forgotten in it. */
    private static final long ID_TTL_NS = TimeUnit.MINUTES.toNanos(1);
    private static final long MAX_IDS = 4_000_000;
    private static final long DAY_MS = TimeUnit.DAYS.toMillis(1);

    private final EngineConfig config;
    private final Path dir;

    private CertifyConfig(final EngineConfig config, final Path dir)
    {
        this.config = config;
        this.dir = dir;
    }

    /**
     * Makes the configuration under test.
     *
     * @param user     what the user runs.
     * @param dir      of the run.
     * @param dedup    instead of the user's; null: that.
     * @param database of the trial; null: none.
     * @param isShort  whether few events come, so that small segments do.
     * @throws ConfigurationException if it cannot be tested, saying why.
     */
    static CertifyConfig of(
        final EngineConfig user,
        final Path dir,
        final DedupBy dedup,
        final TrialDatabase database,
        final boolean isShort) throws IOException
    {
        if (user.mode() != DeliveryMode.EXACTLY_ONCE)
        {
            throw new ConfigurationException("mode: found " + user.mode() + ", expected exactly-once, which is what " +
                "is certified");
        }
        if (!user.alerts().isEmpty())
        {
            throw new ConfigurationException(
                "alerts: found " + user.alerts().size() + ", expected none, which is what the counter's model covers");
        }
        if (user.windows().isEmpty())
        {
            throw new ConfigurationException("windows: found none, expected one or more, whose results are counted");
        }
        final EngineConfig.Builder builder = user.toBuilder()
            .dataDir(dir.resolve("data"))
            .http(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .sources(sources(user.sources()))
            .sinks(sinks(user.sinks(), dir, database))
            .checkpoint(user.checkpoint().toBuilder()
                .intervalNs(Math.min(user.checkpoint().intervalNs(), MAX_CHECKPOINT_INTERVAL_NS)).build())
            .retention(RetentionConfig.builder().journalNs(Long.MAX_VALUE).resultsNs(Long.MAX_VALUE)
                .diskBudget(diskBudget(user, isShort ? SMALL_DISK_BUDGET : DISK_BUDGET)).build());
        if (dedup != null && dedup != user.dedup().by())
        {
            builder.dedup(dedup(dedup));
        }
        final EngineConfig config = builder.build();
        config.requireDecidableUnits();
        SupportedFeatures.require(config);
        return new CertifyConfig(config, dir);
    }

    private static long diskBudget(final EngineConfig user, final long least)
    {
        long budget = least;
        while (budget < DiskPlan.minBudget(user.toBuilder()
            .retention(RetentionConfig.builder().diskBudget(budget).build()).build()) && budget < Long.MAX_VALUE / 2)
        {
            budget *= 2;
        }
        return budget;
    }

    /** The configuration. */
    EngineConfig engine()
    {
        return config;
    }

    /** Where the engine keeps its data. */
    Path dataDir()
    {
        return config.dataDir();
    }

    /** The database of the trial, with the credentials of a sink; null: no sink has one. */
    TrialDatabase database()
    {
        return config.sinks().stream().map(SinkConfig::jdbc).filter(Objects::nonNull).findFirst()
            .map(jdbc -> new TrialDatabase(jdbc.url(), jdbc.user(), jdbc.passwordEnv())).orElse(null);
    }

    /** Writes it for the engine. */
    Path writeYaml() throws IOException
    {
        final Path file = dir.resolve("engine.yaml");
        try (Writer writer = Files.newBufferedWriter(file))
        {
            EffectiveConfig.print(writer, config);
        }
        return file;
    }

    /** Writes what the counter must know. */
    Path writeCounterProperties() throws IOException
    {
        final Properties properties = new Properties();
        properties.setProperty("data-dir", dataDir().toString());
        properties.setProperty("acknowledged", dir.resolve("acknowledged").toString());
        properties.setProperty("sent-again", dir.resolve("sent-again").toString());
        properties.setProperty("last-sent", dir.resolve("last-sent").toString());
        final EventTimeConfig time = config.eventTime();
        set(properties, "out-of-orderness-ns", time.outOfOrdernessNs());
        set(properties, "idle-after-ns", time.idleAfterNs());
        set(properties, "earliest-ns", time.earliestNs());
        set(properties, "max-future-ns", time.maxFutureNs());
        set(properties, "max-age-ns", time.maxAgeNs());
        set(properties, "reference-clock-ingest", "INGEST".equals(time.referenceClock().name()));
        set(properties, "limits.devices", config.limits().devices());
        set(properties, "limits.keys", config.limits().keys());
        set(properties, "limits.key-ttl-ns", config.limits().keyTtlNs());
        set(properties, "dedup.by", config.dedup().by());
        set(properties, "dedup.window-ids", config.dedup().windowIds());
        set(properties, "dedup.ttl-ns", config.dedup().ttlNs());
        set(properties, "dedup.max-ids", config.dedup().maxIds());
        set(properties, "sources", config.sources().size());
        for (int i = 0; i < config.sources().size(); i++)
        {
            final int unit = config.sources().get(i).timeUnit();
            set(properties, "source." + i + ".unit", unit == 0 ? time.timeUnit() : unit);
        }
        set(properties, "windows", config.windows().size());
        for (int i = 0; i < config.windows().size(); i++)
        {
            setWindow(properties, "window." + i + ".", config.windows().get(i));
        }
        set(properties, "sinks", config.sinks().size());
        for (int i = 0; i < config.sinks().size(); i++)
        {
            setSink(properties, "sink." + i + ".", config.sinks().get(i));
        }
        final Path file = dir.resolve("counter.properties");
        write(properties, file);
        return file;
    }

    /**
     * What the generator sends so that this configuration has something to do: event time runs so fast that the longest
     * window ends a score of times in a minute, as far as old readings are taken and the shortest windows still get
     * several readings of each device.
     *
     * @param devices ids.
     * @param rate    readings a second.
     * @param seed    of what is random.
     */
    GeneratorSettings generator(final int devices, final int rate, final long seed)
    {
        final EventTimeConfig time = config.eventTime();
        final long longestMs = config.windows().stream().mapToLong(CertifyConfig::lengthMs).max().orElse(1000);
        final long gapMs = config.windows().stream().mapToLong(window -> ms(window.gapNs())).max().orElse(0);
        final long latenessMs =
            config.windows().stream().mapToLong(window -> ms(window.allowedLatenessNs())).max().orElse(0);
        final long shortestMs = config.windows().stream().mapToLong(CertifyConfig::lengthMs).min().orElse(1000);
        final long[] metrics = metrics();
        final double wanted = (double)WINDOWS_PER_RUN * longestMs / RUN_MS;
        final double bearable = (double)shortestMs * rate / (1000.0 * devices * metrics.length * READINGS_PER_WINDOW);
        final long ageMs = Math.min(MAX_LAG_MS, ms(time.maxAgeNs()) / 2);
        final double speed = Math.max(1.0, Math.min(Math.min(wanted, bearable), ageMs / (2.0 * RUN_MS)));
        final long outOfOrdernessMs = ms(time.outOfOrdernessNs());
        return new GeneratorSettings(
            config.sources().get(sourceIndex(config.sources())).udp().getPort(),
            devices,
            metrics,
            rate,
            seed,
            speed,
            (long)((speed - 1) * 2 * RUN_MS),
            Math.min(MAX_DISORDER_MS, outOfOrdernessMs * 3 / 2 + 200),
            Math.min(ageMs, outOfOrdernessMs + latenessMs + longestMs * 3),
            Math.max(MIN_PAUSE_MS, gapMs * 3 / 2),
            "INGEST".equals(time.referenceClock().name()) && time.maxFutureNs() != EventTimeConfig.NO_BOUND_NS ?
            ms(time.maxFutureNs()) : -1);
    }

    static void write(final Properties properties, final Path file) throws IOException
    {
        try (Writer writer = Files.newBufferedWriter(file))
        {
            properties.store(writer, null);
        }
    }

    /** Those that windows name, and two that none may. */
    private long[] metrics()
    {
        final TreeSet<Long> metrics = new TreeSet<>(List.of(1L, 2L));
        config.windows().forEach(window -> Arrays.stream(window.where().metrics()).forEach(metrics::add));
        return metrics.stream().mapToLong(Long::longValue).toArray();
    }

    private static long lengthMs(final WindowConfig window)
    {
        return switch (window.type())
        {
            case TUMBLING, SLIDING -> ms(window.sizeNs());
            case SESSION -> ms(window.gapNs());
            case CALENDAR -> window.every() == CalendarUnit.HOUR ? TimeUnit.HOURS.toMillis(1) :
                window.every() == CalendarUnit.DAY ? DAY_MS : 7 * DAY_MS;
        };
    }

    private static long ms(final long ns)
    {
        return TimeUnit.NANOSECONDS.toMillis(ns);
    }

    private static int sourceIndex(final List<SourceConfig> sources)
    {
        for (int i = 0; i < sources.size(); i++)
        {
            if (sources.get(i).transport() == Transport.UDP)
            {
                return i;
            }
        }
        throw new ConfigurationException("sources: found none with udp, expected one, through which readings are sent");
    }

    /**
     * The first UDP source gets a free port that stays the same over restarts, and acknowledges. All others get sockets
     * that nobody knows, whatever they are: results do not depend on it, and the trial must not take what is sent to
     * others.
     */
    private static List<SourceConfig> sources(final List<SourceConfig> user) throws IOException
    {
        final int tested = sourceIndex(user);
        final List<SourceConfig> sources = new ArrayList<>();
        for (int i = 0; i < user.size(); i++)
        {
            final SourceConfig source = user.get(i);
            final InetSocketAddress address =
                new InetSocketAddress(InetAddress.getLoopbackAddress(), i == tested ? freePort() : 0);
            sources.add(SourceConfig.udp(source.name(), address).priority(source.priority())
                .timeUnit(source.timeUnit()).receiveBufferLength(source.receiveBufferLength())
                .ack(i == tested).build());
        }
        return sources;
    }

    private static int freePort() throws IOException
    {
        try (DatagramSocket socket = new DatagramSocket(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)))
        {
            return socket.getLocalPort();
        }
    }

    private static List<SinkConfig> sinks(
        final List<SinkConfig> user, final Path dir, final TrialDatabase database)
    {
        final List<SinkConfig> sinks = new ArrayList<>();
        final EnumSet<SinkResults> rows = EnumSet.noneOf(SinkResults.class);
        for (final SinkConfig sink : user)
        {
            if (sink.file() != null)
            {
                final FileSinkConfig file = sink.file();
                sinks.add(sink.toBuilder().file(new FileSinkConfig(dir.resolve("sink-" + sink.name()), file.format(),
                    file.rotateSize(), file.rotateAgeNs())).build());
                continue;
            }
            if (database == null)
            {
                throw new ConfigurationException("sinks: " + sink.name() +
                    " writes into a database, expected --postgres, or --jdbc URL of an empty one for the trial");
            }
            for (final SinkResults kind : sink.results())
            {
                if (!rows.add(kind))
                {
                    throw new ConfigurationException("sinks: " + sink.name() + " writes " +
                        kind.name().toLowerCase(Locale.ROOT) + " as another one does, expected sinks that can share " +
                        "the one database of the trial");
                }
            }
            sinks.add(sink.toBuilder().jdbc(jdbc(sink.jdbc(), database)).build());
        }
        if (database != null && rows.isEmpty())
        {
            sinks.add(SinkConfig.builder().name("certify-jdbc")
                .jdbc(jdbc(JdbcSinkConfig.builder().build(), database)).build());
        }
        return sinks;
    }

    /** Credentials of the trial are taken together, or those of the user together. */
    private static JdbcSinkConfig jdbc(final JdbcSinkConfig user, final TrialDatabase database)
    {
        final boolean hasOwn = database.user() != null || database.passwordEnv() != null;
        return new JdbcSinkConfig(
            database.url(),
            hasOwn ? database.user() : user.user(),
            hasOwn ? database.passwordEnv() : user.passwordEnv(),
            user.batch(),
            user.lingerNs());
    }

    /** By id with room for all ids of a long run: what is rejected for want of it fires no window. */
    private static DedupConfig dedup(final DedupBy by)
    {
        return switch (by)
        {
            case NONE -> DedupConfig.NONE;
            case SEQUENCE -> DedupConfig.builder().by(by).build();
            case ID -> DedupConfig.builder().by(by).ttlNs(ID_TTL_NS).maxIds(MAX_IDS).build();
        };
    }

    private void setWindow(final Properties properties, final String prefix, final WindowConfig window)
    {
        set(properties, prefix + "name", window.name());
        set(properties, prefix + "type", window.type());
        set(properties, prefix + "size-ns", window.sizeNs());
        set(properties, prefix + "slide-ns", window.slideNs());
        set(properties, prefix + "gap-ns", window.gapNs());
        set(properties, prefix + "every", window.every() == null ? "" : window.every());
        set(properties, prefix + "zone", window.zone() == null ? "" : window.zone().getId());
        set(properties, prefix + "offset-ns", window.offsetNs());
        set(properties, prefix + "key", window.key());
        set(properties, prefix + "allowed-lateness-ns", window.allowedLatenessNs());
        set(properties, prefix + "metrics", Arrays.stream(window.where().metrics())
            .mapToObj(Long::toString).collect(Collectors.joining(",")));
        set(properties, prefix + "min", window.where().minValue());
        set(properties, prefix + "max", window.where().maxValue());
        set(properties, prefix + "max-quality", window.where().maxQuality());
        set(properties, prefix + "panes", window.paneBound(config.eventTime()));
        set(properties, prefix + "watermark", window.watermarkKind(config.eventTime()));
    }

    private static void setSink(final Properties properties, final String prefix, final SinkConfig sink)
    {
        set(properties, prefix + "name", sink.name());
        set(properties, prefix + "results", sink.results().stream()
            .map(kind -> kind.name().toLowerCase(Locale.ROOT)).collect(Collectors.joining(",")));
        if (sink.file() != null)
        {
            set(properties, prefix + "type", "file");
            set(properties, prefix + "dir", sink.file().dir());
            set(properties, prefix + "format", sink.file().format().name().toLowerCase(Locale.ROOT));
            return;
        }
        set(properties, prefix + "type", "jdbc");
        set(properties, prefix + "url", sink.jdbc().url());
        set(properties, prefix + "user", sink.jdbc().user() == null ? "" : sink.jdbc().user());
        set(properties, prefix + "password-env",
            sink.jdbc().passwordEnv() == null ? "" : sink.jdbc().passwordEnv());
    }

    private static void set(final Properties properties, final String key, final Object value)
    {
        properties.setProperty(key, value.toString());
    }
}
