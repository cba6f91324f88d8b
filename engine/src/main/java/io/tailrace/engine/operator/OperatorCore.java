package io.tailrace.engine.operator;

import java.util.ArrayList;
import java.util.List;

import io.tailrace.codec.MessageLayout;
import io.tailrace.codec.RejectReason;
import io.tailrace.engine.admission.Admission;
import io.tailrace.engine.admission.Quarantine;
import io.tailrace.engine.alert.AlertOperator;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.SourceConfig;
import io.tailrace.engine.config.WindowConfig;
import io.tailrace.engine.dedup.Deduplication;
import io.tailrace.engine.ring.ResultsRing;
import io.tailrace.engine.state.BlockStore;
import io.tailrace.engine.state.DeviceTable;
import io.tailrace.engine.state.StateInput;
import io.tailrace.engine.state.StateOutput;
import io.tailrace.engine.time.WatermarkTracker;
import io.tailrace.engine.window.WindowOperator;
import org.agrona.UnsafeApi;

/**
 * The operators: takes the messages of the journal in order and emits results into a {@link ResultsRing}.
 * See {@code engine/docs/SEMANTICS.md}.
 * <pre>
 *   while there are messages:
 *       if isFiring() and not resume(): come back when the ring has room
 *       if not onMessage(message, position): come back when the ring has room, with the same message
 * </pre>
 * Threading: one thread. Hot path: allocation-free once warm; firing stops after some hundred results, and
 * where the results ring is full.
 * Memory: blocks of devices and keys within {@code limits}, off-heap; timers and deadlines on the heap.
 */
public final class OperatorCore implements AutoCloseable
{
    /** Most messages whose state is looked up together. */
    public static final int MAX_LOOKED_UP = LookAhead.CAPACITY;

    private static final int EVENT_PHASES = 1;
    private static final int TICK_PHASES = 2;
    private static final int DEVICES_EXHAUSTED = RejectReason.DEVICES_EXHAUSTED.code();

    private final Admission admission;
    private final WatermarkTracker watermark;
    private final Devices devices;
    private final Quarantine quarantine;
    private final Deduplication dedup;

    /** All operators, by their ids: first the windows, then the alerts. */
    private final KeyedOperator[] operators;
    private final WindowOperator[] windows;
    private final AlertOperator[] alerts;
    private final LookAhead ahead;
    private final ResultPublisher results;
    private final OperatorLedger ledger;
    private final LedgerMarks marks;
    private final int roomNeeded;

    // Where firing has got to: nothing is applied until it is at its end.
    private boolean isFiring;
    private boolean isTick;
    private int phase;
    private int phases;
    private int firingOperator;
    private final long[] firingLimitNs = new long[TICK_PHASES];

    /**
     * @param config what to compute.
     * @param ring   where results go; at least {@link #minResultSlots} slots.
     */
    public OperatorCore(final EngineConfig config, final ResultsRing ring)
    {
        final List<SourceConfig> sources = config.sources();
        final int[] units = new int[Math.max(1, sources.size())];
        for (int i = 0; i < units.length; i++)
        {
            final int sourceUnit = i < sources.size() ? sources.get(i).timeUnit() : 0;
            units[i] = sourceUnit == 0 ? config.eventTime().timeUnit() : sourceUnit;
        }
        admission = new Admission(config.eventTime(), units);
        watermark = new WatermarkTracker(
            units.length, config.eventTime().outOfOrdernessNs(), config.eventTime().idleAfterNs());
        results = new ResultPublisher(ring);
        windows = new WindowOperator[config.windows().size()];
        alerts = new AlertOperator[config.alerts().size()];
        operators = new KeyedOperator[windows.length + alerts.length];
        ledger = new OperatorLedger(units.length, operators.length);
        marks = new LedgerMarks(units.length);
        roomNeeded = minResultSlots(config);
        if (ring.capacity() < roomNeeded)
        {
            throw new IllegalArgumentException(
                "result-slots=" + ring.capacity() + ", expected at least " + roomNeeded);
        }
        devices = new Devices(config);
        quarantine = devices.quarantine();
        dedup = newDeduplication(config, devices);
        try
        {
            createOperators(config);
        }
        catch (final Throwable ex)
        {
            // Their memory is off-heap: nobody else would free it.
            close();
            throw ex;
        }
        ahead = new LookAhead(devices, dedup, operators);
    }

