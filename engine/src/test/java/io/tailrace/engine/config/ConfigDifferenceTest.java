package io.tailrace.engine.config;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ConfigDifferenceTest
{
    private static final String BASE =
        "windows: [{name: a, size: 1s}, {name: b, type: session, gap: 5s}]\nsources: [{name: s, embedded: true}]\n";

    @Test
    void shouldFindNothingInOneConfiguration()
    {
        assertEquals(List.of(), ConfigDifference.between(parse(BASE), parse(BASE)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "name: x|name: tailrace -> x|false",
        "mode: at-least-once|mode: exactly-once -> at-least-once|true",
        "durability: power|durability: process -> power|false",
        "layout: dedicated|layout: compact -> dedicated|false",
        "limits: {keys: 7}|limits.keys: 100000 -> 7|true",
        "limits: {ring-slots: 64}|limits.ring-slots: 65536 -> 64|false",
        "event-time: {out-of-orderness: 9s}|event-time.out-of-orderness: 0s -> 9s|true",
        "event-time: {warn-age: 9s}|event-time.warn-age: 1h -> 9s|false",
        "dedup: {by: sequence}|dedup.by: none -> sequence|true",
        "metrics: {t: 1}|metrics: {} -> {t=1}|true",
        "checkpoint: {retain: 9}|checkpoint.retain: 3 -> 9|false",
        "sinks: [{name: f, file: {dir: out}}]|sinks: [] -> [f]|false"})
    void shouldNameTheKeyAndWhetherResultsDependOnIt(
        final String line, final String expected, final boolean affectsResults)
    {
        final EngineConfig before = parse(BASE);
        final EngineConfig after = parse(BASE + line);
        final List<ConfigDifference> found = ConfigDifference.between(before, after);
        assertTrue(found.stream().map(ConfigDifference::toString).anyMatch(expected::equals), found::toString);
        assertEquals(affectsResults, found.stream().anyMatch(ConfigDifference::affectsResults), found::toString);
        assertEquals(affectsResults, before.digest() != after.digest());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "size: 1s|size: 2s|windows[a].size: 1s -> 2s|true",
        "name: a,|name: c,|windows: [a, b] -> [c, b]|true",
        "gap: 5s|gap: 5s, allowed-lateness: 1m|windows[b].allowed-lateness: 0s -> 1m|true",
        "embedded: true|embedded: true, priority: critical|sources[s].priority: normal -> critical|false",
        "name: s,|name: t,|sources: [s] -> [t]|true"})
    void shouldTellElementsApartByTheirNames(
        final String text, final String replacement, final String expected, final boolean affectsResults)
    {
        final EngineConfig after = parse(BASE.replace(text, replacement));
        final List<ConfigDifference> found = ConfigDifference.between(parse(BASE), after);
        assertEquals(List.of(expected), found.stream().map(ConfigDifference::toString).toList());
        assertEquals(affectsResults, found.get(0).affectsResults());
        assertEquals(affectsResults, parse(BASE).digest() != after.digest());
    }

    @Test
    void shouldFindADifferenceThatMattersWheneverDigestsDiffer()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            final EngineConfig before = RandomConfigs.of(seed);
            final EngineConfig other = RandomConfigs.of(seed + 1);
            for (final EngineConfig.Builder part : List.of(
                before.toBuilder().name(other.name()).dataDir(other.dataDir()).http(other.http()),
                before.toBuilder().mode(other.mode()),
                before.toBuilder().durability(other.durability()).layout(other.layout()),
                before.toBuilder().limits(other.limits()),
                before.toBuilder().dedup(other.dedup()),
                before.toBuilder().checkpoint(other.checkpoint()),
                before.toBuilder().overload(other.overload()),
                before.toBuilder().retention(other.retention()),
                before.toBuilder().alerts(other.alerts()),
                before.toBuilder().windows(other.windows())))
            {
                final EngineConfig after;
                try
                {
                    after = part.build();
                }
                catch (final ConfigurationException ex)
                {
                    // Not everything of one goes together with everything of another.
                    continue;
                }
                final List<ConfigDifference> found = ConfigDifference.between(before, after);
                assertEquals(before.equals(after), found.isEmpty());
                assertEquals(
                    before.digest() != after.digest(),
                    found.stream().anyMatch(ConfigDifference::affectsResults),
                    () -> before + "\n" + after + "\n" + found);
            }
        }
    }

    private static EngineConfig parse(final String text)
    {
        return ConfigFile.parse("c.yaml", text).config();
    }
}
