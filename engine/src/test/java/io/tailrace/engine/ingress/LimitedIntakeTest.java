package io.tailrace.engine.ingress;

import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;

import com.lmax.disruptor.Sequence;
import io.tailrace.codec.MalformedReason;
import io.tailrace.codec.MessageLayout;
import io.tailrace.codec.TimeUnits;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.EventTimeConfig;
import io.tailrace.engine.config.LimitsConfig;
import io.tailrace.engine.config.OverloadConfig;
import io.tailrace.engine.config.SourceConfig;
import io.tailrace.engine.config.WatermarkKind;
import io.tailrace.engine.overload.BacklogControl;
import io.tailrace.engine.overload.NormalLane;
import io.tailrace.engine.overload.OverloadCount;
import io.tailrace.engine.ring.EventRing;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Frames of a normal source that is limited, by rates or by the slots that it may hold.
 */
class LimitedIntakeTest
{
    private static final int LENGTH = MessageLayout.SLOT_LENGTH;
    private static final int SOURCE = 1;
    private static final long NOW = 1_700_000_000_000_000_000L;
    private static final long SECOND = 1_000_000_000L;

    @TempDir
    Path dataDir;

    private final Sequence operators = new Sequence();
    private final IngressLedger ledger = new IngressLedger(2);
    private final AckTracker acks = new AckTracker(SOURCE, ledger);
    private EngineConfig config;
    private EventRing ring;
    private NormalLane lane;
    private RejectsFile rejects;
    private Intake intake;

    @BeforeEach
    void open()
    {
        rejects = new RejectsFile(dataDir);
    }

    @AfterEach
    void close()
    {
        rejects.close();
    }

    @Test
    void shouldLeaveOutWhatIsShedAndKeepTheOrder()
    {
        start(16, OverloadConfig.builder().ratePerDevice(1));
        assertEquals(3, intake.onFrame(frame(0, 7, 7, 8, 7, 9), 0, 5 * LENGTH, NOW));
        assertEquals(List.of(0L, 2L, 4L), published());
        assertEquals(5, ledger.received(SOURCE));
        assertEquals(2, ledger.refused(SOURCE, OverloadCount.SHED_RATE_PER_DEVICE.code()));
        assertEquals(0, ledger.refused(0, OverloadCount.SHED_RATE_PER_DEVICE.code()));
        for (int i = 0; i < 3; i++)
        {
            assertEquals(NOW, ring.slab().getLong(ring.offset(i) + MessageLayout.READING_INGEST_TIME_OFFSET));
            assertEquals(SOURCE, ring.slab().getShort(ring.offset(i) + MessageLayout.READING_SOURCE_OFFSET));
        }
    }

    @Test
    void shouldClaimNothingForAFrameThatIsShedAsAWhole()
    {
        start(16, OverloadConfig.builder().rate(1));
        assertEquals(1, intake.onFrame(frame(0, 7), 0, LENGTH, NOW));
        assertEquals(0, intake.onFrame(frame(1, 7, 8), 0, 2 * LENGTH, NOW));
        assertEquals(0, ring.cursor());
        assertEquals(3, ledger.received(SOURCE));
        assertEquals(2, ledger.refused(SOURCE, OverloadCount.SHED_RATE.code()));
        assertFalse(ledger.turn().isTaken());
        assertEquals(0, ledger.judgedVersion() & 1);
    }

    @Test
    void shouldAcknowledgeAsShedOnlyWhatIsShedAsAWhole()
    {
        start(16, OverloadConfig.builder().rate(2));
        assertEquals(2, intake.onFrame(datagram(0, 1, 2, 3), 0, 4 * LENGTH, NOW));
        assertEquals(0, intake.onFrame(datagram(1, 1, 2), 0, 3 * LENGTH, NOW));
        assertEquals(0, intake.onFrame(datagram(1, 1, 2), 0, 3 * LENGTH, NOW), "sent again");
        assertEquals(1, ledger.refused(SOURCE, IngressLedger.RESENT));
        assertEquals(5, ledger.received(SOURCE));
        assertEquals(3, ledger.refused(SOURCE, OverloadCount.SHED_RATE.code()));
        assertEquals(1, ring.cursor());

        final UnsafeBuffer ack = new UnsafeBuffer(new byte[LENGTH]);
        assertEquals(1, acks.doWork(NOW + SECOND, (message, to) ->
        {
            ack.putBytes(0, message, 0, LENGTH);
            return true;
        }));
        assertEquals(1, ack.getInt(MessageLayout.ACK_SHED_OFFSET));
        assertEquals(0, ack.getLong(MessageLayout.ACK_CONTIGUOUS_OFFSET), "the first is not durable yet");
        assertEquals(1L << 1, ack.getLong(MessageLayout.ACK_SETTLED_OFFSET));
        assertEquals(1, ack.getLong(MessageLayout.ACK_LAST_REFUSED_OFFSET));
    }

