package io.tailrace.engine.batch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import io.tailrace.codec.CsvWriter;
import io.tailrace.codec.MessageLayout;
import io.tailrace.codec.NameDictionary;
import io.tailrace.codec.RejectReason;
import io.tailrace.codec.Timing;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.WindowConfig;
import io.tailrace.engine.monitor.LedgerReport;
import io.tailrace.engine.monitor.LedgerRow;
import io.tailrace.engine.tail.AlertText;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;

/**
 * The files of a batch run: one per window operator, one for all alerts, and those that every run has.
 */
final class BatchOutput implements AutoCloseable
{
    private static final int KEYED_BY_DEVICE = 1;
    private static final int KEYED_BY_METRIC = 2;

    private final Path dir;
    private final NameDictionary names;

    /** By what the configuration recognises duplicates: all are so for the same reason. */
    private final String duplicateReason;
    private final List<CsvWriter> windows = new ArrayList<>();
    private final List<String> operatorNames;
    private final CsvWriter late;
    private final CsvWriter rejected;
    private final CsvWriter duplicates;
    private final CsvWriter alerts;

    /**
     * @param dir     is created if it does not exist; files in it are replaced.
     * @param config  whose operators give the names.
     * @param columns of the input.
     * @param names   to print ids with.
     */
    BatchOutput(
        final Path dir, final EngineConfig config, final List<String> columns, final NameDictionary names)
        throws IOException
    {
        this.dir = dir;
        this.names = names;
        duplicateReason = config.dedup().by().name().toLowerCase(Locale.ROOT);
        operatorNames = config.operatorNames();
        Files.createDirectories(dir);
        for (final WindowConfig window : config.windows())
        {
            final CsvWriter writer = CsvWriter.create(dir.resolve(window.name() + ".csv"));
            writer.row(
                "device_id", "metric", "window_start_ms", "window_end_ms", "count", "sum", "min", "max", "first",
                "last", "mean", "stddev", "revision", "timing");
            windows.add(writer);
        }
        late = inputLike("late.csv", columns, "operator");
        rejected = inputLike("rejected.csv", columns, "reason");
        duplicates = inputLike("duplicates.csv", columns, "reason");
        alerts = CsvWriter.create(dir.resolve("alerts.csv"));
        alerts.row("name", "device_id", "metric", "event_time_ms", "state", "severity", "value", "threshold");
    }

    /** Writes a result. A late or rejected one, or a duplicate, was caused by the row whose cells are given. */
    void onResult(final DirectBuffer buffer, final int offset, final List<String> cells) throws IOException
    {
        final int operatorId = buffer.getShort(offset + MessageLayout.RESULT_OPERATOR_ID_OFFSET) & 0xFFFF;
        final int templateId = buffer.getShort(offset + MessageLayout.HEADER_TEMPLATE_ID_OFFSET) & 0xFFFF;
        switch (templateId)
        {
            case MessageLayout.WINDOW_RESULT_TEMPLATE_ID:
                onWindow(windows.get(operatorId), buffer, offset);
                break;

            case MessageLayout.ALERT_TEMPLATE_ID:
                onAlert(operatorNames.get(operatorId), buffer, offset);
                break;

            case MessageLayout.LATE_TEMPLATE_ID:
                onRow(late, cells, operatorNames.get(operatorId));
                break;

            case MessageLayout.REJECTED_TEMPLATE_ID:
                onRejected(
                    cells, RejectReason.of(buffer.getByte(offset + MessageLayout.JUDGED_REASON_OFFSET)).text());
                break;

            case MessageLayout.DUPLICATE_TEMPLATE_ID:
                onRow(duplicates, cells, duplicateReason);
                break;

            default:
                throw new IllegalStateException("result template " + templateId);
        }
    }

    /** Writes a row that was rejected. */
    void onRejected(final List<String> cells, final String reason) throws IOException
    {
        onRow(rejected, cells, reason);
    }

