package io.tailrace.perf.jmh;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

import io.tailrace.perf.workload.ReferenceWorkload;

/**
 * A file of readings that never ends: its header, and then the same rows over and over.
 * <p>
 * Threading: one thread. Hot path: allocation-free.
 */
final class CsvRows extends InputStream
{
    private static final String HEADER = "event_id,device_id,metric,event_time_ms,value\n";
    private static final int ROWS = 1024;

    private final byte[] bytes;
    private int at;

    CsvRows(final ReferenceWorkload workload, final String metric)
    {
        final StringBuilder text = new StringBuilder(HEADER);
        for (long index = 0; index < ROWS; index++)
        {
            final long bits = workload.bits(index);
            text.append(String.format(
                Locale.ROOT,
                "%d,%d,%s,%d,%.2f\n",
                index,
                workload.device(bits),
                metric,
                TimeUnit.NANOSECONDS.toMillis(workload.timeNs(index, bits)),
                workload.value(bits) / 7));
        }
        bytes = text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public int read()
    {
        final int next = bytes[at] & 0xFF;
        advance(1);
        return next;
    }

    @Override
    public int read(final byte[] target, final int offset, final int length)
    {
        final int count = Math.min(length, bytes.length - at);
        System.arraycopy(bytes, at, target, offset, count);
        advance(count);
        return count;
    }

    private void advance(final int count)
    {
        at += count;
        if (at == bytes.length)
        {
            at = HEADER.length();
        }
    }
}
