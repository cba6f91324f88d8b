package io.tailrace.engine;

import io.tailrace.engine.config.ConfigFile;
import io.tailrace.engine.config.ConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "mode: in-memory | mode",
        "dedup: {by: sequence} | dedup",
        "event-time: {watermark: device} | watermark",
        "overload: {rate-per-device: 10/s} | overload",
        "checkpoint: {interval: 3s} | checkpoint",
        "retention: {journal: 3d} | retention",
        "sources: [{name: s, udp: \"127.0.0.1:0\", ack: true}] | ack",
        "alerts: [{name: hot, when: {metric: 1, above: 80}}] | alerts"})
    void shouldRefuseWhatHasNoEffectYetAndNameItsPlace(final String line, final String key)
    {
        final ConfigFile file = ConfigFile.parse("c.yaml", line + WINDOWS);
        final ConfigurationException inFile =
            assertThrows(ConfigurationException.class, () -> SupportedFeatures.require(file));
        assertTrue(inFile.getMessage().startsWith("c.yaml:1:"), inFile.getMessage());
        assertTrue(inFile.getMessage().contains(key), inFile.getMessage());
        final ConfigurationException inCode =
            assertThrows(ConfigurationException.class, () -> SupportedFeatures.require(file.config()));
        assertTrue(inCode.getMessage().contains(key), inCode.getMessage());
    }
}
