package io.tailrace.engine.inspect;

import java.io.PrintWriter;
import java.util.HexFormat;

import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.Engine;
import io.tailrace.engine.ingress.RejectsReader;

/**
 * Lists what a data directory holds, one line each: messages of the journal, results, malformed datagrams.
 * <p>
 * Threading: one thread.
 */
public final class Listing
{
    private final DataDirectoryView view;
    private final PrintWriter out;
    private final long limit;

    /**
     * @param view  of the directory.
     * @param out   where to print.
     * @param limit lines at most.
     */
    public Listing(final DataDirectoryView view, final PrintWriter out, final long limit)
    {
        this.view = view;
        this.out = out;
        this.limit = limit;
    }

    /**
     * Prints messages of the journal.
     *
     * @param from position of the first, or one before it.
     */
    public void printJournal(final long from)
    {
        print(view.recording(Engine.JOURNAL), from, MessageLayout.SLOT_LENGTH);
    }

    /**
     * Prints results.
     *
     * @param from position of the first in the results log, or one before it.
     */
    public void printResults(final long from)
    {
        print(view.recording(Engine.RESULTS), from, MessageLayout.RESULT_LENGTH);
    }

    /**
     * Prints malformed datagrams.
     *
     * @param from number of the first, or one before it.
     */
    public void printMalformed(final long from)
    {
        if (RejectsReader.exists(view.dir()))
        {
            try (RejectsReader rejects = RejectsReader.open(view.dir()))
            {
                rejects.read(from, limit, (number, timeNs, source, reason, length, first) -> out.println(
                    "malformed number=" + number +
                    " time=" + MessageView.instant(timeNs) +
                    " source=" + source +
                    " reason=" + DirectorySummary.reasonText(reason) +
                    " length=" + length +
                    " first=" + HexFormat.of().formatHex(first)));
            }
        }
    }

    private void print(final RecordedRange range, final long from, final int messageLength)
    {
        long printed = 0;
        try (MessageWalk walk = new MessageWalk(range, from, messageLength))
        {
            while (printed < limit && !out.checkError() && walk.next())
            {
                if (walk.position() >= from)
                {
                    out.println(walk.position() + " " + MessageView.describe(walk.buffer(), walk.offset()));
                    printed++;
                }
            }
        }
    }
}
