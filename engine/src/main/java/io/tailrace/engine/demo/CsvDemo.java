package io.tailrace.engine.demo;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongConsumer;

import io.tailrace.codec.IdCollisionException;
import io.tailrace.codec.MessageLayout;
import io.tailrace.codec.NameDictionary;
import io.tailrace.codec.ReadingCsv;
import io.tailrace.codec.TimeUnits;
import io.tailrace.engine.config.DeliveryMode;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.EventTimeConfig;
import io.tailrace.engine.config.KeyKind;
import io.tailrace.engine.config.LimitsConfig;
import io.tailrace.engine.config.ReferenceClock;
import io.tailrace.engine.config.WindowConfig;
import io.tailrace.engine.monitor.LedgerReport;
import org.agrona.MutableDirectBuffer;

/**
 * Plays a file of readings to an engine over UDP and shows what comes out.
 */
public final class CsvDemo
{
    private static final String WINDOW = "readings";
    private static final int MIN_DEVICES = 1024;

    private final Path file;
    private final double rate;
    private DeliveryMode mode = DeliveryMode.EXACTLY_ONCE;
    private final Map<String, Long> unparsed = new TreeMap<>();

    /**
     * @param file with the columns of a batch input.
     * @param rate readings a second.
     */
    public CsvDemo(final Path file, final double rate)
    {
        if (!(rate >= 1 && rate < Double.POSITIVE_INFINITY))
        {
            throw new DemoException("--rate=" + rate + ", expected at least 1 a second");
        }
        this.file = file;
        this.rate = rate;
    }

    /** In which mode the engine runs; default: exactly-once. */
    public CsvDemo mode(final DeliveryMode mode)
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
     * @return exit code: 0 if all that was sent is accounted for, 1 if not.
     * @throws DemoException if the file or the directory cannot be used.
     */
    public int run(final PrintWriter out, final Path dataDir, final boolean isKept, final LongConsumer progress)
    {
        final NameDictionary names = new NameDictionary();
        final CsvProfile profile = CsvProfile.of(file, names);
        final DemoReport report = new DemoReport(out, names::deviceText, names::metricText);
        try (DemoDirectory directory = DemoDirectory.create(dataDir, isKept);
            DemoSession session = new DemoSession(config(profile).toBuilder().mode(mode).build(), directory))
        {
            play(session, names, profile.readings(), progress);
            header(report, session, profile, directory);

            final ResultTotals totals = new ResultTotals(1);
            final long startNs = System.nanoTime();
            session.readBack(totals::onResult);
            final long readBackNs = System.nanoTime() - startNs;
            final LedgerReport ledger = session.ledger();
            report.windows(session, totals);
            report.late(session, totals);
            report.rejected(totals, unparsed);
            final String source = session.config().sources().get(0).name();
            unparsed.forEach((reason, count) -> ledger.addUnparsed(source, reason, count));
            report.ledger(ledger, session);
            report.speed(session, totals, readBackNs);
            final boolean isPassed = report.checks("Checks", checks(profile, session, ledger));
            out.println(isPassed ? "PASS" : "FAIL");
            return isPassed ? 0 : 1;
        }
    }

    static EngineConfig config(final CsvProfile profile)
    {
        final EventTimeConfig.Builder eventTime = EventTimeConfig.builder()
            .referenceClock(ReferenceClock.NONE)
            .outOfOrdernessNs(profile.outOfOrdernessNs())
            .idleAfterNs(Long.MAX_VALUE);
        if (profile.timeUnit() != TimeUnits.AUTO)
        {
            // A time whose unit is known may be of any year.
            eventTime.timeUnit(profile.timeUnit()).earliestNs(EventTimeConfig.NO_EARLIEST_NS);
        }
        return EngineConfig.builder()
            .name("demo")
            .limits(LimitsConfig.builder()
                .devices(Math.max(MIN_DEVICES, profile.devices()))
                .keys(Math.max(MIN_DEVICES, profile.keys()))
                .build())
            .eventTime(eventTime.build())
            .window(WindowConfig.tumbling(WINDOW, profile.windowNs())
                .key(KeyKind.DEVICE_METRIC)
                .allowedLatenessNs(profile.windowNs())
                .build())
            .build();
    }

