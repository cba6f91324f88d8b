package io.tailrace.engine.monitor;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import com.lmax.disruptor.Sequence;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.tailrace.codec.MessageLayout;
import io.tailrace.codec.TimeUnits;
import io.tailrace.engine.admission.QuarantineView;
import io.tailrace.engine.checkpoint.CheckpointCounts;
import io.tailrace.engine.checkpoint.CheckpointView;
import io.tailrace.engine.checkpoint.RecoveryForecast;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.EventTimeConfig;
import io.tailrace.engine.config.SourceConfig;
import io.tailrace.engine.config.WindowConfig;
import io.tailrace.engine.ingress.IngressLedger;
import io.tailrace.engine.operator.OperatorCore;
import io.tailrace.engine.overload.BacklogView;
import io.tailrace.engine.queue.EngineQueues;
import io.tailrace.engine.retention.DiskView;
import io.tailrace.engine.ring.EventRing;
import io.tailrace.engine.ring.ResultsRing;
import io.tailrace.engine.stage.StageView;
import org.HdrHistogram.SingleWriterRecorder;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * One reading in time and one that is old enough to warn, and a quarantine as operators fill it: in the ledger, its
 * texts and the metrics.
 */
class QuarantineReportTest
{
    private static final long START_NS = TimeUnit.SECONDS.toNanos(1_700_000_000);

    @TempDir
    private Path dir;

    private final EngineConfig config = EngineConfig.builder()
        .source(SourceConfig.embedded("app").build())
        .eventTime(EventTimeConfig.builder().warnAgeNs(TimeUnit.HOURS.toNanos(1)).build())
        .window(WindowConfig.tumbling("w", TimeUnit.SECONDS.toNanos(1)).build())
        .build();
    private final IngressLedger ingress = new IngressLedger(1);
    private final EventRing ring = new EventRing(16, false);
    private final StageView view = new StageView(1, 1);
    private final QuarantineView quarantine = new QuarantineView();

    @BeforeEach
    void gate()
    {
        ring.gate(new Sequence());
    }

    @Test
    void shouldNameDevicesInTheLedgerWithTheirRejections() throws IOException
    {
        quarantine.onEntered(42, 3);
        quarantine.onEntered(-1, 1234);
        quarantine.onRejected(42, 5);
        judge();

        final LedgerReport report = new LedgerSnapshot(config, ring, view, ingress).take();
        assertEquals(List.of(
            new LedgerRow("source", "app", "received", 2),
            new LedgerRow("source", "app", "accepted", 2),
            new LedgerRow("source", "app", "in-flight", 0),
            new LedgerRow("source", "app", "unaccounted", 0),
            new LedgerRow("source", "app", "warned:old", 1),
            new LedgerRow("source", "app", "kernel-drops", 0)), report.rows().subList(0, 6));
        assertEquals(List.of(
            new LedgerRow("device", "42", "quarantined", 5),
            new LedgerRow("device", "18446744073709551615", "quarantined", 1234)),
            report.rows().subList(report.rows().size() - 2, report.rows().size()));
        assertEquals(1239, report.total("device", "quarantined"));
        assertEquals(1, report.total("source", "warned"));
        assertEquals(0, report.unaccounted());
        assertEquals(2, report.received());

        final ByteArrayOutputStream csv = new ByteArrayOutputStream();
        LedgerText.writeCsv(report, csv);
        assertTrue(csv.toString(StandardCharsets.UTF_8).endsWith(
            "\ndevice,42,quarantined,5\ndevice,18446744073709551615,quarantined,1234\n"), csv::toString);
        final StringWriter table = new StringWriter();
        LedgerText.printTable(report, new PrintWriter(table));
        assertTrue(table.toString().lines().anyMatch(line -> line.matches(
            "device    18446744073709551615  quarantined +1[^0-9]?234")), table::toString);
    }

    @Test
    void shouldNameDevicesByADictionaryIfThereIsOne()
    {
        quarantine.onEntered(42, 3);
        judge();
        final LedgerReport report =
            new LedgerReport(config, view.ledger(), new long[]{2}, new long[1], null);
        report.addQuarantined(view.quarantine(), id -> "pump-" + id);
        assertTrue(report.rows().contains(new LedgerRow("device", "pump-42", "quarantined", 3)));
    }

