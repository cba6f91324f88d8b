package io.tailrace.engine.config;

/** How a file sink writes a result. */
public enum SinkFormat
{
    /** A line of comma-separated values below a header. */
    CSV,
    /** A line with one JSON object. */
    JSON
}
