package io.tailrace.codec;

import java.io.IOException;

/**
 * A CSV file that cannot be understood from a line on. The message is one line:
 * {@code FILE:LINE: FOUND, expected EXPECTED}.
 */
public final class CsvFormatException extends IOException
{
    private static final long serialVersionUID = 1L;

    private final String file;
    private final long line;

    /**
     * A fault at a line.
     *
     * @param file    name of the file.
     * @param line    from 1.
     * @param problem what was found and what was expected.
     */
    public CsvFormatException(final String file, final long line, final String problem)
    {
        super(file + ":" + line + ": " + problem);
        this.file = file;
        this.line = line;
    }

    /**
     * Name of the file.
     *
     * @return as it was opened.
     */
    public String file()
    {
        return file;
    }

    /**
     * Where the fault is.
     *
     * @return line, from 1.
     */
    public long line()
    {
        return line;
    }
}
