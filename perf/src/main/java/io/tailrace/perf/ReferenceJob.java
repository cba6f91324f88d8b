package io.tailrace.perf;

import java.nio.file.Path;
import java.util.List;

import io.tailrace.engine.config.AlertConfig;
import io.tailrace.engine.config.CheckpointConfig;
import io.tailrace.engine.config.DedupBy;
import io.tailrace.engine.config.DedupConfig;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.EventTimeConfig;
import io.tailrace.engine.config.KeyKind;
import io.tailrace.engine.config.LimitsConfig;
import io.tailrace.engine.config.ReferenceClock;
import io.tailrace.engine.config.SourceConfig;
import io.tailrace.engine.config.WatermarkKind;
import io.tailrace.engine.config.WindowConfig;
import io.tailrace.perf.workload.AlertModel;
import io.tailrace.perf.workload.ReferenceWorkload;

/**
 * Job J1 of the design. The ids of a device increase; the id of an event is its index, as a gateway counts that speaks
 * for all its devices, so that an id of a device lies about as many above the one before as there are devices.
 */
final class ReferenceJob
{
    /** Name of the source. */
    static final String SOURCE = "rig";
    /** Events in a claim of the publisher. */
    static final int CLAIM = 20;
    /** Events per second of event time. */
    static final long EVENT_RATE = 1_000_000;
    /** Size of the tumbling windows, ns. */
    static final long WINDOW_NS = 1_000_000_000L;
    /** What is said of every figure. */
    static final String LEFT_OUT =
        "left out: page-cache state is not controlled, purge regime: none, on either side";
    /** Ids of a device that deduplication spans. */
    static final int WINDOW_IDS = 256;

    /** Name of the window operator. */
    static final String WINDOW = "j1";
    /** Name of the alert operator, in runs that have one. */
    static final String ALERT = "high";
    /** A greater value raises the alert of its device: two of 1024 values. */
    static final double ALERT_ABOVE = 1021;
    /** A smaller value clears it: one of two. */
    static final double ALERT_CLEAR = 512;

    private ReferenceJob()
    {
    }

    /** @return how the job knows what it has seen. */
    static DedupConfig dedup()
    {
        return DedupConfig.builder().by(DedupBy.SEQUENCE).windowIds(WINDOW_IDS).build();
    }

    /**
     * @param dataDir  of the engine.
     * @param workload devices and disorder; the out-of-orderness is the greatest disorder.
     * @param windowNs size of the windows.
     * @param variant  of the job.
     * @return the configuration of the engine.
     */
    static EngineConfig config(
        final Path dataDir, final ReferenceWorkload workload, final long windowNs, final JobVariant variant)
    {
        return EngineConfig.builder()
            .name("perf")
            .dataDir(dataDir)
            .layout(variant.layout())
            .mode(variant.mode())
            .durability(variant.durability())
            .checkpoint(CheckpointConfig.builder().intervalNs(variant.checkpointIntervalNs()).build())
            .dedup(dedup())
            .limits(LimitsConfig.builder().devices(workload.devices()).keys(workload.devices()).build())
            .source(SourceConfig.embedded(SOURCE).build())
            .eventTime(EventTimeConfig.builder()
                .referenceClock(ReferenceClock.NONE)
                .watermark(WatermarkKind.GLOBAL)
                .outOfOrdernessNs(workload.disorderNs())
                .idleAfterNs(Long.MAX_VALUE)
                .build())
            .window(WindowConfig.tumbling(WINDOW, windowNs).key(KeyKind.DEVICE).build())
            .build();
    }

    /** @return the job with another source of the same name. */
    static EngineConfig withSource(final EngineConfig job, final SourceConfig source)
    {
        return job.toBuilder().sources(List.of(source)).build();
    }

    /** @return the job with an alert for each device beside its windows. */
    static EngineConfig withAlert(final EngineConfig job)
    {
        return job.toBuilder()
            .alerts(List.of(AlertConfig.builder().name(ALERT).above(ALERT_ABOVE).clear(ALERT_CLEAR).build()))
            .build();
    }

    /** @return what alerts the events of a run must cause. */
    static AlertModel alertModel(final ReferenceWorkload workload, final long published, final long windowNs)
    {
        return new AlertModel(workload.devices(), ALERT_ABOVE, ALERT_CLEAR).takeAll(workload, published, windowNs);
    }
}
