package io.tailrace.perf.doctor;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

import io.tailrace.engine.config.Layout;
import io.tailrace.perf.report.LatencyTable;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Every check against a tree of files that stands for a machine without fault, changed in one place. */
class DoctorTest
{
    private static final long MIB = 1L << 20;
    private static final long GIB = 1L << 30;
    private static final String SWAPS = "Filename Type Size Used Priority\n";

    @TempDir
    private Path root;
    private final Map<String, Volumes.Volume> volumes = new HashMap<>();
    private long syncNs = 200_000;

    @BeforeEach
    void describeAMachineWithoutFault()
    {
        write("sys/devices/system/cpu/online", "0-7");
        for (int core = 0; core < 8; core++)
        {
            write("sys/devices/system/cpu/cpu" + core + "/cpufreq/scaling_governor", "performance");
        }
        write("sys/devices/system/cpu/isolated", "2-7");
        write("sys/devices/system/cpu/smt/active", "0");
        write("sys/devices/system/clocksource/clocksource0/current_clocksource", "tsc");
        write("sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never");
        write("sys/kernel/mm/transparent_hugepage/defrag", "always defer defer+madvise [madvise] never");
        write("proc/loadavg", "0.10 0.20 0.30 1/234 5678");
        write("proc/swaps", SWAPS);
        write("proc/self/limits",
            "Limit  Soft Limit  Hard Limit  Units\nMax open files            65536   65536   files\n");
        write("proc/sys/net/core/rmem_max", "4194304");
        write("proc/sys/net/core/wmem_max", "4194304");
        volumes.put("shm", new Volumes.Volume("tmpfs", 4 * GIB, 4 * GIB));
        volumes.put("data", new Volumes.Volume("xfs", 100 * GIB, 50 * GIB));
    }

    @Test
    void shouldFindNoFaultWhereThereIsNone()
    {
        final StringWriter text = new StringWriter();
        assertEquals(0, execute(text, "--layout", "dedicated"), text::toString);
        final String[] lines = text.toString().split("\n");
        assertEquals(15, lines.length, text::toString);
        for (final String line : lines)
        {
            assertTrue(line.startsWith("ok "), line);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "sys/devices/system/cpu/cpu3/cpufreq/scaling_governor | powersave | advice governor performance, powersave",
        "sys/devices/system/clocksource/clocksource0/current_clocksource | kvm-clock | advice clock source kvm-clock",
        "sys/devices/system/clocksource/clocksource0/current_clocksource | hpet | bad clock source hpet",
        "sys/devices/system/cpu/online | 0-3 | bad cores 4 online",
        "sys/devices/system/cpu/isolated | '' | advice isolation none",
        "sys/devices/system/cpu/smt/active | 1 | advice smt on",
        "proc/loadavg | 2.00 1 1 1/1 1 | advice load 2.00 over 8 cores",
        "proc/loadavg | 7.00 1 1 1/1 1 | bad load 7.00 over 8 cores",
        "proc/loadavg | none | advice load not visible",
        "sys/kernel/mm/transparent_hugepage/enabled | [always] madvise never | advice huge pages always",
        "proc/sys/net/core/rmem_max | 212992 | bad rmem_max 212992, sources ask for 2097152",
        "proc/sys/net/core/wmem_max | 212992 | advice wmem_max 212992, sources ask for 2097152",
        "proc/sys/net/core/rmem_max | '' | advice rmem_max not visible",
        "proc/self/limits | Max open files 1024 4096 files | advice open files 1024",
        "proc/self/limits | Max open files 256 4096 files | bad open files 256",
        "proc/self/limits | '' | advice open files not visible",
    })
    void shouldFindAFaultAndSayHowToMendIt(final String path, final String contents, final String expected)
    {
        write(path, contents);
        requireOnly(expected);
    }

    @Test
    void shouldTakeUnlimitedForEnough()
    {
        write("proc/self/limits", "Max open files            unlimited   unlimited   files\n");
        final StringWriter text = new StringWriter();
        assertEquals(0, execute(text, "--layout", "dedicated"));
    }

    @Test
    void shouldTellSwapThatIsThereFromSwapThatIsUsed()
    {
        write("proc/swaps", SWAPS + "/dev/sda2 partition 1000 0 -2\n");
        requireOnly("advice swap 1 areas, 0 kB used");
        write("proc/swaps", SWAPS + "/dev/sda2 partition 1000 12 -2\n/swap file 1000 3 -3\n");
        requireOnly("bad swap 2 areas, 15 kB used");
    }

    @Test
    void shouldMeasureSharedMemory()
    {
        volumes.put("shm", new Volumes.Volume("tmpfs", 64 * MIB, 60 * MIB));
        requireOnly("bad /dev/shm 60 MiB free of 64");
        volumes.put("shm", new Volumes.Volume("tmpfs", 2 * GIB, GIB));
        requireOnly("advice /dev/shm 1024 MiB free of 2048");
        volumes.remove("shm");
        requireOnly("advice /dev/shm not there");
    }

    @Test
    void shouldJudgeTheDisk()
    {
        volumes.put("data", new Volumes.Volume("tmpfs", 100 * GIB, 50 * GIB));
        requireOnly("bad file system tmpfs");
        volumes.put("data", new Volumes.Volume("nfs4", 100 * GIB, 50 * GIB));
        requireOnly("bad file system nfs4");
        volumes.put("data", new Volumes.Volume("overlay", 100 * GIB, 50 * GIB));
        requireOnly("advice file system overlay");
        volumes.put("data", new Volumes.Volume("ext4", 100 * GIB, 10 * GIB));
        requireOnly("advice disk space 10.0 GiB free");
        volumes.put("data", new Volumes.Volume("ext4", 100 * GIB, GIB / 2));
        requireOnly("bad disk space 0.5 GiB free");
        volumes.remove("data");
        requireOnly("bad file system");
    }

