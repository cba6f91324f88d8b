package io.tailrace.engine.reference;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The operators as {@code docs/SEMANTICS.md} describes them: feed it the journal, read the results.
 * <p>
 * The ledger has the keys {@code source.N.received}, {@code source.N.accepted}, {@code source.N.warned},
 * {@code source.N.duplicate}, {@code source.N.rejected:REASON}, {@code operator.N.applied},
 * {@code operator.N.filtered}, {@code operator.N.late}, {@code operator.N.exhausted:keys-exhausted},
 * {@code operator.N.exhausted:panes-exhausted}, {@code quarantine.entered} (how often any device entered it) and
 * {@code quarantine.devices} (how many are in it now); all are present from the start.
 */
public final class ReferenceModel
{
    /** W before there is one. */
    public static final long NO_WATERMARK = Long.MIN_VALUE;

    private final ReferenceConfig config;
    private final ReferenceJudge judge;
    private final ReferenceSources sources;
    private final ReferenceDevices devices;
    private final ReferenceIds ids;
    private final List<ReferenceOperator> operators = new ArrayList<>();
    private final List<ReferenceAlertOperator> alerts = new ArrayList<>();
    private final List<ReferenceResult> results = new ArrayList<>();
    private final Map<String, Long> ledger = new TreeMap<>();
    private long arrivals;
    private long causePosition;
    private long causeIngestTimeNs;
    private long keysForgotten;
    private long alertKeysForgotten;
    private long keysForgottenWithDevice;
    private long devicesForgotten;

