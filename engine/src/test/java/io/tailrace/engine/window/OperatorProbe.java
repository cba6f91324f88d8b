package io.tailrace.engine.window;

import java.util.ArrayList;
import java.util.List;

import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.config.EventTimeConfig;
import io.tailrace.engine.config.LimitsConfig;
import io.tailrace.engine.config.ReferenceClock;
import io.tailrace.engine.config.WatermarkKind;
import io.tailrace.engine.config.WindowConfig;
import io.tailrace.engine.operator.ResultPublisher;
import io.tailrace.engine.ring.ResultsRing;
import io.tailrace.engine.state.DeviceTable;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

import static org.junit.jupiter.api.Assertions.assertEquals;

/**
 * One operator with the devices and the results ring that it needs, driven by hand. Results read as
 * {@code device/metric [start,end) r<revision> t<timing> n<count> <sum>}; timing 0 is on time, 1 late, 2 retracted.
 */
final class OperatorProbe implements AutoCloseable
{
    static final long NO_WATERMARK = Long.MIN_VALUE;
    static final int METRIC = 7;

    private static final int DEVICES = 64;
    private static final int LARGE = 1 << 12;

    private final UnsafeBuffer message =
        new UnsafeBuffer(BufferUtil.allocateDirectAligned(MessageLayout.SLOT_LENGTH, BitUtil.CACHE_LINE_LENGTH));
    private final DeviceTable devices = new DeviceTable(DEVICES, 1);
    private final List<String> taken = new ArrayList<>();
    private final ResultsRing ring;
    private final WindowOperator operator;

    OperatorProbe(final WindowConfig.Builder window)
    {
        this(window, 16, Long.MAX_VALUE, LARGE);
    }

    OperatorProbe(final WindowConfig.Builder window, final int maxKeys, final long keyTtlNs, final int slots)
    {
        final WindowConfig config = window.build();
        ring = new ResultsRing(slots);
        operator = WindowOperator.of(new WindowOperator.Spec(
            0,
            config.watermark() == WatermarkKind.DEVICE ? 0 : WindowOperator.GLOBAL_WATERMARK,
            config,
            EventTimeConfig.builder().referenceClock(ReferenceClock.NONE).build(),
            LimitsConfig.builder().keys(maxKeys).keyTtlNs(keyTtlNs).build(),
            new ResultPublisher(ring)));
        message.putInt(MessageLayout.READING_METRIC_OFFSET, METRIC);
    }

    WindowOperator operator()
    {
        return operator;
    }

    UnsafeBuffer message()
    {
        return message;
    }

    /** The block of a device, made if there is none. */
    long device(final long deviceId)
    {
        final long device = devices.find(deviceId);
        return device == DeviceTable.NULL_ADDRESS ? devices.create(deviceId) : device;
    }

    void forgetDevice(final long deviceId)
    {
        operator.forgetDevice(device(deviceId));
        devices.remove(device(deviceId));
    }

    /** Applies a reading at a watermark that everybody shares. */
    int apply(final long deviceId, final long timeNs, final double value, final long watermarkNs)
    {
        return apply(deviceId, timeNs, value, watermarkNs, 0);
    }

    int apply(
        final long deviceId,
        final long timeNs,
        final double value,
        final long watermarkNs,
        final long engineTimeNs)
    {
        message.putLong(MessageLayout.READING_DEVICE_ID_OFFSET, deviceId);
        message.putDouble(MessageLayout.READING_VALUE_OFFSET, value);
        final long home = operator.home(message.addressOffset());
        operator.touchHome(home);
        final long known = operator.find(home, message.addressOffset());
        operator.touch(known);
        return operator.onReading(
            message.addressOffset(), known, timeNs, watermarkNs, engineTimeNs, device(deviceId));
    }

    /** Fires up to a limit, takes one result whenever the ring is full, and all at the end. */
    void fire(final long limitNs)
    {
        while (!operator.fire(limitNs))
        {
            takeOneOfFull();
        }
        takeAll();
    }

    /** Likewise for what was collected. */
    void fireCollected()
    {
        while (!operator.fireCollected())
        {
            takeOneOfFull();
        }
        takeAll();
    }

    /** The results since the last call. */
    List<String> results()
    {
        takeAll();
        final List<String> results = List.copyOf(taken);
        taken.clear();
        return results;
    }

    void takeAll()
    {
        while (ring.available() > 0)
        {
            takeOne();
        }
    }

    @Override
    public void close()
    {
        operator.close();
        devices.close();
    }

    private void takeOneOfFull()
    {
        assertEquals(ring.capacity(), ring.available(), "stopped while there was room");
        takeOne();
    }

    private void takeOne()
    {
        final int at = ring.offsetOf(0);
        final UnsafeBuffer buffer = ring.buffer();
        taken.add(buffer.getLong(at + MessageLayout.RESULT_DEVICE_ID_OFFSET) +
            "/" + buffer.getInt(at + MessageLayout.RESULT_METRIC_OFFSET) +
            " [" + buffer.getLong(at + MessageLayout.WINDOW_RESULT_WINDOW_START_OFFSET) +
            "," + buffer.getLong(at + MessageLayout.WINDOW_RESULT_WINDOW_END_OFFSET) +
            ") r" + buffer.getInt(at + MessageLayout.RESULT_REVISION_OFFSET) +
            " t" + buffer.getByte(at + MessageLayout.RESULT_TIMING_OFFSET) +
            " n" + buffer.getLong(at + MessageLayout.WINDOW_RESULT_COUNT_OFFSET) +
            " " + buffer.getDouble(at + MessageLayout.WINDOW_RESULT_SUM_OFFSET));
        ring.release(1);
    }
}
