package io.tailrace.perf;

import io.tailrace.engine.ResultSubscription;

/**
 * What results are read from: a {@link ResultSubscription}, or whatever stands in for it.
 */
@FunctionalInterface
interface ResultSource
{
    /**
     * Delivers results that are there.
     *
     * @param frameLimit frames at most.
     * @return how many results were delivered.
     */
    int poll(ResultSubscription.ResultHandler handler, int frameLimit);
}
