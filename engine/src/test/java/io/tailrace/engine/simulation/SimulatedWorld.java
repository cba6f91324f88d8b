package io.tailrace.engine.simulation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

import io.tailrace.archive.checkpoint.CheckpointDirectory;
import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.RecoveryReport;
import io.tailrace.engine.checkpoint.StateComparison;
import io.tailrace.engine.config.CheckpointConfig;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.operator.OperatorCore;
import io.tailrace.engine.operator.OperatorHarness;
import io.tailrace.engine.reference.ReferenceConfig;
import io.tailrace.engine.reference.ReferenceInput;
import io.tailrace.engine.reference.ReferenceWorkload;
import io.tailrace.engine.reference.WorkloadGenerator;
import org.agrona.IoUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One input, a few lives of an engine, and what outlasts them: journal, results log and checkpoint files. Everything
 * that happens follows from the seed.
 * <p>
 * After each life, and after each recovery, it is audited: the journal holds what was taken, in order, each message
 * once, and all that was durable; the results log holds what an undisturbed run gives for that journal, byte for byte;
 * the operators' state is the one of that run. And the reference model, which shares nothing with the engine, has the
 * same results for that journal.
 */
final class SimulatedWorld implements AutoCloseable
{
    private static final int SLOT = MessageLayout.SLOT_LENGTH;
    private static final int RESULT = MessageLayout.RESULT_LENGTH;
    private static final int TERM_LENGTH = 4096;
    private static final int MAX_KEYS = 64;
    private static final int MAX_LIVES = 6;
    private static final int MAX_STEPS_SHIFT = 9;
    private static final int MAX_OPERATIONS_SHIFT = 12;
    private static final int DAMAGES = 4;

    private final SplittableRandom random;
    private final Mutation mutation;
    private final Path dir;
    private final StringBuilder trace;
    private final EngineConfig config;
    private final EngineConfig engineConfig;
    private final SimulatedSenders senders;
    private final FakeMedium journal;
    private final FakeMedium results;
    private final UndisturbedRun undisturbed;
    private final ReferenceRun reference;
    private final boolean isDamaging;
    private final boolean isPurging;

    /** What ought to be in the journal, in order, and where it was put as far as that is known. */
    private final List<byte[]> published = new ArrayList<>();
    private final List<Long> positions = new ArrayList<>();
    private final List<Integer> inputOf = new ArrayList<>();
    private long auditedPosition;
    private int auditedMessages;
    private long auditedResultsPosition;
    private int auditedResults;
    private long operationsLeft = Long.MAX_VALUE;

    private int crashes;
    private int restored;
    private long compared;

    SimulatedWorld(final long seed, final Path dir, final Mutation mutation, final StringBuilder trace)
    {
        random = new SplittableRandom(seed);
        this.dir = dir;
        this.mutation = mutation;
        this.trace = trace;
        final ReferenceWorkload workload = WorkloadGenerator.generate(seed);
        final List<ReferenceInput> inputs =
            workload.inputs().stream().filter(input -> !(input instanceof ReferenceInput.Started)).toList();
        senders = new SimulatedSenders(seed, inputs);
        // No workload has more keys; room for them costs time.
        final ReferenceConfig operators = workload.config().withLimits(
            workload.config().maxDevices(),
            Math.min(workload.config().maxKeys(), MAX_KEYS),
            workload.config().keyTtlNs());
        reference = new ReferenceRun(operators, inputs);
        config = OperatorHarness.configOf(operators).toBuilder()
            .dataDir(dir)
            .checkpoint(CheckpointConfig.builder()
                .intervalNs(SimulatedLife.intervalNs())
                .retain(1 + random.nextInt(3))
                .incremental(random.nextInt(4) > 0)
                .build())
            .build();
        engineConfig = mutation.configOf(config);
        journal = new FakeMedium(
            "journal", TERM_LENGTH, TERM_LENGTH << random.nextInt(2), SLOT + random.nextInt(12) * SLOT);
        results = new FakeMedium(
            "results", TERM_LENGTH, TERM_LENGTH << random.nextInt(2), RESULT + random.nextInt(6) * RESULT);
        isDamaging = random.nextInt(3) == 0;
        isPurging = random.nextInt(3) == 0;
        undisturbed = new UndisturbedRun(config);
    }

    /** Lives, crashes, recovers and is audited. */
    void run()
    {
        final int lives = 1 + random.nextInt(MAX_LIVES);
        for (int i = 1; i < lives; i++)
        {
            final boolean isCrashing = live(i);
            if (isCrashing)
            {
                crash();
            }
            audit(!isCrashing);
            if (random.nextBoolean())
            {
                senders.goOnBehind(inputOf.stream().mapToInt(Integer::intValue).max().orElse(-1));
            }
            senders.onDeath();
            mutation.onDeath(this);
        }
        trace("life", lives);
        try (SimulatedLife life = new SimulatedLife(this, this::onOperation))
        {
            life.runToEnd();
            auditedResults = 0;
            auditedResultsPosition = 0;
            audit(true);
            requireEqualState(life.core(), "at the end");
        }
    }

