package io.tailrace.engine.operator;

import java.util.ArrayList;
import java.util.List;

import io.tailrace.codec.MessageLayout;
import io.tailrace.codec.RejectReason;
import io.tailrace.codec.TimeUnits;
import io.tailrace.codec.sbe.DuplicateDecoder;
import io.tailrace.codec.sbe.MessageHeaderDecoder;
import io.tailrace.codec.sbe.MessageHeaderEncoder;
import io.tailrace.codec.sbe.ReadingEncoder;
import io.tailrace.codec.sbe.RejectedDecoder;
import io.tailrace.codec.sbe.TickEncoder;
import io.tailrace.engine.config.DedupBy;
import io.tailrace.engine.config.DedupConfig;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.EventTimeConfig;
import io.tailrace.engine.config.LimitsConfig;
import io.tailrace.engine.config.ReferenceClock;
import io.tailrace.engine.config.SourceConfig;
import io.tailrace.engine.config.WatermarkKind;
import io.tailrace.engine.config.WindowConfig;
import io.tailrace.engine.ring.ResultsRing;
import io.tailrace.engine.stage.StageView;
import io.tailrace.engine.window.WindowOperator;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Where deduplication stands in the order of judgement: what a repeated reading does not do, and what it does all the
 * same. Times are nanoseconds; W follows the greatest event time at once.
 */
class DeduplicationJudgementTest
{
    private static final DedupConfig SEQUENCE = DedupConfig.builder().by(DedupBy.SEQUENCE).windowIds(64).build();
    private static final DedupConfig ID = DedupConfig.builder().by(DedupBy.ID).ttlNs(1_000_000).maxIds(100).build();
    private static final int DEVICE = 7;
    private static final int NO_OPERATOR = 65_535;

    private final UnsafeBuffer message = new UnsafeBuffer(BufferUtil.allocateDirectAligned(64, 64));
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final List<UnsafeBuffer> results = new ArrayList<>();
    private ResultsRing ring = new ResultsRing(256);
    private OperatorCore core;
    private long position;
    private int epoch;

    @AfterEach
    void close()
    {
        core.close();
    }

    @Test
    void shouldEmitARepeatedReadingAsItWasSentAndApplyItNowhere()
    {
        for (final DedupConfig dedup : new DedupConfig[] {SEQUENCE, ID})
        {
            begin(config(dedup).window(WindowConfig.tumbling("w", 10).build()));
            epoch = 3;
            reading(0, DEVICE, 1, 15, 100);
            results.clear();
            reading(0, DEVICE, 1, 12, 107);

            assertEquals(1, results.size());
            final DuplicateDecoder duplicate = new DuplicateDecoder();
            duplicate.wrapAndApplyHeader(results.get(0), 0, new MessageHeaderDecoder());
            assertEquals(1, duplicate.eventId());
            assertEquals(DEVICE, duplicate.deviceId());
            assertEquals(3, duplicate.deviceEpoch());
            assertEquals(12, duplicate.eventTime());
            assertEquals(12, duplicate.eventTimeNs());
            assertEquals(0.5, duplicate.value());
            assertEquals(NO_OPERATOR, duplicate.operatorId());
            assertEquals(0, duplicate.reason());
            assertEquals(0, duplicate.revision());
            assertEquals(0, duplicate.timing());
            assertEquals(15, duplicate.watermark());
            assertEquals(107, duplicate.causeIngestTime());
            assertEquals(position - 64, duplicate.causePosition());
            assertEquals(0, duplicate.sequence());
            assertEquals(0, duplicate.reserved2() + duplicate.reserved3() + duplicate.reserved4());
            assertLedger(2, 1, 1);
            assertEquals(1, core.ledger().outcome(0, WindowOperator.APPLIED));
            core.close();
        }
        begin(config(DedupConfig.NONE));
        reading(0, DEVICE, 1, 15, 100);
        reading(0, DEVICE, 1, 15, 100);
        assertLedger(2, 2, 0);
    }

