package io.tailrace.perf.certify.counter;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Holds what a sink has written against the results log: each wanted result once, in its order, saying the same.
 */
final class SinkCheck implements Consumer<SinkRow>
{
    private final String name;
    private final SinkKinds kinds;
    private final ResultCursor log;
    private final Findings findings;
    private long rows;
    private long last = -1;
    private boolean hasNext;

    SinkCheck(final String name, final SinkKinds kinds, final Path dataDir, final Findings findings)
        throws IOException
    {
        this.name = name;
        this.kinds = kinds;
        this.findings = findings;
        log = ResultCursor.open(dataDir);
        advance();
    }

    /** The next line or row, in the order of the sink. */
    @Override
    public void accept(final SinkRow row)
    {
        rows++;
        if (row.sequence() <= last)
        {
            findings.add(Findings.Fault.DUPLICATED, text(row.sequence()) + " comes again or too late, after " + last);
            return;
        }
        last = row.sequence();
        while (hasNext && log.sequence() < row.sequence())
        {
            onMissing();
        }
        if (!hasNext || log.sequence() > row.sequence())
        {
            findings.add(Findings.Fault.WRONG, text(row.sequence()) + " is not a wanted one of the results log");
            return;
        }
        final SinkRow expected = SinkRow.of(log.result());
        if (!expected.isEqual(row))
        {
            findings.add(Findings.Fault.WRONG, text(row.sequence()) + " is " + row + ", expected " + expected);
        }
        advance();
    }

    /** After the last of them. */
    void end()
    {
        while (hasNext)
        {
            onMissing();
        }
        findings.set("sink." + name, rows);
    }

    private void onMissing()
    {
        findings.add(Findings.Fault.LOST, text(log.sequence()) + " is missing");
        advance();
    }

    private void advance()
    {
        hasNext = log.next();
        while (hasNext && !kinds.isWanted(log.template()))
        {
            hasNext = log.next();
        }
    }

    private String text(final long sequence)
    {
        return "sink " + name + ": result " + sequence;
    }
}
