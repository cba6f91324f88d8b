package io.tailrace.engine.admission;

import io.tailrace.codec.MessageLayout;
import io.tailrace.codec.RejectReason;
import io.tailrace.codec.TimeUnits;
import io.tailrace.engine.config.EventTimeConfig;
import io.tailrace.engine.config.ReferenceClock;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Earliest 1,000; at most 60 in the future, 700 old, a warning from 300 on: all ns, against an ingest time of 10,000.
 */
class AdmissionTest
{
    private static final long INGEST = 10_000;

    private final UnsafeBuffer message =
        new UnsafeBuffer(BufferUtil.allocateDirectAligned(MessageLayout.SLOT_LENGTH, BitUtil.CACHE_LINE_LENGTH));
    private final EventTimeConfig config = EventTimeConfig.builder()
        .earliestNs(1000).maxFutureNs(60).maxAgeNs(700).warnAgeNs(300).build();
    private final Admission admission = new Admission(config, new int[] {TimeUnits.AUTO, TimeUnits.NANOS});

    @Test
    void shouldJudgeTheFutureAtItsBound()
    {
        assertValid(INGEST + 60, INGEST);
        assertRejected(RejectReason.FUTURE, INGEST + 61, INGEST);
    }

    @Test
    void shouldJudgeTheAgeAtItsBound()
    {
        assertValid(INGEST - 700, INGEST);
        assertRejected(RejectReason.TOO_OLD, INGEST - 701, INGEST);
    }

    @Test
    void shouldJudgeTheEarliestTimeAtItsBound()
    {
        assertValid(1000, 1000);
        assertRejected(RejectReason.BEFORE_EARLIEST, 999, 1000);
    }

    @Test
    void shouldWarnBeyondItsBoundAndForgetItWithTheNextReading()
    {
        assertValid(INGEST - 300, INGEST);
        assertFalse(admission.isOld());
        assertValid(INGEST - 301, INGEST);
        assertTrue(admission.isOld());
        assertRejected(RejectReason.TOO_OLD, INGEST - 701, INGEST);
        assertFalse(admission.isOld());
    }

    @Test
    void shouldNameTheFirstReasonThatApplies()
    {
        // All at once, and then one after the other is put right.
        write(Long.MAX_VALUE, INGEST, 9, Double.NaN);
        assertEquals(RejectReason.TIME_UNIT.code(), judge());
        write(Long.MAX_VALUE, INGEST, TimeUnits.SECONDS, Double.NaN);
        assertEquals(RejectReason.TIME_RANGE.code(), judge());
        assertEquals(0, admission.eventTimeNs());
        write(500, INGEST, TimeUnits.NANOS, Double.NaN);
        assertEquals(RejectReason.NOT_FINITE.code(), judge());
        assertEquals(500, admission.eventTimeNs());
        write(500, 100, TimeUnits.NANOS, 1.0);
        assertEquals(RejectReason.BEFORE_EARLIEST.code(), judge());
        write(5000, 100, TimeUnits.NANOS, 1.0);
        assertEquals(RejectReason.FUTURE.code(), judge());
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void shouldRejectWhatIsNotFinite(final double value)
    {
        write(INGEST, INGEST, TimeUnits.NANOS, value);
        assertEquals(RejectReason.NOT_FINITE.code(), judge());
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.MAX_VALUE, -Double.MAX_VALUE, Double.MIN_VALUE, -0.0})
    void shouldTakeWhatIsFinite(final double value)
    {
        write(INGEST, INGEST, TimeUnits.NANOS, value);
        assertEquals(Admission.VALID, judge());
    }

    @Test
    void shouldRejectEveryUnknownUnit()
    {
        for (int unit = 0; unit < 256; unit++)
        {
            write(INGEST, INGEST, unit, 1.0);
            message.putShort(MessageLayout.READING_SOURCE_OFFSET, (short)1);
            assertEquals(unit > TimeUnits.NANOS, judge() == RejectReason.TIME_UNIT.code(), "unit " + unit);
        }
    }

    @Test
    void shouldTakeTheUnitOfTheReadingThenOfTheSourceThenOfTheMagnitude()
    {
        final Admission anyTime = historical();
        assertEquals(7_000_000_000L, normalised(anyTime, 7, TimeUnits.SECONDS, 1));
        assertEquals(7_000_000L, normalised(anyTime, 7, TimeUnits.MILLIS, 1));
        assertEquals(7_000L, normalised(anyTime, 7, TimeUnits.MICROS, 0));
        assertEquals(7L, normalised(anyTime, 7, TimeUnits.AUTO, 1));
        assertEquals(7_000_000_000L, normalised(anyTime, 7, TimeUnits.AUTO, 0));
        assertEquals(9_223_372_036_000_000_000L, normalised(anyTime, 9_223_372_036L, TimeUnits.AUTO, 0));
        assertEquals(9_999_999_999L * 1_000_000, normalised(anyTime, 9_999_999_999L, TimeUnits.MILLIS, 0));
        assertEquals(10_000_000_000_000_000L, normalised(anyTime, 10_000_000_000L, TimeUnits.AUTO, 0));
    }

