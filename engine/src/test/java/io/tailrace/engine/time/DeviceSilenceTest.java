package io.tailrace.engine.time;

import java.util.Random;

import io.tailrace.engine.state.DeviceTable;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeTry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Silence of devices, with an out-of-orderness of 2 s and idle after 10 s. A window of a device that ends at
 * {@code end} is due at the T where {@code T - last >= idle-after} and
 * {@code end <= max + (T - last) - out-of-orderness}.
 */
class DeviceSilenceTest
{
    private static final long SECOND = 1_000_000_000L;
    private static final long DAY = 86_400 * SECOND;
    private static final long OUT_OF_ORDERNESS = 2 * SECOND;
    private static final long IDLE_AFTER = 10 * SECOND;
    private static final long NONE = Long.MAX_VALUE;

    private DeviceTable devices;
    private DeviceSilence silence;
    private long startedNs;

    @BeforeTry
    void open()
    {
        devices = new DeviceTable(64, 0);
        silence = new DeviceSilence(devices, OUT_OF_ORDERNESS, IDLE_AFTER);
        startedNs = Long.MIN_VALUE;
    }

    @AfterTry
    void close()
    {
        devices.close();
    }

    @Example
    void shouldComeExactlyWhenTheSilenceReachesTheEndOfTheWindow()
    {
        final long device = devices.create(1);
        read(device, 100 * SECOND, 1000 * SECOND, 130 * SECOND);
        // 130 <= 100 + S - 2.
        assertFiresAt(device, 1032 * SECOND, 1000 * SECOND, 130 * SECOND);
    }

    @Example
    void shouldComeExactlyAfterIdleAfterIfTheWindowEndsEarlier()
    {
        final long device = devices.create(1);
        read(device, 100 * SECOND, 1000 * SECOND, 101 * SECOND);
        assertFiresAt(device, 1010 * SECOND, 1000 * SECOND, 101 * SECOND);
    }

    @Example
    void shouldComeToTheNanosecondHoweverDistant()
    {
        for (final long distanceNs : new long[] {11 * SECOND, 3600 * SECOND + 1, DAY + 7, 40 * DAY + 3})
        {
            final long device = devices.create(distanceNs);
            read(device, 0, 5 * SECOND, distanceNs);
            final long dueNs = 5 * SECOND + distanceNs + OUT_OF_ORDERNESS;
            assertFiresAt(device, dueNs, 5 * SECOND, distanceNs);
        }
    }

    @Example
    void shouldWaitAnewWhenTheDeviceSpeaks()
    {
        final long device = devices.create(1);
        read(device, 100 * SECOND, 1000 * SECOND, 101 * SECOND);
        read(device, 100 * SECOND, 1009 * SECOND, 101 * SECOND);
        assertEquals(DeviceTable.NULL_ADDRESS, silence.poll(1010 * SECOND));
        assertFiresAt(device, 1019 * SECOND, 1009 * SECOND, 101 * SECOND);
        // After it has fired, a reading brings a new window.
        read(device, 200 * SECOND, 2000 * SECOND, 210 * SECOND);
        assertFiresAt(device, 2012 * SECOND, 2000 * SECOND, 210 * SECOND);
    }

    @Example
    void shouldTakeAnEarlierDeadlineAndDropTheLaterOne()
    {
        final long device = devices.create(1);
        read(device, 0, 0, DAY);
        // The device jumps ahead, to one minute before the end.
        read(device, DAY - 60 * SECOND, SECOND, DAY);
        assertFiresAt(device, 63 * SECOND, SECOND, DAY);
        assertEquals(DeviceTable.NULL_ADDRESS, silence.poll(2 * DAY));
        assertEquals(0, silence.deadlines());
    }

    @Example
    void shouldNotTakeDowntimeForSilence()
    {
        final long device = devices.create(1);
        read(device, 100 * SECOND, 1000 * SECOND, 101 * SECOND);
        silence.onStarted(1500 * SECOND);
        assertEquals(DeviceTable.NULL_ADDRESS, silence.poll(1500 * SECOND));
        assertFiresAt(device, 1510 * SECOND, 1500 * SECOND, 101 * SECOND);
    }

