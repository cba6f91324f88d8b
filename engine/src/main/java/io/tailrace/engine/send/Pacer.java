package io.tailrace.engine.send;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

import org.agrona.concurrent.NanoClock;

/**
 * The time of a run, from its start on, and waiting for it.
 * <p>
 * Threading: one thread.
 */
public final class Pacer
{
    /** Shorter waits spin, since a parked thread may wake that much too late. */
    static final long SPIN_NS = TimeUnit.MICROSECONDS.toNanos(60);

    /** A longer wait asks now and then whether it is still wanted. */
    static final long MAX_PARK_NS = TimeUnit.MILLISECONDS.toNanos(50);

    private final NanoClock clock;
    private final LongConsumer park;
    private final long startNs;

    /**
     * Starts now.
     *
     * @param clock to read.
     * @param park  waits for about so many ns.
     */
    Pacer(final NanoClock clock, final LongConsumer park)
    {
        this.clock = clock;
        this.park = park;
        startNs = clock.nanoTime();
    }

    /** @return a pacer that starts now, by the clock of this machine. */
    public static Pacer start()
    {
        return new Pacer(System::nanoTime, LockSupport::parkNanos);
    }

    /** @return time since the start, ns. */
    public long elapsedNs()
    {
        return clock.nanoTime() - startNs;
    }

    /**
     * Waits until a time of the schedule.
     *
     * @param dueNs     since the start.
     * @param isStopped asked while waiting: gives up if it becomes true.
     */
    public void await(final long dueNs, final BooleanSupplier isStopped)
    {
        long remainingNs = dueNs - elapsedNs();
        while (remainingNs > 0 && !isStopped.getAsBoolean())
        {
            if (remainingNs > SPIN_NS)
            {
                park.accept(Math.min(MAX_PARK_NS, remainingNs - SPIN_NS));
            }
            else
            {
                Thread.onSpinWait();
            }
            remainingNs = dueNs - elapsedNs();
        }
    }
}
