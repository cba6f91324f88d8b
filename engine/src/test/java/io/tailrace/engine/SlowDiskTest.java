package io.tailrace.engine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.aeron.Aeron;
import io.aeron.Publication;
import io.tailrace.archive.recording.RecordingReader;
import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.SourceConfig;
import io.tailrace.engine.ingress.Publisher;
import io.tailrace.engine.inspect.DataDirectoryView;
import io.tailrace.engine.inspect.RecordedRange;
import io.tailrace.engine.ring.EventRing;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static io.tailrace.engine.ResultPerReading.RING_SLOTS;
import static io.tailrace.engine.ResultPerReading.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * More is offered than a slow disk takes, frame by frame: who offers is slowed, nothing queues beyond the ring and the
 * terms, no result leaves before its cause is durable, and nothing is lost. When the disk is fast again, so is the
 * engine.
 */
class SlowDiskTest
{
    private static final int STREAM = 1001;
    private static final String CHANNEL = "aeron:ipc";
    private static final int READINGS = 8_000;
    private static final int READINGS_BEFORE = 200;
    private static final int CALM_LOOKS = 50;
    /** What the publications of journal and sender may hold beside the ring: half a term each, and a block. */
    private static final int MAX_IN_TERMS = 3 * ResultPerReading.TERM_LENGTH / EventRing.SLOT_LENGTH;

    @TempDir
    Path dir;

    private final SteppedDisk disk = new SteppedDisk();
    private final List<Throwable> errors = new CopyOnWriteArrayList<>();
    private final List<Moment> moments = new ArrayList<>();

    @Test
    void shouldSlowEmbeddedPublishersWithoutLoss()
    {
        final EngineConfig config = ResultPerReading.config(dir).build();
        try (Engine engine = launch(config))
        {
            final Publisher publisher = engine.publisher(ResultPerReading.SOURCE);
            run(engine, reading ->
            {
                final int taken = ResultPerReading.offer(publisher, reading);
                assertTrue(taken == 1 || taken == Publisher.BACK_PRESSURED, () -> "offer: " + taken);
                return taken == 1;
            });
        }
        assertResults(config);
    }

    @Test
    void shouldSlowAeronSendersWithoutLoss()
    {
        final EngineConfig config = ResultPerReading.config(dir)
            .source(SourceConfig.aeron("wire", CHANNEL, STREAM).build())
            .build();
        try (Engine engine = launch(config);
            Aeron aeron = Aeron.connect(new Aeron.Context().aeronDirectoryName(engine.aeronDirectoryName()));
            Publication publication =
                aeron.addPublication(CHANNEL + "?term-length=" + ResultPerReading.TERM_LENGTH, STREAM))
        {
            await("a connection", publication::isConnected);
            final UnsafeBuffer message = new UnsafeBuffer(new byte[MessageLayout.SLOT_LENGTH]);
            run(engine, reading ->
            {
                message.putLong(0, MessageLayout.READING_HEADER);
                message.putLong(MessageLayout.READING_EVENT_ID_OFFSET, reading);
                message.putLong(MessageLayout.READING_DEVICE_ID_OFFSET, 7);
                message.putLong(MessageLayout.READING_EVENT_TIME_OFFSET, ResultPerReading.timeMs(reading));
                message.putDouble(MessageLayout.READING_VALUE_OFFSET, reading);
                message.putInt(MessageLayout.READING_METRIC_OFFSET, 1);
                final long position = publication.offer(message, 0, MessageLayout.SLOT_LENGTH);
                assertTrue(position > 0 || position == Publication.BACK_PRESSURED ||
                    position == Publication.ADMIN_ACTION, () -> "offer: " + position);
                return position > 0;
            });
        }
        assertResults(config);
    }

