package io.tailrace.engine.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;

import io.tailrace.archive.DataDirectoryLockedException;
import io.tailrace.archive.recording.CorruptRecordingException;
import io.tailrace.engine.config.ConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.params.provider.Arguments.arguments;

class ErrorLineTest
{
    static Stream<Arguments> shouldTurnWhatWasThrownIntoOneLineAndAnExitCode()
    {
        return Stream.of(
            arguments(
                new ConfigurationException("a.yaml:3:7: windows[0].size: found 5x, expected a duration"),
                2,
                "a.yaml:3:7: windows[0].size: found 5x, expected a duration"),
            arguments(
                new DataDirectoryLockedException(Path.of("data"), 42),
                2,
                "data directory data is in use by process 42"),
            arguments(
                new CorruptRecordingException("journal", Path.of("0-0.rec"), 64, "checksum"),
                1,
                "recording journal is corrupt at position 64 in 0-0.rec: checksum"),
            arguments(
                new UncheckedIOException("cannot open data/errors.dat", new NoSuchFileException("data/errors.dat")),
                1,
                "cannot open data/errors.dat: NoSuchFileException: data/errors.dat"),
            arguments(
                new IllegalStateException("engine failed", new IllegalStateException("journal lost: disk full")),
                1,
                "engine failed: IllegalStateException: journal lost: disk full"),
            arguments(new IllegalStateException("two\n  lines\r\n"), 1, "IllegalStateException: two lines"),
            arguments(new NullPointerException(), 1, "NullPointerException"));
    }

    @ParameterizedTest
    @MethodSource
    void shouldTurnWhatWasThrownIntoOneLineAndAnExitCode(
        final Throwable thrown, final int exitCode, final String line)
    {
        final StringWriter err = new StringWriter();
        assertEquals(exitCode, ErrorLine.print(new PrintWriter(err), thrown));
        assertEquals(line + System.lineSeparator(), err.toString());
    }

    @Test
    void shouldEndWithCausesThatReferToEachOther()
    {
        final IllegalStateException first = new IllegalStateException("first");
        final IllegalStateException second = new IllegalStateException("second", first);
        first.initCause(second);
        assertEquals("first: second", ErrorLine.of(first));
    }
}
