package io.tailrace.engine.sink;

import java.util.List;
import java.util.Map;

import io.tailrace.codec.IdCollisionException;
import io.tailrace.codec.MessageLayout;
import io.tailrace.codec.RejectReason;
import io.tailrace.codec.sbe.AlertEncoder;
import io.tailrace.codec.sbe.DuplicateEncoder;
import io.tailrace.codec.sbe.LateEncoder;
import io.tailrace.codec.sbe.MessageHeaderEncoder;
import io.tailrace.codec.sbe.RejectedEncoder;
import io.tailrace.codec.sbe.WindowResultEncoder;
import io.tailrace.engine.tail.ResultCells;
import io.tailrace.engine.tail.ResultKind;
import org.agrona.concurrent.UnsafeBuffer;

/** Results as bytes, of every kind; what they say follows from their sequence. */
final class TestResults
{
    static final long START_NS = 1_700_000_000_000_000_001L;
    /** An id that no signed number holds. */
    static final long DEVICE_ID = -2;

    private static final ResultKind[] KINDS =
        {ResultKind.WINDOW, ResultKind.LATE, ResultKind.WINDOW, ResultKind.REJECTED, ResultKind.DUPLICATE,
            ResultKind.ALERT};

    private TestResults()
    {
    }

    static ResultCells cells()
    {
        try
        {
            return new ResultCells(List.of("second", "hot"), Map.of("temperature", 1L));
        }
        catch (final IdCollisionException ex)
        {
            throw new IllegalStateException(ex);
        }
    }

    /** Kinds take turns, every second one of six a window. */
    static ResultKind kindOf(final long sequence)
    {
        return KINDS[(int)(sequence % KINDS.length)];
    }

    static UnsafeBuffer result(final int epoch, final long sequence)
    {
        return result(kindOf(sequence), epoch, sequence);
    }

    static UnsafeBuffer result(final ResultKind kind, final int epoch, final long sequence)
    {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[MessageLayout.RESULT_LENGTH]);
        final MessageHeaderEncoder header = new MessageHeaderEncoder();
        switch (kind)
        {
            case WINDOW -> new WindowResultEncoder().wrapAndApplyHeader(buffer, 0, header)
                .sequence(sequence).causePosition(64 * sequence).epoch(epoch).revision(sequence % 3).operatorId(0)
                .timing((short)(sequence % 3)).keyParts((short)(sequence % 4)).metric(sequence % 2).deviceId(DEVICE_ID)
                .windowStart(START_NS + sequence).windowEnd(START_NS + sequence + 1000).count(3)
                .sum(sequence == 2 ? Double.POSITIVE_INFINITY : sequence / 3.0).min(-1).max(1e300).first(0.1).last(-0.0)
                .m2(2);
            case LATE -> new LateEncoder().wrapAndApplyHeader(buffer, 0, header)
                .sequence(sequence).causePosition(64 * sequence).epoch(epoch).operatorId(0).metric(1)
                .deviceId(DEVICE_ID).eventId(-1).eventTime(5).eventTimeNs(START_NS).value(sequence + 0.5)
                .watermark(START_NS + 7);
            case REJECTED -> new RejectedEncoder().wrapAndApplyHeader(buffer, 0, header)
                .sequence(sequence).causePosition(64 * sequence).epoch(epoch).operatorId(0xFFFF).metric(7)
                .reason((short)RejectReason.TIME_RANGE.code()).deviceId(1).eventId(2).value(Double.NaN);
            case DUPLICATE -> new DuplicateEncoder().wrapAndApplyHeader(buffer, 0, header)
                .sequence(sequence).causePosition(64 * sequence).epoch(epoch).operatorId(0xFFFF).metric(1).deviceId(1)
                .eventId(2).eventTimeNs(START_NS).value(4);
            default -> new AlertEncoder().wrapAndApplyHeader(buffer, 0, header)
                .sequence(sequence).causePosition(64 * sequence).epoch(epoch).operatorId(1).state((short)1).metric(1)
                .deviceId(1).eventId(2).eventTimeNs(START_NS).value(81.5).threshold(80).severity((short)1);
        }
        return buffer;
    }

    /** Gives a writer the results from one sequence to another, the second excluded. */
    static void add(final SinkWriter writer, final int epoch, final long from, final long to) throws Exception
    {
        for (long sequence = from; sequence < to; sequence++)
        {
            writer.add(kindOf(sequence), epoch, sequence, result(epoch, sequence), 0);
        }
    }
}
