package io.tailrace.engine.alert;

import java.util.ArrayList;
import java.util.List;

import io.tailrace.codec.MessageLayout;
import io.tailrace.codec.sbe.AlertDecoder;
import io.tailrace.codec.sbe.MessageHeaderDecoder;
import io.tailrace.engine.config.AlertConfig;
import io.tailrace.engine.config.EventFilter;
import io.tailrace.engine.config.LimitsConfig;
import io.tailrace.engine.operator.KeyedOperator;
import io.tailrace.engine.operator.ResultPublisher;
import io.tailrace.engine.ring.ResultsRing;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

class AlertOperatorTest
{
    private static final int APPLIED = KeyedOperator.APPLIED;
    private static final int LATE = KeyedOperator.LATE;
    private static final int OPERATOR_ID = 3;
    private static final int METRIC = 7;
    private static final long NO_WATERMARK = Long.MIN_VALUE;

    private final UnsafeBuffer message =
        new UnsafeBuffer(BufferUtil.allocateDirectAligned(MessageLayout.SLOT_LENGTH, BitUtil.CACHE_LINE_LENGTH));
    private final ResultsRing ring = new ResultsRing(64);
    private AlertOperator operator;
    private long engineTimeNs;

    @AfterEach
    void close()
    {
        operator.close();
    }

    @Test
    void shouldRaiseAndClearAtTheFirstReadingWithoutForAndClearValue()
    {
        begin(AlertConfig.builder().above(80));
        apply(1, 0, 80);
        assertTaken();
        apply(1, 1, 80.5);
        assertTaken("1/7 raised t=1 80.5 of 80.0");
        apply(1, 2, 90);
        assertTaken();
        apply(1, 3, 80);
        assertTaken("1/7 cleared t=3 80.0 of 80.0");
        apply(1, 4, 81);
        assertTaken("1/7 raised t=4 81.0 of 80.0");
    }

    @Test
    void shouldRaiseBelowAThreshold()
    {
        begin(AlertConfig.builder().below(-1).clear(0));
        apply(1, 0, -1);
        assertTaken();
        apply(1, 1, -1.25);
        assertTaken("1/7 raised t=1 -1.25 of -1.0");
        apply(1, 2, 0);
        assertTaken();
        apply(1, 3, 0.125);
        assertTaken("1/7 cleared t=3 0.125 of 0.0");
    }

    @Test
    void shouldRaiseWhenTheConditionHasHeldForSoLong()
    {
        begin(AlertConfig.builder().above(80).forNs(10));
        apply(1, 100, 81);
        apply(1, 109, 82);
        assertTaken();
        apply(1, 110, 83);
        assertTaken("1/7 raised t=110 83.0 of 80.0");
        apply(1, 130, 84);
        assertTaken();
    }

    @Test
    void shouldBeginAnewWhenTheRowIsBroken()
    {
        begin(AlertConfig.builder().above(80).clear(70.0).forNs(10));
        apply(1, 100, 81);
        apply(1, 105, 80);
        apply(1, 110, 81);
        apply(1, 119, 81);
        assertTaken();
        apply(1, 120, 81);
        assertTaken("1/7 raised t=120 81.0 of 80.0");
    }

    @Test
    void shouldBeginAnewWhenItWasCleared()
    {
        begin(AlertConfig.builder().above(80).forNs(10));
        apply(1, 0, 81);
        apply(1, 10, 81);
        apply(1, 11, 79);
        assertTaken("1/7 raised t=10 81.0 of 80.0", "1/7 cleared t=11 79.0 of 80.0");
        apply(1, 12, 81);
        apply(1, 21, 81);
        assertTaken();
        apply(1, 22, 81);
        assertTaken("1/7 raised t=22 81.0 of 80.0");
    }

    @Test
    void shouldStayRaisedUntilTheClearValueIsPassed()
    {
        begin(AlertConfig.builder().above(80).clear(75));
        apply(1, 0, 81);
        assertTaken("1/7 raised t=0 81.0 of 80.0");
        apply(1, 1, 79);
        apply(1, 2, 75);
        assertTaken();
        apply(1, 3, 74.9);
        assertTaken("1/7 cleared t=3 74.9 of 75.0");
        apply(1, 4, 76);
        assertTaken();
    }

