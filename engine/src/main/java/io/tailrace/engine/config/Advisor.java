package io.tailrace.engine.config;

import java.util.ArrayList;
import java.util.List;

/**
 * Advice about a configuration that runs but may not show what it is for, as far as that can be said without data.
 * One line each: {@code KEY: finding; proposal}. What windows have to do with physics is {@link PhysicsAdvisor}.
 */
public final class Advisor
{
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
            advisor.panes(window, path);
            PhysicsAdvisor.advise(window, path, advisor::say);
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
        if (config.mode() == DeliveryMode.IN_MEMORY)
        {
            say("mode", "in-memory keeps nothing: a stop or a crash loses all state and every result that was not read",
                "use mode: exactly-once, or at-least-once, if that matters");
        }

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

        final long networkSources =
            config.sources().stream().filter((source) -> source.transport() != Transport.EMBEDDED).count();
        if (networkSources > 1 && !config.windows().isEmpty() && config.windows().stream().allMatch((window) ->
            isByDevice(window) && window.watermarkKind(eventTime) == WatermarkKind.GLOBAL))
        {
            say("event-time.watermark", "every device waits for the slowest of " + networkSources +
                " sources, and a device that catches up is late for the others' sake",
                "use watermark: device, since all windows are kept by device");
        }

        if (eventTime.idleAfterNs() < eventTime.tickIntervalNs())
        {
            say("event-time.tick-interval", "silence is only seen at ticks, every " +
                Quantities.printDuration(eventTime.tickIntervalNs()) + ", later than idle-after",
                "use at most " + Quantities.printDuration(eventTime.idleAfterNs()));
        }

        overload();
        if (config.limits().keys() < config.limits().devices() &&
            config.windows().stream().anyMatch(Advisor::isByDevice))
        {
            say("limits.keys", "there may be more devices (" + config.limits().devices() + ") than keys (" +
                config.limits().keys() + ") of an operator", "use at least limits.devices");
        }
    }

    private void overload()
    {
        final OverloadConfig overload = config.overload();
        final long critical = config.sources().stream().filter(SourceConfig::isCritical).count();
        if (critical > 0 && critical < config.sources().size() &&
            overload.normalSlots() >= config.limits().ringSlots())
        {
            say("overload.normal-slots", "normal events may fill the ring, so that critical ones wait behind them",
                "use less than ring-slots, " + config.limits().ringSlots());
        }

        if (critical > 0 && critical == config.sources().size())
        {
            say("sources", "every source is critical, so that none comes before another" +
                (overload.isLimiting() ? " and no limit of overload has an effect" : ""),
                "use priority: normal where events may wait or be shed");
        }

        if (overload.then() == OverloadAction.SAMPLE && !overload.isLimiting())
        {
            say("overload.then", "without rate and rate-per-device nothing is above a rate, and nothing is sampled",
                "set one of them");
        }

        if (overload.rate() > 0 && overload.ratePerDevice() > overload.rate())
        {
            say("overload.rate-per-device", "one device may use up the rate of all, " +
                Quantities.printRate(overload.rate()), "use less than rate");
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

    private void panes(final WindowConfig window, final String path)
    {
        final WindowConfig automatic = window.toBuilder().panes(0).build();
        final int needed = automatic.paneBound(config.eventTime());
        // What is usual has one to spare at either edge.
        final long open = automatic.usualPanes(config.eventTime()) - 2L;
        if (hasSize(window) && window.panes() != 0 && window.panes() < open)
        {
            say(path + ".panes", "out-of-orderness and allowed-lateness keep up to " + open +
                " panes of a key open, and " + window.panes() + " may be: readings for the others are refused",
                "use " + needed + ", or leave panes out");
        }
    }

    private static boolean hasSize(final WindowConfig window)
    {
        return window.type() == WindowType.TUMBLING || window.type() == WindowType.SLIDING;
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
