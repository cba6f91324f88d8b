package io.tailrace.perf.certify;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

import io.tailrace.perf.ModeCost;
import io.tailrace.perf.report.RunManifest;
import io.tailrace.perf.report.Spread;
import io.tailrace.perf.report.Verdict;

/**
 * What a trial has found, for people as it goes on, and the same as JSON at its end.
 * <p>
 * Threading: one thread.
 */
final class CertifyReport
{
    private static final int NOT_COVERED = 2;
    private static final double NS_PER_MS = 1e6;
    private static final double NS_PER_S = 1e9;
    private static final String WINDOW = "window.";
    private static final String SINK = "sink.";

    private final PrintWriter text;
    private final Map<String, Object> json = new LinkedHashMap<>();
    private final List<Map<String, Object>> kills = new ArrayList<>();
    private final Verdict verdict = new Verdict();

    /** @param text takes lines at once. */
    CertifyReport(final PrintWriter text)
    {
        this.text = text;
    }

    /** Begins with what the trial is, each setting by its name. */
    void begin(final Map<String, Object> settings, final Path dir)
    {
        json.put("settings", settings);
        text.println("certify: " + settings.entrySet().stream()
            .map(setting -> setting.getKey() + " " + setting.getValue()).collect(Collectors.joining(", ")));
        say("run directory " + dir);
    }

    /** A kill, as it was found afterwards. */
    void onKill(final int number, final KillPhase meant, final KillEvidence evidence)
    {
        final List<String> hit = evidence.phases().stream().map(KillPhase::text).toList();
        final Map<String, Object> kill = new LinkedHashMap<>();
        kill.put("number", number);
        kill.put("meant", meant.text());
        kill.put("hit", hit);
        kills.add(kill);
        say(String.format("kill %3d  meant for %-20s hit %s",
            number, meant.text(), hit.isEmpty() ? "nothing" : String.join(", ", hit)));
    }

    /** A line that is shown at once. */
    void say(final String line)
    {
        text.println(line);
        text.flush();
    }

    /** The end of a trial that could not be brought to its end. */
    void fail(final String reason)
    {
        verdict.require(false, reason);
    }

    /** The kills of engines by phases. */
    void phases(final KillRun run, final int perPhase)
    {
        text.println();
        final Map<String, Object> phases = new LinkedHashMap<>();
        final Map<String, Object> evidence = new LinkedHashMap<>();
        run.hits().forEach((phase, hits) ->
        {
            text.printf("%-22s %3d kills  (%s)%n", phase.text(), hits, phase.evidence());
            phases.put(phase.text(), hits);
            evidence.put(phase.text(), phase.evidence());
            verdict.require(
                hits >= perPhase, phase.text() + ": " + hits + " kills, expected at least " + perPhase);
        });
        final int inNone = run.killsSent() - run.hits().values().stream().mapToInt(Integer::intValue).sum();
        text.printf("%-22s %3d kills  (not counted)%n", "no phase", inNone);
        json.put("kills", run.killsSent());
        json.put("killsPerPhase", phases);
        json.put("killsOfNoPhase", inNone);
        json.put("evidence", evidence);
    }

    /** The kills of the database's server. */
    void databaseKills(final int sent, final int withSink, final int wanted)
    {
        text.printf("%-22s %3d kills  (%d of them while a sink was connected)%n", "PostgreSQL", sent, withSink);
        json.put("databaseKills", sent);
        json.put("databaseKillsWithSink", withSink);
        verdict.require(sent >= wanted, "PostgreSQL: " + sent + " kills, expected " + wanted);
    }

