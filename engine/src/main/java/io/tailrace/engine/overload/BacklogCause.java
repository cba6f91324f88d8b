package io.tailrace.engine.overload;

/**
 * Why a frame of the backlog has to wait.
 */
public enum BacklogCause
{
    /** Backlog holds its share of the ring. */
    SHARE("share"),
    /** Backlog came in as fast as {@code backlog-rate} allows. */
    RATE("rate"),
    /** It is the turn of other devices. */
    TURN("turn");

    private final String text;

    BacklogCause(final String text)
    {
        this.text = text;
    }

    /** @return name in metrics. */
    public String text()
    {
        return text;
    }
}
