package io.tailrace.archive.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Random;
import java.util.concurrent.TimeUnit;

import io.tailrace.archive.Durability;
import io.tailrace.archive.TestArchive;
import io.tailrace.archive.recording.RecordingDescriptor;
import io.tailrace.archive.recording.RecordingReader;
import io.tailrace.archive.recording.TailCheck;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Kills a JVM that appends flat out, again and again, and opens its recording here. Proves the death of a process,
 * not of a machine: what the kernel had taken is not lost.
 */
final class RecordedLogCrashIT
{
    @RegisterExtension
    final TestArchive archive = new TestArchive();

    @Test
    void shouldKeepAGaplessPrefixWithAllThatWasDurableWhenKilled() throws Exception
    {
        killRepeatedly(10, Durability.PROCESS, 20261122L);
    }

    @Test
    @Tag("full")
    void shouldKeepAGaplessPrefixWithAllThatWasDurableWhenKilledManyTimes() throws Exception
    {
        killRepeatedly(100, Durability.PROCESS, System.nanoTime());
        killRepeatedly(20, Durability.POWER, System.nanoTime());
    }

    private void killRepeatedly(final int kills, final Durability durability, final long seed) throws Exception
    {
        final Random random = new Random(seed);
        final UnsafeBuffer progress = new UnsafeBuffer(AppenderProcess.mapProgress(archive.dataDir()));
        long previousEnd = progress.getLongVolatile(0);
        for (int kill = 0; kill < kills; kill++)
        {
            final String round = "seed " + seed + " kill " + kill;
            final Process process = AppenderProcess.launch(archive.dataDir(), durability);
            final long target = previousEnd + 1 + random.nextInt(4 * TestArchive.SEGMENT_LENGTH);
            try
            {
                TestArchive.await(() -> progress.getLongVolatile(0) >= target || !process.isAlive(), round);
                assertTrue(process.isAlive(), () -> round + ": " + log());
            }
            finally
            {
                process.destroyForcibly();
                assertTrue(process.waitFor(20, TimeUnit.SECONDS));
            }

            final long durable = progress.getLongVolatile(0);
            final RecordedLog log = archive.start();
            final long end = log.openPosition();
            assertTrue(end >= durable, () -> round + ": end " + end + " before durable " + durable);
            assertEquals(end, TailCheck.verify(archive.archiveDir(), log.descriptor(), false).endPosition());
            assertEquals(end, log.durablePosition());
            final long sequence = assertGapless(log.descriptor(), end, round);
            archive.append(log, sequence, AppenderProcess.lengthOf(sequence));
            archive.stop();
            previousEnd = end;
        }
    }

    private long assertGapless(final RecordingDescriptor descriptor, final long end, final String round)
    {
        try (RecordingReader reader = RecordingReader.open(archive.archiveDir(), descriptor, 0))
        {
            long sequence = 0;
            while (reader.next(end))
            {
                final int offset = reader.payloadOffset();
                final int length = reader.payloadLength();
                assertEquals(sequence, reader.payloadBuffer().getLong(offset), round);
                assertEquals(AppenderProcess.lengthOf(sequence), length, round);
                assertEquals(~sequence, reader.payloadBuffer().getLong(offset + length - 8), round);
                sequence++;
            }
            assertEquals(end, reader.nextPosition(), round);
            return sequence;
        }
    }

    private String log()
    {
        try
        {
            return Files.readString(archive.dataDir().resolve("appender.log"));
        }
        catch (final IOException ex)
        {
            return ex.toString();
        }
    }
}
