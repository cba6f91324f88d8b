package io.tailrace.engine.batch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;

import io.tailrace.codec.IdCollisionException;
import io.tailrace.codec.MessageLayout;
import io.tailrace.codec.NameDictionary;
import io.tailrace.codec.ReadingCsv;
import io.tailrace.codec.RowFault;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.SourceConfig;
import io.tailrace.engine.monitor.LedgerReport;
import io.tailrace.engine.operator.OperatorCore;
import io.tailrace.engine.ring.ResultsRing;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Runs a configuration's operators over a CSV file, rows in file order, and writes their results. The same file gives
 * the same bytes every time.
 * <p>
 * Without a column {@code ingest_time_ms} there is no reference clock and there are no ticks; with it, ticks derive
 * from that column. At the end of the file every window that has not fired fires.
 * <p>
 * Threading: one thread.
 */
public final class BatchRun
{
    private static final int RESULT_SLOTS = 4096;
    private static final long PROGRESS_INTERVAL = 1 << 16;

    private final EngineConfig config;
    private final ReadingCsv rows;
    private final NameDictionary names;
    private final BatchOutput output;
    private final ResultsRing results;
    private final OperatorCore core;
    private final BatchTicks ticks;
    private final boolean hasIngestTimes;
    private final Map<RowFault, Long> unparsed = new EnumMap<>(RowFault.class);
    private final List<String> cells = new ArrayList<>();
    private final UnsafeBuffer message = new UnsafeBuffer(
        BufferUtil.allocateDirectAligned(MessageLayout.SLOT_LENGTH, BitUtil.CACHE_LINE_LENGTH));
    private long nextPosition;
    private long rowCount;

    private BatchRun(
        final EngineConfig config, final ReadingCsv rows, final NameDictionary names, final BatchOutput output)
    {
        this.names = names;
        this.config = config;
        this.rows = rows;
        this.output = output;
        hasIngestTimes = rows.columns().contains("ingest_time_ms");
        results = new ResultsRing(
            Math.max(RESULT_SLOTS, BitUtil.findNextPositivePowerOfTwo(OperatorCore.minResultSlots(config))));
        core = new OperatorCore(config, results);
        ticks = new BatchTicks(Math.max(1, config.sources().size()), config.eventTime().tickIntervalNs());
    }

    /**
     * Runs it.
     *
     * @param config   what to compute; sources matter by name and unit only.
     * @param in       CSV file, compressed if its name ends with {@code .gz}.
     * @param out      directory for the results.
     * @param progress told the number of rows now and then.
     * @return the ledgers.
     * @throws io.tailrace.codec.CsvFormatException             if the file is no such CSV, naming file and line.
     * @throws IdCollisionException                             if two names have the same id.
     * @throws IOException                                      if a file cannot be read or written.
     */
    public static LedgerReport run(
        final EngineConfig config, final Path in, final Path out, final LongConsumer progress)
        throws IOException, IdCollisionException
    {
        final NameDictionary names = new NameDictionary(config.metrics());
        final List<String> sources = config.sources().stream().map(SourceConfig::name).toList();
        try (ReadingCsv rows = ReadingCsv.open(in, names, config.eventTime().timeUnit(), sources))
        {
            final boolean hasIngestTimes = rows.columns().contains("ingest_time_ms");
            final EngineConfig effective = hasIngestTimes ? config :
                config.toBuilder().eventTime(config.eventTime().withoutReferenceClock()).build();
            try (BatchOutput output = new BatchOutput(out, effective, rows.columns(), names))
            {
                final BatchRun run = new BatchRun(effective, rows, names, output);
                try
                {
                    return run.run(progress);
                }
                finally
                {
                    run.core.close();
                }
            }
        }
    }

