package io.tailrace.engine.advice;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class DurationTextTest
{
    @ParameterizedTest
    @CsvSource({
        "0, 0s", "1, 1ns", "1500, 1.5us", "660000000, 660ms", "999999999, 999.999999ms", "1000000000, 1s",
        "2879255000000, 47m59.255s", "90000000000, 1m30s", "38293200000000000, 443d5h", "86400000000000, 1d"})
    void shouldTellEveryNanosecond(final long durationNs, final String text)
    {
        assertEquals(text, DurationText.exact(durationNs));
    }

    @Test
    void shouldRoundUpToThreeDigitsButNotBeyondTheGreatest()
    {
        assertEquals("661ms", DurationText.rounded(660_000_001, Long.MAX_VALUE));
        assertEquals("660.000002ms", DurationText.rounded(660_000_001, 660_000_002));
        assertEquals("999ns", DurationText.rounded(999, 999));
        assertEquals(DurationText.exact(Long.MAX_VALUE), DurationText.rounded(Long.MAX_VALUE, Long.MAX_VALUE));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0", "1, 1", "3, 5", "500000001, 1000000000", "45000000001, 60000000000", "2879255000000, 3600000000000",
        "64800000000001, 86400000000000", "31536000000000001, 63072000000000000"})
    void shouldRoundUpToWhatPeopleWrite(final long durationNs, final long readableNs)
    {
        assertEquals(readableNs, ReadableDuration.roundUp(durationNs));
        assertEquals(readableNs, ReadableDuration.roundUp(readableNs));
    }

    @Test
    void shouldNeverRoundDown()
    {
        for (long durationNs = 1; durationNs > 0; durationNs = durationNs * 7 / 4 + 1)
        {
            assertTrue(ReadableDuration.roundUp(durationNs) >= durationNs, "duration " + durationNs);
        }
        assertEquals(Long.MAX_VALUE, ReadableDuration.roundUp(Long.MAX_VALUE));
    }
}