    @Test
    void shouldHaveMetricsOfAsManyDevicesAsAreNamedAtMost() throws IOException
    {
        for (int device = 0; device < 1000; device++)
        {
            quarantine.onEntered(device - 1, 3 + device);
        }
        quarantine.onReleased(500);
        judge();

        final String metrics = metrics();
        assertLine(metrics, "tailrace_quarantined_devices 999.0");
        assertLine(metrics, "tailrace_quarantine_entered_total 1000.0");
        assertLine(metrics, "tailrace_quarantined_device{device=\"18446744073709551615\"} 3.0");
        assertLine(metrics, "tailrace_quarantined_device{device=\"14\"} 18.0");
        assertEquals(QuarantineView.CAPACITY,
            metrics.lines().filter(line -> line.startsWith("tailrace_quarantined_device{")).count());
        assertFalse(metrics.contains("tailrace_device_"), metrics);
        assertLine(metrics, "tailrace_source_warned_total{reason=\"old\",source=\"app\"} 1.0");
    }

    @Test
    void shouldShowAnEmptyQuarantine() throws IOException
    {
        quarantine.onEntered(42, 3);
        quarantine.onReleased(42);
        judge();

        final String metrics = metrics();
        assertLine(metrics, "tailrace_quarantined_devices 0.0");
        assertLine(metrics, "tailrace_quarantine_entered_total 1.0");
        assertFalse(metrics.contains("tailrace_quarantined_device{"), metrics);
        assertTrue(new LedgerSnapshot(config, ring, view, ingress).take().rows().stream()
            .noneMatch(row -> row.scope().equals("device")));
    }

    private void judge()
    {
        final UnsafeBuffer message =
            new UnsafeBuffer(BufferUtil.allocateDirectAligned(MessageLayout.SLOT_LENGTH, BitUtil.CACHE_LINE_LENGTH));
        message.putLong(0, MessageLayout.READING_HEADER);
        message.putByte(MessageLayout.READING_TIME_UNIT_OFFSET, (byte)TimeUnits.NANOS);
        message.putLong(MessageLayout.READING_INGEST_TIME_OFFSET, START_NS);
        try (OperatorCore core = new OperatorCore(config, new ResultsRing(16)))
        {
            message.putLong(MessageLayout.READING_EVENT_TIME_OFFSET, START_NS - TimeUnit.HOURS.toNanos(1) - 1);
            assertTrue(core.onMessage(message.addressOffset(), 32));
            message.putLong(MessageLayout.READING_EVENT_TIME_OFFSET, START_NS);
            assertTrue(core.onMessage(message.addressOffset(), 96));
            quarantine.copyTo(core.quarantine().view());
            view.onProcessed(core, -1);
        }
        ingress.recovered(0, 2);
    }

    private String metrics() throws IOException
    {
        try (ErrorFile errors = new ErrorFile(dir, error -> { }))
        {
            final PrometheusRegistry registry = new PrometheusRegistry();
            final MonitoredEngine engine = new MonitoredEngine(
                config,
                ring,
                view,
                ingress,
                new NoSockets(),
                () -> 0,
                () -> 0,
                new LatencyIntervals(new SingleWriterRecorder(3)),
                List.of(),
                List.of(),
                0,
                errors,
                () -> null,
                new DiskView(1000),
                new CheckpointView(
                    new CheckpointCounts(), SystemNanoClock.INSTANCE, 0, () -> 0, RecoveryForecast.DEFAULT),
                new EngineQueues(List.of(), List.of(), List.of(), () -> 0, () -> 0),
                0,
                BacklogView.none(1));
            registry.register(new EngineMetrics(engine, new QueueWatch(engine, null)));
            final ByteArrayOutputStream out = new ByteArrayOutputStream();
            PrometheusTextFormatWriter.create().write(out, registry.scrape());
            return out.toString(StandardCharsets.UTF_8);
        }
    }

    private static void assertLine(final String text, final String line)
    {
        assertTrue(text.lines().anyMatch(line::equals), () -> line + " is not in\n" + text);
    }
}
