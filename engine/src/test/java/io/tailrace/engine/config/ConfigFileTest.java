package io.tailrace.engine.config;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a file says is what the records hold, key by key. */
class ConfigFileTest
{
    private static final long MS = 1_000_000L;
    private static final long S = 1000 * MS;
    private static final long M = 60 * S;
    private static final long H = 60 * M;
    private static final long D = 24 * H;

    @Test
    void shouldReadTheExampleOfTheDesign() throws IOException
    {
        final EngineConfig config = ConfigFile.parse("plant-7.yaml", example()).config();

        assertEquals("plant-7", config.name());
        assertEquals(Path.of("data/plant-7"), config.dataDir());
        assertEquals(DeliveryMode.EXACTLY_ONCE, config.mode());
        assertEquals(Durability.PROCESS, config.durability());
        assertEquals(Layout.COMPACT, config.layout());
        assertEquals(new LimitsConfig(100_000, 100_000, 65_536, 65_536, 30 * D), config.limits());
        assertEquals(Map.of("temperature", 1L, "vibration", 3L), config.metrics());
        assertEquals(List.of("temperature", "vibration"), List.copyOf(config.metrics().keySet()));
        assertEquals(
            List.of(
                SourceConfig.udp("field", new InetSocketAddress("127.0.0.1", 9010)).ack(true).build(),
                SourceConfig.aeron("desk", "aeron:ipc", 1001).priority(1).build()),
            config.sources());
        assertEquals(
            new EventTimeConfig(0, 2 * M, WatermarkKind.DEVICE, 30 * S, 100 * MS, 1_577_836_800L * S, 60 * S, 7 * D, H,
                ReferenceClock.INGEST),
            config.eventTime());
        assertEquals(new DedupConfig(DedupBy.SEQUENCE, 256, 0, 0), config.dedup());
        assertEquals(
            List.of(
                WindowConfig.tumbling("vibration", 5 * S)
                    .where(EventFilter.ofMetrics(3))
                    .allowedLatenessNs(2 * M)
                    .physics(new PhysicsConfig(2 * S, 100 * MS, 100, 0))
                    .build(),
                WindowConfig.calendar("daily", CalendarUnit.DAY, ZoneId.of("America/New_York"))
                    .allowedLatenessNs(H)
                    .build(),
                WindowConfig.session("trips", 30 * S).build(),
                WindowConfig.sliding("trend", 10 * M, M).build()),
            config.windows());
        assertEquals(
            List.of(new AlertConfig("hot", EventFilter.ofMetrics(1), 80, Double.NaN, 75, 10 * S, 1)), config.alerts());
        assertEquals(new CheckpointConfig(10 * S, 3, true), config.checkpoint());
        assertEquals(new OverloadConfig(1024, 1000, 0, S, OverloadAction.SAMPLE, 10, M, 0.5, 0), config.overload());
        assertEquals(new RetentionConfig(7 * D, 7 * D, 50_000_000_000L), config.retention());
        assertEquals(new InetSocketAddress("127.0.0.1", 9464), config.http());
    }

    @Test
    void shouldTakeTheDefaultOfEveryKeyThatIsLeftOut()
    {
        final EngineConfig config = parse("windows: [{name: w, size: 1s}]");

        assertEquals(
            EngineConfig.builder().window(WindowConfig.tumbling("w", S).build()).build(), config);
        assertEquals(Path.of("data", "tailrace"), config.dataDir());
        assertEquals(List.of(), config.sources());
        assertEquals(
            new EventTimeConfig(0, 0, WatermarkKind.GLOBAL, 30 * S, 100 * MS, 1_577_836_800L * S, 60 * S, 7 * D, H,
                ReferenceClock.INGEST),
            config.eventTime());
        assertEquals(DedupConfig.NONE, config.dedup());
        assertEquals(new OverloadConfig(1024, 0, 0, S, OverloadAction.REJECT, 10, M, 0.5, 0), config.overload());
        assertNull(config.http());
        assertEquals(KeyKind.DEVICE_METRIC, config.windows().get(0).key());
        assertTrue(config.windows().get(0).where().isAll());
    }

