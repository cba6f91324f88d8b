package io.tailrace.engine.dedup;

import io.tailrace.codec.MessageLayout;
import io.tailrace.codec.RejectReason;
import io.tailrace.engine.config.DedupBy;
import io.tailrace.engine.config.DedupConfig;
import io.tailrace.engine.state.DeviceTable;
import org.agrona.UnsafeApi;

/**
 * Says of each valid reading whether it came before, in the way that the configuration asks for.
 * <p>
 * Threading: one thread, the operators'. Hot path: allocation-free once warm. Memory: see {@link IdSet}; the bitmaps of
 * {@code by: sequence} lie in the blocks of the devices.
 */
public final class Deduplication implements AutoCloseable
{
    /** The reading is new, and remembered from now on. Other judgements are codes of a {@link RejectReason}. */
    public static final int NEW = 0;

    /** The reading came before. */
    public static final int DUPLICATE = -1;

    static final int BEYOND_WINDOW = RejectReason.BEYOND_DEDUP_WINDOW.code();
    static final int EXHAUSTED = RejectReason.DEDUP_EXHAUSTED.code();

    private final DeviceTable devices;
    private final SequenceDedup sequences;
    private final IdSet ids;

    /**
     * @param config  by what readings are recognised.
     * @param devices with room for {@code config.windowIds()} ids of each.
     */
    public Deduplication(final DedupConfig config, final DeviceTable devices)
    {
        this.devices = devices;
        sequences = config.by() == DedupBy.SEQUENCE ? new SequenceDedup(config.windowIds()) : null;
        ids = config.by() == DedupBy.ID ? new IdSet(config.ttlNs(), config.maxIds()) : null;
    }

    /**
     * Judges a reading, and remembers it if it is new.
     *
     * @param message      address of the reading.
     * @param device       block of its device.
     * @param engineTimeNs T, its ingest time included.
     * @return {@link #NEW}, {@link #DUPLICATE}, or the code of the {@link RejectReason} why nobody can say.
     */
    public int judge(final long message, final long device, final long engineTimeNs)
    {
        if (null != sequences)
        {
            return sequences.judge(devices.dedup(device), deviceEpoch(message), eventId(message));
        }
        return null == ids ? NEW : ids.add(
            UnsafeApi.getLong(message + MessageLayout.READING_DEVICE_ID_OFFSET),
            deviceEpoch(message),
            eventId(message),
            engineTimeNs);
    }

    /** Engine time goes on without a reading: forgets what is due. */
    public void onTick(final long engineTimeNs)
    {
        if (null != ids)
        {
            ids.forget(engineTimeNs);
        }
    }

    /**
     * Brings near what {@link #judge} will look at, and changes nothing.
     *
     * @param message address of the reading.
     * @param device  block of its device; {@link DeviceTable#NULL_ADDRESS}: it has none yet.
     * @return something that was read, to be used so that it is read.
     */
    public long touch(final long message, final long device)
    {
        if (null != ids)
        {
            return ids.touch(
                UnsafeApi.getLong(message + MessageLayout.READING_DEVICE_ID_OFFSET),
                deviceEpoch(message),
                eventId(message));
        }
        return null == sequences || device == DeviceTable.NULL_ADDRESS ?
            0 : sequences.touch(devices.dedup(device), eventId(message));
    }

    /** @return ids that are remembered with {@code by: id}, else 0. */
    public long rememberedIds()
    {
        return null == ids ? 0 : ids.size();
    }

    /** @return what is remembered with {@code by: id}; null with any other. */
    public IdSet ids()
    {
        return ids;
    }

    @Override
    public void close()
    {
        if (null != ids)
        {
            ids.close();
        }
    }

    private static long eventId(final long message)
    {
        return UnsafeApi.getLong(message + MessageLayout.READING_EVENT_ID_OFFSET);
    }

    private static int deviceEpoch(final long message)
    {
        return UnsafeApi.getShort(message + MessageLayout.READING_DEVICE_EPOCH_OFFSET) & 0xFFFF;
    }
}
