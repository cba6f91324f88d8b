package io.tailrace.engine.config;

/**
 * The table of keys: for every key of the file its type, default, range, condition and meaning, and where its value
 * goes. Parser,
 * checks, printer and documentation walk this table and know no key themselves; what operators have is in
 * {@link OperatorSchema}, what sinks have in {@link SinkSchema}.
 */
final class ConfigSchema
{
    static final Section<EngineConfig.Builder, EngineConfig> ROOT = root();

    private static final long SECOND_NS = 1_000_000_000L;
    private static final long MILLISECOND_NS = 1_000_000L;
    private static final int MAX_SLOTS = 1 << 24;
    private static final int MAX_BLOCKS = 100_000_000;

    private ConfigSchema()
    {
    }

    private static Section<EngineConfig.Builder, EngineConfig> root()
    {
        final Section<EngineConfig.Builder, EngineConfig> root = new Section<>(EngineConfig.Builder::build);
        root.key("name", ValueTypes.TEXT, EngineConfig.Builder::name, EngineConfig::name)
            .range(OperatorSchema::isName, OperatorSchema.NAME)
            .means("Name of this engine, in logs and metrics.");
        root.key("data-dir", ValueTypes.PATH, EngineConfig.Builder::dataDir, EngineConfig::dataDir)
            .byDefault("`data/NAME`")
            .means("Directory of journal, results and checkpoints; relative to the working directory.");
        root.key("mode", ValueTypes.constants(DeliveryMode.class), EngineConfig.Builder::mode, EngineConfig::mode)
            .means("What is promised about results after a crash: each once (`exactly-once`), each at least once, " +
                "maybe changed (`at-least-once`), or nothing (`in-memory`, which keeps neither journal nor results, " +
                "and takes neither sinks nor `ack`).");
        root.key("durability", ValueTypes.constants(Durability.class),
            EngineConfig.Builder::durability, EngineConfig::durability)
            .means("What a journalled event survives: the death of the process, or of the machine.");
        root.key("layout", ValueTypes.constants(Layout.class), EngineConfig.Builder::layout, EngineConfig::layout)
            .means("How roles are spread over threads: for two cores, for some, or a pinned thread per role.");
        root.child("limits", limits(), LimitsConfig::builder, EngineConfig.Builder::limits, EngineConfig::limits)
            .means("Bounds of the engine.");
        root.names("metrics", EngineConfig.Builder::metric, EngineConfig::metrics,
            "Names of metrics, each with its id from 0 to 4294967295: `{temperature: 1}`. Other keys and " +
            "inputs may use the names.");
        root.list("sources", sources(), SourceConfig::builder, EngineConfig.Builder::source, EngineConfig::sources)
            .means("Where events come from, at most 64. The index in this list is the number of the source.");
        root.child("event-time", eventTime(), EventTimeConfig::builder, EngineConfig.Builder::eventTime,
            EngineConfig::eventTime)
            .means("How event time is read, judged and advanced.");
        root.child("dedup", dedup(), DedupConfig::builder, EngineConfig.Builder::dedup, EngineConfig::dedup)
            .means("How events that were seen before are recognised.");
        root.list("windows", OperatorSchema.windows(), WindowConfig::builder, EngineConfig.Builder::window,
            EngineConfig::windows)
            .means("Window operators.");
        root.list("alerts", OperatorSchema.alerts(), AlertConfig::builder, EngineConfig.Builder::alert,
            EngineConfig::alerts)
            .means("Alert operators. Windows and alerts are at most 1024 together.");
        root.child("checkpoint", checkpoint(), CheckpointConfig::builder, EngineConfig.Builder::checkpoint,
            EngineConfig::checkpoint)
            .means("When checkpoints are taken and how many are kept.");
        root.child("overload", overload(), OverloadConfig::builder, EngineConfig.Builder::overload,
            EngineConfig::overload)
            .means("What is done when more comes in than is wanted; see `engine/docs/OVERLOAD.md`. " +
                "Critical events are never shed.");
        root.child("retention", retention(), RetentionConfig::builder, EngineConfig.Builder::retention,
            EngineConfig::retention)
            .means("How long recordings are kept.");
        root.list("sinks", SinkSchema.sinks(), SinkConfig::builder, EngineConfig.Builder::sink, EngineConfig::sinks)
            .means("Where results are copied to, at most 64. Sinks read the results log; a slow or dead one stalls " +
                "nobody.");
        root.key("http", ValueTypes.ADDRESS.or("none", null), EngineConfig.Builder::http, EngineConfig::http)
            .means("Where metrics and health are served.");
        return root;
    }

