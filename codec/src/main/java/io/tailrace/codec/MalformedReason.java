package io.tailrace.codec;

/**
 * Why a datagram or Aeron message is not taken as a whole: it is not a sequence of messages of ours.
 * <p>
 * The codes are part of the wire format ({@code reason} of {@code LedgerMark}) and never change their meaning.
 * Codes 1 to 63 are kept for malformed input; above them the same field counts what the ingress refused for other
 * reasons.
 */
public enum MalformedReason
{
    /** Shorter than the header of a message, or not a multiple of 64 bytes. */
    TRUNCATED(1, "truncated"),
    /** No byte at all, or a datagram header with nothing after it. */
    EMPTY(2, "empty"),
    /** Longer than the configured maximum. */
    OVERSIZED(3, "oversized"),
    /** A schema id other than ours. */
    WRONG_SCHEMA(4, "wrong-schema"),
    /** A template that may not come from outside, or a datagram header that is not the first message. */
    WRONG_TEMPLATE(5, "wrong-template"),
    /** A block length that does not fit the template. */
    WRONG_BLOCK_LENGTH(6, "wrong-block-length"),
    /** Schema version 0, or one newer than ours. */
    WRONG_VERSION(7, "wrong-version");

    private static final MalformedReason[] BY_CODE = new MalformedReason[8];

    static
    {
        for (final MalformedReason reason : values())
        {
            BY_CODE[reason.code] = reason;
        }
    }

    private final int code;
    private final String text;

    MalformedReason(final int code, final String text)
    {
        this.code = code;
        this.text = text;
    }

    /**
     * Code on the wire.
     *
     * @return u16, stable.
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
    public static MalformedReason of(final int code)
    {
        if (code > 0 && code < BY_CODE.length)
        {
            return BY_CODE[code];
        }

        throw new IllegalArgumentException("malformedReason=" + code + ", expected 1 to " + (BY_CODE.length - 1));
    }
}
