package io.tailrace.engine.checkpoint;

import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.dedup.IdSet;
import io.tailrace.engine.operator.MessageBytes;
import io.tailrace.engine.operator.OperatorCore;
import io.tailrace.engine.operator.OperatorHarness;
import io.tailrace.engine.operator.StateSection;
import io.tailrace.engine.reference.ReferenceWorkload;
import io.tailrace.engine.reference.WorkloadGenerator;
import io.tailrace.engine.ring.ResultsRing;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Restores with one thing left out, each of which results tell within a few seeds; with nothing left out they are those
 * of an undisturbed run. The seeds are fixed, and so is where a core is replaced: nothing depends on time.
 */
class RestoreMutantTest
{
    private static final int SLOTS = 1 << 12;
    private static final int MAX_SEEDS = 100;
    private static final int MAX_IDS = 1 << 12;

    /** What a restore does not do. */
    private enum Mutant
    {
        NONE,
        /** Timers are derived before there are panes to derive them from; all else is as it should be. */
        TIMERS_UNDERIVED,
        /** Ids that were remembered are not. */
        IDS_FORGOTTEN,
        /** The numbers of operators keep their first values, and nothing is derived. */
        NUMBERS_LEFT_OUT
    }

    /** Tumbling windows of global time, none of them ever forgotten: nothing but timers is derived from their panes. */
    @Test
    void shouldNoticeThatTimersAreNotRestored()
    {
        requireNoticed(Mutant.TIMERS_UNDERIVED, true);
    }

    @Test
    void shouldNoticeThatRememberedIdsAreNotRestored()
    {
        requireNoticed(Mutant.IDS_FORGOTTEN, false);
    }

    @Test
    void shouldNoticeThatNumbersOfOperatorsAreNotRestored()
    {
        requireNoticed(Mutant.NUMBERS_LEFT_OUT, false);
    }

    private static void requireNoticed(final Mutant mutant, final boolean tumblingOnly)
    {
        boolean isNoticed = false;
        for (long seed = 0; seed < MAX_SEEDS && !isNoticed; seed++)
        {
            final ReferenceWorkload workload = WorkloadGenerator.generate(seed, tumblingOnly);
            final EngineConfig config = OperatorHarness.configOf(workload.config());
            final MessageBytes messages = new MessageBytes(workload.inputs());
            final List<byte[]> expected =
                new OperatorHarness(config, messages).run(OperatorHarness.Mode.EVENT_BY_EVENT).results();
            assertTrue(areEqual(expected, run(config, messages, Mutant.NONE)), "seed " + seed);
            isNoticed = !areEqual(expected, run(config, messages, mutant));
            Reference.reachabilityFence(messages);
        }
        assertTrue(isNoticed, mutant + " was not noticed in " + MAX_SEEDS + " seeds");
    }

    private static List<byte[]> run(final EngineConfig config, final MessageBytes messages, final Mutant mutant)
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
                    restore(first, core, ring, mutant);
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
        final OperatorCore from, final OperatorCore to, final ResultsRing ring, final Mutant mutant)
    {
        try (IdSet elsewhere = new IdSet(Long.MAX_VALUE, MAX_IDS); StateCapture capture = new StateCapture(from, ring))
        {
            final List<StateSection> sections = new ArrayList<>();
            for (int i = 0; i < to.sections().size(); i++)
            {
                sections.add(mutated(to.sections().get(i), from.sections().get(i), i, mutant, elsewhere));
            }
            final StateRestore restore = new StateRestore(sections);
            capture.request(true);
            capture.begin(0, 0);
            while (capture.isUnderWay())
            {
                capture.slice();
                for (StateChunk chunk = capture.poll(); null != chunk; chunk = capture.poll())
                {
                    restore.onPayload(chunk.address(), chunk.length());
                    capture.recycle(chunk);
                }
            }
            restore.finish();
        }
    }

    private static StateSection mutated(
        final StateSection section,
        final StateSection saved,
        final int index,
        final Mutant mutant,
        final IdSet elsewhere)
    {
        final boolean isOfOperator = index > 0 && section.isNumbers();
        if (mutant == Mutant.TIMERS_UNDERIVED && isOfOperator)
        {
            // No block is there yet.
            final List<Long> numbers = new ArrayList<>();
            saved.save().accept(numbers::add);
            final Iterator<Long> next = numbers.iterator();
            section.load().accept(next::next);
        }
        if ((mutant == Mutant.TIMERS_UNDERIVED || mutant == Mutant.NUMBERS_LEFT_OUT) && isOfOperator)
        {
            return new StateSection(section.name(), null, null, section.save(), in ->
                saved.save().accept(value -> in.getLong()));
        }
        if (mutant == Mutant.IDS_FORGOTTEN && null != section.ids())
        {
            return new StateSection(section.name(), null, elsewhere, null, null);
        }
        return section;
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
