package io.tailrace.engine.monitor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.errors.ErrorLogReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ErrorFileTest
{
    @TempDir
    private Path dir;

    private final List<Throwable> told = new ArrayList<>();

    @Test
    void shouldCountErrorsThatAreAlike() throws IOException
    {
        try (ErrorFile errors = new ErrorFile(dir, told::add))
        {
            assertFalse(Files.exists(dir.resolve("errors.dat")));
            for (int i = 0; i < 3; i++)
            {
                errors.onError(new IllegalStateException("disk slow"));
            }
            errors.onError(new IllegalArgumentException("other"));
            assertEquals(4, errors.count());
        }
        assertEquals(4, told.size());
        assertEquals(List.of("3 disk slow", "1 other"), read("errors.dat"));
    }

    @Test
    void shouldKeepTheFileOfTheRunBefore() throws IOException
    {
        for (final String message : List.of("oldest", "old", "new"))
        {
            try (ErrorFile errors = new ErrorFile(dir, told::add))
            {
                errors.onError(new IllegalStateException(message));
            }
        }
        assertEquals(List.of("1 new"), read("errors.dat"));
        assertEquals(List.of("1 old"), read("errors.previous.dat"));
    }

    @Test
    void shouldPassOnWhatComesAfterClose()
    {
        final ErrorFile errors = new ErrorFile(dir, told::add);
        errors.onError(new IllegalStateException("first"));
        errors.close();
        errors.close();
        errors.onError(new IllegalStateException("second"));
        assertEquals(2, told.size());
    }

    @Test
    void shouldPassOnAnErrorThatItCannotKeep()
    {
        final ErrorFile errors = new ErrorFile(dir.resolve("missing"), told::add);
        errors.onError(new IllegalStateException("lost?"));
        assertEquals("lost?", told.get(0).getMessage());
        assertTrue(told.get(0).getSuppressed()[0].getMessage().startsWith("cannot map"));
    }

    private List<String> read(final String name) throws IOException
    {
        final List<String> errors = new ArrayList<>();
        final UnsafeBuffer buffer = new UnsafeBuffer(ByteBuffer.wrap(Files.readAllBytes(dir.resolve(name))));
        ErrorLogReader.read(buffer, (count, first, last, encoded) ->
            errors.add(count + " " + encoded.lines().findFirst().orElseThrow().replaceAll("^.*: ", "")));
        return errors;
    }
}
