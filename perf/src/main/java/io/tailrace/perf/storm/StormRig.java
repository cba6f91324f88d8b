package io.tailrace.perf.storm;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import io.tailrace.archive.DataDirectory;
import io.tailrace.archive.journal.LiveRecording;
import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.Engine;
import io.tailrace.perf.Control;
import io.tailrace.perf.RunErrors;
import io.tailrace.perf.ScratchDirectory;
import io.tailrace.perf.report.Report;
import io.tailrace.perf.report.ResidentMemory;
import io.tailrace.perf.workload.ArrivalSchedule;
import org.HdrHistogram.Histogram;
import org.agrona.CloseHelper;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.BackoffIdleStrategy;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Lets a storm happen, and asks afterwards whether anything was lost.
 * <pre>
 *   sender of backlog  --\                                         --&gt; results log --&gt; subscriber (this process)
 *   sender of live     ---&gt; engine, a process as run CONFIG is it --&lt;
 *   sender of critical --/                                         --&gt; journal --&gt; replay, compared byte for byte
 * </pre>
 * Threading: the calling thread drives, and looks at everything once a second.
 */
public final class StormRig
{
    private static final String ENGINE = "engine";
    private static final int SPARE = 3;
    private static final long CONNECT_NS = TimeUnit.SECONDS.toNanos(3);
    private static final long START_DELAY_NS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long SETTLE_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(60);
    private static final long POLL_NS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long READER_PARK_NS = TimeUnit.MICROSECONDS.toNanos(50);
    private static final long NEVER_OVER_S = 1_000_000;
    private static final int LINE_SECONDS = 5;
    private static final double PERCENT = 100;

    private final StormPlan plan;
    private final PrintWriter text;
    private final StormRun run = new StormRun();
    private final RunErrors errors = new RunErrors();
    private final Map<String, SenderProcess> senders = new LinkedHashMap<>();
    private EngineProcess engine;
    private CriticalLatency latency;

    /**
     * @param plan of the storm.
     * @param text for what is to be seen before the end.
     */
    public StormRig(final StormPlan plan, final PrintWriter text)
    {
        this.plan = plan;
        this.text = text;
    }

    /**
     * Runs once.
     *
     * @return what was measured, and the verdict.
     * @throws IllegalStateException if a process does not start or ends by itself, or the storm has no end.
     */
    public Report run()
    {
        final Report report = new Report();
        try (ScratchDirectory scratch =
            ScratchDirectory.create(plan.dir(), SPARE * plan.mostReadings() * MessageLayout.SLOT_LENGTH))
        {
            final Path dir = scratch.path();
            final Path config = StormConfig.write(plan, dir);
            try
            {
                run(report, dir, config);
            }
            finally
            {
                CloseHelper.quietCloseAll(new ArrayList<>(senders.values()));
                CloseHelper.quietClose(engine);
            }
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
        return report;
    }

    private void run(final Report report, final Path dir, final Path config) throws IOException, InterruptedException
    {
        engine = EngineProcess.start(dir, ENGINE, config, plan.allDevices(), false);
        engine.awaitReady();
        final long plannedNs = System.nanoTime() + CONNECT_NS;
        startSenders(dir, TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()) + CONNECT_NS);
        final long startNs = Math.max(plannedNs, System.nanoTime() + START_DELAY_NS);
        final SenderProcess critical = senders.get(StormPlan.CRITICAL);
        latency = new CriticalLatency(critical.fleet(), new ArrivalSchedule(
            startNs, plan.criticalRate(), plan.criticalRate() * NEVER_OVER_S));

        final Map<String, SenderReport> reports;
        final LedgerCounts ledger;
        try (LiveRecording live = LiveRecording.open(dir.resolve("data"), Engine.RESULTS, 0, errors);
            AgentRunner reader = new AgentRunner(
                new BackoffIdleStrategy(10, 10, 1_000, READER_PARK_NS),
                errors,
                null,
                new CriticalReader(live, System::nanoTime, latency)))
        {
            AgentRunner.startOnThread(reader);
            phases(startNs);
            reports = endSenders();
            ledger = awaitLedger(reports);
            await(() -> latency.count() >= reports.get(StormPlan.CRITICAL).readings());
        }
        for (final Phase phase : StormRun.RECORDED)
        {
            run.onRest(phase, latency.takeInterval(phase));
        }
        report.verdict().requireEqual(0, engine.stop(), "exit code of the engine");
        engine.close();
        run.onCollections(HeapLog.read(EngineProcess.heapLog(dir, ENGINE)));
        say("read the results, and replay the journal");
        final ResultCount results =
            ResultCount.of(dir.resolve("data"), critical.fleet(), StormConfig.WINDOW_NS);
        final long compared = replay(report, dir, config);
        errors.check(report.verdict());
        text.println();
        text.print(run.table(reports));
        run.addTo(report, plan.readings());
        say("judge");
        new Aftermath(plan, dir, config, fleets(), reports, ledger, results, latency.count(), compared).judge(report);
    }

