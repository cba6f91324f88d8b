package io.tailrace.codec;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ReadingCsvTest
{
    private static final String ALL = "event_id,device_id,metric,event_time_ms,value,ingest_time_ms,priority,source";
    private static final String EXPECTED = ", expected event_id,device_id,metric,event_time_ms,value (or event_time) " +
        "and optionally ingest_time_ms,priority,source,device_epoch";

    @TempDir
    private Path directory;

    private final NameDictionary names = new NameDictionary();

    @Test
    void shouldReadEveryColumn() throws Exception
    {
        try (ReadingCsv rows = open(ALL + "\ne1,pump,7,-1500,2.5e1,1600000000000,critical,3\n", 0))
        {
            assertTrue(rows.next());
            assertFalse(rows.isRejected());
            assertEquals(EventIds.hash("e1"), rows.eventId());
            assertEquals(EventIds.hash("pump"), rows.deviceId());
            assertEquals(7, rows.metric());
            assertEquals(-1500, rows.eventTime());
            assertEquals(TimeUnits.MILLIS, rows.timeUnit());
            assertEquals(25.0, rows.value());
            assertTrue(rows.hasIngestTime());
            assertEquals(1_600_000_000_000_000_000L, rows.ingestTimeNs());
            assertSame(Priority.CRITICAL, rows.priority());
            assertEquals(3, rows.source());
            assertEquals("2.5e1", rows.text("value"));
            assertEquals("", rows.text("event_time"));
            assertEquals(2, rows.line());
            assertFalse(rows.next());
        }
        assertEquals("pump", names.deviceText(EventIds.hash("pump")));
    }

    @Test
    void shouldTakeColumnsInAnyOrderAndTimeInConfiguredUnit() throws Exception
    {
        try (ReadingCsv rows = open("value,event_time,metric,device_id,event_id\n1,170,2,3,4\n", TimeUnits.MICROS))
        {
            assertTrue(rows.next());
            assertEquals(List.of("value", "event_time", "metric", "device_id", "event_id"), rows.columns());
            assertEquals(1.0, rows.value());
            assertEquals(170, rows.eventTime());
            assertEquals(TimeUnits.MICROS, rows.timeUnit());
            assertEquals(2, rows.metric());
            assertEquals(3, rows.deviceId());
            assertEquals(4, rows.eventId());
            assertFalse(rows.hasIngestTime());
            assertSame(Priority.NORMAL, rows.priority());
            assertEquals(0, rows.source());
            assertEquals(0, rows.deviceEpoch());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"0;0", "'';0", "7;7", "65535;65535", "65536;-1", "-1;-1", "07;-1", "1.0;-1",
        "100000;-1", "x;-1"})
    void shouldReadTheEpochOfTheDevice(final String cell, final int epoch) throws Exception
    {
        try (ReadingCsv rows = open(ALL + ",device_epoch\n1,2,3,4,5,6,,,9\n1,2,3,4,5,6,,," + cell + "\n", 0))
        {
            assertTrue(rows.next());
            assertEquals(9, rows.deviceEpoch());
            assertTrue(rows.next());
            assertEquals(epoch < 0, rows.isRejected());
            if (epoch < 0)
            {
                assertSame(RowFault.DEVICE_EPOCH, rows.fault());
                assertEquals("device-epoch", rows.fault().text());
                assertEquals(cell, rows.text("device_epoch"));
            }
            else
            {
                assertEquals(epoch, rows.deviceEpoch());
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', nullValues = "null", value = {
        "1,2,3,4,5,6,normal,7;null",
        "1,2,3,4,5,6,,;null",
        "1,2,3,4,5,6,critical,65535;null",
        "1,2,3,4,5,6,normal;columns",
        "1,2,3,4,5,6,normal,7,8;columns",
        ",2,3,4,5,6,normal,7;event-id",
        "1,,3,4,5,6,normal,7;device-id",
        "1,2,,4,5,6,normal,7;metric",
        "1,2,3,,5,6,normal,7;event-time",
        "1,2,3,4.0,5,6,normal,7;event-time",
        "1,2,3,9223372036854775808,5,6,normal,7;event-time",
        "1,2,3,4,,6,normal,7;value",
        "1,2,3,4,' ',6,normal,7;value",
        "1,2,3,4,NaN,6,normal,7;value",
        "1,2,3,4,Infinity,6,normal,7;value",
        "1,2,3,4,1e999,6,normal,7;value",
        "1,2,3,4,0x10,6,normal,7;value",
        "1,2,3,4,5,,normal,7;ingest-time",
        "1,2,3,4,5,x,normal,7;ingest-time",
        "1,2,3,4,5,9223372036855,normal,7;ingest-time",
        "1,2,3,4,5,6,Critical,7;priority",
        "1,2,3,4,5,6,2,7;priority",
        "1,2,3,4,5,6,normal,65536;source",
        "1,2,3,4,5,6,normal,07;source",
        "1,2,3,4,5,6,normal,-1;source",
        "1,2,3,4,5,6,normal,field;source",
        ",,,,,,x,x;event-id"})
    void shouldRejectRowForItsFirstFault(final String row, final String fault) throws Exception
    {
        try (ReadingCsv rows = open(ALL + "\n" + row + "\n1,2,3,4,5,6,normal,7\n", 0))
        {
            assertTrue(rows.next());
            assertEquals(fault != null, rows.isRejected());
            if (fault != null)
            {
                assertEquals(fault, rows.fault().text());
            }
            assertTrue(rows.next());
            assertFalse(rows.isRejected(), "the next row is not touched");
            assertThrows(IllegalStateException.class, rows::fault);
        }
    }

    @Test
    void shouldKeepTextsOfRejectedRowAndNotItsNames() throws Exception
    {
        try (ReadingCsv rows = open(ALL + "\n\"a,1\",pump,flow,4,x,,,\n1,2\n", 0))
        {
            assertTrue(rows.next());
            assertSame(RowFault.VALUE, rows.fault());
            assertEquals("a,1", rows.text("event_id"));
            assertEquals("pump", rows.text(1));
            assertEquals("x", rows.text("value"));
            assertTrue(rows.next());
            assertSame(RowFault.COLUMNS, rows.fault());
            assertEquals("2", rows.text("device_id"));
            assertEquals("", rows.text("value"));
        }
        assertEquals(Long.toUnsignedString(EventIds.hash("pump")), names.deviceText(EventIds.hash("pump")));
    }

    @Test
    void shouldFindSourcesByNameOrIndex() throws Exception
    {
        final String file = ALL + "\n1,2,3,4,5,6,,desk\n1,2,3,4,5,6,,0\n1,2,3,4,5,6,,2\n";
        try (ReadingCsv rows = new ReadingCsv(stream(file), "t.csv", names, 0, List.of("field", "desk")))
        {
            assertTrue(rows.next());
            assertEquals(1, rows.source());
            assertTrue(rows.next());
            assertEquals(0, rows.source());
            assertTrue(rows.next());
            assertSame(RowFault.SOURCE, rows.fault());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "event_id,device_id,metric,event_time_ms,valeu;unknown column \"valeu\"",
        "event_id,device_id,metric,event_time_ms,value, source;unknown column \" source\"",
        "event_id,device_id,metric,event_time_ms;no column value",
        "event_id,device_id,metric,value;no column event_time_ms",
        "device_id,metric,event_time,value;no column event_id",
        "event_id,device_id,metric,event_time_ms,value,value;column value twice"})
    void shouldNameColumnThatIsWrong(final String header, final String problem)
    {
        assertHeaderFault(header, problem + EXPECTED);
    }

    @Test
    void shouldRefuseTwoEventTimesAndEmptyFile()
    {
        assertHeaderFault(
            "event_id,device_id,metric,event_time_ms,event_time,value",
            "both columns event_time_ms and event_time, expected one of them");
        assertEquals(
            "t.csv:1: no column event_id" + EXPECTED,
            assertThrows(CsvFormatException.class, () -> open("", 0)).getMessage());
    }

    @Test
    void shouldStopAtIdsThatCollide() throws Exception
    {
        final String number = Long.toUnsignedString(EventIds.hash("pump"));
        try (ReadingCsv rows = open(ALL + "\n1,pump,3,4,5,6,,\n1," + number + ",3,4,5,6,,\n", 0))
        {
            assertTrue(rows.next());
            final IdCollisionException collision = assertThrows(IdCollisionException.class, rows::next);
            assertEquals("pump", collision.firstText());
            assertEquals(number, collision.secondText());
        }
    }

    @Test
    void shouldReadPackedFileWithConfiguredMetrics() throws Exception
    {
        final Path file = directory.resolve("readings.csv.gz");
        try (CsvWriter writer = CsvWriter.create(file))
        {
            writer.row("event_id", "device_id", "metric", "event_time_ms", "value");
            for (int i = 0; i < 50_000; i++)
            {
                writer.cell("e" + i).cell("d" + i % 100).cell("temperature").cell((long) i).cell(i / 8.0).endRow();
            }
        }

        final NameDictionary configured = new NameDictionary(Map.of("temperature", 1L));
        int count = 0;
        try (ReadingCsv rows = ReadingCsv.open(file, configured, 0, List.of()))
        {
            while (rows.next())
            {
                assertFalse(rows.isRejected());
                assertEquals(1, rows.metric());
                assertEquals(count, rows.eventTime());
                assertEquals(count / 8.0, rows.value());
                assertEquals("d" + count % 100, configured.deviceText(rows.deviceId()));
                count++;
            }
        }

        assertEquals(50_000, count);
    }

    @Test
    void shouldCloseFileWithWrongHeader() throws IOException
    {
        final Path file = Files.writeString(directory.resolve("wrong.csv"), "a,b\n");

        assertEquals(
            file + ":1: unknown column \"a\"" + EXPECTED,
            assertThrows(CsvFormatException.class, () -> ReadingCsv.open(file, names, 0, List.of())).getMessage());
    }

    private void assertHeaderFault(final String header, final String problem)
    {
        final CsvFormatException fault = assertThrows(CsvFormatException.class, () -> open(header + "\n1,2\n", 0));

        assertEquals("t.csv:1: " + problem, fault.getMessage());
    }

    private ReadingCsv open(final String text, final int unit) throws IOException
    {
        return new ReadingCsv(stream(text), "t.csv", names, unit, List.of());
    }

    private static ByteArrayInputStream stream(final String text)
    {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }
}
