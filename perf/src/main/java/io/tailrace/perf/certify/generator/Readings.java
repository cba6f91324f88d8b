package io.tailrace.perf.certify.generator;

import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.TimeUnit;

import io.tailrace.perf.certify.counter.EventContent;

/**
 * Makes readings: devices that pause now and then, out of order, some late, some beyond the bounds of time, of a few
 * devices often enough to be put in quarantine. Their event ids count from 1 in each device.
 * <p>
 * Threading: one thread.
 */
final class Readings
{
    static final int LENGTH = 64;

    private static final int HEADER_BLOCK_LENGTH = 56;
    private static final int TEMPLATE = 1;
    private static final int SCHEMA = 7412;
    private static final int VERSION = 1;
    private static final int PERMILLE = 1000;
    private static final int LATE_PERMILLE = 10;
    private static final int BEYOND_PERMILLE = 1;
    private static final int LIAR_BEYOND_PERMILLE = 300;
    private static final int LIARS = 50;
    private static final int CYCLE = 4;
    private static final long BEYOND_MS = TimeUnit.HOURS.toMillis(1);

    private final GeneratorSettings settings;
    private final Random random;
    private final long beginMs;
    private final int[] lastEventIds;

    Readings(final GeneratorSettings settings, final long nowMs)
    {
        this.settings = settings;
        random = new Random(settings.seed());
        beginMs = nowMs;
        lastEventIds = new int[settings.devices() + 1];
    }

    /**
     * Appends the next reading.
     *
     * @param datagram little-endian, at the end of what it holds.
     * @param nowMs    wall clock, epoch ms.
     */
    void append(final ByteBuffer datagram, final long nowMs)
    {
        final long timeMs = Math.min(nowMs, beginMs - settings.lagMs() + (long)((nowMs - beginMs) * settings.speed()));
        final int deviceId = activeDevice(timeMs);
        final int eventId = ++lastEventIds[deviceId];
        final long metric = settings.metrics()[random.nextInt(settings.metrics().length)];
        final long eventTimeMs = eventTimeMs(deviceId, timeMs, nowMs);

        datagram.putShort((short)HEADER_BLOCK_LENGTH).putShort((short)TEMPLATE).putShort((short)SCHEMA)
            .putShort((short)VERSION);
        datagram.putLong(eventId).putLong(deviceId).putLong(eventTimeMs).putLong(0);
        datagram.putDouble(EventContent.value(deviceId, eventId, eventTimeMs, metric));
        datagram.putInt((int)metric).putShort((short)0);
        datagram.put((byte)EventContent.timeUnit(deviceId, eventId, eventTimeMs, metric));
        datagram.put((byte)0).putLong(0);
    }

    /** The last event id of a device; 0: it has sent nothing. */
    int lastEventId(final int deviceId)
    {
        return lastEventIds[deviceId];
    }

    private long eventTimeMs(final int deviceId, final long timeMs, final long nowMs)
    {
        final int beyondPermille =
            deviceId % LIARS == 0 && isLying(timeMs) ? LIAR_BEYOND_PERMILLE : BEYOND_PERMILLE;
        if (settings.futureMs() >= 0 && random.nextInt(PERMILLE) < beyondPermille)
        {
            return nowMs + settings.futureMs() + BEYOND_MS;
        }
        final boolean isLate = random.nextInt(PERMILLE) < LATE_PERMILLE;
        final long reachMs = isLate ? settings.lateMs() : settings.disorderMs();
        return timeMs - (long)(random.nextDouble() * reachMs);
    }

    /** Liars lie for a while, and behave for a while. */
    private boolean isLying(final long timeMs)
    {
        return timeMs / settings.pauseMs() % CYCLE == 0;
    }

    /** A device of which a quarter of the time is pause. */
    private int activeDevice(final long timeMs)
    {
        while (true)
        {
            final int deviceId = 1 + random.nextInt(settings.devices());
            if ((timeMs / settings.pauseMs() + deviceId) % CYCLE != 0)
            {
                return deviceId;
            }
        }
    }
}
