package io.tailrace.perf;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.config.Layout;
import io.tailrace.perf.report.RunDirectory;
import io.tailrace.perf.report.RunManifest;
import io.tailrace.perf.report.Spread;
import io.tailrace.perf.report.Verdict;
import io.tailrace.perf.workload.ReferenceWorkload;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code throughput}: the reference job against raw recording and the plain loop, interleaved.
 */
@Command(
    name = "throughput",
    description = "Job J1 as fast as it goes, against raw recording and a plain loop, interleaved in one run.",
    mixinStandardHelpOptions = true)
final class ThroughputCommand implements Callable<Integer>
{
    private static final double MILLION = 1e6;
    private static final double SHOWN_CPU_NS = 0.05;
    private static final int GENERATOR_CLAIMS = 200_000;

    @Spec
    private CommandSpec spec;

    @Option(names = "--pairs", defaultValue = "5", description = "Repetitions (default: ${DEFAULT-VALUE}).")
    private int pairs;

    @Option(
        names = "--seconds",
        defaultValue = "5",
        description = "How long Tailrace is fed in each repetition (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
        names = "--warmup",
        defaultValue = "5",
        description = "The same for the first repetition, which is discarded (default: ${DEFAULT-VALUE}).")
    private int warmup;

    @Option(
        names = "--max-events",
        defaultValue = "50000000",
        description = "Bound on the events of a repetition, 64 bytes of disk each (default: ${DEFAULT-VALUE}).")
    private long maxEvents;

