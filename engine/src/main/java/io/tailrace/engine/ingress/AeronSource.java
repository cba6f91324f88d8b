package io.tailrace.engine.ingress;

import java.net.SocketAddress;
import java.util.Arrays;
import java.util.function.Consumer;

import io.aeron.Aeron;
import io.aeron.ChannelUri;
import io.aeron.CommonContext;
import io.aeron.ControlledFragmentAssembler;
import io.aeron.ExclusivePublication;
import io.aeron.Image;
import io.aeron.Subscription;
import io.aeron.exceptions.AeronException;
import io.aeron.logbuffer.ControlledFragmentHandler;
import io.aeron.logbuffer.Header;
import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.config.ConfigurationException;
import io.tailrace.engine.config.SourceConfig;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;

/**
 * An Aeron subscription. A message that finds the ring full, or whose turn it is not, is not consumed, so that flow
 * control slows its sender down; other senders' images are polled on, in turn, a few messages of each, so that none
 * holds up the others. Acknowledgements go to one publication, from which each sender picks its own.
 * <p>
 * A poll takes {@link #FRAGMENT_LIMIT} fragments and refuses {@link #REFUSAL_LIMIT} messages at most, since critical
 * readings wait behind it, and goes on with the next image in the next duty cycle. Images that have nothing cost a look
 * at a position.
 * <p>
 * Threading: the ingress thread. Hot path: allocation-free for messages that fit into one fragment.
 */
final class AeronSource implements IngressSource, AckRoute, ControlledFragmentHandler
{
    static final int FRAGMENT_LIMIT = 32;
    static final int REFUSAL_LIMIT = 32;
    private static final int IMAGE_LIMIT = 8;
    /** Of so many images a poll may look at one more than once. */
    private static final int MIN_LOOKS = 64;
    private static final int MIN_IMAGES = 8;
    private static final String ACK_TERM_LENGTH = "64k";
    private static final String ACK_MTU = "1408";

    private final Subscription subscription;
    private final ExclusivePublication replies;
    private final Intake intake;
    private final AckTracker acks;
    private final ControlledFragmentAssembler assembler = new ControlledFragmentAssembler(this);
    /** Made once; a reference to a method would be another object in each poll. */
    private final Consumer<Image> collector = this::collect;

    private Image[] images = new Image[MIN_IMAGES];
    private int imageCount;
    private int nextImage;
    private int turned;
    private long nowNs;
    private int refusals;
    /** Whether the poll has ended before all images were looked at. */
    private boolean isCut;
    private boolean isBackPressured;

    /** @param acks what senders are told; null: nothing. */
    AeronSource(final Aeron aeron, final SourceConfig config, final Intake intake, final AckTracker acks)
    {
        this.intake = intake;
        this.acks = acks;
        try
        {
            subscription = aeron.addSubscription(config.aeronChannel(), config.aeronStream());
        }
        catch (final AeronException | IllegalArgumentException ex)
        {
            throw new ConfigurationException("source " + config.name() + ": aeron.channel=" + config.aeronChannel() +
                " cannot be opened (" + ex.getMessage() + "), expected a channel that this machine can subscribe to");
        }
        replies = null == acks ? null : addReplies(aeron, config);
    }

    @Override
    public int poll(final long nowNs)
    {
        this.nowNs = nowNs;
        isBackPressured = false;
        refusals = 0;
        collectImages();
        final int fragments = pollImages();
        if (fragments > 0 || refusals == 0)
        {
            return fragments;
        }
        if (isCut)
        {
            // Images behind these may have something that can be taken: no reason to idle.
            return refusals;
        }
        return isBackPressured ? Intake.BACK_PRESSURED : Intake.DEFERRED;
    }

    @Override
    public Action onFragment(final DirectBuffer buffer, final int offset, final int length, final Header header)
    {
        final int taken = intake.onFrame(buffer, offset, length, nowNs);
        if (taken < 0)
        {
            refusals++;
            isBackPressured |= taken == Intake.BACK_PRESSURED;
            return Action.ABORT;
        }
        return Action.CONTINUE;
    }

    @Override
    public boolean isHeldBack()
    {
        return isBackPressured;
    }

    Subscription subscription()
    {
        return subscription;
    }

    @Override
    public int acknowledge(final long nowNs)
    {
        return null == acks ? 0 : acks.doWork(nowNs, this);
    }

    @Override
    public boolean send(final DirectBuffer ack, final SocketAddress to)
    {
        return replies.offer(ack, 0, MessageLayout.SLOT_LENGTH) > 0;
    }

    @Override
    public void close()
    {
        CloseHelper.closeAll(replies, subscription);
    }

    /** Images come and go on the client's thread: those of one moment are polled, a closed one gives nothing. */
    private void collectImages()
    {
        final int before = imageCount;
        imageCount = 0;
        subscription.forEachImage(collector);
        if (imageCount < before)
        {
            // One that has gone is not kept, with its buffers.
            Arrays.fill(images, imageCount, before, null);
        }
    }

    /** Until a limit is reached, or no image has anything that is taken. */
    private int pollImages()
    {
        final int maxLooks = Math.max(imageCount, MIN_LOOKS);
        int fragments = 0;
        int looks = 0;
        int idle = 0;
        while (idle < imageCount && looks < maxLooks && fragments < FRAGMENT_LIMIT && refusals < REFUSAL_LIMIT)
        {
            nextImage = nextImage < imageCount ? nextImage : 0;
            final int limit = Math.min(IMAGE_LIMIT, FRAGMENT_LIMIT - fragments);
            final int taken = images[nextImage++].controlledPoll(assembler, limit);
            idle = taken == 0 ? idle + 1 : 0;
            fragments += taken;
            looks++;
        }
        isCut = looks < imageCount;
        turned += looks;
        if (turned >= imageCount)
        {
            turned = 0;
            intake.onTurned();
        }
        return fragments;
    }

    private void collect(final Image image)
    {
        if (imageCount == images.length)
        {
            images = Arrays.copyOf(images, 2 * imageCount);
        }
        images[imageCount++] = image;
    }

    private ExclusivePublication addReplies(final Aeron aeron, final SourceConfig config)
    {
        try
        {
            final ChannelUri channel = ChannelUri.parse(config.ackChannel());
            if (!channel.containsKey(CommonContext.TERM_LENGTH_PARAM_NAME) &&
                !channel.containsKey(CommonContext.MTU_LENGTH_PARAM_NAME))
            {
                channel.put(CommonContext.TERM_LENGTH_PARAM_NAME, ACK_TERM_LENGTH);
                channel.put(CommonContext.MTU_LENGTH_PARAM_NAME, ACK_MTU);
            }
            return aeron.addExclusivePublication(channel.toString(), config.ackStream());
        }
        catch (final AeronException | IllegalArgumentException ex)
        {
            subscription.close();
            throw new ConfigurationException("source " + config.name() + ": aeron.ack-channel=" + config.ackChannel() +
                " cannot be opened (" + ex.getMessage() + "), expected a channel that this machine can publish to");
        }
    }
}
