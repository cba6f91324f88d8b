package io.tailrace.engine.ingress;

/**
 * One source that ingress polls.
 */
interface IngressSource extends AutoCloseable
{
    /**
     * Takes what there is, up to a limit of datagrams or messages.
     *
     * @param nowNs ingest time of what is taken.
     * @return what was taken or refused; 0: polled and empty; {@link Intake#BACK_PRESSURED}: there is something, but no
     *         room.
     */
    int poll(long nowNs);

    /** @return whether the last poll ended since there was no room, whatever it has taken before. */
    boolean isHeldBack();

    /**
     * Tells senders what has become durable.
     *
     * @return acknowledgements sent.
     */
    int acknowledge(long nowNs);

    @Override
    void close();
}
