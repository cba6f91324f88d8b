package io.tailrace.perf.storm;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.tailrace.engine.config.Layout;

/**
 * What happens in a storm.
 * <pre>
 *   |-- warm-up --|-- quiet --|-- storm ----------------------|-- after --|
 *    live, critical, to the end
 *    rehearsal                   backlog, until all is settled
 * </pre>
 *
 * @param dir              where the run's directory is made and deleted.
 * @param layout           of the engine's threads.
 * @param isAeron          whether senders use Aeron in shared memory, or else UDP.
 * @param devices          that were offline.
 * @param offlineNs        for so long; each has a reading a second.
 * @param readings         of the backlog in all; devices and time offline come to as many, unless it is cut.
 * @param sessions         of the gateways that send the backlog.
 * @param liveDevices      that go on, with a reading a second each.
 * @param criticalRate     readings of the critical source a second; a device sends one a second.
 * @param rehearsalNs      of event time: what the devices send in the warm-up, before they are offline.
 * @param warmupSeconds    not recorded.
 * @param quietSeconds     before the storm.
 * @param afterSeconds     after it.
 * @param maxStormSeconds  a storm that lasts longer has failed.
 * @param backlogRate      {@code overload.backlog-rate} of the engine; 0: not set.
 * @param shedRate         {@code overload.rate} of the engine, beside {@link #DEVICE_RATE} for each device and
 *                         {@code then: sample}; 0: nothing is shed.
 */
public record StormPlan(
    Path dir,
    Layout layout,
    boolean isAeron,
    int devices,
    long offlineNs,
    long readings,
    int sessions,
    int liveDevices,
    int criticalRate,
    long rehearsalNs,
    int warmupSeconds,
    int quietSeconds,
    int afterSeconds,
    int maxStormSeconds,
    long backlogRate,
    long shedRate)
{
    /** Names of the three sources. */
    public static final String BACKLOG = "backlog";
    /** See {@link #BACKLOG}. */
    public static final String LIVE = "live";
    /** See {@link #BACKLOG}. */
    public static final String CRITICAL = "critical";

    /** Readings a second of a device that are let through, where anything is shed. A live one sends one. */
    public static final int DEVICE_RATE = 2;
    /** Devices of a session at least: what is sent again after a loss is behind by the readings of a window. */
    public static final int DEVICES_PER_SESSION = 48;

    static final int METRIC = 1;
    static final int CRITICAL_METRIC = 2;

    /** So that the window of one is full only after a while without acknowledgements. */
    private static final int STEADY_SESSIONS = 4;
    /** What the engine takes of a backlog on two cores, about. */
    private static final long REFERENCE_RATE = 300_000;
    private static final int HUNDREDTH = 100;
    /** The journal of more than these is not read by itself: it would take longer than the storm. */
    private static final long MOST_TO_READ = 50_000_000;
    private static final long FIRST_LIVE = 10_000_000;
    private static final long FIRST_CRITICAL = 20_000_000;

    /**
     * What is critical unless it is said: one in a hundred of the readings of a storm.
     *
     * @param backlogRate of the engine, 0: not set.
     * @return readings a second, from 1.
     */
    public static int criticalShare(final long backlogRate)
    {
        return (int)Math.max(
            1, Math.min(Integer.MAX_VALUE, (backlogRate == 0 ? REFERENCE_RATE : backlogRate) / HUNDREDTH));
    }

    /** @return whether readings of normal sources may be shed. */
    boolean isShedding()
    {
        return shedRate > 0;
    }

    /** @return whether the journal is read, reading by reading: to know what was shed, or because it is short. */
    boolean isReadingJournal()
    {
        return isShedding() || rehearsalReadings() + readings <= MOST_TO_READ;
    }

    /** @return readings in a datagram: one where each acknowledgement is to speak for one. */
    int perDatagram()
    {
        return isShedding() ? 1 : SenderSettings.MAX_PER_DATAGRAM;
    }

    /** @return readings of the rehearsal. */
    public long rehearsalReadings()
    {
        return TimeUnit.NANOSECONDS.toSeconds(rehearsalNs) * devices;
    }

    /** @return most readings of a run: the backlog, and those of the others if the storm is as long as it may be. */
    public long mostReadings()
    {
        return rehearsalReadings() + readings + (long)(liveDevices + criticalRate) *
            (warmupSeconds + quietSeconds + afterSeconds + maxStormSeconds);
    }

    /** @return devices in all. */
    int allDevices()
    {
        return devices + liveDevices + criticalRate;
    }

    /** @param startNs when the schedules begin, epoch ns. */
    Fleet backlogFleet(final long startNs)
    {
        final long reconnectNs = startNs + TimeUnit.SECONDS.toNanos(warmupSeconds + quietSeconds);
        return new Fleet(
            1, devices, sessions, METRIC, false, reconnectNs - offlineNs - rehearsalNs, devices);
    }

    /** @param startNs when the schedules begin, epoch ns. */
    Fleet liveFleet(final long startNs)
    {
        return new Fleet(
            FIRST_LIVE, liveDevices, steadySessions(liveDevices), METRIC, false, startNs, liveDevices);
    }

    /** @param startNs when the schedules begin, epoch ns. */
    Fleet criticalFleet(final long startNs)
    {
        return new Fleet(
            FIRST_CRITICAL,
            criticalRate,
            steadySessions(criticalRate),
            CRITICAL_METRIC,
            true,
            startNs,
            criticalRate);
    }

    /** @return the plan, for a manifest. */
    public Map<String, Object> toMap()
    {
        final Map<String, Object> map = new LinkedHashMap<>();
        map.put("layout", layout.name());
        map.put("from", isAeron ? "aeron" : "udp");
        map.put("devices", devices);
        map.put("offline-ns", offlineNs);
        map.put("readings", readings);
        map.put("sessions", sessions);
        map.put("live-devices", liveDevices);
        map.put("critical-rate", criticalRate);
        map.put("rehearsal-readings", rehearsalReadings());
        map.put("warmup-seconds", warmupSeconds);
        map.put("quiet-seconds", quietSeconds);
        map.put("after-seconds", afterSeconds);
        map.put("backlog-rate", backlogRate == 0 ? "none" : backlogRate);
        map.put("shed", isShedding() ? "above " + shedRate + "/s, and " + DEVICE_RATE + "/s a device" : "nothing");
        map.put("readings-per-datagram", perDatagram());
        map.put("job", StormConfig.JOB);
        return map;
    }

    private static int steadySessions(final int devices)
    {
        return Math.max(1, Math.min(STEADY_SESSIONS, devices / DEVICES_PER_SESSION));
    }
}
