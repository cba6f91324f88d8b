package io.tailrace.engine.monitor;

/**
 * The Aeron counters of an engine. Their type ids are from 7400 to 7499, which nobody else uses; their key is the
 * index of the source, operator, thread, queue or stage as a little-endian 32-bit number, 0 for the engine; their label
 * is {@code tailrace NAME: SCOPE SCOPE-NAME COUNTER}. Type ids are never given twice.
 */
public enum CounterType
{
    /** Readings taken from a source. */
    RECEIVED(7400, "source", "received"),
    /** Readings of a source that were accepted. */
    ACCEPTED(7401, "source", "accepted"),
    /** Readings of a source that were rejected, all reasons. */
    REJECTED(7402, "source", "rejected"),
    /** Datagrams and messages of a source that were malformed, all reasons. */
    MALFORMED(7403, "source", "malformed"),
    /** Datagrams of a source that the kernel dropped. */
    KERNEL_DROPS(7404, "source", "kernel-drops"),
    /** Datagrams of a source that were sent again although they had been taken. */
    RESENT(7405, "source", "resent"),
    /** Acknowledgements that a source has sent in this run. */
    ACKS(7406, "source", "acks"),
    /** Sender sessions that a source follows. */
    SESSIONS(7407, "source", "sessions"),
    /** Datagrams of a source that asked for an acknowledgement and will not get one, in this run. */
    UNTRACKED(7408, "source", "untracked"),
    /** Readings of a source that were shed because their device sent more than its rate. */
    SHED_RATE_PER_DEVICE(7409, "source", "shed-rate-per-device"),
    /** Readings of a source that were shed because all normal sources together sent more than their rate. */
    SHED_RATE(7410, "source", "shed-rate"),
    /** Readings of a source above a rate that were kept by sampling. */
    KEPT_SAMPLED(7411, "source", "kept-sampled"),
    /** Readings of a source that were not limited by device, since there was no place for their device. */
    RATE_UNTRACKED(7412, "source", "rate-untracked"),
    /** Offers of embedded publishers of a source that were told to wait, in this run. */
    OFFERS_REFUSED(7419, "source", "offers-refused"),
    /** Readings that an operator applied. */
    APPLIED(7420, "operator", "applied"),
    /** Readings that an operator filtered. */
    FILTERED(7421, "operator", "filtered"),
    /** Readings that were late for an operator. */
    LATE(7422, "operator", "late"),
    /** Readings for which an operator had no key or pane left. */
    EXHAUSTED(7423, "operator", "exhausted"),
    /** Keys of an operator. */
    KEYS(7424, "operator", "keys"),
    /** Panes of an operator outside its key blocks. */
    OVERFLOW_PANES(7425, "operator", "overflow-panes"),
    /** Devices of a source that are in backlog. */
    BACKLOG_DEVICES(7430, "source", "backlog-devices"),
    /** How far these devices are behind, all together, device-milliseconds. */
    BACKLOG_LAG(7431, "source", "backlog-lag-ms"),
    /** How far the last of these devices is behind, ms. */
    BACKLOG_MAX_LAG(7432, "source", "backlog-max-lag-ms"),
    /** Readings of the backlog of a source that came in in this run. */
    BACKLOG_ADMITTED(7433, "source", "backlog-admitted"),
    /** How much of the backlog of a source is worked off, millionths. */
    BACKLOG_PROGRESS(7434, "source", "backlog-progress-ppm"),
    /** When the backlog of a source will be worked off, ms from now; -1 while that is not known. */
    BACKLOG_ETA(7435, "source", "backlog-eta-ms"),
    /** Slots of the event ring that backlog holds. */
    BACKLOG_SLOTS(7436, "engine", "backlog-slots"),
    /** Frames of the backlog of this run whose device had no place in the table. */
    BACKLOG_UNTRACKED(7437, "engine", "backlog-untracked"),
    /** Slots of the event ring that are taken. */
    RING_DEPTH(7440, "engine", "ring-depth"),
    /** Results that the operators have given. */
    RESULTS(7441, "engine", "results"),
    /** Devices known. */
    DEVICES(7442, "engine", "devices"),
    /** Journal position up to which everything is durable. */
    JOURNAL_POSITION(7443, "engine", "journal-position"),
    /** Position where the results log ends. */
    RESULTS_POSITION(7444, "engine", "results-position"),
    /** The watermark W, epoch ns; the smallest number if there is none. */
    WATERMARK(7445, "engine", "watermark-ns"),
    /** Engine time T, epoch ns; the smallest number if there is none. */
    ENGINE_TIME(7446, "engine", "time-ns"),
    /** Errors of this run. */
    ERRORS(7447, "engine", "errors"),
    /** Devices in quarantine. */
    QUARANTINED_DEVICES(7448, "engine", "quarantined-devices"),
    /** How often a device has entered the quarantine. */
    QUARANTINE_ENTERED(7449, "engine", "quarantine-entered"),
    /** The longest duty cycle of a thread, ns. */
    MAX_CYCLE(7460, "thread", "max-cycle-ns"),
    /** Duty cycles of a thread that were stalls. */
    STALLS(7461, "thread", "stalls"),
    /** How much waits in a queue. */
    QUEUE_DEPTH(7462, "queue", "depth"),
    /** How much may wait in a queue, -1 if it has no bound of its own. */
    QUEUE_CAPACITY(7463, "queue", "capacity"),
    /** The greatest depth of a queue in this run. */
    QUEUE_HIGH_WATER(7464, "queue", "high-water"),
    /** The newest dwell time of a queue, ns. */
    QUEUE_DWELL(7465, "queue", "dwell-ns"),
    /** The greatest dwell time of a queue in this run, ns. */
    QUEUE_MAX_DWELL(7466, "queue", "max-dwell-ns"),
    /** How long a stage has been under back pressure in this run, ns. */
    BACK_PRESSURE(7467, "stage", "back-pressure-ns"),
    /** 1 while a stage is the bottleneck, else 0. */
    BOTTLENECK(7468, "stage", "bottleneck"),
    /** Bytes that the data directory uses. */
    DISK_USED(7480, "engine", "disk-used"),
    /** Bytes that the file system of the data directory still gives. */
    DISK_FREE(7481, "engine", "disk-free"),
    /** How full the disk is: 0, 70, 85, 95, or 100 while ingress is stopped. */
    DISK_LEVEL(7482, "engine", "disk-level"),
    /** Segments purged in this run. */
    PURGED_SEGMENTS(7483, "engine", "purged-segments"),
    /** How often in this run a segment was to be purged that somebody was reading. */
    BLOCKED_PURGES(7484, "engine", "blocked-purges"),
    /** Checkpoints completed in this run. */
    CHECKPOINTS(7490, "engine", "checkpoints"),
    /** Checkpoints of this run that could not be written. */
    CHECKPOINTS_GIVEN_UP(7491, "engine", "checkpoints-given-up"),
    /** Number of the last checkpoint of this run, -1 if there is none. */
    CHECKPOINT_NUMBER(7492, "engine", "checkpoint-number"),
    /** Bytes of the last checkpoint of this run. */
    CHECKPOINT_BYTES(7493, "engine", "checkpoint-bytes"),
    /** How long the last checkpoint of this run took, ns. */
    CHECKPOINT_DURATION(7494, "engine", "checkpoint-duration-ns"),
    /** Time since the last checkpoint of this run, ns; -1 if there is none. */
    CHECKPOINT_AGE(7495, "engine", "checkpoint-age-ns"),
    /** Bytes of the journal that a recovery would replay. */
    JOURNAL_BEHIND(7496, "engine", "journal-behind"),
    /** How long a recovery would take now, ns. */
    PREDICTED_RECOVERY(7497, "engine", "predicted-recovery-ns");

    /** The smallest type id. */
    public static final int FIRST_ID = 7400;
    /** The greatest type id. */
    public static final int LAST_ID = 7499;

    private final int id;
    private final String scope;
    private final String text;

    CounterType(final int id, final String scope, final String text)
    {
        this.id = id;
        this.scope = scope;
        this.text = text;
    }

    /** @return type id. */
    public int id()
    {
        return id;
    }

    /** @return what has such a counter: a source, operator, thread, queue or stage, or the engine. */
    public String scope()
    {
        return scope;
    }

    /** @return the last part of the label. */
    public String text()
    {
        return text;
    }
}
