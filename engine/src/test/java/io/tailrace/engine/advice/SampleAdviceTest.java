package io.tailrace.engine.advice;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import io.tailrace.codec.RejectReason;
import io.tailrace.codec.RowFault;
import io.tailrace.engine.config.ConfigFile;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.WatermarkKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class SampleAdviceTest
{
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long BASE_S = 1_700_000_000L;
    private static final long NOW_NS = (BASE_S + 3600) * SECOND_NS;
    private static final String HEADER = "event_id,device_id,metric,event_time,value\n";

    @TempDir
    Path dir;

    @Test
    void shouldMeasureDisorderAgainstAllAndAgainstTheDeviceItself() throws Exception
    {
        // Greatest before: -, 100, 110, 110, 120, 120; of the device: -, -, 100, 90, 110, 95.
        final SampleReport report = measure("windows: [{name: w, size: 10s}]",
            readings("a 100", "b 90", "a 110", "b 95", "a 120", "b 85"));

        assertEquals(6, report.readings());
        assertEquals(2, report.devices());
        assertDisorder(report.global(), 3, 0, 35);
        assertDisorder(report.device(), 1, 0, 10);
        assertDisorder(report.worstOfDevices(), 1, 0, 10);
        assertEquals(
            List.of(new DeviceDisorder("b", 3, 1, 10 * SECOND_NS, 35 * SECOND_NS)), report.worstDevices());
        assertNull(report.delay());
        assertEquals((BASE_S + 85) * SECOND_NS, report.oldestNs());
        assertEquals((BASE_S + 120) * SECOND_NS, report.newestNs());
    }

    @Test
    void shouldCountWhatIsLateAtEachChoice() throws Exception
    {
        // The windows of 90 and 95 end at 100, when the greatest time is 100 and 110; that of 85 ends at 90, at 120.
        final SampleReport report = measure(
            "event-time: {out-of-orderness: 25s}\nwindows: [{name: w, size: 10s, allowed-lateness: 1s}]",
            readings("a 100", "b 90", "a 110", "b 95", "a 120", "b 85"));
        final WindowSample window = report.windows().get(0);

        assertEquals(6, window.readings());
        assertCount(window, "none, p50", WatermarkKind.GLOBAL, 0, 1, 1, 2);
        assertCount(window, "configured", WatermarkKind.GLOBAL, 25, 1, 0, 1);
        assertCount(window, "p99, p99.9, max", WatermarkKind.GLOBAL, 45, 1, 0, 0);
        assertCount(window, "proposed", WatermarkKind.GLOBAL, 45, 0, 0, 0);
        // In its own time b is at 95 when 85 comes, whose window has ended at 90.
        assertCount(window, "none, p50", WatermarkKind.DEVICE, 0, 1, 0, 1);
        assertCount(window, "p99, p99.9, max", WatermarkKind.DEVICE, 10, 1, 0, 0);
        assertEquals(6, window.counts().size());
        assertThrows(IllegalArgumentException.class, () -> window.countOf("p98"));
    }

    @Test
    void shouldJudgeAtTheVeryEndOfLateness() throws Exception
    {
        final String yaml = "windows: [{name: w, size: 10s, allowed-lateness: 2s}]";
        final WindowSample in = measure(yaml, readings("a 111", "a 99")).windows().get(0);
        assertEquals(1, in.countOf("configured").late());
        // 99 belongs to [90, 100): W = 101 is within its lateness, W = 102 is beyond.
        final WindowSample within = measure(yaml, readings("a 101", "a 99")).windows().get(0);
        assertEquals(0, within.countOf("configured").late());
        assertEquals(1, within.countOf("configured").revised());
        final WindowSample beyond = measure(yaml, readings("a 102", "a 99")).windows().get(0);
        assertEquals(1, beyond.countOf("configured").late());
        final WindowSample before = measure(yaml, readings("a 99", "a 98")).windows().get(0);
        assertEquals(0, before.countOf("configured").late() + before.countOf("configured").revised());
    }

    @Test
    void shouldCountForEachTypeOfWindowAndOnlyWhatItsFilterTakes() throws Exception
    {
        final SampleReport report = measure("""
            metrics: {m: 1, n: 2}
            windows:
              - {name: slide, type: sliding, size: 30s, slide: 10s, key: all}
              - {name: trip, type: session, gap: 15s}
              - {name: hour, type: calendar, every: hour}
              - {name: none, size: 1s, where: {metric: n}}
              - {name: high, size: 10s, where: {min: 5}}
            """, readings("a 130", "a 101", "a 99", "a 116"));

        // W = 130: the last sliding windows of 101, 99 and 116 end at 130, 120 and 140; the sessions at 116, 114, 131.
        assertEquals(2, report.windows().get(0).countOf("configured").late());
        assertEquals(2, report.windows().get(1).countOf("configured").late());
        assertEquals(0, report.windows().get(2).countOf("configured").late());
        assertEquals(0, report.windows().get(3).readings());
        assertEquals(0, report.windows().get(4).readings());
        assertTrue(report.windows().get(0).counts().stream()
            .allMatch((count) -> count.choice().watermark() == WatermarkKind.GLOBAL));
        assertTrue(report.findings().contains(
            "windows[3].where: no reading of the sample passes; look at metrics, their ids, and values"),
            report.findings()::toString);
    }

    @Test
    void shouldCountWhatIsNotMeasured() throws Exception
    {
        final SampleReport report = measure("windows: [{name: w, size: 10s}]", HEADER +
            "1,a,m," + (BASE_S + 1) + ",1\n2,a,m,x,1\n3,a,m," + (BASE_S + 2) + ",x\n4,a,m,0,1\n" +
            "5,a,m," + (BASE_S + 9_999) + ",1\n6,a,m," + BASE_S + ",1\n");

        assertEquals(6, report.rows());
        assertEquals(2, report.readings());
        assertEquals(Map.of(RowFault.EVENT_TIME, 1L, RowFault.VALUE, 1L), report.unparsed());
        assertEquals(Map.of(RejectReason.BEFORE_EARLIEST, 1L, RejectReason.FUTURE, 1L), report.rejected());
        assertDisorder(report.global(), 1, 0, 1);
        assertEquals(List.of(
            "event-time.earliest: 1 of 4 readings are before 2020-01-01 and are rejected as before-earliest; " +
            "use an earlier time or none if they are right; else look at their unit",
            "event-time.max-future: 1 of 4 readings are more than 1m ahead of the clock and are rejected as future; " +
            "look at the devices' clocks and the unit"),
            report.findings().subList(0, 2));
    }

    @Test
    void shouldMeasureTheDelayAndClampTimesToTheReference() throws Exception
    {
        // The second is 30 s ahead of its ingest time, and moves the greatest time to that alone.
        final SampleReport report = measure("windows: [{name: w, size: 10s}]",
            "event_id,device_id,metric,event_time,value,ingest_time_ms\n" +
            row(1, 100, 103) + row(2, 140, 110) + row(3, 105, 111) + row(4, -800_000, 112));

        assertEquals(3, report.readings());
        assertEquals(Map.of(RejectReason.TOO_OLD, 1L), report.rejected());
        assertDisorder(report.global(), 1, 0, 5);
        assertDisorder(report.delay(), 2, 3, 6);
        assertEquals(1, report.aheadOfIngest());
        assertTrue(report.lines().contains("  event time after ingest time: 1 readings"), report.lines()::toString);
    }

    @Test
    void shouldProposeTheTimeOfDevicesThatLagOneAnother() throws Exception
    {
        final StringBuilder csv = new StringBuilder(HEADER);
        for (int device = 0; device < 4; device++)
        {
            for (int i = 0; i < 100; i++)
            {
                csv.append(i).append(",d").append(device).append(",m,").append(BASE_S + 10L * i).append(",1\n");
            }
        }
        final SampleReport report = measure("""
            windows:
              - {name: w, size: 1m, physics: {fastest-period: 15s}}
              - {name: all, size: 1m, key: all}
            """, csv.toString());

        assertTrue(report.proposal().isByDevice());
        assertEquals(0, report.proposal().outOfOrdernessNs());
        assertEquals(WatermarkKind.DEVICE, report.proposal().watermark(report.windows().get(0).window()));
        assertEquals(WatermarkKind.GLOBAL, report.proposal().watermark(report.windows().get(1).window()));
        assertEquals(0, report.windows().get(0).countOf("proposed").late());
        assertEquals(0, report.windows().get(1).countOf("proposed").late());
        // W = 990, and the last window that has ended ends at 940: 94 readings of each later device are late.
        assertEquals(3 * 94, report.windows().get(0).countOf("configured").late());
        assertEquals(new SampleRate(4, 10 * SECOND_NS, 10 * SECOND_NS, 10 * SECOND_NS), report.windows().get(0).rate());
        assertEquals(0.1, report.configWithRates().windows().get(0).physics().sampleRatePerSecond());
        assertTrue(report.findings().contains(
            "event-time.watermark: devices lag one another, 99.9 % by up to 16m30s, but themselves by up to 0s; " +
            "use watermark: device for windows that are kept by device"), report.findings()::toString);
    }

    @Test
    void shouldSayThatASampleIsOfThePast() throws Exception
    {
        final Path file = write(readings("a 100", "a 90"));
        final EngineConfig config = config("windows: [{name: w, size: 10s}]");
        final long laterNs = NOW_NS + 8 * 86_400 * SECOND_NS;
        assertEquals(2, SampleAdvice.measure(config, file, laterNs).tooOldNow());
        assertEquals(
            "event-time.max-age: all 2 readings are older than 7d now: sent to run, each of them is rejected as " +
            "too-old; use batch for data of the past, or reference-clock: none",
            SampleAdvice.measure(config, file, laterNs).findings().get(0));
        assertEquals(0, SampleAdvice.measure(config, file, NOW_NS).tooOldNow());
        assertEquals(0, SampleAdvice.measure(
            config("event-time: {reference-clock: none}\nwindows: [{name: w, size: 10s}]"), file, laterNs).tooOldNow());
    }

    @Test
    void shouldDoubtASampleThatIsInTheOrderOfTime() throws Exception
    {
        final StringBuilder csv = new StringBuilder(HEADER);
        for (int i = 0; i < 100; i++)
        {
            csv.append(i).append(",d").append(i % 2).append(",m,").append(BASE_S + i).append(",1\n");
        }
        assertEquals(List.of(
            "sample: its 100 rows are in the order of event time, as if they had been sorted, and then say nothing " +
            "of disorder; take a sample in the order of arrival"),
            measure("event-time: {out-of-orderness: 1m}\nwindows: [{name: w, size: 10s}]", csv.toString()).findings());
    }

    @Test
    void shouldFindWhatWaitsForNothingAndWhatIsDeclaredWrong() throws Exception
    {
        assertEquals(List.of(
            "event-time.out-of-orderness: every result waits 1m, and no reading of the sample came more than 3s " +
            "behind; use 3s or less",
            "windows[0].physics.sample-rate: declared as 3/s, and in the sample it is 0.1/s; declare what is true"),
            measure("event-time: {out-of-orderness: 1m}\n" +
                "windows: [{name: w, size: 10s, physics: {sample-rate: 3/s}}]",
                readings("a 100", "a 110", "a 120", "a 117")).findings());
        assertEquals(List.of(
            "windows[0].allowed-lateness: 1 of 3 readings (33.333 %) are late; use the proposal, which leaves 0"),
            measure("windows: [{name: w, size: 10s}]", readings("a 100", "a 110", "a 99")).findings());
    }

    @Test
    void shouldRefuseMoreDevicesThanTheLimitAndNameTheLine() throws Exception
    {
        final EngineConfig config = config("limits: {devices: 2}\nwindows: [{name: w, size: 10s}]");
        final Path file = write(readings("a 1", "b 2", "a 3", "c 4"));
        final SampleException refused =
            assertThrows(SampleException.class, () -> SampleAdvice.measure(config, file, NOW_NS));
        assertEquals(
            file + ":5: found more devices than limits.devices, 2; set it to what is to be expected",
            refused.getMessage());
    }

    @Test
    void shouldSayThatNothingCouldBeMeasured() throws Exception
    {
        final SampleReport report = measure("windows: [{name: w, size: 10s}]", HEADER);
        assertEquals(List.of("sample: no row of it is a reading that could be measured; use another sample"),
            report.findings());
        assertEquals(List.of("Sample sample.csv: 0 rows, 0 readings of 0 devices measured"), report.lines());
    }

    @Test
    void shouldTakeTheUnitOfTheConfiguration() throws Exception
    {
        final SampleReport report = measure(
            "event-time: {unit: us}\nwindows: [{name: w, size: 10s}]",
            HEADER + "1,a,m," + BASE_S * 1_000_000 + ",1\n2,a,m," + (BASE_S * 1_000_000 - 7) + ",1\n");
        assertEquals(7_000, report.global().maxNs());
    }

    private SampleReport measure(final String yaml, final String csv) throws Exception
    {
        return SampleAdvice.measure(config(yaml), write(csv), NOW_NS);
    }

    private static EngineConfig config(final String yaml)
    {
        return ConfigFile.parse("c.yaml", yaml).config();
    }

    private Path write(final String csv) throws IOException
    {
        return Files.writeString(dir.resolve("sample.csv"), csv);
    }

    /** Rows of metric m from texts "DEVICE SECONDS". */
    private static String readings(final String... readings)
    {
        return HEADER + List.of(readings).stream()
            .map((reading) -> reading.split(" "))
            .map((parts) -> "1," + parts[0] + ",m," + (BASE_S + Long.parseLong(parts[1])) + ",1\n")
            .collect(Collectors.joining());
    }

    private static String row(final int id, final long timeS, final long ingestS)
    {
        return id + ",a,m," + (BASE_S + timeS) + ",1," + (BASE_S + ingestS) * 1000 + "\n";
    }

    private static void assertCount(
        final WindowSample window,
        final String origin,
        final WatermarkKind watermark,
        final long outOfOrdernessS,
        final long latenessS,
        final long revised,
        final long late)
    {
        final Choice choice = new Choice(origin, watermark, outOfOrdernessS * SECOND_NS, latenessS * SECOND_NS);
        assertTrue(
            window.counts().contains(new LateCount(choice, window.readings(), revised, late)),
            () -> choice + " in " + window.counts());
    }

    private static void assertDisorder(
        final Disorder disorder, final long behind, final long p50S, final long maxS)
    {
        assertEquals(behind, disorder.behind());
        assertEquals(p50S * SECOND_NS, disorder.p50Ns(), p50S * SECOND_NS / 1000.0);
        assertTrue(disorder.p50Ns() >= p50S * SECOND_NS, disorder::toString);
        assertEquals(maxS * SECOND_NS, disorder.maxNs());
        assertEquals(maxS * SECOND_NS, disorder.p999Ns());
    }
}
