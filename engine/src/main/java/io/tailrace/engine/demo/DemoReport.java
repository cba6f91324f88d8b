package io.tailrace.engine.demo;

import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;

import io.tailrace.codec.RejectReason;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.monitor.LedgerReport;
import io.tailrace.engine.monitor.LedgerRow;
import org.HdrHistogram.Histogram;

/**
 * Prints what a run has shown.
 */
final class DemoReport
{
    private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final double NANOS_PER_MICRO = TimeUnit.MICROSECONDS.toNanos(1);

    private static final Set<String> IS_SHOWN = Set.of("in-flight", "unaccounted");

    private final PrintWriter out;
    private final LongFunction<String> devices;
    private final LongFunction<String> metrics;

    DemoReport(final PrintWriter out, final LongFunction<String> devices, final LongFunction<String> metrics)
    {
        this.out = out;
        this.devices = devices;
        this.metrics = metrics;
    }

    void line(final String format, final Object... values)
    {
        out.println(String.format(Locale.ROOT, format, values));
    }

    void windows(final DemoSession session, final ResultTotals totals)
    {
        final EngineConfig config = session.config();
        line("%nWindows, read back from the results log   size  lateness      keys    on time  revisions " +
            "late readings");
        for (int i = 0; i < config.windows().size(); i++)
        {
            line(
                "  %-36s %7s %9s %,9d %,10d %,10d %,13d",
                config.windows().get(i).name(),
                duration(config.windows().get(i).sizeNs()),
                duration(config.windows().get(i).allowedLatenessNs()),
                session.view().keyCount(i),
                totals.onTime(i),
                totals.revised(i),
                totals.late(i));
        }
        line("  For example:    device       metric       start                 count      mean    stddev  rev timing");
        for (int i = 0; i < config.windows().size(); i++)
        {
            if (null != totals.example(i))
            {
                example(config.windows().get(i).name(), totals.example(i));
            }
        }
        totals.revisions().forEach(row -> example(config.windows().get(row.operator()).name(), row));
    }

    void late(final DemoSession session, final ResultTotals totals)
    {
        final JudgedRow row = totals.lateExample();
        line(
            "%nLate readings %,d%s",
            sum(session.config(), totals),
            null == row ? "" : String.format(
                Locale.ROOT,
                ", the first: %s %s %s, %s behind the watermark, for %s",
                devices.apply(row.deviceId()),
                metrics.apply(row.metric()),
                time(row.timeNs()),
                duration(row.watermarkNs() - row.timeNs()),
                session.config().windows().get(row.operator()).name()));
    }

    /** @param unparsed rows of a file that were rejected before they could be sent, by reason. */
    void rejected(final ResultTotals totals, final Map<String, Long> unparsed)
    {
        line(
            "Rejected readings %,d",
            totals.rejected().values().stream().mapToLong(Long::longValue).sum() +
                unparsed.values().stream().mapToLong(Long::longValue).sum());
        totals.rejected().forEach((reason, count) ->
        {
            final JudgedRow row = totals.rejectedExample(reason);
            line(
                "  %-18s %,8d  such as %s: time %d, unit %d, value %s",
                RejectReason.of(reason).text(),
                count,
                devices.apply(row.deviceId()),
                row.time(),
                row.timeUnit(),
                row.value());
        });
        unparsed.forEach((reason, count) -> line("  %-18s %,8d  rows of the file that do not parse", reason, count));
    }

    void ledger(final LedgerReport ledger, final DemoSession session)
    {
        line("%nLedger");
        equations(ledger);
        line(
            "  sent %,d readings, received %,d, kernel drops %s",
            session.sent(),
            session.ledger().received(),
            session.kernelDrops() == UdpDrops.UNKNOWN ? "unknown" : session.kernelDrops() + " datagrams");
    }

