package io.tailrace.engine.retention;

/** Who copies a log elsewhere, and is to have it before it is purged, while there is room. Threading: any. */
public interface LogFollowers
{
    /** @return position before which none of them needs anything. */
    long floor();

    /**
     * Stops those that need something before a position, which is about to be purged to make room.
     *
     * @return their names; empty: nobody needs it.
     */
    String overtake(long position);

    /** @return nobody. */
    static LogFollowers none()
    {
        return new LogFollowers()
        {
            @Override
            public long floor()
            {
                return Long.MAX_VALUE;
            }

            @Override
            public String overtake(final long position)
            {
                return "";
            }
        };
    }
}