    @Example
    void shouldNotTakeAnEarlierStartForALaterOne()
    {
        final long device = devices.create(1);
        silence.onStarted(1500 * SECOND);
        silence.onStarted(1400 * SECOND);
        read(device, 100 * SECOND, 1000 * SECOND, 101 * SECOND);
        assertFiresAt(device, 1510 * SECOND, 1500 * SECOND, 101 * SECOND);
    }

    @Example
    void shouldNotLookForADeviceThatIsGone()
    {
        final long device = devices.create(1);
        read(device, 100 * SECOND, 1000 * SECOND, 101 * SECOND);
        devices.remove(device);
        assertEquals(DeviceTable.NULL_ADDRESS, silence.poll(2000 * SECOND));
        // Nor for another with its number.
        final long other = devices.create(2);
        assertEquals(0, DeviceTable.number(other));
        read(other, 100 * SECOND, 3000 * SECOND, NONE);
        assertEquals(DeviceTable.NULL_ADDRESS, silence.poll(4000 * SECOND));
        assertEquals(NONE, silence.firstNs());
    }

    @Example
    void shouldGiveTheLimitWithoutOverflow()
    {
        final long device = devices.create(1);
        read(device, Long.MAX_VALUE - SECOND, 0, NONE);
        assertEquals(Long.MAX_VALUE, silence.limitNs(device, DAY));
        assertEquals(Long.MAX_VALUE - 3 * SECOND, silence.limitNs(device, 0));
        final long early = devices.create(2);
        read(early, Long.MIN_VALUE + SECOND, 0, NONE);
        assertEquals(Long.MIN_VALUE, silence.limitNs(early, 0));
        assertEquals(Long.MIN_VALUE + 9 * SECOND, silence.limitNs(early, 10 * SECOND));
    }

    /** A window of a day, a reading a minute and delays that vary: one deadline, and a few that it replaced. */
    @Example
    void shouldKeepFewDeadlinesOfADeviceThatSpeaksForDays()
    {
        final Random random = new Random(1);
        for (final long periodNs : new long[] {60 * SECOND, 7 * SECOND})
        {
            final long device = devices.create(periodNs);
            long nowNs = 0;
            int most = 0;
            while (nowNs < 20 * DAY)
            {
                nowNs += periodNs;
                final long timeNs = nowNs - (long)(random.nextDouble() * 30 * SECOND);
                tick(nowNs);
                read(device, timeNs, nowNs, (Math.floorDiv(timeNs, DAY) + 1) * DAY);
                most = Math.max(most, silence.deadlines());
            }
            assertTrue(most > 0 && most <= 20, "deadlines=" + most);
            tick(nowNs + 2 * DAY);
            assertEquals(0, silence.deadlines());
        }
    }

    /** Devices that speak, fall silent and jump at random, against what the definition says at every tick. */
    @Property(tries = 150)
    void shouldFireWhatTheDefinitionSaysAtEveryTick(@ForAll final long seed)
    {
        final Random random = new Random(seed);
        final int count = 1 + random.nextInt(5);
        final long[] device = new long[count];
        final long[] endNs = new long[count];
        for (int i = 0; i < count; i++)
        {
            device[i] = devices.create(seed * 31 + i);
            endNs[i] = NONE;
        }
        final long scaleNs = 1L << random.nextInt(46);
        long nowNs = SECOND;
        for (int step = 0; step < 600; step++)
        {
            nowNs += (long)(random.nextDouble() * 8 * SECOND);
            final int i = random.nextInt(count);
            switch (random.nextInt(12))
            {
                case 0, 1, 2, 3 ->
                {
                    final long timeNs = nowNs - (long)(random.nextDouble() * scaleNs);
                    endNs[i] = Math.min(endNs[i], timeNs + 1 + (long)(random.nextDouble() * scaleNs));
                    read(device[i], timeNs, nowNs, endNs[i]);
                }
                case 4 ->
                {
                    silence.onStarted(nowNs);
                    startedNs = nowNs;
                }
                case 5 -> nowNs += (long)(random.nextDouble() * scaleNs);
                default -> tick(nowNs, device, endNs);
            }
        }
        for (final long block : device)
        {
            devices.remove(block);
        }
        assertEquals(DeviceTable.NULL_ADDRESS, silence.poll(Long.MAX_VALUE), "a device that is gone");
        assertEquals(0, silence.deadlines());
    }

