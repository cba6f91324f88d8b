package io.tailrace.engine.config;

/**
 * What happens to an event above the rate: key {@code overload.then}.
 */
public enum OverloadAction
{
    /** It is shed. */
    REJECT,

    /** One in {@link OverloadConfig#keepOneIn()} is kept, chosen by a hash of the event id; the others are shed. */
    SAMPLE
}
