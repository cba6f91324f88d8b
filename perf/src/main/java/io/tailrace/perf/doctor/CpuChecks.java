package io.tailrace.perf.doctor;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

import io.tailrace.engine.CpuList;
import io.tailrace.engine.config.Layout;

/** Cores: how many, how fast, whose, and by which clock. */
final class CpuChecks
{
    private static final String CPU = "sys/devices/system/cpu/";
    private static final String CLOCK = "sys/devices/system/clocksource/clocksource0/current_clocksource";
    private static final Set<String> FAST_CLOCKS = Set.of("tsc", "arch_sys_counter");
    private static final Set<String> SHARED_CLOCKS = Set.of("kvm-clock", "hyperv_clocksource_tsc_page");
    private static final int COMPACT_CORES = 2;
    private static final int BALANCED_CORES = 4;
    private static final int DEDICATED_CORES = 8;
    private static final double LOUD = 0.5;
    private static final double AUDIBLE = 0.1;

    private final HostFiles files;
    private final Layout layout;

    CpuChecks(final HostFiles files, final Layout layout)
    {
        this.files = files;
        this.layout = layout;
    }

    List<Finding> run()
    {
        return List.of(governor(), clockSource(), cores(), isolation(), smt(), load());
    }

    private Finding governor()
    {
        final Set<String> governors = new TreeSet<>();
        for (final int core : online())
        {
            governors.add(files.line(CPU + "cpu" + core + "/cpufreq/scaling_governor"));
        }
        governors.remove("");
        final String check = "governor";
        if (governors.isEmpty())
        {
            return Finding.advice(check, "not visible", "set `performance` on the host",
                "a guest does not see how fast its cores run");
        }
        final String found = String.join(", ", governors);
        return governors.equals(Set.of("performance")) ? Finding.ok(check, found) :
            Finding.advice(check, found, "cpupower frequency-set -g performance",
                "a core that has slowed down takes its time to run fast again");
    }

    private Finding clockSource()
    {
        final String source = files.line(CLOCK);
        final String check = "clock source";
        if (FAST_CLOCKS.contains(source))
        {
            return Finding.ok(check, source);
        }
        if (source.isEmpty() || SHARED_CLOCKS.contains(source))
        {
            return Finding.advice(check, source.isEmpty() ? "not visible" : source,
                "kernel option clocksource=tsc, if the host's TSC is stable",
                "every event is stamped, and a paravirtual clock is read more slowly");
        }
        return Finding.bad(check, source, "kernel option clocksource=tsc; look in dmesg why it was given up",
            "every reading of this clock is a system call");
    }

    private Finding cores()
    {
        final int count = online().size();
        final int wanted = switch (layout)
        {
            case COMPACT -> COMPACT_CORES;
            case BALANCED -> BALANCED_CORES;
            case DEDICATED -> DEDICATED_CORES;
        };
        final String found = count + " online, layout " + layout.name().toLowerCase(Locale.ROOT);
        final String check = "cores";
        if (count >= wanted)
        {
            return Finding.ok(check, found);
        }
        final String change = "another layout, or " + wanted + " cores";
        final String why = "threads that spin on a core that another one needs cost whole time slices";
        return layout == Layout.DEDICATED || count < COMPACT_CORES ?
            Finding.bad(check, found, change, why) : Finding.advice(check, found, change, why);
    }

    private Finding isolation()
    {
        final String isolated = files.line(CPU + "isolated");
        final String check = "isolation";
        if (!isolated.isEmpty())
        {
            return Finding.ok(check, "cores " + isolated);
        }
        return layout == Layout.DEDICATED ?
            Finding.advice(check, "none", "kernel options isolcpus, nohz_full and rcu_nocbs",
                "the scheduler puts other work on cores that spin") :
            Finding.ok(check, "none, and this layout needs none");
    }

    private Finding smt()
    {
        final long active = files.number(CPU + "smt/active");
        final String check = "smt";
        return active == 1 ?
            Finding.advice(check, "on", "echo off > /sys/devices/system/cpu/smt/control, or one thread a core",
                "a sibling takes half of a core's units and caches") :
            Finding.ok(check, active == 0 ? "off" : "not visible");
    }

    private Finding load()
    {
        final String average = files.line("proc/loadavg").split(" ")[0];
        final String check = "load";
        final double load;
        try
        {
            load = Double.parseDouble(average);
        }
        catch (final NumberFormatException ignore)
        {
            return Finding.advice(check, "not visible", "look with uptime", "whatever runs beside takes time");
        }
        final double share = load / Math.max(1, online().size());
        final String found = average + " over " + online().size() + " cores";
        final String change = "measure when nothing else runs";
        if (share > LOUD)
        {
            return Finding.bad(check, found, change, "figures of a busy machine are those of its other work");
        }
        return share > AUDIBLE ?
            Finding.advice(check, found, change, "other work shows in the tail") : Finding.ok(check, found);
    }

    private List<Integer> online()
    {
        return CpuList.parse(files.line(CPU + "online"));
    }
}
