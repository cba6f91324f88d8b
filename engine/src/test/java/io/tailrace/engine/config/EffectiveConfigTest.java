package io.tailrace.engine.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;

import org.junit.jupiter.api.Test;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** What is printed reads back to an equal configuration, and leaves nothing out. */
class EffectiveConfigTest
{
    @Test
    void shouldReadBackTheExample() throws IOException
    {
        final EngineConfig config = ConfigFile.parse("c.yaml", ConfigFileTest.example()).config();

        final String printed = print(config);
        assertEquals(config, ConfigFile.parse("printed", printed).config());
        assertTrue(printed.contains("\n  - name: vibration\n    type: tumbling\n    size: 5s\n"), printed);
        assertTrue(printed.contains("\n    where:\n      metric: vibration\n      min: none\n"), printed);
        assertTrue(printed.contains("\n    panes: auto # 63\n"), printed);
        assertTrue(printed.contains("\n  disk-budget: 50GB\n"), printed);
    }

    @Test
    void shouldPrintEveryDefault() throws IOException
    {
        assertEquals(
            """
            name: tailrace
            data-dir: data/tailrace
            mode: exactly-once
            durability: process
            layout: compact
            limits:
              devices: 100000
              keys: 100000
              ring-slots: 65536
              result-slots: 65536
              key-ttl: 30d
            metrics: {}
            sources: []
            event-time:
              unit: auto
              out-of-orderness: 0s
              watermark: global
              idle-after: 30s
              tick-interval: 100ms
              earliest: 2020-01-01
              max-future: 1m
              max-age: 7d
              warn-age: 1h
              reference-clock: ingest
            dedup:
              by: none
            windows:
              - name: w
                type: session
                gap: 90s
                key: device+metric
                where:
                  metric: any
                  min: none
                  max: none
                  quality: any
                watermark: inherit
                allowed-lateness: 0s
                panes: auto # 64
                physics:
                  anomaly-duration: none
                  fastest-period: none
                  sample-rate: none
                  cycle: none
            alerts: []
            checkpoint:
              interval: 10s
              retain: 3
              incremental: true
            overload:
              normal-slots: 1024
              rate-per-device: none
              rate: none
              burst: 1s
              then: reject
              keep-1-in: 10
              backlog-after: 1m
              backlog-share: 0.5
              backlog-rate: none
            retention:
              journal: 7d
              results: 7d
              disk-budget: 50GB
            sinks: []
            http: none
            """,
            print(EngineConfig.builder().window(WindowConfig.session("w", 90_000_000_000L).build()).build()));
    }

    @Property(tries = 500)
    void shouldReadBackWhatWasPrinted(@ForAll final long seed) throws IOException
    {
        final EngineConfig config = RandomConfigs.of(seed);

        final EngineConfig read = ConfigFile.parse("seed " + seed, print(config)).config();
        assertEquals(config, read);
        assertEquals(config.digest(), read.digest());
        assertEquals(config, config.toBuilder().build());
    }

    private static String print(final EngineConfig config) throws IOException
    {
        final StringBuilder out = new StringBuilder();
        EffectiveConfig.print(out, config);
        return out.toString();
    }
}
