package io.tailrace.engine.monitor;

import io.aeron.Subscription;
import io.tailrace.engine.ingress.SourceView;

/** Sources without any transport. */
final class NoSockets implements SourceView
{
    @Override
    public int udpPort(final int source)
    {
        return 0;
    }

    @Override
    public int receiveBufferLength(final int source)
    {
        return 0;
    }

    @Override
    public Subscription subscription(final int source)
    {
        return null;
    }
}