    int crashes()
    {
        return crashes;
    }

    int restored()
    {
        return restored;
    }

    long compared()
    {
        return compared;
    }

    long duplicates()
    {
        return reference.duplicates();
    }

    int resultCount()
    {
        return auditedResults;
    }

    SplittableRandom random()
    {
        return random;
    }

    Mutation mutation()
    {
        return mutation;
    }

    Path dir()
    {
        return dir;
    }

    /** @return the configuration that engines are launched with. */
    EngineConfig engineConfig()
    {
        return engineConfig;
    }

    FakeMedium journal()
    {
        return journal;
    }

    FakeMedium results()
    {
        return results;
    }

    boolean isPurging()
    {
        return isPurging;
    }

    int inputsLeft()
    {
        return senders.left();
    }

    /** Puts the next input where it is wanted. */
    void takeInput(final long address)
    {
        final int input = senders.take(address);
        onPublished(address);
        inputOf.set(inputOf.size() - 1, input);
    }

    /** A message is on its way to the journal. */
    void onPublished(final long address)
    {
        final byte[] bytes = new byte[SLOT];
        new UnsafeBuffer(address, SLOT).getBytes(0, bytes);
        published.add(bytes);
        inputOf.add(-1);
    }

    /** The next message on its way is in the journal, as the engine knows it. */
    void onJournalled(final long position)
    {
        positions.add(position);
    }

    /** @return a time for who begins. */
    long timeOf(final OperatorCore core)
    {
        final long engineTimeNs = core.watermark().engineTimeNs();
        return engineTimeNs == Long.MIN_VALUE ? 0 : engineTimeNs;
    }

    void onRecovered(final OperatorCore core, final RecoveryReport report)
    {
        trace("recovered from checkpoint", report.checkpoint());
        restored += report.checkpoint() == RecoveryReport.NO_CHECKPOINT ? 0 : 1;
        compared += report.comparedResults();
        auditResults(true);
        requireEqualState(core, "after recovery");
    }

    void onError(final Throwable error)
    {
        if (null != trace)
        {
            trace.append("  told: ").append(error).append('\n');
        }
        if (!isDamaging)
        {
            throw new AssertionError("nothing was damaged, but: " + error.getMessage(), error);
        }
    }

    void trace(final Object what, final long number)
    {
        if (null != trace && number != 0)
        {
            trace.append("  ").append(what).append(' ').append(number)
                .append("  journal ").append(journal.durablePosition()).append('/').append(journal.endPosition())
                .append("  results ").append(results.durablePosition()).append('/').append(results.endPosition())
                .append('\n');
        }
    }

