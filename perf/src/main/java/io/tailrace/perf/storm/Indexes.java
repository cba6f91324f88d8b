package io.tailrace.perf.storm;

/**
 * Which reading of its fleet a gateway sends next.
 * <p>
 * Threading: one thread.
 */
interface Indexes
{
    /** @return index of the reading that is sent so many readings from now. */
    long peek(int ahead);

    /** Takes readings, which are sent. */
    void advance(int count);

    /** @return the readings of one session's own devices. */
    static Indexes ofSession(final Fleet fleet, final int session)
    {
        return new Indexes()
        {
            private long own;

            @Override
            public long peek(final int ahead)
            {
                return fleet.index(session, own + ahead);
            }

            @Override
            public void advance(final int count)
            {
                own += count;
            }
        };
    }

    /** @return all readings, which those who have this take in turns. */
    static Indexes shared()
    {
        return new Indexes()
        {
            private long next;

            @Override
            public long peek(final int ahead)
            {
                return next + ahead;
            }

            @Override
            public void advance(final int count)
            {
                next += count;
            }
        };
    }
}
