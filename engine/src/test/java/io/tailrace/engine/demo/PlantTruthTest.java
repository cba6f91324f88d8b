package io.tailrace.engine.demo;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import io.tailrace.codec.RejectReason;
import io.tailrace.codec.Timing;
import io.tailrace.engine.config.EventTimeConfig;
import io.tailrace.engine.reference.ReferenceAggregate;
import io.tailrace.engine.reference.ReferenceConfig;
import io.tailrace.engine.reference.ReferenceFilter;
import io.tailrace.engine.reference.ReferenceModel;
import io.tailrace.engine.reference.ReferenceReading;
import io.tailrace.engine.reference.ReferenceResult;
import io.tailrace.engine.reference.ReferenceWindow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The truth against the reference model, which knows nothing of the plant and judges by the bytes that are sent. */
class PlantTruthTest
{
    private static final long NOW_NS = 1_790_000_099_000_000_000L;
    private static final int COUNT = 20_000;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void shouldExpectWhatTheReferenceModelGives(final long seed)
    {
        final ReferenceModel model = model(seed, COUNT);
        final PlantTruth truth = truth(seed, COUNT);
        for (final ReferenceResult result : model.results())
        {
            final ResultRow expected = truth.get();
            assertNull(expected.differenceTo(row(result)), "seed=" + seed + " " + result.toLine());
        }
        assertNull(truth.get());

        assertEquals(model.ledger().get("source.0.accepted"), truth.accepted());
        assertEquals(model.ledger().get("source.0.warned"), truth.old());
        for (final RejectReason reason : RejectReason.values())
        {
            assertEquals(
                model.ledger().getOrDefault("source.0.rejected:" + reason.text(), 0L), truth.rejected(reason.code()));
        }
        for (int i = 0; i < PlantWindow.ALL.size(); i++)
        {
            assertEquals(model.ledger().get("operator." + i + ".applied"), truth.applied(i));
            assertEquals(model.ledger().get("operator." + i + ".filtered"), truth.filtered(i));
            assertEquals(model.ledger().get("operator." + i + ".late"), truth.late(i));
        }
    }

    @Test
    void shouldHaveEveryKindOfResult()
    {
        final PlantTruth truth = truth(1, 60_000);
        final ResultTotals totals = new ResultTotals(PlantWindow.ALL.size());
        ResultRow row;
        while (null != (row = truth.get()))
        {
            totals.onResult(row);
        }
        for (int i = 0; i < PlantWindow.ALL.size(); i++)
        {
            assertTrue(totals.onTime(i) > 0 && totals.late(i) > 0, "operator " + i);
        }
        assertTrue(totals.revised(0) > 20 && totals.revised(4) > 2);
        // Without lateness nothing is revised.
        assertEquals(0, totals.revised(3));
        assertEquals(Timing.LATE, totals.revisions().get(0).timing());
        assertEquals(Set.of(1, 2, 3, 4, 5, 6), totals.rejected().keySet());
        assertTrue(truth.old() > 0);
    }

    @Test
    void shouldSeeEveryDifferenceOfARow()
    {
        final WindowRow row = new WindowRow(0, 1, 2, 10, 20, 3, 6, 1, 3, 1, 3, 2, 0, Timing.ON_TIME);
        assertNull(row.differenceTo(new WindowRow(0, 1, 2, 10, 20, 3, 6, 1, 3, 1, 3, 2 + 1e-10, 0, Timing.ON_TIME)));
        for (final WindowRow other : List.of(
            new WindowRow(1, 1, 2, 10, 20, 3, 6, 1, 3, 1, 3, 2, 0, Timing.ON_TIME),
            new WindowRow(0, 9, 2, 10, 20, 3, 6, 1, 3, 1, 3, 2, 0, Timing.ON_TIME),
            new WindowRow(0, 1, 9, 10, 20, 3, 6, 1, 3, 1, 3, 2, 0, Timing.ON_TIME),
            new WindowRow(0, 1, 2, 9, 20, 3, 6, 1, 3, 1, 3, 2, 0, Timing.ON_TIME),
            new WindowRow(0, 1, 2, 10, 29, 3, 6, 1, 3, 1, 3, 2, 0, Timing.ON_TIME),
            new WindowRow(0, 1, 2, 10, 20, 4, 6, 1, 3, 1, 3, 2, 0, Timing.ON_TIME),
            new WindowRow(0, 1, 2, 10, 20, 3, Math.nextUp(6.0), 1, 3, 1, 3, 2, 0, Timing.ON_TIME),
            new WindowRow(0, 1, 2, 10, 20, 3, 6, 0.5, 3, 1, 3, 2, 0, Timing.ON_TIME),
            new WindowRow(0, 1, 2, 10, 20, 3, 6, 1, 4, 1, 3, 2, 0, Timing.ON_TIME),
            new WindowRow(0, 1, 2, 10, 20, 3, 6, 1, 3, 2, 3, 2, 0, Timing.ON_TIME),
            new WindowRow(0, 1, 2, 10, 20, 3, 6, 1, 3, 1, 2, 2, 0, Timing.ON_TIME),
            new WindowRow(0, 1, 2, 10, 20, 3, 6, 1, 3, 1, 3, 2 + 1e-8, 0, Timing.ON_TIME),
            new WindowRow(0, 1, 2, 10, 20, 3, 6, 1, 3, 1, 3, Double.NaN, 0, Timing.ON_TIME),
            new WindowRow(0, 1, 2, 10, 20, 3, 6, 1, 3, 1, 3, 2, 1, Timing.ON_TIME),
            new WindowRow(0, 1, 2, 10, 20, 3, 6, 1, 3, 1, 3, 2, 0, Timing.LATE)))
        {
            assertTrue(row.differenceTo(other).contains("expected"), other.toString());
        }
        final JudgedRow late = new JudgedRow(0, 0, 1, 2, 3, 4, 1, 4_000_000_000L, Double.NaN, 9);
        assertNull(late.differenceTo(new JudgedRow(0, 0, 1, 2, 3, 4, 1, 4_000_000_000L, Double.NaN, 9)));
        assertTrue(late.differenceTo(row).contains("found WindowRow"));
        assertTrue(row.differenceTo(late).contains("found JudgedRow"));
    }

