package io.tailrace.engine;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.tailrace.archive.recording.RecordingDescriptor;
import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.config.DeliveryMode;
import io.tailrace.engine.inspect.DataDirectoryView;
import io.tailrace.engine.inspect.Verification;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Results that leave before their cause is durable: they may come again or change, and none is lost. */
class AtLeastOnceTest
{
    private static final int READINGS = 300;
    private static final int LIVES = 5;
    private static final int FRAME_ALIGNMENT = 32;

    @TempDir
    Path dir;

    private CheckpointBench bench;

    @BeforeEach
    void setUp()
    {
        bench = new CheckpointBench(dir);
        bench.mode(DeliveryMode.AT_LEAST_ONCE);
    }

    @Test
    void shouldBeginAnEpochWithEachIncarnationAndRepeatNothingAfterAStop()
    {
        for (int epoch = 0; epoch < 3; epoch++)
        {
            try (Engine engine = bench.launch("data"))
            {
                assertEquals(epoch, engine.resultsEpoch());
                assertEquals(0, engine.recovery().emittedResults());
                assertEquals(0, engine.recovery().comparedResults());
                assertEquals(epoch > 0, engine.recovery().checkpoint() != RecoveryReport.NO_CHECKPOINT);
                bench.publish(engine, READINGS);
                bench.drain(engine);
                assertTrue(engine.view().nextResultSequence() > 0);
            }
        }
        final EmittedResults results = requireComplete("data");
        assertEquals(3, results.epochs());
        assertEquals(results.expectedCount(), results.count());
    }

    @Test
    void shouldRepeatTheResultsOfTheLastCauseAfterACrash() throws IOException
    {
        try (Engine engine = bench.launch("data"))
        {
            bench.publish(engine, READINGS);
            bench.drain(engine);
            bench.crash("data", "crashed");
        }
        try (Engine engine = bench.launch("crashed"))
        {
            assertEquals(1, engine.resultsEpoch());
            assertTrue(engine.recovery().emittedResults() > 0);
            assertEquals(engine.recovery().emittedResults(), engine.view().nextResultSequence());
        }
        final EmittedResults results = requireComplete("crashed");
        assertTrue(results.count() > results.expectedCount());
    }

    @Test
    void shouldGoOnWhenTheJournalLostTheCausesOfWhatWasEmitted() throws IOException
    {
        final long middle;
        final long end;
        try (Engine engine = bench.launch("data"))
        {
            bench.publish(engine, READINGS);
            bench.drain(engine);
            middle = engine.durablePosition();
            bench.publish(engine, READINGS);
            bench.drain(engine);
            end = engine.durablePosition();
            bench.crash("data", "crashed");
        }
        bench.truncate("crashed", Engine.JOURNAL, middle + (end - middle) / 2);
        new Verification(DataDirectoryView.of(bench.data("crashed"))).verify();
        try (Engine engine = bench.launch("crashed"))
        {
            assertEquals(1, engine.resultsEpoch());
            assertEquals(0, engine.recovery().emittedResults());
            bench.publish(engine, READINGS);
            bench.drain(engine);
        }
        assertEquals(2, requireComplete("crashed").epochs());
    }

    @Test
    void shouldEmitAgainWhatTheResultsLogLost() throws IOException
    {
        final long middle;
        try (Engine engine = bench.launch("data"))
        {
            bench.publish(engine, READINGS);
            bench.drain(engine);
            bench.checkpoint(engine);
            bench.publish(engine, READINGS);
            bench.drain(engine);
            middle = engine.resultsPosition();
            bench.publish(engine, READINGS);
            bench.drain(engine);
            bench.crash("data", "crashed");
        }
        bench.truncate("crashed", Engine.RESULTS, middle);
        try (Engine engine = bench.launch("crashed"))
        {
            assertTrue(engine.recovery().checkpoint() != RecoveryReport.NO_CHECKPOINT);
            assertTrue(engine.recovery().emittedResults() > 0);
        }
        requireComplete("crashed");
    }

