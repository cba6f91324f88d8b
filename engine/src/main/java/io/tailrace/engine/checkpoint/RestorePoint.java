package io.tailrace.engine.checkpoint;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;

import io.tailrace.archive.checkpoint.CheckpointChain;
import io.tailrace.archive.checkpoint.CheckpointMeta;
import io.tailrace.archive.checkpoint.CheckpointReader;
import io.tailrace.archive.checkpoint.CorruptCheckpointException;
import io.tailrace.engine.operator.OperatorCore;
import io.tailrace.engine.operator.StateSection;
import org.agrona.ErrorHandler;

/**
 * Where recovery begins: the newest checkpoint that could be restored, with the core that it was restored into, or an
 * empty core and the journal's beginning.
 *
 * @param core   to be replayed into.
 * @param meta   of the checkpoint; null: none.
 * @param later  newer checkpoints that could not be restored although their footers are whole: what they say of the
 *               state must come true in the replay. Oldest first.
 * @param blocks restored.
 */
public record RestorePoint(OperatorCore core, CheckpointMeta meta, List<Expectation> later, long blocks)
{
    /** Each costs a pass over all state. */
    private static final int MAX_EXPECTATIONS = 3;

    /**
     * The state at a journal position, as a checkpoint says.
     *
     * @param meta    of the checkpoint.
     * @param digests of the sections of the state.
     */
    public record Expectation(CheckpointMeta meta, long[] digests)
    {
        /**
         * Compares a state.
         *
         * @return name of the first part of it that is another one; empty if all are equal.
         */
        public String difference(final List<StateSection> sections)
        {
            final StateDigest digest = StateDigest.of(sections);
            if (digests.length != sections.size())
            {
                return digests.length + " sections, not " + sections.size();
            }
            for (int i = 0; i < digests.length; i++)
            {
                if (digest.get(i) != digests[i])
                {
                    return sections.get(i).name() + " (" + sections.get(i).kind() + ")";
                }
            }
            return "";
        }
    }

    /**
     * Restores the newest checkpoint that is whole.
     *
     * @param candidates newest first.
     * @param isUsable   whether a checkpoint is of the configuration that is to be restored.
     * @param epoch      of the results that will be given; what a checkpoint of another one says is not expected, since
     *                   results were counted differently then.
     * @param newCore    makes an empty core.
     * @param errors     told of each checkpoint that is damaged.
     */
    public static RestorePoint restore(
        final List<CheckpointChain> candidates,
        final Predicate<CheckpointMeta> isUsable,
        final int epoch,
        final Supplier<OperatorCore> newCore,
        final ErrorHandler errors)
    {
        final List<Expectation> later = new ArrayList<>();
        final Set<Path> damaged = new HashSet<>();
        for (final CheckpointChain chain : candidates)
        {
            if (isUsable.test(chain.newest()))
            {
                // What is damaged is read once, however many checkpoints stand upon it.
                final RestorePoint restored = chain.files().stream().anyMatch(damaged::contains) ?
                    null : tryRestore(chain, newCore, damaged, later, errors);
                if (null != restored)
                {
                    return restored;
                }
                if (chain.newest().resultEpoch() == epoch && later.size() < MAX_EXPECTATIONS)
                {
                    expect(chain, later, errors);
                }
            }
        }
        return new RestorePoint(newCore.get(), null, List.copyOf(later), 0);
    }

    /**
     * Reads what the engine wrote at the end of the newest checkpoint of a chain.
     *
     * @param errors told if that cannot be read.
     * @return the footer; null if it cannot be read.
     */
    public static CheckpointFooter footer(final CheckpointChain chain, final ErrorHandler errors)
    {
        try (CheckpointReader reader = chain.open(chain.size() - 1))
        {
            return CheckpointFooter.decode(reader.footer());
        }
        catch (final CorruptCheckpointException | StateMismatchException ex)
        {
            errors.onError(new CheckpointGivenUpException(
                "checkpoint " + chain.newest().number() + " is left out: " + ex.getMessage(), ex));
            return null;
        }
    }

    /** Null if the checkpoint cannot be restored. */
    private static RestorePoint tryRestore(
        final CheckpointChain chain,
        final Supplier<OperatorCore> newCore,
        final Set<Path> damaged,
        final List<Expectation> later,
        final ErrorHandler errors)
    {
        final OperatorCore core = newCore.get();
        try
        {
            return restore(chain, core, List.copyOf(later));
        }
        catch (final UncheckedIOException | Error ex)
        {
            core.close();
            throw ex;
        }
        catch (final RuntimeException ex)
        {
            core.close();
            if (ex instanceof final CorruptCheckpointException corrupt)
            {
                damaged.add(corrupt.file());
            }
            errors.onError(new CheckpointGivenUpException(
                "checkpoint " + chain.newest().number() + " is left out: " + ex.getMessage(), ex));
            return null;
        }
    }

    private static void expect(
        final CheckpointChain chain, final List<Expectation> later, final ErrorHandler errors)
    {
        final CheckpointFooter footer = footer(chain, errors);
        if (null != footer)
        {
            later.add(0, new Expectation(chain.newest(), footer.digests()));
        }
    }

    private static RestorePoint restore(
        final CheckpointChain chain, final OperatorCore core, final List<Expectation> later)
    {
        final StateRestore restore = new StateRestore(core.sections());
        CheckpointFooter footer = null;
        for (int i = 0; i < chain.size(); i++)
        {
            try (CheckpointReader reader = chain.open(i))
            {
                while (reader.next())
                {
                    restore.onPayload(reader.payloadAddress(), reader.payloadLength());
                }
                footer = CheckpointFooter.decode(reader.footer());
            }
        }
        final StateDigest digest = restore.finish();
        for (int i = 0; i < digest.sectionCount(); i++)
        {
            if (digest.get(i) != footer.digests()[i])
            {
                throw new StateMismatchException(
                    "state of " + core.sections().get(i).name() + " is not the one that was captured");
            }
        }
        return new RestorePoint(core, chain.newest(), later, restore.blocks());
    }
}