    @Test
    void shouldLetTheEndOfInputThroughThoughAllReadingsAreShed()
    {
        start(16, OverloadConfig.builder().rate(1));
        intake.onFrame(frame(0, 7), 0, LENGTH, NOW);
        final UnsafeBuffer frame = frame(1, 7, 0);
        frame.putLong(LENGTH, MessageLayout.END_OF_INPUT_HEADER);
        assertEquals(1, intake.onFrame(frame, 0, 2 * LENGTH, NOW));
        assertEquals(MessageLayout.END_OF_INPUT_HEADER, ring.slab().getLong(ring.offset(1)));
        assertEquals(2, ledger.received(SOURCE));
        assertEquals(1, ledger.refused(SOURCE, OverloadCount.SHED_RATE.code()));
    }

    @Test
    void shouldLeaveBucketsAndCountsAsTheyWereWhenBackPressured()
    {
        start(16, OverloadConfig.builder().ratePerDevice(2).rate(12));
        assertEquals(8, intake.onFrame(frame(0, 1, 2, 3, 4, 5, 6, 7, 8), 0, 8 * LENGTH, NOW));
        ring.publish(ring.tryClaim(6), ring.cursor());
        final UnsafeBuffer frame = frame(8, 9, 9, 9, 1, 1);
        final long version = ledger.judgedVersion();
        for (int i = 0; i < 10; i++)
        {
            assertEquals(Intake.BACK_PRESSURED, intake.onFrame(frame, 0, 5 * LENGTH, NOW));
        }
        assertEquals(version, ledger.judgedVersion(), "who looks need not look again");
        assertEquals(8, ledger.received(SOURCE));
        assertEquals(0, ledger.refused(SOURCE, OverloadCount.SHED_RATE_PER_DEVICE.code()));
        assertEquals(0, ledger.refused(SOURCE, OverloadCount.SHED_RATE.code()));
        assertEquals(13, ring.cursor());

        operators.set(13);
        assertEquals(3, intake.onFrame(frame, 0, 5 * LENGTH, NOW));
        assertEquals(List.of(8L, 9L, 11L), published().subList(14, 17));
        assertEquals(13, ledger.received(SOURCE));
        assertEquals(2, ledger.refused(SOURCE, OverloadCount.SHED_RATE_PER_DEVICE.code()));
        assertEquals(1, intake.onFrame(frame(13, 10, 11), 0, 2 * LENGTH, NOW), "the twelfth of all");
        assertEquals(1, ledger.refused(SOURCE, OverloadCount.SHED_RATE.code()));
    }

    @Test
    void shouldComeAgainWhileAnotherHasItsTurn()
    {
        start(16, OverloadConfig.builder().rate(1));
        assertTrue(lane.tryEnter());
        assertEquals(Intake.DEFERRED, intake.onFrame(frame(0, 1), 0, LENGTH, NOW));
        assertEquals(0, ledger.received(SOURCE));
        lane.leave();
        assertEquals(1, intake.onFrame(frame(0, 1), 0, LENGTH, NOW));
    }

    @Test
    void shouldStampTheTimeThatReadingsWereJudgedAt()
    {
        start(16, OverloadConfig.builder().rate(10));
        intake.onFrame(frame(0, 1), 0, LENGTH, NOW + 5);
        intake.onFrame(frame(1, 1), 0, LENGTH, NOW);
        assertEquals(NOW + 5, ring.slab().getLong(ring.offset(1) + MessageLayout.READING_INGEST_TIME_OFFSET));
    }

    @Test
    void shouldTakeFramesUpToHalfTheSlotsOfNormalSourcesAndCallLongerOnesMalformed()
    {
        start(1024, OverloadConfig.builder().normalSlots(64));
        assertEquals(0, intake.onFrame(frame(0, new int[33]), 0, 33 * LENGTH, NOW));
        assertEquals(1, ledger.refused(SOURCE, MalformedReason.OVERSIZED.code()));
        assertEquals(32, intake.onFrame(frame(0, new int[32]), 0, 32 * LENGTH, NOW));
        assertEquals(32, intake.onFrame(frame(0, new int[32]), 0, 32 * LENGTH, NOW));
        assertEquals(Intake.BACK_PRESSURED, intake.onFrame(frame(0, 1), 0, LENGTH, NOW));
    }