    private void tick(final long nowNs, final long[] device, final long[] endNs)
    {
        final boolean[] isPolled = new boolean[device.length];
        for (long polled = silence.poll(nowNs); polled != DeviceTable.NULL_ADDRESS; polled = silence.poll(nowNs))
        {
            for (int i = 0; i < device.length; i++)
            {
                if (device[i] == polled)
                {
                    assertTrue(!isPolled[i], "polled twice in a tick");
                    isPolled[i] = true;
                    assertTrue(silentNs(polled, nowNs) >= IDLE_AFTER);
                    if (isDue(polled, endNs[i], nowNs))
                    {
                        assertTrue(endNs[i] <= silence.limitNs(polled, nowNs));
                        endNs[i] = NONE;
                    }
                    silence.onFired(polled, endNs[i], nowNs);
                }
            }
        }
        for (int i = 0; i < device.length; i++)
        {
            assertTrue(endNs[i] == NONE || !isDue(device[i], endNs[i], nowNs), "a window was not fired");
        }
    }

    private boolean isDue(final long device, final long endNs, final long nowNs)
    {
        final long silentNs = silentNs(device, nowNs);
        return silentNs >= IDLE_AFTER && endNs <= DeviceTable.maxTimeNs(device) + silentNs - OUT_OF_ORDERNESS;
    }

    private long silentNs(final long device, final long nowNs)
    {
        return nowNs - Math.max(DeviceTable.lastNs(device), startedNs);
    }

    /** Polls at every T that the queue names, and just before the expected one. */
    private void assertFiresAt(final long device, final long dueNs, final long lastNs, final long endNs)
    {
        for (long nowNs = silence.firstNs(); nowNs < dueNs; nowNs = silence.firstNs())
        {
            assertNotFired(nowNs, endNs);
        }
        assertNotFired(dueNs - 1, endNs);
        assertEquals(device, silence.poll(dueNs));
        assertTrue(endNs <= silence.limitNs(device, dueNs));
        assertEquals(
            DeviceTable.maxTimeNs(device) + (dueNs - lastNs) - OUT_OF_ORDERNESS, silence.limitNs(device, dueNs));
        silence.onFired(device, NONE, dueNs);
        assertEquals(DeviceTable.NULL_ADDRESS, silence.poll(dueNs));
    }

    private void assertNotFired(final long nowNs, final long endNs)
    {
        for (long device = silence.poll(nowNs); device != DeviceTable.NULL_ADDRESS; device = silence.poll(nowNs))
        {
            final long limitNs = silence.limitNs(device, nowNs);
            assertTrue(limitNs < endNs, () -> "fired at " + nowNs);
            silence.onFired(device, endNs, nowNs);
        }
    }

    private void tick(final long nowNs)
    {
        for (long device = silence.poll(nowNs); device != DeviceTable.NULL_ADDRESS; device = silence.poll(nowNs))
        {
            silence.onFired(device, NONE, nowNs);
        }
    }

    private void read(final long device, final long timeNs, final long nowNs, final long nextEndNs)
    {
        DeviceTable.maxTimeNs(device, Math.max(DeviceTable.maxTimeNs(device), timeNs));
        if (silence.onReading(device, nowNs))
        {
            silence.schedule(device, nextEndNs, nowNs);
        }
    }
}
