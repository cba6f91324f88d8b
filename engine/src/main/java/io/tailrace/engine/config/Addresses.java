package io.tailrace.engine.config;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text of socket addresses, both ways: {@code 127.0.0.1:9010}, {@code [::1]:9010}, {@code host.example:9010}.
 * <p>
 * No name server is asked: literals and {@code localhost} are resolved here, any other host name stays unresolved,
 * so that a
 * configuration can be checked on another machine than the one it is for.
 */
final class Addresses
{
    private static final Pattern ADDRESS =
        Pattern.compile("(?:\\[([0-9a-fA-F:.]{2,45})]|([A-Za-z0-9.-]{1,253})):(0|[1-9][0-9]{0,4})");
    private static final Pattern DOTTED = Pattern.compile("[0-9.]+");
    private static final Pattern HOST =
        Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*");
    private static final int MAX_PORT = 65_535;

    private Addresses()
    {
    }

    static InetSocketAddress parse(final String text) throws ValueException
    {
        final Matcher matcher = ADDRESS.matcher(text);
        if (!matcher.matches() || Integer.parseInt(matcher.group(3)) > MAX_PORT)
        {
            throw new ValueException();
        }

        final int port = Integer.parseInt(matcher.group(3));
        final String host = matcher.group(2);
        try
        {
            if (host == null)
            {
                // In brackets the JDK takes a literal or nothing; it asks no name server.
                return new InetSocketAddress(InetAddress.getByName("[" + matcher.group(1) + "]"), port);
            }

            if (DOTTED.matcher(host).matches())
            {
                return new InetSocketAddress(InetAddress.getByAddress(dotted(host)), port);
            }

            if ("localhost".equals(host))
            {
                return new InetSocketAddress(InetAddress.getByAddress(host, new byte[]{127, 0, 0, 1}), port);
            }
        }
        catch (final UnknownHostException ex)
        {
            throw new ValueException();
        }

        if (!HOST.matcher(host).matches())
        {
            throw new ValueException();
        }

        return InetSocketAddress.createUnresolved(host, port);
    }

    static String print(final InetSocketAddress address)
    {
        final boolean isBracketed = address.getAddress() instanceof Inet6Address;
        final String host = isBracketed ? "[" + address.getAddress().getHostAddress() + "]" : address.getHostString();
        return host + ":" + address.getPort();
    }

    private static byte[] dotted(final String host) throws ValueException
    {
        final String[] parts = host.split("\\.", -1);
        if (parts.length != 4)
        {
            throw new ValueException();
        }

        final byte[] bytes = new byte[4];
        for (int i = 0; i < 4; i++)
        {
            if (!parts[i].matches("0|[1-9][0-9]{0,2}") || Integer.parseInt(parts[i]) > 255)
            {
                throw new ValueException();
            }

            bytes[i] = (byte) Integer.parseInt(parts[i]);
        }

        return bytes;
    }
}
