package io.tailrace.engine.config;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Valid configurations with every key set to something, from a seed. */
final class RandomConfigs
{
    private static final long[] UNITS_NS = {1, 1000, 1_000_000, 1_000_000_000, 60_000_000_000L, 86_400_000_000_000L};
    private static final String[] ZONES = {"UTC", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe",
        "Etc/GMT+5"};

    private final Random random;

    private RandomConfigs(final long seed)
    {
        random = new Random(seed);
    }

    static EngineConfig of(final long seed)
    {
        return new RandomConfigs(seed).config();
    }

    private EngineConfig config()
    {
        final EngineConfig.Builder builder = EngineConfig.builder()
            .name("e" + random.nextInt(100))
            .dataDir(Path.of(random.nextBoolean() ? "data/x" : "a b/\"\u00e4\\: #[\uD83D\uDE00"))
            .mode(pick(DeliveryMode.EXACTLY_ONCE, DeliveryMode.AT_LEAST_ONCE))
            .durability(pick(Durability.values()))
            .layout(pick(Layout.values()))
            .limits(new LimitsConfig(1 + random.nextInt(1 << 20), 1 + random.nextInt(1 << 20),
                2 << random.nextInt(20), 2 << random.nextInt(20), durationOrNone()))
            .metric("temperature", random.nextInt(1000))
            .metric("flow rate: \u00e4 #1", 0xffff_ffffL - random.nextInt(1000))
            .eventTime(eventTime())
            .dedup(dedup())
            .checkpoint(new CheckpointConfig(
                (1 + random.nextInt(900)) * 1_000_000_000L, 1 + random.nextInt(1000), random.nextBoolean()))
            .overload(new OverloadConfig(OverloadConfig.MIN_NORMAL_SLOTS + random.nextInt(1 << 20), rate(), rate(),
                1 + random.nextLong(1L << 40), pick(OverloadAction.values()), 1 + random.nextInt(100),
                durationOrNone(), 1 - random.nextDouble(), rate()))
            .retention(new RetentionConfig(durationOrNone(), durationOrNone(), durationOrNone()))
            .http(random.nextBoolean() ? null : new InetSocketAddress("127.0.0.1", random.nextInt(65_536)));
        sources().forEach(builder::source);
        for (int i = 0; i < random.nextInt(5); i++)
        {
            builder.window(window("w" + i));
        }

        for (int i = 0; i < random.nextInt(4); i++)
        {
            builder.alert(alert("a" + i));
        }

        for (int i = 0; i < random.nextInt(4); i++)
        {
            builder.sink(sink("k" + i));
        }

        return builder.build();
    }

    private SinkConfig sink(final String name)
    {
        final SinkConfig.Builder builder = SinkConfig.builder().name(name);
        if (random.nextBoolean())
        {
            builder.results(Set.of(pick(SinkResults.values())));
        }

        return random.nextBoolean() ?
            builder.file(new FileSinkConfig(Path.of("out \"1\""), pick(SinkFormat.values()),
                1000 + random.nextInt(1 << 30), pick(Long.MAX_VALUE, 1_000_000_000L + random.nextInt(1 << 30))))
                .build() :
            builder.jdbc(new JdbcSinkConfig("jdbc:h2:./a;MODE=PostgreSQL", pick(null, "u 1"), pick(null, "PGPASSWORD"),
                1 + random.nextInt(100_000), random.nextInt(1 << 30))).build();
    }

    private List<SourceConfig> sources()
    {
        final List<SourceConfig> sources = new ArrayList<>();
        for (int i = 0; i < random.nextInt(4); i++)
        {
            final String name = "s" + i;
            final SourceConfig.Builder builder = switch (random.nextInt(3))
            {
                case 0 -> SourceConfig.udp(name, random.nextBoolean() ?
                    InetSocketAddress.createUnresolved("host-" + i + ".example", 9000 + i) :
                    new InetSocketAddress("::1", 9000 + i)).ack(random.nextBoolean());
                case 1 -> aeron(i, name);
                default -> SourceConfig.embedded(name);
            };
            sources.add(builder
                .priority(random.nextInt(2))
                .timeUnit(random.nextInt(5))
                .receiveBufferLength(1024 + random.nextInt(1 << 29))
                .build());
        }

        return sources;
    }

    private SourceConfig.Builder aeron(final int i, final String name)
    {
        final SourceConfig.Builder builder =
            SourceConfig.aeron(name, "aeron:udp?endpoint=localhost:1|term-length=64k", 1000 + i);
        return random.nextBoolean() ? builder :
            builder.ack(true).ackChannel("aeron:udp?control=localhost:2|control-mode=dynamic").ackStream(1000 + i);
    }

