package io.tailrace.engine.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

class MemoryEstimateTest
{
    @Test
    void shouldCountWhatTheBoundsCost()
    {
        final MemoryEstimate estimate = MemoryEstimate.of(ConfigFile.parse("c.yaml", """
            event-time: {reference-clock: none}
            limits: {devices: 1000, keys: 10, ring-slots: 64, result-slots: 32}
            dedup: {by: sequence, window-ids: 1024}
            windows:
              - {name: one, size: 1s, panes: 1}
              - {name: three, size: 1s}
              - {name: many, size: 1s, allowed-lateness: 7s, key: all}
            alerts: [{name: hot, when: {above: 1}}]
            """).config());

        // An index of 2,048 entries of 32 bytes for 1,000 devices: 66 each; of 32 for 10 keys: 103; of 2 for one: 64.
        assertEquals(
            List.of(
                new MemoryEstimate.Line("event ring", 64, 64, 4096),
                new MemoryEstimate.Line("results ring", 32, 128, 4096),
                new MemoryEstimate.Line("device blocks", 1000, 128 + 192 + 66 + 124, 510_000),
                new MemoryEstimate.Line("keys of one", 10, 64 + 128 + 103 + 124, 4190),
                new MemoryEstimate.Line("keys of three", 10, 64 + 4 * 128 + 103 + 124, 8030),
                new MemoryEstimate.Line("keys of many", 1, 64 + 4 * 128 + 64 + 124, 764),
                new MemoryEstimate.Line("overflow panes of many", 6, 128 + 86 + 124, 2028),
                new MemoryEstimate.Line("keys of hot", 10, 64 + 103 + 124, 2910),
                new MemoryEstimate.Line("tables of all blocks (heap)", 1037, 202, 209_474)),
            estimate.lines());
        assertEquals(4096 + 4096 + 510_000 + 4190 + 8030 + 764 + 2028 + 2910 + 209_474, estimate.totalBytes());
    }

    @Test
    void shouldGiveSlidingWindowsTheirSlices()
    {
        // Bounds: 6 + 6 + 1 with one slice a slide, 3 + 3 + 1 with two, 300 + 300 + 1; inline is what is usually open.
        final MemoryEstimate estimate = MemoryEstimate.of(ConfigFile.parse("c.yaml", """
            event-time: {reference-clock: none}
            limits: {keys: 10}
            windows:
              - {name: whole, type: sliding, size: 60s, slide: 10s}
              - {name: part, type: sliding, size: 60s, slide: 25s}
              - {name: long, type: sliding, size: 300s, slide: 1s}
            """).config());

        assertEquals(
            List.of(
                new MemoryEstimate.Line("keys of whole", 10, 128 + 8 * 128 + 103 + 124, 13_790),
                new MemoryEstimate.Line("overflow panes of whole", 10 * (13 - 8), 128 + 82 + 124, 16_700),
                new MemoryEstimate.Line("keys of part", 10, 128 + 16 * 128 + 103 + 124, 24_030),
                new MemoryEstimate.Line("keys of long", 10, 128 + 256 * 128 + 103 + 124, 331_230),
                new MemoryEstimate.Line("overflow panes of long", 10 * (601 - 256), 128 + 76 + 124, 1_131_600)),
            estimate.lines().subList(3, 8));
    }

    @Test
    void shouldHoldInlineWhatIsUsuallyOpenWithinLimits()
    {
        final EventTimeConfig eventTime = EventTimeConfig.builder().outOfOrdernessNs(0).build();
        assertEquals(List.of(1, 2, 4, 4, 4), Stream.of(1, 2, 3, 4, 1000)
            .map(panes -> MemoryEstimate.inlinePanes(WindowConfig.tumbling("w", 1).panes(panes).build(), eventTime))
            .toList());
        assertEquals(List.of(8, 256, 256), Stream.of(5, 129, 1000)
            .map(panes -> MemoryEstimate.inlinePanes(
                WindowConfig.sliding("w", 2_000, 1_000).panes(panes).build(), eventTime))
            .toList());
        assertEquals(4, MemoryEstimate.inlinePanes(WindowConfig.session("w", 1).build(), eventTime));
    }

    /** A million ids: 246 pieces of 4,096 entries, 1,024 tables of 2,048 slots. */
    @Test
    void shouldCountRememberedIdsWithTheirIndex()
    {
        final long log = 246 * 4_096 * 24;
        final long index = 1_024 * (16 + 2_048 * 8);
        final long each = (log + index + 999_999) / 1_000_000;
        assertEquals(
            new MemoryEstimate.Line("remembered ids", 1_000_000, each, each * 1_000_000), rememberedIds(1_000_000));

        // One piece of one entry more than needed, one table of the least length.
        assertEquals(new MemoryEstimate.Line("remembered ids", 1, 192, 2 * 24 + 16 + 16 * 8), rememberedIds(1));
        final MemoryEstimate.Line most = rememberedIds(MemoryEstimate.MAX_REMEMBERED_IDS);
        assertTrue(most.bytesEach() > 32 && most.bytesEach() < 64, most::toString);
    }

    @Test
    void shouldCountTheRatesOfDevicesWhereTheyAreLimited()
    {
        final String limits = "limits: {devices: 1000}\nsources: [{name: a, embedded: true, priority: normal}]\n";
        final MemoryEstimate.Line rates = new MemoryEstimate.Line("rates of devices (heap)", 1000, 33, 33_000);
        assertTrue(estimate(limits + "overload: {rate-per-device: 1/s}\n").lines().contains(rates));
        assertFalse(estimate(limits + "overload: {rate: 1/s}\n").lines().contains(rates));
        assertFalse(estimate(limits.replace("normal", "critical") + "overload: {rate-per-device: 1/s}\n").lines()
            .contains(rates));
        assertEquals(1 << 28, MemoryEstimate.deviceRateCells(100_000_000));
    }

    @Test
    void shouldCountDevicesInBacklogWhereItIsTold()
    {
        final String limits = "limits: {devices: 1000}\nsources: [{name: a, embedded: true, priority: normal}]\n";
        final MemoryEstimate.Line line = new MemoryEstimate.Line("devices in backlog (heap)", 1000, 66, 66_000);
        final String device = "event-time: {watermark: device}\n";
        assertTrue(estimate(limits + device).lines().contains(line));
        assertFalse(estimate(limits + "event-time: {watermark: global}\n").lines().contains(line));
        assertFalse(estimate(limits + device + "overload: {backlog-after: none}\n").lines().contains(line));
        assertFalse(estimate(limits.replace("normal", "critical") + device).lines().contains(line));
        assertTrue(estimate(limits.replace("1000", "100000000") + device).lines()
            .contains(new MemoryEstimate.Line("devices in backlog (heap)", 1 << 20, 64, 64L << 20)));
    }

    @Test
    void shouldSaturate()
    {
        final MemoryEstimate.Line line = MemoryEstimate.Line.of("much", Long.MAX_VALUE, 16);
        assertEquals(Long.MAX_VALUE, line.totalBytes());
        assertEquals(Long.MAX_VALUE, new MemoryEstimate(List.of(line, line)).totalBytes());
    }

    private static MemoryEstimate estimate(final String yaml)
    {
        return MemoryEstimate.of(ConfigFile.parse("c.yaml", yaml).config());
    }

    private static MemoryEstimate.Line rememberedIds(final long maxIds)
    {
        return MemoryEstimate.of(EngineConfig.builder()
            .dedup(new DedupConfig(DedupBy.ID, 0, 1, maxIds))
            .build()).lines().get(3);
    }
}
