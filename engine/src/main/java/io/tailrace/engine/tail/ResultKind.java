package io.tailrace.engine.tail;

import java.util.Locale;

import io.tailrace.codec.MessageLayout;

/**
 * The kinds of results, by their template.
 */
public enum ResultKind
{
    /** One firing of one pane. */
    WINDOW(MessageLayout.WINDOW_RESULT_TEMPLATE_ID),
    /** An event too late for every window of an operator. */
    LATE(MessageLayout.LATE_TEMPLATE_ID),
    /** An invalid event. */
    REJECTED(MessageLayout.REJECTED_TEMPLATE_ID),
    /** An event seen before. */
    DUPLICATE(MessageLayout.DUPLICATE_TEMPLATE_ID),
    /** An alert was raised or cleared. */
    ALERT(MessageLayout.ALERT_TEMPLATE_ID),
    /** A named figure of a window. */
    STATISTIC(MessageLayout.STATISTIC_TEMPLATE_ID);

    private final int templateId;

    ResultKind(final int templateId)
    {
        this.templateId = templateId;
    }

    /** @return the name in output and options. */
    public String text()
    {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The kind of a template.
     *
     * @return null for one that this version does not know.
     */
    public static ResultKind ofTemplate(final int templateId)
    {
        for (final ResultKind kind : values())
        {
            if (kind.templateId == templateId)
            {
                return kind;
            }
        }
        return null;
    }

    /**
     * The kind of a name.
     *
     * @return null if there is no such kind.
     */
    public static ResultKind ofText(final String text)
    {
        for (final ResultKind kind : values())
        {
            if (kind.text().equals(text))
            {
                return kind;
            }
        }
        return null;
    }
}
