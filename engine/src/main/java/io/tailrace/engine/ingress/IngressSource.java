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
     * @return what was taken or refused; 0: polled and empty; less: there is something that must wait, as
     *         {@link Intake#BACK_PRESSURED} or {@link Intake#DEFERRED}.
     */
    int poll(long nowNs);

    /** @return whether anything found no room in the ring in the last poll, whatever that has taken before. */
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
