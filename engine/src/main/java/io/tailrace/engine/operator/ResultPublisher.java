package io.tailrace.engine.operator;

import io.tailrace.codec.MessageLayout;
import io.tailrace.codec.Timing;
import io.tailrace.engine.ring.ResultsRing;
import io.tailrace.engine.state.StateInput;
import io.tailrace.engine.state.StateOutput;
import org.agrona.UnsafeApi;

/**
 * Gives each result its epoch, its sequence and its cause, and puts it on the results ring.
 * <p>
 * Results of an epoch are those caused at or after the position where it begins. What is caused before is computed,
 * since state depends on it, and not emitted.
 * <p>
 * Threading: one thread, the operators'. Hot path: allocation-free.
 */
public final class ResultPublisher
{
    /** Operator id of a result that no operator caused. */
    public static final int NO_OPERATOR = 0xFFFF;

    private static final int RESERVED_LENGTH = 24;

    /** Results that are fired in a row before others have their turn: a frame of the results log or so. */
    private static final int SLICE = 256;

    private final ResultsRing ring;

    private int epoch;
    private long epochPosition;
    private boolean isEmitting = true;
    private long sliceEnd = Long.MAX_VALUE;

    // Checkpointed.
    private long nextSequence;

    private long causePosition;
    private long causeIngestTimeNs;

    /** @param ring where results go. */
    public ResultPublisher(final ResultsRing ring)
    {
        this.ring = ring;
    }

    /**
     * Begins a results epoch, before any message is processed.
     *
     * @param epoch    its number, from 0.
     * @param position journal position of the first message that may cause results of it.
     */
    public void epoch(final int epoch, final long position)
    {
        this.epoch = epoch;
        this.epochPosition = position;
    }

    /** The message at a journal position is being processed; what follows is caused by it. */
    public void onCause(final long position, final long ingestTimeNs)
    {
        causePosition = position;
        causeIngestTimeNs = ingestTimeNs;
        isEmitting = position >= epochPosition;
    }

    /** @return whether {@code count} results may be emitted now. */
    public boolean hasRoom(final int count)
    {
        return !isEmitting || ring.hasRoom(count);
    }

    /**
     * Begins a slice of firing. Whoever shares the thread takes the results of one slice while the journal's and the
     * results log's own threads are at work: the first of ten thousand windows need not wait for the last.
     */
    void beginSlice()
    {
        sliceEnd = nextSequence + SLICE;
    }

    /** @return whether a window may fire now: there is room for its result, and the slice is not over. */
    public boolean mayFire()
    {
        return !isEmitting || nextSequence < sliceEnd && ring.hasRoom(1);
    }

    /** Saves the sequence. */
    public void save(final StateOutput out)
    {
        out.putLong(nextSequence);
    }

    /** Restores the sequence. */
    public void load(final StateInput in)
    {
        nextSequence = in.getLong();
    }

    /** The epoch that begins is a new one: results are counted from 0. */
    public void restartSequence()
    {
        nextSequence = 0;
    }

    /** @return the sequence of the next result. */
    public long nextSequence()
    {
        return nextSequence;
    }

    /**
     * Begins a result; the caller fills in what is particular to it, and then {@link #publish}es. Needs room.
     *
     * @param header     the eight bytes of its SBE header.
     * @param operatorId index in the configuration, or {@link #NO_OPERATOR}.
     * @param revision   firings before this one.
     * @param timing     code of a {@link Timing}.
     * @return address of the result.
     */
    public long claim(final long header, final int operatorId, final int revision, final int timing)
    {
        // What is not emitted is written to the same place and never published.
        final long result = ring.claim();
        UnsafeApi.putLong(result, header);
        UnsafeApi.putLong(result + MessageLayout.RESULT_SEQUENCE_OFFSET, nextSequence);
        UnsafeApi.putLong(result + MessageLayout.RESULT_CAUSE_POSITION_OFFSET, causePosition);
        UnsafeApi.putLong(result + MessageLayout.RESULT_CAUSE_INGEST_TIME_OFFSET, causeIngestTimeNs);
        UnsafeApi.putInt(result + MessageLayout.RESULT_EPOCH_OFFSET, epoch);
        UnsafeApi.putInt(result + MessageLayout.RESULT_REVISION_OFFSET, revision);
        UnsafeApi.putShort(result + MessageLayout.RESULT_OPERATOR_ID_OFFSET, (short)operatorId);
        UnsafeApi.putByte(result + MessageLayout.RESULT_TIMING_OFFSET, (byte)timing);
        return result;
    }

