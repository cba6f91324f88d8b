package io.tailrace.perf.certify.counter;

/**
 * Why a reading is rejected, in the order of judgement.
 */
enum ModelReason
{
    /** The unit code is none of 0 to 4. */
    TIME_UNIT(1, "time-unit"),
    /** The time in nanoseconds does not fit a long. */
    TIME_RANGE(2, "time-range"),
    /** The value is NaN or infinite. */
    NOT_FINITE(3, "not-finite"),
    /** The event time is before the configured earliest. */
    BEFORE_EARLIEST(4, "before-earliest"),
    /** The event time is too far ahead of the ingest time. */
    FUTURE(5, "future"),
    /** The event time is too far behind the ingest time. */
    TOO_OLD(6, "too-old"),
    /** The device is new and there is no room for it. */
    DEVICES_EXHAUSTED(7, "devices-exhausted"),
    /** The id is too far below the highest of the device, or of an epoch that is over. */
    BEYOND_DEDUP_WINDOW(8, "beyond-dedup-window"),
    /** The id is new and there is no room for it. */
    DEDUP_EXHAUSTED(9, "dedup-exhausted");

    private final int code;
    private final String label;

    ModelReason(final int code, final String label)
    {
        this.code = code;
        this.label = label;
    }

    /**
     * The code that stands in a result.
     *
     * @return 1 to 9.
     */
    public int code()
    {
        return code;
    }

    /**
     * The name that stands in a ledger.
     *
     * @return lower case, words joined by hyphens.
     */
    public String label()
    {
        return label;
    }

    /**
     * Whether it counts towards quarantine.
     *
     * @return true for codes 4 to 6.
     */
    public boolean isByTimeBounds()
    {
        return this == BEFORE_EARLIEST || this == FUTURE || this == TOO_OLD;
    }
}
