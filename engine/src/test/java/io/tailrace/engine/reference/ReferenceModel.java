package io.tailrace.engine.reference;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The operators as {@code docs/SEMANTICS.md} describes them: feed it the journal, read the results.
 * <p>
 * The ledger has the keys {@code source.N.received}, {@code source.N.accepted}, {@code source.N.warned},
 * {@code source.N.rejected:REASON}, {@code operator.N.applied}, {@code operator.N.filtered}, {@code operator.N.late},
 * {@code operator.N.exhausted:keys-exhausted} and {@code operator.N.exhausted:panes-exhausted}; all are present from
 * the start.
 */
public final class ReferenceModel
{
    /** W before there is one. */
    public static final long NO_WATERMARK = Long.MIN_VALUE;

    private final ReferenceConfig config;
    private final ReferenceSources sources;
    private final List<ReferenceOperator> operators = new ArrayList<>();
    private final Set<Long> devices = new HashSet<>();
    private final List<ReferenceResult> results = new ArrayList<>();
    private final Map<String, Long> ledger = new TreeMap<>();
    private long arrivals;
    private long causePosition;
    private long causeIngestTimeNs;

    /**
     * A model that has seen nothing.
     *
     * @param config what to compute.
     */
    public ReferenceModel(final ReferenceConfig config)
    {
        this.config = config;
        this.sources = new ReferenceSources(config);
        for (int i = 0; i < config.windows().size(); i++)
        {
            final int index = i;
            final ReferenceWindow window = config.windows().get(index);
            operators.add(new ReferenceOperator(
                window, config.maxKeys(), (pane, timing) -> onFiring(index, window, pane, timing)));
        }
        openLedger();
    }

    /**
     * Processes one reading.
     *
     * @param reading as it stands in the journal.
     */
    public void onReading(final ReferenceReading reading)
    {
        begin(reading.position(), reading.ingestTimeNs());
        sources.onReading(reading.source());
        count("source." + reading.source() + ".received");

        final BigInteger eventTime = isUnitKnown(reading) ? eventTimeOf(reading) : null;
        final ReferenceReason reason = judge(reading, eventTime);
        if (reason != null)
        {
            count("source." + reading.source() + ".rejected:" + reason.label());
            final boolean hasTime = eventTime != null && ReferenceTime.isLong(eventTime);
            addJudged(ReferenceResult.Kind.REJECTED, ReferenceResult.BEFORE_OPERATORS, reading,
                hasTime ? eventTime.longValueExact() : 0, reason.code());
            return;
        }

        accept(reading, eventTime.longValueExact());
    }

    /**
     * Processes one complete tick.
     *
     * @param position     of the message that completes it.
     * @param timeNs       engine time.
     * @param emptySinceNs for each source since when it is polled and empty; {@code Long.MIN_VALUE}: it is not.
     */
    public void onTick(final long position, final long timeNs, final long[] emptySinceNs)
    {
        begin(position, timeNs);
        sources.onEmptySince(emptySinceNs);
        advanceWatermark();
        fireUpTo(sources.silenceLimitNs());
    }

    /**
     * Processes the start of an incarnation.
     *
     * @param position of the message.
     * @param timeNs   engine time.
     */
    public void onStarted(final long position, final long timeNs)
    {
        begin(position, timeNs);
        sources.onStarted();
    }

    /**
     * Processes the end of the input: every pane that has not fired does.
     *
     * @param position of the message.
     * @param timeNs   engine time.
     * @param source   that it came from; of no consequence.
     */
    public void onEndOfInput(final long position, final long timeNs, final int source)
    {
        begin(position, timeNs);
        fireUpTo(Long.MAX_VALUE);
    }

    /**
     * What has been emitted.
     *
     * @return results in order of emission.
     */
    public List<ReferenceResult> results()
    {
        return Collections.unmodifiableList(results);
    }

    /**
     * What has been counted.
     *
     * @return count by name, in order of name.
     */
    public Map<String, Long> ledger()
    {
        return Collections.unmodifiableMap(ledger);
    }

    /**
     * W as it stands.
     *
     * @return epoch ns, or {@link #NO_WATERMARK}.
     */
    public long watermarkNs()
    {
        return sources.watermarkNs();
    }

    private void begin(final long position, final long timeNs)
    {
        causePosition = position;
        causeIngestTimeNs = timeNs;
        sources.onTime(timeNs);
    }

    private static boolean isUnitKnown(final ReferenceReading reading)
    {
        return reading.timeUnit() >= ReferenceTime.AUTO && reading.timeUnit() <= ReferenceTime.NANOSECONDS;
    }

