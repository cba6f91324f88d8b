package io.tailrace.perf.storm;

import java.nio.file.Path;

import io.tailrace.archive.recording.RecordingReader;
import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.Engine;
import io.tailrace.engine.inspect.DataDirectoryView;
import io.tailrace.engine.inspect.RecordedRange;
import org.agrona.DirectBuffer;
import org.agrona.collections.Long2LongHashMap;
import org.agrona.collections.LongHashSet;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

/**
 * What the results log of a stopped engine comes to, device by device: every reading stands in a window, of which the
 * last firing counts, or in a result that says why not.
 * <p>
 * Threading: one thread.
 */
final class ResultCount
{
    private static final long NONE = 0;
    private static final int DEVICE_SHIFT = 32;

    private final long windowNs;
    private final Long2LongHashMap windows = new Long2LongHashMap(NONE);
    private final Long2LongHashMap byDevice = new Long2LongHashMap(NONE);
    private final LongHashSet alerts = new LongHashSet();
    private long nextSequence;
    private long gaps;
    private long alertsTwice;
    private long notInWindows;

    /** @param windowNs size of the windows. */
    ResultCount(final long windowNs)
    {
        this.windowNs = windowNs;
    }

    /** Reads the results log of a data directory. */
    static ResultCount of(final Path dataDir, final long windowNs)
    {
        final ResultCount count = new ResultCount(windowNs);
        final RecordedRange results = DataDirectoryView.of(dataDir).recording(Engine.RESULTS);
        try (RecordingReader reader = results.open())
        {
            while (results.next(reader))
            {
                count.onFrame(reader.payloadBuffer(), reader.payloadOffset(), reader.payloadLength());
            }
        }
        return count;
    }

    void onFrame(final DirectBuffer buffer, final int offset, final int length)
    {
        for (int at = offset; at < offset + length; at += MessageLayout.RESULT_LENGTH)
        {
            onResult(buffer, at);
        }
    }

    /** @return results, all kinds. */
    long results()
    {
        return nextSequence;
    }

    /** @return places where a sequence does not follow the one before. */
    long gaps()
    {
        return gaps;
    }

    /** @return readings that have caused an alert. */
    long alerts()
    {
        return alerts.size();
    }

    /** @return alerts of readings that had caused one before. */
    long alertsTwice()
    {
        return alertsTwice;
    }

    /** @return readings that were late, rejected or a duplicate. */
    long notInWindows()
    {
        return notInWindows;
    }

    /** @return readings in all. */
    long readings()
    {
        long readings = 0;
        final Long2LongHashMap.ValueIterator counts = byDevice.values().iterator();
        while (counts.hasNext())
        {
            readings += counts.nextValue();
        }
        return readings;
    }

    /** @return devices of a fleet whose readings are not as many as were sent. */
    long devicesThatDiffer(final Fleet fleet, final long sent)
    {
        long differing = 0;
        for (long device = fleet.firstDevice(); fleet.has(device); device++)
        {
            differing += byDevice.get(device) == fleet.readingsOf(device, sent) ? 0 : 1;
        }
        return differing;
    }

    private void onResult(final DirectBuffer buffer, final int at)
    {
        final long sequence = buffer.getLong(at + MessageLayout.RESULT_SEQUENCE_OFFSET, LITTLE_ENDIAN);
        gaps += sequence == nextSequence ? 0 : 1;
        nextSequence = sequence + 1;
        final long device = buffer.getLong(at + MessageLayout.RESULT_DEVICE_ID_OFFSET, LITTLE_ENDIAN);
        final long header = buffer.getLong(at, LITTLE_ENDIAN);
        if (header == MessageLayout.WINDOW_RESULT_HEADER)
        {
            onWindow(buffer, at, device);
        }
        else if (header == MessageLayout.ALERT_HEADER)
        {
            final long eventId = buffer.getLong(at + MessageLayout.ALERT_EVENT_ID_OFFSET, LITTLE_ENDIAN);
            alertsTwice += alerts.add(device << DEVICE_SHIFT | eventId) ? 0 : 1;
        }
        else if (header == MessageLayout.LATE_HEADER || header == MessageLayout.REJECTED_HEADER ||
            header == MessageLayout.DUPLICATE_HEADER)
        {
            byDevice.put(device, byDevice.get(device) + 1);
            notInWindows++;
        }
    }

    private void onWindow(final DirectBuffer buffer, final int at, final long device)
    {
        final long count = buffer.getLong(at + MessageLayout.WINDOW_RESULT_COUNT_OFFSET, LITTLE_ENDIAN);
        final long start = buffer.getLong(at + MessageLayout.WINDOW_RESULT_WINDOW_START_OFFSET, LITTLE_ENDIAN);
        final long before = windows.put(device << DEVICE_SHIFT | start / windowNs, count);
        byDevice.put(device, byDevice.get(device) + count - before);
    }
}
