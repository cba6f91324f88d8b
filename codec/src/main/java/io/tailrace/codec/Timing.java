package io.tailrace.codec;

/**
 * Timing of a firing against the watermark, with its code in {@code timing} of a result. The names are printed as
 * they are.
 */
public enum Timing
{
    /** The first firing, caused by the watermark, by silence or by the end of the input. */
    ON_TIME(0),
    /** Caused by an event that came after the watermark had passed the end of the window. */
    LATE(1),
    /** A firing that no longer holds, because its session was merged or extended. */
    RETRACTED(2);

    private final int code;

    Timing(final int code)
    {
        this.code = code;
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
     * The timing with a code. Allocation-free for known codes.
     *
     * @param code on the wire.
     * @return the timing.
     * @throws IllegalArgumentException if no timing has this code.
     */
    public static Timing of(final int code)
    {
        switch (code)
        {
            case 0:
                return ON_TIME;
            case 1:
                return LATE;
            case 2:
                return RETRACTED;
            default:
                throw new IllegalArgumentException("timing=" + code + ", expected 0 to 2");
        }
    }
}