    private LedgerReport run(final LongConsumer progress) throws IOException, IdCollisionException
    {
        while (rows.next())
        {
            copyCells();
            if (rows.isRejected())
            {
                unparsed.merge(rows.fault(), 1L, Long::sum);
                output.onRejected(cells, rows.fault().text());
            }
            else
            {
                onRow();
            }
            if (++rowCount % PROGRESS_INTERVAL == 0)
            {
                progress.accept(rowCount);
            }
        }
        clear(MessageLayout.END_OF_INPUT_HEADER);
        UnsafeApi.putLong(
            message.addressOffset() + MessageLayout.END_OF_INPUT_TIME_OFFSET, core.watermark().engineTimeNs());
        process(message.addressOffset());

        final LedgerReport ledger = ledger();
        output.onEnd(ledger);
        return ledger;
    }

    private void onRow() throws IOException
    {
        final long ingestTimeNs = rows.hasIngestTime() ? rows.ingestTimeNs() : 0;
        if (hasIngestTimes)
        {
            ticks.onRow(rows.source(), ingestTimeNs, this::onTick);
        }
        clear(MessageLayout.READING_HEADER);
        final long slot = message.addressOffset();
        UnsafeApi.putLong(slot + MessageLayout.READING_EVENT_ID_OFFSET, rows.eventId());
        UnsafeApi.putLong(slot + MessageLayout.READING_DEVICE_ID_OFFSET, rows.deviceId());
        UnsafeApi.putLong(slot + MessageLayout.READING_EVENT_TIME_OFFSET, rows.eventTime());
        UnsafeApi.putLong(slot + MessageLayout.READING_INGEST_TIME_OFFSET, ingestTimeNs);
        UnsafeApi.putDouble(slot + MessageLayout.READING_VALUE_OFFSET, rows.value());
        UnsafeApi.putInt(slot + MessageLayout.READING_METRIC_OFFSET, (int)rows.metric());
        UnsafeApi.putShort(slot + MessageLayout.READING_SOURCE_OFFSET, (short)rows.source());
        UnsafeApi.putByte(slot + MessageLayout.READING_TIME_UNIT_OFFSET, (byte)rows.timeUnit());
        UnsafeApi.putByte(slot + MessageLayout.READING_PRIORITY_OFFSET, (byte)rows.priority().code());
        UnsafeApi.putShort(slot + MessageLayout.READING_DEVICE_EPOCH_OFFSET, (short)rows.deviceEpoch());
        process(slot);
    }

    private long onTick(final long tick, final boolean isLast)
    {
        try
        {
            process(tick);
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
        return isLast ? core.nextTickNs() : Long.MAX_VALUE;
    }

    private void process(final long slot) throws IOException
    {
        while (!core.onMessage(slot, nextPosition))
        {
            drain();
        }
        while (core.isFiring() && !core.resume())
        {
            drain();
        }
        drain();
        nextPosition += MessageLayout.SLOT_LENGTH;
    }

    private void drain() throws IOException
    {
        while (results.available() > 0)
        {
            output.onResult(results.buffer(), results.offsetOf(0), cells);
            results.release(1);
        }
    }

    private LedgerReport ledger()
    {
        final int sourceCount = core.ledger().sourceCount();
        final long[] received = new long[sourceCount];
        for (int source = 0; source < sourceCount; source++)
        {
            received[source] = core.ledger().judged(source);
        }
        final LedgerReport ledger =
            new LedgerReport(config, core.ledger(), received, new long[sourceCount], null);
        final String first = config.sources().isEmpty() ? LedgerReport.NO_SOURCE : config.sources().get(0).name();
        unparsed.forEach((fault, count) -> ledger.addUnparsed(first, fault.text(), count));
        ledger.addQuarantined(core.quarantine().view(), names::deviceText);
        return ledger;
    }

    private void copyCells()
    {
        cells.clear();
        for (int i = 0; i < rows.columns().size(); i++)
        {
            final String text = rows.text(i);
            cells.add(null == text ? "" : text);
        }
    }

    private void clear(final long header)
    {
        UnsafeApi.setMemory(message.addressOffset(), MessageLayout.SLOT_LENGTH, (byte)0);
        UnsafeApi.putLong(message.addressOffset(), header);
    }
}
