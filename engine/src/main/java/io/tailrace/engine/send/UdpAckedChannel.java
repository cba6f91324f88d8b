package io.tailrace.engine.send;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.util.Locale;

import io.tailrace.codec.MessageLayout;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A connected UDP socket: answers come back to it from where it sends to. That nobody listens there, or that
 * there is no way to it just now, is no error: both may be about to come back.
 * <p>
 * Threading: one thread.
 */
public final class UdpAckedChannel implements AckedChannel
{
    private static final int ANSWER_LIMIT = 16;

    // One byte more than an answer has, so that a longer one is not taken for one.
    private final ByteBuffer answer = ByteBuffer.allocateDirect(MessageLayout.SLOT_LENGTH + 1);
    private final UnsafeBuffer answerBuffer = new UnsafeBuffer(answer);
    private final ByteBuffer datagram = ByteBuffer.allocateDirect(UdpSender.MAX_DATAGRAM_LENGTH);
    private final DatagramChannel channel;
    private final String destination;
    private String trouble = "";

    private UdpAckedChannel(final DatagramChannel channel, final String destination)
    {
        this.channel = channel;
        this.destination = destination;
    }

    /**
     * Opens a socket.
     *
     * @param destination of UDP.
     * @return the channel.
     * @throws SendException if the host is not known or there is no way to it.
     */
    public static UdpAckedChannel open(final Destination destination)
    {
        final DatagramChannel channel = UdpSender.connect(destination);
        try
        {
            channel.configureBlocking(false);
            return new UdpAckedChannel(channel, destination.toString());
        }
        catch (final IOException ex)
        {
            CloseHelper.quietClose(channel);
            throw new SendException(destination + ": " + ex.getMessage());
        }
    }

    @Override
    public boolean offer(final DirectBuffer buffer, final int length)
    {
        datagram.clear();
        buffer.getBytes(0, datagram, length);
        datagram.flip();
        try
        {
            return channel.write(datagram) > 0;
        }
        catch (final IOException ex)
        {
            onFailure(ex);
            return false;
        }
    }

    @Override
    public int poll(final AnswerHandler handler)
    {
        int answers = 0;
        try
        {
            while (answers < ANSWER_LIMIT && receive())
            {
                handler.onAnswer(answerBuffer, 0, answer.position());
                answers++;
            }
        }
        catch (final IOException ex)
        {
            onFailure(ex);
        }
        return answers;
    }

    @Override
    public String trouble()
    {
        return trouble;
    }

    @Override
    public String destination()
    {
        return destination;
    }

    @Override
    public void close()
    {
        try
        {
            channel.close();
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }

    /** Networks, firewalls and buffers change; a datagram does not become shorter, nor a closed socket open. */
    private void onFailure(final IOException ex)
    {
        trouble = troubleOf(ex);
        if (isFatal(ex))
        {
            throw new SendException(destination + ": " + trouble);
        }
    }

    private static String troubleOf(final IOException ex)
    {
        if (ex instanceof PortUnreachableException)
        {
            return "nobody listens there";
        }
        return null == ex.getMessage() ? ex.getClass().getSimpleName() : ex.getMessage();
    }

    static boolean isFatal(final IOException ex)
    {
        return ex instanceof ClosedChannelException ||
            String.valueOf(ex.getMessage()).toLowerCase(Locale.ROOT).contains("too long");
    }

    private boolean receive() throws IOException
    {
        answer.clear();
        return channel.read(answer) > 0;
    }
}
