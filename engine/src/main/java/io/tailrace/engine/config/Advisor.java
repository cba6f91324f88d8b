package io.tailrace.engine.config;

import java.util.ArrayList;
import java.util.List;

/**
 * Advice about a configuration that runs but may not show what it is for, as far as that can be said without data.
 * One line
 * each: {@code KEY: finding; proposal}.
 * <p>
 * The rules about windows compare them with the declared physics:
 * <ul>
 *   <li>A phenomenon of period P shows only at more than two samples a period (the sampling theorem: C. E. Shannon,
 *       "Communication in the Presence of Noise", Proc. IRE 37, 1949); below that it looks like a slower one. Its
 * shape, of which
 *       minimum and maximum are taken, needs about ten samples a period: the largest of ten evenly spaced samples of
 * a sine
 *       is at least cos(18 degrees), 95 % of its amplitude.</li>
 *   <li>A window holds at least ten samples, and at least one period of the fastest phenomenon.</li>
 *   <li>A window of 2 to 3 times the anomaly has room for all of it, and its mean still shows it.</li>
 *   <li>A window of whole working cycles does not show the phase of the cycle as a change.</li>
 * </ul>
 */
public final class Advisor
{
    private static final int MIN_SAMPLES = 10;
    private static final long SECOND_NS = 1_000_000_000L;
    private static final int SLIDES_TO_WARN = 1000;

    private final EngineConfig config;
    private final List<String> advice = new ArrayList<>();

    private Advisor(final EngineConfig config)
    {
        this.config = config;
    }

    /** @return advice in the order of the configuration, one line each; empty if there is none. */
    public static List<String> advise(final EngineConfig config)
    {
        final Advisor advisor = new Advisor(config);
        advisor.engine();
        for (int i = 0; i < config.windows().size(); i++)
        {
            final WindowConfig window = config.windows().get(i);
            final String path = "windows[" + i + "]";
            advisor.lateness(window, path);
            advisor.sliding(window, path);
            advisor.physics(window, path);
        }

        return List.copyOf(advisor.advice);
    }

    private void engine()
    {
        if (config.windows().isEmpty() && config.alerts().isEmpty())
        {
            say("windows", "there are no windows and no alerts, so that nothing is computed", "add one");
        }

        final boolean hasCritical = config.alerts().stream().anyMatch((alert) -> alert.priority() != 0);
        if (config.mode() == DeliveryMode.IN_MEMORY && hasCritical)
        {
            say("mode", "critical alerts are forgotten by a crash", "use mode: exactly-once");
        }

        if (config.mode() == DeliveryMode.EXACTLY_ONCE && config.durability() == Durability.PROCESS && hasCritical)
        {
            say("durability", "critical alerts survive the death of the process, not that of the machine",
                "use durability: power if they must");
        }

        final EventTimeConfig eventTime = config.eventTime();
        if (eventTime.watermark() == WatermarkKind.GLOBAL && eventTime.idleAfterNs() == Long.MAX_VALUE &&
            config.sources().size() > 1)
        {
            say("event-time.idle-after", "one silent source of " + config.sources().size() + " stops all windows",
                "use a duration, such as 30s");
        }

        if (eventTime.idleAfterNs() < eventTime.tickIntervalNs())
        {
            say("event-time.tick-interval", "silence is only seen at ticks, every " +
                Quantities.printDuration(eventTime.tickIntervalNs()) + ", later than idle-after",
                "use at most " + Quantities.printDuration(eventTime.idleAfterNs()));
        }

        if (config.overload().normalSlots() >= config.limits().ringSlots())
        {
            say("overload.normal-slots", "normal events may fill the ring, so that critical ones wait behind them",
                "use less than ring-slots, " + config.limits().ringSlots());
        }

        if (config.limits().keys() < config.limits().devices() &&
            config.windows().stream().anyMatch(Advisor::isByDevice))
        {
            say("limits.keys", "there may be more devices (" + config.limits().devices() + ") than keys (" +
                config.limits().keys() + ") of an operator", "use at least limits.devices");
        }
    }

    private void lateness(final WindowConfig window, final String path)
    {
        if (config.eventTime().outOfOrdernessNs() == 0 && window.allowedLatenessNs() == 0)
        {
            say(path + ".allowed-lateness", "with no out-of-orderness and no lateness, one event out of order is late",
                "set event-time.out-of-orderness to the usual disorder, allowed-lateness to the worst");
        }

        if (window.type() == WindowType.TUMBLING && config.eventTime().outOfOrdernessNs() > 10 * window.sizeNs() &&
            window.sizeNs() <= Long.MAX_VALUE / 10)
        {
            say(path + ".size", "results come " + Quantities.printDuration(config.eventTime().outOfOrdernessNs()) +
                " after the end of a window of " + Quantities.printDuration(window.sizeNs()),
                "move a part of out-of-orderness to allowed-lateness, for early results that are revised");
        }
    }