    /** The longest frame finds room while others use as much as it does, and need not meet an empty ring. */
    @Test
    void shouldLetTheLongestFrameInBesideOthers()
    {
        start(1024, OverloadConfig.builder().normalSlots(64));
        for (int used = 0; used <= 32; used++)
        {
            assertEquals(32, intake.onFrame(frame(0, new int[32]), 0, 32 * LENGTH, NOW), "beside " + used);
            operators.set(ring.cursor() - Math.min(32, used + 1));
        }
    }

    /** While there is no room nobody's turn is taken, and nothing is judged. */
    @Test
    void shouldAskForRoomBeforeTheTurnAndTheJudgement()
    {
        start(64, OverloadConfig.builder().normalSlots(64).rate(100));
        ring.publish(0, ring.tryClaim(64));
        final int[] judged = new int[1];
        final UnsafeBuffer frame = new UnsafeBuffer(frame(0, 1, 2).byteArray())
        {
            @Override
            public short getShort(final int index, final ByteOrder order)
            {
                judged[0]++;
                return super.getShort(index, order);
            }
        };
        assertTrue(lane.tryEnter());
        assertEquals(Intake.BACK_PRESSURED, intake.onFrame(frame, 0, 2 * LENGTH, NOW), "whoever has the turn");
        final int validating = judged[0];
        lane.leave();
        judged[0] = 0;
        assertEquals(Intake.BACK_PRESSURED, intake.onFrame(frame, 0, 2 * LENGTH, NOW));
        assertEquals(validating, judged[0]);
        operators.set(0);
        judged[0] = 0;
        assertEquals(Intake.BACK_PRESSURED, intake.onFrame(frame, 0, 2 * LENGTH, NOW), "room for one only");
        assertEquals(validating + 2, judged[0]);
        operators.set(1);
        assertEquals(2, intake.onFrame(frame, 0, 2 * LENGTH, NOW));
    }

    /** A frame that cannot be judged does not take the turn, or that of backlog, with it. */
    @Test
    void shouldLeaveAllTurnsIfAFrameCannotBeJudged()
    {
        start(64, OverloadConfig.builder().normalSlots(64).rate(100));
        final BacklogControl backlog = BacklogControl.of(config, ring::freed);
        final Intake beside = new Intake(SOURCE, ring, ledger, rejects, null, lane, backlog.polled(SOURCE));
        final boolean[] isBroken = {false};
        final UnsafeBuffer frame = new UnsafeBuffer(old(7).byteArray())
        {
            @Override
            public long getLong(final int index, final ByteOrder order)
            {
                if (isBroken[0] && index == MessageLayout.READING_DEVICE_ID_OFFSET)
                {
                    throw new IllegalStateException("broken");
                }
                return super.getLong(index, order);
            }
        };
        assertEquals(1, beside.onFrame(frame, 0, LENGTH, NOW));
        isBroken[0] = true;
        assertEquals("broken", assertThrows(
            IllegalStateException.class, () -> beside.onFrame(frame, 0, LENGTH, NOW)).getMessage());
        assertFalse(ledger.turn().isTaken());
        assertEquals(0, ledger.judgedVersion() & 1);
        assertEquals(1, beside.onFrame(old(8), 0, LENGTH, NOW));
        assertEquals(2, ledger.received(SOURCE));
        assertEquals(2, backlog.view().slots());
    }

