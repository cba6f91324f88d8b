package io.tailrace.perf.storm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import io.tailrace.engine.SupportedFeatures;
import io.tailrace.engine.config.ConfigFile;
import io.tailrace.engine.config.Layout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class StormConfigTest
{
    @TempDir
    private Path dir;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldWriteWhatTheEngineTakes(final boolean isAeron) throws IOException
    {
        final StormPlan plan = plan(isAeron, 0);
        final ConfigFile file = ConfigFile.read(StormConfig.write(plan, dir));
        SupportedFeatures.require(file);
        assertEquals(StormConfig.of(plan, dir.resolve("data")), file.config());
        assertEquals(1, file.config().sources().get(2).priority());
        assertTrue(file.config().sources().stream().allMatch(source -> source.ack()));
    }

    @Test
    void shouldSetTheRateOfTheBacklogIfItIsAskedFor() throws IOException
    {
        final Path file = StormConfig.write(plan(false, 5_000), dir);
        assertEquals(5_000, ConfigFile.read(file).config().overload().backlogRate());
        final String yaml = Files.readString(file);
        assertEquals(1, yaml.lines().filter(line -> line.strip().startsWith("backlog-rate:")).count());
        assertTrue(yaml.contains("\noverload:\n  backlog-rate: 5000/s\n"), yaml);
        assertEquals(
            "a: 1\noverload:\n  backlog-rate: 7/s\n  then: reject\n",
            StormConfig.withBacklogRate("a: 1\noverload:\n  then: reject\n  backlog-rate: none\n", 7));
    }

    @Test
    void shouldCountTheReadingsOfAPlan()
    {
        final StormPlan plan = plan(false, 0);
        assertEquals(1_000, plan.rehearsalReadings());
        final Fleet backlog = plan.backlogFleet(0);
        final long reconnectNs = TimeUnit.SECONDS.toNanos(7);
        assertEquals(reconnectNs, backlog.timeNs(plan.rehearsalReadings() + plan.readings()));
        assertTrue(!backlog.has(plan.liveFleet(0).firstDevice()) && !backlog.has(plan.criticalFleet(0).firstDevice()));
    }

    private StormPlan plan(final boolean isAeron, final long backlogRate)
    {
        return new StormPlan(dir, Layout.COMPACT, isAeron, 100, TimeUnit.MINUTES.toNanos(1), 6_000, 4, 10, 10,
            TimeUnit.SECONDS.toNanos(10), 3, 4, 5, 60, backlogRate);
    }
}
