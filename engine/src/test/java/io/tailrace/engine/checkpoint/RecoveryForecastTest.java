package io.tailrace.engine.checkpoint;

import java.util.concurrent.TimeUnit;

import io.tailrace.archive.checkpoint.CheckpointMeta;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

class RecoveryForecastTest
{
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

    @Test
    void shouldTakeTheRateOfAReplayThatWasLongEnough()
    {
        final RecoveryForecast forecast = RecoveryForecast.of(50_000_000, 500_000, SECOND_NS / 2);
        assertTrue(forecast.isMeasured());
        assertEquals(100_000_000, forecast.journalBytesPerSecond());
        assertEquals(3 * SECOND_NS, forecast.recoveryNs(100_000_000, 200_000_000));
        assertEquals(0, forecast.recoveryNs(0, 0));
    }

    @Test
    void shouldNotTrustAShortReplay()
    {
        assertSame(RecoveryForecast.DEFAULT, RecoveryForecast.of(6_400_000, 99_999, SECOND_NS));
        assertSame(RecoveryForecast.DEFAULT, RecoveryForecast.of(64_000_000, 1_000_000, SECOND_NS / 10 - 1));
        assertFalse(RecoveryForecast.DEFAULT.isMeasured());
        // A million messages of 64 bytes in a second.
        assertEquals(SECOND_NS, RecoveryForecast.DEFAULT.recoveryNs(0, 64_000_000));
    }

    @Test
    void shouldPredictFromTheNewestCheckpointAndAllItsFiles()
    {
        final CheckpointCounts counts = new CheckpointCounts();
        final long[] nowNs = {7};
        final long[] position = {1_000};
        final CheckpointView view = new CheckpointView(
            counts, () -> nowNs[0], 200, () -> position[0], new RecoveryForecast(SECOND_NS, true));
        assertEquals(CheckpointCounts.NONE, view.ageNs());
        assertEquals(800, view.journalBytesBehind());
        assertEquals(800, view.predictedRecoveryNs());

        counts.onComplete(meta(3, 0, 900), 5_000, 10, 20);
        counts.onComplete(meta(4, 1, 950), 300, 10, 40);
        nowNs[0] = 100;
        assertEquals(60, view.ageNs());
        assertEquals(50, view.journalBytesBehind());
        assertEquals(5_300, counts.chainBytes());
        assertEquals(5_000, counts.fullBytes());
        assertEquals(300, counts.lastBytes());
        assertEquals(10 * 5_300 + 50, view.predictedRecoveryNs());

        counts.onComplete(meta(5, 0, 2_000), 6_000, 10, 50);
        assertEquals(6_000, counts.chainBytes());
        assertEquals(11_300, counts.writtenBytes());
        // The journal's durable position may be read before the checkpoint's.
        assertEquals(0, view.journalBytesBehind());
        assertEquals("", counts.lastFailure());
        counts.onGivenUp("disk full");
        assertEquals("disk full", counts.lastFailure());
        assertEquals(1, counts.givenUp());
    }

    private static CheckpointMeta meta(final long number, final int indexInChain, final long position)
    {
        return new CheckpointMeta(number, number - indexInChain, indexInChain, position, 0, 0, 0, 1, 1, "2025b");
    }
}
