package io.tailrace.perf.storm;

import java.io.IOException;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import io.tailrace.engine.config.AlertConfig;
import io.tailrace.engine.config.CheckpointConfig;
import io.tailrace.engine.config.DedupBy;
import io.tailrace.engine.config.DedupConfig;
import io.tailrace.engine.config.EffectiveConfig;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.EventFilter;
import io.tailrace.engine.config.EventTimeConfig;
import io.tailrace.engine.config.KeyKind;
import io.tailrace.engine.config.LimitsConfig;
import io.tailrace.engine.config.OverloadAction;
import io.tailrace.engine.config.OverloadConfig;
import io.tailrace.engine.config.RetentionConfig;
import io.tailrace.engine.config.SourceConfig;
import io.tailrace.engine.config.WatermarkKind;
import io.tailrace.engine.config.WindowConfig;

/** The configuration of the engine in a storm, which is all of it that is not a default. */
final class StormConfig
{
    /** Name of the windows. */
    static final String WINDOW = "per-minute";
    /** Name of the alert. */
    static final String ALERT = "critical-level";
    /** Of the windows, ns. */
    static final long WINDOW_NS = TimeUnit.MINUTES.toNanos(1);
    /** Of the readings above a rate, where anything is shed. */
    static final int KEEP_ONE_IN = 10;
    /** The job in words. */
    static final String JOB = "tumbling windows of 1m by device; dedup by sequence, 256 ids; an alert above 0.5 on " +
        "the critical metric, whose values are 1 and 0 in turns: each reading raises or clears one; watermark " +
        "device, out-of-orderness 30s; exactly-once, durability process, a checkpoint every 10 s; nothing is purged";

    private static final int FIRST_STREAM = 4001;
    private static final int FIRST_ACK_STREAM = 4101;
    private static final int RECEIVE_BUFFER_LENGTH = 4 * 1024 * 1024;
    private static final int DEDUP_IDS = 256;
    private static final long OUT_OF_ORDERNESS_NS = TimeUnit.SECONDS.toNanos(30);
    private static final long CHECKPOINT_INTERVAL_NS = TimeUnit.SECONDS.toNanos(10);
    private static final double HALF = 0.5;

    private StormConfig()
    {
    }

    /** @return the configuration. */
    static EngineConfig of(final StormPlan plan, final Path dataDir)
    {
        final InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return EngineConfig.builder()
            .name("storm")
            .dataDir(dataDir)
            .http(anyPort)
            .layout(plan.layout())
            .limits(LimitsConfig.builder().devices(plan.allDevices()).keys(plan.allDevices()).build())
            .source(source(plan, 0))
            .source(source(plan, 1))
            .source(source(plan, 2))
            .eventTime(EventTimeConfig.builder()
                .watermark(WatermarkKind.DEVICE).outOfOrdernessNs(OUT_OF_ORDERNESS_NS).build())
            .dedup(DedupConfig.builder().by(DedupBy.SEQUENCE).windowIds(DEDUP_IDS).build())
            .window(WindowConfig.tumbling(WINDOW, WINDOW_NS).key(KeyKind.DEVICE).build())
            .alert(AlertConfig.builder().name(ALERT).where(EventFilter.ofMetrics(StormPlan.CRITICAL_METRIC))
                .above(HALF).priority(1).build())
            .overload(overload(plan))
            .checkpoint(CheckpointConfig.builder().intervalNs(CHECKPOINT_INTERVAL_NS).build())
            .retention(RetentionConfig.builder().journalNs(Long.MAX_VALUE).resultsNs(Long.MAX_VALUE)
                .diskBudget(Long.MAX_VALUE).build())
            .build();
    }

    /** Writes it for the engine. */
    static Path write(final StormPlan plan, final Path dir) throws IOException
    {
        final StringWriter text = new StringWriter();
        EffectiveConfig.print(text, of(plan, dir.resolve("data")));
        final Path file = dir.resolve("engine.yaml");
        Files.writeString(file, text.toString());
        return file;
    }

    /** @return where the sender of a source sends. */
    static String destination(final StormPlan plan, final int source, final EngineProcess engine)
    {
        // The default of shared memory would be terms of 64 MiB for each session.
        return plan.isAeron() ? "aeron:ipc?term-length=1m:" + (FIRST_STREAM + source) :
            engine.destination(name(source));
    }

    /** @return where it is answered; empty with UDP. */
    static String answers(final StormPlan plan, final int source)
    {
        return plan.isAeron() ? "aeron:ipc:" + (FIRST_ACK_STREAM + source) : "";
    }

    /** @return name of a source by its index. */
    static String name(final int source)
    {
        return switch (source)
        {
            case 0 -> StormPlan.BACKLOG;
            case 1 -> StormPlan.LIVE;
            default -> StormPlan.CRITICAL;
        };
    }

    private static OverloadConfig overload(final StormPlan plan)
    {
        final OverloadConfig.Builder overload = OverloadConfig.builder().backlogRate(plan.backlogRate());
        return plan.isShedding() ? overload
            .rate(plan.shedRate())
            .ratePerDevice(StormPlan.DEVICE_RATE)
            .then(OverloadAction.SAMPLE)
            .keepOneIn(KEEP_ONE_IN)
            .build() : overload.build();
    }

    private static SourceConfig source(final StormPlan plan, final int source)
    {
        final String name = name(source);
        final SourceConfig.Builder builder = plan.isAeron() ?
            SourceConfig.aeron(name, "aeron:ipc", FIRST_STREAM + source)
                .ackChannel("aeron:ipc?term-length=1m").ackStream(FIRST_ACK_STREAM + source) :
            SourceConfig.udp(name, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .receiveBufferLength(RECEIVE_BUFFER_LENGTH);
        return builder.ack(true).priority(name.equals(StormPlan.CRITICAL) ? 1 : 0).build();
    }
}
