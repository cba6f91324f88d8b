package io.tailrace.engine.ingress;

import io.aeron.Aeron;
import io.aeron.ControlledFragmentAssembler;
import io.aeron.Subscription;
import io.aeron.exceptions.AeronException;
import io.aeron.logbuffer.ControlledFragmentHandler;
import io.aeron.logbuffer.Header;
import io.tailrace.engine.config.ConfigurationException;
import io.tailrace.engine.config.SourceConfig;
import org.agrona.DirectBuffer;

/**
 * An Aeron subscription. A message that finds the ring full is not consumed, so that flow control slows the sender
 * down.
 * <p>
 * Threading: the ingress thread. Hot path: allocation-free for messages that fit into one fragment.
 */
final class AeronSource implements IngressSource, ControlledFragmentHandler
{
    private static final int FRAGMENT_LIMIT = 32;

    private final Subscription subscription;
    private final Intake intake;
    private final ControlledFragmentAssembler assembler = new ControlledFragmentAssembler(this);
    private long nowNs;
    private boolean isBackPressured;

    AeronSource(final Aeron aeron, final SourceConfig config, final Intake intake)
    {
        this.intake = intake;
        try
        {
            subscription = aeron.addSubscription(config.aeronChannel(), config.aeronStream());
        }
        catch (final AeronException | IllegalArgumentException ex)
        {
            throw new ConfigurationException("source " + config.name() + ": aeron.channel=" + config.aeronChannel() +
                " cannot be opened (" + ex.getMessage() + "), expected a channel that this machine can subscribe to");
        }
    }

    @Override
    public int poll(final long nowNs)
    {
        this.nowNs = nowNs;
        isBackPressured = false;
        final int fragments = subscription.controlledPoll(assembler, FRAGMENT_LIMIT);
        return fragments == 0 && isBackPressured ? Intake.BACK_PRESSURED : fragments;
    }

    @Override
    public Action onFragment(final DirectBuffer buffer, final int offset, final int length, final Header header)
    {
        if (intake.onFrame(buffer, offset, length, nowNs) == Intake.BACK_PRESSURED)
        {
            isBackPressured = true;
            return Action.ABORT;
        }
        return Action.CONTINUE;
    }

    @Override
    public void close()
    {
        subscription.close();
    }
}
