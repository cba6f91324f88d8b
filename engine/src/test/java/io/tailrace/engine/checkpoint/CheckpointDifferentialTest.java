package io.tailrace.engine.checkpoint;

import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

/**
 * Small hostile runs from seeds, in which state is captured while it goes on changing, full and in increments, and
 * restored into another core that goes on in its place: the results are those of an undisturbed run, byte for byte, and
 * the state is the one that was there at the barrier.
 */
class CheckpointDifferentialTest
{
    private static final int SLOTS = 1 << 15;

    @Test
    void shouldGoOnFromCheckpointsAsIfNothingHadHappened()
    {
        run(0, 150, 0.1);
    }

    @Test
    void shouldGoOnFromACheckpointAfterEveryMessage()
    {
        run(5_000, 5_003, 1.0);
    }

    @Test
    @Tag("full")
    void shouldGoOnFromCheckpointsOverManySeeds()
    {
        run(10_000, 10_000 + Integer.getInteger("tailrace.test.seeds", 3_000), 0.1);
    }

    private static void run(final long firstSeed, final long lastSeed, final double restoreShare)
    {
        long checkpoints = 0;
        long restored = 0;
        for (long seed = firstSeed; seed < lastSeed; seed++)
        {
            final ReferenceWorkload workload = WorkloadGenerator.generate(seed);
            final MessageBytes messages = new MessageBytes(workload.inputs());
            final EngineConfig config = OperatorHarness.configOf(workload.config());
            final List<byte[]> expected = new OperatorHarness(config, messages)
                .run(OperatorHarness.Mode.EVENT_BY_EVENT).results();
            try (Run run = new Run(seed, config, messages, expected, restoreShare))
            {
                run.run();
                checkpoints += run.checkpoints;
                restored += run.restored;
            }
        }
        System.out.printf("%d seeds, %d checkpoints, %d restored%n", lastSeed - firstSeed, checkpoints, restored);
    }

    private static final class Run implements AutoCloseable
    {
        private final long seed;
        private final Random random;
        private final EngineConfig config;
        private final MessageBytes messages;
        private final List<byte[]> expected;
        private final double restoreShare;

        private ResultsRing ring = new ResultsRing(SLOTS);
        private OperatorCore core;
        private StateCapture capture;
        private StateDigest recordDigest;
        private boolean hasFull;
        private int barrierMessage;
        private StateDigest barrierDigest;
        private final List<byte[]> chain = new ArrayList<>();
        private int taken;
        private int checkpoints;
        private int restored;

        private Run(
            final long seed,
            final EngineConfig config,
            final MessageBytes messages,
            final List<byte[]> expected,
            final double restoreShare)
        {
            this.seed = seed;
            this.config = config;
            this.messages = messages;
            this.expected = expected;
            this.restoreShare = restoreShare;
            random = new Random(seed);
            core = new OperatorCore(config, ring);
            watch();
        }

        private void run()
        {
            for (int i = 0; i < messages.count(); i++)
            {
                process(i);
                if (capture.isUnderWay())
                {
                    capture.slice();
                    drainChunks(i);
                }
                else if (random.nextDouble() < Math.max(0.3, restoreShare))
                {
                    begin(i);
                }
            }
            if (taken != expected.size())
            {
                fail("seed " + seed + ": " + taken + " results, expected " + expected.size());
            }
        }

        private void begin(final int message)
        {
            final boolean isFull = !hasFull || random.nextInt(8) == 0;
            if (isFull)
            {
                chain.clear();
                recordDigest.clear();
            }
            hasFull = true;
            barrierMessage = message;
            barrierDigest = StateDigest.of(core.sections());
            capture.request(isFull);
            capture.begin(messages.position(message) + MessageLayout.SLOT_LENGTH, 0);
            assertEquals(core.nextResultSequence(), capture.barrier().nextResultSequence());
            if (restoreShare == 1.0)
            {
                while (capture.isUnderWay())
                {
                    capture.slice();
                    drainChunks(message);
                }
            }
        }

        private void drainChunks(final int message)
        {
            for (StateChunk chunk = capture.poll(); null != chunk; chunk = capture.poll())
            {
                final byte[] payload = new byte[chunk.length()];
                new UnsafeBuffer(chunk.address(), chunk.length()).getBytes(0, payload);
                chain.add(payload);
                for (int at = 0; at < chunk.length(); at += StateRecord.length(chunk.address() + at))
                {
                    recordDigest.onRecord(chunk.address() + at);
                }
                final boolean isLast = chunk.isLast();
                capture.recycle(chunk);
                if (isLast)
                {
                    checkpoints++;
                    requireEqual("records", recordDigest);
                    if (random.nextDouble() < restoreShare)
                    {
                        restore(message);
                    }
                }
            }
        }

        /** Goes on with a new core from the barrier; what it gives anew is what was given already. */
        private void restore(final int message)
        {
            final int takenBefore = taken;
            final long sequence = capture.barrier().nextResultSequence();
            close();
            ring = new ResultsRing(SLOTS);
            core = new OperatorCore(config, ring);
            final StateRestore restore = new StateRestore(core.sections());
            for (final byte[] payload : chain)
            {
                final UnsafeBuffer buffer = new UnsafeBuffer(java.nio.ByteBuffer.allocateDirect(payload.length));
                buffer.putBytes(0, payload);
                restore.onPayload(buffer.addressOffset(), payload.length);
                Reference.reachabilityFence(buffer);
            }
            requireEqual("restored records", restore.finish());
            requireEqual("restored core", StateDigest.of(core.sections()));
            assertEquals(sequence, core.nextResultSequence());
            taken = (int)sequence;
            watch();
            for (int i = barrierMessage + 1; i <= message; i++)
            {
                process(i);
            }
            assertEquals(takenBefore, taken, () -> "seed " + seed + ", message " + message);
            restored++;
        }

        private void watch()
        {
            capture = new StateCapture(core, ring, 1 + random.nextInt(3));
            recordDigest = new StateDigest(core.sections().size());
            hasFull = false;
        }

        private void process(final int i)
        {
            while (!core.onMessage(messages.address(i), messages.position(i)))
            {
                take();
            }
            while (core.isFiring() && !core.resume())
            {
                take();
            }
            take();
        }

        private void take()
        {
            while (ring.available() > 0)
            {
                final byte[] result = new byte[MessageLayout.RESULT_LENGTH];
                ring.buffer().getBytes(ring.offsetOf(0), result);
                if (taken >= expected.size() || !Arrays.equals(expected.get(taken), result))
                {
                    fail("seed " + seed + ": result " + taken + " has other bytes, restored " + restored + " times");
                }
                taken++;
                ring.release(1);
            }
        }

        private void requireEqual(final String what, final StateDigest found)
        {
            final List<StateSection> sections = core.sections();
            for (int i = 0; i < sections.size(); i++)
            {
                if (barrierDigest.get(i) != found.get(i))
                {
                    fail("seed " + seed + ", barrier after message " + barrierMessage + ": " + what + " of section " +
                        i + ", " + sections.get(i).name() + ", " + sections.get(i).kind() +
                        ", differ; restored " + restored + " times");
                }
            }
        }

        @Override
        public void close()
        {
            capture.close();
            core.close();
        }
    }
}