    private void createOperators(final EngineConfig config)
    {
        int deviceOperator = 0;
        for (int i = 0; i < windows.length; i++)
        {
            final WindowConfig window = config.windows().get(i);
            final boolean isByDevice = WindowOperator.Spec.isByDevice(window, config.eventTime());
            windows[i] = WindowOperator.of(new WindowOperator.Spec(
                i,
                isByDevice ? deviceOperator : WindowOperator.GLOBAL_WATERMARK,
                window,
                config.eventTime(),
                config.limits(),
                results));
            operators[i] = windows[i];
            if (isByDevice)
            {
                devices.operator(deviceOperator++, windows[i]);
            }
        }
        for (int i = 0; i < alerts.length; i++)
        {
            final int operatorId = windows.length + i;
            alerts[i] = new AlertOperator(operatorId, config.alerts().get(i), config.limits(), results);
            operators[operatorId] = alerts[i];
        }
    }

    private static Deduplication newDeduplication(final EngineConfig config, final Devices devices)
    {
        try
        {
            return new Deduplication(config.dedup(), devices.table());
        }
        catch (final Throwable ex)
        {
            devices.close();
            throw ex;
        }
    }

    /** @return slots that a results ring needs: one reading must find room for all it can cause in every operator. */
    public static int minResultSlots(final EngineConfig config)
    {
        long slots = 1 + (long)config.alerts().size() * AlertOperator.MAX_RESULTS_PER_READING;
        for (final WindowConfig window : config.windows())
        {
            slots += WindowOperator.maxResultsPerReading(window);
        }
        return (int)Math.min(slots, Integer.MAX_VALUE);
    }

    /**
     * Begins a results epoch, before any message is processed.
     *
     * @param epoch    its number.
     * @param position journal position of the first message that may cause results of it.
     */
    public void epoch(final int epoch, final long position)
    {
        results.epoch(epoch, position);
    }

    /**
     * Processes one message. Not while {@link #isFiring}.
     *
     * @param message  address of the message: a valid input or control message of 64 bytes.
     * @param position its journal position.
     * @return whether it was taken; if not, nothing was done: the results ring lacks room. If it was, {@link
     *         #isFiring} may ask for {@link #resume}.
     */
    public boolean onMessage(final long message, final long position)
    {
        assert !isFiring : "a message while firing";
        final int templateId = UnsafeApi.getShort(message + MessageLayout.HEADER_TEMPLATE_ID_OFFSET) & 0xFFFF;
        if (templateId == MessageLayout.READING_TEMPLATE_ID)
        {
            final long ingestTimeNs = UnsafeApi.getLong(message + MessageLayout.READING_INGEST_TIME_OFFSET);
            results.onCause(position, ingestTimeNs);
            if (!results.hasRoom(roomNeeded))
            {
                return false;
            }
            onReading(message, ingestTimeNs);
        }
        else
        {
            onControl(templateId, message, position);
        }
        return true;
    }

    /**
     * Begins a batch of messages whose state is looked up together, before the first of them is processed: {@link
     * #lookUp} for each, at most {@link #MAX_LOOKED_UP}, then {@link #endLookUp}. They are then processed in this
     * order, as long as that goes; it changes nothing but the time it takes.
     */
    public void beginLookUp()
    {
        ahead.clear();
    }

    /**
     * Looks up the state of a message ahead.
     *
     * @param message address of any message; it stays where and as it is until it is processed.
     */
    public void lookUp(final long message)
    {
        ahead.add(message);
    }

