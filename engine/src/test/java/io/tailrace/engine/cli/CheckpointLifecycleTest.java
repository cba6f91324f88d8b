package io.tailrace.engine.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.tailrace.archive.checkpoint.CheckpointDirectory;
import io.tailrace.engine.Engine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class CheckpointLifecycleTest
{
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(30);

    @TempDir
    Path dir;

    @Test
    void shouldTellOfCheckpointsThatAreGivenUpAndOfTheNextThatIsNot() throws IOException
    {
        final TestEngine plant = new TestEngine(dir);
        final LifecycleLog log = new LifecycleLog(dir);
        try (Engine engine = plant.launch())
        {
            final CheckpointLifecycle lifecycle = new CheckpointLifecycle(engine.checkpoints(), log);
            assertTrue(engine.checkpoint(TIMEOUT_NS));
            lifecycle.look();
            assertFalse(Files.exists(dir.resolve(LifecycleLog.FILE_NAME)));

            // A device that is always full.
            final long number = engine.checkpoints().lastNumber() + 1;
            final Path checkpoints = CheckpointDirectory.dirOf(plant.dataDir());
            Files.createSymbolicLink(
                checkpoints.resolve(String.format("%020d.checkpoint.tmp", number)), Path.of("/dev/full"));
            TestEngine.publish(engine, 0, 10);
            assertFalse(engine.checkpoint(TIMEOUT_NS));
            lifecycle.look();
            lifecycle.look();
            assertTrue(engine.checkpoint(TIMEOUT_NS));
            lifecycle.look();
            lifecycle.look();
        }
        final List<String> lines = Files.readAllLines(dir.resolve(LifecycleLog.FILE_NAME));
        assertEquals(2, lines.size(), lines::toString);
        assertTrue(lines.get(0).contains("\"event\":\"checkpoint\""), lines.get(0));
        assertTrue(lines.get(0).contains("\"state\":\"given-up\",\"completed\":1,\"givenUp\":1,"), lines.get(0));
        assertTrue(lines.get(0).contains("No space left on device"), lines.get(0));
        assertTrue(lines.get(1).contains("\"state\":\"completed\",\"completed\":2,\"givenUp\":1,"), lines.get(1));
    }

    @Test
    void shouldTellLaterIfThereIsNoRoomForALine() throws IOException
    {
        final TestEngine plant = new TestEngine(dir);
        final LifecycleLog log = new LifecycleLog(dir);
        final Path file = Files.createDirectory(dir.resolve(LifecycleLog.FILE_NAME));
        try (Engine engine = plant.launch())
        {
            final CheckpointLifecycle lifecycle = new CheckpointLifecycle(engine.checkpoints(), log);
            final Path checkpoints = CheckpointDirectory.dirOf(plant.dataDir());
            final Path aside = Files.move(checkpoints, dir.resolve("aside"));
            assertFalse(engine.checkpoint(TIMEOUT_NS));
            lifecycle.look();
            Files.delete(file);
            assertFalse(engine.checkpoint(TIMEOUT_NS));
            lifecycle.look();
            Files.move(aside, checkpoints);
        }
        final List<String> lines = Files.readAllLines(file);
        assertEquals(1, lines.size(), lines::toString);
        assertTrue(lines.get(0).contains("\"givenUp\":2,"), lines.get(0));
    }
}
