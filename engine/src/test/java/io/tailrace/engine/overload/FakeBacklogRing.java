package io.tailrace.engine.overload;

import java.util.ArrayDeque;
import java.util.Collections;

import io.tailrace.codec.TimeUnits;
import io.tailrace.engine.config.EventTimeConfig;
import io.tailrace.engine.config.SourceConfig;
import org.agrona.concurrent.UnsafeBuffer;

/** A control of backlog with a ring and a clock that a test moves; times are nanoseconds, one source or several. */
final class FakeBacklogRing
{
    static final long START_NS = 1_700_000_000_000_000_000L;
    static final long SECOND_NS = 1_000_000_000L;
    static final long AFTER_NS = 60 * SECOND_NS;
    static final long HOUR_NS = 3_600 * SECOND_NS;
    static final BacklogAge AGE =
        new BacklogAge(AFTER_NS, EventTimeConfig.NO_EARLIEST_NS, EventTimeConfig.NO_BOUND_NS);

    final BacklogControl control;
    final ArrayDeque<long[]> claims = new ArrayDeque<>();
    long nowNs = START_NS;
    long sequence = -1;
    long freed = -1;

    FakeBacklogRing(final int slots, final double perSecond, final int maxDevices, final int sourceCount)
    {
        control = new BacklogControl(
            new BacklogConfig(AGE, slots, perSecond, SECOND_NS / 10, maxDevices),
            Collections.nCopies(sourceCount, SourceConfig.embedded("any").build()),
            TimeUnits.NANOS,
            () -> freed);
    }

    /** Offers a frame of one device, all of one time, and claims it if it may come in. */
    int offer(final BacklogAdmission admission, final long deviceId, final long eventTimeNs, final int count)
    {
        final UnsafeBuffer frame = Frames.of(deviceId, eventTimeNs, count);
        final int answer = admission.admit(frame, 0, count, nowNs);
        if (answer != BacklogAdmission.DEFERRED)
        {
            sequence += count;
        }
        if (answer == BacklogAdmission.BACKLOG)
        {
            admission.onClaimed(sequence, count, frame, 0, count);
            claims.add(new long[]{sequence, count});
        }
        return answer;
    }

    void free(final int frames)
    {
        for (int i = 0; i < frames && !claims.isEmpty(); i++)
        {
            freed = claims.remove()[0];
        }
    }

    int inFlight()
    {
        return claims.stream().mapToInt(claim -> (int)claim[1]).sum();
    }
}
