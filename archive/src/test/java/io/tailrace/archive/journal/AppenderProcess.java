package io.tailrace.archive.journal;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.tailrace.archive.DataDirectory;
import io.tailrace.archive.Durability;
import io.tailrace.archive.EmbeddedArchive;
import io.tailrace.archive.TestArchive;
import io.tailrace.archive.recording.RecordingReader;
import org.agrona.concurrent.UnsafeBuffer;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

/**
 * A JVM that appends flat out until it is killed. Its durable position goes to a mapped file, which outlives it.
 */
public final class AppenderProcess
{
    static final String PROGRESS_FILE = "progress";

    private AppenderProcess()
    {
    }

    /**
     * Starts one on the class path and with the opened packages of this JVM; its output goes to {@code appender.log}.
     *
     * @param dataDir    data directory, existing.
     * @param durability what its durable position survives.
     * @return the process, to be killed.
     * @throws IOException if it cannot be started.
     */
    public static Process launch(final Path dataDir, final Durability durability) throws IOException
    {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        for (final String argument : ManagementFactory.getRuntimeMXBean().getInputArguments())
        {
            if (argument.startsWith("--add-") || argument.startsWith("--enable-") || argument.startsWith("-XX:+Use"))
            {
                command.add(argument);
            }
        }
        command.addAll(List.of("-Xmx256m", "-cp", System.getProperty("java.class.path"),
            AppenderProcess.class.getName(), dataDir.toString(), durability.name()));
        return new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(dataDir.resolve("appender.log").toFile())
            .start();
    }

    static MappedByteBuffer mapProgress(final Path dataDir) throws IOException
    {
        try (FileChannel channel = FileChannel.open(dataDir.resolve(PROGRESS_FILE), CREATE, READ, WRITE))
        {
            return channel.map(FileChannel.MapMode.READ_WRITE, 0, Long.BYTES);
        }
    }

    /**
     * Appends sequences from where the recording ends, in frames of 16 to 1000 bytes.
     *
     * @param args data directory and durability.
     * @throws IOException if the progress file cannot be mapped.
     */
    public static void main(final String[] args) throws IOException
    {
        final Path dataDir = Path.of(args[0]);
        final UnsafeBuffer progress = new UnsafeBuffer(mapProgress(dataDir));
        final EmbeddedArchive archive = EmbeddedArchive.launch(DataDirectory.acquire(dataDir),
            TestArchive.CONFIG.withDurability(Durability.valueOf(args[1])), Throwable::printStackTrace);
        final RecordedLog log = RecordedLog.open(
            archive, TestArchive.NAME, TestArchive.STREAM_ID, TestArchive.TERM_LENGTH);

        long sequence = 0;
        try (RecordingReader reader = RecordingReader.open(
            archive.directory().archiveDir(), log.descriptor(), log.startPosition()))
        {
            while (reader.next(log.openPosition()))
            {
                sequence = 1 + reader.payloadBuffer().getLong(reader.payloadOffset());
            }
        }

        final UnsafeBuffer message = new UnsafeBuffer(new byte[1024]);
        while (true)
        {
            final int length = lengthOf(sequence);
            TestArchive.fill(message, sequence, length);
            final long position = log.append(message, 0, length);
            if (RecordedLog.LOST == position)
            {
                throw new IllegalStateException(log.lostReason());
            }
            sequence += position >= 0 ? 1 : 0;
            progress.putLongVolatile(0, log.durablePosition());
        }
    }

    static int lengthOf(final long sequence)
    {
        return 16 + (int) (sequence * 31 % 985);
    }
}
