package io.tailrace.engine.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

import org.junit.jupiter.api.Test;

/** Configurations that are built in code: the same rules as for a file, the digest, the bound of panes. */
class EngineConfigTest
{
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long EXAMPLE_DIGEST = -8999322046907681495L;

    @Test
    void shouldRefuseInCodeWhatIsRefusedInAFile()
    {
        assertRefused("windows[0].size=0s, expected a duration > 0", window(WindowConfig.tumbling("w", 0)));
        assertRefused("windows[0].slide=6s, expected at most the size, 5s",
            window(WindowConfig.sliding("w", 5 * SECOND_NS, 6 * SECOND_NS)));
        assertRefused("windows[0].slide=1s, expected no slide unless type: sliding",
            window(WindowConfig.tumbling("w", SECOND_NS).slideNs(SECOND_NS)));
        assertRefused("windows[0].zone=Europe/Berlin, expected no zone unless type: calendar",
            window(WindowConfig.tumbling("w", SECOND_NS).zone(ZoneId.of("Europe/Berlin"))));
        assertRefused("windows[0].every=nothing, expected hour, day, week or month",
            window(WindowConfig.calendar("w", null, WindowConfig.UTC)));
        assertRefused("windows[0].allowed-lateness=-1ns, expected a duration >= 0",
            window(WindowConfig.tumbling("w", SECOND_NS).allowedLatenessNs(-1)));
        assertRefused("windows[0].where.quality=7, expected good, uncertain, bad or any",
            window(WindowConfig.tumbling("w", SECOND_NS).where(EventFilter.builder().maxQuality(7).build())));
        assertRefused("windows[0].name=nothing, expected a name of letters, digits, '.', '_' and '-', at most 64, " +
            "the " +
            "first a letter or digit", window(WindowConfig.tumbling(null, SECOND_NS)));
        assertRefused("event-time.max-future=1m, expected no max-future unless reference-clock: ingest",
            (builder) -> builder.eventTime(
                EventTimeConfig.builder().maxFutureNs(60 * SECOND_NS).referenceClock(ReferenceClock.NONE).build()));
        assertRefused("limits.ring-slots=1000, expected a power of two from 2 to 16777216",
            (builder) -> builder.limits(LimitsConfig.builder().ringSlots(1000).build()));
        assertRefused("sources[0].aeron.channel=nothing, expected an Aeron channel such as aeron:ipc or " +
            "aeron:udp?endpoint=127.0.0.1:9020", (builder) -> builder.source(SourceConfig.aeron("a", null, 1).build()));
        assertRefused("sources[0].udp=nothing, expected an address HOST:PORT such as 127.0.0.1:9010",
            (builder) -> builder.source(SourceConfig.udp("a", null).build()));
        assertRefused("sources[0]=no way in, expected one of udp, aeron and embedded: true",
            (builder) -> builder.source(SourceConfig.builder().name("a").build()));
        assertRefused("alerts[0].when=none of them, expected one of above and below",
            (builder) -> builder.alert(AlertConfig.builder().name("a").build()));
        assertRefused("metrics.b=1, expected another id than that of a",
            (builder) -> builder.metric("a", 1).metric("b", 1));
        assertRefused("dedup.ttl=1s, expected no ttl unless by: id",
            (builder) -> builder.dedup(new DedupConfig(DedupBy.SEQUENCE, 64, SECOND_NS, 0)));
        assertRefused("name=\"a b\", expected a name of letters, digits, '.', '_' and '-', at most 64, the first a " +
            "letter " +
            "or digit", (builder) -> builder.name("a b"));
    }

    @Test
    void shouldReportEveryProblemInCode()
    {
        final ConfigurationException ex = assertThrows(ConfigurationException.class, () -> EngineConfig.builder()
            .window(WindowConfig.tumbling("a", 0).build())
            .window(WindowConfig.session("b", 0).build())
            .build());

        assertEquals(
            List.of("windows[0].size=0s, expected a duration > 0", "windows[1].gap=0s, expected a duration > 0"),
            ex.problems());
    }

    @Test
    void shouldNotChangeWithWhatItWasBuiltFrom()
    {
        final long[] ids = {2, 1, 2};
        final EventFilter filter = EventFilter.ofMetrics(ids);
        ids[0] = 9;
        filter.metrics()[0] = 9;

        assertEquals(EventFilter.ofMetrics(1, 2), filter);
        assertFalse(filter.isAll());
        assertTrue(EventFilter.ALL.isAll());
        final EngineConfig config = base();
        assertThrows(UnsupportedOperationException.class, () -> config.metrics().put("x", 1L));
        assertThrows(UnsupportedOperationException.class, () -> config.windows().clear());
    }

