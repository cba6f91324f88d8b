package io.tailrace.engine.config;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class SinkConfigTest
{
    private static final long SECOND_NS = 1_000_000_000L;

    @Test
    void shouldReadEveryKeyOfASink()
    {
        final EngineConfig config = ConfigFile.parse("c.yaml", """
            sinks:
              - {name: files, file: {dir: out, format: json, rotate-size: 1MiB, rotate-age: none}}
              - name: db
                results: [alerts, windows]
                jdbc:
                  url: "jdbc:postgresql://127.0.0.1:5432/plant?currentSchema=tailrace"
                  user: plant
                  password-env: PGPASSWORD
                  batch: 7
                  linger: 3s
              - {name: late, results: late, file: {dir: out}}
            """).config();

        assertEquals(
            List.of(
                new SinkConfig("files", Set.of(SinkResults.values()),
                    new FileSinkConfig(Path.of("out"), SinkFormat.JSON, 1 << 20, Long.MAX_VALUE), null),
                new SinkConfig("db", Set.of(SinkResults.WINDOWS, SinkResults.ALERTS), null,
                    new JdbcSinkConfig("jdbc:postgresql://127.0.0.1:5432/plant?currentSchema=tailrace", "plant",
                        "PGPASSWORD", 7, 3 * SECOND_NS)),
                new SinkConfig("late", Set.of(SinkResults.LATE),
                    new FileSinkConfig(Path.of("out"), SinkFormat.CSV, 64_000_000, 3600 * SECOND_NS), null)),
            config.sinks());
        assertEquals(config, config.toBuilder().build());
    }

    @Test
    void shouldPrintSinksSoThatTheyReadBackEqual() throws IOException
    {
        final EngineConfig config = EngineConfig.builder()
            .sink(SinkConfig.file("a", Path.of("out dir")).results(Set.of(SinkResults.REJECTED)).build())
            .sink(SinkConfig.jdbc("b", "jdbc:h2:./b").build())
            .build();
        final StringBuilder yaml = new StringBuilder();
        EffectiveConfig.print(yaml, config);
        assertEquals(config.sinks(), ConfigFile.parse("c.yaml", yaml.toString()).config().sinks());
    }

    @Test
    void shouldNotChangeTheDigest()
    {
        final EngineConfig with = EngineConfig.builder().sink(SinkConfig.file("a", Path.of("out")).build()).build();
        assertEquals(EngineConfig.builder().build().digest(), with.digest());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{file: {dir: a}}|1:9: sinks[0].name: found nothing, expected a name of letters, digits, '.', '_' and '-', " +
            "at most 64, the first a letter or digit",
        "{name: a}|1:9: sinks[0]: found no way out, expected one of file and jdbc",
        "{name: a, file: {dir: a}, jdbc: {url: 'jdbc:h2:b'}}|1:9: sinks[0]: found both of them, expected one of file " +
            "and jdbc",
        "{name: a, file: {}}|1:25: sinks[0].file.dir: found nothing, expected a path",
        "{name: a, file: {dir: a, format: xml}}|1:42: sinks[0].file.format: found xml, expected csv or json",
        "{name: a, file: {dir: a, rotate-size: 999B}}|1:47: sinks[0].file.rotate-size: found 999B, expected a size " +
            "from 1KB to 1TiB",
        "{name: a, file: {dir: a, rotate-age: 1ms}}|1:46: sinks[0].file.rotate-age: found 1ms, expected a duration " +
            ">= 1s or none",
        "{name: a, results: [], file: {dir: a}}|1:28: sinks[0].results: found a list, expected one or a list of " +
            "windows, late, rejected, duplicates or alerts",
        "{name: a, results: [late, window], file: {dir: a}}|1:35: sinks[0].results: found window, expected one or " +
            "a list of windows, late, rejected, duplicates or alerts, did you mean windows?",
        "{name: a, jdbc: {url: 'jdbc:mysql:a'}}|1:31: sinks[0].jdbc.url: found jdbc:mysql:a, expected a URL " +
            "jdbc:postgresql:... or jdbc:h2:..., but no server of H2",
        "{name: a, jdbc: {url: 'jdbc:h2:tcp://h/a'}}|1:31: sinks[0].jdbc.url: found jdbc:h2:tcp://h/a, expected a " +
            "URL jdbc:postgresql:... or jdbc:h2:..., but no server of H2",
        "{name: a, jdbc: {url: 'jdbc:h2:SSL://h/a'}}|1:31: sinks[0].jdbc.url: found jdbc:h2:SSL://h/a, expected a " +
            "URL jdbc:postgresql:... or jdbc:h2:..., but no server of H2",
        "{name: a, jdbc: {url: 'jdbc:h2:./a;AUTO_SERVER=TRUE'}}|1:31: sinks[0].jdbc.url: found " +
            "jdbc:h2:./a;AUTO_SERVER=TRUE, expected a URL jdbc:postgresql:... or jdbc:h2:..., but no server of H2",
        "{name: a, jdbc: {url: 'jdbc:h2:a', password: b}}|1:44: sinks[0].jdbc.password: found an unknown key, " +
            "expected one of url, user, password-env, batch, linger",
        "{name: a, jdbc: {url: 'jdbc:h2:a', password-env: a-b}}|1:58: sinks[0].jdbc.password-env: found a-b, " +
            "expected the name of an environment variable",
        "{name: a, jdbc: {url: 'jdbc:h2:a', batch: 0}}|1:51: sinks[0].jdbc.batch: found 0, expected a whole number " +
            "from 1 to 100000",
        "{name: a, jdbc: {url: 'jdbc:h2:a', linger: 2h}}|1:52: sinks[0].jdbc.linger: found 2h, expected a duration " +
            "from 0s to 1h",
    })
    void shouldPlaceErrors(final String sink, final String message)
    {
        final ConfigurationException ex = assertThrows(
            ConfigurationException.class, () -> ConfigFile.parse("c.yaml", "sinks: [" + sink + "]\n"));
        assertEquals("c.yaml:" + message, String.join(" ", ex.problems()));
    }

    @ParameterizedTest
    @CsvSource({
        "jdbc:postgresql://h/d?user=u&password=secret",
        "jdbc:h2:./a;PASSWORD=secret",
        "jdbc:postgresql://u:secret@h/d"})
    void shouldRefuseAPasswordInTheFileWithoutRepeatingIt(final String url)
    {
        final ConfigurationException ex = assertThrows(ConfigurationException.class,
            () -> ConfigFile.parse("c.yaml", "sinks: [{name: a, jdbc: {url: \"" + url + "\"}}]\n"));
        assertEquals("c.yaml:1:25: sinks[0].jdbc: found a password in url, expected password-env: the name of an " +
            "environment variable", ex.getMessage());
        assertFalse(ex.getMessage().contains("secret"));
    }

    @ParameterizedTest
    @CsvSource({
        "jdbc:mysql://h/d?user=u&password=secret",
        "jdbc:h2:tcp://h/a;PASSWORD=secret",
        "postgresql://u:secret@h/d"})
    void shouldNotRepeatAPasswordOfAnotherDatabase(final String url)
    {
        final ConfigurationException ex = assertThrows(ConfigurationException.class,
            () -> ConfigFile.parse("c.yaml", "sinks: [{name: a, jdbc: {url: \"" + url + "\"}}]\n"));
        assertTrue(ex.getMessage().startsWith("c.yaml:1:31: sinks[0].jdbc.url: found a text with a password, " +
            "expected a URL "), ex.getMessage());
        assertFalse(ex.getMessage().contains("secret"));
        final EngineConfig.Builder inCode = EngineConfig.builder().sink(SinkConfig.jdbc("a", url).build());
        assertFalse(assertThrows(ConfigurationException.class, inCode::build).getMessage().contains("secret"));
    }

    @Test
    void shouldRefuseTwoSinksOfOneName()
    {
        final ConfigurationException ex = assertThrows(ConfigurationException.class, () -> ConfigFile.parse("c.yaml",
            "sinks:\n  - {name: a, file: {dir: a}}\n  - {name: A, file: {dir: b}}\n"));
        assertEquals("c.yaml:3:12: sinks[1].name: found A, expected a name that no other sink has", ex.getMessage());
    }
}