    private static Section<LimitsConfig.Builder, LimitsConfig> limits()
    {
        final Section<LimitsConfig.Builder, LimitsConfig> section = new Section<>(LimitsConfig.Builder::build);
        section.key("devices", ValueTypes.INTEGER, LimitsConfig.Builder::devices, LimitsConfig::devices)
            .range((count) -> count >= 1 && count <= MAX_BLOCKS, "a whole number from 1 to 100000000")
            .means("Devices in total; a reading of one more is rejected.");
        section.key("keys", ValueTypes.INTEGER, LimitsConfig.Builder::keys, LimitsConfig::keys)
            .range((count) -> count >= 1 && count <= MAX_BLOCKS, "a whole number from 1 to 100000000")
            .means("Keys per operator; a reading of one more is exhausted there.");
        section.key("ring-slots", ValueTypes.INTEGER, LimitsConfig.Builder::ringSlots, LimitsConfig::ringSlots)
            .range(ConfigSchema::isSlotCount, "a power of two from 2 to 16777216")
            .means("Slots of the event ring, of 64 bytes.");
        section.key("result-slots", ValueTypes.INTEGER, LimitsConfig.Builder::resultSlots, LimitsConfig::resultSlots)
            .range(ConfigSchema::isSlotCount, "a power of two from 2 to 16777216")
            .means("Slots of the results ring, of 128 bytes.");
        section.key("key-ttl", ValueTypes.DURATION_OR_NONE, LimitsConfig.Builder::keyTtlNs, LimitsConfig::keyTtlNs)
            .range((ttl) -> ttl > 0, "a duration > 0 or none")
            .means("A device or key with nothing open may be evicted after so long.");
        return section;
    }

    private static Section<SourceConfig.Builder, SourceConfig> sources()
    {
        final Section<SourceConfig.Builder, SourceConfig> section = new Section<>(SourceConfig.Builder::build);
        section.key("name", ValueTypes.TEXT, SourceConfig.Builder::name, SourceConfig::name)
            .range(OperatorSchema::isName, OperatorSchema.NAME)
            .byDefault("required")
            .means("Unique among the sources.");
        section.key("udp", ValueTypes.ADDRESS,
            (builder, address) -> builder.transport(Transport.UDP).udp(address), SourceConfig::udp)
            .range((address) -> address != null, ValueTypes.ADDRESS.expected())
            .when((source) -> source.transport() == Transport.UDP, "the source has no aeron and is not embedded", null)
            .byDefault("none")
            .means("Address to receive datagrams at; port 0 takes any free one. A source has one of `udp`, " +
                "`aeron` and `embedded`.");
        section.inline("aeron", aeron(), (builder) -> builder.transport(Transport.AERON))
            .when((source) -> source.transport() == Transport.AERON, "the source is not embedded")
            .means("An Aeron subscription.");
        section.key("embedded", ValueTypes.BOOLEAN,
            (builder, isEmbedded) -> builder.transport(isEmbedded ? Transport.EMBEDDED : builder.transport()),
            (source) -> source.transport() == Transport.EMBEDDED)
            .means("Whether the source is fed by a publisher in the same process.");
        section.key("priority", ValueTypes.PRIORITY, SourceConfig.Builder::priority, SourceConfig::priority)
            .range((priority) -> priority == 0 || priority == 1, ValueTypes.PRIORITY.expected())
            .means("Class of its events; critical sources are served first.");
        section.key("unit", ValueTypes.TIME_UNIT, SourceConfig.Builder::timeUnit, SourceConfig::timeUnit)
            .range((unit) -> unit >= 0 && unit <= 4, ValueTypes.TIME_UNIT.expected())
            .means("Unit of event times that name none themselves; `auto` is that of `event-time`.");
        section.key("ack", ValueTypes.BOOLEAN, SourceConfig.Builder::ack, SourceConfig::ack)
            .when((source) -> source.transport() != Transport.EMBEDDED, "the source is not embedded", false)
            .means("Whether senders are told what is durable.");
        section.key("receive-buffer", ValueTypes.SIZE,
            (builder, length) -> builder.receiveBufferLength((int) Math.max(-1, Math.min(length, Integer.MAX_VALUE))),
            (source) -> (long) source.receiveBufferLength())
            .range((length) -> length >= 1024 && length <= 1 << 30, "a size from 1KiB to 1GiB")
            .means("Receive buffer of the socket; the system may grant less.");
        return section;
    }

