package io.tailrace.codec;

/**
 * Why a reading was rejected. The codes stand in {@code reason} of {@code Rejected} and never change their meaning;
 * their rules are in {@code engine/docs/SEMANTICS.md}.
 */
public enum RejectReason
{
    /** The time unit is none of 0 to 4. */
    TIME_UNIT(1, "time-unit"),
    /** The time in nanoseconds does not fit a signed 64-bit number. */
    TIME_RANGE(2, "time-range"),
    /** The value is NaN or infinite. */
    NOT_FINITE(3, "not-finite"),
    /** Event time before the earliest that is configured. */
    BEFORE_EARLIEST(4, "before-earliest"),
    /** Event time too far after the ingest time. */
    FUTURE(5, "future"),
    /** Event time too far before the ingest time. */
    TOO_OLD(6, "too-old"),
    /** A new device, and the table of devices is full. */
    DEVICES_EXHAUSTED(7, "devices-exhausted"),
    /** An id below the range of ids that are remembered, so that nobody can say whether it came before. */
    BEYOND_DEDUP_WINDOW(8, "beyond-dedup-window"),
    /** A new id, and the table of ids is full. */
    DEDUP_EXHAUSTED(9, "dedup-exhausted");

    private static final RejectReason[] BY_CODE = new RejectReason[10];

    static
    {
        for (final RejectReason reason : values())
        {
            BY_CODE[reason.code] = reason;
        }
    }

    private final int code;
    private final String text;

    RejectReason(final int code, final String text)
    {
        this.code = code;
        this.text = text;
    }

    /**
     * Code on the wire.
     *
     * @return u8, stable.
     */
    public int code()
    {
        return code;
    }

    /**
     * Name in counters, files and messages.
     *
     * @return the name in kebab case.
     */
    public String text()
    {
        return text;
    }

    /**
     * The reason with a code. Allocation-free for known codes.
     *
     * @param code on the wire.
     * @return the reason.
     * @throws IllegalArgumentException if no reason has this code.
     */
    public static RejectReason of(final int code)
    {
        if (code > 0 && code < BY_CODE.length)
        {
            return BY_CODE[code];
        }

        throw new IllegalArgumentException("rejectReason=" + code + ", expected 1 to " + (BY_CODE.length - 1));
    }
}
