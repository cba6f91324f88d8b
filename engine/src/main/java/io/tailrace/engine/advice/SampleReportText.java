package io.tailrace.engine.advice;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

import io.tailrace.engine.config.EventTimeConfig;
import io.tailrace.engine.config.KeyKind;
import io.tailrace.engine.config.Quantities;
import io.tailrace.engine.config.WatermarkKind;
import io.tailrace.engine.config.WindowConfig;
import io.tailrace.engine.config.WindowType;

/**
 * A report as lines of text: headings without, all else with an indent of two blanks.
 */
final class SampleReportText
{
    private final SampleReport report;
    private final List<String> lines = new ArrayList<>();

    SampleReportText(final SampleReport report)
    {
        this.report = report;
    }

    List<String> lines()
    {
        rows();
        if (report.readings() > 0)
        {
            disorder();
            devices();
            report.windows().forEach(this::window);
            proposal();
        }
        return List.copyOf(lines);
    }

    private void rows()
    {
        line("Sample %s: %,d rows, %,d readings of %,d devices measured",
            report.file().getFileName(), report.rows(), report.readings(), report.devices());
        if (report.readings() > 0)
        {
            line("  event times %s to %s",
                Quantities.printInstant(report.oldestNs()), Quantities.printInstant(report.newestNs()));
        }
        new TreeMap<>(report.unparsed()).forEach((fault, count) -> line("  not parsed, %s: %,d", fault.text(), count));
        new TreeMap<>(report.rejected()).forEach((reason, count) -> line("  rejected, %s: %,d", reason.text(), count));
    }

    private void disorder()
    {
        line("");
        line("Disorder: how far a reading came behind the greatest event time before it (max exact, others 0.1 %% up)");
        line("  %-28s %12s %12s %12s %12s %16s", "against", "behind", "p50", "p99", "p99.9", "max");
        disorder("all readings", report.global());
        disorder("those of the same device", report.device());
        disorder("the worst of each device", report.worstOfDevices());
        if (null != report.delay())
        {
            disorder("delay until ingest", report.delay());
            line("  event time after ingest time: %,d readings", report.aheadOfIngest());
        }
        if (report.hasSources())
        {
            line("  several sources: the engine waits for the slowest of them, so that less is late than is said here");
        }
    }

    private void disorder(final String what, final Disorder disorder)
    {
        line("  %-28s %,12d %12s %12s %12s %16s", what, disorder.behind(), text(disorder.p50Ns(), disorder),
            text(disorder.p99Ns(), disorder), text(disorder.p999Ns(), disorder), DurationText.exact(disorder.maxNs()));
    }

    private void devices()
    {
        if (report.worstDevices().isEmpty())
        {
            return;
        }
        line("");
        line("Worst devices");
        line("  %-28s %12s %12s %20s %20s", "device", "readings", "behind", "max behind itself", "max behind others");
        for (final DeviceDisorder device : report.worstDevices())
        {
            line("  %-28s %,12d %,12d %20s %20s", device.device(), device.readings(), device.behind(),
                DurationText.exact(device.maxNs()), DurationText.exact(device.maxLagNs()));
        }
    }

    private void window(final WindowSample sample)
    {
        line("");
        line("Window %s: %s; %,d readings", sample.window().name(), shape(sample.window()), sample.readings());
        if (sample.readings() == 0)
        {
            return;
        }
        rate(sample);
        line("  %-10s %-16s %-16s %12s %9s %12s  %s", "watermark", "out-of-orderness", "allowed-lateness", "late",
            "share", "revised", "results come, from");
        for (final LateCount count : sample.counts())
        {
            final Choice choice = count.choice();
            line("  %-10s %-16s %-16s %,12d %9s %,12d  +%s, %s", choice.watermark().name().toLowerCase(Locale.ROOT),
                Quantities.printDuration(choice.outOfOrdernessNs()),
                Quantities.printDuration(choice.allowedLatenessNs()), count.late(), SampleFindings.percent(count),
                count.revised(), Quantities.printDuration(choice.outOfOrdernessNs()), choice.origin());
        }
        if (sample.window().type() == WindowType.SESSION)
        {
            line("  late is what would be so for a session of its own; a session that is still open may take it");
        }
    }

    private void rate(final WindowSample sample)
    {
        final SampleRate rate = sample.rate();
        if (rate.pairs() == 0)
        {
            line("  sample rate not known: no device sent a metric twice in order");
            return;
        }
        final long sizeNs = sample.window().sizeNs();
        line("  a sample every %s of a device and metric (median of %,d; from %s to %s)%s",
            DurationText.rounded(rate.medianNs(), rate.medianNs()), rate.pairs(), DurationText.exact(rate.shortestNs()),
            DurationText.exact(rate.longestNs()),
            sizeNs == 0 ? "" :
                ", about " + inThreeDigits(sizeNs / (double)rate.medianNs()) + " in a window");
        if (report.hasMorePairs())
        {
            line("  not all pairs of device and metric were measured: more than limits.devices and limits.keys");
        }
    }

    private static String shape(final WindowConfig window)
    {
        final String size = switch (window.type())
        {
            case TUMBLING -> Quantities.printDuration(window.sizeNs());
            case SLIDING -> Quantities.printDuration(window.sizeNs()) + " every " +
                Quantities.printDuration(window.slideNs());
            case SESSION -> "gap " + Quantities.printDuration(window.gapNs());
            case CALENDAR -> window.every().name().toLowerCase(Locale.ROOT) + " in " + window.zone();
        };
        final String key = window.key() == KeyKind.DEVICE_METRIC ? "device+metric" :
            window.key().name().toLowerCase(Locale.ROOT);
        return window.type().name().toLowerCase(Locale.ROOT) + " " + size + ", key " + key;
    }

    private void proposal()
    {
        final Proposal proposal = report.proposal();
        final EventTimeConfig eventTime = report.config().eventTime();
        line("");
        line("Proposal");
        line("  event-time: {out-of-orderness: %s}", Quantities.printDuration(proposal.outOfOrdernessNs()));
        for (final WindowSample sample : report.windows())
        {
            if (sample.readings() == 0)
            {
                continue;
            }
            final WindowConfig window = sample.window();
            final LateCount count = sample.countOf(SampleFindings.PROPOSED);
            final WatermarkKind watermark = proposal.watermark(window);
            line("  %s: {name: %s, watermark: %s, allowed-lateness: %s}; late %,d (%s), revised %,d, panes %,d a key%s",
                sample.path(), window.name(), watermark.name().toLowerCase(Locale.ROOT),
                Quantities.printDuration(proposal.allowedLatenessNs(window)), count.late(),
                SampleFindings.percent(count), count.revised(), proposal.panes(window),
                watermark == window.watermarkKind(eventTime) &&
                proposal.allowedLatenessNs(window) == window.allowedLatenessNs() &&
                proposal.outOfOrdernessNs() == eventTime.outOfOrdernessNs() ? " (as it is)" : "");
        }
    }

    private static String inThreeDigits(final double number)
    {
        return new BigDecimal(number).round(new MathContext(3)).toPlainString();
    }

    private static String text(final long durationNs, final Disorder disorder)
    {
        return DurationText.rounded(durationNs, disorder.maxNs());
    }

    private void line(final String format, final Object... values)
    {
        lines.add(String.format(Locale.ROOT, format, values));
    }
}
