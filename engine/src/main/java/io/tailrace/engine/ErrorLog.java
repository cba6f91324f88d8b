package io.tailrace.engine;

import io.aeron.exceptions.AeronEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The default error handler: one line to the log, with the stack only for what is not a mere warning.
 */
final class ErrorLog
{
    private static final Logger LOGGER = LoggerFactory.getLogger("io.tailrace");

    private ErrorLog()
    {
    }

    static void log(final Throwable throwable)
    {
        if (throwable instanceof AeronEvent)
        {
            LOGGER.warn(throwable.getMessage());
        }
        else
        {
            LOGGER.error(throwable.getMessage(), throwable);
        }
    }
}
