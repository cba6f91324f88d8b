package io.tailrace.engine.simulation;

import java.util.ArrayList;
import java.util.List;

import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.operator.OperatorCore;
import io.tailrace.engine.ring.ResultsRing;
import org.agrona.BitUtil;

/**
 * The operators without stages, crashes and checkpoints: what they give for a journal is what the results log must
 * hold.
 */
final class UndisturbedRun implements AutoCloseable
{
    private final ResultsRing ring;
    private final OperatorCore core;
    private final List<byte[]> results = new ArrayList<>();

    UndisturbedRun(final EngineConfig config)
    {
        ring = new ResultsRing(Math.max(
            256, BitUtil.findNextPositivePowerOfTwo(OperatorCore.minResultSlots(config))));
        core = new OperatorCore(config, ring);
        core.epoch(0, 0);
    }

    void onMessage(final long address, final long position)
    {
        while (!core.onMessage(address, position))
        {
            take();
        }
        while (core.isFiring() && !core.resume())
        {
            take();
        }
        take();
    }

    OperatorCore core()
    {
        return core;
    }

    List<byte[]> results()
    {
        return results;
    }

    @Override
    public void close()
    {
        core.close();
    }

    private void take()
    {
        while (ring.available() > 0)
        {
            final byte[] result = new byte[MessageLayout.RESULT_LENGTH];
            ring.buffer().getBytes(ring.offsetOf(0), result);
            results.add(result);
            ring.release(1);
        }
    }
}