    @Test
    void shouldPutDataBelowTheName()
    {
        assertEquals(Path.of("data", "mill"), parse("name: mill\nwindows: []\n").dataDir());
    }

    @Test
    void shouldReadEveryKeyOfTheEngine()
    {
        final EngineConfig config = parse("""
            name: a.b-c_d
            data-dir: data/x y
            mode: at-least-once
            durability: power
            layout: dedicated
            limits: {devices: 1, keys: 2, ring-slots: 4, result-slots: 8, key-ttl: none}
            metrics: {}
            dedup: {by: id, ttl: 10m, max-ids: 5000000000}
            checkpoint: {interval: 15m, retain: 1, incremental: false}
            overload: {normal-slots: 1, rate-per-device: 30/m, rate: 2000/s, burst: 10ms, then: reject, keep-1-in: 1,
              backlog-after: none, backlog-share: 0.25, backlog-rate: 36000/h}
            retention: {journal: none, results: 1h, disk-budget: 64MiB}
            http: "[::1]:0"
            """);

        assertEquals("a.b-c_d", config.name());
        assertEquals(Path.of("data/x y"), config.dataDir());
        assertEquals(DeliveryMode.AT_LEAST_ONCE, config.mode());
        assertEquals(Durability.POWER, config.durability());
        assertEquals(Layout.DEDICATED, config.layout());
        assertEquals(new LimitsConfig(1, 2, 4, 8, Long.MAX_VALUE), config.limits());
        assertEquals(new DedupConfig(DedupBy.ID, 0, 10 * M, 5_000_000_000L), config.dedup());
        assertEquals(new CheckpointConfig(900 * S, 1, false), config.checkpoint());
        assertEquals(
            new OverloadConfig(1, 0.5, 2000, 10 * MS, OverloadAction.REJECT, 1, Long.MAX_VALUE, 0.25, 10),
            config.overload());
        assertEquals(new RetentionConfig(Long.MAX_VALUE, H, 64 * 1024 * 1024), config.retention());
        assertEquals(new InetSocketAddress("::1", 0), config.http());
    }

    @Test
    void shouldReadEveryKeyOfEventTime()
    {
        final EventTimeConfig eventTime = parse("""
            event-time:
              unit: us
              out-of-orderness: 10us
              watermark: global
              idle-after: none
              tick-interval: 1ms
              earliest: 2001-02-03T04:05:06.000000007Z
              max-future: 0s
              max-age: none
              warn-age: 1ns
              reference-clock: ingest
            """).eventTime();

        assertEquals(
            new EventTimeConfig(3, 10_000, WatermarkKind.GLOBAL, Long.MAX_VALUE, MS, 981_173_106L * S + 7, 0,
                Long.MAX_VALUE, 1, ReferenceClock.INGEST),
            eventTime);
    }

    @Test
    void shouldHaveNoBoundsWithoutAReferenceClock()
    {
        final EventTimeConfig eventTime = parse("event-time: {earliest: none, reference-clock: none}").eventTime();

        assertEquals(Long.MIN_VALUE, eventTime.earliestNs());
        assertEquals(Long.MAX_VALUE, eventTime.maxFutureNs());
        assertEquals(Long.MAX_VALUE, eventTime.maxAgeNs());
        assertEquals(Long.MAX_VALUE, eventTime.warnAgeNs());
        assertEquals(
            eventTime,
            EventTimeConfig.builder().earliestNs(EventTimeConfig.NO_EARLIEST_NS).build().withoutReferenceClock());
    }

