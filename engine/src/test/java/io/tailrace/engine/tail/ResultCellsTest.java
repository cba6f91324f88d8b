package io.tailrace.engine.tail;

import java.util.List;
import java.util.Map;

import io.tailrace.codec.MessageLayout;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ResultCellsTest
{
    private final UnsafeBuffer result = new UnsafeBuffer(new byte[MessageLayout.RESULT_LENGTH]);

    @Test
    void shouldPrintTimesExactlyAlsoWhereTheyAreNoWholeMilliseconds() throws Exception
    {
        assertEquals("1700000000000", windowStart(1_700_000_000_000_000_000L));
        assertEquals("1700000000000.5", windowStart(1_700_000_000_000_500_000L));
        assertEquals("0.000001", windowStart(1));
        assertEquals("-0.000001", windowStart(-1));
        assertEquals("-1", windowStart(-1_000_000));
        assertEquals("0", windowStart(0));
        assertEquals("9223372036854.775807", windowStart(Long.MAX_VALUE));
    }

    @Test
    void shouldLeaveOutWhatTheKeyLeavesOut() throws Exception
    {
        result.putLong(MessageLayout.RESULT_DEVICE_ID_OFFSET, -1);
        result.putInt(MessageLayout.RESULT_METRIC_OFFSET, -1);

        result.putByte(MessageLayout.WINDOW_RESULT_KEY_PARTS_OFFSET, (byte)0);
        assertEquals("|", key());
        result.putByte(MessageLayout.WINDOW_RESULT_KEY_PARTS_OFFSET, (byte)1);
        assertEquals("18446744073709551615|", key());
        result.putByte(MessageLayout.WINDOW_RESULT_KEY_PARTS_OFFSET, (byte)2);
        assertEquals("|4294967295", key());
        result.putInt(MessageLayout.RESULT_METRIC_OFFSET, 3);
        assertEquals("|cold, hot", key());
    }

    @Test
    void shouldDeriveMeanAndPopulationStandardDeviation() throws Exception
    {
        result.putLong(MessageLayout.WINDOW_RESULT_COUNT_OFFSET, 4);
        result.putDouble(MessageLayout.WINDOW_RESULT_SUM_OFFSET, 10);
        result.putDouble(MessageLayout.WINDOW_RESULT_M2_OFFSET, 16);
        result.putByte(MessageLayout.RESULT_TIMING_OFFSET, (byte)1);
        result.putInt(MessageLayout.RESULT_REVISION_OFFSET, 3);
        final ResultCells cells = cells(ResultKind.WINDOW);

        assertEquals("2.5", cells.text(ResultColumn.MEAN));
        assertEquals("2.0", cells.text(ResultColumn.STDDEV));
        assertEquals("LATE", cells.text(ResultColumn.TIMING));
        assertEquals("3", cells.text(ResultColumn.REVISION));
    }

    @Test
    void shouldNumberAnOperatorThatTheConfigurationDoesNotHave() throws Exception
    {
        assertEquals("first", cells(ResultKind.WINDOW).text(ResultColumn.OPERATOR));
        result.putShort(MessageLayout.RESULT_OPERATOR_ID_OFFSET, (short)5);
        assertEquals("5", cells(ResultKind.WINDOW).text(ResultColumn.OPERATOR));
        result.putShort(MessageLayout.RESULT_OPERATOR_ID_OFFSET, (short)0xFFFF);
        assertEquals("", cells(ResultKind.REJECTED).text(ResultColumn.OPERATOR));
    }

    @Test
    void shouldHaveNoTimeWhereTheReadingHasNone() throws Exception
    {
        result.putByte(MessageLayout.JUDGED_REASON_OFFSET, (byte)1);
        assertEquals("|time-unit", timeAndReason(ResultKind.REJECTED));
        result.putByte(MessageLayout.JUDGED_REASON_OFFSET, (byte)2);
        assertEquals("|time-range", timeAndReason(ResultKind.REJECTED));
        result.putByte(MessageLayout.JUDGED_REASON_OFFSET, (byte)5);
        assertEquals("0|future", timeAndReason(ResultKind.REJECTED));
        result.putByte(MessageLayout.JUDGED_REASON_OFFSET, (byte)200);
        assertEquals("0|200", timeAndReason(ResultKind.REJECTED));
        assertEquals("0|", timeAndReason(ResultKind.DUPLICATE));
    }

    @Test
    void shouldSayHowFarALateReadingLayBehindTheWatermark() throws Exception
    {
        assertEquals("0", lateBy(5, 5));
        assertEquals("0.000001", lateBy(6, 5));
        assertEquals("7000", lateBy(7_000_000_000L, 0));
        assertEquals("18446744073709.551615", lateBy(Long.MAX_VALUE, Long.MIN_VALUE));
        assertEquals("", cells(ResultKind.REJECTED).text(ResultColumn.LATE_BY_MS));
        assertEquals("", cells(ResultKind.DUPLICATE).text(ResultColumn.LATE_BY_MS));
    }

    @Test
    void shouldSayWhetherAnAlertWasRaised() throws Exception
    {
        result.putLong(MessageLayout.ALERT_EVENT_TIME_NS_OFFSET, 5_000_000);
        assertEquals("5|cleared", timeAndReason(ResultKind.ALERT));
        result.putByte(MessageLayout.ALERT_STATE_OFFSET, (byte)1);
        assertEquals("5|raised", timeAndReason(ResultKind.ALERT));
        result.putDouble(MessageLayout.ALERT_THRESHOLD_OFFSET, 80);
        assertEquals("80.0", cells(ResultKind.ALERT).text(ResultColumn.THRESHOLD));
        assertEquals("normal", cells(ResultKind.ALERT).text(ResultColumn.SEVERITY));
        result.putByte(MessageLayout.ALERT_SEVERITY_OFFSET, (byte)1);
        assertEquals("critical", cells(ResultKind.ALERT).text(ResultColumn.SEVERITY));
    }

    @Test
    void shouldQuoteWhatEitherFormatMustQuote() throws Exception
    {
        result.putByte(MessageLayout.WINDOW_RESULT_KEY_PARTS_OFFSET, (byte)2);
        result.putInt(MessageLayout.RESULT_METRIC_OFFSET, 4);
        final ResultCells cells = cells(ResultKind.WINDOW);
        final ResultFormat csv = ResultFormat.csv();
        final ResultFormat json = ResultFormat.json();
        csv.add(cells);
        json.add(cells);

        final String row = csv.take();
        assertTrue(row.startsWith("0,window,first,,\"say \"\"\\\t\"\"\","), row);
        final String object = json.take();
        assertTrue(object.contains("\"metric\":\"say \\\"\\\\\\u0009\\\"\""), object);
        assertEquals("", csv.take());
        assertEquals("", json.take());
    }

    private String windowStart(final long startNs) throws Exception
    {
        result.putLong(MessageLayout.WINDOW_RESULT_WINDOW_START_OFFSET, startNs);
        return cells(ResultKind.WINDOW).text(ResultColumn.WINDOW_START_MS);
    }

    private String lateBy(final long watermarkNs, final long eventTimeNs) throws Exception
    {
        result.putLong(MessageLayout.JUDGED_WATERMARK_OFFSET, watermarkNs);
        result.putLong(MessageLayout.JUDGED_EVENT_TIME_NS_OFFSET, eventTimeNs);
        return cells(ResultKind.LATE).text(ResultColumn.LATE_BY_MS);
    }

    private String key() throws Exception
    {
        final ResultCells cells = cells(ResultKind.WINDOW);
        return cells.text(ResultColumn.DEVICE_ID) + "|" + cells.text(ResultColumn.METRIC);
    }

    private String timeAndReason(final ResultKind kind) throws Exception
    {
        final ResultCells cells = cells(kind);
        return cells.text(ResultColumn.EVENT_TIME_MS) + "|" + cells.text(ResultColumn.REASON);
    }

    private ResultCells cells(final ResultKind kind) throws Exception
    {
        final ResultCells cells = new ResultCells(List.of("first"), Map.of("cold, hot", 3L, "say \"\\\t\"", 4L));
        cells.read(kind, result, 0);
        return cells;
    }
}
