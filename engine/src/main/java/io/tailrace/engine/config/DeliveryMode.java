package io.tailrace.engine.config;

/**
 * What the engine promises about a result after a crash: key {@code mode}.
 */
public enum DeliveryMode
{
    /** A result leaves once, after its cause is durable. */
    EXACTLY_ONCE,

    /** A result may leave before its cause is durable, and may repeat or change after a crash. */
    AT_LEAST_ONCE,

    /** No journal; a crash forgets everything. */
    IN_MEMORY
}
