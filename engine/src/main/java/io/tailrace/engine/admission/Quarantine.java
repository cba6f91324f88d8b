package io.tailrace.engine.admission;

import io.tailrace.codec.RejectReason;
import io.tailrace.codec.SaturatingTime;
import io.tailrace.engine.state.DeviceTable;

/**
 * Keeps devices whose clocks lie from moving the time of the others. See {@code engine/docs/SEMANTICS.md}, section 1.
 * <p>
 * Threading: one thread, the operators'. Hot path: allocation-free.
 */
public final class Quarantine
{
    private static final long REJECTIONS_WITHIN_NS = 60_000_000_000L;
    private static final int SANE_ROW = 10;
    private static final int FIRST_REASON = RejectReason.BEFORE_EARLIEST.code();
    private static final int LAST_REASON = RejectReason.TOO_OLD.code();

    private final DeviceTable devices;
    private final QuarantineView view = new QuarantineView();

    /** @param devices in whose blocks is who is in quarantine. */
    public Quarantine(final DeviceTable devices)
    {
        this.devices = devices;
    }

    /** @return whether a rejection says that the device's clock is wrong. */
    public static boolean isByTimeBounds(final int reason)
    {
        return reason >= FIRST_REASON && reason <= LAST_REASON;
    }

    /** A reading of a device was rejected by time bounds at engine time T. */
    public void onRejected(final long device, final long engineTimeNs)
    {
        final long thirdLastNs = devices.onRejection(device, engineTimeNs);
        DeviceTable.saneRow(device, 0);
        if (DeviceTable.isInQuarantine(device))
        {
            view.onRejected(devices.deviceId(device), devices.rejections(device));
        }
        else if (thirdLastNs != DeviceTable.NULL_TIME_NS &&
            SaturatingTime.subtract(engineTimeNs, thirdLastNs) <= REJECTIONS_WITHIN_NS)
        {
            DeviceTable.isInQuarantine(device, true);
            view.onEntered(devices.deviceId(device), devices.rejections(device));
        }
    }

    /**
     * A reading of a device is sane: no bound rejects it, whatever deduplication will say.
     *
     * @return whether it may move the time of the others.
     */
    public boolean onAccepted(final long device)
    {
        if (!DeviceTable.isInQuarantine(device))
        {
            return true;
        }
        final int row = DeviceTable.saneRow(device) + 1;
        DeviceTable.saneRow(device, row);
        if (row < SANE_ROW)
        {
            return false;
        }
        DeviceTable.isInQuarantine(device, false);
        DeviceTable.saneRow(device, 0);
        DeviceTable.forgetRejections(device);
        view.onReleased(devices.deviceId(device));
        return true;
    }

    /** A device was restored, after the view was cleared. */
    public void onRestored(final long device)
    {
        if (DeviceTable.isInQuarantine(device))
        {
            view.onRestored(devices.deviceId(device), devices.rejections(device));
        }
    }

    /** A device is forgotten. */
    public void onForgotten(final long device)
    {
        if (DeviceTable.isInQuarantine(device))
        {
            view.onReleased(devices.deviceId(device));
        }
    }

    /** @return who is in quarantine, to be read on the operators' thread. */
    public QuarantineView view()
    {
        return view;
    }
}
