package io.tailrace.engine.monitor;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;

import io.tailrace.codec.MalformedReason;
import io.tailrace.codec.RejectReason;
import io.tailrace.engine.admission.QuarantineView;
import io.tailrace.engine.config.DedupBy;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.ingress.IngressLedger;
import io.tailrace.engine.operator.KeyedOperator;
import io.tailrace.engine.operator.OperatorLedger;
import io.tailrace.engine.overload.OverloadCount;

/**
 * Both ledgers at one moment, and whether they add up.
 * <pre>
 *   source:    received = accepted + duplicate + rejected(reason) + shed(reason) + in flight + unaccounted
 *   operator:  accepted = applied + filtered + late + exhausted(reason) + unaccounted
 * </pre>
 * What is malformed, dropped by the kernel or sent again never became an event and stands beside the equation, as do
 * accepted readings that were old enough to warn, readings above a rate that were kept all the same, and devices in
 * quarantine. Without deduplication there is no row of
 * duplicates. {@code in flight} is measured from the ring, {@code unaccounted} is the difference and must be 0. While
 * readings come in so fast that no moment can be told from the next ({@link #isSettled}), sources have no row of it.
 */
public final class LedgerReport
{
    /** What stands for the source where the configuration names none. */
    public static final String NO_SOURCE = "input";

    /** Scope of the rows that name a device. */
    public static final String DEVICE_SCOPE = "device";

    private final List<LedgerRow> rows = new ArrayList<>();
    private final EngineConfig config;
    private final long[] limited;
    private final boolean hasDuplicates;
    private final boolean isSettled;
    private long received;
    private long unaccounted;

    /**
     * @param config   names of sources and operators.
     * @param judged   what became of the readings that the operators took.
     * @param received readings taken, per source.
     * @param inFlight readings on the ring, per source.
     * @param ingress  what ended before the journal; null if there is no ingress.
     */
    public LedgerReport(
        final EngineConfig config,
        final OperatorLedger judged,
        final long[] received,
        final long[] inFlight,
        final IngressLedger ingress)
    {
        this(config, judged, received, inFlight, ingress, new long[received.length * OverloadCount.count()], true);
    }

    /**
     * @param config    names of sources and operators.
     * @param judged    what became of the readings that the operators took.
     * @param received  readings taken, per source.
     * @param inFlight  readings on the ring, per source.
     * @param ingress   what ended before the journal; null if there is no ingress.
     * @param limited   what the overload policy has counted at the same moment, per source, by the ordinal of
     *                  {@link OverloadCount}.
     * @param isSettled whether all of it is of one moment.
     */
    LedgerReport(
        final EngineConfig config,
        final OperatorLedger judged,
        final long[] received,
        final long[] inFlight,
        final IngressLedger ingress,
        final long[] limited,
        final boolean isSettled)
    {
        this.isSettled = isSettled;
        this.config = config;
        this.limited = limited;
        hasDuplicates = config.dedup().by() != DedupBy.NONE;
        for (int source = 0; source < judged.sourceCount(); source++)
        {
            final String name = source < config.sources().size() ? config.sources().get(source).name() : NO_SOURCE;
            addSource(name, source, judged, received[source], inFlight[source]);
            if (null != ingress)
            {
                addRefused(name, source, ingress);
            }
        }
        final List<String> operators = config.operatorNames();
        for (int operator = 0; operator < judged.operatorCount(); operator++)
        {
            addOperator(operators.get(operator), operator, judged);
        }
    }

    /** Adds readings that were rejected before they could become events, such as cells that do not parse. */
    public void addUnparsed(final String source, final String reason, final long count)
    {
        received += count;
        for (int i = 0; i < rows.size(); i++)
        {
            final LedgerRow row = rows.get(i);
            if (row.scope().equals("source") && row.name().equals(source) && row.reason().equals("received"))
            {
                rows.set(i, new LedgerRow(row.scope(), row.name(), row.reason(), row.count() + count));
                rows.add(i + (hasDuplicates ? 3 : 2), new LedgerRow("source", source, "rejected:" + reason, count));
                return;
            }
        }
        throw new IllegalArgumentException("source=" + source + ", expected one of the configuration");
    }

    /**
     * Adds a row for each device that the quarantine names, with its rejections by time bounds.
     *
     * @param quarantine at the same moment.
     * @param deviceText name of a device by its id.
     */
    public void addQuarantined(final QuarantineView quarantine, final LongFunction<String> deviceText)
    {
        for (int i = 0; i < quarantine.shown(); i++)
        {
            add(DEVICE_SCOPE, deviceText.apply(quarantine.deviceId(i)), "quarantined", quarantine.rejections(i));
        }
    }