    @Test
    void shouldLeaveEverythingAsItIsAtAReadingOutOfOrder()
    {
        begin(AlertConfig.builder().above(80).forNs(10));
        apply(1, 100, 81);
        assertEquals(LATE, apply(1, 99, 0));
        assertEquals(LATE, apply(1, 89, 90));
        apply(1, 109, 81);
        assertTaken();
        apply(1, 110, 81);
        assertTaken("1/7 raised t=110 81.0 of 80.0");
        assertEquals(LATE, apply(1, 109, 0));
        assertTaken();
    }

    @Test
    void shouldTakeEqualTimesInOrderOfArrival()
    {
        begin(AlertConfig.builder().above(80));
        assertEquals(APPLIED, apply(1, 5, 81));
        assertEquals(APPLIED, apply(1, 5, 79));
        assertEquals(APPLIED, apply(1, 5, 82));
        assertTaken(
            "1/7 raised t=5 81.0 of 80.0", "1/7 cleared t=5 79.0 of 80.0", "1/7 raised t=5 82.0 of 80.0");
    }

    @Test
    void shouldNotLookAtWhatTheFilterHolds()
    {
        begin(AlertConfig.builder().above(80).forNs(10).where(
            EventFilter.builder().metrics(METRIC).minValue(0).maxValue(200).maxQuality(1).build()));
        apply(1, 0, 81);
        assertEquals(KeyedOperator.FILTERED, apply(1, 2, -1));
        assertEquals(KeyedOperator.FILTERED, apply(1, 3, 201));
        message.putInt(MessageLayout.READING_METRIC_OFFSET, METRIC + 1);
        assertEquals(KeyedOperator.FILTERED, apply(1, 4, 79));
        message.putInt(MessageLayout.READING_METRIC_OFFSET, METRIC);
        message.putByte(MessageLayout.READING_QUALITY_OFFSET, (byte)2);
        assertEquals(KeyedOperator.FILTERED, apply(1, 20, 79));
        message.putByte(MessageLayout.READING_QUALITY_OFFSET, (byte)1);
        assertEquals(APPLIED, apply(1, 10, 81));
        assertTaken("1/7 raised t=10 81.0 of 80.0");
        assertEquals(1, operator.keyCount());
    }

    @Test
    void shouldKeepDevicesAndMetricsApart()
    {
        begin(AlertConfig.builder().above(80).forNs(10));
        apply(1, 100, 81);
        apply(-1, 0, 81);
        message.putInt(MessageLayout.READING_METRIC_OFFSET, -1);
        apply(1, 50, 81);
        apply(1, 60, 81);
        assertTaken("1/4294967295 raised t=60 81.0 of 80.0");
        message.putInt(MessageLayout.READING_METRIC_OFFSET, METRIC);
        apply(-1, 10, 81);
        assertTaken("18446744073709551615/7 raised t=10 81.0 of 80.0");
        assertEquals(3, operator.keyCount());
    }

    @Test
    void shouldComputeTheLengthOfARowExactly()
    {
        begin(AlertConfig.builder().above(80).forNs(Long.MAX_VALUE));
        apply(1, Long.MIN_VALUE, 81);
        apply(1, -2, 81);
        assertTaken();
        apply(1, -1, 81);
        assertTaken("1/7 raised t=-1 81.0 of 80.0");
        apply(2, Long.MIN_VALUE, 81);
        apply(2, Long.MAX_VALUE, 81);
        assertTaken("2/7 raised t=9223372036854775807 81.0 of 80.0");
    }

    @Test
    void shouldRefuseNewKeysWithoutRoomAndGoOnWithOldOnes()
    {
        begin(AlertConfig.builder().above(80), 2, Long.MAX_VALUE);
        apply(1, 0, 0);
        apply(2, 0, 0);
        assertEquals(KeyedOperator.KEYS_EXHAUSTED, apply(3, 0, 90));
        assertEquals(APPLIED, apply(2, 1, 90));
        assertTaken("2/7 raised t=1 90.0 of 80.0");
        assertEquals(2, operator.keyCount());
    }