    private BigInteger eventTimeOf(final ReferenceReading reading)
    {
        final int unit = reading.timeUnit() != ReferenceTime.AUTO ?
            reading.timeUnit() : config.sourceUnits()[reading.source()];
        return ReferenceTime.nanoseconds(reading.eventTime(), unit);
    }

    /** The first reason that applies, or null. */
    private ReferenceReason judge(final ReferenceReading reading, final BigInteger eventTime)
    {
        if (eventTime == null)
        {
            return ReferenceReason.TIME_UNIT;
        }
        if (!ReferenceTime.isLong(eventTime))
        {
            return ReferenceReason.TIME_RANGE;
        }
        if (!Double.isFinite(reading.value()))
        {
            return ReferenceReason.NOT_FINITE;
        }
        final long eventTimeNs = eventTime.longValueExact();
        if (eventTimeNs < config.earliestNs())
        {
            return ReferenceReason.BEFORE_EARLIEST;
        }
        if (config.ingestReferenceClock())
        {
            if (eventTimeNs > ReferenceTime.plus(reading.ingestTimeNs(), config.maxFutureNs()))
            {
                return ReferenceReason.FUTURE;
            }
            if (eventTimeNs < ReferenceTime.minus(reading.ingestTimeNs(), config.maxAgeNs()))
            {
                return ReferenceReason.TOO_OLD;
            }
        }
        if (!devices.contains(reading.deviceId()) && devices.size() >= config.maxDevices())
        {
            return ReferenceReason.DEVICES_EXHAUSTED;
        }
        return null;
    }

    private void accept(final ReferenceReading reading, final long eventTimeNs)
    {
        devices.add(reading.deviceId());
        count("source." + reading.source() + ".accepted");
        if (config.ingestReferenceClock() &&
            eventTimeNs < ReferenceTime.minus(reading.ingestTimeNs(), config.warnAgeNs()))
        {
            count("source." + reading.source() + ".warned");
        }

        final long arrival = arrivals++;
        for (int i = 0; i < operators.size(); i++)
        {
            final String outcome = operators.get(i).onReading(reading, eventTimeNs, arrival, watermarkNs());
            count("operator." + i + "." + outcome);
            if (outcome.equals(ReferenceOperator.LATE))
            {
                addJudged(ReferenceResult.Kind.LATE, i, reading, eventTimeNs, 0);
            }
        }

        sources.onAccepted(reading.source(),
            config.ingestReferenceClock() ? Math.min(eventTimeNs, reading.ingestTimeNs()) : eventTimeNs);
        advanceWatermark();
    }

    private void advanceWatermark()
    {
        final long before = sources.watermarkNs();
        sources.advanceWatermark();
        if (sources.watermarkNs() > before)
        {
            fireUpTo(sources.watermarkNs());
        }
    }

    private void fireUpTo(final long limitNs)
    {
        operators.forEach((operator) -> operator.fireUpTo(limitNs));
    }

    private void onFiring(
        final int index,
        final ReferenceWindow window,
        final ReferencePane pane,
        final ReferenceResult.Timing timing)
    {
        results.add(new ReferenceResult(ReferenceResult.Kind.WINDOW, results.size(), causePosition, causeIngestTimeNs,
            index, timing, pane.firings, window.key().parts(), pane.key.deviceId(), pane.key.metric(),
            pane.span.startNs(), pane.span.endNs(), ReferenceAggregate.of(pane.entries), null, 0, 0, 0));
    }

    private void addJudged(
        final ReferenceResult.Kind kind,
        final int index,
        final ReferenceReading reading,
        final long eventTimeNs,
        final int reason)
    {
        results.add(new ReferenceResult(kind, results.size(), causePosition, causeIngestTimeNs,
            index, ReferenceResult.Timing.ON_TIME, 0, 0, reading.deviceId(), reading.metric(),
            0, 0, null, reading, eventTimeNs, reason, watermarkNs()));
    }

    private void openLedger()
    {
        for (int source = 0; source < config.sourceCount(); source++)
        {
            ledger.put("source." + source + ".received", 0L);
            ledger.put("source." + source + ".accepted", 0L);
            ledger.put("source." + source + ".warned", 0L);
            for (final ReferenceReason reason : ReferenceReason.values())
            {
                ledger.put("source." + source + ".rejected:" + reason.label(), 0L);
            }
        }
        for (int index = 0; index < operators.size(); index++)
        {
            for (final String outcome : ReferenceOperator.OUTCOMES)
            {
                ledger.put("operator." + index + "." + outcome, 0L);
            }
        }
    }

    private void count(final String name)
    {
        ledger.merge(name, 1L, Long::sum);
    }
}