    /** A process that dies leaves its unfinished checkpoint as far as it was written. */
    void keepHalfWritten(final Runnable close)
    {
        final List<Path> unfinished = files(".tmp");
        final List<Path> aside = new ArrayList<>();
        try
        {
            for (final Path file : unfinished)
            {
                aside.add(Files.move(file, dir.resolve("aside-" + aside.size())));
            }
            close.run();
            for (int i = 0; i < aside.size(); i++)
            {
                Files.move(aside.get(i), unfinished.get(i));
            }
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }

    @Override
    public void close()
    {
        undisturbed.close();
        journal.close();
        results.close();
        IoUtil.delete(dir.toFile(), true);
    }

    /** @return whether it ends by a crash. */
    private boolean live(final int number)
    {
        trace("life", number);
        final boolean isShutDown = random.nextInt(5) == 0;
        final boolean isAnywhere = !isShutDown && random.nextBoolean();
        operationsLeft =
            isAnywhere ? 1 + random.nextInt(1 << 1 + random.nextInt(MAX_OPERATIONS_SHIFT)) : Long.MAX_VALUE;
        try (SimulatedLife life = new SimulatedLife(this, this::onOperation))
        {
            life.run(1 + random.nextInt(8 << random.nextInt(MAX_STEPS_SHIFT)));
            if (isShutDown)
            {
                life.shutDown();
            }
        }
        catch (final SimulatedCrash crash)
        {
            trace("killed", number);
        }
        operationsLeft = Long.MAX_VALUE;
        return !isShutDown;
    }

    private void onOperation()
    {
        if (--operationsLeft == 0)
        {
            throw new SimulatedCrash();
        }
    }

    private void crash()
    {
        crashes++;
        final long acknowledged = positions.stream().filter(at -> at + SLOT <= journal.durablePosition()).count();
        journal.crash(random);
        results.crash(random);
        trace("crash", crashes);
        auditJournal();
        if (auditedMessages < acknowledged)
        {
            throw new AssertionError(acknowledged + " messages were durable, " + auditedMessages + " are left");
        }
        published.subList(auditedMessages, published.size()).clear();
        positions.subList(Math.min(auditedMessages, positions.size()), positions.size()).clear();
        inputOf.subList(auditedMessages, inputOf.size()).clear();
        while (positions.size() < published.size())
        {
            positions.add(-1L);
        }
        if (isDamaging && random.nextBoolean())
        {
            damage();
        }
    }

    private void audit(final boolean isComplete)
    {
        auditJournal();
        if (isComplete && auditedMessages != published.size())
        {
            throw new AssertionError(published.size() + " messages were taken, " + auditedMessages + " are journalled");
        }
        auditResults(isComplete);
    }

    private void auditJournal()
    {
        while (auditedPosition < journal.endPosition())
        {
            final int length = journal.frameLength(auditedPosition);
            for (int at = FakeMedium.HEADER_LENGTH; at < length; at += SLOT)
            {
                auditMessage(
                    journal.segment(auditedPosition), journal.offsetOf(auditedPosition) + at, auditedPosition + at);
            }
            auditedPosition += FakeMedium.aligned(Math.abs(length) - FakeMedium.HEADER_LENGTH);
        }
    }

    private void auditMessage(final UnsafeBuffer segment, final int offset, final long position)
    {
        final byte[] bytes = new byte[SLOT];
        segment.getBytes(offset, bytes);
        if (auditedMessages >= published.size() || !Arrays.equals(published.get(auditedMessages), bytes))
        {
            throw new AssertionError(
                "journal position " + position + ": message " + auditedMessages + " is not the one that was taken");
        }
        if (auditedMessages < positions.size() && positions.get(auditedMessages) >= 0 &&
            positions.get(auditedMessages) != position)
        {
            throw new AssertionError("journal position " + position + ": message " + auditedMessages +
                " was said to be at " + positions.get(auditedMessages));
        }
        reference.onMessage(inputOf.get(auditedMessages), bytes, position);
        auditedMessages++;
        undisturbed.onMessage(segment.addressOffset() + offset, position);
    }

    /** The results log holds what it must so far, and all there is if it is complete. */
    private void auditResults(final boolean isComplete)
    {
        final List<byte[]> expected = undisturbed.results();
        reference.compare(expected);
        final byte[] bytes = new byte[RESULT];
        int count = auditedResults;
        long position = auditedResultsPosition;
        while (position < results.endPosition())
        {
            final int length = results.frameLength(position);
            for (int at = FakeMedium.HEADER_LENGTH; at < length; at += RESULT)
            {
                results.segment(position).getBytes(results.offsetOf(position) + at, bytes);
                if (count >= expected.size() || !Arrays.equals(expected.get(count), bytes))
                {
                    throw new AssertionError("results log position " + (position + at) + ": result " + count +
                        (count >= expected.size() ? " has no cause in the journal" : " is not the right one"));
                }
                count++;
            }
            position += FakeMedium.aligned(Math.abs(length) - FakeMedium.HEADER_LENGTH);
            if (position <= results.durablePosition())
            {
                auditedResults = count;
                auditedResultsPosition = position;
            }
        }
        if (isComplete && count != expected.size())
        {
            throw new AssertionError(count + " results, expected " + expected.size());
        }
    }

    private void requireEqualState(final OperatorCore core, final String when)
    {
        // What was configured otherwise has another state.
        final String difference =
            engineConfig == config ? StateComparison.difference(undisturbed.core(), core) : "";
        if (!difference.isEmpty())
        {
            throw new AssertionError("state of " + difference + " " + when + " is not that of an undisturbed run");
        }
    }

    /** Flips a bit of a checkpoint, cuts one short or removes it; if the journal was purged, one that can be missed. */
    private void damage()
    {
        final List<Path> files = files(".checkpoint");
        if (files.isEmpty())
        {
            return;
        }
        final Path file = files.get(random.nextBoolean() ? files.size() - 1 : random.nextInt(files.size()));
        try
        {
            final byte[] bytes = Files.readAllBytes(file);
            final int at = random.nextInt(bytes.length);
            switch (random.nextInt(DAMAGES))
            {
                case 0:
                    Files.delete(file);
                    break;

                case 1:
                    Files.write(file, Arrays.copyOf(bytes, at));
                    break;

                default:
                    final byte[] flipped = bytes.clone();
                    flipped[at] ^= (byte)(1 << random.nextInt(Byte.SIZE));
                    Files.write(file, flipped);
                    break;
            }
            trace("damaged byte of " + file.getFileName(), at);
            if (journal.startPosition() > 0 && !isRestorable())
            {
                Files.write(file, bytes);
                trace("repaired " + file.getFileName(), at);
            }
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }

    private boolean isRestorable()
    {
        return CheckpointDirectory.open(dir).candidates().stream().anyMatch(chain -> chain.verify().isEmpty() &&
            chain.newest().journalPosition() >= journal.startPosition());
    }

    private List<Path> files(final String ending)
    {
        final Path checkpoints = CheckpointDirectory.dirOf(dir);
        if (!Files.isDirectory(checkpoints))
        {
            return List.of();
        }
        try (Stream<Path> list = Files.list(checkpoints))
        {
            return list.filter(file -> file.getFileName().toString().endsWith(ending)).sorted().toList();
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }
}