    @Test
    void shouldJudgeHowLongItTakesToBeSure()
    {
        syncNs = 8_000_000;
        requireOnly("advice sync 4 kB in p50 8.0");
        syncNs = 80_000_000;
        requireOnly("bad sync 4 kB in p50 80.");
        syncNs = -1;
        requireOnly("bad sync cannot write to");
    }

    @Test
    void shouldAskForFewerCoresOfALayoutThatShares()
    {
        write("sys/devices/system/cpu/online", "0,1");
        write("sys/devices/system/cpu/isolated", "");
        final HostFiles files = new HostFiles(root);
        assertTrue(new CpuChecks(files, Layout.COMPACT).run().stream()
            .allMatch(finding -> finding.status() == Finding.Status.OK));
        assertTrue(new CpuChecks(files, Layout.BALANCED).run().stream().anyMatch(
            finding -> finding.check().equals("cores") && finding.status() == Finding.Status.ADVICE));
    }

    @Test
    void shouldPrintJson()
    {
        write("proc/sys/net/core/rmem_max", "1");
        final StringWriter text = new StringWriter();
        assertEquals(1, execute(text, "--json", "--layout", "compact"));
        final JsonNode checks = new JsonMapper().readTree(text.toString()).get("checks");
        assertEquals(15, checks.size());
        JsonNode found = null;
        for (final JsonNode check : checks)
        {
            found = check.get("check").asString().equals("rmem_max") ? check : found;
        }
        assertEquals("bad", found.get("status").asString());
        assertEquals("sysctl -w net.core.rmem_max=2097152", found.get("change").asString());
        assertFalse(found.get("why").asString().isEmpty());
    }

    @Test
    void shouldAskForWhatAConfigurationAsksFor() throws IOException
    {
        final Path config = root.resolve("engine.yaml");
        Files.writeString(config, "name: plant\nlayout: dedicated\ndata-dir: data\nsources:\n" +
            "  - {name: field, udp: \"127.0.0.1:9010\", receive-buffer: 8MiB}\n");
        final StringWriter text = new StringWriter();
        assertEquals(1, execute(text, "--config", config.toString()), text::toString);
        assertTrue(text.toString().contains("rmem_max       4194304, sources ask for 8388608"), text::toString);
        assertTrue(text.toString().contains("layout dedicated"), text::toString);
        text.getBuffer().setLength(0);
        Files.writeString(config, "name: [plant\n");
        assertEquals(2, execute(text, "--config", config.toString()), text::toString);
        assertEquals(2, execute(text, "--config", root.resolve("nowhere.yaml").toString()));
        assertEquals(2, execute(text, "--layout", "none"));
    }

    @Test
    void shouldForceBlocksForAWhileAndLeaveNothing() throws IOException
    {
        final AtomicLong clock = new AtomicLong();
        final Histogram times = new SyncProbe(() -> clock.getAndAdd(1_000_000), 5_000_000).measure(root);
        assertEquals(5, times.getTotalCount());
        assertEquals(1_000_000, times.getMaxValue(), 1_000);
        assertEquals(1, new SyncProbe(() -> clock.getAndAdd(1_000_000), 0).measure(root).getTotalCount());
        try (Stream<Path> files = Files.list(root))
        {
            assertTrue(files.noneMatch(file -> file.getFileName().toString().startsWith("tailrace-doctor-")));
        }
        assertThrows(IOException.class, () -> new SyncProbe(clock::get, 0).measure(root.resolve("nowhere")));
    }

    private void requireOnly(final String expected)
    {
        final StringWriter text = new StringWriter();
        final int exitCode = execute(text, "--layout", "dedicated");
        final List<String> faults = text.toString().lines().filter(line -> !line.startsWith("ok ")).toList();
        assertEquals(1, faults.size(), text::toString);
        final String line = faults.get(0).replaceAll(" +", " ");
        assertTrue(line.startsWith(expected), line);
        assertTrue(line.matches(".* -> .+ \\(.+\\)"), line);
        assertEquals(expected.startsWith("bad") ? 1 : 0, exitCode);
    }

    private int execute(final StringWriter text, final String... args)
    {
        final PrintWriter writer = new PrintWriter(text, true);
        final String[] all = Stream.concat(Stream.of("--dir", "data"), Stream.of(args)).toArray(String[]::new);
        return new CommandLine(new DoctorCommand(
            new HostFiles(root),
            path -> volumes.getOrDefault(path.getFileName().toString(), Volumes.Volume.NONE),
            dir -> times()))
            .setCaseInsensitiveEnumValuesAllowed(true).setOut(writer).setErr(writer).execute(all);
    }

    private Histogram times() throws IOException
    {
        if (syncNs < 0)
        {
            throw new IOException("read-only");
        }
        final Histogram times = LatencyTable.newHistogram();
        times.recordValueWithCount(syncNs, 10);
        return times;
    }

    private void write(final String path, final String contents)
    {
        try
        {
            final Path file = root.resolve(path);
            Files.createDirectories(file.getParent());
            Files.writeString(file, contents);
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }
}
