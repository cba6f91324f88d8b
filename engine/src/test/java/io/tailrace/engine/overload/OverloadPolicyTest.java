package io.tailrace.engine.overload;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.OverloadAction;
import io.tailrace.engine.config.OverloadConfig;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

class OverloadPolicyTest
{
    private static final int LENGTH = MessageLayout.SLOT_LENGTH;
    private static final long NOW = 1_700_000_000_000_000_000L;
    private static final long SECOND = 1_000_000_000L;
    private static final int MAX_MESSAGES = 200;

    private final UnsafeBuffer frame = new UnsafeBuffer(new byte[(1 + MAX_MESSAGES) * LENGTH]);

    @Test
    void shouldLimitNothingWithoutARate()
    {
        final OverloadConfig.Builder overload =
            OverloadConfig.builder().then(OverloadAction.SAMPLE).keepOneIn(7).burstNs(1).backlogRate(1);
        assertNull(OverloadPolicy.of(EngineConfig.builder().overload(overload.build()).build(), 8));
        assertNull(NormalLane.of(EngineConfig.builder().overload(overload.build()).build(), new TurnLock()));
    }

    @Test
    void shouldShedByDeviceFirstAndThenByTheRateOfAll()
    {
        final OverloadPolicy policy = policy(OverloadConfig.builder().ratePerDevice(2).rate(3));
        // Two of device 1 and one of device 2 use the rate of all up; what is shed has taken nothing.
        assertEquals(List.of(0, 1, 3), judge(policy, NOW, 1, 1, 1, 2, 2, 3));
        assertEquals(1, policy.count(OverloadCount.SHED_RATE_PER_DEVICE));
        assertEquals(2, policy.count(OverloadCount.SHED_RATE));
        assertEquals(0, policy.count(OverloadCount.KEPT_SAMPLED));
        // A third of a second later one more of all: device 2 has still one, since it was shed by the rate of all.
        assertEquals(List.of(1), judge(policy, NOW + SECOND / 3 + 1, 1, 2, 3));
        assertEquals(1, policy.count(OverloadCount.SHED_RATE_PER_DEVICE));
        assertEquals(1, policy.count(OverloadCount.SHED_RATE));
    }

    @Test
    void shouldKeepOneInSoManyOfWhatIsAboveARateAndChargeItNowhere()
    {
        final OverloadPolicy policy =
            policy(OverloadConfig.builder().rate(1).then(OverloadAction.SAMPLE).keepOneIn(3));
        final List<Integer> expected = new ArrayList<>(List.of(0));
        for (int id = 1; id < 100; id++)
        {
            if (Sampling.isKept(id, 3))
            {
                expected.add(id);
            }
        }
        final int[] devices = new int[100];
        assertEquals(expected, judge(policy, NOW, devices));
        assertEquals(expected.size() - 1, policy.count(OverloadCount.KEPT_SAMPLED));
        assertEquals(100 - expected.size(), policy.count(OverloadCount.SHED_RATE));
        assertTrue(judgeOne(policy, 9, 1, NOW + SECOND), "the bucket has filled as if nothing had been sampled");
        assertEquals(0, policy.count(OverloadCount.KEPT_SAMPLED));
        assertEquals(Sampling.isKept(2, 3), judgeOne(policy, 9, 2, NOW + SECOND));
    }

    @Test
    void shouldLetDevicesThroughThatFindNoPlaceAndCountThem()
    {
        final OverloadPolicy policy = policy(OverloadConfig.builder().ratePerDevice(1), 2);
        assertEquals(List.of(0, 1, 2, 4), judge(policy, NOW, 1, 2, 3, 1, 3));
        assertEquals(2, policy.count(OverloadCount.RATE_UNTRACKED));
        assertEquals(1, policy.count(OverloadCount.SHED_RATE_PER_DEVICE));
        assertEquals(List.of(0), judge(policy, NOW + SECOND, 3, 3));
        assertEquals(0, policy.count(OverloadCount.RATE_UNTRACKED));
    }

    @Test
    void shouldLetMessagesThroughThatAreNoReadings()
    {
        final OverloadPolicy policy = policy(OverloadConfig.builder().rate(1));
        fill(0, 1, 1, 1);
        frame.putLong(3 * LENGTH, MessageLayout.END_OF_INPUT_HEADER);
        assertEquals(2, policy.judge(frame, LENGTH, 3, NOW));
        assertTrue(policy.isKept(0));
        assertFalse(policy.isKept(1));
        assertTrue(policy.isKept(2));
        assertEquals(1, policy.count(OverloadCount.SHED_RATE));
    }

    @Test
    void shouldNotGoBackInTime()
    {
        final OverloadPolicy policy = policy(OverloadConfig.builder().ratePerDevice(1));
        assertTrue(judgeOne(policy, 1, 1, NOW));
        assertTrue(judgeOne(policy, 1, 2, NOW + SECOND));
        assertEquals(NOW + SECOND, policy.timeNs());
        assertTrue(judgeOne(policy, 2, 3, NOW));
        assertEquals(NOW + SECOND, policy.timeNs());
        assertFalse(judgeOne(policy, 2, 4, NOW + 2 * SECOND - 1));
        assertTrue(judgeOne(policy, 2, 5, NOW + 2 * SECOND));
    }