    @Test
    void shouldRejectTimesBeyondTheRangeAtTheBound()
    {
        final Admission anyTime = historical();
        assertEquals(Admission.VALID, judge(anyTime, 9_223_372_036L, TimeUnits.SECONDS));
        assertEquals(RejectReason.TIME_RANGE.code(), judge(anyTime, 9_223_372_037L, TimeUnits.SECONDS));
        assertEquals(Admission.VALID, judge(anyTime, -9_223_372_036L, TimeUnits.SECONDS));
        assertEquals(RejectReason.TIME_RANGE.code(), judge(anyTime, -9_223_372_037L, TimeUnits.SECONDS));
        assertEquals(Admission.VALID, judge(anyTime, Long.MIN_VALUE, TimeUnits.NANOS));
    }

    @Test
    void shouldNotLookAtTheIngestTimeWithoutAReferenceClock()
    {
        final Admission anyTime = historical();
        assertEquals(Admission.VALID, judge(anyTime, 5, TimeUnits.NANOS));
        assertFalse(anyTime.isOld());
        assertEquals(5, anyTime.effectiveTimeNs(3));
    }

    @Test
    void shouldLetAFastClockAdvanceTheWatermarkNoFurtherThanIngestTime()
    {
        assertValid(INGEST + 60, INGEST);
        assertEquals(INGEST, admission.effectiveTimeNs(INGEST));
        assertValid(INGEST - 1, INGEST);
        assertEquals(INGEST - 1, admission.effectiveTimeNs(INGEST));
    }

    @Test
    void shouldSaturateTheBoundsAtTheEndsOfTime()
    {
        final Admission noEarliest = new Admission(
            EventTimeConfig.builder().earliestNs(EventTimeConfig.NO_EARLIEST_NS).maxFutureNs(60).maxAgeNs(700)
                .warnAgeNs(300).build(),
            new int[] {TimeUnits.NANOS});
        write(Long.MAX_VALUE, Long.MAX_VALUE - 59, TimeUnits.NANOS, 1.0);
        assertEquals(Admission.VALID, noEarliest.judge(message.addressOffset()));
        write(Long.MIN_VALUE, Long.MIN_VALUE + 699, TimeUnits.NANOS, 1.0);
        assertEquals(Admission.VALID, noEarliest.judge(message.addressOffset()));
    }

    private static Admission historical()
    {
        return new Admission(
            EventTimeConfig.builder().earliestNs(EventTimeConfig.NO_EARLIEST_NS).referenceClock(ReferenceClock.NONE)
                .build(),
            new int[] {TimeUnits.AUTO, TimeUnits.NANOS});
    }

    private long normalised(final Admission anyTime, final long time, final int unit, final int source)
    {
        write(time, 0, unit, 1.0);
        message.putShort(MessageLayout.READING_SOURCE_OFFSET, (short)source);
        assertEquals(Admission.VALID, anyTime.judge(message.addressOffset()));
        return anyTime.eventTimeNs();
    }

    private int judge(final Admission anyTime, final long time, final int unit)
    {
        write(time, 0, unit, 1.0);
        return anyTime.judge(message.addressOffset());
    }

    private int judge()
    {
        return admission.judge(message.addressOffset());
    }

    private void assertValid(final long timeNs, final long ingestTimeNs)
    {
        write(timeNs, ingestTimeNs, TimeUnits.NANOS, 1.0);
        assertEquals(Admission.VALID, judge());
        assertEquals(timeNs, admission.eventTimeNs());
    }

    private void assertRejected(final RejectReason reason, final long timeNs, final long ingestTimeNs)
    {
        write(timeNs, ingestTimeNs, TimeUnits.NANOS, 1.0);
        assertEquals(reason.code(), judge());
        assertEquals(timeNs, admission.eventTimeNs());
    }

    private void write(final long time, final long ingestTimeNs, final int unit, final double value)
    {
        message.setMemory(0, MessageLayout.SLOT_LENGTH, (byte)0);
        message.putLong(0, MessageLayout.READING_HEADER);
        message.putLong(MessageLayout.READING_EVENT_TIME_OFFSET, time);
        message.putLong(MessageLayout.READING_INGEST_TIME_OFFSET, ingestTimeNs);
        message.putByte(MessageLayout.READING_TIME_UNIT_OFFSET, (byte)unit);
        message.putDouble(MessageLayout.READING_VALUE_OFFSET, value);
    }
}
