package io.tailrace.engine.send;

import io.tailrace.codec.SaturatingTime;

/**
 * When each row is to be sent, fixed from the start: a sender that falls behind catches up, and never moves the
 * schedule to hide that it stood still.
 */
public sealed interface SendSchedule
{
    /** No row waits. */
    SendSchedule AS_FAST_AS_IT_TAKES = new Immediate();

    /**
     * Due time of the next row.
     *
     * @param row         number of the row, from 0, over all passes.
     * @param eventTimeNs its event time, epoch ns.
     * @return time since the start, ns; 0 or less: at once.
     */
    long dueNs(long row, long eventTimeNs);

    /** The file begins anew: event times fall back, and go on from where they were. */
    default void onPass()
    {
    }

    /**
     * One row each {@code 1 / rate} seconds.
     *
     * @param rate rows per second, greater than 0.
     * @return the schedule.
     */
    static SendSchedule atRate(final double rate)
    {
        return new AtRate(rate);
    }

    /**
     * Rows at the distance of their event times, divided by a speed. A row that is older than one before it is due
     * at once.
     *
     * @param speed of the event time, greater than 0; 60 plays an hour in a minute.
     * @return the schedule, for one run.
     */
    static SendSchedule atSpeed(final double speed)
    {
        return new AtSpeed(speed);
    }

    /** Everything is due at the start. */
    final class Immediate implements SendSchedule
    {
        private Immediate()
        {
        }

        @Override
        public long dueNs(final long row, final long eventTimeNs)
        {
            return 0;
        }
    }

    /** By number. */
    final class AtRate implements SendSchedule
    {
        private static final double NANOS_PER_SECOND = 1e9;

        private final double rate;

        private AtRate(final double rate)
        {
            this.rate = rate;
        }

        @Override
        public long dueNs(final long row, final long eventTimeNs)
        {
            // One division of exact numbers, so that no error adds up from row to row.
            return (long)(row * NANOS_PER_SECOND / rate);
        }
    }

    /** By event time. */
    final class AtSpeed implements SendSchedule
    {
        private final double speed;
        private boolean isFirst = true;
        private long firstEventTimeNs;
        private long passStartNs;
        private long lastDueNs;

        private AtSpeed(final double speed)
        {
            this.speed = speed;
        }

        @Override
        public long dueNs(final long row, final long eventTimeNs)
        {
            if (isFirst)
            {
                isFirst = false;
                firstEventTimeNs = eventTimeNs;
            }
            final long elapsedNs = SaturatingTime.subtract(eventTimeNs, firstEventTimeNs);
            final long dueNs = SaturatingTime.add(passStartNs, (long)(elapsedNs / speed));
            lastDueNs = Math.max(lastDueNs, dueNs);
            return dueNs;
        }

        @Override
        public void onPass()
        {
            isFirst = true;
            passStartNs = lastDueNs;
        }
    }
}