    @Test
    void shouldReadEveryKeyOfASource()
    {
        final List<SourceConfig> sources = parse("""
            sources:
              - {name: a, udp: "plant.example:9010", priority: critical, unit: ns, ack: true, receive-buffer: 64KB}
              - {name: b, unit: ms, ack: true, aeron:
                  {channel: "aeron:udp?endpoint=127.0.0.1:1", stream: 7, ack-channel: "aeron:ipc", ack-stream: 8}}
              - {name: c, embedded: true}
              - {name: d, udp: localhost:0, embedded: false, receive-buffer: 1KiB}
            """).sources();

        assertEquals(
            List.of(
                new SourceConfig("a", Transport.UDP, InetSocketAddress.createUnresolved("plant.example", 9010), null,
                    0, null, 0, 1, 4, true, 64_000),
                new SourceConfig("b", Transport.AERON, null, "aeron:udp?endpoint=127.0.0.1:1", 7, "aeron:ipc", 8, 0, 2,
                    true, 2097152),
                SourceConfig.embedded("c").build(),
                new SourceConfig("d", Transport.UDP, new InetSocketAddress("127.0.0.1", 0), null, 0, null, 0, 0, 0,
                    false, 1024)),
            sources);
    }

    @Test
    void shouldReadEveryKeyOfAWindow()
    {
        final List<WindowConfig> windows = parse("""
            metrics: {flow: 9, any thing: 4294967295}
            windows:
              - name: a
                type: sliding
                size: 10s
                slide: 4s
                offset: -3s
                key: metric
                watermark: inherit
                where: {metric: [flow, 7, any thing], min: -1.5, max: 2e3, quality: uncertain}
                allowed-lateness: 1ms
                panes: 12
                physics: {anomaly-duration: 1s, fastest-period: 2s, sample-rate: 0.5/s, cycle: 3s}
              - {name: b, type: calendar, every: week, offset: 6h, key: all, where: {metric: any, min: none}}
              - {name: c, type: session, gap: 1m, key: device, where: {quality: bad}}
              - {name: d, type: tumbling, size: 1h, offset: 59m, where: {quality: good, metric: flow}, panes: auto}
            """).windows();

        assertEquals(
            new WindowConfig("a", WindowType.SLIDING, 10 * S, 4 * S, 0, null, WindowConfig.UTC, -3 * S, KeyKind.METRIC,
                new EventFilter(new long[]{7, 9, 4294967295L}, -1.5, 2000, 1), null, MS, 12,
                new PhysicsConfig(S, 2 * S, 0.5, 3 * S)),
            windows.get(0));
        assertArrayEquals(new long[]{7, 9, 4294967295L}, windows.get(0).where().metrics());
        assertEquals(
            WindowConfig.calendar("b", CalendarUnit.WEEK, ZoneId.of("UTC")).offsetNs(6 * H).key(KeyKind.ALL).build(),
            windows.get(1));
        assertEquals(
            WindowConfig.session("c", M).key(KeyKind.DEVICE)
                .where(EventFilter.builder().maxQuality(2).build()).build(),
            windows.get(2));
        assertEquals(
            WindowConfig.tumbling("d", H).offsetNs(59 * M)
                .where(EventFilter.builder().metrics(9).maxQuality(0).build()).build(),
            windows.get(3));
    }

    @Test
    void shouldReadEveryKeyOfAnAlert()
    {
        final List<AlertConfig> alerts = parse("""
            alerts:
              - {name: low, when: {metric: [2, 1], min: 0, max: 9, quality: good, below: 3, clear-above: 4}, for: 1m}
              - {name: high, when: {above: -1.5}, priority: normal}
            """).alerts();

        assertEquals(
            List.of(
                new AlertConfig("low", new EventFilter(new long[]{1, 2}, 0, 9, 0), Double.NaN, 3, 4, M, 0),
                new AlertConfig("high", EventFilter.ALL, -1.5, Double.NaN, Double.NaN, 0, 0)),
            alerts);
    }

    @Test
    void shouldKnowNamesOfMetricsThatComeLaterInTheFile()
    {
        final EngineConfig config =
            parse("windows: [{name: w, size: 1s, where: {metric: flow}}]\nmetrics: {flow: 5}\n");

        assertArrayEquals(new long[]{5}, config.windows().get(0).where().metrics());
    }

