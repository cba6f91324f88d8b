package io.tailrace.engine.send;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

import io.tailrace.codec.MessageLayout;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.collections.ArrayUtil;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.UnsafeBuffer;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

/**
 * Sends datagrams until they are settled: keeps those that are not in a window, sends them again after a time that
 * doubles, and sends no new one while the window is full.
 * <pre>
 *   settled ... | base | settled or waiting ... | next | ... base + WINDOW
 * </pre>
 * Each datagram reaches its destination at least once, also one that is killed and restarted meanwhile; how often it
 * may be journalled stands in {@code codec/docs/spec/messages.md}, "Acknowledgement".
 * <p>
 * Threading: one thread. Memory: {@link #WINDOW} datagrams.
 */
public final class AckedSender implements DatagramSender
{
    /** Datagrams that may be waited for: as far as the bitmap of an acknowledgement reaches. */
    public static final int WINDOW = Long.SIZE;

    static final long FIRST_RESEND_NS = TimeUnit.MILLISECONDS.toNanos(100);
    static final long MAX_RESEND_NS = TimeUnit.SECONDS.toNanos(2);
    static final long RETRY_NS = TimeUnit.MILLISECONDS.toNanos(1);
    static final long STOP_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(2);

    private static final long PARK_NS = TimeUnit.MICROSECONDS.toNanos(100);
    private static final int MASK = WINDOW - 1;

    private final AckedChannel channel;
    private final long session;
    private final long ackTimeoutNs;
    private final BooleanSupplier isStopped;
    private final NanoClock clock;
    private final LongConsumer park;
    private final AckedChannel.AnswerHandler onAnswer = this::onAnswer;

    private final UnsafeBuffer[] datagrams = new UnsafeBuffer[WINDOW];
    private final int[] lengths = new int[WINDOW];
    private final int[] attempts = new int[WINDOW];
    private final long[] dueNs = new long[WINDOW];
    private final boolean[] isSettled = new boolean[WINDOW];
    private final AckReport report = new AckReport();
    private long base;
    private long next;
    private long lastProgressNs;

    /**
     * A sender of one session.
     *
     * @param channel      out and back; closed with the sender.
     * @param session      in the header of every datagram.
     * @param ackTimeoutNs gives up when nothing has been settled for so long.
     * @param isStopped    asked while waiting: soon gives up if it becomes true.
     */
    public AckedSender(
        final AckedChannel channel, final long session, final long ackTimeoutNs, final BooleanSupplier isStopped)
    {
        this(channel, session, ackTimeoutNs, isStopped, System::nanoTime, LockSupport::parkNanos);
    }

    AckedSender(
        final AckedChannel channel,
        final long session,
        final long ackTimeoutNs,
        final BooleanSupplier isStopped,
        final NanoClock clock,
        final LongConsumer park)
    {
        this.channel = channel;
        this.session = session;
        this.ackTimeoutNs = ackTimeoutNs;
        this.isStopped = isStopped;
        this.clock = clock;
        this.park = park;
        for (int i = 0; i < WINDOW; i++)
        {
            datagrams[i] = new UnsafeBuffer(ArrayUtil.EMPTY_BYTE_ARRAY);
        }
    }

    /**
     * Takes a datagram that begins with a header of this session; waits while the window is full.
     *
     * @throws IllegalArgumentException if its sequence is not the next one of the session.
     * @throws SendException            if nothing was settled for too long, or the way is gone.
     */
    @Override
    public void send(final DirectBuffer buffer, final int length)
    {
        if (buffer.getLong(MessageLayout.DATAGRAM_HEADER_SESSION_OFFSET, LITTLE_ENDIAN) != session ||
            buffer.getLong(MessageLayout.DATAGRAM_HEADER_SEQUENCE_OFFSET, LITTLE_ENDIAN) != next)
        {
            throw new IllegalArgumentException("not datagram " + next + " of session " + session);
        }
        while (!hasRoom())
        {
            workOrPark();
        }

        final long nowNs = clock.nanoTime();
        if (base == next)
        {
            lastProgressNs = nowNs;
        }
        final int place = (int)next & MASK;
        if (datagrams[place].capacity() < length)
        {
            datagrams[place].wrap(new byte[length]);
        }
        datagrams[place].putBytes(0, buffer, 0, length);
        lengths[place] = length;
        attempts[place] = 0;
        isSettled[place] = false;
        next++;
        transmit(next - 1, nowNs);
        poll();
    }

