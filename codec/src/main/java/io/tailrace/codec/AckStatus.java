package io.tailrace.codec;

/**
 * How a datagram of a session was settled. The codes are part of the wire format ({@code status} of {@code Ack}) and
 * never change their meaning.
 */
public enum AckStatus
{
    /** In the journal, and durable there. */
    DURABLE(0, "durable"),
    /** Not a sequence of messages, see {@link MalformedReason}. */
    MALFORMED(1, "malformed"),
    /** Refused by the overload policy. */
    SHED(2, "shed"),
    /** Refused as a whole for another reason. */
    REJECTED(3, "rejected");

    private final int code;
    private final String text;

    AckStatus(final int code, final String text)
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
     * Name in reports and messages.
     *
     * @return the name in kebab case.
     */
    public String text()
    {
        return text;
    }
}
