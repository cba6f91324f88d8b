package io.tailrace.perf.certify.counter;

/**
 * By what the model recognises readings that it has seen before.
 *
 * @param by        which of the fields below mean something.
 * @param windowIds with {@link By#SEQUENCE}, ids below the highest of a device that can be told apart.
 * @param ttlNs     with {@link By#ID}, how long an id is remembered at least, ns of engine time.
 * @param maxIds    with {@link By#ID}, ids remembered at most.
 */
record ModelDedup(By by, int windowIds, long ttlNs, long maxIds)
{
    /** No reading is a duplicate. */
    public static final ModelDedup NONE = new ModelDedup(By.NONE, 0, 0, 0);

    /** By what. */
    public enum By
    {
        /** By nothing. */
        NONE,
        /** Ids of a device increase: those within reach of the highest are remembered. */
        SEQUENCE,
        /** Any id, remembered for some time. */
        ID
    }

    /** Checks what the model relies on. */
    public ModelDedup
    {
        final boolean isValid = switch (by)
        {
            case NONE -> windowIds == 0 && ttlNs == 0 && maxIds == 0;
            case SEQUENCE -> windowIds > 0 && ttlNs == 0 && maxIds == 0;
            case ID -> windowIds == 0 && ttlNs > 0 && maxIds > 0;
        };
        if (!isValid)
        {
            throw new IllegalArgumentException(
                "by=" + by + " windowIds=" + windowIds + " ttlNs=" + ttlNs + " maxIds=" + maxIds);
        }
    }
}
