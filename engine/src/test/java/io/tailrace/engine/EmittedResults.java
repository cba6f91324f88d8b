package io.tailrace.engine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.tailrace.archive.recording.RecordingReader;
import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.inspect.DataDirectoryView;
import io.tailrace.engine.inspect.RecordedRange;
import io.tailrace.engine.operator.OperatorCore;
import io.tailrace.engine.ring.EventRing;
import io.tailrace.engine.ring.ResultsRing;
import org.agrona.concurrent.UnsafeBuffer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * The results log of a stopped engine of {@code at-least-once}, held against what operators make of its journal from
 * the beginning on.
 */
final class EmittedResults
{
    private final List<Result> expected = new ArrayList<>();
    private final Map<Integer, List<Result>> emitted = new TreeMap<>();

    /** Where incarnations began, by epoch. */
    private final TreeMap<Integer, Started> starts = new TreeMap<>();

    /**
     * A result.
     *
     * @param cause  journal position.
     * @param values its bytes, without epoch and sequence.
     */
    record Result(long cause, String values)
    {
    }

    private record Started(long position, long resultsFrom)
    {
    }

    private EmittedResults()
    {
    }

    static EmittedResults of(final EngineConfig config)
    {
        final EmittedResults results = new EmittedResults();
        final Path dataDir = config.dataDir();
        final DataDirectoryView view = DataDirectoryView.of(dataDir);
        results.compute(config, view.recording(Engine.JOURNAL));
        results.read(view.recording(Engine.RESULTS));
        return results;
    }

    /**
     * Each incarnation emitted what the journal gives from its beginning on, in order and without a gap, and together
     * they emitted all.
     */
    void requireComplete()
    {
        int covered = 0;
        for (final Map.Entry<Integer, List<Result>> epoch : emitted.entrySet())
        {
            final Map.Entry<Integer, Started> next = starts.higherEntry(epoch.getKey());
            final long lostFrom = null == next ? Long.MAX_VALUE : next.getValue().position;
            final List<Result> valid =
                epoch.getValue().stream().filter(result -> result.cause < lostFrom).toList();
            final Started start = starts.get(epoch.getKey());
            // What an incarnation began with is not known if the journal lost its beginning.
            final long from = null == start ? epoch.getValue().get(0).cause : start.resultsFrom;
            final int first = (int)expected.stream().filter(result -> result.cause < from).count();
            assertEquals(expected.subList(first, first + valid.size()), valid, "epoch " + epoch.getKey());
            assertTrue(first <= covered, "results from " + covered + " to " + first + " are in no epoch");
            covered = Math.max(covered, first + valid.size());
        }
        assertEquals(expected.size(), covered);
    }

    /** @return results of the log, all epochs, those that came again included. */
    int count()
    {
        return emitted.values().stream().mapToInt(List::size).sum();
    }

    int expectedCount()
    {
        return expected.size();
    }

    int epochs()
    {
        return emitted.size();
    }

    private void compute(final EngineConfig config, final RecordedRange journal)
    {
        final ResultsRing ring = new ResultsRing(config.limits().resultSlots());
        try (OperatorCore core = new OperatorCore(config, ring); RecordingReader reader = journal.open())
        {
            while (journal.next(reader))
            {
                for (int at = 0; at < reader.payloadLength(); at += EventRing.SLOT_LENGTH)
                {
                    final int offset = reader.payloadOffset() + at;
                    final long position = reader.payloadPosition() + at;
                    while (!core.onMessage(reader.payloadBuffer().addressOffset() + offset, position))
                    {
                        drain(ring);
                    }
                    while (core.isFiring() && !core.resume())
                    {
                        drain(ring);
                    }
                    drain(ring);
                    if (reader.payloadBuffer().getShort(offset + MessageLayout.HEADER_TEMPLATE_ID_OFFSET) ==
                        MessageLayout.STARTED_TEMPLATE_ID)
                    {
                        starts.put(
                            reader.payloadBuffer().getInt(offset + MessageLayout.STARTED_RESULT_EPOCH_OFFSET),
                            new Started(
                                position,
                                reader.payloadBuffer().getLong(offset + MessageLayout.STARTED_RESULTS_FROM_OFFSET)));
                    }
                }
            }
        }
    }

    private void drain(final ResultsRing ring)
    {
        while (ring.available() > 0)
        {
            final byte[] bytes = new byte[MessageLayout.RESULT_LENGTH];
            ring.buffer().getBytes(ring.offsetOf(0), bytes);
            expected.add(result(new UnsafeBuffer(bytes)));
            ring.release(1);
        }
    }

    private void read(final RecordedRange log)
    {
        try (RecordingReader reader = log.open())
        {
            while (log.next(reader))
            {
                for (int at = 0; at < reader.payloadLength(); at += MessageLayout.RESULT_LENGTH)
                {
                    final byte[] bytes = new byte[MessageLayout.RESULT_LENGTH];
                    reader.payloadBuffer().getBytes(reader.payloadOffset() + at, bytes);
                    final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
                    final List<Result> results = emitted.computeIfAbsent(
                        buffer.getInt(MessageLayout.RESULT_EPOCH_OFFSET), epoch -> new ArrayList<>());
                    assertEquals(results.size(), buffer.getLong(MessageLayout.RESULT_SEQUENCE_OFFSET));
                    results.add(result(buffer));
                }
            }
        }
    }

    private static Result result(final UnsafeBuffer buffer)
    {
        final long cause = buffer.getLong(MessageLayout.RESULT_CAUSE_POSITION_OFFSET);
        buffer.putInt(MessageLayout.RESULT_EPOCH_OFFSET, 0);
        buffer.putLong(MessageLayout.RESULT_SEQUENCE_OFFSET, 0);
        return new Result(cause, HexFormat.of().formatHex(buffer.byteArray()));
    }
}