    /** Emits the claimed result. */
    public void publish()
    {
        if (isEmitting)
        {
            nextSequence++;
            ring.publish();
        }
    }

    /** Emits a reading that is late for every window of an operator. */
    public void onLate(final int operatorId, final long reading, final long timeNs, final long watermarkNs)
    {
        onJudged(MessageLayout.LATE_HEADER, operatorId, 0, reading, timeNs, watermarkNs);
    }

    /** Emits a reading that was rejected. */
    public void onRejected(final int reason, final long reading, final long timeNs, final long watermarkNs)
    {
        onJudged(MessageLayout.REJECTED_HEADER, NO_OPERATOR, reason, reading, timeNs, watermarkNs);
    }

    /** Emits a reading that came before. */
    public void onDuplicate(final long reading, final long timeNs, final long watermarkNs)
    {
        onJudged(MessageLayout.DUPLICATE_HEADER, NO_OPERATOR, 0, reading, timeNs, watermarkNs);
    }

    private void onJudged(
        final long header,
        final int operatorId,
        final int reason,
        final long reading,
        final long timeNs,
        final long watermarkNs)
    {
        final long result = claim(header, operatorId, 0, Timing.ON_TIME.code());
        UnsafeApi.putByte(result + MessageLayout.JUDGED_REASON_OFFSET, (byte)reason);
        copyInt(reading + MessageLayout.READING_METRIC_OFFSET, result + MessageLayout.RESULT_METRIC_OFFSET);
        copyLong(reading + MessageLayout.READING_DEVICE_ID_OFFSET, result + MessageLayout.RESULT_DEVICE_ID_OFFSET);
        copyLong(reading + MessageLayout.READING_EVENT_ID_OFFSET, result + MessageLayout.JUDGED_EVENT_ID_OFFSET);
        copyLong(reading + MessageLayout.READING_EVENT_TIME_OFFSET, result + MessageLayout.JUDGED_EVENT_TIME_OFFSET);
        UnsafeApi.putLong(result + MessageLayout.JUDGED_EVENT_TIME_NS_OFFSET, timeNs);
        copyLong(reading + MessageLayout.READING_VALUE_OFFSET, result + MessageLayout.JUDGED_VALUE_OFFSET);
        // source, time unit and priority lie together in both, and so do quality, a reserved byte and device epoch.
        copyInt(reading + MessageLayout.READING_SOURCE_OFFSET, result + MessageLayout.JUDGED_SOURCE_OFFSET);
        copyInt(reading + MessageLayout.READING_QUALITY_OFFSET, result + MessageLayout.JUDGED_QUALITY_OFFSET);
        UnsafeApi.putLong(result + MessageLayout.JUDGED_WATERMARK_OFFSET, watermarkNs);
        UnsafeApi.setMemory(
            result + MessageLayout.JUDGED_WATERMARK_OFFSET + Long.BYTES, RESERVED_LENGTH, (byte)0);
        publish();
    }

    private static void copyLong(final long from, final long to)
    {
        UnsafeApi.putLong(to, UnsafeApi.getLong(from));
    }

    private static void copyInt(final long from, final long to)
    {
        UnsafeApi.putInt(to, UnsafeApi.getInt(from));
    }
}
