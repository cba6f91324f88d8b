package io.tailrace.engine.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class LifecycleLogTest
{
    @TempDir
    private Path dir;

    @Test
    void shouldAppendOneObjectALineWhateverTheTextHolds() throws IOException
    {
        final Path dataDir = dir.resolve("new");
        final LifecycleLog log = new LifecycleLog(dataDir);
        log.append(LifecycleLog.line("failed").add("reason", "two\nlines and a \"quote\""));
        log.append(LifecycleLog.line("ready").add("journalPosition", 128));

        final List<String> lines = Files.readAllLines(dataDir.resolve("lifecycle.jsonl"));
        assertEquals(2, lines.size());
        assertTrue(lines.get(0).endsWith("\"reason\":\"two\\nlines and a \\\"quote\\\"\"}"), lines.get(0));
        assertTrue(lines.get(1).matches(
            "\\{\"time\":\"[^\"]+Z\",\"event\":\"ready\",\"pid\":[0-9]+,\"journalPosition\":128}"), lines.get(1));
    }

    @Test
    void shouldKeepOnePreviousFile() throws IOException
    {
        final LifecycleLog log = new LifecycleLog(dir);
        Files.write(dir.resolve("lifecycle.1.jsonl"), new byte[]{'x'});
        Files.write(dir.resolve("lifecycle.jsonl"), new byte[(int)LifecycleLog.MAX_LENGTH]);
        log.append(LifecycleLog.line("ready"));

        assertEquals(1, Files.readAllLines(dir.resolve("lifecycle.jsonl")).size());
        assertEquals(LifecycleLog.MAX_LENGTH, Files.size(dir.resolve("lifecycle.1.jsonl")));
    }
}
