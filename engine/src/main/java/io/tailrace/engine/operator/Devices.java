package io.tailrace.engine.operator;

import java.util.ArrayList;
import java.util.List;

import io.tailrace.codec.SaturatingTime;
import io.tailrace.engine.admission.Quarantine;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.state.DeviceTable;
import io.tailrace.engine.state.StateInput;
import io.tailrace.engine.state.StateOutput;
import io.tailrace.engine.time.DeviceSilence;
import io.tailrace.engine.time.TimeToLive;
import io.tailrace.engine.window.WindowOperator;

/**
 * The devices, each with a time of its own, that of its windows included: it moves with the device's readings and with
 * its silence, and a device that was not heard of for long is forgotten with all of it. See
 * {@code engine/docs/SEMANTICS.md}, sections 2, 4 and 8.
 * <p>
 * Threading: one thread, the operators'. Hot path: allocation-free once warm.
 * Memory: a block a device within {@code limits.devices}, off-heap; deadlines on the heap.
 */
final class Devices implements AutoCloseable
{
    private final DeviceTable table;
    private final Quarantine quarantine;
    private final DeviceSilence silence;
    private final TimeToLive timeToLive;
    private final long outOfOrdernessNs;

    /** Those that look at the watermark of each device. */
    private final WindowOperator[] operators;

    /** What else knows devices by their numbers. */
    private final List<DeviceKeys> deviceKeys = new ArrayList<>();

    Devices(final EngineConfig config)
    {
        operators = new WindowOperator[(int)config.windows().stream().filter(
            window -> WindowOperator.Spec.isByDevice(window, config.eventTime())).count()];
        outOfOrdernessNs = config.eventTime().outOfOrdernessNs();
        table = new DeviceTable(config.limits().devices(), operators.length, config.dedup().windowIds());
        quarantine = new Quarantine(table);
        silence = new DeviceSilence(table, outOfOrdernessNs, config.eventTime().idleAfterNs());
        timeToLive = new TimeToLive(config.limits().keyTtlNs(), table.blocks()::attribute);
    }

    /** Adds an operator that looks at the watermark of each device; all are added before the first reading. */
    void operator(final int index, final WindowOperator operator)
    {
        operators[index] = operator;
    }

    /** @return a new table by the numbers of devices, told of those that are forgotten. */
    DeviceKeys newDeviceKeys()
    {
        final DeviceKeys keys = new DeviceKeys(table);
        deviceKeys.add(keys);
        return keys;
    }

    /** @return where devices are. */
    DeviceTable table()
    {
        return table;
    }

    /** @return which devices are kept from moving the time of the others. */
    Quarantine quarantine()
    {
        return quarantine;
    }

    /**
     * @param known block of the device as it was looked up ahead, or {@link DeviceTable#NULL_ADDRESS}.
     * @return the block of a device, about to change, made if it is new and there is room; else {@link
     *         DeviceTable#NULL_ADDRESS}.
     */
    long of(final long deviceId, final long known, final long engineTimeNs)
    {
        long device = known == DeviceTable.NULL_ADDRESS ? table.find(deviceId) : known;
        assert device == table.find(deviceId) : "looked up ahead, and not there any more";
        if (device != DeviceTable.NULL_ADDRESS)
        {
            table.changing(device);
        }
        else
        {
            device = table.create(deviceId);
            if (device != DeviceTable.NULL_ADDRESS)
            {
                timeToLive.onCreated(DeviceTable.number(device), table.created(device), engineTimeNs);
            }
        }
        return device;
    }

    /**
     * Moves the time of a device on after an accepted reading, and collects what that makes due.
     *
     * @return whether anything is due.
     */
    boolean advance(final long device, final long effectiveTimeNs, final long engineTimeNs)
    {
        if (operators.length == 0)
        {
            return false;
        }
        boolean isDue = false;
        if (effectiveTimeNs > DeviceTable.maxTimeNs(device))
        {
            DeviceTable.maxTimeNs(device, effectiveTimeNs);
            final long watermarkNs = SaturatingTime.subtract(effectiveTimeNs, outOfOrdernessNs);
            DeviceTable.watermarkNs(device, watermarkNs);
            isDue = collect(device, watermarkNs);
        }
        if (silence.onReading(device, engineTimeNs))
        {
            silence.schedule(device, nextEndNs(device), engineTimeNs);
        }
        return isDue;
    }

