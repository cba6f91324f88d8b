package io.tailrace.perf.profile;

import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ProfilerSettingsTest
{
    @ParameterizedTest
    @CsvSource({"1ms,1000000", "10us,10000", "10000ns,10000", "1s,1000000000", "999us,999000"})
    void shouldReadAnInterval(final String text, final long ns)
    {
        assertEquals(ns, ProfilerSettings.parse(ProfilerEvent.CPU, text, "512k").intervalNs());
    }

    @ParameterizedTest
    @ValueSource(strings = {"9us", "9999ns", "2s", "1001ms", "1", "ms", "1h", "-1ms", "", "1.5ms", "9999999999s"})
    void shouldRefuseAnIntervalThatIsNoneOrOutOfRange(final String text)
    {
        assertEquals("--interval: " + text + ", expected 10us to 1s", assertThrows(
            IllegalArgumentException.class,
            () -> ProfilerSettings.parse(ProfilerEvent.CPU, text, "512k")).getMessage());
    }

    @ParameterizedTest
    @CsvSource({"1k,1024", "1024,1024", "512k,524288", "1024m,1073741824"})
    void shouldReadBytes(final String text, final long bytes)
    {
        assertEquals(bytes, ProfilerSettings.parse(ProfilerEvent.CPU, "1ms", text).allocInterval());
    }

    @ParameterizedTest
    @ValueSource(strings = {"1023", "1025m", "0", "1g", "k", "", "-1k", "999999999m"})
    void shouldRefuseBytesThatAreNoneOrOutOfRange(final String text)
    {
        assertEquals("--alloc: " + text + ", expected 1k to 1024m", assertThrows(
            IllegalArgumentException.class,
            () -> ProfilerSettings.parse(ProfilerEvent.CPU, "1ms", text)).getMessage());
    }

    @Test
    void shouldLoadTheProfilerAndRecordBesideIt()
    {
        final List<String> flags = flags(ProfilerEvent.WALL);
        assertEquals("-XX:+UnlockDiagnosticVMOptions", flags.get(0), "before what it unlocks");
        assertTrue(flags.contains("-XX:+DebugNonSafepoints"));
        assertTrue(flags.contains(
            "-agentpath:lib.so=start,quiet,event=wall,interval=1000000,alloc=2048,jfr,file=s.jfr"), flags::toString);
        assertTrue(flags.stream().anyMatch(flag -> flag.startsWith("-XX:StartFlightRecording=filename=r.jfr,")));
    }

    @Test
    void shouldAskForNothingButAllocationWhereThatIsWanted()
    {
        assertFalse(flags(ProfilerEvent.ALLOC).stream().anyMatch(flag -> flag.contains("event=")));
        assertNull(ProfilerSettings.parse(ProfilerEvent.ALLOC, "1ms", "2k").toMap().get("interval-ns"));
    }

    private static List<String> flags(final ProfilerEvent event)
    {
        return ProfilerSettings.parse(event, "1ms", "2k").flags(Path.of("lib.so"), Path.of("s.jfr"), Path.of("r.jfr"));
    }
}
