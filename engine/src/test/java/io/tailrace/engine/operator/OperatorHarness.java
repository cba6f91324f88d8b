package io.tailrace.engine.operator;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.tailrace.codec.MessageLayout;
import io.tailrace.codec.RejectReason;
import io.tailrace.engine.config.AlertConfig;
import io.tailrace.engine.config.CalendarUnit;
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
import io.tailrace.engine.reference.ReferenceAlert;
import io.tailrace.engine.reference.ReferenceConfig;
import io.tailrace.engine.reference.ReferenceDedup;
import io.tailrace.engine.reference.ReferenceFilter;
import io.tailrace.engine.reference.ReferenceWindow;
import io.tailrace.engine.ring.ResultsRing;
import io.tailrace.engine.window.WindowOperator;
import org.agrona.BitUtil;

/**
 * Runs the operator core over one list of messages in all the ways in which results must come out the same.
 */
public final class OperatorHarness
{
    /** How results are taken away. */
    public enum Mode
    {
        /** After every message. */
        EVENT_BY_EVENT(1024),
        /** When the ring is full, and at the end. */
        ALL_AT_ONCE(1 << 15),
        /** One result at a time, and only every second time that it is asked for, through the smallest ring. */
        REFUSING_EVERY_SECOND_OFFER(0);

        private final int slots;

        Mode(final int slots)
        {
            this.slots = slots;
        }
    }

    private final EngineConfig config;
    private final MessageBytes messages;
    private final List<byte[]> results = new ArrayList<>();
    private final Map<String, Long> ledger = new TreeMap<>();
    private int refusals;

    public OperatorHarness(final EngineConfig config, final MessageBytes messages)
    {
        this.config = config;
        this.messages = messages;
    }

    /** Runs all messages through a new core. */
    public OperatorHarness run(final Mode mode)
    {
        results.clear();
        ledger.clear();
        final int smallest = BitUtil.findNextPositivePowerOfTwo(OperatorCore.minResultSlots(config));
        final ResultsRing ring = new ResultsRing(mode.slots == 0 ? smallest : mode.slots);
        try (OperatorCore core = new OperatorCore(config, ring))
        {
            for (int i = 0; i < messages.count(); i++)
            {
                if (mode != Mode.EVENT_BY_EVENT && i % OperatorCore.MAX_LOOKED_UP == 0)
                {
                    lookUp(core, i);
                }
                while (!core.onMessage(messages.address(i), messages.position(i)))
                {
                    take(ring, mode);
                }
                while (core.isFiring() && !core.resume())
                {
                    take(ring, mode);
                }
                if (mode == Mode.EVENT_BY_EVENT)
                {
                    take(ring, mode);
                }
            }
            while (ring.available() > 0)
            {
                take(ring, mode);
            }
            if (results.size() != core.nextResultSequence())
            {
                throw new AssertionError(results.size() + " results, sequence " + core.nextResultSequence());
            }
            copyLedger(core.ledger());
            ledger.put("quarantine.entered", core.quarantine().view().entered());
            ledger.put("quarantine.devices", (long)core.quarantine().view().devices());
        }
        return this;
    }

    /** @return each result, as its bytes. */
    public List<byte[]> results()
    {
        return results;
    }

    /** @return counts by the names of the reference model. */
    Map<String, Long> ledger()
    {
        return ledger;
    }

    private void lookUp(final OperatorCore core, final int first)
    {
        core.beginLookUp();
        for (int i = first; i < Math.min(messages.count(), first + OperatorCore.MAX_LOOKED_UP); i++)
        {
            core.lookUp(messages.address(i));
        }
        core.endLookUp();
    }

    private void take(final ResultsRing ring, final Mode mode)
    {
        final boolean isSlow = mode == Mode.REFUSING_EVERY_SECOND_OFFER;
        if (isSlow && refusals++ % 2 == 0)
        {
            return;
        }
        while (ring.available() > 0)
        {
            final byte[] result = new byte[MessageLayout.RESULT_LENGTH];
            ring.buffer().getBytes(ring.offsetOf(0), result);
            results.add(result);
            ring.release(1);
            if (isSlow)
            {
                return;
            }
        }
    }

