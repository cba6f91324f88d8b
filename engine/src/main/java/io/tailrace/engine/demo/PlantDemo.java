package io.tailrace.engine.demo;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.function.UnaryOperator;

import io.tailrace.codec.RejectReason;
import io.tailrace.engine.config.DeliveryMode;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.EventFilter;
import io.tailrace.engine.config.EventTimeConfig;
import io.tailrace.engine.config.KeyKind;
import io.tailrace.engine.config.LimitsConfig;
import io.tailrace.engine.config.WindowConfig;
import io.tailrace.engine.monitor.LedgerReport;
import io.tailrace.engine.monitor.LedgerRow;

/**
 * Plays the simulated plant to an engine over UDP, reads the results back and compares all of them with the truth.
 */
public final class PlantDemo
{
    /** Readings of a run that does not say how many. */
    public static final long DEFAULT_READINGS = 2_500_000;
    /** Readings a second of a run that does not say how many. */
    public static final double DEFAULT_RATE = 300_000;

    private static final long MAX_SECONDS = 600;
    private static final long MAX_READINGS = 20_000_000;
    private static final long NANOS_PER_MILLI = 1_000_000L;
    private static final int SPARE_DEVICES = 1024;

    private final long seed;
    private final long readings;
    private final double rate;
    private final UnaryOperator<ResultRow> claim;
    private DeliveryMode mode = DeliveryMode.EXACTLY_ONCE;

    /**
     * @param seed     of the plant.
     * @param readings to send, 1 to 20 million.
     * @param rate     readings a second, so that the run takes ten minutes at most.
     */
    public PlantDemo(final long seed, final long readings, final double rate)
    {
        this(seed, readings, rate, UnaryOperator.identity());
    }

    /** @param claim what the truth is said to be where it is a row; tests falsify it. */
    PlantDemo(final long seed, final long readings, final double rate, final UnaryOperator<ResultRow> claim)
    {
        if (readings < 1 || readings > MAX_READINGS)
        {
            throw new DemoException("--events=" + readings + ", expected 1 to " + MAX_READINGS);
        }
        // A plant time that is played for too long would no longer be of the last hour.
        if (!(rate >= (double)readings / MAX_SECONDS && rate < Double.POSITIVE_INFINITY))
        {
            throw new DemoException("--rate=" + rate + ", expected at least " + (readings / MAX_SECONDS + 1) +
                " a second, so that it ends within ten minutes");
        }
        this.seed = seed;
        this.readings = readings;
        this.rate = rate;
        this.claim = claim;
    }

    /** In which mode the engine runs; default: exactly-once. */
    public PlantDemo mode(final DeliveryMode mode)
    {
        this.mode = mode;
        return this;
    }

    /**
     * Runs.
     *
     * @param out      where the report goes.
     * @param dataDir  new or empty directory that stays; null: a new one for temporary files.
     * @param isKept   whether a new one stays.
     * @param progress told now and then how many readings have been sent.
     * @return exit code: 0 if every comparison has passed, 1 if one has failed.
     * @throws DemoException if the directory cannot be used.
     */
    public int run(final PrintWriter out, final Path dataDir, final boolean isKept, final LongConsumer progress)
    {
        final long baseNs = Plant.baseNs(System.currentTimeMillis() * NANOS_PER_MILLI);
        final Plant plant = new Plant(seed, baseNs, readings);
        final DemoReport report = new DemoReport(out, Plant::deviceText, PlantMetric::textOf);
        try (DemoDirectory directory = DemoDirectory.create(dataDir, isKept);
            DemoSession session = new DemoSession(config(plant).toBuilder().mode(mode).build(), directory))
        {
            play(session, plant, progress);
            header(report, session, plant, directory);

            final PlantTruth truth = new PlantTruth(new Plant(seed, baseNs, readings), PlantWindow.ALL);
            final TruthComparison comparison = new TruthComparison(
                () -> claimed(truth.get()), PlantWindow.ALL.stream().map(PlantWindow::name).toList());
            final ResultTotals totals = new ResultTotals(PlantWindow.ALL.size());
            final long startNs = System.nanoTime();
            session.readBack(totals::onResult);
            final long readBackNs = System.nanoTime() - startNs;
            session.readBack(comparison::onResult);
            comparison.onEnd();

            final LedgerReport ledger = session.ledger();
            report.windows(session, totals);
            report.late(session, totals);
            report.rejected(totals, Map.of());
            report.ledger(ledger, session);
            report.speed(session, totals, readBackNs);
            final List<TruthCheck> checks = new ArrayList<>(comparison.checks());
            checks.add(TruthCheck.ofCount("readings received", readings, ledger.received()));
            checks.add(ledgerCheck(expectedLedger(truth), ledger));
            checks.add(TruthCheck.ofCount("unaccounted", 0, ledger.unaccounted()));
            final boolean isPassed =
                report.checks("Against the simulator's own bookkeeping, row by row in order", checks);
            out.println(isPassed ? "PASS" : "FAIL");
            return isPassed ? 0 : 1;
        }
    }