    private EventTimeConfig eventTime()
    {
        final EventTimeConfig.Builder builder = EventTimeConfig.builder()
            .timeUnit(random.nextInt(5))
            .outOfOrdernessNs(random.nextInt(1000) * 1_000_000L)
            .watermark(pick(WatermarkKind.values()))
            .idleAfterNs(durationOrNone())
            .tickIntervalNs(1_000_000 + random.nextInt(1 << 30))
            .earliestNs(random.nextInt(4) == 0 ? Long.MIN_VALUE : random.nextLong());
        return random.nextBoolean() ?
            builder.referenceClock(ReferenceClock.NONE).build() :
            builder.maxFutureNs(durationOrNone()).maxAgeNs(durationOrNone()).warnAgeNs(durationOrNone()).build();
    }

    private DedupConfig dedup()
    {
        return switch (random.nextInt(3))
        {
            case 0 -> DedupConfig.NONE;
            case 1 -> new DedupConfig(DedupBy.SEQUENCE, 64 * (1 + random.nextInt(16)), 0, 0);
            default -> new DedupConfig(DedupBy.ID, 0, duration(), 1 + random.nextInt(1 << 30) * 100L);
        };
    }

    private WindowConfig window(final String name)
    {
        final long sizeNs = 1_000_000L * (1 + random.nextInt(1_000_000));
        final WindowConfig.Builder builder = switch (random.nextInt(4))
        {
            case 0 -> WindowConfig.tumbling(name, sizeNs).offsetNs(random.nextInt(1_000_000) - 500_000);
            case 1 -> WindowConfig.sliding(name, sizeNs, Math.max(1, sizeNs / (1 + random.nextInt(50))));
            case 2 -> WindowConfig.session(name, sizeNs);
            default -> WindowConfig.calendar(name, pick(CalendarUnit.values()), ZoneId.of(pick(ZONES)))
                .offsetNs(random.nextInt(1_000_000_000));
        };
        return builder
            .key(pick(KeyKind.DEVICE, KeyKind.DEVICE_METRIC))
            .where(filter())
            .watermark(pick(null, WatermarkKind.GLOBAL, WatermarkKind.DEVICE))
            .allowedLatenessNs(random.nextInt(1000) * 1_000_000L)
            .panes(random.nextBoolean() ? 0 : 1 + random.nextInt(1 << 20))
            .physics(random.nextBoolean() ?
                PhysicsConfig.NONE : new PhysicsConfig(duration(), duration(), rate(), duration()))
            .build();
    }

    private AlertConfig alert(final String name)
    {
        final double threshold = random.nextGaussian() * 100;
        final boolean isAbove = random.nextBoolean();
        final double clear = random.nextBoolean() ? Double.NaN : isAbove ? threshold - 1 : threshold + 1;
        return new AlertConfig(name, filter(), isAbove ? threshold : Double.NaN, isAbove ? Double.NaN : threshold,
            clear,
            random.nextInt(100) * 1_000_000_000L, random.nextInt(2));
    }

    private EventFilter filter()
    {
        final EventFilter.Builder builder = EventFilter.builder();
        if (random.nextBoolean())
        {
            builder.metrics(random.ints(1 + random.nextInt(3), 0, 1000).asLongStream().toArray());
        }

        if (random.nextBoolean())
        {
            builder.minValue(-Math.abs(random.nextGaussian()) * Math.pow(10, random.nextInt(600) - 300));
        }

        if (random.nextBoolean())
        {
            builder.maxValue(Math.abs(random.nextGaussian()) * Math.pow(10, random.nextInt(600) - 300));
        }

        return builder.maxQuality(pick(0, 1, 2, EventFilter.ANY_QUALITY)).build();
    }

    private long duration()
    {
        return (1 + random.nextInt(1000)) * UNITS_NS[random.nextInt(UNITS_NS.length)];
    }

    private long durationOrNone()
    {
        return random.nextInt(5) == 0 ? Long.MAX_VALUE : duration();
    }

    private double rate()
    {
        return random.nextInt(4) == 0 ? 0 : Math.abs(random.nextGaussian()) * Math.pow(10, random.nextInt(12) - 6);
    }

    @SafeVarargs
    private <T> T pick(final T... values)
    {
        return values[random.nextInt(values.length)];
    }
}