    /** What the counter has counted. */
    void counted(final CounterRun counted)
    {
        text.printf("events     sent %d, acknowledged %d, journalled %d, of them again after a resend %d%n",
            counted.number("sent"), counted.number("acknowledged"), counted.number("journalled"),
            counted.number("journalledAgain"));
        text.printf("judged     accepted %d, duplicate %d, rejected %d, late %d, devices put in quarantine %d%n",
            counted.number("accepted"), counted.number("duplicates"), counted.number("rejected"),
            counted.number("late"), counted.number("quarantined"));
        text.printf("results    %d, of them %d of windows%s%n",
            counted.number("results"), counted.number("windowResults"),
            counted.exitCode() == 0 ? ", each equal to the model's" : "");
        counted.numbers().forEach((name, number) ->
        {
            if (name.startsWith(WINDOW))
            {
                text.printf("window     %s: %d results%s%n", name.substring(WINDOW.length()), number,
                    number == 0 ? "; nothing is proven of it" : "");
            }
            if (name.startsWith(SINK))
            {
                text.printf("sink       %s: %d lines or rows%n", name.substring(SINK.length()), number);
            }
        });
        text.printf("lost %d, duplicated %d, wrong %d%n",
            counted.number("lost"), counted.number("duplicated"), counted.number("wrong"));
        counted.faults().forEach(fault -> text.println("  " + fault));
        json.put("numbers", counted.numbers());
        json.put("faults", counted.faults());
        verdict.require(counted.exitCode() == 0,
            counted.exitCode() == NOT_COVERED ? "the counter does not cover this run" : "faults");
        verdict.require(counted.number("acknowledged") > 0 && counted.number("windowResults") > 0,
            "nothing was acknowledged, or no window fired: nothing is proven");
        verdict.requireEqual(counted.number("sent"), counted.number("acknowledged"), "acknowledged");
    }

    /** How long starts and recoveries took, and the trial itself. */
    void times(final List<Long> readyAfterNs, final LifecycleTimes lifecycle, final long killNs, final long countNs)
    {
        final Map<String, Object> recovery = new LinkedHashMap<>();
        final double[] ready = readyAfterNs.stream().mapToDouble(ns -> ns / NS_PER_MS).toArray();
        spread("process start to ready", ready, recovery);
        spread("recovery (restore and replay)",
            lifecycle.durationMs().stream().mapToDouble(Double::doubleValue).toArray(), recovery);
        json.put("recovery", recovery);
        text.printf(Locale.ROOT, "kills took %.1f s, the count %.1f s%n", killNs / NS_PER_S, countNs / NS_PER_S);
        json.put("killSeconds", killNs / NS_PER_S);
        json.put("countSeconds", countNs / NS_PER_S);
    }

    /** What exactly-once costs. */
    void cost(final ModeCost cost)
    {
        final Map<String, Object> map = new LinkedHashMap<>(cost.conditions());
        text.println("cost, of " + cost.conditionsText() + ":");
        cost.comparisons().forEach(comparison ->
        {
            text.println("  " + comparison.name() + ": " + comparison.text());
            map.put(comparison.name(), comparison.toMap());
        });
        json.put("modeCost", map);
        verdict.addAll(cost.verdict());
    }

    /** Why nothing is said of what exactly-once costs. */
    void noCost(final String reason)
    {
        text.println("cost of exactly-once against weaker modes: not measured, " + reason);
        json.put("modeCost", Map.of("notMeasured", reason));
    }

    /** Whether nothing has failed so far. */
    boolean isPass()
    {
        return verdict.isPass();
    }

    /**
     * Prints the verdict and writes the JSON.
     *
     * @param file null: nowhere.
     * @param kept directories that are kept.
     */
    void end(final Path file, final List<Path> kept) throws IOException
    {
        say(verdict.toString());
        kept.forEach(dir -> say("kept: " + dir));
        if (file != null)
        {
            final RunManifest manifest = RunManifest.describe(Path.of("")).verdict(verdict);
            json.forEach(manifest::put);
            manifest.put("killLog", kills);
            manifest.put("kept", kept.stream().map(Path::toString).toList());
            Files.writeString(file, manifest.toJson());
        }
    }

    private void spread(final String name, final double[] millis, final Map<String, Object> recovery)
    {
        if (millis.length > 0)
        {
            final Spread spread = Spread.of(millis);
            text.println(name + ", ms: median (min-max) " + spread.text(0));
            recovery.put(name + ", ms", spread);
        }
    }
}
