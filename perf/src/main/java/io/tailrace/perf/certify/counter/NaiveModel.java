package io.tailrace.perf.certify.counter;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The operators as {@code engine/docs/SEMANTICS.md} describes them: feed it the journal, it hands out the results.
 * Naive on purpose: it keeps everything in sorted maps and computes exactly where the engine is quick.
 */
final class NaiveModel
{
    /** W before there is one. */
    static final long NO_WATERMARK = Long.MIN_VALUE;

    private final ModelConfig config;
    private final ModelJudge judge;
    private final ModelSources sources;
    private final ModelDevices devices;
    private final ModelIds ids;
    private final List<ModelOperator> operators = new ArrayList<>();
    private final Consumer<ModelResult> results;
    private long nextSequence;
    private long arrivals;
    private long causePosition;
    private long causeIngestTimeNs;
    private long accepted;
    private long rejected;
    private long duplicates;
    private long late;

    /**
     * A model that has seen nothing.
     *
     * @param config  what to compute.
     * @param results takes every result in order of emission.
     */
    NaiveModel(final ModelConfig config, final Consumer<ModelResult> results)
    {
        this.results = results;
        this.config = config;
        this.judge = new ModelJudge(config);
        this.sources = new ModelSources(config);
        this.devices = new ModelDevices(config);
        this.ids = new ModelIds(config.dedup());
        for (int i = 0; i < config.windows().size(); i++)
        {
            final int index = i;
            final ModelWindow window = config.windows().get(index);
            operators.add(new ModelOperator(
                window, config.maxKeys(), config.keyTtlNs(), (pane, timing) -> onFiring(index, window, pane, timing)));
        }
    }

    /**
     * Processes one reading.
     *
     * @param reading as it stands in the journal.
     */
    void onReading(final ModelReading reading)
    {
        begin(reading.position(), reading.ingestTimeNs());
        sources.onReading(reading.source());

        final BigInteger eventTime = judge.eventTimeOf(reading);
        final ModelReason reason = judge.judge(reading, eventTime, devices.hasRoomFor(reading.deviceId()));
        if (reason == null)
        {
            onSane(reading, eventTime);
        }
        else
        {
            reject(reading, eventTime, reason);
        }
    }