    @Test
    void shouldHaveTheSameDigestInEveryJvm() throws IOException
    {
        final EngineConfig config = ConfigFile.parse("c.yaml", ConfigFileTest.example()).config();

        assertEquals(EXAMPLE_DIGEST, config.digest(), ConfigDigest.canonicalText(config));
    }

    @Test
    void shouldHaveTheSameDigestWhetherAWindowInheritsItsWatermarkOrNamesTheSame()
    {
        for (final WatermarkKind kind : WatermarkKind.values())
        {
            final EngineConfig.Builder base =
                base().toBuilder().eventTime(EventTimeConfig.builder().watermark(kind).build());
            final Set<Long> digests = new HashSet<>();
            final Set<Long> others = new HashSet<>();
            digests.add(base.build().digest());
            for (final WatermarkKind named : WatermarkKind.values())
            {
                final EngineConfig config = base
                    .windows(List.of(WindowConfig.tumbling("w", SECOND_NS).watermark(named).build()))
                    .build();
                (named == kind ? digests : others).add(config.digest());
            }
            assertEquals(1, digests.size());
            assertEquals(1, others.size());
            assertTrue(digests.stream().noneMatch(others::contains));
        }
    }

    @Test
    void shouldHaveADigestOfWhatAffectsResultsOnly()
    {
        final List<UnaryOperator<EngineConfig.Builder>> without = List.of(
            (builder) -> builder.name("other"),
            (builder) -> builder.dataDir(Path.of("other")),
            (builder) -> builder.durability(Durability.POWER),
            (builder) -> builder.layout(Layout.DEDICATED),
            (builder) -> builder.http(new InetSocketAddress("127.0.0.1", 1)),
            (builder) -> builder.limits(LimitsConfig.builder().ringSlots(64).resultSlots(64).build()),
            (builder) -> builder.eventTime(EventTimeConfig.builder().tickIntervalNs(SECOND_NS).warnAgeNs(1).build()),
            (builder) -> builder.checkpoint(CheckpointConfig.builder().retain(9).build()),
            (builder) -> builder.overload(OverloadConfig.builder().ratePerDevice(1).build()),
            (builder) -> builder.retention(RetentionConfig.builder().diskBudget(1).build()),
            (builder) -> builder.sources(
                List.of(SourceConfig.udp("s", new InetSocketAddress("127.0.0.1", 1)).priority(1).build())),
            (builder) -> builder.windows(
                List.of(WindowConfig.tumbling("w", SECOND_NS).physics(new PhysicsConfig(1, 1, 1, 1)).build())));
        final List<UnaryOperator<EngineConfig.Builder>> with = List.of(
            (builder) -> builder.mode(DeliveryMode.AT_LEAST_ONCE),
            (builder) -> builder.metric("b", 2),
            (builder) -> builder.limits(LimitsConfig.builder().devices(1).build()),
            (builder) -> builder.limits(LimitsConfig.builder().keys(1).build()),
            (builder) -> builder.limits(LimitsConfig.builder().keyTtlNs(1).build()),
            (builder) -> builder.sources(List.of(SourceConfig.embedded("s").timeUnit(2).build())),
            (builder) -> builder.sources(List.of(SourceConfig.embedded("t").build())),
            (builder) -> builder.source(SourceConfig.embedded("t").build()),
            (builder) -> builder.eventTime(EventTimeConfig.builder().timeUnit(2).build()),
            (builder) -> builder.eventTime(EventTimeConfig.builder().outOfOrdernessNs(1).build()),
            (builder) -> builder.eventTime(EventTimeConfig.builder().watermark(WatermarkKind.DEVICE).build()),
            (builder) -> builder.eventTime(EventTimeConfig.builder().idleAfterNs(1).build()),
            (builder) -> builder.eventTime(EventTimeConfig.builder().earliestNs(0).build()),
            (builder) -> builder.eventTime(EventTimeConfig.builder().maxFutureNs(0).build()),
            (builder) -> builder.eventTime(EventTimeConfig.builder().maxAgeNs(0).build()),
            (builder) -> builder.eventTime(EventTimeConfig.builder().build().withoutReferenceClock()),
            (builder) -> builder.dedup(DedupConfig.builder().by(DedupBy.SEQUENCE).build()),
            (builder) -> builder.windows(List.of(WindowConfig.tumbling("v", SECOND_NS).build())),
            (builder) -> builder.windows(List.of(WindowConfig.tumbling("w", 1).build())),
            (builder) -> builder.windows(List.of(WindowConfig.session("w", SECOND_NS).build())),
            (builder) -> builder.windows(List.of(WindowConfig.tumbling("w", SECOND_NS).key(KeyKind.DEVICE).build())),
            (builder) -> builder.windows(List.of(WindowConfig.tumbling("w", SECOND_NS).offsetNs(1).build())),
            (builder) -> builder.windows(List.of(WindowConfig.tumbling("w", SECOND_NS).allowedLatenessNs(1).build())),
            (builder) -> builder.windows(List.of(WindowConfig.tumbling("w", SECOND_NS).panes(9).build())),
            (builder) -> builder.windows(
                List.of(WindowConfig.tumbling("w", SECOND_NS).where(EventFilter.ofMetrics(1)).build())),
            (builder) -> builder.alert(AlertConfig.builder().name("a").above(1).build()),
            (builder) -> builder.alert(AlertConfig.builder().name("a").above(1).priority(1).build()),
            (builder) -> builder.alert(AlertConfig.builder().name("a").below(1).build()));

        final Set<Long> digests = new HashSet<>();
        digests.add(base().digest());
        for (final UnaryOperator<EngineConfig.Builder> change : without)
        {
            final EngineConfig changed = change.apply(base().toBuilder()).build();
            assertNotEquals(base(), changed);
            assertEquals(base().digest(), changed.digest(), changed.toString());
        }

        for (final UnaryOperator<EngineConfig.Builder> change : with)
        {
            final EngineConfig changed = change.apply(base().toBuilder()).build();
            assertTrue(digests.add(changed.digest()), changed.toString());
        }
    }

