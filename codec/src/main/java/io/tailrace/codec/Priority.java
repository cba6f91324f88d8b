package io.tailrace.codec;

/**
 * Priority of a reading, of a source and of an alert, with its code on the wire.
 */
public enum Priority
{
    /** May be shed under overload. */
    NORMAL(0, "normal"),
    /** Never shed. */
    CRITICAL(1, "critical");

    private final int code;
    private final String text;

    Priority(final int code, final String text)
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
     * Name in configuration and files.
     *
     * @return {@code normal} or {@code critical}.
     */
    public String text()
    {
        return text;
    }

    /**
     * The priority with a code. The byte comes from outside, so every code has an answer: what is not critical is
     * normal.
     *
     * @param code on the wire, any.
     * @return the priority.
     */
    public static Priority of(final int code)
    {
        return code == CRITICAL.code ? CRITICAL : NORMAL;
    }
}
