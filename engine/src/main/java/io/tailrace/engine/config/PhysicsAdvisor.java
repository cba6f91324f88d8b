package io.tailrace.engine.config;

/**
 * Advice about one window against the physics of what it looks at:
 * <ul>
 *   <li>A phenomenon of period P shows only at more than two samples a period (the sampling theorem: C. E. Shannon,
 *       "Communication in the Presence of Noise", Proc. IRE 37, 1949); below that it looks like a slower one. Its
 *       shape, of which minimum and maximum are taken, needs about ten samples a period: the largest of ten evenly
 *       spaced samples of a sine is at least cos(18 degrees), 95 % of its amplitude.</li>
 *   <li>A window holds at least ten samples, and at least one period of the fastest phenomenon.</li>
 *   <li>A window of 2 to 3 times the anomaly has room for all of it, and its mean still shows it. An anomaly is whole
 *       in one of the sliding windows if it is no longer than the size less the slide.</li>
 *   <li>A window of whole working cycles does not show the phase of the cycle as a change.</li>
 *   <li>A session whose gap is below three sample intervals is cut by two readings in a row that get lost, below two by
 *       each one, below one by none at all.</li>
 *   <li>A calendar window is as long as people want it, so that its length is only named where its mean cannot show
 *       the anomaly, from ten times on.</li>
 * </ul>
 */
final class PhysicsAdvisor
{
    /** Takes one advice. */
    @FunctionalInterface
    interface Sink
    {
        void say(String key, String finding, String proposal);
    }

    private static final int MIN_SAMPLES = 10;
    private static final int GAP_INTERVALS = 3;
    private static final int CALENDAR_ANOMALIES = 10;
    private static final double SECOND_NS = 1e9;
    private static final long HOUR_NS = 3_600_000_000_000L;

    private final WindowConfig window;
    private final PhysicsConfig physics;
    private final String path;
    private final Sink sink;

    private PhysicsAdvisor(final WindowConfig window, final String path, final Sink sink)
    {
        this.window = window;
        this.physics = window.physics();
        this.path = path;
        this.sink = sink;
    }

    /** Gives what advice there is, in a fixed order of rules. */
    static void advise(final WindowConfig window, final String path, final Sink sink)
    {
        final PhysicsAdvisor advisor = new PhysicsAdvisor(window, path, sink);
        advisor.aliasing();
        switch (window.type())
        {
            case TUMBLING ->
            {
                advisor.anomaly(window.sizeNs(), 2);
                advisor.samples(window.sizeNs(), ".size");
                advisor.cycles();
            }
            case SLIDING ->
            {
                advisor.slidingAnomaly();
                advisor.samples(window.sizeNs(), ".size");
                advisor.cycles();
                advisor.slide();
            }
            case SESSION -> advisor.session();
            case CALENDAR ->
            {
                advisor.calendarAnomaly();
                advisor.samples(unitNs(window.every()), ".every");
            }
            default -> throw new IllegalStateException("type=" + window.type());
        }
    }

    private void aliasing()
    {
        final double rate = physics.sampleRatePerSecond();
        final long periodNs = physics.fastestPeriodNs();
        if (periodNs <= 0 || rate <= 0)
        {
            return;
        }

        final double needed = 2 * SECOND_NS / periodNs;
        if (rate <= needed)
        {
            say(".physics.sample-rate", Quantities.printMeasuredRate(rate) + " makes a period of " + text(periodNs) +
                " look longer", "sample faster than " + Quantities.printMeasuredRate(needed));
        }
        else if (rate * periodNs < MIN_SAMPLES * SECOND_NS)
        {
            say(".physics.sample-rate", Quantities.printMeasuredRate(rate) + " takes fewer than " + MIN_SAMPLES +
                " samples of a period of " + text(periodNs) + ", too few for its shape",
                "use " + Quantities.printMeasuredRate(MIN_SAMPLES / 2.0 * needed));
        }
    }

    /** Answers whether the window is right for the anomaly. */
    private boolean anomaly(final long sizeNs, final int leastAnomalies)
    {
        final long anomalyNs = physics.anomalyDurationNs();
        if (!hasAnomaly())
        {
            return true;
        }

        final String finding = "a window of " + text(sizeNs) + " for an anomaly of " + text(anomalyNs);
        if (sizeNs < leastAnomalies * anomalyNs)
        {
            say(".size", finding + " cuts it into pieces", "use " + twoToThree(anomalyNs));
            return false;
        }
        if (sizeNs > 3 * anomalyNs)
        {
            say(".size", finding + " averages it away", "use " + twoToThree(anomalyNs));
            return false;
        }
        return true;
    }

    private void slidingAnomaly()
    {
        final long anomalyNs = physics.anomalyDurationNs();
        if (hasAnomaly() && anomaly(window.sizeNs(), 1) && anomalyNs > window.sizeNs() - window.slideNs())
        {
            final long slackNs = window.sizeNs() - anomalyNs;
            say(".slide", "an anomaly of " + text(anomalyNs) + " may be whole in none of the windows of " +
                text(window.sizeNs()) + ", one every " + text(window.slideNs()),
                slackNs > 0 ? "use at most " + text(slackNs) : "use a size of " + twoToThree(anomalyNs));
        }
    }

