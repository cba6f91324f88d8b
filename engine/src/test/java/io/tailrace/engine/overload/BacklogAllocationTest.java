package io.tailrace.engine.overload;

import java.lang.management.ManagementFactory;

import com.sun.management.ThreadMXBean;
import io.tailrace.codec.MessageLayout;
import io.tailrace.codec.TimeUnits;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

import static io.tailrace.engine.overload.FakeBacklogRing.HOUR_NS;
import static io.tailrace.engine.overload.FakeBacklogRing.START_NS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Admission of backlog, with devices that come, wait, go on and leave, makes no garbage. */
class BacklogAllocationTest
{
    private static final int FRAME = 5;
    private static final int DEVICES = 300;

    private final FakeBacklogRing ring = new FakeBacklogRing(50, 1e6, DEVICES / 2, 2);
    private final BacklogAdmission polled = ring.control.polled(0);
    private final BacklogAdmission publisher = ring.control.publisher(1);
    private final UnsafeBuffer frame = Frames.of(0, 0, FRAME);
    private int backlog;
    private int deferred;

    @Test
    void shouldAllocateNothing()
    {
        final ThreadMXBean threads = (ThreadMXBean)ManagementFactory.getThreadMXBean();
        final long thread = Thread.currentThread().getId();
        run(20_000);
        final long before = threads.getThreadAllocatedBytes(thread);
        final long asked = threads.getThreadAllocatedBytes(thread) - before;
        run(200_000);
        final long allocated = threads.getThreadAllocatedBytes(thread) - before - 2 * asked;
        assertTrue(allocated < 10_000, "allocated=" + allocated);
        assertTrue(backlog > 10_000 && deferred > 10_000, "backlog=" + backlog + " deferred=" + deferred);
        assertTrue(ring.control.view().untracked() > 0);
    }

    private void run(final int cycles)
    {
        for (int i = 0; i < cycles; i++)
        {
            final BacklogAdmission way = i % 3 == 0 ? publisher : polled;
            final boolean isLive = i % 7 == 0;
            for (int at = 0; at < FRAME; at++)
            {
                final int offset = at * MessageLayout.SLOT_LENGTH;
                frame.putLong(offset + MessageLayout.READING_DEVICE_ID_OFFSET, (i + at / 3) % DEVICES);
                frame.putLong(offset + MessageLayout.READING_EVENT_TIME_OFFSET,
                    isLive ? ring.nowNs : ring.nowNs - HOUR_NS + i);
            }
            final int answer = way.admit(frame, 0, FRAME, ring.nowNs);
            if (answer == BacklogAdmission.BACKLOG)
            {
                ring.sequence += FRAME;
                way.onClaimed(ring.sequence, FRAME, frame, 0, FRAME);
                backlog++;
            }
            deferred += answer == BacklogAdmission.DEFERRED ? 1 : 0;
            ring.freed = i % 20 == 0 ? ring.sequence : ring.freed;
            polled.onTurned();
            ring.nowNs += 1_000_000;
            ring.control.onDutyCycle(ring.nowNs);
        }
        assertEquals(TimeUnits.NANOS, frame.getByte(MessageLayout.READING_TIME_UNIT_OFFSET));
        assertTrue(ring.nowNs > START_NS);
    }
}
