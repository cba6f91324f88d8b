package io.tailrace.perf.storm;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

class LedgerCountsTest
{
    private static final String CSV = """
        scope,name,reason,count
        source,live,received,10
        source,live,shed:rate,2
        source,live,shed:rate-per-device,3
        source,live,in-flight,1
        source,live,unaccounted,-4
        source,other,received,5
        source,other,unaccounted,4
        operator,w,late,7
        """;

    @Test
    void shouldSumUpReasons()
    {
        final LedgerCounts ledger = LedgerCounts.parse(CSV);
        assertEquals(10, ledger.source("live", "received"));
        assertEquals(5, ledger.source("live", "shed"));
        assertEquals(2, ledger.source("live", "shed:rate"));
        assertEquals(0, ledger.source("live", "kernel-drops"));
        assertEquals(15, ledger.allSources("received"));
        assertEquals(7, ledger.operator("w", "late"));
        assertEquals(8, ledger.unaccounted(), "differences do not make up for one another");
    }

    @Test
    void shouldRefuseWhatIsNoLedger()
    {
        assertThrows(IllegalArgumentException.class, () -> LedgerCounts.parse("expected /metrics\n"));
        assertThrows(IllegalArgumentException.class, () -> LedgerCounts.parse("scope,name,reason,count\nx\n"));
    }
}
