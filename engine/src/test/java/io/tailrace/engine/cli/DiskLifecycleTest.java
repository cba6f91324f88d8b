package io.tailrace.engine.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.tailrace.engine.retention.DiskLevel;
import io.tailrace.engine.retention.DiskView;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class DiskLifecycleTest
{
    @TempDir
    Path dir;

    @Test
    void shouldWriteOneLineForEachChangeEachWay() throws IOException
    {
        final DiskView view = new DiskView(1000);
        final DiskLifecycle lifecycle = new DiskLifecycle(view, new LifecycleLog(dir));
        lifecycle.look();
        view.level(DiskLevel.FULL);
        lifecycle.look();
        lifecycle.look();
        view.level(DiskLevel.NORMAL);
        lifecycle.look();
        final List<String> lines = Files.readAllLines(dir.resolve(LifecycleLog.FILE_NAME));
        assertEquals(2, lines.size());
        assertTrue(lines.get(0).contains("\"level\":\"full\",\"previous\":\"normal\""), lines.get(0));
        assertTrue(lines.get(0).endsWith("\"ingress\":\"stopped\"}"), lines.get(0));
        assertTrue(lines.get(1).contains("\"level\":\"normal\",\"previous\":\"full\""), lines.get(1));
        assertTrue(lines.get(1).endsWith("\"ingress\":\"open\"}"), lines.get(1));
    }

    @Test
    void shouldWriteLinesLaterThatFindNoRoomNow() throws IOException
    {
        final DiskView view = new DiskView(1000);
        final LifecycleLog log = new LifecycleLog(dir);
        final Path file = Files.createDirectory(dir.resolve(LifecycleLog.FILE_NAME));
        final DiskLifecycle lifecycle = new DiskLifecycle(view, log);
        for (int i = 0; i < DiskLifecycle.MAX_WAITING + 1; i++)
        {
            view.level(i % 2 == 0 ? DiskLevel.FULL : DiskLevel.CRITICAL);
            lifecycle.look();
        }
        assertEquals(DiskLifecycle.MAX_WAITING, lifecycle.waiting());
        Files.delete(file);
        lifecycle.look();
        assertEquals(0, lifecycle.waiting());
        final List<String> lines = Files.readAllLines(file);
        assertEquals(DiskLifecycle.MAX_WAITING, lines.size());
        assertTrue(lines.get(0).contains("\"level\":\"critical\""), "the oldest was given up: " + lines.get(0));
    }
}
