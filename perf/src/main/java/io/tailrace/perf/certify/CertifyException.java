package io.tailrace.perf.certify;

/**
 * The run cannot go on: a process failed that should not have.
 */
final class CertifyException extends RuntimeException
{
    private static final long serialVersionUID = 1L;

    CertifyException(final String message)
    {
        super(message);
    }
}
