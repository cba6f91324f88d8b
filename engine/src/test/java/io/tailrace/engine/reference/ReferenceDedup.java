package io.tailrace.engine.reference;

/**
 * By what the model recognises readings that it has seen before.
 *
 * @param by        which of the fields below mean something.
 * @param windowIds with {@link By#SEQUENCE}, ids below the highest of a device that can be told apart.
 * @param ttlNs     with {@link By#ID}, how long an id is remembered at least, ns of engine time.
 * @param maxIds    with {@link By#ID}, ids remembered at most.
 */
public record ReferenceDedup(By by, int windowIds, long ttlNs, long maxIds)
{
    /** No reading is a duplicate. */
    public static final ReferenceDedup NONE = new ReferenceDedup(By.NONE, 0, 0, 0);

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
    public ReferenceDedup
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

    /**
     * By the order of the ids of each device.
     *
     * @param windowIds ids that are remembered, the highest of the device among them.
     * @return the rule.
     */
    public static ReferenceDedup bySequence(final int windowIds)
    {
        return new ReferenceDedup(By.SEQUENCE, windowIds, 0, 0);
    }

    /**
     * By the ids themselves.
     *
     * @param ttlNs  how long an id is remembered at least, ns of engine time.
     * @param maxIds ids remembered at most.
     * @return the rule.
     */
    public static ReferenceDedup byId(final long ttlNs, final long maxIds)
    {
        return new ReferenceDedup(By.ID, 0, ttlNs, maxIds);
    }

    @Override
    public String toString()
    {
        return switch (by)
        {
            case NONE -> "none";
            case SEQUENCE -> "sequence/" + windowIds;
            case ID -> "id/" + ttlNs + "ns/" + maxIds;
        };
    }
}