    /** All of the batch are there. */
    public void endLookUp()
    {
        ahead.find();
    }

    /** @return whether what comes next, a firing or a reading, must wait for room in the results ring. */
    public boolean isBackPressured()
    {
        return !results.hasRoom(isFiring ? 1 : roomNeeded);
    }

    /** @return whether windows are due that did not fit into the results ring. */
    public boolean isFiring()
    {
        return isFiring;
    }

    /**
     * Goes on firing.
     *
     * @return whether it is at its end; false: the results ring is full, or some hundred windows have fired, and
     *         whoever takes their results should have a turn.
     */
    public boolean resume()
    {
        results.beginSlice();
        while (phase < phases)
        {
            while (firingOperator < windows.length)
            {
                final WindowOperator operator = windows[firingOperator];
                final boolean isDone = operator.isByDevice() ?
                    phase < phases - 1 || operator.fireCollected() : operator.fire(firingLimitNs[phase]);
                if (!isDone)
                {
                    return false;
                }
                firingOperator++;
            }
            firingOperator = 0;
            phase++;
        }
        if (isFiring)
        {
            isFiring = false;
            if (isTick)
            {
                isTick = false;
                forget();
            }
        }
        return true;
    }

    /** @return the counts, to be read on the operators' thread. */
    public OperatorLedger ledger()
    {
        return ledger;
    }

    /** @return what ended before the journal, as it says itself. */
    public LedgerMarks ledgerMarks()
    {
        return marks;
    }

    /**
     * All state, in sections: with what they hold at a position of the journal, another core of the same configuration
     * goes on from there as this one does. Not while {@link #isFiring}.
     *
     * @return the sections; to restore, the blocks of all of them come first.
     */
    public List<StateSection> sections()
    {
        final List<StateSection> sections = new ArrayList<>();
        sections.add(StateSection.ofNumbers("engine", this::save, this::load));
        sections.add(StateSection.ofBlocks("devices", devices.table().blocks()));
        if (null != dedup.ids())
        {
            sections.add(StateSection.ofIds("dedup", dedup.ids()));
        }
        for (final KeyedOperator operator : operators)
        {
            sections.add(StateSection.ofNumbers(operator.name(), operator::save, operator::load));
            for (final BlockStore blocks : operator.blocks())
            {
                sections.add(StateSection.ofBlocks(operator.name(), blocks));
            }
        }
        return sections;
    }

    /** The epoch that begins is a new one, and what was restored belongs to an older one. */
    public void restartResultSequence()
    {
        results.restartSequence();
    }

    /** @return event time, for monitoring and for tests. */
    public WatermarkTracker watermark()
    {
        return watermark;
    }

    /** @return which devices are kept from moving the time of the others. */
    public Quarantine quarantine()
    {
        return quarantine;
    }

    /** @return sequence of the next result. */
    public long nextResultSequence()
    {
        return results.nextSequence();
    }

    /** @return how many devices there are. */
    public int deviceCount()
    {
        return devices.table().size();
    }

    /** @return which readings came before. */
    public Deduplication dedup()
    {
        return dedup;
    }

    /**
     * The earliest engine time at which a tick with unchanged sources would change anything, after a complete tick.
     *
     * @return epoch ns; {@link Long#MAX_VALUE}: none would.
     */
    public long nextTickNs()
    {
        long endNs = Long.MAX_VALUE;
        long tickNs = Math.min(watermark.nextIdleNs(), devices.nextTickNs());
        for (final WindowOperator window : windows)
        {
            endNs = window.isByDevice() ? endNs : Math.min(endNs, window.nextEndNs());
        }
        for (final KeyedOperator operator : operators)
        {
            tickNs = Math.min(tickNs, operator.nextLookNs());
        }
        return Math.min(tickNs, watermark.silenceReachesNs(endNs));
    }