    static EngineConfig config(final Plant plant)
    {
        final EngineConfig.Builder config = EngineConfig.builder()
            .name("demo")
            .limits(LimitsConfig.builder()
                .devices(plant.deviceCount() + SPARE_DEVICES)
                .keys(2 * plant.deviceCount() + SPARE_DEVICES)
                .build())
            .eventTime(EventTimeConfig.builder()
                .outOfOrdernessNs(PlantWindow.OUT_OF_ORDERNESS_NS)
                // However long the machine makes us wait, no window fires because of silence.
                .idleAfterNs(Long.MAX_VALUE)
                .build());
        for (final PlantMetric metric : PlantMetric.values())
        {
            config.metric(metric.text(), metric.id());
        }
        for (final PlantWindow window : PlantWindow.ALL)
        {
            config.window(WindowConfig.tumbling(window.name(), window.sizeNs())
                .allowedLatenessNs(window.latenessNs())
                .key(window.byDevice() ?
                    window.byMetric() ? KeyKind.DEVICE_METRIC : KeyKind.DEVICE :
                    window.byMetric() ? KeyKind.METRIC : KeyKind.ALL)
                .where(EventFilter.ofMetrics(window.metrics().stream().mapToLong(Integer::longValue).toArray()))
                .build());
        }
        return config.build();
    }

    private void play(final DemoSession session, final Plant plant, final LongConsumer progress)
    {
        try
        {
            session.play(
                (buffer, offset) ->
                {
                    final PlantReading reading = plant.next();
                    if (null != reading)
                    {
                        reading.encode(buffer, offset);
                    }
                    return null != reading;
                },
                readings,
                rate,
                seed,
                progress);
        }
        catch (final IOException ex)
        {
            throw new IllegalStateException("cannot send to UDP port " + session.port() + ": " + ex.getMessage(), ex);
        }
    }

    private void header(
        final DemoReport report, final DemoSession session, final Plant plant, final DemoDirectory directory)
    {
        report.line("Tailrace demo, seed %d", seed);
        report.line(
            "  plant     %,d sites with %,d devices: %,d meters, %,d pumps, %,d tanks, %,d weather stations",
            plant.siteCount(),
            plant.deviceCount(),
            plant.deviceCount(PlantKind.METER),
            plant.deviceCount(PlantKind.PUMP),
            plant.deviceCount(PlantKind.TANK),
            plant.deviceCount(PlantKind.STATION));
        report.line(
            "  readings  %,d of %d min %d s of plant time, in %,d datagrams of %d, to UDP %s:%d " +
                "at %,.0f/s or as fast as it takes",
            session.sent(),
            plant.seconds() / 60,
            plant.seconds() % 60,
            session.datagrams(),
            DatagramPlayer.READINGS_PER_DATAGRAM,
            DemoSession.LOOPBACK,
            session.port(),
            rate);
        report.line(
            "  event time in s, ms, us and ns, some detected; out of order up to %s before windows close",
            DemoReport.duration(PlantWindow.OUT_OF_ORDERNESS_NS));
        report.line("  data      %s, %s", directory.path(), directory.isKept() ? "kept" : "deleted at the end");
    }

    private ResultRow claimed(final ResultRow row)
    {
        return null == row ? null : claim.apply(row);
    }

    /** All rows that the ledger must have, and no other. */
    private static Map<String, Long> expectedLedger(final PlantTruth truth)
    {
        final Map<String, Long> rows = new LinkedHashMap<>();
        rows.put("source/field/received", truth.accepted() + truth.rejected());
        rows.put("source/field/accepted", truth.accepted());
        for (final RejectReason reason : RejectReason.values())
        {
            if (truth.rejected(reason.code()) != 0)
            {
                rows.put("source/field/rejected:" + reason.text(), truth.rejected(reason.code()));
            }
        }
        rows.put("source/field/in-flight", 0L);
        rows.put("source/field/unaccounted", 0L);
        rows.put("source/field/warned:old", truth.old());
        rows.put("source/field/kernel-drops", 0L);
        for (int i = 0; i < PlantWindow.ALL.size(); i++)
        {
            final String operator = "operator/" + PlantWindow.ALL.get(i).name() + "/";
            rows.put(operator + "accepted", truth.accepted());
            rows.put(operator + "applied", truth.applied(i));
            rows.put(operator + "filtered", truth.filtered(i));
            rows.put(operator + "late", truth.late(i));
            rows.put(operator + "exhausted:keys-exhausted", 0L);
            rows.put(operator + "exhausted:panes-exhausted", 0L);
            rows.put(operator + "unaccounted", 0L);
        }
        return rows;
    }

    private static TruthCheck ledgerCheck(final Map<String, Long> expected, final LedgerReport ledger)
    {
        final Map<String, Long> missing = new LinkedHashMap<>(expected);
        long differing = 0;
        String difference = "";
        for (final LedgerRow row : ledger.rows())
        {
            final String name = row.scope() + "/" + row.name() + "/" + row.reason();
            final Long count = missing.remove(name);
            if (null == count || count != row.count())
            {
                difference = differing++ == 0 ? name + ": expected " + count + ", found " + row.count() : difference;
            }
        }
        if (!missing.isEmpty() && differing == 0)
        {
            difference = "expected " + missing;
        }
        return new TruthCheck(
            "rows of the ledger", expected.size(), ledger.rows().size(), differing + missing.size(), difference);
    }
}