    /** Kills one after the other, each of which takes any part of the ends of both recordings. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void shouldLoseNoResultWhateverTheEndsLose(final long seed) throws IOException
    {
        final Random random = new Random(seed);
        String name = "life-0";
        for (int life = 1; life <= LIVES; life++)
        {
            final long journalStart;
            final long journalEnd;
            final long resultsStart;
            final long resultsEnd;
            final String next = "life-" + life;
            try (Engine engine = bench.launch(name))
            {
                journalStart = engine.recovery().journalPosition();
                resultsStart = engine.resultsPosition();
                for (int i = random.nextInt(3); i >= 0; i--)
                {
                    bench.publish(engine, random.nextInt(READINGS));
                    bench.drain(engine);
                    if (random.nextInt(3) == 0)
                    {
                        bench.checkpoint(engine);
                    }
                }
                journalEnd = engine.durablePosition();
                resultsEnd = engine.resultsPosition();
                bench.crash(name, next);
            }
            if (random.nextBoolean())
            {
                bench.truncate(next, Engine.JOURNAL, between(next, Engine.JOURNAL, random, journalStart, journalEnd));
            }
            if (random.nextBoolean())
            {
                bench.truncate(next, Engine.RESULTS, between(next, Engine.RESULTS, random, resultsStart, resultsEnd));
            }
            name = next;
            new Verification(DataDirectoryView.of(bench.data(name))).verify();
        }
        try (Engine engine = bench.launch(name))
        {
            bench.publish(engine, READINGS);
            bench.drain(engine);
        }
        requireComplete(name);
    }

    @Test
    void shouldDeliverToASubscriberThatGoesOnInAnOlderEpoch() throws IOException
    {
        final long seen;
        final long emitted;
        try (Engine engine = bench.launch("data"))
        {
            bench.publish(engine, READINGS);
            bench.drain(engine);
            emitted = engine.view().nextResultSequence();
            seen = emitted / 2;
            bench.crash("data", "crashed");
        }
        try (Engine engine = bench.launch("crashed"))
        {
            bench.publish(engine, READINGS);
            bench.drain(engine);
            final long expected = emitted - seen + engine.view().nextResultSequence();
            final List<String> delivered = new ArrayList<>();
            try (ResultSubscription subscription = engine.subscribe(0, seen))
            {
                CheckpointBench.await(expected + " results", () ->
                {
                    subscription.poll((sequence, buffer, offset) -> delivered.add(
                        buffer.getInt(offset + MessageLayout.RESULT_EPOCH_OFFSET) + " " + sequence), 100);
                    return delivered.size() >= expected;
                });
                assertEquals(1, subscription.epoch());
                assertEquals(engine.view().nextResultSequence(), subscription.nextSequence());
            }
            assertEquals("0 " + seen, delivered.get(0));
            assertEquals("0 " + (emitted - 1), delivered.get((int)(emitted - seen - 1)));
            assertEquals("1 0", delivered.get((int)(emitted - seen)));
            assertThrows(IllegalArgumentException.class, () -> engine.subscribe(2, 0));
        }
    }

    @Test
    void shouldRefuseAnotherModeUntilANewEpochBegins()
    {
        try (Engine engine = bench.launch("data"))
        {
            bench.publish(engine, READINGS);
            bench.drain(engine);
        }
        bench.mode(DeliveryMode.EXACTLY_ONCE);
        final EngineRefusedException refused =
            assertThrows(EngineRefusedException.class, () -> bench.launch("data"));
        assertTrue(refused.getMessage().contains("--new-epoch"), refused.getMessage());
        try (Engine engine = Engine.launch(bench.context("data").newEpoch(true)))
        {
            assertEquals(1, engine.resultsEpoch());
            bench.publish(engine, READINGS);
            bench.drain(engine);
        }
        try (Engine engine = bench.launch("data"))
        {
            assertEquals(1, engine.resultsEpoch());
        }
        bench.mode(DeliveryMode.AT_LEAST_ONCE);
        assertThrows(EngineRefusedException.class, () -> bench.launch("data"));
        try (Engine engine = Engine.launch(bench.context("data").newEpoch(true)))
        {
            assertEquals(2, engine.resultsEpoch());
            assertEquals(0, engine.recovery().emittedResults());
        }
        new Verification(DataDirectoryView.of(bench.data("data"))).verify();
    }

    private EmittedResults requireComplete(final String name)
    {
        new Verification(DataDirectoryView.of(bench.data(name))).verify();
        final EmittedResults results = EmittedResults.of(bench.config(bench.data(name)));
        results.requireComplete();
        return results;
    }

    /** A position at which something may have been torn, at a frame or in one; in the last segment. */
    private long between(
        final String name, final String recording, final Random random, final long from, final long end)
    {
        final long start =
            Math.max(from, end & -RecordingDescriptor.load(bench.data(name), recording).segmentLength());
        return end <= start ? end : (start + random.nextInt((int)(end - start))) & -FRAME_ALIGNMENT;
    }
}