    private void copyLedger(final OperatorLedger counts)
    {
        for (int source = 0; source < counts.sourceCount(); source++)
        {
            final String name = "source." + source + ".";
            ledger.put(name + "received", counts.judged(source));
            ledger.put(name + "accepted", counts.accepted(source));
            ledger.put(name + "warned", counts.old(source));
            ledger.put(name + "duplicate", counts.duplicates(source));
            for (final RejectReason reason : RejectReason.values())
            {
                ledger.put(name + "rejected:" + reason.text(), counts.rejected(source, reason.code()));
            }
        }
        for (int operator = 0; operator < counts.operatorCount(); operator++)
        {
            final String name = "operator." + operator + ".";
            ledger.put(name + "applied", counts.outcome(operator, WindowOperator.APPLIED));
            ledger.put(name + "filtered", counts.outcome(operator, WindowOperator.FILTERED));
            ledger.put(name + "late", counts.outcome(operator, WindowOperator.LATE));
            ledger.put(
                name + "exhausted:keys-exhausted", counts.outcome(operator, WindowOperator.KEYS_EXHAUSTED));
            ledger.put(
                name + "exhausted:panes-exhausted", counts.outcome(operator, WindowOperator.PANES_EXHAUSTED));
        }
    }

    /** The configuration that asks the engine for what the reference configuration asks the model for. */
    public static EngineConfig configOf(final ReferenceConfig reference)
    {
        final EventTimeConfig.Builder eventTime = EventTimeConfig.builder()
            .timeUnit(0)
            .outOfOrdernessNs(reference.outOfOrdernessNs())
            .watermark(WatermarkKind.GLOBAL)
            .idleAfterNs(reference.idleAfterNs())
            .earliestNs(reference.earliestNs())
            .referenceClock(reference.ingestReferenceClock() ? ReferenceClock.INGEST : ReferenceClock.NONE);
        if (reference.ingestReferenceClock())
        {
            eventTime.maxFutureNs(reference.maxFutureNs()).maxAgeNs(reference.maxAgeNs());
            eventTime.warnAgeNs(reference.warnAgeNs());
        }
        final EngineConfig.Builder config = EngineConfig.builder()
            .limits(LimitsConfig.builder()
                .devices(reference.maxDevices())
                .keys(reference.maxKeys())
                .keyTtlNs(reference.keyTtlNs())
                .build())
            .eventTime(eventTime.build());
        config.dedup(dedupOf(reference.dedup()));
        for (int i = 0; i < reference.sourceCount(); i++)
        {
            config.source(SourceConfig.embedded("s" + i).timeUnit(reference.sourceUnits()[i]).build());
        }
        for (final ReferenceWindow window : reference.windows())
        {
            config.window(builderOf(window)
                .offsetNs(window.offsetNs())
                .key(KeyKind.valueOf(window.key().name()))
                .where(filterOf(window.filter()))
                .watermark(WatermarkKind.valueOf(window.watermark().name()))
                .allowedLatenessNs(window.allowedLatenessNs())
                .panes(window.maxPanesPerKey())
                .build());
        }
        for (final ReferenceAlert alert : reference.alerts())
        {
            config.alert(AlertConfig.builder()
                .name(alert.name())
                .where(filterOf(alert.filter()))
                .above(alert.isAbove() ? alert.threshold() : Double.NaN)
                .below(alert.isAbove() ? Double.NaN : alert.threshold())
                .clear(alert.clear() == null ? Double.NaN : alert.clear())
                .forNs(alert.forNs())
                .priority(alert.isCritical() ? 1 : 0)
                .build());
        }
        return config.build();
    }

    private static EventFilter filterOf(final ReferenceFilter filter)
    {
        return EventFilter.builder()
            .metrics(filter.metrics().stream().mapToLong(Long::longValue).toArray())
            .minValue(filter.minValue())
            .maxValue(filter.maxValue())
            .maxQuality(filter.maxQuality())
            .build();
    }

    private static DedupConfig dedupOf(final ReferenceDedup dedup)
    {
        return new DedupConfig(
            DedupBy.valueOf(dedup.by().name()), dedup.windowIds(), dedup.ttlNs(), dedup.maxIds());
    }

    private static WindowConfig.Builder builderOf(final ReferenceWindow window)
    {
        return switch (window.type())
        {
            case TUMBLING -> WindowConfig.tumbling(window.name(), window.sizeNs());
            case SLIDING -> WindowConfig.sliding(window.name(), window.sizeNs(), window.slideNs());
            case SESSION -> WindowConfig.session(window.name(), window.gapNs());
            case CALENDAR -> WindowConfig.calendar(
                window.name(), CalendarUnit.valueOf(window.unit().name()), window.zone());
        };
    }
}