    /** Whatever comes and goes: normal readings never hold more than their slots, critical ones find the others. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldNeverHoldMoreThanTheSlotsOfNormalSources(final long seed)
    {
        final int slots = 128;
        start(slots, OverloadConfig.builder().normalSlots(64));
        final IngressLedger criticalLedger = new IngressLedger(1);
        final Intake critical = new Intake(0, ring, criticalLedger, rejects, null, null, null);
        final SplittableRandom random = new SplittableRandom(seed);
        final Deque<Boolean> used = new ArrayDeque<>();
        long normal = 0;
        long refused = 0;
        long criticalBeside = 0;
        for (int i = 0; i < 20_000; i++)
        {
            final boolean isNormal = random.nextInt(3) > 0;
            final int count = 1 + random.nextInt(random.nextInt(10) > 0 ? 8 : isNormal ? 32 : 64);
            if (random.nextInt(5) == 0)
            {
                final int freed = random.nextInt(used.size() + 1);
                operators.set(operators.get() + freed);
                for (int k = 0; k < freed; k++)
                {
                    normal -= used.removeFirst() ? 1 : 0;
                }
            }
            final int before = used.size();
            final int taken =
                (isNormal ? intake : critical).onFrame(frame(0, new int[count]), 0, count * LENGTH, NOW);
            if (isNormal)
            {
                assertEquals(before + count <= 64 ? count : Intake.BACK_PRESSURED, taken, "step " + i);
                normal += Math.max(0, taken);
                refused += taken < 0 ? 1 : 0;
            }
            else
            {
                assertEquals(before + count <= slots ? count : Intake.BACK_PRESSURED, taken, "step " + i);
                criticalBeside += before >= 64 && taken > 0 ? 1 : 0;
            }
            for (int k = 0; k < taken; k++)
            {
                used.addLast(isNormal);
            }
            assertTrue(normal <= 64, "step " + i + ": " + normal);
        }
        assertTrue(refused > 100 && criticalBeside > 100, refused + " " + criticalBeside);
    }

    @Test
    void shouldCountAsReceivedWhatAnEarlierRunHasShed()
    {
        final IngressLedger recovered = new IngressLedger(2);
        recovered.recovered(SOURCE, 100);
        recovered.recovered(SOURCE, OverloadCount.SHED_RATE.code(), 7);
        recovered.recovered(SOURCE, OverloadCount.SHED_RATE_PER_DEVICE.code(), 3);
        recovered.recovered(SOURCE, OverloadCount.KEPT_SAMPLED.code(), 50);
        recovered.recovered(SOURCE, OverloadCount.RATE_UNTRACKED.code(), 60);
        recovered.recovered(SOURCE, 1, 9);
        assertEquals(110, recovered.received(SOURCE));
        assertEquals(0, recovered.received(0));
        assertEquals(7, recovered.refused(SOURCE, OverloadCount.SHED_RATE.code()));
        recovered.recovered(SOURCE + 1, OverloadCount.SHED_RATE.code(), 7);
        assertFalse(recovered.received(0) > 0);
    }

    private void start(final int slots, final OverloadConfig.Builder overload)
    {
        ring = new EventRing(slots, false);
        ring.gate(operators);
        config = EngineConfig.builder()
            .limits(LimitsConfig.builder().ringSlots(slots).devices(100).build())
            .source(SourceConfig.embedded("critical").priority(1).build())
            .source(SourceConfig.embedded("normal").timeUnit(TimeUnits.NANOS).build())
            .eventTime(EventTimeConfig.builder().watermark(WatermarkKind.DEVICE).build())
            .overload(overload.build())
            .build();
        lane = NormalLane.of(config, ledger.turn());
        intake = new Intake(SOURCE, ring, ledger, rejects, acks, lane, null);
    }

    private List<Long> published()
    {
        final List<Long> ids = new ArrayList<>();
        for (long sequence = 0; sequence <= ring.published(0, Long.MAX_VALUE); sequence++)
        {
            ids.add(ring.slab().getLong(ring.offset(sequence) + MessageLayout.READING_EVENT_ID_OFFSET));
        }
        return ids;
    }

    /** A reading of an hour ago. */
    private static UnsafeBuffer old(final int device)
    {
        final UnsafeBuffer frame = frame(0, device);
        frame.putLong(MessageLayout.READING_EVENT_TIME_OFFSET, NOW - 3_600 * SECOND);
        frame.putByte(MessageLayout.READING_TIME_UNIT_OFFSET, (byte)TimeUnits.NANOS);
        return frame;
    }

    private static UnsafeBuffer datagram(final long sequence, final int... devices)
    {
        final UnsafeBuffer frame = new UnsafeBuffer(new byte[(1 + devices.length) * LENGTH]);
        frame.putLong(0, MessageLayout.DATAGRAM_HEADER_HEADER);
        frame.putLong(MessageLayout.DATAGRAM_HEADER_SESSION_OFFSET, 7);
        frame.putLong(MessageLayout.DATAGRAM_HEADER_SEQUENCE_OFFSET, sequence);
        frame.putBytes(LENGTH, frame(100 * sequence, devices), 0, devices.length * LENGTH);
        return frame;
    }

    private static UnsafeBuffer frame(final long firstEventId, final int... devices)
    {
        final UnsafeBuffer frame = ReadingBytes.frame(devices.length, firstEventId);
        for (int i = 0; i < devices.length; i++)
        {
            frame.putLong(i * LENGTH + MessageLayout.READING_DEVICE_ID_OFFSET, devices[i]);
        }
        return frame;
    }
}