    private void startSenders(final Path dir, final long originNs) throws IOException
    {
        final List<Fleet> fleets =
            List.of(plan.backlogFleet(originNs), plan.liveFleet(originNs), plan.criticalFleet(originNs));
        final String aeronDir =
            plan.isAeron() ? DataDirectory.recordedAeronDirectoryName(dir.resolve("data")) : "";
        for (int source = 0; source < fleets.size(); source++)
        {
            final String name = StormConfig.name(source);
            senders.put(name, SenderProcess.start(dir, new SenderSettings(
                name,
                StormConfig.destination(plan, source, engine),
                StormConfig.answers(plan, source),
                aeronDir,
                fleets.get(source),
                plan.perDatagram(),
                false,
                name.equals(StormPlan.BACKLOG))));
        }
        for (final SenderProcess sender : senders.values())
        {
            sender.awaitReady();
        }
    }

    private void phases(final long startNs) throws IOException
    {
        final SenderProcess backlog = senders.get(StormPlan.BACKLOG);
        senders.get(StormPlan.LIVE).schedule(startNs, plan.liveDevices());
        senders.get(StormPlan.CRITICAL).schedule(startNs, plan.criticalRate());
        backlog.release(plan.rehearsalReadings());
        say("warm-up");
        awaitTime(startNs + TimeUnit.SECONDS.toNanos(plan.warmupSeconds()));
        awaitSettled(backlog, plan.rehearsalReadings());

        lasting(Phase.QUIET, plan.quietSeconds());
        storm(backlog);
        lasting(Phase.AFTER, plan.afterSeconds());
    }

    private void lasting(final Phase phase, final int seconds) throws IOException
    {
        say(phase.toString());
        final long beginNs = begin(phase);
        try (Control control = Control.start())
        {
            for (int second = 1; second <= seconds; second++)
            {
                awaitTime(beginNs + second * SECOND_NS);
                onSecond(phase);
            }
            run.onControl(phase, control);
        }
    }

    private void storm(final SenderProcess backlog) throws IOException
    {
        final long all = plan.rehearsalReadings() + plan.readings();
        final long beginNs = begin(Phase.STORM);
        try (Control control = Control.start())
        {
            backlog.release(plan.readings());
            int seconds = 0;
            while (!backlog.hasSettled(all))
            {
                if (System.nanoTime() - beginNs - (seconds + 1) * SECOND_NS >= 0)
                {
                    seconds++;
                    onStormSecond(backlog, seconds);
                }
                if (seconds >= plan.maxStormSeconds())
                {
                    throw new IllegalStateException("the storm was not over after " + seconds + " s: " +
                        backlog.progress() + " of " + all);
                }
                LockSupport.parkNanos(POLL_NS);
            }
            run.onStormEnd(System.nanoTime() - beginNs);
            run.onControl(Phase.STORM, control);
        }
    }

    private void onStormSecond(final SenderProcess backlog, final int seconds) throws IOException
    {
        final long settled =
            Math.min(plan.readings(), Math.max(0, backlog.progress().settled() - plan.rehearsalReadings()));
        run.onSettled(settled);
        final ResidentMemory resident = onSecond(Phase.STORM);
        if (seconds % LINE_SECONDS == 0)
        {
            say(String.format(
                Locale.ROOT,
                "storm, %d s: %,d of %,d acknowledged (%.1f %%), %,d/s; engine %s",
                seconds,
                settled,
                plan.readings(),
                PERCENT * settled / plan.readings(),
                settled / seconds,
                resident));
        }
    }

