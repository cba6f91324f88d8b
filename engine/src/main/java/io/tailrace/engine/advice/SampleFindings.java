package io.tailrace.engine.advice;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import io.tailrace.codec.RejectReason;
import io.tailrace.engine.config.EventTimeConfig;
import io.tailrace.engine.config.Quantities;
import io.tailrace.engine.config.WatermarkKind;
import io.tailrace.engine.config.WindowConfig;

/**
 * What a configuration does not do well with a sample: {@code KEY: finding; proposal}, in a fixed order.
 */
final class SampleFindings
{
    static final String CONFIGURED = "configured";
    static final String PROPOSED = "proposed";

    private static final double MUCH_LATE = 0.001;
    private static final int READINGS_TO_TELL_ORDER = 100;
    private static final double RATE_RATIO = 2;

    private final SampleReport report;
    private final EventTimeConfig eventTime;
    private final List<String> findings = new ArrayList<>();

    private SampleFindings(final SampleReport report)
    {
        this.report = report;
        eventTime = report.config().eventTime();
    }

    static List<String> of(final SampleReport report)
    {
        final SampleFindings findings = new SampleFindings(report);
        findings.rejections();
        if (report.readings() == 0)
        {
            findings.say("sample", "no row of it is a reading that could be measured", "use another sample");
        }
        else
        {
            findings.age();
            findings.order();
            findings.outOfOrderness();
            findings.watermark();
            report.windows().forEach(findings::window);
        }
        return List.copyOf(findings.findings);
    }

    private void rejections()
    {
        final long early = report.rejected().getOrDefault(RejectReason.BEFORE_EARLIEST, 0L);
        if (early > 0)
        {
            say("event-time.earliest", ofAll(early) + " are before " +
                Quantities.printInstant(eventTime.earliestNs()) + " and are rejected as before-earliest",
                "use an earlier time or none if they are right; else look at their unit");
        }
        final long future = report.rejected().getOrDefault(RejectReason.FUTURE, 0L);
        if (future > 0)
        {
            say("event-time.max-future", ofAll(future) + " are more than " +
                Quantities.printDuration(eventTime.maxFutureNs()) + " ahead of the clock and are rejected as future",
                "look at the devices' clocks and the unit");
        }
        final long old = report.rejected().getOrDefault(RejectReason.TOO_OLD, 0L);
        if (old > 0)
        {
            say("event-time.max-age", ofAll(old) + " came in more than " +
                Quantities.printDuration(eventTime.maxAgeNs()) + " after their time and are rejected as too-old",
                "use a longer one if they are wanted");
        }
    }

    private void age()
    {
        if (report.tooOldNow() > 0)
        {
            final boolean isAll = report.tooOldNow() == report.readings();
            say("event-time.max-age",
                (isAll ? "all " + number(report.readings()) + " readings" : ofAll(report.tooOldNow())) +
                " are older than " + Quantities.printDuration(eventTime.maxAgeNs()) +
                " now: sent to run, each of them is rejected as too-old",
                "use batch for data of the past, or reference-clock: none");
        }
    }

    private void order()
    {
        if (isSorted())
        {
            say("sample", "its " + number(report.readings()) + " rows are in the order of event time, as if they had " +
                "been sorted, and then say nothing of disorder", "take a sample in the order of arrival");
        }
    }

    private void outOfOrderness()
    {
        long neededNs = 0;
        for (final WindowSample window : report.windows())
        {
            neededNs = Math.max(neededNs, window.window().watermarkKind(eventTime) == WatermarkKind.DEVICE ?
                report.device().maxNs() : report.global().maxNs());
        }
        final long readableNs = ReadableDuration.roundUp(neededNs);
        if (!report.windows().isEmpty() && !isSorted() && readableNs < eventTime.outOfOrdernessNs() / 2)
        {
            say("event-time.out-of-orderness", "every result waits " +
                Quantities.printDuration(eventTime.outOfOrdernessNs()) +
                ", and no reading of the sample came more than " + DurationText.exact(neededNs) + " behind",
                "use " + Quantities.printDuration(readableNs) + " or less");
        }
    }

    private void watermark()
    {
        final boolean isWaiting = report.windows().stream().map(WindowSample::window).anyMatch((window) ->
            Proposal.isKeptByDevice(window) && window.watermarkKind(eventTime) == WatermarkKind.GLOBAL);
        if (report.proposal().isByDevice() && isWaiting)
        {
            say("event-time.watermark", "devices lag one another, 99.9 % by up to " +
                DurationText.rounded(report.global().p999Ns(), report.global().maxNs()) + ", but themselves by up to " +
                DurationText.rounded(report.device().p999Ns(), report.device().maxNs()),
                "use watermark: device for windows that are kept by device");
        }
    }

    private void window(final WindowSample sample)
    {
        final WindowConfig window = sample.window();
        final LateCount configured = sample.countOf(CONFIGURED);
        if (configured.readings() == 0)
        {
            say(sample.path() + ".where", "no reading of the sample passes", "look at metrics, their ids, and values");
            return;
        }
        if (configured.share() > MUCH_LATE)
        {
            final LateCount proposed = sample.countOf(PROPOSED);
            say(sample.path() + ".allowed-lateness", String.format(Locale.ROOT,
                "%,d of %,d readings (%s) are late", configured.late(), configured.readings(), percent(configured)),
                proposed.late() < configured.late() ? "use the proposal, which leaves " + number(proposed.late()) :
                    "choose from the table of the window");
        }

        final double declared = window.physics().sampleRatePerSecond();
        final double measured = sample.rate().perSecond();
        if (declared > 0 && measured > 0 && (declared > measured * RATE_RATIO || measured > declared * RATE_RATIO))
        {
            say(sample.path() + ".physics.sample-rate", "declared as " + Quantities.printMeasuredRate(declared) +
                ", and in the sample it is " + Quantities.printMeasuredRate(measured), "declare what is true");
        }
    }

    private boolean isSorted()
    {
        return report.global().behind() == 0 && report.devices() > 1 && report.readings() >= READINGS_TO_TELL_ORDER;
    }

    private String ofAll(final long count)
    {
        final long judged =
            report.readings() + report.rejected().values().stream().mapToLong(Long::longValue).sum();
        return number(count) + " of " + number(judged) + " readings";
    }

    static String number(final long count)
    {
        return String.format(Locale.ROOT, "%,d", count);
    }

    static String percent(final LateCount count)
    {
        return String.format(Locale.ROOT, "%.3f %%", 100 * count.share());
    }

    private void say(final String key, final String finding, final String proposal)
    {
        findings.add(key + ": " + finding + "; " + proposal);
    }
}
