package io.tailrace.perf.jmh;

import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.config.DedupBy;
import io.tailrace.engine.config.DedupConfig;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.EventFilter;
import io.tailrace.engine.config.EventTimeConfig;
import io.tailrace.engine.config.KeyKind;
import io.tailrace.engine.config.LimitsConfig;
import io.tailrace.engine.config.ReferenceClock;
import io.tailrace.engine.config.SourceConfig;
import io.tailrace.engine.config.WatermarkKind;
import io.tailrace.engine.config.WindowConfig;
import io.tailrace.engine.operator.OperatorCore;
import io.tailrace.engine.ring.ResultsRing;
import io.tailrace.perf.workload.ReferenceWorkload;

/**
 * An operator core with one operator, tumbling windows of 1 s by device, whose results nobody reads: the ring is
 * released whenever it is full.
 * <p>
 * Threading: one thread. Hot path: allocation-free.
 */
final class JobCore implements AutoCloseable
{
    /** Events a second of event time in job J1. */
    static final long EVENT_RATE = 1_000_000;
    /** Size of the windows, ns. */
    static final long WINDOW_NS = 1_000_000_000L;
    /** Ids of a device that deduplication by sequence spans in job J1. */
    static final int WINDOW_IDS = 256;
    /** Passes nothing: no reading of the workload has that metric. */
    static final EventFilter NOTHING = EventFilter.ofMetrics(ReferenceWorkload.METRIC + 1);

    private static final int RESULT_SLOTS = 1 << 16;

    private final ResultsRing results = new ResultsRing(RESULT_SLOTS);
    private final OperatorCore core;
    private long processed;

    JobCore(final EngineConfig config)
    {
        core = new OperatorCore(config, results);
    }

    /** @return job J1 for a number of devices. */
    static EngineConfig job(final int devices)
    {
        return config(devices, WatermarkKind.GLOBAL, ReferenceClock.NONE, bySequence(), EventFilter.ALL);
    }

    /** @return the same without deduplication. */
    static EngineConfig withoutDedup(final int devices)
    {
        return config(devices, WatermarkKind.GLOBAL, ReferenceClock.NONE, DedupConfig.NONE, EventFilter.ALL);
    }

    /** @return a job that judges readings and moves time, and whose windows take none of them. */
    static EngineConfig timeAlone(final int devices, final WatermarkKind watermark)
    {
        return config(devices, watermark, ReferenceClock.INGEST, DedupConfig.NONE, NOTHING);
    }

    /** @return how job J1 knows what it has seen. */
    static DedupConfig bySequence()
    {
        return DedupConfig.builder().by(DedupBy.SEQUENCE).windowIds(WINDOW_IDS).build();
    }

    /** Processes a message, and all that it fires. */
    void process(final long message)
    {
        while (!core.onMessage(message, processed * MessageLayout.SLOT_LENGTH))
        {
            results.release(results.available());
        }
        while (core.isFiring() && !core.resume())
        {
            results.release(results.available());
        }
        processed++;
    }

    /** Looks up the state of messages that lie back to back, and then processes them. */
    void processTogether(final long firstMessage, final int count)
    {
        core.beginLookUp();
        for (int i = 0; i < count; i++)
        {
            core.lookUp(firstMessage + (long)i * MessageLayout.SLOT_LENGTH);
        }
        core.endLookUp();
        processOneByOne(firstMessage, count);
    }

    /** Processes messages that lie back to back. */
    void processOneByOne(final long firstMessage, final int count)
    {
        for (int i = 0; i < count; i++)
        {
            process(firstMessage + (long)i * MessageLayout.SLOT_LENGTH);
        }
    }

    /** All messages must have been readings that had one outcome. */
    void requireAll(final int outcome, final String what)
    {
        Check.equal(processed, core.ledger().outcome(0, outcome), what);
    }

    /** @return how many results there were. */
    long resultCount()
    {
        return core.nextResultSequence();
    }

    OperatorCore core()
    {
        return core;
    }

    @Override
    public void close()
    {
        core.close();
    }

    private static EngineConfig config(
        final int devices,
        final WatermarkKind watermark,
        final ReferenceClock clock,
        final DedupConfig dedup,
        final EventFilter filter)
    {
        return EngineConfig.builder()
            .limits(LimitsConfig.builder().devices(devices).keys(devices).build())
            .source(SourceConfig.embedded("benchmark").build())
            .eventTime(EventTimeConfig.builder()
                .referenceClock(clock)
                .watermark(watermark)
                .outOfOrdernessNs(ReferenceWorkload.DISORDER_NS)
                .build())
            .dedup(dedup)
            .window(WindowConfig.tumbling("w", WINDOW_NS).key(KeyKind.DEVICE).where(filter).build())
            .build();
    }
}