    @Test
    void shouldForgetKeysThatAreAtRest()
    {
        begin(AlertConfig.builder().above(80).forNs(10), 3, 100);
        apply(1, 50, 0);
        apply(2, 50, 81);
        apply(3, 50, 81);
        apply(3, 60, 81);
        assertTaken("3/7 raised t=60 81.0 of 80.0");
        operator.forget(NO_WATERMARK, 99);
        assertEquals(3, operator.keyCount());
        assertEquals(100, operator.nextLookNs());
        operator.forget(NO_WATERMARK, 100);
        assertEquals(2, operator.keyCount());

        engineTimeNs = 150;
        assertEquals(APPLIED, apply(1, 0, 0));
        apply(2, 59, 0);
        apply(3, 61, 0);
        assertTaken("3/7 cleared t=61 0.0 of 80.0");
        operator.forget(NO_WATERMARK, 249);
        assertEquals(3, operator.keyCount());
        operator.forget(NO_WATERMARK, 250);
        assertEquals(0, operator.keyCount());
    }

    @Test
    void shouldNotCountALateReadingAsUse()
    {
        begin(AlertConfig.builder().above(80), 3, 100);
        apply(1, 50, 0);
        engineTimeNs = 90;
        assertEquals(LATE, apply(1, 49, 0));
        operator.forget(NO_WATERMARK, 100);
        assertEquals(0, operator.keyCount());
    }

    @Test
    void shouldSayAllThatThereIsToSay()
    {
        begin(AlertConfig.builder().above(80).priority(1));
        // What a slot held before must not show.
        for (int i = 0; i < ring.capacity(); i++)
        {
            UnsafeApi.setMemory(ring.claim(), MessageLayout.RESULT_LENGTH, (byte)-1);
            ring.publish();
            ring.release(1);
        }
        message.putLong(MessageLayout.READING_EVENT_ID_OFFSET, -5);
        apply(1, 77, 80.25);

        final AlertDecoder alert = new AlertDecoder();
        alert.wrapAndApplyHeader(ring.buffer(), ring.offsetOf(0), new MessageHeaderDecoder());
        assertEquals(AlertDecoder.TEMPLATE_ID, alert.sbeTemplateId());
        assertEquals(OPERATOR_ID, alert.operatorId());
        assertEquals(1, alert.state());
        assertEquals(0, alert.timing());
        assertEquals(0, alert.revision());
        assertEquals(0, alert.sequence());
        assertEquals(METRIC, alert.metric());
        assertEquals(1, alert.deviceId());
        assertEquals(-5, alert.eventId());
        assertEquals(77, alert.eventTimeNs());
        assertEquals(80.25, alert.value());
        assertEquals(80, alert.threshold());
        assertEquals(1, alert.severity());
        assertEquals(0, alert.reserved1() + alert.reserved2() + alert.reserved3());
        assertEquals(0, alert.reserved4() | alert.reserved5() | alert.reserved6() | alert.reserved7());
        assertEquals(1, ring.available());
    }

    private void begin(final AlertConfig.Builder alert)
    {
        begin(alert, 16, Long.MAX_VALUE);
    }

    private void begin(final AlertConfig.Builder alert, final int maxKeys, final long keyTtlNs)
    {
        final ResultPublisher results = new ResultPublisher(ring);
        operator = new AlertOperator(
            OPERATOR_ID,
            alert.name("hot").build(),
            LimitsConfig.builder().keys(maxKeys).keyTtlNs(keyTtlNs).build(),
            results);
        message.putInt(MessageLayout.READING_METRIC_OFFSET, METRIC);
    }

    private int apply(final long deviceId, final long timeNs, final double value)
    {
        message.putLong(MessageLayout.READING_DEVICE_ID_OFFSET, deviceId);
        message.putDouble(MessageLayout.READING_VALUE_OFFSET, value);
        final long address = message.addressOffset();
        final long known = operator.find(address);
        operator.touchHome(operator.home(address));
        operator.touch(known);
        return operator.onReading(address, known, timeNs, engineTimeNs);
    }

    private void assertTaken(final String... expected)
    {
        assertEquals(List.of(expected), taken());
    }

    private List<String> taken()
    {
        final List<String> taken = new ArrayList<>();
        final AlertDecoder alert = new AlertDecoder();
        while (ring.available() > 0)
        {
            alert.wrapAndApplyHeader(ring.buffer(), ring.offsetOf(0), new MessageHeaderDecoder());
            taken.add(Long.toUnsignedString(alert.deviceId()) + "/" + alert.metric() +
                (alert.state() == 1 ? " raised" : " cleared") + " t=" + alert.eventTimeNs() + " " + alert.value() +
                " of " + alert.threshold());
            ring.release(1);
        }
        return taken;
    }
}
