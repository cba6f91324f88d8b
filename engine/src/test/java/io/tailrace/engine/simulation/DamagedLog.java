package io.tailrace.engine.simulation;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.tailrace.archive.DataDirectory;
import io.tailrace.archive.journal.MessageLog;
import io.tailrace.archive.recording.LogReader;
import io.tailrace.archive.recording.RecordingDescriptor;
import io.tailrace.archive.recording.RecordingReader;
import io.tailrace.archive.recording.TailCheck;
import io.tailrace.archive.recording.TailReport;
import org.agrona.DirectBuffer;

/**
 * The segment files of a recording, after the tail check that every start makes of them; what is appended is kept
 * beside them.
 */
final class DamagedLog implements MessageLog
{
    private final RecordingDescriptor descriptor;
    private final Path archiveDir;
    private final TailReport tail;
    private final List<byte[]> appended = new ArrayList<>();
    private long appendPosition;

    /**
     * @throws io.tailrace.archive.recording.CorruptRecordingException if a start would be refused.
     */
    DamagedLog(final Path dataDir, final String name)
    {
        descriptor = RecordingDescriptor.load(dataDir, name);
        archiveDir = DataDirectory.archiveDirOf(dataDir);
        tail = TailCheck.repair(archiveDir, descriptor, 0);
        appendPosition = tail.endPosition();
    }

    TailReport tail()
    {
        return tail;
    }

    /** @return messages of one length: those that are recorded, then those that were appended. */
    List<byte[]> messages(final int length)
    {
        final List<byte[]> messages = new ArrayList<>();
        try (LogReader reader = reader(startPosition()))
        {
            while (reader.nextPosition() < openPosition() && reader.next(openPosition()))
            {
                for (int at = 0; at < reader.payloadLength(); at += length)
                {
                    final byte[] message = new byte[length];
                    reader.payloadBuffer().getBytes(reader.payloadOffset() + at, message);
                    messages.add(message);
                }
            }
        }
        for (final byte[] payload : appended)
        {
            for (int at = 0; at < payload.length; at += length)
            {
                messages.add(Arrays.copyOfRange(payload, at, at + length));
            }
        }
        return messages;
    }

    @Override
    public long append(final DirectBuffer src, final int offset, final int length)
    {
        return append(src, offset, length, 0, 0);
    }

    @Override
    public long append(
        final DirectBuffer src, final int offset1, final int length1, final int offset2, final int length2)
    {
        final byte[] payload = new byte[length1 + length2];
        src.getBytes(offset1, payload, 0, length1);
        src.getBytes(offset2, payload, length1, length2);
        appended.add(payload);
        final long position = appendPosition + FakeMedium.HEADER_LENGTH;
        appendPosition += FakeMedium.aligned(payload.length);
        return position;
    }

    @Override
    public int maxPayloadLength()
    {
        return descriptor.maxPayloadLength();
    }

    @Override
    public int windowLength()
    {
        return 0;
    }

    @Override
    public long durablePosition()
    {
        return appendPosition;
    }

    @Override
    public long appendPosition()
    {
        return appendPosition;
    }

    @Override
    public long openPosition()
    {
        return tail.endPosition();
    }

    @Override
    public long startPosition()
    {
        return tail.startPosition();
    }

    @Override
    public boolean isConnected()
    {
        return true;
    }

    @Override
    public String lostReason()
    {
        return "";
    }

    @Override
    public boolean awaitDurable(final long timeoutNs)
    {
        return true;
    }

    @Override
    public boolean purgeBefore(final long position)
    {
        return false;
    }

    @Override
    public int segmentLength()
    {
        return descriptor.segmentLength();
    }

    @Override
    public String name()
    {
        return descriptor.name();
    }

    @Override
    public LogReader reader(final long fromPosition)
    {
        return RecordingReader.open(archiveDir, descriptor, fromPosition);
    }

    @Override
    public void close()
    {
        appended.clear();
    }
}
