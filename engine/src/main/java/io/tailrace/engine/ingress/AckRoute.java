package io.tailrace.engine.ingress;

import java.net.SocketAddress;

import org.agrona.DirectBuffer;

/**
 * The way back to the senders of a source.
 */
interface AckRoute
{
    /**
     * Sends one acknowledgement, or drops it.
     *
     * @param ack holds it, {@link io.tailrace.codec.MessageLayout#SLOT_LENGTH} bytes from its first.
     * @param to  where the session's last datagram came from; null if the way back is the same for all senders.
     * @return whether it left.
     */
    boolean send(DirectBuffer ack, SocketAddress to);
}
