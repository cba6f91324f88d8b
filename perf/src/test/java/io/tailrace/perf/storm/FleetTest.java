package io.tailrace.perf.storm;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

import io.tailrace.codec.MessageLayout;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class FleetTest
{
    private static final long ORIGIN_NS = 1_700_000_000_000_000_000L;

    private final Fleet fleet = new Fleet(100, 10, 3, 7, false, ORIGIN_NS, 10);

    @Test
    void shouldShareItsReadingsAmongItsSessions()
    {
        final Set<Long> indexes = new HashSet<>();
        for (int session = 0; session < 3; session++)
        {
            final int devices = session == 0 ? 4 : 3;
            long before = -1;
            for (long own = 0; own < 5L * devices; own++)
            {
                final long index = fleet.index(session, own);
                assertTrue(index > before, "in order");
                assertEquals(session, index % 10 % 3, "its own devices");
                assertTrue(indexes.add(index));
                before = index;
            }
        }
        assertEquals(50, indexes.size());
        assertTrue(indexes.stream().allMatch(index -> index < 50));
    }

    @Test
    void shouldSayOfEachReadingWhoseItIsAndWhen()
    {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[MessageLayout.SLOT_LENGTH]);
        for (long index = 0; index < 35; index++)
        {
            fleet.encode(buffer, 0, index);
            final long device = buffer.getLong(MessageLayout.READING_DEVICE_ID_OFFSET);
            final long eventId = buffer.getLong(MessageLayout.READING_EVENT_ID_OFFSET);
            assertEquals(100 + index % 10, device);
            assertEquals(index, fleet.indexOf(device, eventId));
            assertEquals(
                ORIGIN_NS + index * 100_000_000L, buffer.getLong(MessageLayout.READING_EVENT_TIME_OFFSET));
            assertEquals(7, buffer.getInt(MessageLayout.READING_METRIC_OFFSET));
            assertEquals(MessageLayout.READING_HEADER, buffer.getLong(0));
            final double value = buffer.getDouble(MessageLayout.READING_VALUE_OFFSET);
            assertTrue(value >= 0 && value < 1024 && value == Math.rint(value));
        }
        assertEquals(4, fleet.readingsOf(104, 35));
        assertEquals(3, fleet.readingsOf(105, 35));
        assertTrue(fleet.has(109));
        assertFalse(fleet.has(110));
        assertFalse(fleet.has(99));
    }

    @Test
    void shouldToggleEachDevice()
    {
        final Fleet toggling = new Fleet(1, 2, 1, 1, true, ORIGIN_NS, 2);
        for (long index = 0; index < 8; index++)
        {
            assertEquals(index / 2 % 2 == 0 ? 1 : 0, toggling.value(index), "reading " + index);
        }
    }

    @Test
    void shouldRefuseMoreSessionsThanDevices()
    {
        assertThrows(IllegalArgumentException.class, () -> new Fleet(1, 2, 3, 1, false, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> new Fleet(1, 0, 1, 1, false, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> new Fleet(1, 1, 1, 1, false, 0, 0));
    }

    @Test
    void shouldComeBackFromAFileWithTheSettings(@TempDir final Path dir) throws IOException
    {
        final SenderSettings settings =
            new SenderSettings("live", "udp:127.0.0.1:9", "", "", fleet, 7, true, true);
        settings.save(dir.resolve("settings"));
        assertEquals(settings, SenderSettings.read(dir.resolve("settings")));
        for (final int perDatagram : new int[]{0, SenderSettings.MAX_PER_DATAGRAM + 1})
        {
            assertThrows(IllegalArgumentException.class, () ->
                new SenderSettings("live", "udp:127.0.0.1:9", "", "", fleet, perDatagram, true, true));
        }
    }
}
