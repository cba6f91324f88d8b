package io.tailrace.perf;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.tailrace.engine.config.Layout;
import io.tailrace.perf.report.Report;
import io.tailrace.perf.storm.StormPlan;
import io.tailrace.perf.storm.StormRig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code storm}: what critical readings feel of devices that reconnect with a backlog.
 */
@Command(
    name = "storm",
    description = "Latency of critical readings while thousands of devices send what they have collected offline, " +
        "against a quiet phase of the same run; and whether anything was lost.",
    mixinStandardHelpOptions = true)
final class StormCommand extends MeasuringCommand
{
    private static final int MAX_SECONDS = 7_200;
    private static final int MAX_DEVICES = 1_000_000;
    private static final int MAX_SESSIONS = 512;
    private static final int FROM_OFFLINE = 0;
    private static final int FROM_RATE = 0;
    private static final long MAX_RATE = 100_000_000;
    private static final double NANOS_PER_HOUR = 3.6e12;
    private static final long MAX_OFFLINE_NS = TimeUnit.DAYS.toNanos(6);

    /** Way of the senders. */
    enum Way
    {
        /** Datagrams with acknowledgements. */
        UDP,
        /** Aeron in shared memory, with acknowledgements. */
        AERON
    }

    @Option(
        names = "--devices",
        defaultValue = "10000",
        description = "That reconnect (default: ${DEFAULT-VALUE}).")
    private int devices;

    @Option(
        names = "--offline",
        defaultValue = "1h",
        description = "How long they were offline, such as 6m or 1h (default: ${DEFAULT-VALUE}).")
    private String offline;

    @Option(
        names = "--readings",
        defaultValue = "0",
        description = "Of the backlog in all; 0: one a second of each device for as long as it was offline " +
            "(default: ${DEFAULT-VALUE}).")
    private long readings;

    @Option(
        names = "--sessions",
        defaultValue = "16",
        description = "Gateways that send the backlog, each with a session of its own (default: ${DEFAULT-VALUE}).")
    private int sessions;

    @Option(
        names = "--live",
        defaultValue = "1000",
        description = "Devices that were never offline, with a reading a second each (default: ${DEFAULT-VALUE}).")
    private int live;

    @Option(
        names = "--critical-rate",
        defaultValue = "0",
        description = "Readings of the critical source a second; 0: one for a hundred of --backlog-rate, or of " +
            "300,000/s without it (default: ${DEFAULT-VALUE}).")
    private int criticalRate;