    /** Takes answers, and sends again what is due. */
    @Override
    public void poll()
    {
        work();
    }

    /** Waits until everything is settled. */
    @Override
    public void finish()
    {
        while (base != next)
        {
            workOrPark();
        }
    }

    @Override
    public long refusals()
    {
        return 0;
    }

    /** @return whether {@link #send} would take a datagram without waiting. */
    public boolean hasRoom()
    {
        return next - base < WINDOW;
    }

    /** @return datagrams that are not settled yet. */
    public int waiting()
    {
        int waiting = 0;
        for (long sequence = base; sequence != next; sequence++)
        {
            waiting += isSettled[(int)sequence & MASK] ? 0 : 1;
        }
        return waiting;
    }

    /** @return what became of the datagrams so far. */
    public AckReport report()
    {
        return report;
    }

    @Override
    public void close()
    {
        CloseHelper.close(channel);
    }

    private void workOrPark()
    {
        if (work() == 0)
        {
            park.accept(PARK_NS);
        }
    }

    private int work()
    {
        int work = channel.poll(onAnswer);
        final long nowNs = clock.nanoTime();
        for (long sequence = base; sequence != next; sequence++)
        {
            final int place = (int)sequence & MASK;
            if (!isSettled[place] && nowNs - dueNs[place] >= 0)
            {
                work += transmit(sequence, nowNs) ? 1 : 0;
            }
        }
        if (base != next)
        {
            checkProgress(nowNs);
        }
        return work;
    }

    private boolean transmit(final long sequence, final long nowNs)
    {
        final int place = (int)sequence & MASK;
        datagrams[place].putLong(MessageLayout.DATAGRAM_HEADER_SETTLED_BELOW_OFFSET, base, LITTLE_ENDIAN);
        if (!channel.offer(datagrams[place], lengths[place]))
        {
            dueNs[place] = nowNs + RETRY_NS;
            return false;
        }
        if (attempts[place] > 0)
        {
            report.onResent();
        }
        dueNs[place] = nowNs + Math.min(MAX_RESEND_NS, FIRST_RESEND_NS << Math.min(attempts[place], Byte.SIZE));
        attempts[place]++;
        return true;
    }

    private void checkProgress(final long nowNs)
    {
        final boolean isEnding = isStopped.getAsBoolean();
        final long timeoutNs = isEnding ? Math.min(STOP_TIMEOUT_NS, ackTimeoutNs) : ackTimeoutNs;
        if (nowNs - lastProgressNs >= timeoutNs)
        {
            throw new SendException(channel.destination() + ": " + (isEnding ? "stopped" : "no acknowledgement") +
                ", nothing was settled within " + TimeUnit.NANOSECONDS.toMillis(timeoutNs) + " ms, " + waiting() +
                " datagrams are not (" + report + ")" +
                (channel.trouble().isEmpty() ? "" : ", the last trouble was: " + channel.trouble()) +
                (report.settled() == 0 ? ", expected a source with ack: true" : ""));
        }
    }

    private void onAnswer(final DirectBuffer buffer, final int offset, final int length)
    {
        if (length < MessageLayout.SLOT_LENGTH ||
            buffer.getLong(offset, LITTLE_ENDIAN) != MessageLayout.ACK_HEADER ||
            buffer.getLong(offset + MessageLayout.ACK_SESSION_OFFSET, LITTLE_ENDIAN) != session)
        {
            return;
        }
        final long contiguous = buffer.getLong(offset + MessageLayout.ACK_CONTIGUOUS_OFFSET, LITTLE_ENDIAN);
        if (contiguous < 0 || contiguous > next)
        {
            return;
        }
        report.onCounts(buffer, offset);
        for (long sequence = base; sequence < contiguous; sequence++)
        {
            settle(sequence);
        }
        long settled = buffer.getLong(offset + MessageLayout.ACK_SETTLED_OFFSET, LITTLE_ENDIAN);
        while (settled != 0)
        {
            settle(contiguous + Long.numberOfTrailingZeros(settled));
            settled &= settled - 1;
        }
        while (base != next && isSettled[(int)base & MASK])
        {
            base++;
        }
    }

    private void settle(final long sequence)
    {
        final int place = (int)sequence & MASK;
        if (sequence >= base && sequence < next && !isSettled[place])
        {
            isSettled[place] = true;
            lastProgressNs = clock.nanoTime();
            report.onSettled();
        }
    }
}
