package io.tailrace.engine.monitor;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import io.aeron.Aeron;
import io.aeron.AeronCounters;
import io.aeron.ChannelUri;
import io.aeron.CommonContext;
import io.aeron.Image;
import io.aeron.Subscription;
import org.agrona.SystemUtil;
import org.agrona.collections.Long2LongHashMap;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.status.CountersReader;

/**
 * How far a subscription is behind its publishers: the sum over all images of what the driver shows of the other end,
 * less what was taken. The other end is the publisher of {@code aeron:ipc}, else what has come in over the network,
 * which flow control bounds; what a remote sender holds back is not seen from here.
 * <p>
 * Threading: {@link #look} by one thread, depth and capacity may be read by any. Allocation-free while the number of
 * images does not grow.
 */
final class AeronBacklog implements Consumer<Image>
{
    private static final long NULL_POSITION = -1;
    private static final float LOAD_FACTOR = 0.6f;
    private static final int IMAGES = 8;

    private final Aeron aeron;
    private final Subscription subscription;
    private final long maxWindow;
    private final Long2LongHashMap taken = new Long2LongHashMap(IMAGES, LOAD_FACTOR, NULL_POSITION);
    private final AtomicLong depth = new AtomicLong();
    private final AtomicLong capacity = new AtomicLong();
    private long windows;

    /**
     * @param aeron                client of the driver.
     * @param subscription         of the source.
     * @param receiverWindowLength that the driver gives to an image from the network, if the channel says nothing.
     */
    AeronBacklog(final Aeron aeron, final Subscription subscription, final int receiverWindowLength)
    {
        this.aeron = aeron;
        this.subscription = subscription;
        maxWindow = maxWindow(subscription.channel(), receiverWindowLength);
    }

    /** Looks at the positions. */
    void look()
    {
        // Whoever closes a client that has lost its driver leaves its counters mapped for a while.
        if (aeron.isClosed())
        {
            return;
        }
        taken.clear();
        windows = 0;
        subscription.forEachImage(this);
        depth.lazySet(taken.isEmpty() ? 0 : behind(aeron.countersReader()));
        capacity.lazySet(windows);
    }

    @Override
    public void accept(final Image image)
    {
        taken.put(image.correlationId(), Math.max(0, image.position()));
        windows += Math.min(maxWindow, image.termBufferLength() / 2);
    }

    /** @return bytes, as of the last look. */
    long depth()
    {
        return depth.get();
    }

    /** @return how far all images together may be behind before their publishers have to wait, bytes. */
    long capacity()
    {
        return capacity.get();
    }

    private long behind(final CountersReader counters)
    {
        final AtomicBuffer metaData = counters.metaDataBuffer();
        long sum = 0;
        for (int id = 0; id <= counters.maxCounterId(); id++)
        {
            if (counters.getCounterState(id) == CountersReader.RECORD_ALLOCATED && isOtherEnd(counters, id))
            {
                final long image = metaData.getLong(CountersReader.metaDataOffset(id) + CountersReader.KEY_OFFSET);
                final long position = taken.get(image);
                if (position != NULL_POSITION)
                {
                    sum += Math.max(0, counters.getCounterValue(id) - position);
                }
            }
        }
        return sum;
    }

    /** The key of both begins with the id by which the image is known to the client. */
    private static boolean isOtherEnd(final CountersReader counters, final int id)
    {
        final int type = counters.getCounterTypeId(id);
        return type == AeronCounters.DRIVER_PUBLISHER_POS_TYPE_ID || type == AeronCounters.DRIVER_RECEIVER_HWM_TYPE_ID;
    }

    private static long maxWindow(final String channel, final int receiverWindowLength)
    {
        final ChannelUri uri = ChannelUri.parse(channel);
        if (uri.isIpc())
        {
            return Long.MAX_VALUE;
        }
        final String own = uri.get(CommonContext.RECEIVER_WINDOW_LENGTH_PARAM_NAME);
        return null == own ?
            receiverWindowLength : SystemUtil.parseSize(CommonContext.RECEIVER_WINDOW_LENGTH_PARAM_NAME, own);
    }
}
