package io.tailrace.engine.reference;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToLongFunction;

/**
 * One window operator: panes by key and window, and the order in which those that have not fired will. Every watermark
 * that it is given is of its own kind.
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

    /** The panes of one key. */
    private static final class KeyPanes
    {
        private final TreeMap<ReferenceSpan, ReferencePane> live = new TreeMap<>();
        private long usedNs;
        private long lookNs;
    }

    private final ReferenceWindow window;
    private final int maxKeys;
    private final long keyTtlNs;
    private final Firings firings;
    private final Map<ReferencePane.Key, KeyPanes> keys = new LinkedHashMap<>();
    private final TreeSet<ReferencePane> unfired = new TreeSet<>(ReferencePane.BY_END_THEN_REGISTRATION);
    private long nextRegistration;

    ReferenceOperator(
        final ReferenceWindow window, final int maxKeys, final long keyTtlNs, final Firings firings)
    {
        this.window = window;
        this.maxKeys = maxKeys;
        this.keyTtlNs = keyTtlNs;
        this.firings = firings;
    }

    boolean isByDevice()
    {
        return window.watermark() == ReferenceWindow.Watermark.DEVICE;
    }

    /**
     * Judges and applies one accepted reading.
     *
     * @return one of {@link #OUTCOMES}.
     */
    String onReading(
        final ReferenceReading reading,
        final long timeNs,
        final long arrival,
        final long engineTimeNs,
        final long watermarkNs)
    {
        if (!window.filter().isPassedBy(reading))
        {
            return FILTERED;
        }

        final ReferencePane.Key key = ReferencePane.Key.of(window.key(), reading);
        final boolean isNewKey = !keys.containsKey(key);
        final KeyPanes panes = isNewKey ? new KeyPanes() : keys.get(key);
        panes.live.keySet().removeIf((span) -> isClosed(span, watermarkNs));

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
        if (isNewKey && keys.size() >= maxKeys)
        {
            return KEYS_EXHAUSTED;
        }
        if (!hasRoomFor(panes, spans))
        {
            return PANES_EXHAUSTED;
        }

        if (isNewKey)
        {
            keys.put(key, panes);
            panes.lookNs = ReferenceTime.plus(engineTimeNs, keyTtlNs);
        }
        for (final ReferenceSpan span : spans)
        {
            if (!panes.live.containsKey(span))
            {
                addPane(key, panes, span);
                panes.usedNs = engineTimeNs;
            }
            final ReferencePane pane = panes.live.get(span);
            pane.entries.add(new ReferenceAggregate.Entry(arrival, timeNs, reading.value()));
            if (watermarkNs >= span.endNs() || pane.firings > 0)
            {
                fire(pane, ReferenceResult.Timing.LATE);
            }
        }
        return APPLIED;
    }

    /** Fires every pane that has not fired and ends by the limit of its key. */
    void fireUpTo(final ToLongFunction<ReferencePane.Key> limitNs)
    {
        unfired.stream()
            .filter((pane) -> pane.span.endNs() <= limitNs.applyAsLong(pane.key))
            .toList()
            .forEach((pane) -> fire(pane, ReferenceResult.Timing.ON_TIME));
    }

    /**
     * Forgets the keys whose turn it is to be looked at, that have not got a pane for long and hold nothing any more.
     *
     * @return how many.
     */
    int forgetKeys(final long engineTimeNs, final long watermarkNs)
    {
        final List<Map.Entry<ReferencePane.Key, KeyPanes>> looked = keys.entrySet().stream()
            .filter((entry) -> entry.getValue().lookNs <= engineTimeNs)
            .sorted(Comparator.comparingLong((entry) -> entry.getValue().lookNs))
            .limit(ReferenceDevices.LOOKS_PER_TICK)
            .toList();
        int forgotten = 0;
        for (final Map.Entry<ReferencePane.Key, KeyPanes> entry : looked)
        {
            final KeyPanes panes = entry.getValue();
            if (ReferenceTime.plus(panes.usedNs, keyTtlNs) > engineTimeNs)
            {
                panes.lookNs = ReferenceTime.plus(panes.usedNs, keyTtlNs);
            }
            else if (isHeld(panes, watermarkNs))
            {
                panes.lookNs = ReferenceTime.plus(engineTimeNs, keyTtlNs);
            }
            else
            {
                keys.remove(entry.getKey());
                forgotten++;
            }
        }
        return forgotten;
    }

    /** Whether a key of the device has a pane that is live or has not fired. */
    boolean isHolding(final long deviceId, final long watermarkNs)
    {
        return keys.entrySet().stream().anyMatch(
            (entry) -> entry.getKey().deviceId() == deviceId && isHeld(entry.getValue(), watermarkNs));
    }

    /**
     * Forgets the keys of a device.
     *
     * @return how many.
     */
    int forgetDevice(final long deviceId)
    {
        final int before = keys.size();
        keys.keySet().removeIf((key) -> key.deviceId() == deviceId);
        return before - keys.size();
    }

    private boolean isHeld(final KeyPanes panes, final long watermarkNs)
    {
        return panes.live.values().stream().anyMatch(
            (pane) -> !isClosed(pane.span, watermarkNs) || unfired.contains(pane));
    }

    private boolean isClosed(final ReferenceSpan span, final long watermarkNs)
    {
        return watermarkNs >= ReferenceTime.plus(span.endNs(), window.allowedLatenessNs());
    }

    /** Panes do not touch one another, hence one pass finds the whole session. */
    private static ReferenceSpan mergedSpan(final KeyPanes panes, final ReferenceSpan own)
    {
        ReferenceSpan merged = own;
        for (final ReferenceSpan span : panes.live.keySet())
        {
            if (span.isTouching(own))
            {
                merged = merged.hullWith(span);
            }
        }
        return merged;
    }

    /** Whether the key may hold all these windows at once, those of them that it holds already included. */
    private boolean hasRoomFor(final KeyPanes panes, final List<ReferenceSpan> spans)
    {
        final long created = spans.stream().filter((span) -> !panes.live.containsKey(span)).count();
        final long takenOver = spans.stream().mapToLong((span) -> panesTakenOver(panes, span).size()).sum();
        return created == 0 || panes.live.size() - takenOver + created <= window.maxPanesPerKey();
    }

    /** In order of start, the sessions that a new one takes over. */
    private List<ReferencePane> panesTakenOver(final KeyPanes panes, final ReferenceSpan merged)
    {
        return window.type() != ReferenceWindow.Type.SESSION ? List.of() :
            panes.live.values().stream().filter((pane) -> pane.span.isTouching(merged)).toList();
    }

    private void addPane(final ReferencePane.Key key, final KeyPanes panes, final ReferenceSpan span)
    {
        final ReferencePane created = new ReferencePane(key, span, nextRegistration++);
        for (final ReferencePane pane : panesTakenOver(panes, span))
        {
            if (pane.firings > 0)
            {
                firings.onFiring(pane, ReferenceResult.Timing.RETRACTED);
            }
            panes.live.remove(pane.span);
            unfired.remove(pane);
            created.entries.addAll(pane.entries);
        }
        created.entries.sort(Comparator.comparingLong(ReferenceAggregate.Entry::arrival));
        panes.live.put(span, created);
        unfired.add(created);
    }

    private void fire(final ReferencePane pane, final ReferenceResult.Timing timing)
    {
        unfired.remove(pane);
        firings.onFiring(pane, timing);
        pane.firings++;
    }
}
