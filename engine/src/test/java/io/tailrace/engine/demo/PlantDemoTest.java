package io.tailrace.engine.demo;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** That the comparison can fail; that it passes is shown where the command is tested. */
class PlantDemoTest
{
    private static final int READINGS = 20_000;

    @TempDir
    Path dir;

    @Test
    void shouldFailIfOneRowOfTheTruthIsFalsified()
    {
        final AtomicLong rows = new AtomicLong();
        final StringWriter text = new StringWriter();
        final int exitCode = new PlantDemo(1, READINGS, PlantDemo.DEFAULT_RATE, row ->
            row instanceof WindowRow window && rows.getAndIncrement() == 1_000 ? falsified(window) : row)
            .run(new PrintWriter(text, true), dir.resolve("data"), false, sent -> { });
        final String report = text.toString();
        assertEquals(1, exitCode, report);
        assertEquals(1, report.lines().filter(line -> line.startsWith("  FAIL  windows ")).count(), report);
        assertTrue(report.contains("differing 1\n"), report);
        assertTrue(report.endsWith("FAIL\n"), report);
        assertTrue(Files.isDirectory(dir.resolve("data")), "a named directory stays");
    }

    @Test
    void shouldRefuseWhatItCannotDo() throws Exception
    {
        Files.writeString(dir.resolve("mine"), "precious");
        final PlantDemo demo = new PlantDemo(1, READINGS, PlantDemo.DEFAULT_RATE);
        final PrintWriter out = new PrintWriter(new StringWriter());
        assertRefused("is not empty", () -> demo.run(out, dir, false, sent -> { }));
        assertRefused("cannot be made", () -> demo.run(out, dir.resolve("mine"), false, sent -> { }));
        assertEquals("precious", Files.readString(dir.resolve("mine")));
        assertRefused("--events=0, expected 1 to", () -> new PlantDemo(1, 0, 1_000));
        assertRefused("--rate=1.0, expected at least 34", () -> new PlantDemo(1, READINGS, 1));
        assertRefused("--rate=NaN", () -> new PlantDemo(1, READINGS, Double.NaN));
    }

    @Test
    void shouldDeleteATemporaryDirectoryUnlessItIsKept() throws Exception
    {
        final DemoDirectory kept = DemoDirectory.create(null, true);
        kept.close();
        assertTrue(Files.isDirectory(kept.path()));

        // A temporary one that is not kept is the same with the other answer.
        final DemoDirectory deleted = new DemoDirectory(kept.path(), false);
        Files.createDirectories(deleted.path().resolve("a/b"));
        Files.writeString(deleted.path().resolve("a/b/c"), "c");
        deleted.close();
        deleted.close();
        assertFalse(Files.exists(deleted.path()));
    }

    private static void assertRefused(final String message, final Runnable task)
    {
        final DemoException refused = assertThrows(DemoException.class, task::run);
        assertTrue(refused.getMessage().contains(message), refused.getMessage());
    }

    private static WindowRow falsified(final WindowRow row)
    {
        return new WindowRow(
            row.operator(),
            row.deviceId(),
            row.metric(),
            row.startNs(),
            row.endNs(),
            row.count(),
            Math.nextUp(row.sum()),
            row.min(),
            row.max(),
            row.first(),
            row.last(),
            row.m2(),
            row.revision(),
            row.timing());
    }
}
