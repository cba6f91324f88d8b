package io.tailrace.engine.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Whether the values of a configuration are in range and go together. The same for a file and for one built in code:
 * it runs when
 * an {@link EngineConfig} is made, so that there is none that breaks a rule.
 */
final class ConfigRules
{
    static final int MAX_PANES = 1 << 20;
    static final int MAX_SOURCES = 64;
    static final int MAX_OPERATORS = 1024;
    static final int MAX_SINKS = 64;
    static final String METRIC_ID = "an id from 0 to 4294967295";

    /** Files of {@code batch} that are not an operator's. */
    static final Set<String> RESERVED_NAMES = Set.of("late", "rejected", "duplicates", "alerts", "ledger", "names");

    private static final long HOUR_NS = 3_600_000_000_000L;

    private final EngineConfig config;
    private final List<Problem> problems = new ArrayList<>();

    private ConfigRules(final EngineConfig config)
    {
        this.config = config;
    }

    /** @return what is wrong, in the order of the table of keys; empty if nothing is. */
    static List<Problem> check(final EngineConfig config)
    {
        final ConfigRules rules = new ConfigRules(config);
        rules.section(ConfigSchema.ROOT, config, "");
        if (rules.problems.isEmpty())
        {
            rules.combinations();
        }

        return rules.problems;
    }

    /** @return the first source whose event times may have any unit, though small ones are then ambiguous; or null. */
    static Problem undecidableUnit(final EngineConfig config)
    {
        final EventTimeConfig eventTime = config.eventTime();
        if (eventTime.timeUnit() != 0 || eventTime.earliestNs() != EventTimeConfig.NO_EARLIEST_NS)
        {
            return null;
        }

        final boolean isEverySourceFixed = config.sources().stream().allMatch((source) -> source.timeUnit() != 0);
        return isEverySourceFixed && !config.sources().isEmpty() ? null : new Problem(
            "event-time.earliest",
            "none",
            "a date, or a fixed unit in event-time or in every source: by magnitude alone small times are ambiguous");
    }

    private <B, C> void section(final Section<B, C> section, final C owner, final String path)
    {
        for (final SchemaEntry<B, C> entry : section.entries())
        {
            final String entryPath = YamlReader.child(path, entry.name());
            if (entry instanceof Key<B, C, ?> key)
            {
                key(key, owner, entryPath);
            }
            else if (entry instanceof Child<B, C, ?, ?> child)
            {
                child(child, owner, entryPath);
            }
        }
    }

    private <B, C, D, E> void child(final Child<B, C, D, E> child, final C owner, final String path)
    {
        if (child.applies(owner))
        {
            final List<E> elements = child.get(owner);
            for (int i = 0; i < elements.size(); i++)
            {
                section(child.section(), elements.get(i), child.isList() ? path + "[" + i + "]" : path);
            }
        }
    }

    private <C, V> void key(final Key<?, C, V> key, final C owner, final String path)
    {
        final V value = key.get(owner);
        final String expected = key.applies(owner) ? key.expected() : key.misplaced();
        if (key.applies(owner) ? !key.isInRange(value) : !key.isNeutral(value))
        {
            final String found = value == null ?
                Problem.NOTHING : Problem.quote(key.type().print(value, config.metrics()));
            problems.add(new Problem(path, found, expected));
        }
    }

    private void combinations()
    {
        metrics();
        sources();
        names();
        for (int i = 0; i < config.windows().size(); i++)
        {
            window(config.windows().get(i), "windows[" + i + "]");
        }

        for (int i = 0; i < config.alerts().size(); i++)
        {
            alert(config.alerts().get(i), "alerts[" + i + "]");
        }

        sinks();
        normalSlots();
        if (config.mode() == DeliveryMode.IN_MEMORY)
        {
            inMemory();
        }
    }

    private void normalSlots()
    {
        final OverloadConfig overload = config.overload();
        final int ringSlots = config.limits().ringSlots();
        if (overload.slotLimit(config.sources(), ringSlots) < Math.min(OverloadConfig.MIN_NORMAL_SLOTS, ringSlots))
        {
            add("overload.normal-slots", String.valueOf(overload.normalSlots()),
                "at least " + OverloadConfig.MIN_NORMAL_SLOTS + " where a source is critical, or limits.ring-slots: " +
                "what a datagram usually holds must find room at once");
        }
    }

    private void inMemory()
    {
        if (config.durability() == Durability.POWER)
        {
            add("durability", "power", "process with mode: in-memory, which has no journal");
        }
        for (int i = 0; i < config.sources().size(); i++)
        {
            if (config.sources().get(i).ack())
            {
                add("sources[" + i + "].ack", "true", "false with mode: in-memory, in which nothing becomes durable");
            }
        }
        if (!config.sinks().isEmpty())
        {
            add("sinks", config.sinks().size() + " sinks",
                "none with mode: in-memory, which has no results log to go on from; subscribe in the process");
        }
    }

