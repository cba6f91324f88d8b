package io.tailrace.engine.checkpoint;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.operator.MessageBytes;
import io.tailrace.engine.operator.OperatorCore;
import io.tailrace.engine.operator.OperatorHarness;
import io.tailrace.engine.operator.StateSection;
import io.tailrace.engine.reference.ReferenceWorkload;
import io.tailrace.engine.reference.WorkloadGenerator;
import io.tailrace.engine.ring.ResultsRing;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Shows that results tell whether timers were derived from the panes after a restore: a restore that leaves it out
 * gives others.
 */
class UnderivedTimersTest
{
    private static final int SLOTS = 1 << 12;
    private static final int MAX_SEEDS = 100;

    @Test
    void shouldNoticeThatTimersAreNotDerivedFromWhatWasRestored()
    {
        boolean isNoticed = false;
        for (long seed = 0; seed < MAX_SEEDS && !isNoticed; seed++)
        {
            final ReferenceWorkload workload = WorkloadGenerator.generate(seed);
            final EngineConfig config = OperatorHarness.configOf(workload.config());
            final MessageBytes messages = new MessageBytes(workload.inputs());
            final List<byte[]> expected =
                new OperatorHarness(config, messages).run(OperatorHarness.Mode.EVENT_BY_EVENT).results();
            assertTrue(areEqual(expected, run(config, messages, true)), "seed " + seed);
            isNoticed = !areEqual(expected, run(config, messages, false));
        }
        assertTrue(isNoticed, "not noticed in " + MAX_SEEDS + " seeds");
    }

    private static List<byte[]> run(final EngineConfig config, final MessageBytes messages, final boolean isDeriving)
    {
        final List<byte[]> results = new ArrayList<>();
        final int restoredAfter = messages.count() / 2;
        final ResultsRing ring = new ResultsRing(SLOTS);
        final OperatorCore first = new OperatorCore(config, ring);
        OperatorCore core = first;
        try
        {
            for (int i = 0; i < messages.count(); i++)
            {
                while (!core.onMessage(messages.address(i), messages.position(i)))
                {
                    take(ring, results);
                }
                while (core.isFiring() && !core.resume())
                {
                    take(ring, results);
                }
                take(ring, results);
                if (i == restoredAfter)
                {
                    core = new OperatorCore(config, ring);
                    restore(first, core, ring, isDeriving);
                }
            }
            return results;
        }
        finally
        {
            first.close();
            if (core != first)
            {
                core.close();
            }
        }
    }

    private static void restore(
        final OperatorCore from, final OperatorCore to, final ResultsRing ring, final boolean isDeriving)
    {
        final List<StateSection> sections = new ArrayList<>();
        for (int i = 0; i < to.sections().size(); i++)
        {
            final StateSection section = to.sections().get(i);
            sections.add(isDeriving || i == 0 || !section.isNumbers() ?
                section : withoutDerivation(section, from.sections().get(i)));
        }
        final StateRestore restore = new StateRestore(sections);
        try (StateCapture capture = new StateCapture(from, ring))
        {
            capture.request(true);
            capture.begin(0, 0);
            while (capture.isUnderWay())
            {
                capture.slice();
                for (StateChunk chunk = capture.poll(); null != chunk; chunk = capture.poll())
                {
                    final UnsafeBuffer payload = new UnsafeBuffer(ByteBuffer.allocateDirect(chunk.length()));
                    payload.putBytes(0, new UnsafeBuffer(chunk.address(), chunk.length()), 0, chunk.length());
                    restore.onPayload(payload.addressOffset(), payload.capacity());
                    capture.recycle(chunk);
                }
            }
        }
        restore.finish();
    }

    private static StateSection withoutDerivation(final StateSection section, final StateSection saved)
    {
        return new StateSection(section.name(), null, null, section.save(), in ->
            saved.save().accept(value -> in.getLong()));
    }

    private static void take(final ResultsRing ring, final List<byte[]> results)
    {
        while (ring.available() > 0)
        {
            final byte[] result = new byte[MessageLayout.RESULT_LENGTH];
            ring.buffer().getBytes(ring.offsetOf(0), result);
            results.add(result);
            ring.release(1);
        }
    }

    private static boolean areEqual(final List<byte[]> expected, final List<byte[]> found)
    {
        boolean isEqual = expected.size() == found.size();
        for (int i = 0; i < expected.size() && isEqual; i++)
        {
            isEqual = Arrays.equals(expected.get(i), found.get(i));
        }
        return isEqual;
    }
}
