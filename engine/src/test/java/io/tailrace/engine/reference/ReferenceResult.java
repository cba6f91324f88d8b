package io.tailrace.engine.reference;

/**
 * One result.
 *
 * @param kind              which of the fields below mean something.
 * @param sequence          from 0, gapless.
 * @param causePosition     journal position of the message that was being processed.
 * @param causeIngestTimeNs ingest time of that reading, or time of that control message.
 * @param operatorIndex     index of the operator; {@link #BEFORE_OPERATORS} for what ended before any.
 * @param timing            of a firing; {@code ON_TIME} (code 0) otherwise.
 * @param revision          firings of this key, start and end before this one; 0 if it is no firing.
 * @param keyParts          bit 0: keyed by device, bit 1: by metric; 0 if it is no firing.
 * @param deviceId          of the key, or of the reading.
 * @param metric            of the key, or of the reading.
 * @param windowStartNs     of a firing.
 * @param windowEndNs       of a firing.
 * @param aggregate         of a firing; null otherwise.
 * @param reading           that is late, rejected or a duplicate, or that raised or cleared; null for a firing.
 * @param eventTimeNs       normalised time of the reading; 0 if it has none.
 * @param reason            code of a rejection; 0 otherwise.
 * @param watermarkNs       W at the judgement of the reading, that of its device if it is late for an operator that
 *                          goes by the device; {@code Long.MIN_VALUE} if there was none; 0 for a firing or an alert.
 * @param change            of an alert; null otherwise.
 */
public record ReferenceResult(
    Kind kind,
    long sequence,
    long causePosition,
    long causeIngestTimeNs,
    int operatorIndex,
    Timing timing,
    long revision,
    int keyParts,
    long deviceId,
    long metric,
    long windowStartNs,
    long windowEndNs,
    ReferenceAggregate aggregate,
    ReferenceReading reading,
    long eventTimeNs,
    int reason,
    long watermarkNs,
    ReferenceAlert.Change change)
{
    /** Operator index of what is judged before any operator. */
    public static final int BEFORE_OPERATORS = 65_535;

    /** Which message it is. */
    public enum Kind
    {
        /** A firing. */
        WINDOW,
        /** A reading too late for every window of an operator. */
        LATE,
        /** An invalid reading. */
        REJECTED,
        /** A reading that was seen before. */
        DUPLICATE,
        /** A reading that raised or cleared an alert. */
        ALERT
    }

    /** Timing of a firing. The order gives the codes, from 0. */
    public enum Timing
    {
        /** The watermark, silence or the end of the input closed the window. */
        ON_TIME,
        /** A reading came after that. */
        LATE,
        /** A session that had fired exists no more. */
        RETRACTED
    }

    /**
     * The same fact in one short line.
     *
     * @return operator, key, window, timing, revision and values, or the reading that was judged or looked at.
     */
    public String toLine()
    {
        if (kind == Kind.WINDOW)
        {
            return sequence + " @" + causePosition + " op=" + operatorIndex + " key=" +
                Long.toUnsignedString(deviceId) + "/" + metric + " [" + windowStartNs + "," + windowEndNs + ") " +
                timing + " r" + revision + " " + aggregate;
        }
        if (kind == Kind.ALERT)
        {
            return sequence + " @" + causePosition + " op=" + operatorIndex + " " + change + " time=" + eventTimeNs +
                " " + reading;
        }
        return sequence + " @" + causePosition + " op=" + operatorIndex + " " + kind + " reason=" + reason +
            " time=" + eventTimeNs + " W=" + watermarkNs + " " + reading;
    }
}
