package io.tailrace.engine.overload;

/**
 * One reading in so many, by a hash of its event id: whoever knows the id knows whether it is kept, and a reading that
 * is sent again is judged as before.
 */
final class Sampling
{
    private static final int FIRST_SHIFT = 30;
    private static final int SECOND_SHIFT = 27;
    private static final int LAST_SHIFT = 31;
    private static final long FIRST_FACTOR = 0xBF58476D1CE4E5B9L;
    private static final long SECOND_FACTOR = 0x94D049BB133111EBL;

    private Sampling()
    {
    }

    /**
     * Is a reading one that is kept?
     *
     * @param eventId u64.
     * @param oneIn   from 1.
     * @return whether the mixed id, taken as unsigned, is a multiple of {@code oneIn}.
     */
    static boolean isKept(final long eventId, final int oneIn)
    {
        return Long.remainderUnsigned(mix(eventId), oneIn) == 0;
    }

    /** The finaliser of SplitMix64 (Steele, Lea, Flood 2014; constants of D. Stafford's Mix13): a bijection. */
    static long mix(final long value)
    {
        long mixed = (value ^ value >>> FIRST_SHIFT) * FIRST_FACTOR;
        mixed = (mixed ^ mixed >>> SECOND_SHIFT) * SECOND_FACTOR;
        return mixed ^ mixed >>> LAST_SHIFT;
    }
}