    /** One line for each source and operator, and for each device that the quarantine names. */
    void equations(final LedgerReport ledger)
    {
        final StringBuilder text = new StringBuilder();
        for (final LedgerRow row : ledger.rows())
        {
            if (row.scope().equals(LedgerReport.DEVICE_SCOPE))
            {
                flush(text);
                line("  %-8s %-16s %s, %,d rejections by time bounds",
                    row.scope(), devices.apply(Long.parseUnsignedLong(row.name())), row.reason(), row.count());
                continue;
            }
            if (row.reason().equals("received") || row.scope().equals("operator") && row.reason().equals("accepted"))
            {
                flush(text);
                text.append(String.format(
                    Locale.ROOT, "  %-8s %-16s %s %,d =", row.scope(), row.name(), row.reason(), row.count()));
            }
            else if (!row.reason().startsWith("rejected:") && (row.count() != 0 || IS_SHOWN.contains(row.reason())))
            {
                text.append(String.format(Locale.ROOT, " %s %,d", row.reason(), row.count()));
            }
            if (row.scope().equals("source") && row.reason().equals("accepted"))
            {
                text.append(String.format(Locale.ROOT, " rejected %,d", ledger.total("source", "rejected")));
            }
        }
        flush(text);
    }

    void speed(final DemoSession session, final ResultTotals totals, final long readBackNs)
    {
        line(
            "%nThroughput  sent %,.0f readings/s; all journalled and %,d results durable after %.1f s; " +
                "read back %,.0f results/s",
            session.sent() * NANOS_PER_SECOND / Math.max(1, session.sendingNs()),
            totals.rows(),
            session.drainedNs() / NANOS_PER_SECOND,
            totals.rows() * NANOS_PER_SECOND / Math.max(1, readBackNs));
        line("Latency of results, us: from the ingest stamp of the cause to the append in the results log");
        line("  %-24s %10s %10s %10s %10s %10s %10s", "", "p50", "p90", "p99", "p99.9", "p99.99", "max");
        latency("first half, JVM cold", session.firstHalf());
        latency("second half", session.secondHalf());
    }

    private void latency(final String name, final Histogram latency)
    {
        if (latency.getTotalCount() == 0)
        {
            line("  %-24s no result yet", name);
            return;
        }
        line(
            "  %-24s %,10.0f %,10.0f %,10.0f %,10.0f %,10.0f %,10.0f",
            name,
            percentile(latency, 50),
            percentile(latency, 90),
            percentile(latency, 99),
            percentile(latency, 99.9),
            percentile(latency, 99.99),
            latency.getMaxValue() / NANOS_PER_MICRO);
    }

    /** @return whether all have passed. */
    boolean checks(final String title, final List<TruthCheck> checks)
    {
        line("%n%s", title);
        boolean isPassed = true;
        for (final TruthCheck check : checks)
        {
            isPassed &= check.isPassed();
            line(
                "  %s  %-26s expected %,10d  found %,10d  differing %,d",
                check.isPassed() ? "PASS" : "FAIL",
                check.name(),
                check.expected(),
                check.found(),
                check.differing());
            if (!check.difference().isEmpty())
            {
                line("        %s", check.difference());
            }
        }
        return isPassed;
    }

    static String duration(final long durationNs)
    {
        if (durationNs == 0)
        {
            return "0s";
        }
        final long[] lengths = {86_400_000_000_000L, 3_600_000_000_000L, 60_000_000_000L, 1_000_000_000L};
        final String[] units = {"d", "h", "m", "s"};
        for (int i = 0; i < lengths.length; i++)
        {
            if (durationNs % lengths[i] == 0)
            {
                return durationNs / lengths[i] + units[i];
            }
        }
        return String.format(Locale.ROOT, "%.3fs", durationNs / NANOS_PER_SECOND);
    }

    private void example(final String name, final WindowRow row)
    {
        line(
            "  %-15s %-12s %-12s %s %,6d %9.3f %9.3f %4d %s",
            name,
            row.deviceId() == 0 ? "" : devices.apply(row.deviceId()),
            row.metric() == 0 ? "" : metrics.apply(row.metric()),
            time(row.startNs()),
            row.count(),
            row.mean(),
            row.standardDeviation(),
            row.revision(),
            row.timing());
    }

    private void flush(final StringBuilder text)
    {
        if (text.length() > 0)
        {
            out.println(text);
            text.setLength(0);
        }
    }

    private static long sum(final EngineConfig config, final ResultTotals totals)
    {
        long sum = 0;
        for (int i = 0; i < config.windows().size(); i++)
        {
            sum += totals.late(i);
        }
        return sum;
    }

    private static double percentile(final Histogram latency, final double percentile)
    {
        return latency.getValueAtPercentile(percentile) / NANOS_PER_MICRO;
    }

    private static String time(final long timeNs)
    {
        return Instant.ofEpochMilli(Math.floorDiv(timeNs, 1_000_000L)).toString();
    }
}