    @Test
    void shouldEmitWhatNobodyCanJudgeAsRejectedWithItsReason()
    {
        begin(config(SEQUENCE));
        reading(0, DEVICE, 100, 15, 100);
        reading(0, DEVICE, 36, 19, 101);
        assertRejected(RejectReason.BEYOND_DEDUP_WINDOW, 36, 19);
        epoch = 65_535;
        reading(0, DEVICE, 101, 19, 101);
        assertRejected(RejectReason.BEYOND_DEDUP_WINDOW, 101, 19);
        assertEquals(2, core.ledger().rejected(0, RejectReason.BEYOND_DEDUP_WINDOW.code()));
        assertEquals(15, core.watermark().watermarkNs());
        core.close();

        begin(config(ID.toBuilder().maxIds(1).build()));
        reading(0, DEVICE, 1, 15, 100);
        reading(0, DEVICE, 2, 19, 101);
        assertRejected(RejectReason.DEDUP_EXHAUSTED, 2, 19);
        assertEquals(1, core.ledger().rejected(0, RejectReason.DEDUP_EXHAUSTED.code()));
        assertEquals(15, core.watermark().watermarkNs());
        assertEquals(1, core.dedup().rememberedIds());
    }

    @Test
    void shouldMoveNoWatermarkByARepeatedReading()
    {
        begin(config(SEQUENCE)
            .window(WindowConfig.tumbling("global", 10).watermark(WatermarkKind.GLOBAL).build())
            .window(WindowConfig.tumbling("device", 10).watermark(WatermarkKind.DEVICE).build()));
        reading(0, DEVICE, 1, 5, 100);
        reading(0, DEVICE, 1, 25, 100);
        assertEquals(5, core.watermark().watermarkNs());
        assertEquals(List.of(MessageLayout.DUPLICATE_TEMPLATE_ID), templates());
        reading(0, DEVICE, 2, 10, 100);
        assertEquals(List.of(
            MessageLayout.DUPLICATE_TEMPLATE_ID,
            MessageLayout.WINDOW_RESULT_TEMPLATE_ID,
            MessageLayout.WINDOW_RESULT_TEMPLATE_ID), templates());
    }

    /** Engine time moves by a repeated reading: generations are forgotten by it. */
    @Test
    void shouldMoveEngineTimeByARepeatedReading()
    {
        begin(config(ID.toBuilder().ttlNs(4).build()));
        reading(0, DEVICE, 1, 5, 0);
        reading(0, DEVICE, 1, 5, 4);
        assertEquals(4, core.watermark().engineTimeNs());
        reading(0, DEVICE, 1, 5, 3);
        assertLedger(3, 1, 2);
        reading(0, DEVICE, 1, 5, 5);
        assertLedger(4, 2, 2);
        tick(10, 0);
        assertEquals(0, core.dedup().rememberedIds());
    }

    @Test
    void shouldRememberOnlyWhatWasAcceptedThoughLate()
    {
        begin(config(ID)
            .limits(LimitsConfig.builder().devices(1).build())
            .window(WindowConfig.tumbling("w", 10).build()));
        message(0, DEVICE, 1, 50, 0).putDouble(MessageLayout.READING_VALUE_OFFSET, Double.NaN);
        process();
        reading(0, DEVICE, 2, 50, 0);
        reading(0, DEVICE + 1, 3, 50, 0);
        assertEquals(1, core.ledger().rejected(0, RejectReason.DEVICES_EXHAUSTED.code()));
        assertEquals(1, core.dedup().rememberedIds());
        reading(0, DEVICE, 1, 50, 0);
        reading(0, DEVICE, 4, 3, 0);
        assertEquals(1, core.ledger().outcome(0, WindowOperator.LATE));
        reading(0, DEVICE, 4, 3, 0);
        assertLedger(6, 3, 1);
        assertEquals(1, core.ledger().outcome(0, WindowOperator.LATE));
    }

    @Test
    void shouldNotCountARepeatedReadingAsOld()
    {
        begin(EngineConfig.builder().source(SourceConfig.embedded("a").build()).dedup(SEQUENCE).eventTime(
            EventTimeConfig.builder().earliestNs(0).maxAgeNs(1_000).warnAgeNs(10).build()));
        reading(0, DEVICE, 1, 80, 100);
        reading(0, DEVICE, 1, 80, 100);
        assertEquals(1, core.ledger().old(0));
    }

    /** Ten sane readings in a row release a device, also if they were seen before; they move nobody's time. */
    @Test
    void shouldCountRepeatedReadingsAsSane()
    {
        begin(config(SEQUENCE));
        reading(0, DEVICE, 100, 5, 0);
        for (int i = 0; i < 3; i++)
        {
            reading(0, DEVICE, 101, -1, 0);
        }
        assertEquals(1, core.quarantine().view().devices());
        for (int i = 0; i < 9; i++)
        {
            reading(0, DEVICE, i % 2 == 0 ? 100 : 1, 50, 0);
        }
        assertEquals(1, core.quarantine().view().devices());
        reading(0, DEVICE, 100, 50, 0);
        assertEquals(0, core.quarantine().view().devices());
        assertEquals(5, core.watermark().watermarkNs());
        reading(0, DEVICE, 102, 60, 0);
        assertEquals(60, core.watermark().watermarkNs());
        assertLedger(15, 2, 6);
    }

