package io.tailrace.archive.journal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.aeron.archive.client.ArchiveException;
import io.tailrace.archive.Durability;
import io.tailrace.archive.TestArchive;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

final class LiveRecordingTest
{
    @RegisterExtension
    final TestArchive archive = new TestArchive();

    private final List<Throwable> errors = new ArrayList<>();
    private final List<Long> positions = new ArrayList<>();
    private long nextSequence;

    @Test
    void shouldDeliverWhatWasThereThenFollowAndEndWithTheEngine()
    {
        final RecordedLog log = archive.start();
        final List<Long> appended = new ArrayList<>();
        for (int i = 0; i < 500; i++)
        {
            appended.add(archive.append(log, i, 1000));
        }

        try (LiveRecording live = LiveRecording.open(archive.dataDir(), TestArchive.NAME, 0, errors::add);
            LiveRecording second = LiveRecording.open(
                archive.dataDir(), TestArchive.NAME, appended.get(100) - 32, errors::add))
        {
            pollUntil(live, 500);
            for (int i = 500; i < 700; i++)
            {
                appended.add(archive.append(log, i, 64 + i % 900));
            }
            pollUntil(live, 700);
            assertEquals(appended, positions);
            assertEquals(log.appendPosition(), live.position());
            assertFalse(live.hasEnded());

            final long[] count = new long[1];
            TestArchive.await(() ->
            {
                count[0] += second.poll((buffer, offset, length, position) ->
                    assertTrue(position >= appended.get(100)), 1);
                return 600 == count[0];
            }, "second follower");

            archive.stop();
            TestArchive.await(() ->
            {
                live.poll(this::onFrame, 10);
                return live.hasEnded();
            }, "end");
            assertEquals(700, nextSequence);
        }
        assertEquals(List.of(), errors);
    }

    @Test
    void shouldFollowAnEngineInAnotherProcess() throws Exception
    {
        final UnsafeBuffer progress = new UnsafeBuffer(AppenderProcess.mapProgress(archive.dataDir()));
        final Process process = AppenderProcess.launch(archive.dataDir(), Durability.POWER);
        try
        {
            TestArchive.await(() -> progress.getLongVolatile(0) > 0 || !process.isAlive(), "appender");
            try (LiveRecording live = LiveRecording.open(archive.dataDir(), TestArchive.NAME, 0, errors::add))
            {
                pollUntil(live, 5000);
            }
            assertTrue(process.isAlive());
        }
        finally
        {
            process.destroyForcibly();
            assertTrue(process.waitFor(20, TimeUnit.SECONDS));
            archive.start();
        }
        assertEquals(List.of(), errors);
    }

    @Test
    void shouldSayThatNoEngineRuns()
    {
        final IllegalStateException ex = assertThrows(IllegalStateException.class,
            () -> LiveRecording.open(archive.dataDir(), TestArchive.NAME, 0, errors::add));
        assertTrue(ex.getMessage().contains("no engine runs"), ex::getMessage);
    }

    @Test
    void shouldRefuseAPositionThatIsNoFrame()
    {
        final RecordedLog log = archive.start();
        for (int i = 0; i < 10; i++)
        {
            archive.append(log, i, 1000);
        }
        assertTrue(log.awaitDurable(TimeUnit.SECONDS.toNanos(20)));
        assertThrows(ArchiveException.class,
            () -> LiveRecording.open(archive.dataDir(), TestArchive.NAME, 64, errors::add));
        archive.errors().clear();
    }

    @Test
    void shouldFollowFromTheEndOfAnEmptyRecording()
    {
        final RecordedLog log = archive.start();
        try (LiveRecording live = LiveRecording.open(archive.dataDir(), TestArchive.NAME, 0, errors::add))
        {
            assertEquals(0, live.poll(this::onFrame, 10));
            assertEquals(32, archive.append(log, 0, 64));
            pollUntil(live, 1);
            assertEquals(List.of(32L), positions);
        }
    }

    private void pollUntil(final LiveRecording live, final long sequence)
    {
        TestArchive.await(() ->
        {
            live.poll(this::onFrame, 10);
            return nextSequence >= sequence;
        }, "frame " + sequence);
    }

    private void onFrame(
        final DirectBuffer buffer, final int offset, final int length, final long payloadPosition)
    {
        assertEquals(nextSequence++, buffer.getLong(offset));
        positions.add(payloadPosition);
    }
}