    private void metrics()
    {
        final Map<Long, String> namesById = new HashMap<>();
        config.metrics().forEach((name, id) ->
        {
            final String path = YamlReader.child("metrics", name);
            if (!isMetricName(name))
            {
                add(path, "this name", "a name of 1 to 60 printable characters, no number, not any");
            }

            if (id == null || id < 0 || id > ValueTypes.MAX_METRIC_ID)
            {
                add(path, String.valueOf(id), METRIC_ID);
            }

            final String other = namesById.putIfAbsent(id, name);
            if (other != null)
            {
                add(path, String.valueOf(id), "another id than that of " + Problem.quote(other));
            }
        });
    }

    private static boolean isMetricName(final String name)
    {
        // What an error message would change is not printable, not trimmed, or too long.
        return Problem.quote(name).equals(name) && !name.isBlank() && !ValueTypes.ANY.equals(name) &&
            !name.matches("-?[0-9]+");
    }

    private void sources()
    {
        final List<SourceConfig> sources = config.sources();
        if (sources.size() > MAX_SOURCES)
        {
            add("sources", sources.size() + " sources", "at most " + MAX_SOURCES);
        }

        final Set<String> names = new HashSet<>();
        final Set<Object> addresses = new HashSet<>();
        for (int i = 0; i < sources.size(); i++)
        {
            final SourceConfig source = sources.get(i);
            final String path = "sources[" + i + "]";
            if (!names.add(source.name()))
            {
                add(path + ".name", source.name(), "a name that no other source has");
            }

            if (source.transport() == null)
            {
                add(path, "no way in", "one of udp, aeron and embedded: true");
            }
            else if (source.transport() == Transport.UDP && source.udp().getPort() != 0 &&
                !addresses.add(source.udp()))
            {
                add(path + ".udp", Addresses.print(source.udp()), "an address that no other source has");
            }
            else if (source.transport() == Transport.AERON)
            {
                aeron(source, path, addresses);
            }
        }
    }

    private void aeron(final SourceConfig source, final String path, final Set<Object> addresses)
    {
        final String found = String.valueOf(source.aeronStream());
        if (ReservedStreams.contains(source.aeronStream()) && source.aeronChannel().startsWith("aeron:ipc"))
        {
            add(path + ".aeron.stream", found,
                "another stream: " + ReservedStreams.TEXT + " on aeron:ipc belong to the engine");
        }
        else if (!addresses.add(source.aeronChannel() + " " + found))
        {
            add(path + ".aeron.stream", found, "a channel and stream that no other source has");
        }
        if (source.ack())
        {
            acks(source, path, addresses);
        }
        else if (source.ackChannel() != null)
        {
            add(path + ".aeron.ack-channel", source.ackChannel(), "no ack-channel unless ack: true");
        }
        else if (source.ackStream() != 0)
        {
            add(path + ".aeron.ack-stream", String.valueOf(source.ackStream()), "no ack-stream unless ack: true");
        }
    }

    private void acks(final SourceConfig source, final String path, final Set<Object> addresses)
    {
        final String found = String.valueOf(source.ackStream());
        if (source.ackChannel() == null)
        {
            add(path + ".aeron.ack-channel", "none", "an Aeron channel, since ack is true");
        }
        else if (source.ackStream() == 0)
        {
            add(path + ".aeron.ack-stream", "none", "a stream id > 0, since ack is true");
        }
        else if (ReservedStreams.contains(source.ackStream()) && source.ackChannel().startsWith("aeron:ipc"))
        {
            add(path + ".aeron.ack-stream", found,
                "another stream: " + ReservedStreams.TEXT + " on aeron:ipc belong to the engine");
        }
        else if (!addresses.add(source.ackChannel() + " " + found))
        {
            add(path + ".aeron.ack-stream", found, "a channel and stream that no source has");
        }
    }

    private void names()
    {
        final int count = config.windows().size() + config.alerts().size();
        if (count > MAX_OPERATORS)
        {
            final String path = config.windows().size() > MAX_OPERATORS ? "windows" : "alerts";
            add(path, count + " operators", "at most " + MAX_OPERATORS + " windows and alerts");
        }

        final Set<String> names = new HashSet<>();
        for (int i = 0; i < config.windows().size(); i++)
        {
            name("windows[" + i + "].name", config.windows().get(i).name(), names);
        }

        for (int i = 0; i < config.alerts().size(); i++)
        {
            name("alerts[" + i + "].name", config.alerts().get(i).name(), names);
        }
    }

