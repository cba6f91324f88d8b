package io.tailrace.engine.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;

import org.junit.jupiter.api.Test;

class MemoryEstimateTest
{
    @Test
    void shouldCountWhatTheBoundsCost()
    {
        final MemoryEstimate estimate = MemoryEstimate.of(ConfigFile.parse("c.yaml", """
            limits: {devices: 1000, keys: 10, ring-slots: 64, result-slots: 32}
            dedup: {by: sequence, window-ids: 1024}
            windows:
              - {name: one, size: 1s, panes: 1}
              - {name: three, size: 1s}
              - {name: many, size: 1s, allowed-lateness: 7s, key: all}
            alerts: [{name: hot, when: {above: 1}}]
            """).config());

        assertEquals(
            List.of(
                new MemoryEstimate.Line("event ring", 64, 64, 4096),
                new MemoryEstimate.Line("results ring", 32, 128, 4096),
                new MemoryEstimate.Line("device blocks", 1000, 192 + 128, 320_000),
                new MemoryEstimate.Line("keys of one", 10, 64 + 128 + 112, 3040),
                new MemoryEstimate.Line("keys of three", 10, 64 + 4 * 128 + 112, 6880),
                new MemoryEstimate.Line("keys of many", 1, 688, 688),
                new MemoryEstimate.Line("overflow panes of many", 6, 128, 768),
                new MemoryEstimate.Line("keys of hot", 10, 176, 1760)),
            estimate.lines());
        assertEquals(4096 + 4096 + 320_000 + 3040 + 6880 + 688 + 768 + 1760, estimate.totalBytes());
    }

    @Test
    void shouldGiveSlidingWindowsTheirSlices()
    {
        // Bounds: ceil(60 / 10) + 2 = 8 with one slice a slide, ceil(60 / 25) + 2 = 5 with two.
        final MemoryEstimate estimate = MemoryEstimate.of(ConfigFile.parse("c.yaml", """
            limits: {keys: 10}
            windows:
              - {name: whole, type: sliding, size: 60s, slide: 10s}
              - {name: part, type: sliding, size: 60s, slide: 25s}
            """).config());

        assertEquals(
            List.of(
                new MemoryEstimate.Line("keys of whole", 10, 688, 6880),
                new MemoryEstimate.Line("overflow panes of whole", 10 * (8 - 4), 128, 5120),
                new MemoryEstimate.Line("keys of part", 10, 688, 6880),
                new MemoryEstimate.Line("overflow panes of part", 10 * (10 - 4), 128, 7680)),
            estimate.lines().subList(3, 7));
    }

    @Test
    void shouldHoldPanesInlineUpToFour()
    {
        assertEquals(List.of(1, 1, 2, 4, 4, 4), List.of(0, 1, 2, 3, 4, 1000).stream()
            .map(MemoryEstimate::inlinePanes).toList());
    }

    @Test
    void shouldSaturateAndCountRememberedIds()
    {
        final MemoryEstimate estimate = MemoryEstimate.of(EngineConfig.builder()
            .dedup(new DedupConfig(DedupBy.ID, 0, 1, Long.MAX_VALUE))
            .build());

        assertEquals(
            new MemoryEstimate.Line("remembered ids", Long.MAX_VALUE, 16, Long.MAX_VALUE), estimate.lines().get(3));
        assertEquals(Long.MAX_VALUE, estimate.totalBytes());
    }
}
