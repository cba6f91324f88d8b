package io.tailrace.archive;

import io.aeron.archive.checksum.Checksums;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

final class ArchiveConfigTest
{
    @Test
    void shouldHaveTheDocumentedDefaults()
    {
        final ArchiveConfig config = ArchiveConfig.defaults();
        assertEquals(Durability.PROCESS, config.durability());
        assertEquals(0, config.durability().fileSyncLevel());
        assertEquals(1, Durability.POWER.fileSyncLevel());
        assertFalse(config.dedicatedThreads());
        assertEquals(16 << 20, config.journalTermLength());
        assertEquals(16 << 20, config.resultsTermLength());
        assertEquals(64 << 20, config.segmentLength());
        assertEquals(65504, config.mtu());
        assertEquals(300_000_000_000L, config.standstillNs());
        assertSame(Checksums.crc32c(), config.recordChecksum());
        assertEquals(1_000_000_000L, config.withStandstillNs(1_000_000_000L).standstillNs());
        assertTrue(config.withDedicatedThreads(true).dedicatedThreads());
        assertEquals(Durability.POWER, config.withDurability(Durability.POWER).durability());
    }

    @ParameterizedTest
    @CsvSource({
        "32768, 262144, 4096, journalTermLength",
        "65537, 262144, 4096, journalTermLength",
        "65536, 32768, 4096, segmentLength",
        "65536, 262145, 4096, segmentLength",
        "65536, 262144, 8224, mtu",
        "65536, 262144, 4097, mtu",
        "65536, 262144, 32, mtu",
        "16777216, 67108864, 65536, mtu"})
    void shouldNameWhatIsWrong(final int termLength, final int segmentLength, final int mtu, final String property)
    {
        final IllegalArgumentException ex = assertThrows(IllegalArgumentException.class,
            () -> ArchiveConfig.defaults().withLengths(termLength, segmentLength, mtu));
        assertTrue(ex.getMessage().startsWith(property + "="), ex::getMessage);
        assertTrue(ex.getMessage().contains(", expected "), ex::getMessage);
    }

    @Test
    void shouldRefuseAStandstillThatEveryPauseWouldBe()
    {
        final IllegalArgumentException ex = assertThrows(
            IllegalArgumentException.class, () -> ArchiveConfig.defaults().withStandstillNs(999_999_999L));
        assertEquals("standstillNs=999999999, expected 1000000000 or more", ex.getMessage());
    }

    @Test
    void shouldRefuseNoChecksum()
    {
        assertThrows(NullPointerException.class, () -> ArchiveConfig.defaults().withRecordChecksum(null));
    }

    @Test
    void shouldRefuseNoDurability()
    {
        final IllegalArgumentException ex = assertThrows(
            IllegalArgumentException.class, () -> ArchiveConfig.defaults().withDurability(null));
        assertTrue(ex.getMessage().startsWith("durability="), ex::getMessage);
    }
}