    /** Writes the ledgers and the names, at the end. */
    void onEnd(final LedgerReport ledger) throws IOException
    {
        try (CsvWriter writer = CsvWriter.create(dir.resolve("ledger.csv")))
        {
            writer.row("scope", "name", "reason", "count");
            for (final LedgerRow row : ledger.rows())
            {
                writer.cell(row.scope()).cell(row.name()).cell(row.reason()).cell(row.count()).endRow();
            }
        }
        names.write(dir.resolve("names.csv"));
    }

    @Override
    public void close()
    {
        CloseHelper.closeAll(windows);
        CloseHelper.closeAll(late, rejected, duplicates, alerts);
    }

    private void onWindow(final CsvWriter writer, final DirectBuffer buffer, final int offset) throws IOException
    {
        final int keyParts = buffer.getByte(offset + MessageLayout.WINDOW_RESULT_KEY_PARTS_OFFSET);
        final long count = buffer.getLong(offset + MessageLayout.WINDOW_RESULT_COUNT_OFFSET);
        final double sum = buffer.getDouble(offset + MessageLayout.WINDOW_RESULT_SUM_OFFSET);
        final double m2 = buffer.getDouble(offset + MessageLayout.WINDOW_RESULT_M2_OFFSET);
        writer.cell((keyParts & KEYED_BY_DEVICE) == 0 ?
            "" : names.deviceText(buffer.getLong(offset + MessageLayout.RESULT_DEVICE_ID_OFFSET)));
        writer.cell((keyParts & KEYED_BY_METRIC) == 0 ?
            "" : names.metricText(buffer.getInt(offset + MessageLayout.RESULT_METRIC_OFFSET) & 0xFFFF_FFFFL));
        writer.cell(MillisText.of(buffer.getLong(offset + MessageLayout.WINDOW_RESULT_WINDOW_START_OFFSET)))
            .cell(MillisText.of(buffer.getLong(offset + MessageLayout.WINDOW_RESULT_WINDOW_END_OFFSET)))
            .cell(count)
            .cell(sum)
            .cell(buffer.getDouble(offset + MessageLayout.WINDOW_RESULT_MIN_OFFSET))
            .cell(buffer.getDouble(offset + MessageLayout.WINDOW_RESULT_MAX_OFFSET))
            .cell(buffer.getDouble(offset + MessageLayout.WINDOW_RESULT_FIRST_OFFSET))
            .cell(buffer.getDouble(offset + MessageLayout.WINDOW_RESULT_LAST_OFFSET))
            .cell(sum / count)
            .cell(StrictMath.sqrt(m2 / count))
            .cell(buffer.getInt(offset + MessageLayout.RESULT_REVISION_OFFSET) & 0xFFFF_FFFFL)
            .cell(Timing.of(buffer.getByte(offset + MessageLayout.RESULT_TIMING_OFFSET)).name())
            .endRow();
    }

    private void onAlert(final String name, final DirectBuffer buffer, final int offset) throws IOException
    {
        alerts.cell(name)
            .cell(names.deviceText(buffer.getLong(offset + MessageLayout.RESULT_DEVICE_ID_OFFSET)))
            .cell(names.metricText(buffer.getInt(offset + MessageLayout.RESULT_METRIC_OFFSET) & 0xFFFF_FFFFL))
            .cell(MillisText.of(buffer.getLong(offset + MessageLayout.ALERT_EVENT_TIME_NS_OFFSET)))
            .cell(AlertText.state(buffer.getByte(offset + MessageLayout.ALERT_STATE_OFFSET)))
            .cell(AlertText.severity(buffer.getByte(offset + MessageLayout.ALERT_SEVERITY_OFFSET)))
            .cell(buffer.getDouble(offset + MessageLayout.ALERT_VALUE_OFFSET))
            .cell(buffer.getDouble(offset + MessageLayout.ALERT_THRESHOLD_OFFSET))
            .endRow();
    }

    private CsvWriter inputLike(final String file, final List<String> columns, final String last) throws IOException
    {
        final CsvWriter writer = CsvWriter.create(dir.resolve(file));
        onRow(writer, columns, last);
        return writer;
    }

    private static void onRow(final CsvWriter writer, final List<String> cells, final String last) throws IOException
    {
        for (final String cell : cells)
        {
            writer.cell(cell);
        }
        writer.cell(last).endRow();
    }
}