    @Test
    void shouldBoundPanesByTheFormula()
    {
        final EventTimeConfig none = noClock().build();
        final EventTimeConfig disorder = noClock().outOfOrdernessNs(2 * SECOND_NS).build();
        final EventTimeConfig endless = noClock().outOfOrdernessNs(Long.MAX_VALUE).build();
        final EventTimeConfig ahead = EventTimeConfig.builder().maxFutureNs(60 * SECOND_NS).build();
        final EventTimeConfig boundless = EventTimeConfig.builder().maxFutureNs(EventTimeConfig.NO_BOUND_NS).build();

        assertEquals(61 + 2, WindowConfig.tumbling("w", SECOND_NS).build().paneBound(ahead));
        assertEquals(3, WindowConfig.tumbling("w", SECOND_NS).build().usualPanes(ahead));
        assertEquals(3, WindowConfig.tumbling("w", SECOND_NS).build().paneBound(boundless));
        assertEquals(3, WindowConfig.tumbling("w", SECOND_NS).build().paneBound(none));
        assertEquals(5, WindowConfig.tumbling("w", SECOND_NS).build().paneBound(disorder));
        assertEquals(6, WindowConfig.tumbling("w", SECOND_NS).allowedLatenessNs(1).build().paneBound(disorder));
        assertEquals(12 + 10 + 1, WindowConfig.sliding("w", 10 * SECOND_NS, SECOND_NS).build().paneBound(disorder));
        assertEquals(
            5 + 4 + 1, WindowConfig.sliding("w", 5 * SECOND_NS, 3 * SECOND_NS / 2).build().paneBound(disorder));
        assertEquals(64, WindowConfig.session("w", 1).build().paneBound(endless));
        assertEquals(4, WindowConfig.calendar("w", CalendarUnit.DAY, WindowConfig.UTC).build().paneBound(none));
        assertEquals(7, WindowConfig.session("w", 1).panes(7).build().paneBound(none));
        assertEquals(Integer.MAX_VALUE, WindowConfig.tumbling("w", 1).build().paneBound(endless));
    }

    private static EventTimeConfig.Builder noClock()
    {
        return EventTimeConfig.builder().referenceClock(ReferenceClock.NONE);
    }

    private static EngineConfig base()
    {
        return EngineConfig.builder()
            .metric("a", 1)
            .source(SourceConfig.embedded("s").build())
            .window(WindowConfig.tumbling("w", SECOND_NS).build())
            .build();
    }

    private static UnaryOperator<EngineConfig.Builder> window(final WindowConfig.Builder window)
    {
        return (builder) -> builder.window(window.build());
    }

    private static void assertRefused(final String message, final UnaryOperator<EngineConfig.Builder> change)
    {
        final EngineConfig.Builder builder = change.apply(EngineConfig.builder());
        assertEquals(message, assertThrows(ConfigurationException.class, builder::build).getMessage());
    }
}
