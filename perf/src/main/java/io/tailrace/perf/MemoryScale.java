package io.tailrace.perf;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.tailrace.engine.config.MemoryEstimate;
import io.tailrace.perf.StateMemory.Kind;
import io.tailrace.perf.report.Bar;
import io.tailrace.perf.report.Comparison;
import io.tailrace.perf.report.Report;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Bytes of a device, a key, a pane in the block of its key and one outside of it, as {@code check} states them and as
 * they are: the difference of two cores that differ in them alone, divided by how many there are. Each number of
 * devices has a JVM of its own.
 * <p>
 * All of the child's heap is resident from the start, so that what else becomes resident is off-heap; and large pieces
 * of memory go back to the system when they are freed, so that the next core does not find them.
 */
final class MemoryScale
{
    private static final long MIB = 1 << 20;
    private static final int HEAP_BYTES_PER_DEVICE = 1_000;
    private static final int MIN_HEAP_MIB = 256;
    /** Beyond what is stated are pages that are not used whole, and what the JVM takes meanwhile. */
    private static final Bar STATED = Bar.atMost(1.05);
    /** With fewer, a megabyte of the JVM's own is more than a tenth of a block. */
    private static final int MIN_JUDGED = 100_000;
    private static final long HEAP_STATED = MemoryEstimate.Part.BLOCK_TABLES.length();
    private static final int PANES_APART = MemoryEstimate.MAX_INLINE_PANES - 1;
    private static final Map<String, String> ENVIRONMENT = Map.of("MALLOC_MMAP_THRESHOLD_", "131072");

    private final int devices;
    private final JsonNode measured;

    private MemoryScale(final int devices, final JsonNode measured)
    {
        this.devices = devices;
        this.measured = measured;
    }

    /**
     * Measures in a JVM of its own, and adds what it finds.
     *
     * @param devices how many, which are as many keys.
     * @param engine  where data directories are made, and the layout.
     */
    static void measure(final int devices, final EngineOptions engine, final PrintWriter text, final Report report)
    {
        try (ScratchDirectory scratch = ScratchDirectory.create(engine.dir(), MIB))
        {
            final Path to = scratch.path().resolve("memory.json");
            final Path output = scratch.path().resolve("output.txt");
            final int exitCode = ChildRun.withFlags(
                ProcessBuilder.Redirect.to(output.toFile()), flags(devices), ENVIRONMENT).run(List.of(
                    "memory-of",
                    "--devices", String.valueOf(devices),
                    "--to", to.toString(),
                    "--layout", engine.layout().name().toLowerCase(Locale.ROOT),
                    "--dir", engine.dir().toString()));
            if (!Files.exists(to))
            {
                report.verdict().require(false, "memory of " + devices + " devices: exit code " + exitCode + ": " +
                    Files.readString(output));
                return;
            }
            final JsonNode measured = new JsonMapper().readTree(to.toFile());
            final String verdict = measured.get(MemoryCommand.VERDICT).asString();
            report.verdict().require(exitCode == 0, "memory of " + devices + " devices: " + verdict);
            new MemoryScale(devices, measured).addTo(text, report);
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
        catch (final InterruptedException ex)
        {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", ex);
        }
    }

    /** Room for the tables of all blocks, several times over while they grow. */
    static List<String> flags(final int devices)
    {
        final String heap = Math.max(MIN_HEAP_MIB, (long)HEAP_BYTES_PER_DEVICE * devices / MIB) + "m";
        return List.of(
            "-Xms" + heap, "-Xmx" + heap, "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
    }

    private void addTo(final PrintWriter text, final Report report)
    {
        text.printf(
            "%n%-42s %12s %12s %12s %12s %12s%n",
            "memory of " + devices + " devices, bytes",
            "stated",
            "off-heap",
            "reserved",
            "heap stated",
            "heap");
        addUnit(text, report, "device", Kind.DEVICES, Kind.NOTHING, "stated-device", 0, 1);
        addUnit(
            text, report, "device, 256 ids", Kind.DEVICES_WITH_IDS, Kind.NOTHING, "stated-device", 0, 1);
        addUnit(text, report, "key, 4 panes in its block", Kind.KEYS, Kind.DEVICES, "stated-key", 0, 1);
        addUnit(
            text, report, "pane in a block", Kind.KEYS, Kind.KEYS_OF_ONE_PANE, "stated-key",
            stated(Kind.KEYS_OF_ONE_PANE, "stated-key"), PANES_APART);
        addUnit(
            text, report, "pane outside of it", Kind.OVERFLOW_PANES, Kind.KEYS, "stated-overflow-pane", 0, 1);
        final Map<String, Object> process = new LinkedHashMap<>();
        process.put("devices", devices);
        process.put("stated-total", measured.get(MemoryCommand.STATED).asLong());
        measured.get(MemoryCommand.PROCESS).properties().forEach(
            entry -> process.put(entry.getKey(), entry.getValue().asLong()));
        report.row("memory-processes", process);
        report.figure("process with J1 of " + devices + " devices, MiB", String.format(
            Locale.ROOT,
            "off-heap %.1f, heap used %.1f, direct buffers %.1f, resident of files %.1f, shared %.1f; " +
            "stated of state and rings %.1f",
            mib(process, "off-heap"),
            mib(process, "heap-used"),
            mib(process, "direct-buffers"),
            mib(process, "resident-file"),
            mib(process, "resident-shared"),
            mib(process, "stated-total")));
    }

    private void addUnit(
        final PrintWriter text,
        final Report report,
        final String unit,
        final Kind with,
        final Kind without,
        final String statedName,
        final long statedBefore,
        final int unitsPerDevice)
    {
        final double units = (double)devices * unitsPerDevice;
        final double stated = (double)(stated(with, statedName) - statedBefore) / unitsPerDevice;
        final double offHeap = difference(with, without, "off-heap") / units;
        final double heap = difference(with, without, "heap") / units;
        // A pane in a block has no line of its own in the tables of blocks.
        final long heapStated = unitsPerDevice == 1 ? HEAP_STATED : 0;
        final Map<String, Object> row = new LinkedHashMap<>();
        row.put("devices", devices);
        row.put("unit", unit);
        row.put("stated", stated);
        row.put("off-heap", offHeap);
        row.put("reserved", difference(with, without, "reserved") / units);
        row.put("heap-stated", heapStated);
        row.put("heap", heap);
        report.row("memory", row);
        text.printf(
            Locale.ROOT,
            "%-42s %12.1f %12.1f %12.1f %12d %12.1f%n",
            unit, stated, offHeap, difference(with, without, "reserved") / units, heapStated, heap);
        text.flush();
        final Bar bar = devices >= MIN_JUDGED ? STATED : Bar.NONE;
        final String suffix = " of a " + unit + " against stated, " + devices + " devices";
        report.compare(Comparison.of(
            "off-heap bytes" + suffix, new double[]{offHeap}, new double[]{stated}, bar));
        if (heapStated > 0)
        {
            report.compare(Comparison.of(
                "heap bytes" + suffix, new double[]{heap}, new double[]{heapStated}, bar));
        }
    }

    private long stated(final Kind kind, final String name)
    {
        return measured.get(MemoryCommand.STATE).get(kind.name()).get(name).asLong();
    }

    private double difference(final Kind with, final Kind without, final String name)
    {
        return stated(with, name) - stated(without, name);
    }

    private static double mib(final Map<String, Object> process, final String name)
    {
        return (double)(long)process.get(name) / MIB;
    }
}