    /** @return the operator with an id. */
    public KeyedOperator operator(final int operatorId)
    {
        return operators[operatorId];
    }

    @Override
    public void close()
    {
        devices.close();
        dedup.close();
        for (final KeyedOperator operator : operators)
        {
            if (null != operator)
            {
                operator.close();
            }
        }
    }

    private void save(final StateOutput out)
    {
        watermark.save(out);
        ledger.save(out);
        marks.save(out);
        results.save(out);
        devices.save(out);
    }

    private void load(final StateInput in)
    {
        watermark.load(in);
        ledger.load(in);
        marks.load(in);
        results.load(in);
        devices.load(in);
    }

    private void onReading(final long message, final long ingestTimeNs)
    {
        final int source = UnsafeApi.getShort(message + MessageLayout.READING_SOURCE_OFFSET) & 0xFFFF;
        watermark.onTime(ingestTimeNs);
        watermark.onReading(source);
        final int reason = admission.judge(message);
        final long timeNs = admission.eventTimeNs();
        final int index = ahead.take(message);
        final long device = reason == Admission.VALID || Quarantine.isByTimeBounds(reason) ?
            devices.of(
                UnsafeApi.getLong(message + MessageLayout.READING_DEVICE_ID_OFFSET),
                ahead.knownDevice(index),
                watermark.engineTimeNs()) :
            DeviceTable.NULL_ADDRESS;
        if (reason != Admission.VALID || device == DeviceTable.NULL_ADDRESS)
        {
            onInvalid(message, source, reason == Admission.VALID ? DEVICES_EXHAUSTED : reason, device);
            return;
        }

        final long engineTimeNs = watermark.engineTimeNs();
        DeviceTable.usedNs(device, engineTimeNs);
        final boolean mayMoveOthers = quarantine.onAccepted(device);
        final int repetition = dedup.judge(message, device, engineTimeNs);
        if (repetition != Deduplication.NEW)
        {
            onRepeated(message, source, repetition);
            return;
        }

        ledger.onAccepted(source, admission.isOld());
        applyToWindows(message, index, timeNs, engineTimeNs, device);
        applyToAlerts(message, index, timeNs, engineTimeNs);

        final long effectiveTimeNs = admission.effectiveTimeNs(ingestTimeNs);
        final boolean isDeviceDue = devices.advance(device, effectiveTimeNs, engineTimeNs);
        final boolean isGlobalDue = mayMoveOthers ?
            watermark.onAccepted(source, effectiveTimeNs) : watermark.onQuarantined();
        if (isGlobalDue || isDeviceDue)
        {
            fire(EVENT_PHASES, watermark.watermarkNs(), WatermarkTracker.NULL_TIME_NS);
        }
    }

    private void applyToWindows(
        final long message, final int index, final long timeNs, final long engineTimeNs, final long device)
    {
        final long watermarkNs = watermark.watermarkNs();
        for (int i = 0; i < windows.length; i++)
        {
            final WindowOperator window = windows[i];
            final long windowWatermarkNs = window.watermarkNs(watermarkNs, device);
            final int outcome =
                window.onReading(message, ahead.knownKey(i, index), timeNs, windowWatermarkNs, engineTimeNs, device);
            ledger.onOutcome(i, outcome);
            if (outcome == KeyedOperator.LATE)
            {
                results.onLate(i, message, timeNs, windowWatermarkNs);
            }
        }
    }

    /** What is late for an alert is counted, and its windows have had it. */
    private void applyToAlerts(final long message, final int index, final long timeNs, final long engineTimeNs)
    {
        for (int i = 0; i < alerts.length; i++)
        {
            final int operatorId = windows.length + i;
            ledger.onOutcome(
                operatorId, alerts[i].onReading(message, ahead.knownKey(operatorId, index), timeNs, engineTimeNs));
        }
    }