    /**
     * Processes one complete tick.
     *
     * @param position     of the message that completes it.
     * @param timeNs       engine time.
     * @param emptySinceNs for each source since when it is polled and empty; {@code Long.MIN_VALUE}: it is not.
     * @param isHeldUp     whether the engine stood still before, which is nobody's silence.
     */
    void onTick(
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
    void onStarted(final long position, final long timeNs)
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
    void onEndOfInput(final long position, final long timeNs, final int source)
    {
        begin(position, timeNs);
        operators.forEach((operator) -> operator.fireUpTo(Long.MAX_VALUE));
    }

    /** Readings that went on to the operators. */
    long accepted()
    {
        return accepted;
    }

    /** Readings that were rejected. */
    long rejected()
    {
        return rejected;
    }

    /** Readings that came before. */
    long duplicates()
    {
        return duplicates;
    }

    /** Readings too late for every window of an operator, each operator counted. */
    long late()
    {
        return late;
    }

    /** How often a device entered quarantine. */
    long quarantineEntries()
    {
        return devices.quarantineEntries();
    }

    private void begin(final long position, final long timeNs)
    {
        causePosition = position;
        causeIngestTimeNs = timeNs;
        sources.onTime(timeNs);
    }

    private void reject(final ModelReading reading, final BigInteger eventTime, final ModelReason reason)
    {
        rejected++;
        final boolean hasTime = eventTime != null && ModelTime.isLong(eventTime);
        addJudged(ModelResult.Kind.REJECTED, ModelResult.BEFORE_OPERATORS, reading,
            hasTime ? eventTime.longValueExact() : 0, reason.code(), sources.watermarkNs());
        if (reason.isByTimeBounds())
        {
            devices.onRejectedByTimeBounds(reading.deviceId(), sources.engineTimeNs());
        }
    }

    private void onSane(final ModelReading reading, final BigInteger eventTime)
    {
        final boolean isAdvancingSource = devices.onSane(reading.deviceId(), sources.engineTimeNs());
        switch (ids.judge(reading, sources.engineTimeNs()))
        {
            case NEW -> accept(reading, eventTime.longValueExact(), isAdvancingSource);
            case DUPLICATE ->
            {
                duplicates++;
                addJudged(ModelResult.Kind.DUPLICATE, ModelResult.BEFORE_OPERATORS, reading,
                    eventTime.longValueExact(), 0, sources.watermarkNs());
            }
            case BEYOND_WINDOW -> reject(reading, eventTime, ModelReason.BEYOND_DEDUP_WINDOW);
            case EXHAUSTED -> reject(reading, eventTime, ModelReason.DEDUP_EXHAUSTED);
            default -> throw new AssertionError(reading);
        }
    }

    private void accept(final ModelReading reading, final long eventTimeNs, final boolean isAdvancingSource)
    {
        accepted++;
        devices.onAccepted(reading.deviceId(), sources.engineTimeNs());

        final long arrival = arrivals++;
        for (int i = 0; i < operators.size(); i++)
        {
            final long watermarkNs = watermarkNs(operators.get(i), reading.deviceId());
            final String outcome = operators.get(i).onReading(
                reading, eventTimeNs, arrival, sources.engineTimeNs(), watermarkNs);
            if (outcome.equals(ModelOperator.LATE))
            {
                late++;
                addJudged(ModelResult.Kind.LATE, i, reading, eventTimeNs, 0, watermarkNs);
            }
        }

        final long effectiveTimeNs = judge.effectiveTimeOf(reading, eventTimeNs);
        devices.advanceWatermark(reading.deviceId(), effectiveTimeNs);
        if (isAdvancingSource)
        {
            sources.onAccepted(reading.source(), effectiveTimeNs);
        }
        sources.advanceWatermark();
        fireByWatermark(reading.deviceId());
    }

    /** The watermark by which an operator judges a device. */
    private long watermarkNs(final ModelOperator operator, final long deviceId)
    {
        return operator.isByDevice() ? devices.watermarkNs(deviceId) : sources.watermarkNs();
    }

    private void fireByWatermark()
    {
        operators.forEach((operator) ->
        {
            if (operator.isByDevice())
            {
                operator.fireDevicesUpTo(devices::watermarkNs);
            }
            else
            {
                operator.fireUpTo(sources.watermarkNs());
            }
        });
    }

    /** The same after a reading, by which no other device's time has moved. */
    private void fireByWatermark(final long deviceId)
    {
        operators.forEach((operator) ->
        {
            if (operator.isByDevice())
            {
                operator.fireDeviceUpTo(deviceId, devices.watermarkNs(deviceId));
            }
            else
            {
                operator.fireUpTo(sources.watermarkNs());
            }
        });
    }

    private void fireInSilence()
    {
        final long timeNs = sources.engineTimeNs();
        final long globalLimitNs = sources.silenceLimitNs();
        operators.forEach((operator) ->
        {
            if (operator.isByDevice())
            {
                operator.fireDevicesUpTo((id) -> devices.silenceLimitNs(id, timeNs));
            }
            else
            {
                operator.fireUpTo(globalLimitNs);
            }
        });
    }

    private void forget()
    {
        if (config.keyTtlNs() == ModelConfig.NEVER)
        {
            return;
        }
        final List<ModelOperator> byDevice = operators.stream().filter(ModelOperator::isByDevice).toList();
        operators.stream().filter((operator) -> !operator.isByDevice()).forEach((operator) ->
            operator.forgetKeys(sources.engineTimeNs(), sources.watermarkNs()));
        final List<Long> forgotten = devices.forget(sources.engineTimeNs(), (id) ->
            byDevice.stream().anyMatch((operator) ->
                operator.isHolding(id, devices.timeWithSilenceNs(id, sources.engineTimeNs()))));
        forgotten.forEach(ids::onDeviceForgotten);
        forgotten.forEach((id) -> byDevice.forEach((operator) -> operator.forgetDevice(id)));
    }

    private void onFiring(
        final int index,
        final ModelWindow window,
        final ModelPane pane,
        final ModelResult.Timing timing)
    {
        results.accept(new ModelResult(ModelResult.Kind.WINDOW, nextSequence++, causePosition, causeIngestTimeNs,
            index, timing, pane.firings, window.key().parts(), pane.key.deviceId(), pane.key.metric(),
            pane.span.startNs(), pane.span.endNs(), pane.sums.aggregate(), null, 0, 0, 0));
    }

    private void addJudged(
        final ModelResult.Kind kind,
        final int index,
        final ModelReading reading,
        final long eventTimeNs,
        final int reason,
        final long watermarkNs)
    {
        results.accept(new ModelResult(kind, nextSequence++, causePosition, causeIngestTimeNs,
            index, ModelResult.Timing.ON_TIME, 0, 0, reading.deviceId(), reading.metric(),
            0, 0, null, reading, eventTimeNs, reason, watermarkNs));
    }
}