    private void calendarAnomaly()
    {
        final long anomalyNs = physics.anomalyDurationNs();
        final long unitNs = unitNs(window.every());
        if (hasAnomaly() && unitNs / CALENDAR_ANOMALIES > anomalyNs)
        {
            say(".every", "the mean over a window of " + text(unitNs) + " does not show an anomaly of " +
                text(anomalyNs), "look at its min and max, or add a window with size: " + twoToThree(anomalyNs));
        }
        else if (hasAnomaly() && unitNs < 2 * anomalyNs)
        {
            say(".every", "a window of " + text(unitNs) + " for an anomaly of " + text(anomalyNs) +
                " cuts it into pieces", "use a longer unit");
        }
    }

    private void samples(final long sizeNs, final String key)
    {
        final long periodNs = physics.fastestPeriodNs();
        if (periodNs > sizeNs)
        {
            say(key, "a window of " + text(sizeNs) + " sees less than one period of " + text(periodNs),
                "use at least " + text(periodNs));
        }

        final double rate = physics.sampleRatePerSecond();
        final double samples = rate * sizeNs / SECOND_NS;
        if (isByDevice() && rate > 0 && samples < MIN_SAMPLES)
        {
            final String held = (long)samples == 1 ? "1 sample" : (long)samples + " samples";
            say(key, "a window of " + text(sizeNs) + " holds " + held,
                "use at least " + text(inThreeDigits(MIN_SAMPLES * SECOND_NS / rate, true)) + " for " + MIN_SAMPLES);
        }
    }

    private void cycles()
    {
        final long cycleNs = physics.cycleNs();
        if (cycleNs > 0 && window.sizeNs() % cycleNs != 0)
        {
            final long below = window.sizeNs() / cycleNs * cycleNs;
            final long above = below > Long.MAX_VALUE - cycleNs ? below : below + cycleNs;
            say(".size", "a window of " + text(window.sizeNs()) + " is no whole number of cycles of " + text(cycleNs),
                "use " + (below > 0 ? text(below) + " or " : "") + text(above));
        }
    }

    private void slide()
    {
        final long intervalNs = intervalNs();
        if (window.slideNs() < intervalNs)
        {
            say(".slide", "windows begin every " + text(window.slideNs()) + " but a sample comes every " +
                text(intervalNs) + ", so that neighbours hold the same samples", "use at least " + text(intervalNs));
        }
    }

    private void session()
    {
        final long intervalNs = intervalNs();
        final long gapNs = window.gapNs();
        if (intervalNs > 0 && intervalNs <= Long.MAX_VALUE / GAP_INTERVALS && gapNs < GAP_INTERVALS * intervalNs)
        {
            final String cut = gapNs < intervalNs ? "each reading is a session of its own" :
                gapNs < 2 * intervalNs ? "each lost reading cuts a session" : "two lost readings cut a session";
            say(".gap", "with a sample every " + text(intervalNs) + " and a gap of " + text(gapNs) + ", " + cut,
                "use at least " + text(GAP_INTERVALS * intervalNs));
        }

        final long anomalyNs = physics.anomalyDurationNs();
        final boolean isOfValues = window.where().minValue() != Double.NEGATIVE_INFINITY ||
            window.where().maxValue() != Double.POSITIVE_INFINITY;
        if (hasAnomaly() && isOfValues && gapNs > anomalyNs)
        {
            say(".gap", "anomalies of " + text(anomalyNs) + " with less than " + text(gapNs) +
                " between them are one session", "use at most " + text(anomalyNs) + " to tell them apart");
        }
        else if (hasAnomaly() && !isOfValues && intervalNs > 0 && gapNs >= intervalNs)
        {
            say(".type", "a session lasts while readings come, and averages away an anomaly of " + text(anomalyNs),
                "add a window with size: " + twoToThree(anomalyNs) + ", or let only its values pass by where");
        }
    }

    private boolean hasAnomaly()
    {
        return physics.anomalyDurationNs() > 0 && physics.anomalyDurationNs() <= Long.MAX_VALUE / 3;
    }

    /** The sample rate is that of one device: of many in one pane it says nothing. */
    private boolean isByDevice()
    {
        return window.key() == KeyKind.DEVICE || window.key() == KeyKind.DEVICE_METRIC;
    }

    /** Time from one sample of a pane to the next, ns, in three digits; 0: not known. */
    private long intervalNs()
    {
        final double rate = physics.sampleRatePerSecond();
        return isByDevice() && rate > 0 ? inThreeDigits(SECOND_NS / rate, false) : 0;
    }

    private static long inThreeDigits(final double durationNs, final boolean isUp)
    {
        final double digit = Math.max(1, Math.pow(10, Math.floor(Math.log10(durationNs)) - 2));
        return (long)((isUp ? Math.ceil(durationNs / digit - 1e-9) : Math.rint(durationNs / digit)) * digit);
    }

    private static long unitNs(final CalendarUnit unit)
    {
        return switch (unit)
        {
            case HOUR -> HOUR_NS;
            case DAY -> 24 * HOUR_NS;
            case WEEK -> 7 * 24 * HOUR_NS;
            case MONTH -> 30 * 24 * HOUR_NS;
        };
    }

    private static String twoToThree(final long anomalyNs)
    {
        return text(2 * anomalyNs) + " to " + text(3 * anomalyNs);
    }

    private static String text(final long durationNs)
    {
        return Quantities.printDuration(durationNs);
    }

    private void say(final String key, final String finding, final String proposal)
    {
        sink.say(path + key, finding, proposal);
    }
}
