package io.tailrace.codec;

import org.junit.jupiter.api.Test;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Codes on the wire and the way back. That they are the specified ones is in {@link MessagesSpecTest}.
 */
class CodesTest
{
    @Test
    void shouldFindEveryMalformedReasonByItsCode()
    {
        for (final MalformedReason reason : MalformedReason.values())
        {
            assertSame(reason, MalformedReason.of(reason.code()));
        }
        assertUnknown(() -> MalformedReason.of(0), "malformedReason=0, expected 1 to 7");
        assertUnknown(() -> MalformedReason.of(8), "malformedReason=8, expected 1 to 7");
        assertUnknown(() -> MalformedReason.of(-1), "malformedReason=-1, expected 1 to 7");
    }

    @Test
    void shouldFindEveryRejectReasonByItsCode()
    {
        for (final RejectReason reason : RejectReason.values())
        {
            assertSame(reason, RejectReason.of(reason.code()));
        }
        assertUnknown(() -> RejectReason.of(0), "rejectReason=0, expected 1 to 9");
        assertUnknown(() -> RejectReason.of(10), "rejectReason=10, expected 1 to 9");
    }

    @Test
    void shouldFindEveryTimingByItsCode()
    {
        assertEquals(0, Timing.ON_TIME.code());
        assertEquals(1, Timing.LATE.code());
        assertEquals(2, Timing.RETRACTED.code());
        for (final Timing timing : Timing.values())
        {
            assertSame(timing, Timing.of(timing.code()));
        }
        assertUnknown(() -> Timing.of(3), "timing=3, expected 0 to 2");
    }

    @Test
    void shouldTakeEveryPriorityThatIsNotCriticalForNormal()
    {
        assertEquals(0, Priority.NORMAL.code());
        assertEquals(1, Priority.CRITICAL.code());
        for (int code = -128; code <= 255; code++)
        {
            assertSame(code == 1 ? Priority.CRITICAL : Priority.NORMAL, Priority.of(code));
        }
    }

    @Test
    void shouldHaveNamesInKebabCaseThatDiffer()
    {
        final Set<String> names = new HashSet<>();
        for (final MalformedReason reason : MalformedReason.values())
        {
            assertKebabCase(reason.text(), reason.name(), names);
        }
        for (final RejectReason reason : RejectReason.values())
        {
            assertKebabCase(reason.text(), reason.name(), names);
        }
        for (final RowFault fault : RowFault.values())
        {
            assertKebabCase(fault.text(), fault.name(), names);
        }
    }

    private static void assertKebabCase(final String text, final String name, final Set<String> names)
    {
        assertEquals(name.replace('_', '-'), text.toUpperCase(Locale.ROOT));
        assertTrue(names.add(text), "twice: " + text);
    }

    private static void assertUnknown(final Runnable lookUp, final String message)
    {
        assertEquals(message, assertThrows(IllegalArgumentException.class, lookUp::run).getMessage());
    }
}
