package io.tailrace.engine.ingress;

import io.aeron.Subscription;

/**
 * What the transports of the sources show of themselves. Threading: any.
 */
public interface SourceView
{
    /**
     * The local port of a UDP source.
     *
     * @param source index of the source.
     * @return the port, 0: it has none.
     */
    int udpPort(int source);

    /**
     * How much the kernel lets wait in the socket of a UDP source, with its own overhead.
     *
     * @param source index of the source.
     * @return bytes, 0: it has none.
     */
    int receiveBufferLength(int source);

    /**
     * The subscription of an Aeron source.
     *
     * @param source index of the source.
     * @return the subscription, for asking its images; null: it has none.
     */
    Subscription subscription(int source);
}
