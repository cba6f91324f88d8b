package io.tailrace.engine.send;

import org.agrona.DirectBuffer;

/**
 * The way out for datagrams, and how it fares.
 */
public interface DatagramSender extends AutoCloseable
{
    /**
     * Sends one datagram; waits while the way is full.
     *
     * @param buffer holds it from its first byte; may be changed as soon as this returns.
     * @param length in bytes.
     * @throws SendException if the destination is gone.
     */
    void send(DirectBuffer buffer, int length);

    /**
     * Does what has become due meanwhile; while there is nothing to send.
     *
     * @throws SendException if the destination is gone.
     */
    default void poll()
    {
    }

    /**
     * Waits until everything sent has left, as far as the way can tell.
     *
     * @throws SendException if the destination is gone before.
     */
    void finish();

    /** @return how often the destination said that nobody listens. */
    long refusals();

    @Override
    void close();
}
