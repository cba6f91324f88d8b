package io.tailrace.engine.advice;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;

import io.tailrace.engine.config.ConfigFile;
import io.tailrace.engine.config.EngineConfig;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Real radio sensors, rows in the order of arrival; the file is not part of the project, so this may be skipped. */
class HeliumSampleTest
{
    private static final long NANOS_PER_MILLI = 1_000_000L;
    private static final long NOW_NS = Instant.parse("2026-01-01T00:00:00Z").getEpochSecond() * 1_000_000_000L;

    @Test
    void shouldMeasureAndProposeForRealRadio() throws Exception
    {
        final Path file = find();
        final List<Long> global = new ArrayList<>();
        final List<Long> device = new ArrayList<>();
        measureNaively(file, global, device);
        final EngineConfig config = ConfigFile.parse("c.yaml", """
            windows:
              - {name: short, size: 10s}
              - {name: long, size: 10m, key: device}
            """).config();
        final SampleReport report = SampleAdvice.measure(config, file, NOW_NS);

        assertTrue(global.size() > 70_000, "too few readings to mean anything: " + global.size());
        assertDisorder(global, report.global());
        assertDisorder(device, report.device());
        assertEquals(5, report.devices());
        assertEquals(2_879_255L * NANOS_PER_MILLI, report.global().maxNs());
        assertFalse(report.proposal().isByDevice());
        for (final WindowSample window : report.windows())
        {
            assertEquals(global.size(), window.readings());
            assertTrue(window.countOf("proposed").share() < 0.001, () -> window.countOf("proposed").toString());
        }
        assertEquals(report.readings(), report.tooOldNow());
    }

    private static void assertDisorder(final List<Long> expectedMs, final Disorder disorder)
    {
        Collections.sort(expectedMs);
        assertEquals(expectedMs.size(), disorder.readings());
        assertEquals(expectedMs.stream().filter((behind) -> behind > 0).count(), disorder.behind());
        assertEquals(expectedMs.get(expectedMs.size() - 1) * NANOS_PER_MILLI, disorder.maxNs());
        assertPercentile(expectedMs, 0.5, disorder.p50Ns());
        assertPercentile(expectedMs, 0.99, disorder.p99Ns());
        assertPercentile(expectedMs, 0.999, disorder.p999Ns());
    }

    private static void assertPercentile(final List<Long> sortedMs, final double part, final long foundNs)
    {
        final long trueNs = sortedMs.get((int)Math.ceil(part * sortedMs.size()) - 1) * NANOS_PER_MILLI;
        assertTrue(
            foundNs >= trueNs && foundNs <= trueNs * 1.001 + 1, () -> part + ": " + foundNs + ", expected " + trueNs);
    }

    private static void measureNaively(final Path file, final List<Long> global, final List<Long> device)
        throws IOException
    {
        final Map<String, Long> greatestOfDevice = new HashMap<>();
        long greatest = Long.MIN_VALUE;
        try (BufferedReader rows = new BufferedReader(new InputStreamReader(
            new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8)))
        {
            assertEquals("event_id,device_id,metric,event_time_ms,value", rows.readLine());
            for (String row = rows.readLine(); null != row; row = rows.readLine())
            {
                final String[] cells = row.split(",", -1);
                if (cells[4].isEmpty())
                {
                    continue;
                }
                final long timeMs = Long.parseLong(cells[3]);
                greatest = Math.max(greatest, timeMs);
                global.add(greatest - timeMs);
                device.add(greatestOfDevice.merge(cells[1], timeMs, Math::max) - timeMs);
            }
        }
    }

    private static Path find()
    {
        Path around = Path.of("").toAbsolutePath();
        while (around != null && !Files.exists(around.resolve("shared/data/lorawan_helium.csv.gz")))
        {
            around = around.getParent();
        }
        Assumptions.assumeTrue(around != null, "no shared/data/lorawan_helium.csv.gz above the working directory");
        return around.resolve("shared/data/lorawan_helium.csv.gz");
    }
}
