package io.tailrace.perf;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Locale;

import io.tailrace.engine.Engine;
import io.tailrace.engine.config.SourceConfig;
import io.tailrace.engine.config.Transport;

/**
 * Where the events of a run come from, and the way they take. All but {@link #EMBEDDED} are sent by a process of their
 * own, over the loopback interface or shared memory.
 */
enum LoadSource
{
    /** A publisher of the engine, in the process of the engine. */
    EMBEDDED,

    /** UDP datagrams. */
    UDP,

    /** An Aeron publication over UDP, through a media driver of the sender's own. */
    AERON_UDP,

    /** An Aeron publication in shared memory, through the engine's media driver. */
    AERON_IPC;

    private static final int STREAM = 4001;
    private static final String IPC = "aeron:ipc";
    private static final int RECEIVE_BUFFER_LENGTH = 4 * 1024 * 1024;

    /** @return whether another process sends. */
    boolean isOtherProcess()
    {
        return this != EMBEDDED;
    }

    /** @return the source of the engine, at an address that is free now. */
    SourceConfig config()
    {
        return switch (this)
        {
            case EMBEDDED -> SourceConfig.embedded(ReferenceJob.SOURCE).build();
            case UDP -> SourceConfig
                .udp(ReferenceJob.SOURCE, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .receiveBufferLength(RECEIVE_BUFFER_LENGTH)
                .build();
            case AERON_UDP -> SourceConfig
                .aeron(ReferenceJob.SOURCE, "aeron:udp?endpoint=localhost:" + freePort(), STREAM)
                .build();
            case AERON_IPC -> SourceConfig.aeron(ReferenceJob.SOURCE, IPC, STREAM).build();
        };
    }

    /** @return where the events for a running engine go, as {@code send} writes it; none for {@link #EMBEDDED}. */
    String destination(final Engine engine)
    {
        final SourceConfig source = engine.config().sources().get(0);
        if (source.transport() == Transport.UDP)
        {
            return "udp:" + source.udp().getAddress().getHostAddress() + ":" + engine.udpPort(source.name());
        }
        // The default of shared memory would be a term of 64 MiB, each page of which costs when it is first touched.
        return (this == AERON_IPC ? IPC + "?term-length=1m" : source.aeronChannel()) + ":" + source.aeronStream();
    }

    @Override
    public String toString()
    {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Aeron does not tell which port it has bound, so one is taken that was free a moment ago. */
    private static int freePort()
    {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress()))
        {
            return socket.getLocalPort();
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }
}
