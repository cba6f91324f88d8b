package io.tailrace.engine.send;

import org.agrona.DirectBuffer;

/**
 * A way out for datagrams on which answers come back. Both may be lost, repeated and overtaken; what is at the other
 * end may go away and come back.
 */
public interface AckedChannel extends AutoCloseable
{
    /** Takes what has come back. */
    @FunctionalInterface
    interface AnswerHandler
    {
        /**
         * A datagram came.
         *
         * @param buffer holds it.
         * @param offset of its first byte.
         * @param length in bytes; whatever was sent.
         */
        void onAnswer(DirectBuffer buffer, int offset, int length);
    }

    /**
     * Sends a datagram if that can be done at once.
     *
     * @param buffer holds it from its first byte; may be changed as soon as this returns.
     * @param length in bytes.
     * @return false: not now.
     * @throws SendException if it can never be done again.
     */
    boolean offer(DirectBuffer buffer, int length);

    /**
     * Takes answers that have come, a limited number of them.
     *
     * @param handler told of each.
     * @return how many.
     * @throws SendException if none can ever come again.
     */
    int poll(AnswerHandler handler);

    /** @return why nothing could be sent the last time that it could not; empty: there is nothing to say. */
    default String trouble()
    {
        return "";
    }

    /** @return what it leads to, for messages. */
    String destination();

    @Override
    void close();
}
