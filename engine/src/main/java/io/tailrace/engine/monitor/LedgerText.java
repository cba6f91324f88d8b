package io.tailrace.engine.monitor;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;

import io.tailrace.codec.CsvWriter;

/**
 * A ledger as text: CSV for machines, a table for people.
 */
public final class LedgerText
{
    private LedgerText()
    {
    }

    /** Writes all rows with the header {@code scope,name,reason,count}; closes the stream. */
    public static void writeCsv(final LedgerReport ledger, final OutputStream out) throws IOException
    {
        try (CsvWriter csv = new CsvWriter(out))
        {
            csv.row("scope", "name", "reason", "count");
            for (final LedgerRow row : ledger.rows())
            {
                csv.cell(row.scope()).cell(row.name()).cell(row.reason()).cell(row.count());
                csv.endRow();
            }
        }
    }

    /** Prints all rows, one a line, in columns, counts with thousands separated. */
    public static void printTable(final LedgerReport ledger, final PrintWriter out)
    {
        int nameWidth = 0;
        int reasonWidth = 0;
        for (final LedgerRow row : ledger.rows())
        {
            nameWidth = Math.max(nameWidth, row.name().length());
            reasonWidth = Math.max(reasonWidth, row.reason().length());
        }
        for (final LedgerRow row : ledger.rows())
        {
            out.printf(
                "%-8s  %-" + Math.max(1, nameWidth) + "s  %-" + Math.max(1, reasonWidth) + "s  %,18d%n",
                row.scope(),
                row.name(),
                row.reason(),
                row.count());
        }
        out.flush();
    }
}
