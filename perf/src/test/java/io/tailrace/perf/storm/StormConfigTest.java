package io.tailrace.perf.storm;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import io.tailrace.engine.SupportedFeatures;
import io.tailrace.engine.config.ConfigFile;
import io.tailrace.engine.config.Layout;
import io.tailrace.engine.config.OverloadAction;
import io.tailrace.engine.config.OverloadConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class StormConfigTest
{
    @TempDir
    private Path dir;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldWriteWhatTheEngineTakes(final boolean isAeron) throws IOException
    {
        final StormPlan plan = plan(isAeron, 0, 0);
        final ConfigFile file = ConfigFile.read(StormConfig.write(plan, dir));
        SupportedFeatures.require(file);
        assertEquals(StormConfig.of(plan, dir.resolve("data")), file.config());
        assertEquals(1, file.config().sources().get(2).priority());
        assertTrue(file.config().sources().stream().allMatch(source -> source.ack()));
    }

    @Test
    void shouldSetTheRateOfTheBacklogIfItIsAskedFor() throws IOException
    {
        final OverloadConfig overload = overload(plan(false, 5_000, 0));
        assertEquals(OverloadConfig.builder().backlogRate(5_000).build(), overload);
        assertFalse(overload.isLimiting());
        assertEquals(OverloadConfig.builder().build(), overload(plan(false, 0, 0)));
    }

    @Test
    void shouldLimitWhatIsNormalIfItIsAskedFor() throws IOException
    {
        final StormPlan plan = plan(false, 0, 700);
        final OverloadConfig overload = overload(plan);
        assertTrue(overload.isLimiting());
        assertEquals(700, overload.rate());
        assertEquals(2, overload.ratePerDevice());
        assertEquals(OverloadAction.SAMPLE, overload.then());
        assertEquals(StormConfig.KEEP_ONE_IN, overload.keepOneIn());
        assertEquals(1, plan.perDatagram());
        assertTrue(plan.isReadingJournal());
        assertEquals(SenderSettings.MAX_PER_DATAGRAM, plan(false, 0, 0).perDatagram());
    }

    @Test
    void shouldHaveOneInAHundredCritical()
    {
        assertEquals(3_000, StormPlan.criticalShare(0));
        assertEquals(500, StormPlan.criticalShare(50_000));
        assertEquals(1, StormPlan.criticalShare(7), "one at least");
    }

    private OverloadConfig overload(final StormPlan plan) throws IOException
    {
        return ConfigFile.read(StormConfig.write(plan, dir)).config().overload();
    }

    @Test
    void shouldCountTheReadingsOfAPlan()
    {
        final StormPlan plan = plan(false, 0, 0);
        assertEquals(1_000, plan.rehearsalReadings());
        final Fleet backlog = plan.backlogFleet(0);
        final long reconnectNs = TimeUnit.SECONDS.toNanos(7);
        assertEquals(reconnectNs, backlog.timeNs(plan.rehearsalReadings() + plan.readings()));
        assertTrue(!backlog.has(plan.liveFleet(0).firstDevice()) && !backlog.has(plan.criticalFleet(0).firstDevice()));
    }

    private StormPlan plan(final boolean isAeron, final long backlogRate, final long shedRate)
    {
        return new StormPlan(dir, Layout.COMPACT, isAeron, 100, TimeUnit.MINUTES.toNanos(1), 6_000, 4, 10, 10,
            TimeUnit.SECONDS.toNanos(10), 3, 4, 5, 60, backlogRate, shedRate);
    }
}
