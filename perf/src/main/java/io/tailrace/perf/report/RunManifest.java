package io.tailrace.perf.report;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.RuntimeMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import com.sun.management.OperatingSystemMXBean;

import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Where, when and with what a run was measured. A figure without one is no figure.
 * <pre>
 *   date, status, failures, git {commit, dirty}, jvm {...}, machine {...}, then what the rig adds
 * </pre>
 * What cannot be found out is {@code null}, never guessed.
 * <p>
 * Threading: one thread.
 */
public final class RunManifest
{
    /** System property of a JVM that runs under a profiler: {@code true}. */
    public static final String PROFILED_PROPERTY = "tailrace.perf.profiled";
    /** Entry that holds what is special about a run. */
    public static final String CONDITIONS = "conditions";
    /** Condition: the run was profiled. */
    public static final String PROFILED = "profiled";

    private static final long GIT_TIMEOUT_S = 5;
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
    private static final Path GOVERNOR = Path.of("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");

    private final Map<String, Object> entries = new LinkedHashMap<>();

    private RunManifest()
    {
    }

    /**
     * Describes this process, its machine and the working tree it was started in. A process that runs under a
     * profiler has the condition {@value #PROFILED}.
     *
     * @param workingDir directory in which git is asked.
     * @return a manifest without the rig's own entries.
     */
    public static RunManifest describe(final Path workingDir)
    {
        final RunManifest manifest = new RunManifest();
        manifest.put("date", Instant.now().toString());
        manifest.put("git", git(workingDir));
        manifest.put("jvm", jvm());
        manifest.put("machine", machine());
        return isProfiled() ? manifest.putInto(CONDITIONS, PROFILED, true) : manifest;
    }

    /** A profiler that was attached by hand counts as well. */
    private static boolean isProfiled()
    {
        return Boolean.getBoolean(PROFILED_PROPERTY) ||
            ManagementFactory.getRuntimeMXBean().getInputArguments().stream().anyMatch(flag ->
                flag.startsWith("-agentpath:") || flag.startsWith("-XX:StartFlightRecording"));
    }

    /** Sets an entry: text, number, boolean, or a map or list of those. */
    public RunManifest put(final String key, final Object value)
    {
        entries.put(key, value);
        return this;
    }

    /** Sets status and reasons. */
    public RunManifest verdict(final Verdict verdict)
    {
        put("status", verdict.isPass() ? "PASS" : "FAIL");
        return put("failures", verdict.failures());
    }

    /** Adds an entry to one that is a map, which is made if it is not there. */
    @SuppressWarnings("unchecked")
    public RunManifest putInto(final String key, final String name, final Object value)
    {
        ((Map<String, Object>)entries.computeIfAbsent(key, absent -> new LinkedHashMap<>())).put(name, value);
        return this;
    }

    /** @return an entry, or null. */
    public Object get(final String key)
    {
        return entries.get(key);
    }

    /** @return the manifest as JSON. */
    public String toJson()
    {
        final JsonMapper mapper = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
        return mapper.writeValueAsString(entries) + '\n';
    }

    /** @return the machine, the JVM and the commit, a line each; and that the run is profiled, if it is. */
    public String summary()
    {
        final boolean isProfiled =
            entries.get(CONDITIONS) instanceof final Map<?, ?> conditions && conditions.containsKey(PROFILED);
        return entries.get("machine") + "\n" + entries.get("jvm") + "\n" + entries.get("git") +
            (isProfiled ? "\nPROFILED: no figure below is a measurement" : "");
    }

    private static Map<String, Object> git(final Path workingDir)
    {
        final Map<String, Object> git = new LinkedHashMap<>();
        final String commit = run(workingDir, "git", "rev-parse", "HEAD");
        final String changes = null == commit ? null : run(workingDir, "git", "status", "--porcelain");
        git.put("commit", commit);
        git.put("dirty", null == changes ? null : !changes.isEmpty());
        return git;
    }

    private static Map<String, Object> jvm()
    {
        final RuntimeMXBean runtime = ManagementFactory.getRuntimeMXBean();
        final List<String> collectors = new ArrayList<>();
        ManagementFactory.getGarbageCollectorMXBeans().forEach(collector -> collectors.add(collector.getName()));
        final Map<String, Object> jvm = new LinkedHashMap<>();
        jvm.put("name", runtime.getVmName());
        jvm.put("vendor", runtime.getVmVendor());
        jvm.put("version", runtime.getVmVersion());
        jvm.put("flags", runtime.getInputArguments());
        jvm.put("collectors", collectors);
        jvm.put("glibc-tunables", System.getenv("GLIBC_TUNABLES"));
        jvm.put("max-heap-bytes", Runtime.getRuntime().maxMemory());
        return jvm;
    }

    private static Map<String, Object> machine()
    {
        final Map<String, Object> machine = new LinkedHashMap<>();
        machine.put("cpu", valueOf(CPU_INFO, "model name"));
        machine.put("cores", Runtime.getRuntime().availableProcessors());
        machine.put("kernel", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        machine.put("arch", System.getProperty("os.arch"));
        machine.put("governor", firstLine(GOVERNOR));
        machine.put("transparent-huge-pages", firstLine(Path.of("/sys/kernel/mm/transparent_hugepage/enabled")));
        machine.put(
            "clock-source", firstLine(Path.of("/sys/devices/system/clocksource/clocksource0/current_clocksource")));
        machine.put("isolated-cores", firstLine(Path.of("/sys/devices/system/cpu/isolated")));
        machine.put("allowed-cores", valueOf(Path.of("/proc/self/status"), "Cpus_allowed_list"));
        machine.put("pinning", "none by the rig");
        final java.lang.management.OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
        machine.put("load-average-at-start", system.getSystemLoadAverage());
        machine.put(
            "memory-bytes", system instanceof final OperatingSystemMXBean sun ? sun.getTotalMemorySize() : null);
        return machine;
    }

    /** The value of the first line of a file that begins with a key; null if there is none. */
    private static String valueOf(final Path file, final String key)
    {
        try
        {
            for (final String line : Files.readAllLines(file))
            {
                if (line.startsWith(key))
                {
                    return line.substring(line.indexOf(':') + 1).trim();
                }
            }
        }
        catch (final IOException ignore)
        {
            // Not Linux: unknown.
        }
        return null;
    }

    private static String firstLine(final Path file)
    {
        try
        {
            final List<String> lines = Files.readAllLines(file);
            return lines.isEmpty() ? null : lines.get(0).trim();
        }
        catch (final IOException ignore)
        {
            return null;
        }
    }

    /** What a command prints; null if there is no such command, it fails, or it takes too long. */
    private static String run(final Path workingDir, final String... command)
    {
        try
        {
            final Process process = new ProcessBuilder(command)
                .directory(workingDir.toAbsolutePath().toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
            try
            {
                final String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                return process.waitFor(GIT_TIMEOUT_S, TimeUnit.SECONDS) && process.exitValue() == 0 ?
                    output.trim() : null;
            }
            finally
            {
                process.destroy();
            }
        }
        catch (final IOException ignore)
        {
            return null;
        }
        catch (final InterruptedException ignore)
        {
            Thread.currentThread().interrupt();
            return null;
        }
    }
}
