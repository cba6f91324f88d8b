package io.tailrace.engine.reference;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One window operator: panes by key and window, and the order in which those that have not fired will.
 */
final class ReferenceOperator
{
    static final String APPLIED = "applied";
    static final String FILTERED = "filtered";
    static final String LATE = "late";
    static final String KEYS_EXHAUSTED = "exhausted:keys-exhausted";
    static final String PANES_EXHAUSTED = "exhausted:panes-exhausted";
    static final List<String> OUTCOMES = List.of(APPLIED, FILTERED, LATE, KEYS_EXHAUSTED, PANES_EXHAUSTED);

    /** Takes what an operator emits. */
    @FunctionalInterface
    interface Firings
    {
        void onFiring(ReferencePane pane, ReferenceResult.Timing timing);
    }

    private final ReferenceWindow window;
    private final int maxKeys;
    private final Firings firings;
    private final Map<ReferencePane.Key, TreeMap<ReferenceSpan, ReferencePane>> panesByKey = new HashMap<>();
    private final TreeSet<ReferencePane> unfired = new TreeSet<>(ReferencePane.BY_END_THEN_REGISTRATION);
    private long nextRegistration;

    ReferenceOperator(final ReferenceWindow window, final int maxKeys, final Firings firings)
    {
        this.window = window;
        this.maxKeys = maxKeys;
        this.firings = firings;
    }

    /**
     * Judges and applies one accepted reading.
     *
     * @return one of {@link #OUTCOMES}.
     */
    String onReading(
        final ReferenceReading reading, final long timeNs, final long arrival, final long watermarkNs)
    {
        if (!window.filter().isPassedBy(reading))
        {
            return FILTERED;
        }

        final ReferencePane.Key key = ReferencePane.Key.of(window.key(), reading);
        final boolean isNewKey = !panesByKey.containsKey(key);
        final TreeMap<ReferenceSpan, ReferencePane> panes = isNewKey ? new TreeMap<>() : panesByKey.get(key);
        panes.keySet().removeIf((span) -> isClosed(span, watermarkNs));

        final List<ReferenceSpan> spans = new ArrayList<>(ReferenceSpan.spansOf(window, timeNs));
        if (window.type() == ReferenceWindow.Type.SESSION)
        {
            spans.set(0, mergedSpan(panes, spans.get(0)));
        }
        spans.removeIf((span) -> isClosed(span, watermarkNs));
        if (spans.isEmpty())
        {
            return LATE;
        }
        if (isNewKey && panesByKey.size() >= maxKeys)
        {
            return KEYS_EXHAUSTED;
        }
        panesByKey.put(key, panes);

        String outcome = PANES_EXHAUSTED;
        for (final ReferenceSpan span : spans)
        {
            final ReferencePane pane = paneOf(key, panes, span);
            if (pane != null)
            {
                outcome = APPLIED;
                pane.entries.add(new ReferenceAggregate.Entry(arrival, timeNs, reading.value()));
                if (watermarkNs >= span.endNs() || pane.firings > 0)
                {
                    fire(pane, ReferenceResult.Timing.LATE);
                }
            }
        }
        return outcome;
    }

    /** Fires every pane that has not fired and ends by the limit. */
    void fireUpTo(final long limitNs)
    {
        while (!unfired.isEmpty() && unfired.first().span.endNs() <= limitNs)
        {
            fire(unfired.first(), ReferenceResult.Timing.ON_TIME);
        }
    }

    private boolean isClosed(final ReferenceSpan span, final long watermarkNs)
    {
        return watermarkNs >= ReferenceTime.plus(span.endNs(), window.allowedLatenessNs());
    }

    /** Panes do not touch one another, hence one pass finds the whole session. */
    private static ReferenceSpan mergedSpan(
        final TreeMap<ReferenceSpan, ReferencePane> panes, final ReferenceSpan own)
    {
        ReferenceSpan merged = own;
        for (final ReferenceSpan span : panes.keySet())
        {
            if (span.isTouching(own))
            {
                merged = merged.hullWith(span);
            }
        }
        return merged;
    }

    /** The pane of a window, made if it is not there yet; null if there is no room for it. */
    private ReferencePane paneOf(
        final ReferencePane.Key key,
        final TreeMap<ReferenceSpan, ReferencePane> panes,
        final ReferenceSpan span)
    {
        final ReferencePane existing = panes.get(span);
        if (existing != null)
        {
            return existing;
        }

        final List<ReferenceAggregate.Entry> inherited = new ArrayList<>();
        if (window.type() == ReferenceWindow.Type.SESSION)
        {
            removeAllWithin(panes, span, inherited);
        }
        if (panes.size() >= window.maxPanesPerKey())
        {
            return null;
        }
        final ReferencePane pane = new ReferencePane(key, span, nextRegistration++);
        pane.entries.addAll(inherited);
        panes.put(span, pane);
        unfired.add(pane);
        return pane;
    }

    /** Ends the sessions that a greater one takes over, in order of start. Their values keep their order of arrival. */
    private void removeAllWithin(
        final TreeMap<ReferenceSpan, ReferencePane> panes,
        final ReferenceSpan merged,
        final List<ReferenceAggregate.Entry> inherited)
    {
        for (final ReferencePane pane : List.copyOf(panes.values()))
        {
            if (pane.span.isTouching(merged))
            {
                if (pane.firings > 0)
                {
                    firings.onFiring(pane, ReferenceResult.Timing.RETRACTED);
                }
                panes.remove(pane.span);
                unfired.remove(pane);
                inherited.addAll(pane.entries);
            }
        }
        inherited.sort(Comparator.comparingLong(ReferenceAggregate.Entry::arrival));
    }

    private void fire(final ReferencePane pane, final ReferenceResult.Timing timing)
    {
        unfired.remove(pane);
        firings.onFiring(pane, timing);
        pane.firings++;
    }
}
