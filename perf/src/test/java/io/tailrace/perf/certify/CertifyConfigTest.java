package io.tailrace.perf.certify;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;

import io.tailrace.engine.config.ConfigFile;
import io.tailrace.engine.config.ConfigurationException;
import io.tailrace.engine.config.DedupBy;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.SourceConfig;
import io.tailrace.engine.config.Transport;
import io.tailrace.perf.certify.generator.GeneratorSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What of a user's configuration stays, what does not, and what is refused. */
class CertifyConfigTest
{
    private static final String SOURCE = "sources: [{name: field, udp: \"127.0.0.1:9010\"}]\n";
    private static final String WINDOW = "windows: [{name: w, size: 1s, where: {metric: 7}}]\n";

    private static final TrialDatabase H2 = new TrialDatabase("jdbc:h2:mem:x", null, null);
    private static final String TWO_TABLES = "sinks: [{name: a, results: [windows, late], jdbc: {url: " +
        "\"jdbc:h2:mem:a\"}}, {name: b, results: late, jdbc: {url: \"jdbc:h2:mem:b\"}}]\n";

    @TempDir
    private Path dir;

    @Test
    void shouldKeepWhatResultsDependOn() throws IOException
    {
        final EngineConfig user = parse(SOURCE + WINDOW + "checkpoint: {interval: 10m}\ndurability: power\n");

        final EngineConfig tested = CertifyConfig.of(user, dir, null, null, false).engine();

        assertEquals(user.digest(), tested.digest());
        assertEquals(user.durability(), tested.durability());
        assertEquals(dir.resolve("data"), tested.dataDir());
        assertTrue(tested.sources().get(0).ack());
        assertNotEquals(0, tested.sources().get(0).udp().getPort());
        assertNotEquals(9010, tested.sources().get(0).udp().getPort());
        assertTrue(tested.checkpoint().intervalNs() <= 1_000_000_000L);
    }

    @Test
    void shouldWriteAConfigurationThatReadsBackToTheSame() throws IOException
    {
        final CertifyConfig config = CertifyConfig.of(parse(SOURCE + WINDOW), dir, null, null, false);

        assertEquals(config.engine(), ConfigFile.read(config.writeYaml()).config());
    }

    @Test
    void shouldTellTheCounterAboutWindowsAndSinks() throws IOException
    {
        final CertifyConfig config = CertifyConfig.of(parse(SOURCE + WINDOW +
            "sinks: [{name: out, file: {dir: elsewhere}}]\n"), dir, DedupBy.SEQUENCE, H2, false);
        final Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(config.writeCounterProperties()))
        {
            properties.load(reader);
        }

        assertEquals("SEQUENCE", properties.getProperty("dedup.by"));
        assertEquals("1000000000", properties.getProperty("window.0.size-ns"));
        assertEquals("7", properties.getProperty("window.0.metrics"));
        assertEquals("GLOBAL", properties.getProperty("window.0.watermark"));
        assertEquals("2", properties.getProperty("sinks"));
        assertEquals(dir.resolve("sink-out").toString(), properties.getProperty("sink.0.dir"));
        assertEquals("jdbc:h2:mem:x", properties.getProperty("sink.1.url"));
    }

    @Test
    void shouldSendMetricsThatWindowsTakeAndKeepWithinTheBoundsOfTime() throws IOException
    {
        final GeneratorSettings settings = CertifyConfig.of(
            parse(SOURCE + "event-time: {max-age: 10m, max-future: 5s}\nwindows: [{name: w, size: 1h, " +
            "where: {metric: 7}}]\n"), dir, null, null, false).generator(10, 5000, 1);

        assertArrayEquals(new long[]{1, 2, 7}, settings.metrics());
        assertEquals(5000, settings.futureMs());
        assertTrue(settings.speed() > 1, settings::toString);
        assertTrue(settings.lagMs() <= 300_000, settings::toString);
        assertEquals(settings.toProperties(), GeneratorSettings.of(settings.toProperties()).toProperties());
    }

    @Test
    void shouldRefuseWhatCannotBeJudged()
    {
        assertRefused("windows", SOURCE);
        assertRefused("alerts", SOURCE + WINDOW + "alerts: [{name: hot, when: {above: 1}}]\n");
        assertRefused("mode", SOURCE + WINDOW + "mode: in-memory\n");
        assertRefused("udp", "sources: [{name: a, aeron: {channel: \"aeron:ipc\", stream: 1001}}]\n" + WINDOW);
        assertRefused("--jdbc", SOURCE + WINDOW + "sinks: [{name: db, jdbc: {url: \"jdbc:h2:mem:x\"}}]\n");
    }

    @Test
    void shouldRefuseSinksThatCannotShareADatabase()
    {
        assertRefused("sinks: b writes late", SOURCE + WINDOW + TWO_TABLES, H2);
    }

    @Test
    void shouldListenToNobodyButTheGenerator() throws IOException
    {
        final EngineConfig user = parse("""
            sources:
              - {name: bus, aeron: {channel: "aeron:udp?endpoint=127.0.0.1:20121", stream: 1001}, priority: critical}
              - {name: field, udp: "0.0.0.0:9010", unit: us}
              - {name: other, udp: "0.0.0.0:9011"}
            """ + WINDOW);

        final EngineConfig tested = CertifyConfig.of(user, dir, null, null, false).engine();

        assertEquals(user.digest(), tested.digest());
        assertEquals(List.of("bus", "field", "other"), tested.sources().stream().map(SourceConfig::name).toList());
        tested.sources().forEach(source ->
        {
            assertEquals(Transport.UDP, source.transport());
            assertTrue(source.udp().getAddress().isLoopbackAddress());
        });
        assertEquals(List.of(0, 0), List.of(
            tested.sources().get(0).udp().getPort(), tested.sources().get(2).udp().getPort()));
        assertEquals(user.sources().get(0).priority(), tested.sources().get(0).priority());
    }

    @Test
    void shouldTakeTheCredentialsOfTheTrialOrThoseOfTheUser() throws IOException
    {
        final EngineConfig user = parse(SOURCE + WINDOW + "sinks: [{name: db, jdbc: {url: " +
            "\"jdbc:postgresql://db.example/plant\", user: plant, password-env: PLANT, batch: 7}}]\n");

        assertEquals(new TrialDatabase("jdbc:h2:mem:x", "plant", "PLANT"),
            CertifyConfig.of(user, dir, null, H2, false).database());
        final TrialDatabase own = new TrialDatabase("jdbc:h2:mem:x", "sa", null);
        final CertifyConfig config = CertifyConfig.of(user, dir, null, own, false);
        assertEquals(own, config.database());
        assertEquals(7, config.engine().sinks().get(0).jdbc().batch());
    }

    private void assertRefused(final String expected, final String yaml)
    {
        assertRefused(expected, yaml, null);
    }

    private void assertRefused(final String expected, final String yaml, final TrialDatabase database)
    {
        final ConfigurationException refusal = assertThrows(
            ConfigurationException.class, () -> CertifyConfig.of(parse(yaml), dir, null, database, false));
        assertTrue(refusal.getMessage().contains(expected), refusal::getMessage);
    }

    private static EngineConfig parse(final String yaml)
    {
        return ConfigFile.parse("test", yaml).config();
    }
}
