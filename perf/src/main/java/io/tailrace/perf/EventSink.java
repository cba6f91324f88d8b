package io.tailrace.perf;

import io.tailrace.engine.ingress.Publisher;
import org.agrona.DirectBuffer;

/**
 * What takes events: a {@link Publisher} of the engine, or whatever stands in for it.
 */
@FunctionalInterface
interface EventSink
{
    /**
     * Offers readings in wire layout, all or none.
     *
     * @return {@code count}, {@link Publisher#BACK_PRESSURED} or {@link Publisher#CLOSED}.
     */
    int offer(DirectBuffer buffer, int offset, int count);
}