    private static Section<SourceConfig.Builder, SourceConfig> aeron()
    {
        final Section<SourceConfig.Builder, SourceConfig> section = new Section<>(SourceConfig.Builder::build);
        section.key("channel", ValueTypes.TEXT, SourceConfig.Builder::aeronChannel, SourceConfig::aeronChannel)
            .range(OperatorSchema::isChannel, "an Aeron channel such as aeron:ipc or aeron:udp?endpoint=127.0.0.1:9020")
            .when((source) -> source.transport() == Transport.AERON, "the source has aeron", null)
            .byDefault("required")
            .means("Channel URI of the subscription.");
        section.key("stream", ValueTypes.INTEGER, SourceConfig.Builder::aeronStream, SourceConfig::aeronStream)
            .range((stream) -> stream > 0, "a stream id > 0")
            .when((source) -> source.transport() == Transport.AERON, "the source has aeron", 0)
            .byDefault("required")
            .means("Stream id of the subscription; " + ReservedStreams.TEXT + " on `aeron:ipc` belong to the engine.");
        section.key("ack-channel", ValueTypes.TEXT.or("none", null),
            SourceConfig.Builder::ackChannel, SourceConfig::ackChannel)
            .range((channel) -> channel == null || OperatorSchema.isChannel(channel),
                "none, or an Aeron channel such as aeron:ipc")
            .when((source) -> source.transport() == Transport.AERON, "the source has aeron", null)
            .means("Channel URI on which senders are told what is durable, over UDP one with `control-mode=dynamic`; " +
                "with `ack: true`, and only then.");
        section.key("ack-stream", ValueTypes.INTEGER.or("none", 0),
            SourceConfig.Builder::ackStream, SourceConfig::ackStream)
            .range((stream) -> stream >= 0, "none, or a stream id > 0")
            .when((source) -> source.transport() == Transport.AERON, "the source has aeron", 0)
            .means("Stream id of that channel; with `ack: true`, and only then.");
        return section;
    }

    private static Section<EventTimeConfig.Builder, EventTimeConfig> eventTime()
    {
        final Section<EventTimeConfig.Builder, EventTimeConfig> section = new Section<>(EventTimeConfig.Builder::build);
        section.key("unit", ValueTypes.TIME_UNIT, EventTimeConfig.Builder::timeUnit, EventTimeConfig::timeUnit)
            .range((unit) -> unit >= 0 && unit <= 4, ValueTypes.TIME_UNIT.expected())
            .means("Unit of event times where neither reading nor source names one; `auto` goes by magnitude.");
        section.key("out-of-orderness", ValueTypes.DURATION,
            EventTimeConfig.Builder::outOfOrdernessNs, EventTimeConfig::outOfOrdernessNs)
            .range((duration) -> duration >= 0, "a duration >= 0")
            .means("How far the watermark stays behind the greatest event time.");
        section.key("watermark", ValueTypes.constants(WatermarkKind.class),
            EventTimeConfig.Builder::watermark, EventTimeConfig::watermark)
            .means("Whose event time closes windows: that of all sources, or that of each device.");
        section.key("idle-after", ValueTypes.DURATION_OR_NONE,
            EventTimeConfig.Builder::idleAfterNs, EventTimeConfig::idleAfterNs)
            .range((duration) -> duration > 0, "a duration > 0 or none")
            .means("Silence after which a source does not hold up the watermark, and windows fire without it.");
        section.key("tick-interval", ValueTypes.DURATION,
            EventTimeConfig.Builder::tickIntervalNs, EventTimeConfig::tickIntervalNs)
            .range((duration) -> duration >= MILLISECOND_NS, "a duration >= 1ms")
            .means("Time between two journalled ticks.");
        section.key("earliest", ValueTypes.INSTANT, EventTimeConfig.Builder::earliestNs, EventTimeConfig::earliestNs)
            .means("Event times before it are rejected.");
        section.key("max-future", ValueTypes.DURATION_OR_NONE,
            EventTimeConfig.Builder::maxFutureNs, EventTimeConfig::maxFutureNs)
            .range((duration) -> duration >= 0, "a duration >= 0 or none")
            .when(ConfigSchema::isJudged, "reference-clock: ingest", EventTimeConfig.NO_BOUND_NS)
            .means("Event times further after the ingest time are rejected.");
        section.key("max-age", ValueTypes.DURATION_OR_NONE,
            EventTimeConfig.Builder::maxAgeNs, EventTimeConfig::maxAgeNs)
            .range((duration) -> duration >= 0, "a duration >= 0 or none")
            .when(ConfigSchema::isJudged, "reference-clock: ingest", EventTimeConfig.NO_BOUND_NS)
            .means("Event times further before the ingest time are rejected.");
        section.key("warn-age", ValueTypes.DURATION_OR_NONE,
            EventTimeConfig.Builder::warnAgeNs, EventTimeConfig::warnAgeNs)
            .range((duration) -> duration >= 0, "a duration >= 0 or none")
            .when(ConfigSchema::isJudged, "reference-clock: ingest", EventTimeConfig.NO_BOUND_NS)
            .means("Event times further before the ingest time are counted as a warning.");
        section.key("reference-clock", ValueTypes.constants(ReferenceClock.class),
            EventTimeConfig.Builder::referenceClock, EventTimeConfig::referenceClock)
            .means("Against what event times are judged; `none` for historical data.");
        return section;
    }