    /**
     * A model that has seen nothing.
     *
     * @param config what to compute.
     */
    public ReferenceModel(final ReferenceConfig config)
    {
        this.config = config;
        this.judge = new ReferenceJudge(config);
        this.sources = new ReferenceSources(config);
        this.devices = new ReferenceDevices(config);
        this.ids = new ReferenceIds(config.dedup());
        for (int i = 0; i < config.windows().size(); i++)
        {
            final int index = i;
            final ReferenceWindow window = config.windows().get(index);
            operators.add(new ReferenceOperator(
                window, config.maxKeys(), config.keyTtlNs(), (pane, timing) -> onFiring(index, window, pane, timing)));
        }
        for (int i = 0; i < config.alerts().size(); i++)
        {
            final int index = operators.size() + i;
            alerts.add(new ReferenceAlertOperator(
                config.alerts().get(i), config.maxKeys(), config.keyTtlNs(),
                (reading, timeNs, change) -> onChange(index, reading, timeNs, change)));
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

        final BigInteger eventTime = judge.eventTimeOf(reading);
        final ReferenceReason reason = judge.judge(reading, eventTime, devices.hasRoomFor(reading.deviceId()));
        if (reason == null)
        {
            onSane(reading, eventTime);
        }
        else
        {
            reject(reading, eventTime, reason);
        }
        countQuarantine();
    }

    /**
     * Processes one complete tick.
     *
     * @param position     of the message that completes it.
     * @param timeNs       engine time.
     * @param emptySinceNs for each source since when it is polled and empty; {@code Long.MIN_VALUE}: it is not.
     * @param isHeldUp     whether the engine stood still before, which is nobody's silence.
     */
    public void onTick(
        final long position, final long timeNs, final long[] emptySinceNs, final boolean isHeldUp)
    {
        begin(position, timeNs);
        if (isHeldUp)
        {
            devices.onResumed(timeNs);
        }
        sources.onEmptySince(emptySinceNs);
        sources.advanceWatermark();
        fireByWatermark();
        fireInSilence();
        forget();
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
        devices.onResumed(timeNs);
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
        operators.forEach((operator) -> operator.fireUpTo((key) -> Long.MAX_VALUE));
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

    /**
     * W of a device as it stands.
     *
     * @param deviceId of the device.
     * @return epoch ns, or {@link #NO_WATERMARK}.
     */
    public long deviceWatermarkNs(final long deviceId)
    {
        return devices.watermarkNs(deviceId);
    }

    /**
     * The devices that are in quarantine.
     *
     * @return ids.
     */
    public Set<Long> quarantinedDevices()
    {
        return devices.quarantined();
    }

    /**
     * How often devices entered quarantine, those forgotten since included.
     *
     * @return count by device id.
     */
    public Map<Long, Long> quarantineEntries()
    {
        return devices.quarantineEntries();
    }

    /**
     * Keys of global time that were forgotten.
     *
     * @return how many of all operators.
     */
    public long keysForgotten()
    {
        return keysForgotten;
    }

    /**
     * Keys of alert operators that were forgotten.
     *
     * @return how many of all of them.
     */
    public long alertKeysForgotten()
    {
        return alertKeysForgotten;
    }

    /**
     * Keys that were forgotten with their device.
     *
     * @return how many of all operators.
     */
    public long keysForgottenWithDevice()
    {
        return keysForgottenWithDevice;
    }

    /**
     * Devices that were forgotten.
     *
     * @return how many.
     */
    public long devicesForgotten()
    {
        return devicesForgotten;
    }

    private void begin(final long position, final long timeNs)
    {
        causePosition = position;
        causeIngestTimeNs = timeNs;
        sources.onTime(timeNs);
    }

    private void reject(final ReferenceReading reading, final BigInteger eventTime, final ReferenceReason reason)
    {
        count("source." + reading.source() + ".rejected:" + reason.label());
        final boolean hasTime = eventTime != null && ReferenceTime.isLong(eventTime);
        addJudged(ReferenceResult.Kind.REJECTED, ReferenceResult.BEFORE_OPERATORS, reading,
            hasTime ? eventTime.longValueExact() : 0, reason.code(), watermarkNs());
        if (reason.isByTimeBounds())
        {
            devices.onRejectedByTimeBounds(reading.deviceId(), sources.engineTimeNs());
        }
    }

    private void onSane(final ReferenceReading reading, final BigInteger eventTime)
    {
        final boolean isAdvancingSource = devices.onSane(reading.deviceId(), sources.engineTimeNs());
        switch (ids.judge(reading, sources.engineTimeNs()))
        {
            case NEW -> accept(reading, eventTime.longValueExact(), isAdvancingSource);
            case DUPLICATE ->
            {
                count("source." + reading.source() + ".duplicate");
                addJudged(ReferenceResult.Kind.DUPLICATE, ReferenceResult.BEFORE_OPERATORS, reading,
                    eventTime.longValueExact(), 0, watermarkNs());
            }
            case BEYOND_WINDOW -> reject(reading, eventTime, ReferenceReason.BEYOND_DEDUP_WINDOW);
            case EXHAUSTED -> reject(reading, eventTime, ReferenceReason.DEDUP_EXHAUSTED);
            default -> throw new AssertionError(reading);
        }
    }

    private void accept(final ReferenceReading reading, final long eventTimeNs, final boolean isAdvancingSource)
    {
        count("source." + reading.source() + ".accepted");
        if (judge.isOld(reading, eventTimeNs))
        {
            count("source." + reading.source() + ".warned");
        }
        devices.onAccepted(reading.deviceId(), sources.engineTimeNs());

        final long arrival = arrivals++;
        for (int i = 0; i < operators.size(); i++)
        {
            final long watermarkNs = watermarkNs(operators.get(i), reading.deviceId());
            final String outcome = operators.get(i).onReading(
                reading, eventTimeNs, arrival, sources.engineTimeNs(), watermarkNs);
            count("operator." + i + "." + outcome);
            if (outcome.equals(ReferenceOperator.LATE))
            {
                addJudged(ReferenceResult.Kind.LATE, i, reading, eventTimeNs, 0, watermarkNs);
            }
        }
        for (int i = 0; i < alerts.size(); i++)
        {
            final int index = operators.size() + i;
            count("operator." + index + "." +
                alerts.get(i).onReading(reading, eventTimeNs, sources.engineTimeNs()));
        }

        final long effectiveTimeNs = judge.effectiveTimeOf(reading, eventTimeNs);
        devices.advanceWatermark(reading.deviceId(), effectiveTimeNs);
        if (isAdvancingSource)
        {
            sources.onAccepted(reading.source(), effectiveTimeNs);
        }
        sources.advanceWatermark();
        fireByWatermark();
    }

    /** The watermark by which an operator judges a device. */
    private long watermarkNs(final ReferenceOperator operator, final long deviceId)
    {
        return operator.isByDevice() ? devices.watermarkNs(deviceId) : sources.watermarkNs();
    }

    /** A device whose time has not moved has nothing to fire, hence all of them may be asked. */
    private void fireByWatermark()
    {
        operators.forEach((operator) -> operator.fireUpTo((key) -> watermarkNs(operator, key.deviceId())));
    }

    private void fireInSilence()
    {
        final long globalLimitNs = sources.silenceLimitNs();
        operators.forEach((operator) -> operator.fireUpTo((key) -> operator.isByDevice() ?
            devices.silenceLimitNs(key.deviceId(), sources.engineTimeNs()) : globalLimitNs));
    }

    private void forget()
    {
        if (config.keyTtlNs() == ReferenceConfig.NEVER)
        {
            return;
        }
        final List<ReferenceOperator> byDevice = operators.stream().filter(ReferenceOperator::isByDevice).toList();
        operators.stream().filter((operator) -> !operator.isByDevice()).forEach((operator) -> keysForgotten +=
            operator.forgetKeys(sources.engineTimeNs(), sources.watermarkNs()));
        alerts.forEach((alert) -> alertKeysForgotten += alert.forgetKeys(sources.engineTimeNs()));
        final List<Long> forgotten = devices.forget(sources.engineTimeNs(), (id) ->
            byDevice.stream().anyMatch((operator) ->
                operator.isHolding(id, devices.timeWithSilenceNs(id, sources.engineTimeNs()))));
        forgotten.forEach(ids::onDeviceForgotten);
        forgotten.forEach((id) ->
            byDevice.forEach((operator) -> keysForgottenWithDevice += operator.forgetDevice(id)));
        devicesForgotten += forgotten.size();
        countQuarantine();
    }

    private void onFiring(
        final int index,
        final ReferenceWindow window,
        final ReferencePane pane,
        final ReferenceResult.Timing timing)
    {
        results.add(new ReferenceResult(ReferenceResult.Kind.WINDOW, results.size(), causePosition, causeIngestTimeNs,
            index, timing, pane.firings, window.key().parts(), pane.key.deviceId(), pane.key.metric(),
            pane.span.startNs(), pane.span.endNs(), ReferenceAggregate.of(pane.entries), null, 0, 0, 0, null));
    }

    private void onChange(
        final int index, final ReferenceReading reading, final long timeNs, final ReferenceAlert.Change change)
    {
        results.add(new ReferenceResult(ReferenceResult.Kind.ALERT, results.size(), causePosition, causeIngestTimeNs,
            index, ReferenceResult.Timing.ON_TIME, 0, 0, reading.deviceId(), reading.metric(),
            0, 0, null, reading, timeNs, 0, 0, change));
    }

    private void addJudged(
        final ReferenceResult.Kind kind,
        final int index,
        final ReferenceReading reading,
        final long eventTimeNs,
        final int reason,
        final long watermarkNs)
    {
        results.add(new ReferenceResult(kind, results.size(), causePosition, causeIngestTimeNs,
            index, ReferenceResult.Timing.ON_TIME, 0, 0, reading.deviceId(), reading.metric(),
            0, 0, null, reading, eventTimeNs, reason, watermarkNs, null));
    }

    private void openLedger()
    {
        countQuarantine();
        for (int source = 0; source < config.sourceCount(); source++)
        {
            ledger.put("source." + source + ".received", 0L);
            ledger.put("source." + source + ".accepted", 0L);
            ledger.put("source." + source + ".warned", 0L);
            ledger.put("source." + source + ".duplicate", 0L);
            for (final ReferenceReason reason : ReferenceReason.values())
            {
                ledger.put("source." + source + ".rejected:" + reason.label(), 0L);
            }
        }
        for (int index = 0; index < operators.size() + alerts.size(); index++)
        {
            for (final String outcome : ReferenceOperator.OUTCOMES)
            {
                ledger.put("operator." + index + "." + outcome, 0L);
            }
        }
    }

    private void countQuarantine()
    {
        ledger.put("quarantine.entered",
            devices.quarantineEntries().values().stream().mapToLong(Long::longValue).sum());
        ledger.put("quarantine.devices", (long)devices.quarantined().size());
    }

    private void count(final String name)
    {
        ledger.merge(name, 1L, Long::sum);
    }
}
