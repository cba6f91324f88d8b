package io.tailrace.engine.config;

/**
 * By what an operator keeps its panes apart: key {@code windows[].key}.
 */
public enum KeyKind
{
    /** By device. */
    DEVICE,

    /** By device and metric. */
    DEVICE_METRIC,

    /** By metric. */
    METRIC,

    /** One key for all events. */
    ALL
}