    private static Section<DedupConfig.Builder, DedupConfig> dedup()
    {
        final Section<DedupConfig.Builder, DedupConfig> section = new Section<>(DedupConfig.Builder::build);
        section.key("by", ValueTypes.constants(DedupBy.class), DedupConfig.Builder::by, DedupConfig::by)
            .means("By increasing ids of a device, by any id for a time, or not at all.");
        section.key("window-ids", ValueTypes.INTEGER, DedupConfig.Builder::windowIds, DedupConfig::windowIds)
            .range((ids) -> ids >= 64 && ids <= 1024 && ids % 64 == 0, "a multiple of 64 from 64 to 1024")
            .when((dedup) -> dedup.by() == DedupBy.SEQUENCE, "by: sequence", 0)
            .byDefault("`" + DedupConfig.DEFAULT_WINDOW_IDS + "`")
            .means("Ids of a device that are told apart, up to its highest; one below is rejected.");
        section.key("ttl", ValueTypes.DURATION, DedupConfig.Builder::ttlNs, DedupConfig::ttlNs)
            .range((duration) -> duration > 0, "a duration > 0")
            .when((dedup) -> dedup.by() == DedupBy.ID, "by: id", 0L)
            .byDefault("`" + Quantities.printDuration(DedupConfig.DEFAULT_TTL_NS) + "`")
            .means("How long an id is remembered at least, in engine time; up to a quarter longer.");
        section.key("max-ids", ValueTypes.LONG, DedupConfig.Builder::maxIds, DedupConfig::maxIds)
            .range((ids) -> ids >= 1 && ids <= MemoryEstimate.MAX_REMEMBERED_IDS,
                "a whole number from 1 to " + MemoryEstimate.MAX_REMEMBERED_IDS)
            .when((dedup) -> dedup.by() == DedupBy.ID, "by: id", 0L)
            .byDefault("`" + DedupConfig.DEFAULT_MAX_IDS + "`")
            .means("Ids remembered at most, of all devices; a new id past it is rejected.");
        return section;
    }

    private static Section<CheckpointConfig.Builder, CheckpointConfig> checkpoint()
    {
        final Section<CheckpointConfig.Builder, CheckpointConfig> section =
            new Section<>(CheckpointConfig.Builder::build);
        section.key("interval", ValueTypes.DURATION, CheckpointConfig.Builder::intervalNs, CheckpointConfig::intervalNs)
            .range((interval) -> interval >= SECOND_NS && interval <= 900 * SECOND_NS, "a duration from 1s to 15m")
            .means("Time between two checkpoints.");
        section.key("retain", ValueTypes.INTEGER, CheckpointConfig.Builder::retain, CheckpointConfig::retain)
            .range((count) -> count >= 1 && count <= 1000, "a whole number from 1 to 1000")
            .means("Complete checkpoints that are kept.");
        section.key("incremental", ValueTypes.BOOLEAN,
            CheckpointConfig.Builder::incremental, CheckpointConfig::incremental)
            .means("Whether only changed blocks are written between two full checkpoints.");
        return section;
    }

