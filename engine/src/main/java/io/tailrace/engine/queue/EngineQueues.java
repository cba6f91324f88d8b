package io.tailrace.engine.queue;

import java.util.List;
import java.util.function.LongSupplier;

import org.agrona.concurrent.EpochNanoClock;

/**
 * The queues inside an engine. Any thread may ask at any time.
 *
 * @param queues    from the event ring to the results log.
 * @param sampled   those that somebody has to look at.
 * @param pressures of all stages; empty if duty cycles are not measured.
 * @param released  how many results have left the results ring.
 * @param clock     that the meters of the queues go by.
 */
public record EngineQueues(
    List<WatchedQueue> queues,
    List<SampledQueue> sampled,
    List<BackPressure> pressures,
    LongSupplier released,
    EpochNanoClock clock)
{
}
