package io.tailrace.engine;

import io.tailrace.engine.config.ConfigFile;
import io.tailrace.engine.config.ConfigurationException;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class SupportedFeaturesTest
{
    private static final String WINDOWS = "\nwindows: [{name: w, type: tumbling, size: 1s}]\n";

    @Test
    void shouldAcceptWindowsAlone()
    {
        final ConfigFile file = ConfigFile.parse("c.yaml", WINDOWS);
        assertDoesNotThrow(() -> SupportedFeatures.require(file));
        assertDoesNotThrow(() -> SupportedFeatures.require(file.config()));
    }

    @Test
    void shouldAcceptEveryTypeOfWindowAndKindOfWatermark()
    {
        final ConfigFile file = ConfigFile.parse("c.yaml", """
            event-time: {watermark: device}
            limits: {key-ttl: 1h}
            windows:
              - {name: a, size: 1s}
              - {name: b, type: sliding, size: 10s, slide: 3s}
              - {name: c, type: session, gap: 1s}
              - {name: d, type: calendar, every: month, zone: Asia/Kathmandu}
              - {name: e, size: 1s, key: all, watermark: global}
            alerts: [{name: hot, when: {metric: 1, above: 80, clear-below: 75}, for: 10s, priority: critical}]
            """);
        assertDoesNotThrow(() -> SupportedFeatures.require(file));
    }

    @Test
    void shouldAcceptEveryMode()
    {
        for (final String mode : new String[] {"exactly-once", "at-least-once", "in-memory"})
        {
            final ConfigFile file = ConfigFile.parse("c.yaml", "mode: " + mode + WINDOWS);
            assertDoesNotThrow(() -> SupportedFeatures.require(file));
        }
    }

    @Test
    void shouldAcceptEveryKindOfDeduplication()
    {
        for (final String dedup : new String[] {"none", "sequence", "id"})
        {
            final ConfigFile file = ConfigFile.parse("c.yaml", "dedup: {by: " + dedup + "}" + WINDOWS);
            assertDoesNotThrow(() -> SupportedFeatures.require(file));
        }
    }

    @Test
    void shouldAcceptSourcesThatAcknowledge()
    {
        final ConfigFile file = ConfigFile.parse("c.yaml", """
            sources:
              - {name: a, udp: "127.0.0.1:0", ack: true}
              - {name: b, ack: true, aeron: {channel: "aeron:ipc", stream: 1, ack-channel: "aeron:ipc", ack-stream: 2}}
            """ + WINDOWS);
        assertDoesNotThrow(() -> SupportedFeatures.require(file));
    }

    @Test
    void shouldAskForRoomForAllThatOneReadingCanCause()
    {
        final String window = "\nwindows: [{name: w, type: sliding, size: 60s, slide: 1s}]";
        final ConfigFile tooFew = ConfigFile.parse("c.yaml", "limits: {result-slots: 32}" + window);
        final ConfigurationException ex =
            assertThrows(ConfigurationException.class, () -> SupportedFeatures.require(tooFew));
        assertTrue(ex.getMessage().startsWith("c.yaml:1:"), ex.getMessage());
        assertTrue(ex.getMessage().contains("at least 61"), ex.getMessage());
        assertDoesNotThrow(() -> SupportedFeatures.require(
            ConfigFile.parse("c.yaml", "limits: {result-slots: 64}" + window)));
    }

    @Test
    void shouldAskForRoomForTheCheckpointsWithoutWhichNothingIsPurged()
    {
        final String limits = "limits: {devices: 50000, keys: 50000, ring-slots: 4096}";
        final ConfigFile tooLittle = ConfigFile.parse(
            "c.yaml", limits + "\nretention: {disk-budget: 100MiB}\n" + WINDOWS);
        final ConfigurationException inFile =
            assertThrows(ConfigurationException.class, () -> SupportedFeatures.require(tooLittle));
        assertTrue(inFile.getMessage().startsWith("c.yaml:2:"), inFile.getMessage());
        assertTrue(inFile.getMessage().contains("retention.disk-budget: found 100MiB, expected at least 1"),
            inFile.getMessage());
        assertTrue(inFile.getMessage().contains("three full checkpoints of "), inFile.getMessage());
        assertThrows(ConfigurationException.class, () -> SupportedFeatures.require(tooLittle.config()));
        assertDoesNotThrow(() -> SupportedFeatures.require(ConfigFile.parse(
            "c.yaml", limits + "\nretention: {disk-budget: 200MiB}\n" + WINDOWS)));
        assertDoesNotThrow(() -> SupportedFeatures.require(ConfigFile.parse(
            "c.yaml", limits.replace("50000", "5000") + "\nretention: {disk-budget: 100MiB}\n" + WINDOWS)));
        assertDoesNotThrow(() -> SupportedFeatures.require(ConfigFile.parse(
            "c.yaml", "mode: in-memory\n" + limits + "\nretention: {disk-budget: 100MiB}\n" + WINDOWS)));
    }

    @Test
    void shouldAskForRoomForAnAlertOfEachOperator()
    {
        final String alerts = "\nalerts: [{name: a, when: {above: 1}}, {name: b, when: {below: 1}}]";
        final String window = "\nwindows: [{name: w, type: sliding, size: 62s, slide: 1s}]";
        final ConfigFile tooFew = ConfigFile.parse("c.yaml", "limits: {result-slots: 64}" + window + alerts);
        final ConfigurationException ex =
            assertThrows(ConfigurationException.class, () -> SupportedFeatures.require(tooFew));
        assertTrue(ex.getMessage().contains("at least 65"), ex.getMessage());
        assertDoesNotThrow(() -> SupportedFeatures.require(
            ConfigFile.parse("c.yaml", "limits: {result-slots: 64}" + window)));
    }

    @Test
    void shouldAcceptEveryLimitOfOverload()
    {
        final ConfigFile file = ConfigFile.parse("c.yaml", """
            overload: {normal-slots: 100, rate-per-device: 10/s, rate: 1000/s, burst: 5s, then: sample, keep-1-in: 3,
              backlog-after: 1h, backlog-share: 1, backlog-rate: 1/s}
            """ + WINDOWS);
        assertDoesNotThrow(() -> SupportedFeatures.require(file));
    }

    @Test
    void shouldNameThePlaceOfWhatItRefuses()
    {
        final String key = "limits.result-slots";
        final ConfigFile file = ConfigFile.parse("c.yaml", "limits: {result-slots: 2}" +
            "\nwindows: [{name: w, type: sliding, size: 9s, slide: 1s}]\n");
        final ConfigurationException inFile =
            assertThrows(ConfigurationException.class, () -> SupportedFeatures.require(file));
        assertTrue(inFile.getMessage().startsWith("c.yaml:1:"), inFile.getMessage());
        assertTrue(inFile.getMessage().contains(key), inFile.getMessage());
        final ConfigurationException inCode =
            assertThrows(ConfigurationException.class, () -> SupportedFeatures.require(file.config()));
        assertTrue(inCode.getMessage().contains(key), inCode.getMessage());
    }
}