    private void play(
        final DemoSession session, final NameDictionary names, final long readings, final LongConsumer progress)
    {
        try (ReadingCsv csv = ReadingCsv.open(file, names, TimeUnits.AUTO, List.of()))
        {
            session.play(
                (buffer, offset) -> encodeNext(csv, buffer, offset), readings, rate, 1, progress);
        }
        catch (final IOException ex)
        {
            throw new DemoException(file + ": " + ex.getMessage() + ", expected the file that was there before");
        }
    }

    private boolean encodeNext(final ReadingCsv csv, final MutableDirectBuffer buffer, final int offset)
        throws IOException
    {
        try
        {
            while (csv.next())
            {
                if (!csv.isRejected())
                {
                    encode(csv, buffer, offset);
                    return true;
                }
                unparsed.merge(csv.fault().text(), 1L, Long::sum);
            }
            return false;
        }
        catch (final IdCollisionException ex)
        {
            throw new IOException(ex.getMessage(), ex);
        }
    }

    private static void encode(final ReadingCsv csv, final MutableDirectBuffer buffer, final int offset)
    {
        buffer.setMemory(offset, MessageLayout.SLOT_LENGTH, (byte)0);
        buffer.putLong(offset, MessageLayout.READING_HEADER);
        buffer.putLong(offset + MessageLayout.READING_EVENT_ID_OFFSET, csv.eventId());
        buffer.putLong(offset + MessageLayout.READING_DEVICE_ID_OFFSET, csv.deviceId());
        buffer.putLong(offset + MessageLayout.READING_EVENT_TIME_OFFSET, csv.eventTime());
        buffer.putDouble(offset + MessageLayout.READING_VALUE_OFFSET, csv.value());
        buffer.putInt(offset + MessageLayout.READING_METRIC_OFFSET, (int)csv.metric());
        buffer.putByte(offset + MessageLayout.READING_TIME_UNIT_OFFSET, (byte)csv.timeUnit());
        buffer.putByte(offset + MessageLayout.READING_PRIORITY_OFFSET, (byte)csv.priority().code());
        buffer.putShort(offset + MessageLayout.READING_DEVICE_EPOCH_OFFSET, (short)csv.deviceEpoch());
    }

    private void header(
        final DemoReport report, final DemoSession session, final CsvProfile profile, final DemoDirectory directory)
    {
        report.line("Tailrace demo, readings of %s", file);
        report.line(
            "  readings  %,d of %,d devices (%,d series), in %,d datagrams, to UDP %s:%d " +
                "at %,.0f/s or as fast as it takes",
            session.sent(),
            profile.devices(),
            profile.keys(),
            session.datagrams(),
            DemoSession.LOOPBACK,
            session.port(),
            rate);
        report.line(
            "  windows   %s by device and metric: the smallest of 1s, 10s, 1m, 10m, 1h and 1d that holds ten " +
                "readings at the",
            DemoReport.duration(profile.windowNs()));
        report.line(
            "            median distance of %s in a series (1m if no series has two); lateness one window",
            DemoReport.duration(profile.cadenceNs()));
        report.line(
            "  disorder  %s: 99 %% of the readings are no further behind the newest one (at most 1,000 windows)",
            DemoReport.duration(profile.outOfOrdernessNs()));
        report.line("  data      %s, %s", directory.path(), directory.isKept() ? "kept" : "deleted at the end");
    }

    private List<TruthCheck> checks(final CsvProfile profile, final DemoSession session, final LedgerReport ledger)
    {
        final long faulty = unparsed.values().stream().mapToLong(Long::longValue).sum();
        return List.of(
            TruthCheck.ofCount("readings sent", profile.readings(), session.sent()),
            TruthCheck.ofCount("rows received", profile.readings() + faulty, ledger.received()),
            TruthCheck.ofCount(
                "accepted and rejected",
                ledger.received(),
                ledger.total("source", "accepted") + ledger.total("source", "rejected")),
            TruthCheck.ofCount("unaccounted", 0, ledger.unaccounted()));
    }
}