    /** @return all rows: sources and operators in the order of the configuration, then devices. */
    public List<LedgerRow> rows()
    {
        return rows;
    }

    /** @return readings taken, all sources. */
    public long received()
    {
        return received;
    }

    /**
     * Whether all counts are of one moment. They are not if readings came in without a pause: ask again.
     *
     * @return whether {@link #unaccounted} says anything of sources.
     */
    public boolean isSettled()
    {
        return isSettled;
    }

    /** @return the sum of all differences, each taken positive; those of sources only if the report is settled. */
    public long unaccounted()
    {
        return unaccounted;
    }

    /** @return the sum of the counts with a scope and a reason, over all names. */
    public long total(final String scope, final String reason)
    {
        return rows.stream()
            .filter(row -> row.scope().equals(scope) &&
                (row.reason().equals(reason) || row.reason().startsWith(reason + ":")))
            .mapToLong(LedgerRow::count)
            .sum();
    }

    private void addSource(
        final String name, final int source, final OperatorLedger judged, final long taken, final long inFlight)
    {
        received += taken;
        add("source", name, "received", taken);
        add("source", name, "accepted", judged.accepted(source));
        long outcomes = judged.accepted(source) + judged.duplicates(source);
        if (hasDuplicates)
        {
            add("source", name, "duplicate", judged.duplicates(source));
        }
        for (final RejectReason reason : RejectReason.values())
        {
            final long count = judged.rejected(source, reason.code());
            outcomes += count;
            if (count != 0)
            {
                add("source", name, "rejected:" + reason.text(), count);
            }
        }
        final long shed = addLimited(name, source, true);
        add("source", name, "in-flight", inFlight);
        if (isSettled)
        {
            addUnaccounted("source", name, taken - outcomes - shed - inFlight);
        }
        add("source", name, "warned:old", judged.old(source));
        addLimited(name, source, false);
    }

    /** Adds what was shed, or what else the policy has counted, and answers how much that is. */
    private long addLimited(final String name, final int source, final boolean isShed)
    {
        long sum = 0;
        for (int i = 0; i < OverloadCount.count(); i++)
        {
            final OverloadCount limit = OverloadCount.of(i);
            final long count = limited[source * OverloadCount.count() + i];
            if (limit.isShed() == isShed && (count != 0 || isLimited(source, limit)))
            {
                sum += count;
                add("source", name, limit.text(), count);
            }
        }
        return sum;
    }

    private boolean isLimited(final int source, final OverloadCount limit)
    {
        return source < config.sources().size() && !config.sources().get(source).isCritical() &&
            limit.isPossible(config.overload());
    }

    private void addRefused(final String name, final int source, final IngressLedger ingress)
    {
        for (final MalformedReason reason : MalformedReason.values())
        {
            final long count = ingress.refused(source, reason.code());
            if (count != 0)
            {
                add("source", name, "malformed:" + reason.text(), count);
            }
        }
        add("source", name, "kernel-drops", ingress.refused(source, IngressLedger.KERNEL_DROPS));
        if (ingress.refused(source, IngressLedger.RESENT) != 0)
        {
            add("source", name, "resent", ingress.refused(source, IngressLedger.RESENT));
        }
        if (ingress.refused(source, IngressLedger.NO_PLACE) != 0)
        {
            add("source", name, "no-place", ingress.refused(source, IngressLedger.NO_PLACE));
        }
    }

    private void addOperator(final String name, final int operator, final OperatorLedger judged)
    {
        final long applied = judged.outcome(operator, KeyedOperator.APPLIED);
        final long filtered = judged.outcome(operator, KeyedOperator.FILTERED);
        final long late = judged.outcome(operator, KeyedOperator.LATE);
        final long keys = judged.outcome(operator, KeyedOperator.KEYS_EXHAUSTED);
        // Alerts have no panes, and their row of them stays 0.
        final long panes = judged.outcome(operator, KeyedOperator.PANES_EXHAUSTED);
        add("operator", name, "accepted", judged.accepted());
        add("operator", name, "applied", applied);
        add("operator", name, "filtered", filtered);
        add("operator", name, "late", late);
        add("operator", name, "exhausted:keys-exhausted", keys);
        add("operator", name, "exhausted:panes-exhausted", panes);
        addUnaccounted("operator", name, judged.accepted() - applied - filtered - late - keys - panes);
    }

    private void addUnaccounted(final String scope, final String name, final long difference)
    {
        unaccounted += Math.abs(difference);
        add(scope, name, "unaccounted", difference);
    }

    private void add(final String scope, final String name, final String reason, final long count)
    {
        rows.add(new LedgerRow(scope, name, reason, count));
    }
}
