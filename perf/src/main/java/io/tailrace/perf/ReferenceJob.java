package io.tailrace.perf;

import java.nio.file.Path;

import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.EventTimeConfig;
import io.tailrace.engine.config.KeyKind;
import io.tailrace.engine.config.Layout;
import io.tailrace.engine.config.LimitsConfig;
import io.tailrace.engine.config.ReferenceClock;
import io.tailrace.engine.config.SourceConfig;
import io.tailrace.engine.config.WatermarkKind;
import io.tailrace.engine.config.WindowConfig;
import io.tailrace.perf.workload.ReferenceWorkload;

/**
 * Job J1 of the design, as far as this version of the engine goes: everything but deduplication.
 */
final class ReferenceJob
{
    /** Name of the embedded source. */
    static final String SOURCE = "rig";
    /** Events in a claim of the publisher. */
    static final int CLAIM = 20;
    /** Events per second of event time. */
    static final long EVENT_RATE = 1_000_000;
    /** Size of the tumbling windows, ns. */
    static final long WINDOW_NS = 1_000_000_000L;
    /** What is said of every figure of this version. */
    static final String LEFT_OUT =
        "not in this version's J1: dedup by sequence (the engine has none yet); page-cache state is not controlled, " +
        "purge regime: none, on either side";

    private ReferenceJob()
    {
    }

    /**
     * @param dataDir  of the engine.
     * @param workload devices and disorder; the out-of-orderness is the greatest disorder.
     * @param windowNs size of the windows.
     * @param layout   of the engine's threads.
     * @return the configuration of the engine.
     */
    static EngineConfig config(
        final Path dataDir, final ReferenceWorkload workload, final long windowNs, final Layout layout)
    {
        return EngineConfig.builder()
            .name("perf")
            .dataDir(dataDir)
            .layout(layout)
            .limits(LimitsConfig.builder().devices(workload.devices()).keys(workload.devices()).build())
            .source(SourceConfig.embedded(SOURCE).build())
            .eventTime(EventTimeConfig.builder()
                .referenceClock(ReferenceClock.NONE)
                .watermark(WatermarkKind.GLOBAL)
                .outOfOrdernessNs(workload.disorderNs())
                .idleAfterNs(Long.MAX_VALUE)
                .build())
            .window(WindowConfig.tumbling("j1", windowNs).key(KeyKind.DEVICE).build())
            .build();
    }
}
