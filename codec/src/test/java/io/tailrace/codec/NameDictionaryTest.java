package io.tailrace.codec;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

class NameDictionaryTest
{
    private static final long U32_MASK = 0xFFFF_FFFFL;

    @TempDir
    private Path directory;

    @Test
    void shouldTakeNumbersOfDevicesAsThemselves() throws Exception
    {
        final NameDictionary names = new NameDictionary();

        assertEquals(42, names.deviceId("42"));
        assertEquals(-1, names.deviceId("18446744073709551615"));
        assertEquals("18446744073709551615", names.deviceText(-1));
    }

    @Test
    void shouldHashNamesOfDevicesAndPrintThemBack() throws Exception
    {
        final NameDictionary names = new NameDictionary();

        final long id = names.deviceId("pump-7");

        assertEquals(EventIds.hash("pump-7"), id);
        assertEquals(id, names.deviceId("pump-7"));
        assertEquals("pump-7", names.deviceText(id));
        assertEquals(EventIds.hash("042"), names.deviceId("042"));
    }

    @Test
    void shouldPreferConfiguredMetrics() throws Exception
    {
        final NameDictionary names = new NameDictionary(Map.of("temperature", 1L, "vibration", U32_MASK));

        assertEquals(1, names.metricId("temperature"));
        assertEquals(U32_MASK, names.metricId("vibration"));
        assertEquals(1, names.metricId("1"), "a configured id may be written as its number");
        assertEquals("temperature", names.metricText(1));
        assertEquals("vibration", names.metricText((int) U32_MASK), "as read raw from a message");
    }

    @Test
    void shouldTakeNumbersOfMetricsBelow32BitsAsThemselves() throws Exception
    {
        final NameDictionary names = new NameDictionary();

        assertEquals(7, names.metricId("7"));
        assertEquals(U32_MASK, names.metricId("4294967295"));
        assertEquals("4294967295", names.metricText(-1));
        assertEquals(EventIds.hash("4294967296") & U32_MASK, names.metricId("4294967296"));
        assertEquals(EventIds.hash("18446744073709551615") & U32_MASK, names.metricId("18446744073709551615"));
        assertEquals("4294967296", names.metricText(EventIds.hash("4294967296")));
    }

    @Test
    void shouldKeepDevicesAndMetricsApart() throws Exception
    {
        final NameDictionary names = new NameDictionary();

        assertEquals(EventIds.hash("x"), names.deviceId("x"));
        assertEquals(EventIds.hash("x") & U32_MASK, names.metricId("x"));
        assertEquals(Long.toUnsignedString(EventIds.hash("x") & U32_MASK),
            names.deviceText(EventIds.hash("x") & U32_MASK));
    }

    @Test
    void shouldDetectTwoNamesOfMetricsWithOneHash() throws Exception
    {
        // Found by search: 32 bits collide after some ten thousand names.
        final String[] pair = collidingMetrics();
        final NameDictionary names = new NameDictionary();
        names.metricId(pair[0]);

        final IdCollisionException collision =
            assertThrows(IdCollisionException.class, () -> names.metricId(pair[1]));

        assertEquals("metric", collision.kind());
        assertEquals(pair[0], collision.firstText());
        assertEquals(pair[1], collision.secondText());
        assertEquals(EventIds.hash(pair[0]) & U32_MASK, collision.id());
        assertEquals("metric names \"" + pair[0] + "\" and \"" + pair[1] + "\" both have id " + collision.id() +
            ", expected different ids: rename one of them", collision.getMessage());
    }

    @Test
    void shouldDetectNumberThatIsHashOfNameInBothOrders() throws Exception
    {
        final String number = Long.toUnsignedString(EventIds.hash("pump-7"));
        final NameDictionary nameFirst = new NameDictionary();
        nameFirst.deviceId("pump-7");
        final NameDictionary numberFirst = new NameDictionary();
        numberFirst.deviceId(number);

        assertTexts("pump-7", number, assertThrows(IdCollisionException.class, () -> nameFirst.deviceId(number)));
        assertTexts(number, "pump-7", assertThrows(IdCollisionException.class, () -> numberFirst.deviceId("pump-7")));
    }

    @Test
    void shouldDetectNameWhoseHashIsConfigured() throws Exception
    {
        final NameDictionary names = new NameDictionary(Map.of("flow", EventIds.hash("pressure") & U32_MASK));

        assertTexts("flow", "pressure", assertThrows(IdCollisionException.class, () -> names.metricId("pressure")));
    }

    @Test
    void shouldRefuseTwoConfiguredNamesWithOneId()
    {
        assertTexts("a", "b", assertThrows(
            IdCollisionException.class, () -> new NameDictionary(Map.of("b", 1L, "a", 1L))));
    }

