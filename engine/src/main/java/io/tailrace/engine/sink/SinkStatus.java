package io.tailrace.engine.sink;

import java.util.Locale;

/**
 * How a sink is doing.
 * <p>
 * Threading: written by the sink's thread, read by any.
 */
public final class SinkStatus
{
    /** What a sink is at. */
    public enum State
    {
        /** It follows the results log. */
        RUNNING,
        /** It is not connected yet, or not any more, and tries again. */
        RECONNECTING,
        /** It has given up: {@link SinkStatus#lastError} says why. */
        FAILED,
        /** It has ended with the engine. */
        STOPPED;

        /** @return the name in output. */
        public String text()
        {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final String name;
    private volatile State state = State.RECONNECTING;
    private volatile SinkPosition written = new SinkPosition(0, 0);
    private volatile String lastError;
    private volatile long retries;
    private volatile long floor;

    SinkStatus(final String name)
    {
        this.name = name;
    }

    /** @return name of the sink. */
    public String name()
    {
        return name;
    }

    /** @return what it is at. */
    public State state()
    {
        return state;
    }

    /** @return results epoch of {@link #nextSequence}. */
    public int epoch()
    {
        return written.epoch();
    }

    /** @return sequence of the first result that it has not written for good. */
    public long nextSequence()
    {
        return written.sequence();
    }

    /**
     * How many results it is behind.
     *
     * @param epoch        the newest one.
     * @param nextSequence that the operators will give in it.
     * @return results; of an older epoch than the newest those of the newest alone, since it is not known here how many
     * came before.
     */
    public long lag(final int epoch, final long nextSequence)
    {
        final SinkPosition position = written;
        return position.epoch() == epoch ? Math.max(0, nextSequence - position.sequence()) : nextSequence;
    }

    /** @return the last error in one line; null: there was none. It stays when the sink has healed. */
    public String lastError()
    {
        return lastError;
    }

    /** @return how often it had to begin anew after an error. */
    public long retries()
    {
        return retries;
    }

    /** Position of the results log before which it needs nothing; 0 until it has once been connected. */
    long floor()
    {
        return floor;
    }

    void onFloor(final long position)
    {
        floor = position;
    }

    void onRunning(final SinkPosition position)
    {
        written = position;
        state = State.RUNNING;
    }

    void onWritten(final SinkPosition position)
    {
        written = position;
    }

    void onRetry(final String error)
    {
        lastError = error;
        retries = retries + 1;
        state = State.RECONNECTING;
    }

    void onFailed(final String error)
    {
        lastError = error;
        state = State.FAILED;
    }

    void onStopped()
    {
        state = State.STOPPED;
    }
}
