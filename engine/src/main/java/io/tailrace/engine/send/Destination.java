package io.tailrace.engine.send;

/**
 * Where readings are sent: {@code udp:HOST:PORT} or {@code aeron:CHANNEL:STREAM}, such as
 * {@code aeron:udp?endpoint=localhost:40123:1001} or {@code aeron:ipc:1001}.
 *
 * @param isAeron an Aeron channel, or else a UDP address.
 * @param host    of the UDP address, without the brackets of an IPv6 address; null with Aeron.
 * @param port    of the UDP address, 1 to 65535; 0 with Aeron.
 * @param channel Aeron's channel URI; null with UDP.
 * @param stream  Aeron's stream id; 0 with UDP.
 */
public record Destination(boolean isAeron, String host, int port, String channel, int stream)
{
    private static final String UDP = "udp:";
    private static final String AERON = "aeron:";
    private static final String IPC = "aeron:ipc";
    private static final int MAX_PORT = 0xFFFF;

    /**
     * Reads a destination.
     *
     * @param option that it was given with, for the message of the error.
     * @param text   as above; the channel may be written with its own {@code aeron:} or without.
     * @return the destination.
     * @throws IllegalArgumentException if it is none, in one line.
     */
    public static Destination parse(final String option, final String text)
    {
        final int colon = text.lastIndexOf(':');
        if (text.startsWith(UDP) && colon > UDP.length())
        {
            final String address = text.substring(UDP.length(), colon);
            final String host = address.startsWith("[") && address.endsWith("]") ?
                address.substring(1, address.length() - 1) : address;
            return new Destination(false, host, number(option, text, colon, 1, MAX_PORT), null, 0);
        }
        if (text.startsWith(AERON) && colon > AERON.length())
        {
            final String prefixed = text.substring(0, colon);
            final String channel = prefixed.startsWith(AERON + AERON) ? prefixed.substring(AERON.length()) : prefixed;
            if (channel.startsWith(IPC) || channel.startsWith("aeron:udp?"))
            {
                final int stream = number(option, text, colon, Integer.MIN_VALUE, Integer.MAX_VALUE);
                return new Destination(true, null, 0, channel, stream);
            }
        }

        throw wrong(option, text);
    }

    /** @return whether only a driver on this machine leads there. */
    public boolean isIpc()
    {
        return isAeron && channel.startsWith(IPC);
    }

    @Override
    public String toString()
    {
        return isAeron ? channel + ":" + stream : UDP + host + ":" + port;
    }

    private static int number(
        final String option, final String text, final int colon, final int least, final int greatest)
    {
        final String digits = text.substring(colon + 1);
        if (digits.matches("-?[0-9]{1,10}"))
        {
            final long number = Long.parseLong(digits);
            if (number >= least && number <= greatest)
            {
                return (int)number;
            }
        }

        throw wrong(option, text);
    }

    private static IllegalArgumentException wrong(final String option, final String text)
    {
        return new IllegalArgumentException(
            option + ": found " + text + ", expected udp:HOST:PORT or aeron:CHANNEL:STREAM, where CHANNEL is " +
            "udp?endpoint=HOST:PORT or ipc");
    }
}