    /** Nobody was heard until then, which is no silence. */
    void onStarted(final long timeNs)
    {
        silence.onStarted(timeNs);
    }

    /** Collects what the silence of devices makes due. */
    void collectSilent(final long engineTimeNs)
    {
        for (long device = silence.poll(engineTimeNs);
            device != DeviceTable.NULL_ADDRESS;
            device = silence.poll(engineTimeNs))
        {
            collect(device, silence.limitNs(device, engineTimeNs));
            silence.onFired(device, nextEndNs(device), engineTimeNs);
        }
    }

    /** Collects everything that has not fired. */
    void collectAll()
    {
        if (operators.length == 0)
        {
            return;
        }
        for (int number = 0; number < table.numbers(); number++)
        {
            final long device = table.blockOf(number);
            if (device != DeviceTable.NULL_ADDRESS)
            {
                table.changing(device);
                collect(device, Long.MAX_VALUE);
            }
        }
    }

    /** Forgets devices that were not heard of for long and hold nothing open. */
    void forget(final long engineTimeNs)
    {
        for (int looks = 0; looks < TimeToLive.LOOKS_PER_TICK; looks++)
        {
            final int number = timeToLive.poll(engineTimeNs);
            if (number == TimeToLive.NONE)
            {
                return;
            }
            final long device = table.blockOf(number);
            if (!timeToLive.isUsed(DeviceTable.usedNs(device), engineTimeNs))
            {
                forget(device, engineTimeNs);
            }
        }
    }

    /** @return the earliest T at which a tick would find anything to do here, or {@link Long#MAX_VALUE}. */
    long nextTickNs()
    {
        return Math.min(timeToLive.firstNs(), silence.firstNs());
    }

    /** Saves what is not in blocks. */
    void save(final StateOutput out)
    {
        table.save(out);
        silence.save(out);
        out.putLong(quarantine.view().entered());
    }

    /** Restores what is not in blocks, and what follows from them; after them. */
    void load(final StateInput in)
    {
        table.load(in);
        silence.load(in);
        quarantine.view().clear(in.getLong());
        for (int number = 0; number < table.numbers(); number++)
        {
            final long device = table.blockOf(number);
            if (device != DeviceTable.NULL_ADDRESS)
            {
                timeToLive.onRestored(number, table.created(device), table.blocks().attribute(number));
                quarantine.onRestored(device);
            }
        }
    }

    @Override
    public void close()
    {
        table.close();
    }

    private boolean collect(final long device, final long limitNs)
    {
        boolean isDue = false;
        for (final WindowOperator operator : operators)
        {
            isDue |= operator.collect(device, limitNs);
        }
        return isDue;
    }

    private long nextEndNs(final long device)
    {
        long nextEndNs = Long.MAX_VALUE;
        for (final WindowOperator operator : operators)
        {
            nextEndNs = Math.min(nextEndNs, operator.nextEndNs(device));
        }
        return nextEndNs;
    }

    private void forget(final long device, final long engineTimeNs)
    {
        for (final WindowOperator operator : operators)
        {
            if (operator.isDeviceOpen(device, silence.limitNs(device, engineTimeNs)))
            {
                timeToLive.lookAgain(engineTimeNs);
                return;
            }
        }
        for (final WindowOperator operator : operators)
        {
            operator.forgetDevice(device);
        }
        quarantine.onForgotten(device);
        for (int i = 0; i < deviceKeys.size(); i++)
        {
            deviceKeys.get(i).onDeviceForgotten(DeviceTable.number(device));
        }
        table.remove(device);
    }
}
