package io.tailrace.engine.cli;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.tailrace.archive.DataDirectory;
import io.tailrace.archive.checkpoint.CheckpointDirectory;
import io.tailrace.archive.recording.RecordingDescriptor;
import io.tailrace.engine.Engine;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class InspectCommandTest
{
    @TempDir
    Path dir;

    private TestEngine plant;

    @BeforeEach
    void plant()
    {
        plant = new TestEngine(dir, "  - {name: field, udp: \"127.0.0.1:0\"}");
    }

    @Test
    void shouldSummarizeAStoppedEngine()
    {
        run(0, 5);
        run(5, 5);

        final CommandOutput output = inspect().assertDone();

        assertLine(output, "directory .*data stopped");
        assertLine(output, "recording journal id=0 stream=7412001 start=0 end=[0-9]+ segments=1 " +
            "segment-length=67108864 files-length=67108864 torn=0");
        assertLine(output, "recording results id=1 stream=7412002 start=0 end=[0-9]+ .*");
        assertLine(output, "incarnation=1 config=[0-9a-f]{16} engine=0\\.1\\.0 tz=[0-9a-z]+ epoch=0 new-epoch " +
            "position=32 time=.*Z");
        assertLine(output, "incarnation=2 config=[0-9a-f]{16} engine=0\\.1\\.0 tz=[0-9a-z]+ epoch=0 position=.*");
        assertLine(output, "journal Reading count=10 first=.*Z last=.*Z");
        assertLine(output, "journal Started count=2 first=.*");
        assertLine(output, "results epoch=0 WindowResult=9 last-sequence=8 last-cause=[0-9]+");
        assertLine(output, "malformed total=0 kept=0");
        assertLine(output, "checkpoint number=1 chain=1 index=0 journal=[0-9]+ results=[0-9]+ epoch=0 " +
            "next-sequence=4 config=[0-9a-f]{16} tz=[0-9a-z]+ length=[0-9]+ damage=none");
        assertLine(output, "checkpoint number=2 chain=2 index=0 .* next-sequence=9 .* damage=none");
    }

    @Test
    void shouldListAndVerifyCheckpointsOfARunningEngine()
    {
        try (Engine engine = plant.launch())
        {
            for (int round = 0; round < 5; round++)
            {
                TestEngine.publish(engine, round * 10, 10);
                assertTrue(engine.checkpoint(TimeUnit.SECONDS.toNanos(30)));
                final long number = engine.checkpoints().lastNumber();
                assertLine(inspect().assertDone(), "checkpoint number=" + number + " .* next-sequence=" +
                    ((round + 1) * 10 - 1) + " .* damage=none");
                assertLine(inspect("--verify").assertDone(), "verified checkpoints=[0-9]+ .*");
            }
        }
    }

    @Test
    void shouldFailOnADamagedCheckpoint() throws IOException
    {
        run(0, 5);
        run(5, 5);
        final Path newest = CheckpointDirectory.list(plant.dataDir()).get(1).file();
        final byte[] bytes = Files.readAllBytes(newest);
        // Within a frame, where the cheap check of a listing does not look.
        bytes[200] ^= 1;
        Files.write(newest, bytes);
        assertLine(inspect().assertDone(), "checkpoint number=2 .* damage=none");
        inspect("--verify").assertError(1, "1 of 2 checkpoints are damaged: ", newest.toString());

        Files.write(newest, new byte[10]);
        assertLine(inspect().assertDone(), "checkpoint number=2 length=10 damage=.*");
        inspect("--verify").assertError(1, "1 of 2 checkpoints are damaged: ");
    }

    @Test
    void shouldSummarizeAndVerifyARunningEngineThatGoesOnWorking()
    {
        try (Engine engine = plant.launch())
        {
            for (int round = 0; round < 3; round++)
            {
                TestEngine.publish(engine, round * 10, 10);
                final CommandOutput summary = inspect().assertDone();
                assertLine(summary, "directory .*data running pid=" + ProcessHandle.current().pid());
                assertLine(summary, "journal Reading count=" + (round + 1) * 10 + " .*");
                final CommandOutput verified = inspect("--verify").assertDone();
                assertEquals(Integer.toString((round + 1) * 10 - 1), verified.value("emitted"));
            }
            assertTrue(DataDirectory.isLocked(plant.dataDir()), "the engine has lost its lock");
        }
    }

    @Test
    void shouldVerifyAStoppedEngineOverEpochs()
    {
        run(0, 5);
        plant.write("2s", "  - {name: field, udp: \"127.0.0.1:0\"}");
        try (Engine engine = plant.launch(true))
        {
            TestEngine.publish(engine, 5, 5);
        }

        final CommandOutput output = inspect("--verify").assertDone();

        assertTrue(output.out().matches("verified journal=\\[0,[0-9]+\\) results=\\[0,[0-9]+\\) messages=[0-9]+ " +
            "incarnations=2 emitted=6\\Rverified checkpoints=[0-9]+ whole-chains=[0-9]+ bytes=[0-9]+\\R"),
            output.out());
    }

    @Test
    void shouldListJournalAndResultsFromAPosition()
    {
        run(0, 5);

        final List<String> journal = inspect("--journal", "--limit", 1000).assertDone().lines();
        assertTrue(journal.get(0).startsWith("32 Started time="), journal.get(0));
        final List<String> readings = journal.stream().filter(line -> line.contains(" Reading ")).toList();
        assertEquals(5, readings.size());
        assertTrue(readings.get(2).endsWith("source=0 event=2 device=7 metric=1 event-time=1700000002000 unit=0 " +
            "priority=0 value=2.0"), readings.get(2));

        final String position = readings.get(3).split(" ")[0];
        assertEquals(
            List.of(readings.get(3)), inspect("--journal", "--from", position, "--limit", 1).assertDone().lines());

        final List<String> results = inspect("--results", "--limit", 2).assertDone().lines();
        assertEquals(2, results.size());
        assertTrue(results.get(1).matches("[0-9]+ WindowResult epoch=0 sequence=1 cause=[0-9]+ operator=0 device=7 " +
            "metric=1 start=2023-11-14T22:13:21Z end=2023-11-14T22:13:22Z count=1 sum=1.0 revision=0 timing=0"),
            results.get(1));
    }

    @Test
    void shouldListMalformedDatagramsAndTheirLedgerMarks() throws IOException
    {
        try (Engine engine = plant.launch(); DatagramChannel sender = DatagramChannel.open())
        {
            final InetSocketAddress field =
                new InetSocketAddress(InetAddress.getLoopbackAddress(), engine.udpPort("field"));
            sender.send(ByteBuffer.wrap(new byte[]{1, 2, (byte)0xFF}), field);
            sender.send(ByteBuffer.wrap(new byte[64]), field);
            TestEngine.await(
                () -> inspect("--malformed").assertDone().lines().size() == 2, "both are in the file");
            TestEngine.await(() -> inspect("--journal").out().split(" LedgerMark ").length > 2, "both are marked");
        }

        final List<String> lines = inspect("--malformed").assertDone().lines();
        assertTrue(lines.get(0).matches("malformed number=1 time=.*Z source=1 reason=truncated length=3 first=0102ff"),
            lines.get(0));
        assertTrue(lines.get(1).contains("number=2"), lines.get(1));
        assertTrue(lines.get(1).endsWith("reason=wrong-schema length=64 first=" + "00".repeat(64)), lines.get(1));
        assertEquals(List.of(lines.get(1)), inspect("--malformed", "--from", 2).lines());
        assertEquals(List.of(lines.get(0)), inspect("--malformed", "--limit", 1).lines());
        assertLine(inspect(), "malformed total=2 kept=2");
        assertLine(inspect(), "ledger source=1 reason=truncated count=1 time=.*");
        assertLine(inspect(), "ledger source=1 reason=wrong-schema count=1 time=.*");
    }

    @Test
    void shouldNameRecordingAndPositionOfAFlippedBit() throws IOException
    {
        // What the second run appends lies behind the damage, which so cannot be a torn tail.
        run(0, 5);
        run(5, 5);
        final String position = inspect("--journal").lines().stream()
            .filter(line -> line.contains(" Reading ")).findFirst().orElseThrow().split(" ")[0];
        flip("journal", Long.parseLong(position) + 40);

        inspect("--verify").assertError(1, "recording journal is corrupt at position", "checksum");
        inspect().assertError(1, "recording journal is corrupt at position");
    }

    @Test
    void shouldNameTheSegmentFileThatIsMissing() throws IOException
    {
        run(0, 5);
        final RecordingDescriptor results = RecordingDescriptor.load(plant.dataDir(), Engine.RESULTS);
        final Path archiveDir = DataDirectory.archiveDirOf(plant.dataDir());
        Files.move(results.segmentFile(archiveDir, 0), results.segmentFile(archiveDir, 4L * results.segmentLength()));
        Files.copy(results.segmentFile(archiveDir, 4L * results.segmentLength()), results.segmentFile(archiveDir, 0));

        inspect("--verify").assertError(
            1, "recording results is corrupt at position " + results.segmentLength(), "segment file is missing");
    }

    @Test
    void shouldNotCallATornTailAnError() throws IOException
    {
        run(0, 5);
        final long end = Long.parseLong(inspect().out().split("recording journal ")[1].split("end=")[1].split(" ")[0]);
        flip("journal", end + 7);

        assertLine(inspect(), "recording journal .* torn=8");
        assertTrue(inspect("--verify").assertDone().out().contains("torn tail of 8 bytes"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--journal --from -1 | --from: found -1, expected 0 or more",
        "--journal --limit -1 | --limit: found -1",
        "--from 5 | --from and --limit: found no listing",
        "--limit 5 | --from and --limit: found no listing"})
    void shouldRefuseWrongArguments(final String arguments, final String message) throws IOException
    {
        Files.createDirectories(plant.dataDir());

        inspect((Object[])arguments.split(" ")).assertError(2, message);
    }

    @Test
    void shouldRefuseWhatIsNoDataDirectory() throws IOException
    {
        inspect().assertError(2, "DIR: found " + plant.dataDir() + ", expected a directory");
        Files.createDirectories(plant.dataDir());
        inspect().assertError(1, "no recording, expected the data directory of an engine");
        assertFalse(Files.exists(plant.dataDir().resolve("lock")), "looking has changed the directory");
    }

    private void run(final int first, final int count)
    {
        try (Engine engine = plant.launch())
        {
            TestEngine.publish(engine, first, count);
        }
    }

    private void flip(final String recording, final long position) throws IOException
    {
        final Path file = RecordingDescriptor.load(plant.dataDir(), recording)
            .segmentFile(DataDirectory.archiveDirOf(plant.dataDir()), position);
        try (RandomAccessFile segment = new RandomAccessFile(file.toFile(), "rw"))
        {
            segment.seek(position);
            final int b = segment.read();
            segment.seek(position);
            segment.write(b ^ 1);
        }
    }

    private CommandOutput inspect(final Object... args)
    {
        final Object[] all = new Object[args.length + 1];
        all[0] = plant.dataDir();
        System.arraycopy(args, 0, all, 1, args.length);
        return CommandOutput.of(new InspectCommand(), all);
    }

    private static void assertLine(final CommandOutput output, final String pattern)
    {
        assertTrue(output.lines().stream().anyMatch(line -> line.matches(pattern)),
            () -> pattern + " is no line of\n" + output.out() + output.err());
    }
}
