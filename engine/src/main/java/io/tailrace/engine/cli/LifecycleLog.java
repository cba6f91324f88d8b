package io.tailrace.engine.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;

import io.tailrace.engine.monitor.JsonLine;

/**
 * What became of the engine, one JSON object a line, in {@code lifecycle.jsonl} of the data directory: {@code
 * starting}, {@code recovered}, {@code ready}, {@code disk}, {@code checkpoint}, {@code backlog}, {@code stopping},
 * {@code stopped} or {@code failed}. A file of a mebibyte becomes {@code lifecycle.1.jsonl}, the one before is deleted.
 * <p>
 * Each line is one append, so that the line of an engine that is refused because another one runs does not tear the
 * other's.
 */
final class LifecycleLog
{
    static final String FILE_NAME = "lifecycle.jsonl";
    static final String PREVIOUS_FILE_NAME = "lifecycle.1.jsonl";
    static final long MAX_LENGTH = 1 << 20;

    private final Path file;
    private final Path previousFile;

    /** @param dataDir is created if it does not exist. */
    LifecycleLog(final Path dataDir)
    {
        file = dataDir.resolve(FILE_NAME);
        previousFile = dataDir.resolve(PREVIOUS_FILE_NAME);
        try
        {
            Files.createDirectories(dataDir);
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException("cannot create data directory " + dataDir, ex);
        }
    }

    /** @return a line that begins with time, event and process id. */
    static JsonLine line(final String event)
    {
        return new JsonLine()
            .add("time", Instant.now().toString())
            .add("event", event)
            .add("pid", ProcessHandle.current().pid());
    }

    /** Ends a line and appends it. */
    void append(final JsonLine line)
    {
        append(line.end());
    }

    /** Appends a line that has been ended. */
    void append(final String line)
    {
        final byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
        try
        {
            if (Files.exists(file) && Files.size(file) >= MAX_LENGTH)
            {
                Files.move(file, previousFile, StandardCopyOption.REPLACE_EXISTING);
            }
            Files.write(file, bytes, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException("cannot append to " + file, ex);
        }
    }
}
