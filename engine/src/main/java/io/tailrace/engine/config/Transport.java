package io.tailrace.engine.config;

/**
 * How the events of a source come in.
 */
public enum Transport
{
    /** Datagrams at {@link SourceConfig#udp()}. */
    UDP,

    /** An Aeron subscription of {@link SourceConfig#aeronChannel()} and {@link SourceConfig#aeronStream()}. */
    AERON,

    /** A publisher in the same process. */
    EMBEDDED
}
