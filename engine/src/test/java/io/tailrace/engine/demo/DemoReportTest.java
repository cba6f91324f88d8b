package io.tailrace.engine.demo;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.tailrace.engine.admission.QuarantineView;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.SourceConfig;
import io.tailrace.engine.config.WindowConfig;
import io.tailrace.engine.monitor.LedgerReport;
import io.tailrace.engine.operator.OperatorLedger;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

class DemoReportTest
{
    @Test
    void shouldGiveALineToEachEquationAndToEachDeviceInQuarantine()
    {
        final EngineConfig config = EngineConfig.builder()
            .source(SourceConfig.embedded("app").build())
            .window(WindowConfig.tumbling("w", TimeUnit.SECONDS.toNanos(1)).build())
            .build();
        final LedgerReport ledger =
            new LedgerReport(config, new OperatorLedger(1, 1), new long[]{1234}, new long[]{1234}, null);
        final QuarantineView quarantine = new QuarantineView();
        quarantine.onEntered(7, 3);
        quarantine.onEntered(-1, 1005);
        ledger.addQuarantined(quarantine, Long::toUnsignedString);

        final StringWriter out = new StringWriter();
        new DemoReport(new PrintWriter(out, true), id -> "pump " + Long.toUnsignedString(id), Long::toString)
            .equations(ledger);
        assertEquals(List.of(
            "  source   app              received 1,234 = rejected 0 in-flight 1,234 unaccounted 0",
            "  operator w                accepted 0 = unaccounted 0",
            "  device   pump 7           quarantined, 3 rejections by time bounds",
            "  device   pump 18446744073709551615 quarantined, 1,005 rejections by time bounds"),
            out.toString().lines().toList());
    }
}