    /** Every reading is judged as buckets of tokens would, in all combinations of limits; counts add up. */
    @Property(tries = 200)
    void shouldEqualBucketsOfTokens(
        @ForAll @IntRange(max = 3) final int limits, @ForAll @IntRange(min = 1, max = 5) final int keepOneIn,
        @ForAll final boolean isSampling, @ForAll final long seed)
    {
        final SplittableRandom random = new SplittableRandom(seed);
        final int perDevice = (limits & 1) == 0 ? 0 : 1 << random.nextInt(8);
        final int rate = (limits & 2) == 0 ? 0 : 1 + random.nextInt(1000);
        final long burstNs = 1 + random.nextLong(2 * SECOND);
        final OverloadPolicy policy = policy(OverloadConfig.builder().ratePerDevice(perDevice).rate(rate)
            .burstNs(burstNs).then(isSampling ? OverloadAction.SAMPLE : OverloadAction.REJECT).keepOneIn(keepOneIn));
        final Map<Integer, RationalTokens> devices = new HashMap<>();
        final RationalTokens all = rate == 0 ? null : tokens(rate, burstNs);
        long nowNs = NOW;
        int eventId = 0;
        for (int i = 0; i < 100; i++)
        {
            nowNs += random.nextLong(SECOND / 50);
            final int[] ids = new int[1 + random.nextInt(i == 50 ? MAX_MESSAGES : 20)];
            final List<Integer> expected = new ArrayList<>();
            final long[] counts = new long[OverloadCount.count()];
            for (int k = 0; k < ids.length; k++)
            {
                ids[k] = random.nextInt(8);
                final RationalTokens device =
                    perDevice == 0 ? null : devices.computeIfAbsent(ids[k], id -> tokens(perDevice, burstNs));
                final boolean isBelow = null == device || device.hasToken(nowNs);
                if (isBelow && (null == all || all.take(nowNs)))
                {
                    expected.add(k);
                    if (null != device)
                    {
                        device.take(nowNs);
                    }
                }
                else if (isSampling && Sampling.isKept(eventId + k, keepOneIn))
                {
                    expected.add(k);
                    counts[OverloadCount.KEPT_SAMPLED.ordinal()]++;
                }
                else
                {
                    counts[(isBelow ? OverloadCount.SHED_RATE : OverloadCount.SHED_RATE_PER_DEVICE).ordinal()]++;
                }
            }
            if (random.nextInt(3) == 0)
            {
                // Found no room at first.
                fill(eventId, ids);
                policy.judge(frame, LENGTH, ids.length, nowNs);
                policy.takeBack(frame, LENGTH, ids.length);
            }
            fill(eventId, ids);
            assertEquals(expected.size(), policy.judge(frame, LENGTH, ids.length, nowNs));
            for (int k = 0; k < ids.length; k++)
            {
                assertEquals(expected.contains(k), policy.isKept(k), "reading " + k + " of frame " + i);
            }
            for (final OverloadCount count : OverloadCount.values())
            {
                assertEquals(counts[count.ordinal()], policy.count(count), "frame " + i + " " + count);
            }
            eventId += ids.length;
        }
    }

    @Test
    void shouldTakeBackASingleReading()
    {
        final OverloadPolicy policy = policy(OverloadConfig.builder().ratePerDevice(1).rate(1));
        for (int i = 0; i < 5; i++)
        {
            assertTrue(judgeOne(policy, 1, 1, NOW));
            policy.takeBack(frame, LENGTH, 1);
        }
        assertTrue(judgeOne(policy, 1, 1, NOW));
        assertFalse(judgeOne(policy, 1, 2, NOW));
        policy.takeBack(frame, LENGTH, 1);
        assertFalse(judgeOne(policy, 1, 2, NOW), "what was shed took nothing that could be given back");
    }

    @Test
    void shouldGiveEachReasonACodeAndATextOfItsOwn()
    {
        assertEquals(
            List.of("67 shed:rate-per-device", "68 shed:rate", "69 kept:sampled", "70 rate-untracked"),
            List.of(OverloadCount.values()).stream().map(count -> count.code() + " " + count.text()).toList());
    }

    private boolean judgeOne(final OverloadPolicy policy, final int device, final int eventId, final long nowNs)
    {
        fill(eventId, device);
        return policy.judge(frame, LENGTH, 1, nowNs) == 1;
    }

    private List<Integer> judge(final OverloadPolicy policy, final long nowNs, final int... devices)
    {
        fill(0, devices);
        final int going = policy.judge(frame, LENGTH, devices.length, nowNs);
        final List<Integer> kept = new ArrayList<>();
        for (int i = 0; i < devices.length; i++)
        {
            if (policy.isKept(i))
            {
                kept.add(i);
            }
        }
        assertEquals(kept.size(), going);
        return kept;
    }

    /** Behind the room for a header. */
    private void fill(final int firstEventId, final int... devices)
    {
        for (int i = 0; i < devices.length; i++)
        {
            final int at = (1 + i) * LENGTH;
            frame.putLong(at, MessageLayout.READING_HEADER);
            frame.putLong(at + MessageLayout.READING_DEVICE_ID_OFFSET, devices[i]);
            frame.putLong(at + MessageLayout.READING_EVENT_ID_OFFSET, firstEventId + i);
        }
    }

    private static RationalTokens tokens(final int perSecond, final long burstNs)
    {
        return new RationalTokens(BigInteger.valueOf(perSecond), BigInteger.ONE, burstNs);
    }

    private static OverloadPolicy policy(final OverloadConfig.Builder overload)
    {
        return policy(overload, 100);
    }

    private static OverloadPolicy policy(final OverloadConfig.Builder overload, final int devices)
    {
        return new OverloadPolicy(overload.build(), devices, MAX_MESSAGES);
    }
}
