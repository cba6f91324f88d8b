package io.tailrace.engine.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * The JSON for the oracle says what the YAML says; both are written by hand here, by the page of keys.
 */
class OracleConfigTest
{
    @TempDir
    private Path dir;

    @Test
    void shouldSayEveryKeyThatTheOracleNeeds() throws IOException
    {
        assertEquals("""
            {
            "outOfOrdernessNs": 300000000,
            "idleAfterNs": 1500000000,
            "earliestNs": 1609459200000000000,
            "maxFutureNs": 5000000000,
            "maxAgeNs": 172800000000000,
            "referenceClock": "ingest",
            "sources": [{"unit":2},{"unit":4}],
            "maxDevices": 70,
            "maxKeys": 80,
            "dedup": {"by": "id", "windowIds": 0, "ttlNs": 600000000000, "maxIds": 5000},
            "windows": [
              {"name": "fast", "type": "tumbling", "sizeNs": 1000000000, "offsetNs": 250000000, \
            "key": "device+metric", "metrics": [1, 3], "minValue": -2.5, "maxValue": 100.0, "maxQuality": 1, \
            "allowedLatenessNs": 2000000000, \
            "maxPanes": 9},
              {"name": "whole", "type": "tumbling", "sizeNs": 500000000, "offsetNs": 0, "key": "all", \
            "metrics": [], "minValue": null, "maxValue": null, "maxQuality": null, "allowedLatenessNs": 0, \
            "maxPanes": 14}]}
            """,
            json("""
            sources:
              - {name: a, udp: "127.0.0.1:0", unit: ms}
              - {name: b, udp: "127.0.0.1:0", unit: ns}
            metrics: {temperature: 1, vibration: 3}
            limits: {devices: 70, keys: 80}
            event-time:
              watermark: global
              out-of-orderness: 300ms
              idle-after: 1500ms
              earliest: 2021-01-01
              max-future: 5s
              max-age: 2d
            dedup: {by: id, ttl: 10m, max-ids: 5000}
            windows:
              - name: fast
                type: tumbling
                size: 1s
                offset: 250ms
                key: device+metric
                where: {metric: [vibration, temperature], min: -2.5, max: 100, quality: uncertain}
                allowed-lateness: 2s
                panes: 9
              - {name: whole, type: tumbling, size: 500ms, key: all}
            """));
    }

    @Test
    void shouldSayDefaultsAndSwitchedOffBounds() throws IOException
    {
        assertEquals("""
            {
            "outOfOrdernessNs": 0,
            "idleAfterNs": 30000000000,
            "earliestNs": null,
            "maxFutureNs": null,
            "maxAgeNs": null,
            "referenceClock": "none",
            "sources": [{"unit":3}],
            "maxDevices": 100000,
            "maxKeys": 100000,
            "dedup": {"by": "none", "windowIds": 0, "ttlNs": 0, "maxIds": 0},
            "windows": [
              {"name": "w", "type": "tumbling", "sizeNs": 60000000000, "offsetNs": 0, "key": "metric", \
            "metrics": [], "minValue": null, "maxValue": null, "maxQuality": null, "allowedLatenessNs": 0, \
            "maxPanes": 3}]}
            """,
            json("""
            sources: [{name: a, udp: "127.0.0.1:0"}]
            event-time: {unit: us, reference-clock: none, earliest: none}
            windows: [{name: w, type: tumbling, size: 1m, key: metric}]
            """));
    }

    @Test
    void shouldSayHowManyIdsOfADeviceAreRemembered() throws IOException
    {
        final String json = json("""
            sources: [{name: a, udp: "127.0.0.1:0"}]
            dedup: {by: sequence, window-ids: 128}
            windows: [{name: w, type: tumbling, size: 1m, key: metric}]
            """);

        assertTrue(json.contains("""
            "dedup": {"by": "sequence", "windowIds": 128, "ttlNs": 0, "maxIds": 0},
            """), json);
    }

    private String json(final String text) throws IOException
    {
        final Path yaml = dir.resolve("engine.yaml");
        final Path json = dir.resolve("engine.json");
        Files.writeString(yaml, text);
        OracleConfig.write(yaml, json);
        return Files.readString(json);
    }
}
