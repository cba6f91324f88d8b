package io.tailrace.engine.config;

import java.net.InetSocketAddress;

/**
 * One source of events: an element of {@code sources}. Its index is the {@code source} of its events.
 *
 * @param name unique among the sources.
 * @param transport how the events come in.
 * @param udp address to bind with {@link Transport#UDP}, else null; a host name other than {@code localhost} is
 *            unresolved.
 * @param aeronChannel channel URI with {@link Transport#AERON}, else null.
 * @param aeronStream stream id with {@link Transport#AERON}, else 0.
 * @param ackChannel channel URI of acknowledgements with {@link Transport#AERON} and {@code ack}, else null.
 * @param ackStream stream id of acknowledgements with {@link Transport#AERON} and {@code ack}, else 0.
 * @param priority 0 normal, 1 critical.
 * @param timeUnit unit of event times that name none themselves: 0 that of {@code event-time}, 1 s, 2 ms, 3 us, 4 ns.
 * @param ack whether datagrams are acknowledged.
 * @param receiveBufferLength receive buffer of the socket in bytes, from 1024.
 */
public record SourceConfig(
    String name, Transport transport, InetSocketAddress udp, String aeronChannel, int aeronStream,
    String ackChannel, int ackStream, int priority, int timeUnit, boolean ack, int receiveBufferLength)
{

    /** @return whether its events are never shed, limited or deferred, and come before those of other sources. */
    public boolean isCritical()
    {
        return priority != 0;
    }

    /** @return a builder with every value at its default. */
    public static Builder builder()
    {
        return new Builder();
    }

    /** @return a builder that holds the values of this record. */
    public Builder toBuilder()
    {
        return new Builder()
            .name(name)
            .transport(transport)
            .udp(udp)
            .aeronChannel(aeronChannel)
            .aeronStream(aeronStream)
            .ackChannel(ackChannel)
            .ackStream(ackStream)
            .priority(priority)
            .timeUnit(timeUnit)
            .ack(ack)
            .receiveBufferLength(receiveBufferLength);
    }

    /** @return a builder of a source that binds a UDP socket. */
    public static Builder udp(final String name, final InetSocketAddress address)
    {
        return builder().name(name).transport(Transport.UDP).udp(address);
    }

    /** @return a builder of a source that subscribes to an Aeron channel and stream. */
    public static Builder aeron(final String name, final String channel, final int stream)
    {
        return builder().name(name).transport(Transport.AERON).aeronChannel(channel).aeronStream(stream);
    }

    /** @return a builder of a source that is fed by the same process. */
    public static Builder embedded(final String name)
    {
        return builder().name(name).transport(Transport.EMBEDDED);
    }

    /** Collects the values of {@link SourceConfig}; what is not set has its documented default. */
    public static final class Builder
    {
        private String name;
        private Transport transport;
        private InetSocketAddress udp;
        private String aeronChannel;
        private int aeronStream;
        private String ackChannel;
        private int ackStream;
        private int priority;
        private int timeUnit;
        private boolean ack;
        private int receiveBufferLength = 2 * 1024 * 1024;

        private Builder()
        {
        }

        public Builder name(final String name)
        {
            this.name = name;
            return this;
        }

        public Builder transport(final Transport transport)
        {
            this.transport = transport;
            return this;
        }

        Transport transport()
        {
            return transport;
        }

        public Builder udp(final InetSocketAddress udp)
        {
            this.udp = udp;
            return this;
        }

        public Builder aeronChannel(final String aeronChannel)
        {
            this.aeronChannel = aeronChannel;
            return this;
        }

        public Builder aeronStream(final int aeronStream)
        {
            this.aeronStream = aeronStream;
            return this;
        }

        public Builder ackChannel(final String ackChannel)
        {
            this.ackChannel = ackChannel;
            return this;
        }

        public Builder ackStream(final int ackStream)
        {
            this.ackStream = ackStream;
            return this;
        }

        public Builder priority(final int priority)
        {
            this.priority = priority;
            return this;
        }

        public Builder timeUnit(final int timeUnit)
        {
            this.timeUnit = timeUnit;
            return this;
        }

        public Builder ack(final boolean ack)
        {
            this.ack = ack;
            return this;
        }

        public Builder receiveBufferLength(final int receiveBufferLength)
        {
            this.receiveBufferLength = receiveBufferLength;
            return this;
        }

        /** @return the record; whether its values go together is judged by {@link EngineConfig}. */
        public SourceConfig build()
        {
            return new SourceConfig(name, transport, udp, aeronChannel, aeronStream, ackChannel, ackStream, priority,
                timeUnit, ack, receiveBufferLength);
        }
    }
}
