package io.tailrace.perf.profile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Samples and counts out of a recording whose contents are known. */
class SamplesTest
{
    @TempDir
    private static Path temp;
    private static Path recording;

    @BeforeAll
    static void record() throws IOException, InterruptedException
    {
        recording = SampleRecording.write(temp.resolve("samples.jfr"));
    }

    @Test
    void shouldMakeStacksOfSamplesOutermostFrameFirst() throws IOException
    {
        final Samples samples = Samples.read(recording, Duration.ZERO, role -> true);
        assertEquals(SampleRecording.SAMPLES, samples.time().total());
        samples.time().forEach((frames, value) ->
        {
            assertEquals(SampleRecording.SAMPLED, frames.get(0), "the role, without the path of the driver");
            assertTrue(
                Stacks.plain(frames.get(frames.size() - 1)).endsWith("SampleRecording.sample"), frames::toString);
            assertTrue(frames.get(1).startsWith("java/lang/Thread.run_["), frames::toString);
        });
        assertTrue(samples.duration().compareTo(Duration.ZERO) > 0);
    }

    @Test
    void shouldMakeStacksOfAllocationsWithTheClassInnermost() throws IOException
    {
        final Samples samples =
            Samples.read(recording, Duration.ZERO, role -> role.equals(SampleRecording.ALLOCATING));
        assertTrue(samples.allocated().total() >= SampleRecording.ALLOCATED, "arrays are greater than a buffer");
        final Hotspots.Site site = Hotspots.ofAllocations(samples.allocated()).roles().get(0).sites().get(0);
        assertEquals("long[]", site.what());
        assertTrue(site.where().endsWith("SampleRecording.allocate"), site::where);
        assertEquals(0, samples.time().total(), "of another role");
    }

    @Test
    void shouldLeaveOutWhatIsBeforeTheBeginning() throws IOException
    {
        final Samples samples = Samples.read(recording, Duration.ofHours(1), role -> true);
        assertEquals(0, samples.time().total());
        assertEquals(0, samples.allocated().total());
        assertEquals(Duration.ZERO, samples.duration());
        final JvmRecording later = JvmRecording.read(recording, samples.begin());
        assertEquals(0, later.allocated().get(SampleRecording.ALLOCATING));
        assertEquals(0, later.collections());
    }

    @Test
    void shouldTakeWhatTheJvmCounts() throws IOException
    {
        final JvmRecording counted = JvmRecording.read(recording, Instant.EPOCH);
        assertTrue(counted.allocated().get(SampleRecording.ALLOCATING) >= SampleRecording.ALLOCATED);
        assertTrue(counted.collections() >= 1);
        assertTrue(counted.longestPause().compareTo(Duration.ZERO) > 0);
        assertTrue(counted.paused().compareTo(counted.longestPause()) >= 0);
    }

    @Test
    void shouldNotGuessWhatTheRecordingDoesNotSay() throws IOException
    {
        final Samples samples = Samples.read(recording, Duration.ZERO, role -> true);
        assertEquals("unknown", samples.engine());
        assertEquals("unknown", samples.version());
    }

    @Test
    void shouldRefuseWhatIsNoRecording() throws IOException
    {
        final Path file = Files.writeString(temp.resolve("none.jfr"), "no recording");
        assertThrows(IOException.class, () -> Samples.read(file, Duration.ZERO, role -> true));
        assertThrows(IOException.class, () -> JvmRecording.read(file, Instant.EPOCH));
    }

    @Test
    void shouldTellAllOfItAtATerminal() throws IOException
    {
        final String text = ProfileText.of(profile(ProfilerEvent.WALL));
        final List<String> lines = new ArrayList<>(text.lines().toList());
        assertTrue(lines.get(0).startsWith("async-profiler unknown, event wall by unknown every 1000 us"), text);
        assertTrue(lines.contains("            42 100.0 % " + SampleRecording.SAMPLED), text);
        assertTrue(lines.stream().anyMatch(line -> line.endsWith(" " + SampleRecording.ALLOCATING)), text);
        assertTrue(text.contains("Collections "), text);
        assertFalse(text.contains("perf_events"), text);
        assertTrue(ProfileText.of(profile(ProfilerEvent.CPU)).contains("perf_events are not permitted here"));
    }

    @ParameterizedTest
    @CsvSource({
        "'/dev/shm/aeron-x [sender,receiver]','[sender,receiver]'", "archive-conductor,archive-conductor",
        "GC Thread#1,GC Thread", "C2 CompilerThread0,C2 CompilerThread", "C2 CompilerThre,C2 CompilerThread",
        "G1 Conc#0,G1 Conc", "'[tid=12]',(unnamed)", "'  ',(unnamed)", ",(unnamed)", "worker-2,worker-2"})
    void shouldGiveThreadsThatDoTheSameOneRole(final String name, final String role)
    {
        assertEquals(role, ThreadRole.of(name));
    }

    @ParameterizedTest
    @CsvSource({"'[J','long[]'", "'[[B','byte[][]'", "'[Ljava.lang.String;','java/lang/String[]'",
        "java.lang.String,java/lang/String", "'[Z','boolean[]'"})
    void shouldNameClassesAsTheyAreWritten(final String name, final String expected)
    {
        assertEquals(expected, Samples.sourceName(name));
    }

    private static Profile profile(final ProfilerEvent event) throws IOException
    {
        return Profile.read(
            ProfilerSettings.parse(event, "1ms", "512k"), recording, recording, Duration.ZERO, role -> true);
    }
}