    @Option(names = "--seed", defaultValue = "1", description = "Of the workload (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
        names = "--layout",
        defaultValue = "compact",
        description = "Of the engine's threads: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Layout layout;

    @Option(
        names = "--dir",
        defaultValue = "${sys:java.io.tmpdir}",
        description = "Where data directories are made and deleted (default: ${DEFAULT-VALUE}).")
    private Path dir;

    @Option(names = "--out", description = "Where the manifest with all figures is saved (default: nowhere).")
    private Path out;

    @Override
    public Integer call()
    {
        if (pairs < 1 || seconds < 1 || warmup < 0 || maxEvents < ReferenceJob.CLAIM)
        {
            throw new ParameterException(
                spec.commandLine(), "expected --pairs >= 1, --seconds >= 1, --warmup >= 0, --max-events >= 20");
        }
        final RunDirectory runDirectory = LatencyCommand.runDirectory(out, spec);
        final RunManifest manifest = RunManifest.describe(Path.of("")).put("workload", workload());
        final PrintWriter text = spec.commandLine().getOut();
        text.println("J1, exactly-once, against raw recording and the plain loop: " + pairs + " interleaved pairs");
        text.println(manifest.summary());
        text.println(manifest.get("workload"));
        text.println(ReferenceJob.LEFT_OUT);

        final ThroughputRig rig = new ThroughputRig(new ThroughputRig.Settings(seed, dir, maxEvents, layout));
        final Verdict verdict = new Verdict();
        if (warmup > 0)
        {
            verdict.addAll(rig.runPair(TimeUnit.SECONDS.toNanos(warmup)).verdict());
        }
        final List<ThroughputRig.Pair> done = new ArrayList<>();
        text.printf("%n%-5s %12s %14s %14s %14s %7s %7s  %s%n",
            "pair", "events", "(a) tailrace", "(b) raw", "(c) plain", "a/b", "a/c", "(events/s)");
        for (int i = 1; i <= pairs; i++)
        {
            final ThroughputRig.Pair pair = rig.runPair(TimeUnit.SECONDS.toNanos(seconds));
            done.add(pair);
            verdict.addAll(pair.verdict());
            print(text, i, pair);
        }
        final Map<String, Object> figures = figures(done);
        text.println();
        figures.forEach((name, value) -> text.printf("%-58s %s%n", name, value));
        text.printf(Locale.ROOT, "%-58s %.1f%n", "making one event, ns (in (a)'s publisher and in (c))",
            rig.generatorNs(GENERATOR_CLAIMS));
        text.println(verdict);
        text.flush();
        if (null != runDirectory)
        {
            runDirectory.saveManifest(manifest.verdict(verdict).put("figures", figures).put("pairs", rows(done)));
        }
        return verdict.isPass() ? 0 : 1;
    }

    private Map<String, Object> workload()
    {
        final Map<String, Object> workload = new LinkedHashMap<>();
        workload.put("job", "J1");
        workload.put("devices", ReferenceWorkload.DEVICES);
        workload.put("disorder-ns", ReferenceWorkload.DISORDER_NS);
        workload.put("events-per-second-of-event-time", ReferenceJob.EVENT_RATE);
        workload.put("window-ns", ReferenceJob.WINDOW_NS);
        workload.put("claim", ReferenceJob.CLAIM);
        workload.put("seed", seed);
        workload.put("layout", layout.name());
        workload.put("seconds", seconds);
        workload.put("warmup-seconds", warmup);
        workload.put("max-bytes", maxEvents * MessageLayout.SLOT_LENGTH);
        workload.put("checksums", true);
        workload.put("purge", "none");
        workload.put("left-out", ReferenceJob.LEFT_OUT);
        return workload;
    }

    private static void print(final PrintWriter text, final int number, final ThroughputRig.Pair pair)
    {
        text.printf(Locale.ROOT, "%-5d %12d %14.0f %14.0f %14.0f %7.3f %7.3f  %s%n",
            number,
            pair.events(),
            pair.tailraceRate(),
            pair.rawRate(),
            pair.plainRate(),
            pair.tailraceRate() / pair.rawRate(),
            pair.tailraceRate() / pair.plainRate(),
            pair.verdict());
        text.flush();
    }

    private static Map<String, Object> figures(final List<ThroughputRig.Pair> pairs)
    {
        final Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("(a) tailrace, M events/s: median (min-max)",
            spread(pairs, pair -> pair.tailraceRate() / MILLION).text(2));
        figures.put("(b) raw recording, M events/s", spread(pairs, pair -> pair.rawRate() / MILLION).text(2));
        figures.put("(c) plain loop, M events/s", spread(pairs, pair -> pair.plainRate() / MILLION).text(2));
        figures.put("ratio of pairs (a)/(b)",
            spread(pairs, pair -> pair.tailraceRate() / pair.rawRate()).text(3));
        figures.put("ratio of pairs (a)/(c)",
            spread(pairs, pair -> pair.tailraceRate() / pair.plainRate()).text(3));
        final double tailrace = spread(pairs, ThroughputRig.Pair::tailraceRate).median();
        figures.put("ratio of medians (a)/(b)", String.format(
            Locale.ROOT, "%.3f", tailrace / spread(pairs, ThroughputRig.Pair::rawRate).median()));
        figures.put("ratio of medians (a)/(c)", String.format(
            Locale.ROOT, "%.3f", tailrace / spread(pairs, ThroughputRig.Pair::plainRate).median()));
        figures.put("ring full, times per M events",
            spread(pairs, pair -> pair.backPressured() * MILLION / pair.events()).text(1));
        final Map<String, Boolean> threads = new TreeMap<>();
        pairs.forEach(pair -> pair.cpuNs().forEach((name, ns) -> threads.put(name, true)));
        for (final String name : threads.keySet())
        {
            final Spread spread =
                spread(pairs, pair -> (double)pair.cpuNs().getOrDefault(name, 0L) / pair.events());
            if (spread.max() >= SHOWN_CPU_NS)
            {
                figures.put("cpu ns/event " + name, spread.text(1));
            }
        }
        return figures;
    }

    private static List<Map<String, Object>> rows(final List<ThroughputRig.Pair> pairs)
    {
        final List<Map<String, Object>> rows = new ArrayList<>();
        for (final ThroughputRig.Pair pair : pairs)
        {
            final Map<String, Object> row = new LinkedHashMap<>();
            row.put("events", pair.events());
            row.put("tailrace-ns", pair.tailraceNs());
            row.put("raw-ns", pair.rawNs());
            row.put("plain-ns", pair.plainNs());
            row.put("digest", pair.digest().toString());
            row.put("verdict", pair.verdict().toString());
            rows.add(row);
        }
        return rows;
    }

    private static Spread spread(
        final List<ThroughputRig.Pair> pairs, final ToDoubleFunction<ThroughputRig.Pair> figure)
    {
        return Spread.of(pairs.stream().mapToDouble(figure).toArray());
    }
}