    @Test
    void shouldNotEndTheSilenceOfADeviceByARepeatedReading()
    {
        for (final boolean isRepeated : new boolean[] {true, false})
        {
            begin(config(SEQUENCE)
                .eventTime(eventTime().idleAfterNs(50).watermark(WatermarkKind.DEVICE).build())
                .window(WindowConfig.tumbling("w", 100).build()));
            reading(0, DEVICE, 1, 10, 1_000);
            reading(0, DEVICE, isRepeated ? 1 : 2, 10, 1_060);
            results.clear();
            tick(1_095, 1_060);
            assertEquals(isRepeated ? 1 : 0, results.size());
            core.close();
        }
    }

    @Test
    void shouldEndTheIdlenessOfASourceByARepeatedReading()
    {
        for (final boolean isRepeated : new boolean[] {true, false})
        {
            begin(config(SEQUENCE)
                .source(SourceConfig.embedded("b").build())
                .eventTime(eventTime().idleAfterNs(50).watermark(WatermarkKind.GLOBAL).build()));
            reading(1, DEVICE + 1, 1, 10, 1_000);
            reading(0, DEVICE, 1, 100, 1_000);
            assertEquals(10, core.watermark().watermarkNs());
            tick(1_060, Long.MIN_VALUE, 1_000);
            assertEquals(100, core.watermark().watermarkNs());
            if (isRepeated)
            {
                reading(1, DEVICE + 1, 1, 10, 1_060);
                assertEquals(1, core.ledger().duplicates(1));
            }
            reading(0, DEVICE, 2, 200, 1_061);
            assertEquals(isRepeated ? 100 : 200, core.watermark().watermarkNs());
            core.close();
        }
    }

    @Test
    void shouldKeepADeviceThatRepeatsItselfAndForgetItsIdsWithIt()
    {
        for (final boolean isRepeated : new boolean[] {true, false})
        {
            begin(config(SEQUENCE).limits(LimitsConfig.builder().keyTtlNs(100).build()));
            reading(0, DEVICE, 1, 10, 0);
            reading(0, DEVICE + 1, 1, 10, isRepeated ? 90 : 0);
            if (isRepeated)
            {
                reading(0, DEVICE, 1, 10, 90);
            }
            tick(150, 90);
            assertEquals(isRepeated ? 2 : 0, core.deviceCount());
            final long duplicates = core.ledger().duplicates(0);
            reading(0, DEVICE, 1, 10, 150);
            assertEquals(isRepeated ? duplicates + 1 : duplicates, core.ledger().duplicates(0));
            core.close();
        }
    }

    @Test
    void shouldRememberAnyIdLongerThanItsDevice()
    {
        begin(config(ID).limits(LimitsConfig.builder().keyTtlNs(100).build()));
        reading(0, DEVICE, 1, 10, 0);
        tick(150, 0);
        assertEquals(0, core.deviceCount());
        reading(0, DEVICE, 1, 10, 150);
        assertLedger(2, 1, 1);
        assertEquals(1, core.deviceCount());
    }

    @Test
    void shouldDoNothingWithARepeatedReadingWhenBackPressured()
    {
        ring = new ResultsRing(2);
        begin(config(ID.toBuilder().ttlNs(4).build()));
        reading(0, DEVICE, 1, 10, 0);
        message(0, DEVICE, 1, 10, 0);
        assertTrue(core.onMessage(message.addressOffset(), 0));
        assertTrue(core.onMessage(message.addressOffset(), 64));
        message(0, DEVICE, 2, 10, 100);
        assertFalse(core.onMessage(message.addressOffset(), 128));
        assertEquals(1, core.dedup().rememberedIds());
        assertLedger(3, 1, 2);
        ring.release(2);
        assertTrue(core.onMessage(message.addressOffset(), 128));
        assertLedger(4, 2, 2);
        assertEquals(1, core.dedup().rememberedIds());
    }

    @Test
    void shouldShowToOthersHowManyIdsAreRemembered()
    {
        begin(config(ID));
        reading(0, DEVICE, 1, 10, 0);
        reading(0, DEVICE, 2, 10, 0);
        reading(0, DEVICE, 2, 10, 0);
        final StageView view = new StageView(1, 0);
        view.onProcessed(core, 3);
        final StageView copy = new StageView(1, 0);
        view.copyTo(copy);
        assertEquals(2, copy.rememberedIds());
        assertEquals(1, copy.ledger().duplicates(0));
        assertEquals(2, copy.ledger().accepted(0));
    }

