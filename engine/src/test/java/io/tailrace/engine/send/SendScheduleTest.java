package io.tailrace.engine.send;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

class SendScheduleTest
{
    @Test
    void shouldAddUpNoErrorOverABillionRows()
    {
        final SendSchedule schedule = SendSchedule.atRate(3);

        assertEquals(333_333_333L, schedule.dueNs(1, 0));
        assertEquals(1_000_000_000L, schedule.dueNs(3, 0));
        assertEquals(1_000_000_000_000_000_000L, SendSchedule.atRate(1).dueNs(1_000_000_000L, 0));
    }

    @Test
    void shouldSaturateWhereEventTimesAreFarApart()
    {
        final SendSchedule schedule = SendSchedule.atSpeed(0.5);
        schedule.dueNs(0, Long.MIN_VALUE);

        assertEquals(Long.MAX_VALUE, schedule.dueNs(1, Long.MAX_VALUE));
    }

    @Test
    void shouldReadDestinations()
    {
        assertEquals("udp:::1:9010", Destination.parse("--to", "udp:[::1]:9010").toString());
        assertEquals(
            new Destination(true, null, 0, "aeron:udp?endpoint=localhost:40123", 1001),
            Destination.parse("--to", "aeron:udp?endpoint=localhost:40123:1001"));
        assertEquals(
            Destination.parse("--to", "aeron:udp?endpoint=localhost:40123:1001"),
            Destination.parse("--to", "aeron:aeron:udp?endpoint=localhost:40123:1001"));
        assertEquals(-7, Destination.parse("--to", "aeron:ipc:-7").stream());
    }
}