    private void name(final String path, final String name, final Set<String> names)
    {
        // Without regard to case, since names become names of files.
        final String lower = name.toLowerCase(Locale.ROOT);
        if (RESERVED_NAMES.contains(lower))
        {
            add(path, name, "a name that is not reserved (late, rejected, duplicates, alerts, ledger, names)");
        }
        else if (!names.add(lower))
        {
            add(path, name, "a name that no other window or alert has");
        }
    }

    private void window(final WindowConfig window, final String path)
    {
        filter(window.where(), path + ".where");
        if (window.type() == WindowType.SLIDING && window.slideNs() > window.sizeNs())
        {
            add(path + ".slide", Quantities.printDuration(window.slideNs()),
                "at most the size, " + Quantities.printDuration(window.sizeNs()));
        }

        offset(window, path + ".offset");
        final boolean isByDevice = window.key() == KeyKind.DEVICE || window.key() == KeyKind.DEVICE_METRIC;
        if (window.watermarkKind(config.eventTime()) == WatermarkKind.DEVICE && !isByDevice)
        {
            add(path + ".key", ValueTypes.constants(KeyKind.class).print(window.key(), Map.of()),
                "device or device+metric with watermark: device, or watermark: global for this window");
        }

        if (window.panes() != 0 && window.panes() < window.windowsPerTime())
        {
            add(path + ".panes", Integer.toString(window.panes()),
                "at least " + window.windowsPerTime() + ", the windows that one reading is in");
        }
        if (window.panes() == 0 && window.paneBound(config.eventTime()) > MAX_PANES)
        {
            final boolean isSliding = window.type() == WindowType.SLIDING;
            final long shift = isSliding ? window.slideNs() : window.sizeNs();
            add(path + (isSliding ? ".slide" : ".size"), Quantities.printDuration(shift),
                "a longer one, or panes: more than " + MAX_PANES + " panes per key would stay open");
        }
    }

    private void offset(final WindowConfig window, final String path)
    {
        final long offset = window.offsetNs();
        final String found = Quantities.printDuration(offset);
        if (window.type() == WindowType.CALENDAR)
        {
            final long limit = window.every() == CalendarUnit.HOUR ? HOUR_NS : 24 * HOUR_NS;
            if (offset < 0 || offset >= limit)
            {
                add(path, found, "a duration from 0 to less than " + Quantities.printDuration(limit));
            }
        }
        else
        {
            final long limit = window.type() == WindowType.SLIDING ? window.slideNs() : window.sizeNs();
            if (offset != 0 && (offset <= -limit || offset >= limit))
            {
                add(path, found, "less than " + Quantities.printDuration(limit) + " either way");
            }
        }
    }

    private void alert(final AlertConfig alert, final String path)
    {
        filter(alert.where(), path + ".when");
        final boolean hasAbove = !Double.isNaN(alert.above());
        final boolean hasBelow = !Double.isNaN(alert.below());
        if (hasAbove == hasBelow)
        {
            add(path + ".when", hasAbove ? "both of them" : "none of them", "one of above and below");
        }
        else if (hasAbove && alert.clear() > alert.above())
        {
            add(path + ".when.clear-below", Quantities.printNumber(alert.clear()),
                "at most above, " + Quantities.printNumber(alert.above()));
        }
        else if (hasBelow && alert.clear() < alert.below())
        {
            add(path + ".when.clear-above", Quantities.printNumber(alert.clear()),
                "at least below, " + Quantities.printNumber(alert.below()));
        }
    }

    private void sinks()
    {
        if (config.sinks().size() > MAX_SINKS)
        {
            add("sinks", config.sinks().size() + " sinks", "at most " + MAX_SINKS);
        }

        final Set<String> names = new HashSet<>();
        for (int i = 0; i < config.sinks().size(); i++)
        {
            final SinkConfig sink = config.sinks().get(i);
            final String path = "sinks[" + i + "]";
            // Without regard to case, since names become names of files.
            if (!names.add(sink.name().toLowerCase(Locale.ROOT)))
            {
                add(path + ".name", sink.name(), "a name that no other sink has");
            }

            if ((sink.file() == null) == (sink.jdbc() == null))
            {
                add(path, sink.file() == null ? "no way out" : "both of them", "one of file and jdbc");
            }
            else if (sink.jdbc() != null && SinkSchema.hasPassword(sink.jdbc().url()))
            {
                // Placed at the section, so that the message does not repeat what must not be told.
                add(path + ".jdbc", "a password in url", "password-env: the name of an environment variable");
            }
        }
    }

    private void filter(final EventFilter filter, final String path)
    {
        if (filter.minValue() > filter.maxValue())
        {
            add(path + ".min", Quantities.printNumber(filter.minValue()),
                "at most max, " + Quantities.printNumber(filter.maxValue()));
        }
    }

    private void add(final String path, final String found, final String expected)
    {
        problems.add(new Problem(path, found, expected));
    }
}
