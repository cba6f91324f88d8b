package io.tailrace.engine.config;

/**
 * Whose event time closes windows: key {@code event-time.watermark}.
 */
public enum WatermarkKind
{
    /** One watermark, the minimum over the sources that are not idle. */
    GLOBAL,

    /** Each device advances its own. */
    DEVICE
}