    @Option(
        names = "--from",
        defaultValue = "udp",
        description = "How all send, with acknowledgements: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Way from;

    @Option(
        names = "--warmup",
        defaultValue = "15",
        description = "Seconds that are not recorded (default: ${DEFAULT-VALUE}).")
    private int warmup;

    @Option(
        names = "--rehearsal",
        defaultValue = "3m",
        description = "What the devices send in the warm-up, from before they were offline; 0s: nothing (default: " +
            "${DEFAULT-VALUE}).")
    private String rehearsal;

    @Option(
        names = "--quiet-seconds",
        defaultValue = "30",
        description = "Before the storm (default: ${DEFAULT-VALUE}).")
    private int quietSeconds;

    @Option(
        names = "--after-seconds",
        defaultValue = "30",
        description = "After it (default: ${DEFAULT-VALUE}).")
    private int afterSeconds;

    @Option(
        names = "--max-seconds",
        defaultValue = "1800",
        description = "A storm that lasts longer has failed (default: ${DEFAULT-VALUE}).")
    private int maxSeconds;

    @Option(
        names = "--backlog-rate",
        defaultValue = "0",
        description = "overload.backlog-rate of the engine, readings/s; 0: not set (default: ${DEFAULT-VALUE}).")
    private long backlogRate;

    @Option(
        names = "--shed",
        defaultValue = "0",
        description = "overload.rate of the engine, readings/s of all normal sources, with " + StormPlan.DEVICE_RATE +
            "/s for each device and then: sample; each reading is a datagram then. 0: nothing is shed (default: " +
            "${DEFAULT-VALUE}).")
    private long shed;

    @Option(
        names = "--layout",
        defaultValue = "compact",
        description = "Of the engine's threads: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Layout layout;

    @Option(
        names = "--dir",
        defaultValue = "${sys:java.io.tmpdir}",
        description = "Where data directories are made and deleted (default: ${DEFAULT-VALUE}).")
    private Path dir;

    @Override
    void requireInRange()
    {
        require(
            devices >= 1 && devices <= MAX_DEVICES && live >= 1 && live <= MAX_DEVICES && criticalRate >= 0 &&
            criticalRate <= MAX_DEVICES,
            "--devices and --live 1 to " + MAX_DEVICES + ", --critical-rate 0 to that");
        require(
            sessions >= 1 && sessions <= Math.min(MAX_SESSIONS, Math.max(1, devices / StormPlan.DEVICES_PER_SESSION)),
            "--sessions 1 to " + MAX_SESSIONS + ", each of " + StormPlan.DEVICES_PER_SESSION + " --devices at least");
        require(
            durationNs(offline) >= TimeUnit.SECONDS.toNanos(1) && durationNs(offline) <= MAX_OFFLINE_NS,
            "--offline a duration from 1s to 6d");
        require(
            durationNs(rehearsal) >= 0 && durationNs(rehearsal) <= MAX_OFFLINE_NS, "--rehearsal a duration up to 6d");
        require(
            readings >= FROM_OFFLINE && readings <= allReadings(),
            "--readings up to the devices' " + allReadings());
        require(
            warmup >= 0 && warmup <= MAX_SECONDS && quietSeconds >= 1 && quietSeconds <= MAX_SECONDS &&
            afterSeconds >= 1 && afterSeconds <= MAX_SECONDS && maxSeconds >= 1 && maxSeconds <= MAX_SECONDS,
            "--warmup 0 to " + MAX_SECONDS + ", --quiet-seconds, --after-seconds and --max-seconds 1 to " +
            MAX_SECONDS);
        require(
            backlogRate >= 0 && backlogRate <= MAX_RATE && shed >= 0 && shed <= MAX_RATE,
            "--backlog-rate and --shed 0 to " + MAX_RATE);
        require(ChildSender.isSupported(), "Linux: processes have one clock for intended times there alone");
    }

    @Override
    String heading()
    {
        return String.format(
            Locale.ROOT,
            "%d devices reconnect after %.2f h with %d readings, %s; %d live ones, %d critical readings/s",
            devices,
            durationNs(offline) / NANOS_PER_HOUR,
            plan().readings(),
            from.name().toLowerCase(Locale.ROOT),
            live,
            plan().criticalRate());
    }

    @Override
    Map<String, Object> workload()
    {
        return plan().toMap();
    }

    @Override
    Report measure(final PrintWriter text)
    {
        return new StormRig(plan(), text).run();
    }

    private StormPlan plan()
    {
        return new StormPlan(
            dir,
            layout,
            from == Way.AERON,
            devices,
            durationNs(offline),
            readings == FROM_OFFLINE ? allReadings() : readings,
            sessions,
            live,
            criticalRate == FROM_RATE ? StormPlan.criticalShare(backlogRate) : criticalRate,
            durationNs(rehearsal),
            warmup,
            quietSeconds,
            afterSeconds,
            maxSeconds,
            backlogRate,
            shed);
    }

    private long allReadings()
    {
        return TimeUnit.NANOSECONDS.toSeconds(durationNs(offline)) * devices;
    }

    /** @return a duration of whole seconds, minutes, hours or days, ns; -1: it is none. */
    private static long durationNs(final String text)
    {
        if (!text.matches("[0-9]{1,6}[smhd]"))
        {
            return -1;
        }
        final long number = Long.parseLong(text.substring(0, text.length() - 1));
        return switch (text.charAt(text.length() - 1))
        {
            case 's' -> TimeUnit.SECONDS.toNanos(number);
            case 'm' -> TimeUnit.MINUTES.toNanos(number);
            case 'h' -> TimeUnit.HOURS.toNanos(number);
            default -> TimeUnit.DAYS.toNanos(number);
        };
    }
}
