package io.tailrace.perf.storm;

import io.tailrace.archive.journal.LiveRecording;
import io.tailrace.codec.MessageLayout;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentTerminationException;
import org.agrona.concurrent.NanoClock;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

/**
 * Follows the results log from outside of the engine's process, and passes on its alerts; all else is counted when the
 * engine has stopped.
 * <p>
 * Threading: one thread, role {@code subscriber}. Hot path: allocation-free; one clock reading per frame.
 */
final class CriticalReader implements Agent
{
    private static final int FRAME_LIMIT = 16;

    private final LiveRecording results;
    private final NanoClock clock;
    private final CriticalLatency latency;
    private final LiveRecording.FrameHandler handler = this::onFrame;

    CriticalReader(final LiveRecording results, final NanoClock clock, final CriticalLatency latency)
    {
        this.results = results;
        this.clock = clock;
        this.latency = latency;
    }

    @Override
    public String roleName()
    {
        return "subscriber";
    }

    @Override
    public int doWork()
    {
        final int frames = results.poll(handler, FRAME_LIMIT);
        if (frames == 0 && results.hasEnded())
        {
            throw new AgentTerminationException("the results log has ended");
        }
        return frames;
    }

    private void onFrame(
        final DirectBuffer buffer, final int offset, final int length, final long payloadPosition)
    {
        final long readNs = clock.nanoTime();
        for (int at = offset; at < offset + length; at += MessageLayout.RESULT_LENGTH)
        {
            if (buffer.getLong(at, LITTLE_ENDIAN) == MessageLayout.ALERT_HEADER)
            {
                latency.onAlert(
                    buffer.getLong(at + MessageLayout.RESULT_DEVICE_ID_OFFSET, LITTLE_ENDIAN),
                    buffer.getLong(at + MessageLayout.ALERT_EVENT_ID_OFFSET, LITTLE_ENDIAN),
                    readNs);
            }
        }
    }
}
