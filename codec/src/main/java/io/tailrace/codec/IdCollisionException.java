package io.tailrace.codec;

/**
 * Two different texts stand for the same id. What follows would mix two devices or two metrics, so whoever meets
 * this stops and says which names to change.
 */
public final class IdCollisionException extends Exception
{
    private static final long serialVersionUID = 1L;

    private final String kind;
    private final String firstText;
    private final String secondText;
    private final long id;

    /**
     * A collision.
     *
     * @param kind       {@code device} or {@code metric}.
     * @param firstText  text that had the id first.
     * @param secondText text that came to the same id.
     * @param id         u64.
     */
    public IdCollisionException(final String kind, final String firstText, final String secondText, final long id)
    {
        super(kind + " names \"" + firstText + "\" and \"" + secondText + "\" both have id " +
            Long.toUnsignedString(id) + ", expected different ids: rename one of them");
        this.kind = kind;
        this.firstText = firstText;
        this.secondText = secondText;
        this.id = id;
    }

    /**
     * What kind of name it is.
     *
     * @return {@code device} or {@code metric}.
     */
    public String kind()
    {
        return kind;
    }

    /**
     * The text that had the id first.
     *
     * @return the text.
     */
    public String firstText()
    {
        return firstText;
    }

    /**
     * The text that came to the same id.
     *
     * @return the text.
     */
    public String secondText()
    {
        return secondText;
    }

    /**
     * The id of both.
     *
     * @return u64.
     */
    public long id()
    {
        return id;
    }
}
