package io.tailrace.engine.advice;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

import io.tailrace.engine.batch.BatchRun;
import io.tailrace.engine.config.ConfigFile;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.monitor.LedgerReport;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What the replay of a sample counts as late is what the operators find late in the same file. */
class SampleAgainstBatchTest
{
    private static final long BASE_MS = 1_700_000_000_000L;

    @TempDir
    Path dir;

    @ParameterizedTest
    @ValueSource(strings = {
        "event-time: {out-of-orderness: 0s}\nwindows: [{name: w, size: 1s}]",
        "event-time: {out-of-orderness: 3s}\nwindows: [{name: w, size: 700ms, allowed-lateness: 2s}]",
        "event-time: {out-of-orderness: 1s}\nwindows: [{name: w, size: 5s, allowed-lateness: 100ms, key: metric}]",
        "event-time: {out-of-orderness: 500ms}\nwindows: [{name: w, size: 2s, offset: 300ms, where: {min: 50}}]"})
    void shouldCountAsLateWhatTheOperatorsFindLate(final String yaml) throws Exception
    {
        for (int seed = 1; seed <= 5; seed++)
        {
            final EngineConfig config = ConfigFile.parse("c.yaml", yaml).config();
            final Path file = sample(seed);
            final LateCount count = SampleAdvice.measure(config, file, Long.MAX_VALUE)
                .windows().get(0).countOf("configured");
            final LedgerReport ledger = BatchRun.run(config, file, dir.resolve("out" + seed), rows -> { });

            assertTrue(count.late() > 100, "seed " + seed + " makes too little late: " + count.late());
            assertEquals(ledger.total("operator", "late"), count.late(), "seed " + seed);
            assertEquals(
                ledger.total("source", "accepted") - ledger.total("operator", "filtered"),
                count.readings(),
                "seed " + seed);
        }
    }

    private Path sample(final int seed) throws IOException
    {
        final SplittableRandom random = new SplittableRandom(seed);
        final StringBuilder csv = new StringBuilder("event_id,device_id,metric,event_time_ms,value\n");
        for (int i = 0; i < 5_000; i++)
        {
            final long behindMs = random.nextInt(4) == 0 ? random.nextInt(10_000) : random.nextInt(50);
            csv.append(i).append(',').append(random.nextInt(5)).append(',').append(random.nextInt(2)).append(',')
                .append(BASE_MS + 20L * i - behindMs).append(',').append(random.nextInt(100)).append('\n');
        }
        return Files.writeString(dir.resolve("sample" + seed + ".csv"), csv);
    }
}
