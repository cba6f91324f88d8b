package io.tailrace.engine.queue;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static io.tailrace.engine.queue.PipelineStage.EGRESS;
import static io.tailrace.engine.queue.PipelineStage.GATE;
import static io.tailrace.engine.queue.PipelineStage.INGRESS;
import static io.tailrace.engine.queue.PipelineStage.JOURNAL;
import static io.tailrace.engine.queue.PipelineStage.NONE;
import static io.tailrace.engine.queue.PipelineStage.OPERATORS;
import static org.junit.jupiter.api.Assertions.assertEquals;

class BottleneckTest
{
    private static final long SECOND = 1_000_000_000L;
    private static final long START = 77;

    private final Map<PipelineStage, BackPressure> pressures = new EnumMap<>(PipelineStage.class);
    private final Bottleneck bottleneck;
    private long nowNs = START;
    private long released = 100;

    BottleneckTest()
    {
        Stream.of(INGRESS, JOURNAL, OPERATORS, GATE, EGRESS)
            .forEach(stage -> pressures.put(stage, new BackPressure(stage)));
        // What was before it is not of its first second.
        press(EGRESS, 10 * SECOND);
        bottleneck = new Bottleneck(List.copyOf(pressures.values()), () -> released, START);
    }

    @Test
    void shouldNameNoneAtFirstAndWithoutBackPressure()
    {
        assertEquals(NONE, bottleneck.stage());
        assertEquals(NONE, afterASecond());
        assertEquals(NONE, afterASecond());
    }

    @ParameterizedTest
    @EnumSource(names = {"INGRESS", "JOURNAL", "OPERATORS", "EGRESS"})
    void shouldNameAStageThatWasUnderPressureForMoreThanHalfOfTheTime(final PipelineStage stage)
    {
        press(stage, SECOND / 2);
        assertEquals(NONE, afterASecond());
        press(stage, SECOND / 2 + 1);
        assertEquals(stage, afterASecond());
        assertEquals(NONE, afterASecond());
    }

    @Test
    void shouldNameTheOneFurthestDownstream()
    {
        press(INGRESS, SECOND);
        press(OPERATORS, SECOND);
        assertEquals(OPERATORS, afterASecond());
        press(INGRESS, SECOND);
        press(JOURNAL, SECOND * 9 / 10);
        assertEquals(JOURNAL, afterASecond());
        press(INGRESS, SECOND);
        press(OPERATORS, SECOND);
        press(EGRESS, SECOND * 6 / 10);
        assertEquals(EGRESS, afterASecond());
        press(INGRESS, SECOND * 6 / 10);
        press(EGRESS, SECOND * 4 / 10);
        assertEquals(INGRESS, afterASecond());
    }

    @Test
    void shouldNotCallItABottleneckThatResultsWaitForTheirCausesWhileTheyFlow()
    {
        press(GATE, SECOND);
        released++;
        assertEquals(NONE, afterASecond());
        press(GATE, SECOND);
        press(INGRESS, SECOND);
        released++;
        assertEquals(INGRESS, afterASecond());
    }

    @Test
    void shouldNameTheGateWhenNoResultLeavesOrOperatorsWaitForIt()
    {
        press(GATE, SECOND);
        assertEquals(GATE, afterASecond());
        released++;
        press(GATE, SECOND);
        press(OPERATORS, SECOND);
        assertEquals(GATE, afterASecond());
    }

    @Test
    void shouldNameTheJournalForWhichTheGateWaitsToo()
    {
        press(GATE, SECOND);
        press(JOURNAL, SECOND);
        press(INGRESS, SECOND);
        assertEquals(JOURNAL, afterASecond());
    }

    @Test
    void shouldGoByTheTimeThatHasPassed()
    {
        press(JOURNAL, SECOND);
        nowNs += 2 * SECOND;
        assertEquals(NONE, afterASecond());
        press(JOURNAL, 2 * SECOND);
        nowNs += 2 * SECOND;
        assertEquals(JOURNAL, afterASecond());
    }

    @Test
    void shouldNameNobodyWhereNothingIsMeasured()
    {
        final Bottleneck unmeasured = new Bottleneck(List.of(), () -> 0, START);
        unmeasured.update(START + SECOND);
        assertEquals(NONE, unmeasured.stage());
    }

    private PipelineStage afterASecond()
    {
        nowNs += SECOND;
        bottleneck.update(nowNs);
        return bottleneck.stage();
    }

    private void press(final PipelineStage stage, final long ns)
    {
        pressures.get(stage).onRefused();
        pressures.get(stage).onCycle(ns);
    }
}