    @Test
    void shouldLookUpWithoutChangingAnything()
    {
        for (final DedupConfig dedup : new DedupConfig[] {SEQUENCE, ID, DedupConfig.NONE})
        {
            begin(config(dedup));
            message(0, DEVICE, 1, 10, 0);
            lookUp();
            assertEquals(0, core.deviceCount());
            reading(0, DEVICE, 1, 10, 0);
            message(0, DEVICE, 2, 10, 0);
            lookUp();
            reading(0, DEVICE, 2, 10, 0);
            assertLedger(2, 2, 0);
            core.close();
        }
    }

    private void lookUp()
    {
        core.beginLookUp();
        core.lookUp(message.addressOffset());
        core.endLookUp();
    }

    private static EngineConfig.Builder config(final DedupConfig dedup)
    {
        return EngineConfig.builder()
            .source(SourceConfig.embedded("a").build())
            .dedup(dedup)
            .eventTime(eventTime().build());
    }

    private static EventTimeConfig.Builder eventTime()
    {
        return EventTimeConfig.builder()
            .referenceClock(ReferenceClock.NONE).earliestNs(0).outOfOrdernessNs(0);
    }

    private void begin(final EngineConfig.Builder config)
    {
        core = new OperatorCore(config.build(), ring);
        results.clear();
        position = 0;
        epoch = 0;
    }

    private void reading(final int source, final long device, final long id, final long timeNs, final long ingestNs)
    {
        message(source, device, id, timeNs, ingestNs);
        process();
    }

    private UnsafeBuffer message(
        final int source, final long device, final long id, final long timeNs, final long ingestNs)
    {
        message.setMemory(0, 64, (byte)0);
        new ReadingEncoder().wrapAndApplyHeader(message, 0, header)
            .eventId(id)
            .deviceId(device)
            .eventTime(timeNs)
            .ingestTime(ingestNs)
            .value(0.5)
            .metric(1)
            .source(source)
            .timeUnit((short)TimeUnits.NANOS)
            .deviceEpoch(epoch);
        return message;
    }

    private void tick(final long timeNs, final long... sinceNs)
    {
        message.setMemory(0, 64, (byte)0);
        new TickEncoder().wrapAndApplyHeader(message, 0, header)
            .time(timeNs).firstSource(0).sourceCount((short)sinceNs.length).last((short)1);
        for (int i = 0; i < sinceNs.length; i++)
        {
            message.putLong(MessageLayout.TICK_EMPTY_SINCE0_OFFSET + i * Long.BYTES, sinceNs[i]);
        }
        process();
    }

    private void process()
    {
        assertTrue(core.onMessage(message.addressOffset(), position));
        assertFalse(core.isFiring());
        position += 64;
        while (ring.available() > 0)
        {
            final byte[] result = new byte[MessageLayout.RESULT_LENGTH];
            ring.buffer().getBytes(ring.offsetOf(0), result);
            results.add(new UnsafeBuffer(result));
            ring.release(1);
        }
    }

    private List<Integer> templates()
    {
        return results.stream()
            .map((result) -> result.getShort(MessageLayout.HEADER_TEMPLATE_ID_OFFSET) & 0xFFFF)
            .toList();
    }

    private void assertRejected(final RejectReason reason, final long id, final long timeNs)
    {
        final RejectedDecoder rejected = new RejectedDecoder();
        rejected.wrapAndApplyHeader(results.get(results.size() - 1), 0, new MessageHeaderDecoder());
        assertEquals(reason.code(), rejected.reason());
        assertEquals(id, rejected.eventId());
        assertEquals(timeNs, rejected.eventTimeNs());
        assertEquals(NO_OPERATOR, rejected.operatorId());
        assertEquals(15, rejected.watermark());
    }

    private void assertLedger(final long judged, final long accepted, final long duplicates)
    {
        assertEquals(judged, core.ledger().judged(0));
        assertEquals(accepted, core.ledger().accepted(0));
        assertEquals(duplicates, core.ledger().duplicates(0));
        long rejected = 0;
        for (final RejectReason reason : RejectReason.values())
        {
            rejected += core.ledger().rejected(0, reason.code());
        }
        assertEquals(judged, accepted + duplicates + rejected);
    }
}