    private void sliding(final WindowConfig window, final String path)
    {
        if (window.type() != WindowType.SLIDING)
        {
            return;
        }

        if (window.slideNs() == window.sizeNs())
        {
            say(path + ".type", "a slide as long as the size makes the windows tumble", "use type: tumbling");
        }
        else if (window.sizeNs() / window.slideNs() > SLIDES_TO_WARN)
        {
            final long count = window.sizeNs() / window.slideNs();
            say(path + ".slide", "each event is in " + count + " windows, each with a result", "use a longer slide");
        }
    }

    private void physics(final WindowConfig window, final String path)
    {
        final PhysicsConfig physics = window.physics();
        aliasing(physics, path);
        if (window.type() != WindowType.TUMBLING && window.type() != WindowType.SLIDING)
        {
            return;
        }

        anomaly(window, physics.anomalyDurationNs(), path);
        samples(window, physics, path);
        cycles(window, physics.cycleNs(), path);
    }

    private void aliasing(final PhysicsConfig physics, final String path)
    {
        if (physics.fastestPeriodNs() > 0 && physics.sampleRatePerSecond() > 0)
        {
            final double needed = 2.0 * SECOND_NS / physics.fastestPeriodNs();
            if (physics.sampleRatePerSecond() <= needed)
            {
                say(path + ".physics.sample-rate", Quantities.printRate(physics.sampleRatePerSecond()) +
                    " makes a period of " + Quantities.printDuration(physics.fastestPeriodNs()) + " look longer",
                    "sample faster than " + Quantities.printRate(needed));
            }
            else if (physics.sampleRatePerSecond() * physics.fastestPeriodNs() < MIN_SAMPLES * (double) SECOND_NS)
            {
                say(path + ".physics.sample-rate", Quantities.printRate(physics.sampleRatePerSecond()) +
                    " takes fewer than " + MIN_SAMPLES + " samples of a period of " +
                    Quantities.printDuration(physics.fastestPeriodNs()) + ", too few for its shape",
                    "use " + Quantities.printRate(MIN_SAMPLES / 2.0 * needed));
            }
        }
    }

    private void anomaly(final WindowConfig window, final long anomalyNs, final String path)
    {
        if (anomalyNs <= 0 || anomalyNs > Long.MAX_VALUE / 3)
        {
            return;
        }

        final String finding = "a window of " + Quantities.printDuration(window.sizeNs()) + " for an anomaly of " +
            Quantities.printDuration(anomalyNs);
        final String proposal =
            "use " + Quantities.printDuration(2 * anomalyNs) + " to " + Quantities.printDuration(3 * anomalyNs);
        if (window.sizeNs() < 2 * anomalyNs)
        {
            say(path + ".size", finding + " cuts it into pieces", proposal);
        }
        else if (window.sizeNs() > 3 * anomalyNs)
        {
            say(path + ".size", finding + " averages it away", proposal);
        }
    }

    private void samples(final WindowConfig window, final PhysicsConfig physics, final String path)
    {
        if (physics.fastestPeriodNs() > window.sizeNs())
        {
            say(path + ".size", "a window of " + Quantities.printDuration(window.sizeNs()) +
                " sees less than one period of " + Quantities.printDuration(physics.fastestPeriodNs()),
                "use at least " + Quantities.printDuration(physics.fastestPeriodNs()));
        }

        final double samples = physics.sampleRatePerSecond() * window.sizeNs() / SECOND_NS;
        if (physics.sampleRatePerSecond() > 0 && samples < MIN_SAMPLES)
        {
            final long neededNs = (long) Math.ceil(MIN_SAMPLES * SECOND_NS / physics.sampleRatePerSecond());
            say(path + ".size", "a window of " + Quantities.printDuration(window.sizeNs()) + " holds " +
                (long) samples + " samples",
                "use at least " + Quantities.printDuration(neededNs) + " for " + MIN_SAMPLES);
        }
    }

    private void cycles(final WindowConfig window, final long cycleNs, final String path)
    {
        if (cycleNs > 0 && window.sizeNs() % cycleNs != 0)
        {
            final long below = window.sizeNs() / cycleNs * cycleNs;
            final long above = below > Long.MAX_VALUE - cycleNs ? below : below + cycleNs;
            say(path + ".size", "a window of " + Quantities.printDuration(window.sizeNs()) +
                " is no whole number of cycles of " + Quantities.printDuration(cycleNs),
                "use " + (below > 0 ? Quantities.printDuration(below) + " or " : "") + Quantities.printDuration(above));
        }
    }

    private static boolean isByDevice(final WindowConfig window)
    {
        return window.key() == KeyKind.DEVICE || window.key() == KeyKind.DEVICE_METRIC;
    }

    private void say(final String key, final String finding, final String proposal)
    {
        advice.add(key + ": " + finding + "; " + proposal);
    }
}