    private long begin(final Phase phase) throws IOException
    {
        // What the recorder calls its begin.
        latency.takeInterval(phase);
        final long nowNs = System.nanoTime();
        latency.begin(phase, nowNs);
        run.onBegin(phase, nowNs);
        senders.get(StormPlan.LIVE).begin(phase);
        senders.get(StormPlan.CRITICAL).begin(phase);
        return nowNs;
    }

    private ResidentMemory onSecond(final Phase phase) throws IOException
    {
        engine.requireAlive();
        final ResidentMemory resident = ResidentMemory.of(engine.pid());
        final Histogram interval = latency.takeInterval(phase);
        run.onSecond(phase, interval, resident);
        return resident;
    }

    /** Those on a schedule first; the last one ends the input. */
    private Map<String, SenderReport> endSenders() throws IOException, InterruptedException
    {
        final Map<String, SenderReport> reports = new LinkedHashMap<>();
        senders.get(StormPlan.LIVE).end();
        senders.get(StormPlan.CRITICAL).end();
        final SenderReport live = senders.get(StormPlan.LIVE).awaitReport();
        final SenderReport critical = senders.get(StormPlan.CRITICAL).awaitReport();
        senders.get(StormPlan.BACKLOG).end();
        reports.put(StormPlan.BACKLOG, senders.get(StormPlan.BACKLOG).awaitReport());
        reports.put(StormPlan.LIVE, live);
        reports.put(StormPlan.CRITICAL, critical);
        return reports;
    }

    /** Until everything that was sent has an outcome, or as long as that may take. */
    private LedgerCounts awaitLedger(final Map<String, SenderReport> reports) throws IOException, InterruptedException
    {
        final long sent = reports.values().stream().mapToLong(SenderReport::readings).sum();
        final long deadlineNs = System.nanoTime() + SETTLE_TIMEOUT_NS;
        LedgerCounts ledger = engine.ledger();
        while ((ledger.allSources("received") < sent || ledger.allSources("in-flight") > 0) &&
            System.nanoTime() - deadlineNs < 0)
        {
            LockSupport.parkNanos(POLL_NS);
            ledger = engine.ledger();
        }
        return ledger;
    }

    /** @return results that were compared with those of before, byte for byte; a difference ends the engine. */
    private long replay(final Report report, final Path dir, final Path config)
        throws IOException, InterruptedException
    {
        final long beforeNs = System.nanoTime();
        engine = EngineProcess.start(dir, "replay", config, plan.allDevices(), true);
        engine.awaitReady();
        report.figure("start with the whole journal replayed, s",
            String.format(Locale.ROOT, "%.1f", (double)(System.nanoTime() - beforeNs) / SECOND_NS));
        report.verdict().requireEqual(0, engine.stop(), "exit code of the engine that has replayed");
        long compared = 0;
        for (final String line : Files.readAllLines(dir.resolve("data").resolve("lifecycle.jsonl")))
        {
            if (line.contains("\"event\":\"recovered\""))
            {
                final JsonNode recovered = JsonMapper.builder().build().readTree(line);
                compared = recovered.path("comparedResults").asLong();
            }
        }
        return compared;
    }

    private Map<String, Fleet> fleets()
    {
        final Map<String, Fleet> fleets = new LinkedHashMap<>();
        senders.forEach((name, sender) -> fleets.put(name, sender.fleet()));
        return fleets;
    }

    private void awaitSettled(final SenderProcess sender, final long count) throws IOException
    {
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(plan.maxStormSeconds());
        while (!sender.hasSettled(count))
        {
            if (System.nanoTime() - deadlineNs > 0)
            {
                throw new IllegalStateException("the rehearsal does not end: " + sender.progress());
            }
            engine.requireAlive();
            LockSupport.parkNanos(POLL_NS);
        }
    }

    private void await(final BooleanSupplier condition)
    {
        final long deadlineNs = System.nanoTime() + SETTLE_TIMEOUT_NS;
        while (!condition.getAsBoolean() && System.nanoTime() - deadlineNs < 0 && !errors.hasError())
        {
            LockSupport.parkNanos(POLL_NS);
        }
    }

    private void awaitTime(final long timeNs)
    {
        while (System.nanoTime() - timeNs < 0)
        {
            LockSupport.parkNanos(Math.min(POLL_NS, timeNs - System.nanoTime()));
        }
    }

    private void say(final String line)
    {
        text.println(line);
        text.flush();
    }
}