    @Test
    void shouldRefuseConfiguredIdsThatDoNotFitAndNumbersThatAreOthers()
    {
        assertMessage("metric \"a\"=4294967296, expected a name and an id of 32 bits", Map.of("a", 1L << 32));
        assertMessage("metric \"a\"=18446744073709551615, expected a name and an id of 32 bits", Map.of("a", -1L));
        assertMessage("metric \"\"=1, expected a name and an id of 32 bits", Map.of("", 1L));
        assertMessage("metric \"5\"=6, expected 5 or another name", Map.of("5", 6L));
    }

    @Test
    void shouldWriteNamesInOrderAndReadThemBack() throws Exception
    {
        final Path file = directory.resolve("names.csv");
        final NameDictionary names = new NameDictionary(Map.of("temperature", 1L));
        names.deviceId("pump, \"big\"");
        names.deviceId("b\u00e4r");
        names.deviceId("77");
        names.metricId("flow");

        names.write(file);
        final NameDictionary back = new NameDictionary();
        back.read(file);
        final Path again = directory.resolve("again.csv");
        back.write(again);

        assertEquals(
            "kind,name,id\n" +
            "device,b\u00e4r," + Long.toUnsignedString(EventIds.hash("b\u00e4r")) + "\n" +
            "device,\"pump, \"\"big\"\"\"," + Long.toUnsignedString(EventIds.hash("pump, \"big\"")) + "\n" +
            "metric,flow," + (EventIds.hash("flow") & U32_MASK) + "\n" +
            "metric,temperature,1\n",
            Files.readString(file));
        assertEquals(Files.readString(file), Files.readString(again));
        assertEquals(1, back.metricId("temperature"));
        assertEquals("b\u00e4r", back.deviceText(EventIds.hash("b\u00e4r")));
    }

    @Test
    void shouldDetectCollisionWithNameFromFile() throws Exception
    {
        final Path file = directory.resolve("names.csv");
        Files.writeString(file, "kind,name,id\ndevice,pump-7," + Long.toUnsignedString(EventIds.hash("pump-8")) + "\n");
        final NameDictionary names = new NameDictionary();

        names.read(file);

        assertEquals(EventIds.hash("pump-8"), names.deviceId("pump-7"));
        assertTexts("pump-7", "pump-8", assertThrows(IdCollisionException.class, () -> names.deviceId("pump-8")));
        assertEquals(
            EventIds.hash("pump-8"),
            names.deviceId(Long.toUnsignedString(EventIds.hash("pump-8"))),
            "an id from a file may be written as its number");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "kind,name;1;header \"kind,name\", expected kind,name,id",
        "kind,name,id|device,a;2;2 cells, expected 3: kind,name,id",
        "kind,name,id|metric,a,1|event,a,2;3;kind \"event\", expected device or metric",
        "kind,name,id|metric,a,4294967296;2;id \"4294967296\", expected a whole number of 32 bits",
        "kind,name,id|metric,a,18446744073709551615;2;id \"18446744073709551615\", expected a whole number of 32 bits",
        "kind,name,id|device,a,-1;2;id \"-1\", expected a whole number of 64 bits",
        "kind,name,id|device,5,6;2;device \"5\"=6, expected 5 or another name",
        "kind,name,id|device,a,6|device,a,7;3;device \"a\"=7, expected 6, the id it has already"})
    void shouldNameLineOfWrongFile(final String content, final int line, final String problem) throws IOException
    {
        final Path file = directory.resolve("names.csv");
        Files.writeString(file, content.replace('|', '\n'));

        final CsvFormatException fault =
            assertThrows(CsvFormatException.class, () -> new NameDictionary().read(file));

        assertEquals(file + ":" + line + ": " + problem, fault.getMessage());
    }

    @Test
    void shouldRefuseEmptyFile() throws IOException
    {
        final Path file = Files.createFile(directory.resolve("names.csv"));

        assertEquals(
            file + ":1: header \"\", expected kind,name,id",
            assertThrows(CsvFormatException.class, () -> new NameDictionary().read(file)).getMessage());
    }

    private static String[] collidingMetrics()
    {
        final Map<Long, String> nameById = new HashMap<>();
        for (int i = 0;; i++)
        {
            final String name = "metric-" + i;
            final String other = nameById.put(EventIds.hash(name) & U32_MASK, name);
            if (other != null)
            {
                assertNotEquals(EventIds.hash(other), EventIds.hash(name));
                return new String[] {other, name};
            }
        }
    }

    private static void assertTexts(final String first, final String second, final IdCollisionException collision)
    {
        assertEquals(first, collision.firstText());
        assertEquals(second, collision.secondText());
    }

    private static void assertMessage(final String message, final Map<String, Long> metrics)
    {
        assertEquals(
            message, assertThrows(IllegalArgumentException.class, () -> new NameDictionary(metrics)).getMessage());
    }
}
