package io.tailrace.engine.inspect;

import java.util.HashSet;
import java.util.Set;

import io.tailrace.codec.MalformedReason;
import io.tailrace.engine.ingress.IngressLedger;
import io.tailrace.engine.operator.LedgerMarks;
import io.tailrace.engine.overload.OverloadCount;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Names of the reasons of ledger marks. */
class IngressReasonTest
{
    @Test
    void shouldNameEveryReasonOnceAndOthersByTheirCode()
    {
        final Set<String> names = new HashSet<>();
        for (int code = 0; code < IngressLedger.REASONS; code++)
        {
            final String name = DirectorySummary.reasonText(code);
            assertTrue(names.add(name), name);
        }
        assertEquals(
            MalformedReason.values().length + 3 + OverloadCount.count(),
            names.stream().filter(name -> !name.matches("[0-9]+")).count());
        assertEquals("kernel-drops", DirectorySummary.reasonText(64));
        assertEquals("shed:rate-per-device", DirectorySummary.reasonText(67));
        assertEquals("shed:rate", DirectorySummary.reasonText(68));
        assertEquals("71", DirectorySummary.reasonText(IngressLedger.REASONS));
        assertTrue(IngressLedger.REASONS <= LedgerMarks.REASONS);
    }
}