    private void run(final Engine engine, final Sender sender)
    {
        try
        {
            int sent = send(sender, 0, READINGS_BEFORE);
            await("the readings before", () -> engine.received() == READINGS_BEFORE);
            assertTrue(engine.awaitDrained(Long.MAX_VALUE));

            disk.stop();
            sent = sendUntilRefused(engine, sender, sent);
            assertTrue(sent < READINGS, () -> "nobody was slowed");
            note(engine);
            assertTrue(sent - READINGS_BEFORE <= RING_SLOTS + MAX_IN_TERMS, "taken by a disk that stands: " + sent);
            while (sent < READINGS)
            {
                final long written = disk.written();
                disk.step(1);
                await("the next frame", () -> disk.written() > written);
                sent = sendUntilRefused(engine, sender, sent);
                note(engine);
                assertTrue(engine.ringDepth() <= RING_SLOTS);
                assertTrue(sent - READINGS_BEFORE <=
                    engine.durablePosition() / EventRing.SLOT_LENGTH + RING_SLOTS + MAX_IN_TERMS);
            }
            disk.free();

            final int all = sent;
            await("all readings", () -> engine.received() == all);
            assertTrue(engine.awaitDrained(Long.MAX_VALUE));
            assertEquals(all + 1, send(sender, all, all + 1));
            await("the last reading", () -> engine.received() == all + 1);
            assertTrue(engine.awaitDrained(Long.MAX_VALUE));
            await("an empty ring", () -> engine.ringDepth() == 0);
            ResultPerReading.assertLossless(engine, all + 1);
            assertEquals(List.of(), errors);
            try (ResultSubscription subscription = engine.subscribe(0))
            {
                new ResultPerReading.NextResult(0).pollUntil(subscription, all);
            }
        }
        finally
        {
            disk.free();
        }
    }

    /** In this order: for what the results log had, the journal must have been durable. */
    private void note(final Engine engine)
    {
        final long resultsPosition = engine.resultsPosition();
        moments.add(new Moment(resultsPosition, engine.durablePosition()));
    }

    private static int send(final Sender sender, final int from, final int to)
    {
        for (int i = from; i < to; i++)
        {
            final int reading = i;
            await("room for reading " + i, () -> sender.offer(reading));
        }
        return to;
    }

    /** Until there is no room and will be none: the disk stands still. */
    private static int sendUntilRefused(final Engine engine, final Sender sender, final int from)
    {
        final int[] next = {from};
        final int[] calmLooks = new int[1];
        final long[] results = new long[1];
        await("a full ring, and stages that have done what they can", () ->
        {
            final boolean isFull = engine.ringDepth() == RING_SLOTS;
            final int before = next[0];
            final long resultsBefore = results[0];
            while (sender.offer(next[0]))
            {
                next[0]++;
            }
            results[0] = engine.resultsPosition();
            calmLooks[0] = isFull && next[0] == before && results[0] == resultsBefore ? calmLooks[0] + 1 : 0;
            return calmLooks[0] == CALM_LOOKS;
        });
        return next[0];
    }

    /** No result was in the log before its cause was durable, and all are there once. */
    private void assertResults(final EngineConfig config)
    {
        assertTrue(moments.size() > 10, () -> "moments: " + moments.size());
        final RecordedRange results = DataDirectoryView.of(config.dataDir()).recording(Engine.RESULTS);
        long sequence = 0;
        int moment = 0;
        long cause = 0;
        try (RecordingReader reader = results.open())
        {
            while (results.next(reader))
            {
                while (moment < moments.size() && moments.get(moment).resultsPosition < reader.payloadPosition())
                {
                    assertTrue(cause <= moments.get(moment).durablePosition, "a result overtook its cause");
                    moment++;
                }
                for (int at = reader.payloadOffset(); at < reader.payloadOffset() + reader.payloadLength();
                    at += MessageLayout.RESULT_LENGTH)
                {
                    assertEquals(sequence++, reader.payloadBuffer().getLong(at + MessageLayout.RESULT_SEQUENCE_OFFSET));
                    cause = reader.payloadBuffer().getLong(at + MessageLayout.RESULT_CAUSE_POSITION_OFFSET) +
                        EventRing.SLOT_LENGTH;
                }
            }
        }
        assertEquals(moments.size(), moment);
        assertTrue(sequence >= READINGS);
    }

    private Engine launch(final EngineConfig config)
    {
        return Engine.launch(new Engine.Context()
            .config(config)
            .errorHandler(errors::add)
            .archive(archive -> ResultPerReading.shortTerms(archive).withRecordChecksum(disk)));
    }

    /** Offers a reading; answers whether it was taken. */
    @FunctionalInterface
    private interface Sender
    {
        boolean offer(int reading);
    }

    /**
     * What was where at a moment.
     *
     * @param resultsPosition end of the results log.
     * @param durablePosition of the journal, not before that.
     */
    private record Moment(long resultsPosition, long durablePosition)
    {
    }
}