    private void onInvalid(final long message, final int source, final int reason, final long device)
    {
        if (device != DeviceTable.NULL_ADDRESS)
        {
            DeviceTable.usedNs(device, watermark.engineTimeNs());
            quarantine.onRejected(device, watermark.engineTimeNs());
        }
        onRejected(message, source, reason);
    }

    /** A reading came before, or nobody can say: it moves no time but T, and ends no silence but that of its source. */
    private void onRepeated(final long message, final int source, final int repetition)
    {
        if (repetition == Deduplication.DUPLICATE)
        {
            ledger.onDuplicate(source);
            results.onDuplicate(message, admission.eventTimeNs(), watermark.watermarkNs());
        }
        else
        {
            onRejected(message, source, repetition);
        }
    }

    private void onRejected(final long message, final int source, final int reason)
    {
        ledger.onRejected(source, reason);
        results.onRejected(reason, message, admission.eventTimeNs(), watermark.watermarkNs());
    }

    private void onControl(final int templateId, final long message, final long position)
    {
        final long timeNs = UnsafeApi.getLong(message + MessageLayout.CONTROL_TIME_OFFSET);
        results.onCause(position, timeNs);
        ledger.onControl();
        watermark.onTime(timeNs);
        switch (templateId)
        {
            case MessageLayout.TICK_TEMPLATE_ID:
                onTick(message);
                break;

            case MessageLayout.STARTED_TEMPLATE_ID:
                watermark.onStarted();
                devices.onStarted(timeNs);
                break;

            case MessageLayout.END_OF_INPUT_TEMPLATE_ID:
                devices.collectAll();
                fire(EVENT_PHASES, Long.MAX_VALUE, WatermarkTracker.NULL_TIME_NS);
                break;

            case MessageLayout.LEDGER_MARK_TEMPLATE_ID:
                marks.onMark(message);
                break;

            default:
                break;
        }
    }

    private void onTick(final long message)
    {
        final int firstSource = UnsafeApi.getShort(message + MessageLayout.TICK_FIRST_SOURCE_OFFSET) & 0xFFFF;
        final int count = UnsafeApi.getByte(message + MessageLayout.TICK_SOURCE_COUNT_OFFSET) & 0xFF;
        for (int i = 0; i < Math.min(count, MessageLayout.TICK_SOURCES); i++)
        {
            watermark.onEmptySince(
                firstSource + i,
                UnsafeApi.getLong(message + MessageLayout.TICK_EMPTY_SINCE0_OFFSET + (long)i * Long.BYTES));
        }
        if (UnsafeApi.getByte(message + MessageLayout.TICK_LAST_OFFSET) == 1)
        {
            watermark.onTick();
            if (UnsafeApi.getByte(message + MessageLayout.TICK_HELD_UP_OFFSET) == 1)
            {
                devices.onStarted(UnsafeApi.getLong(message + MessageLayout.TICK_TIME_OFFSET));
            }
            devices.collectSilent(watermark.engineTimeNs());
            dedup.onTick(watermark.engineTimeNs());
            isTick = true;
            fire(TICK_PHASES, watermark.watermarkNs(), watermark.silenceWatermarkNs());
        }
    }

    private void forget()
    {
        ahead.clear();
        final long engineTimeNs = watermark.engineTimeNs();
        for (final WindowOperator window : windows)
        {
            if (!window.isByDevice())
            {
                window.forget(watermark.watermarkNs(), engineTimeNs);
            }
        }
        for (final AlertOperator alert : alerts)
        {
            alert.forget(watermark.watermarkNs(), engineTimeNs);
        }
        devices.forget(engineTimeNs);
    }

    private void fire(final int phaseCount, final long firstLimitNs, final long secondLimitNs)
    {
        firingLimitNs[0] = firstLimitNs;
        firingLimitNs[1] = secondLimitNs;
        phases = phaseCount;
        phase = 0;
        firingOperator = 0;
        isFiring = true;
        resume();
    }
}