    @Test
    void shouldReadAFileWithByteOrderMarkAndCarriageReturns(@TempDir final Path dir) throws IOException
    {
        final Path file = dir.resolve("c.yaml");
        Files.writeString(file, "\uFEFFname: mill\r\nwindows:\r\n  - {name: w, size: 1s}\r\n");

        final ConfigFile read = ConfigFile.read(file);
        assertEquals("mill", read.config().name());
        assertEquals(file.toString(), read.name());
    }

    @Test
    void shouldRefuseUndecidableUnitsOnlyWhereItIsAsked()
    {
        final ConfigFile file = ConfigFile.parse("c.yaml", """
            event-time:
              earliest: none
            sources: [{name: a, embedded: true, unit: ms}, {name: b, embedded: true}]
            """);

        assertEquals(
            "c.yaml:2:13: event-time.earliest: found none, expected a date, or a fixed unit in event-time or in " +
            "every source: by magnitude alone small times are ambiguous",
            assertThrows(ConfigurationException.class, file::requireDecidableUnits).getMessage());
        assertEquals(
            "event-time.earliest=none, expected a date, or a fixed unit in event-time or in every source: by " +
            "magnitude alone small times are ambiguous",
            assertThrows(ConfigurationException.class, file.config()::requireDecidableUnits).getMessage());
        final String fixed = "sources: [{name: a, embedded: true, unit: ms}]";
        assertDoesNotThrow(parse("event-time: {earliest: none}\n" + fixed)::requireDecidableUnits);
        assertDoesNotThrow(parse("event-time: {earliest: none, unit: s}")::requireDecidableUnits);
        assertDoesNotThrow(parse("event-time: {unit: auto}")::requireDecidableUnits);
        assertThrows(ConfigurationException.class, parse("event-time: {earliest: none}")::requireDecidableUnits);
    }

    @Test
    void shouldPlaceAnErrorOfTheCaller()
    {
        final ConfigFile file = ConfigFile.parse("c.yaml", "windows:\n  - {name: w, type: session, gap: 1s}\n");

        assertEquals(
            "c.yaml:2:21: windows[0].type: found session, expected tumbling",
            file.error("windows[0].type", "tumbling").getMessage());
        assertEquals(
            "c.yaml:2:5: windows[0]: found a section, expected none", file.error("windows[0]", "none").getMessage());
        assertEquals("c.yaml:2:5: windows[0].key: found nothing, expected all",
            file.error("windows[0].key", "all").getMessage());
        assertEquals("c.yaml:1:1: dedup.by: found nothing, expected id", file.error("dedup.by", "id").getMessage());
    }

    /** Configurations with results of another engine; they are not part of the project, so this may be skipped. */
    @Test
    void shouldReadTheGoldenConfigurationsWherePresent() throws IOException
    {
        Path around = Path.of("").toAbsolutePath();
        while (around != null && !Files.isDirectory(around.resolve("shared/golden")))
        {
            around = around.getParent();
        }

        Assumptions.assumeTrue(around != null, "no directory shared/golden beside the project");
        final Path directory = around.resolve("shared/golden");
        final List<Path> files;
        try (Stream<Path> list = Files.list(directory))
        {
            files = list.filter((path) -> path.toString().endsWith(".yaml")).sorted().toList();
        }

        assertTrue(files.size() >= 8, "golden configurations: " + files);
        for (final Path path : files)
        {
            final ConfigFile file = ConfigFile.read(path);
            assertEquals(1, file.config().windows().size(), path.toString());
            file.requireDecidableUnits();
        }
    }

    static String example() throws IOException
    {
        try (InputStream in = ConfigFileTest.class.getResourceAsStream("/config/plant-7.yaml"))
        {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static EngineConfig parse(final String yaml)
    {
        return ConfigFile.parse("c.yaml", yaml).config();
    }

    @Test
    void shouldReadACharacterOfTwoSurrogatesWhereverItStands()
    {
        for (int length = 1000; length < 1060; length++)
        {
            final String text =
                "# " + "x".repeat(length) + "\uD83D\uDE00\nwindows: [{name: w, type: tumbling, size: 1s}]\n";
            assertEquals(1, ConfigFile.parse("c.yaml", text).config().windows().size(), "at " + length);
        }
    }
}