    private static Section<OverloadConfig.Builder, OverloadConfig> overload()
    {
        final Section<OverloadConfig.Builder, OverloadConfig> section = new Section<>(OverloadConfig.Builder::build);
        section.key("normal-slots", ValueTypes.INTEGER,
            OverloadConfig.Builder::normalSlots, OverloadConfig::normalSlots)
            .range((count) -> count >= 1, "a whole number >= 1")
            .means("Where a source is critical: slots of the ring that may be in use when normal events come in, so " +
                "that critical ones wait behind no more, " + OverloadConfig.MIN_NORMAL_SLOTS + " at least; at or " +
                "above `ring-slots`, all of them. Datagrams of normal sources that are longer than half of it are " +
                "malformed.");
        section.key("rate-per-device", ValueTypes.RATE,
            OverloadConfig.Builder::ratePerDevice, OverloadConfig::ratePerDevice)
            .range(ConfigSchema::isRate, "a rate > 0 or none")
            .means("Events of one device that are let through.");
        section.key("rate", ValueTypes.RATE, OverloadConfig.Builder::rate, OverloadConfig::rate)
            .range(ConfigSchema::isRate, "a rate > 0 or none")
            .means("Events of all normal sources together that are let through.");
        section.key("burst", ValueTypes.DURATION, OverloadConfig.Builder::burstNs, OverloadConfig::burstNs)
            .range((duration) -> duration > 0, "a duration > 0")
            .means("How much of a rate may come at once: rate * burst events, one at least.");
        section.key("then", ValueTypes.constants(OverloadAction.class),
            OverloadConfig.Builder::then, OverloadConfig::then)
            .means("What happens to an event above a rate: it is shed, or kept by sampling.");
        section.key("keep-1-in", ValueTypes.INTEGER, OverloadConfig.Builder::keepOneIn, OverloadConfig::keepOneIn)
            .range((count) -> count >= 1, "a whole number >= 1")
            .means("With `then: sample`, one event in so many is kept, by a hash of its id.");
        section.key("backlog-after", ValueTypes.DURATION_OR_NONE,
            OverloadConfig.Builder::backlogAfterNs, OverloadConfig::backlogAfterNs)
            .range((duration) -> duration > 0, "a duration > 0 or none")
            .means("With `watermark: device`, an event of a normal source whose time lies further before its ingest " +
                "time is backlog; not what `earliest` or `max-age` reject.");
        section.key("backlog-share", ValueTypes.NUMBER,
            OverloadConfig.Builder::backlogShare, OverloadConfig::backlogShare)
            .range((share) -> share > 0 && share <= 1, "a number > 0 and <= 1")
            .means("Share of the slots that normal events may use that backlog may hold: of `normal-slots` where a " +
                "source is critical, else of `ring-slots`.");
        section.key("backlog-rate", ValueTypes.RATE,
            OverloadConfig.Builder::backlogRate, OverloadConfig::backlogRate)
            .range(ConfigSchema::isRate, "a rate > 0 or none")
            .means("Events of backlog that are admitted, all sources together; above it senders wait, nothing is " +
                "shed.");
        return section;
    }

    private static Section<RetentionConfig.Builder, RetentionConfig> retention()
    {
        final Section<RetentionConfig.Builder, RetentionConfig> section = new Section<>(RetentionConfig.Builder::build);
        section.key("journal", ValueTypes.DURATION_OR_NONE,
            RetentionConfig.Builder::journalNs, RetentionConfig::journalNs)
            .range((age) -> age > 0, "a duration > 0 or none")
            .means("Age after which segments of the journal may be purged; none goes that recovery still needs.");
        section.key("results", ValueTypes.DURATION_OR_NONE,
            RetentionConfig.Builder::resultsNs, RetentionConfig::resultsNs)
            .range((age) -> age > 0, "a duration > 0 or none")
            .means("Age after which segments of the results logs are purged.");
        section.key("disk-budget", ValueTypes.SIZE.or("none", Long.MAX_VALUE),
            RetentionConfig.Builder::diskBudget, RetentionConfig::diskBudget)
            .range((length) -> length > 0, "a size > 0 or none")
            .means("Disk space that the data directory may use: alarms at 70, 85 and 95 %, from 85 % on the oldest " +
                "segments that recovery does not need are purged whatever their age, and ingress stops before it is " +
                "used up.");
        return section;
    }

    private static boolean isSlotCount(final int count)
    {
        return count >= 2 && count <= MAX_SLOTS && Integer.bitCount(count) == 1;
    }

    private static boolean isRate(final double rate)
    {
        return rate >= 0 && rate < Double.POSITIVE_INFINITY;
    }

    private static boolean isJudged(final EventTimeConfig eventTime)
    {
        return eventTime.referenceClock() == ReferenceClock.INGEST;
    }
}
