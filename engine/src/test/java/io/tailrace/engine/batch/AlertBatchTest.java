package io.tailrace.engine.batch;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.tailrace.engine.config.ConfigFile;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.monitor.LedgerReport;
import io.tailrace.engine.monitor.LedgerRow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What {@code batch} writes of alerts, worked out by hand. */
class AlertBatchTest
{
    private static final EngineConfig CONFIG = ConfigFile.parse("plant.yaml", """
        metrics: {temperature: 1, pressure: 2}
        event-time: {unit: ms, reference-clock: none}
        windows: [{name: w, size: 10s}]
        alerts:
          - {name: hot, when: {metric: temperature, above: 80, clear-below: 75}, for: 2s, priority: critical}
          - {name: low, when: {metric: pressure, below: 1.5}}
        """).config();

    private static final String INPUT = """
        event_id,device_id,metric,event_time_ms,value
        1,boiler,temperature,1700000001000,81
        2,boiler,pressure,1700000001000,1.4
        3,boiler,temperature,1700000002000,82
        4,7,temperature,1700000002500,90
        5,boiler,temperature,1700000002999,80.5
        6,boiler,temperature,1700000002500,10
        7,boiler,temperature,1700000003000,80.125
        8,boiler,pressure,1700000003000,1.5
        9,7,temperature,1700000003500,80
        10,boiler,temperature,1700000004000,75
        11,7,temperature,1700000004600,91
        12,boiler,temperature,1700000005000,74.5
        13,7,temperature,1700000006601,85
        14,boiler,pressure,1700000006600,-2
        """;

    private static final String ALERTS = """
        name,device_id,metric,event_time_ms,state,severity,value,threshold
        low,boiler,pressure,1700000001000,raised,normal,1.4,1.5
        hot,boiler,temperature,1700000003000,raised,critical,80.125,80.0
        low,boiler,pressure,1700000003000,cleared,normal,1.5,1.5
        hot,boiler,temperature,1700000005000,cleared,critical,74.5,75.0
        hot,7,temperature,1700000006601,raised,critical,85.0,80.0
        low,boiler,pressure,1700000006600,raised,normal,-2.0,1.5
        """;

    @TempDir
    Path dir;

    @Test
    void shouldWriteEveryAlertInOrder() throws Exception
    {
        final Path input = dir.resolve("in.csv");
        Files.writeString(input, INPUT);

        final LedgerReport ledger = BatchRun.run(CONFIG, input, dir.resolve("out"), rows -> { });

        assertEquals(ALERTS, Files.readString(dir.resolve("out/alerts.csv")));
        assertEquals(0, ledger.unaccounted());
        final List<LedgerRow> rows = ledger.rows();
        assertTrue(rows.contains(new LedgerRow("operator", "hot", "applied", 10)), rows::toString);
        assertTrue(rows.contains(new LedgerRow("operator", "hot", "late", 1)), rows::toString);
        assertTrue(rows.contains(new LedgerRow("operator", "hot", "filtered", 3)), rows::toString);
        assertTrue(rows.contains(new LedgerRow("operator", "low", "applied", 3)), rows::toString);
        assertEquals(1, Files.readAllLines(dir.resolve("out/late.csv")).size());
    }

    @Test
    void shouldWriteTheHeaderWithoutAnyAlert() throws Exception
    {
        final Path input = dir.resolve("in.csv");
        Files.writeString(input, INPUT.lines().limit(2).toList().stream().reduce("", (all, row) -> all + row + "\n"));
        BatchRun.run(CONFIG, input, dir.resolve("out"), rows -> { });
        assertEquals(ALERTS.lines().findFirst().orElseThrow() + "\n",
            Files.readString(dir.resolve("out/alerts.csv")));
    }
}
