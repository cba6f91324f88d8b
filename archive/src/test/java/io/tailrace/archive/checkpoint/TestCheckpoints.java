package io.tailrace.archive.checkpoint;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

/**
 * Checkpoints whose frames follow from their number, so that a test knows what it must read.
 */
final class TestCheckpoints
{
    private TestCheckpoints()
    {
    }

    static CheckpointMeta meta(final long number, final long chain, final int indexInChain)
    {
        return new CheckpointMeta(
            number, chain, indexInChain, 1000 * number, 100 * number, 10 * number, 2, 0x1234_5678_9ABCL, 7, "2026a");
    }

    static List<byte[]> frames(final long seed, final int count, final int maxLength)
    {
        final Random random = new Random(seed);
        final List<byte[]> frames = new ArrayList<>();
        for (int i = 0; i < count; i++)
        {
            final byte[] frame = new byte[1 + random.nextInt(maxLength)];
            random.nextBytes(frame);
            frames.add(frame);
        }
        return frames;
    }

    static byte[] footer(final long number)
    {
        return ("footer of " + number).getBytes(StandardCharsets.US_ASCII);
    }

    static Path write(final CheckpointDirectory directory, final CheckpointMeta meta, final List<byte[]> frames)
    {
        try (CheckpointWriter writer = directory.begin(meta))
        {
            for (final byte[] frame : frames)
            {
                writer.append(new UnsafeBuffer(frame), 0, frame.length);
            }
            final byte[] footer = footer(meta.number());
            writer.complete(new UnsafeBuffer(footer), 0, footer.length);
        }

        final List<CheckpointEntry> entries = directory.entries();
        final CheckpointEntry entry = entries.get(entries.size() - 1);
        assertEquals("", entry.damage());
        return entry.file();
    }

    static Path write(final CheckpointDirectory directory, final long number, final long chain, final int indexInChain)
    {
        return write(directory, meta(number, chain, indexInChain), frames(number, 5, 300));
    }

    static List<byte[]> readAll(final CheckpointReader reader)
    {
        final List<byte[]> frames = new ArrayList<>();
        while (reader.next())
        {
            frames.add(bytesOf(reader.payloadBuffer()));
        }
        return frames;
    }

    static byte[] bytesOf(final DirectBuffer buffer)
    {
        final byte[] bytes = new byte[buffer.capacity()];
        buffer.getBytes(0, bytes);
        return bytes;
    }

    static void assertFrames(final List<byte[]> expected, final List<byte[]> actual, final String message)
    {
        assertEquals(expected.size(), actual.size(), message);
        for (int i = 0; i < expected.size(); i++)
        {
            assertArrayEquals(expected.get(i), actual.get(i), message + ", frame " + i);
        }
    }
}