    private static PlantTruth truth(final long seed, final int count)
    {
        return new PlantTruth(new Plant(seed, Plant.baseNs(NOW_NS), count), PlantWindow.ALL);
    }

    private static ReferenceModel model(final long seed, final int count)
    {
        final EventTimeConfig times = EventTimeConfig.builder().build();
        final ReferenceModel model = new ReferenceModel(new ReferenceConfig(
            PlantWindow.ALL.stream().map(PlantTruthTest::window).toList(),
            PlantWindow.OUT_OF_ORDERNESS_NS,
            Long.MAX_VALUE,
            times.earliestNs(),
            times.maxFutureNs(),
            times.maxAgeNs(),
            times.warnAgeNs(),
            true,
            1,
            new int[]{0},
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            ReferenceConfig.NEVER));
        final Plant plant = new Plant(seed, Plant.baseNs(NOW_NS), count);
        long position = 32;
        PlantReading reading;
        while (null != (reading = plant.next()))
        {
            model.onReading(new ReferenceReading(
                position,
                reading.eventId(),
                reading.deviceId(),
                reading.metric(),
                reading.time(),
                reading.timeUnit(),
                NOW_NS,
                reading.value(),
                0,
                0,
                0,
                0));
            position += 64;
        }
        model.onEndOfInput(position, NOW_NS, 0);
        return model;
    }

    private static ReferenceWindow window(final PlantWindow window)
    {
        final ReferenceWindow.Key key = window.byDevice() ?
            window.byMetric() ? ReferenceWindow.Key.DEVICE_METRIC : ReferenceWindow.Key.DEVICE :
            window.byMetric() ? ReferenceWindow.Key.METRIC : ReferenceWindow.Key.ALL;
        return ReferenceWindow.tumbling(window.name(), window.sizeNs())
            .withKey(key)
            .withLateness(window.latenessNs())
            .withFilter(new ReferenceFilter(
                window.metrics().stream().map(Integer::longValue).collect(Collectors.toSet()),
                Double.NEGATIVE_INFINITY,
                Double.POSITIVE_INFINITY,
                ReferenceFilter.NO_QUALITY_BOUND));
    }

    private static ResultRow row(final ReferenceResult result)
    {
        final ReferenceReading reading = result.reading();
        if (result.kind() != ReferenceResult.Kind.WINDOW)
        {
            return new JudgedRow(
                result.operatorIndex(),
                result.reason(),
                reading.eventId(),
                reading.deviceId(),
                reading.metric(),
                reading.eventTime(),
                reading.timeUnit(),
                result.eventTimeNs(),
                reading.value(),
                result.watermarkNs());
        }
        final ReferenceAggregate aggregate = result.aggregate();
        return new WindowRow(
            result.operatorIndex(),
            result.deviceId(),
            result.metric(),
            result.windowStartNs(),
            result.windowEndNs(),
            aggregate.count(),
            aggregate.sum(),
            aggregate.min(),
            aggregate.max(),
            aggregate.first(),
            aggregate.last(),
            aggregate.m2(),
            (int)result.revision(),
            Timing.of(result.timing().ordinal()));
    }
}
