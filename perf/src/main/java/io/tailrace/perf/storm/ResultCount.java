package io.tailrace.perf.storm;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.tailrace.archive.recording.RecordingReader;
import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.Engine;
import io.tailrace.engine.inspect.DataDirectoryView;
import io.tailrace.engine.inspect.RecordedRange;
import org.agrona.DirectBuffer;
import org.agrona.collections.LongHashSet;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

/**
 * What the results log of a stopped engine comes to: every reading stands in a window, of which the last firing counts,
 * or in a result that says why not.
 * <p>
 * Threading: one thread.
 */
final class ResultCount
{
    private static final int DEVICE_SHIFT = 32;

    private final Fleet critical;
    private final WindowTable windows;
    private final LongHashSet alerts = new LongHashSet();
    private final List<SeenAlert> alertsInOrder = new ArrayList<>();
    private long nextSequence;
    private long gaps;
    private long alertsTwice;
    private long alertsThatDiffer;
    private long late;
    private long rejected;
    private long duplicates;

    /**
     * @param critical whose readings cause the alerts.
     * @param windowNs size of the windows.
     */
    ResultCount(final Fleet critical, final long windowNs)
    {
        this.critical = critical;
        windows = new WindowTable(windowNs);
    }

    /** Reads the results log of a data directory. */
    static ResultCount of(final Path dataDir, final Fleet critical, final long windowNs)
    {
        final ResultCount count = new ResultCount(critical, windowNs);
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

    /** @return the windows, each as its last firing says. */
    WindowTable windows()
    {
        return windows;
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

    /** @return alerts that are not what the reading they name must cause. */
    long alertsThatDiffer()
    {
        return alertsThatDiffer;
    }

    /** @return the alerts, in the order of the log. */
    List<SeenAlert> alertsInOrder()
    {
        return alertsInOrder;
    }

    /** @return readings that were late. */
    long late()
    {
        return late;
    }

    /** @return readings that were rejected. */
    long rejected()
    {
        return rejected;
    }

    /** @return readings that were duplicates. */
    long duplicates()
    {
        return duplicates;
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
            onAlert(buffer, at, device);
        }
        else
        {
            late += header == MessageLayout.LATE_HEADER ? 1 : 0;
            rejected += header == MessageLayout.REJECTED_HEADER ? 1 : 0;
            duplicates += header == MessageLayout.DUPLICATE_HEADER ? 1 : 0;
        }
    }

    private void onWindow(final DirectBuffer buffer, final int at, final long device)
    {
        windows.put(
            device,
            buffer.getLong(at + MessageLayout.WINDOW_RESULT_WINDOW_START_OFFSET, LITTLE_ENDIAN),
            buffer.getLong(at + MessageLayout.WINDOW_RESULT_COUNT_OFFSET, LITTLE_ENDIAN),
            buffer.getDouble(at + MessageLayout.WINDOW_RESULT_SUM_OFFSET, LITTLE_ENDIAN),
            buffer.getDouble(at + MessageLayout.WINDOW_RESULT_MIN_OFFSET, LITTLE_ENDIAN),
            buffer.getDouble(at + MessageLayout.WINDOW_RESULT_MAX_OFFSET, LITTLE_ENDIAN),
            buffer.getDouble(at + MessageLayout.WINDOW_RESULT_FIRST_OFFSET, LITTLE_ENDIAN),
            buffer.getDouble(at + MessageLayout.WINDOW_RESULT_LAST_OFFSET, LITTLE_ENDIAN));
    }

    private void onAlert(final DirectBuffer buffer, final int at, final long device)
    {
        final long eventId = buffer.getLong(at + MessageLayout.ALERT_EVENT_ID_OFFSET, LITTLE_ENDIAN);
        final SeenAlert alert = new SeenAlert(
            device,
            buffer.getLong(at + MessageLayout.ALERT_EVENT_TIME_NS_OFFSET, LITTLE_ENDIAN),
            buffer.getByte(at + MessageLayout.ALERT_STATE_OFFSET) != 0);
        alertsTwice += alerts.add(device << DEVICE_SHIFT | eventId) ? 0 : 1;
        alertsThatDiffer += alert.isOf(critical, eventId) ? 0 : 1;
        alertsInOrder.add(alert);
    }
}
