package io.tailrace.perf.certify.counter;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongUnaryOperator;

/**
 * One window operator: panes by key and window, and the order in which those that have not fired will. Every watermark
 * that it is given is of its own kind.
 */
final class ModelOperator
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
        void onFiring(ModelPane pane, ModelResult.Timing timing);
    }

    /** The panes of one key. */
    private static final class KeyPanes
    {
        private final TreeMap<ModelSpan, ModelPane> live = new TreeMap<>();
        private long usedNs;
        private long lookNs;
    }

    private final ModelWindow window;
    private final int maxKeys;
    private final long keyTtlNs;
    private final Firings firings;
    private final Map<ModelPane.Key, KeyPanes> keys = new LinkedHashMap<>();
    private final TreeSet<ModelPane> unfired = newPanes();
    private final Map<Long, TreeSet<ModelPane>> unfiredByDevice = new HashMap<>();
    private final TreeMap<Long, ModelSpan> calendarSpans = new TreeMap<>();
    private long nextRegistration;

    ModelOperator(
        final ModelWindow window, final int maxKeys, final long keyTtlNs, final Firings firings)
    {
        this.window = window;
        this.maxKeys = maxKeys;
        this.keyTtlNs = keyTtlNs;
        this.firings = firings;
    }

    boolean isByDevice()
    {
        return window.watermark() == ModelWindow.Watermark.DEVICE;
    }

    /**
     * Judges and applies one accepted reading.
     *
     * @return one of {@link #OUTCOMES}.
     */
    String onReading(
        final ModelReading reading,
        final long timeNs,
        final long arrival,
        final long engineTimeNs,
        final long watermarkNs)
    {
        if (!window.filter().isPassedBy(reading))
        {
            return FILTERED;
        }

        final ModelPane.Key key = ModelPane.Key.of(window.key(), reading);
        final boolean isNewKey = !keys.containsKey(key);
        final KeyPanes panes = isNewKey ? new KeyPanes() : keys.get(key);
        panes.live.keySet().removeIf((span) -> isClosed(span, watermarkNs));

        final List<ModelSpan> spans = new ArrayList<>(spansOf(timeNs));
        if (window.type() == ModelWindow.Type.SESSION)
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
            panes.lookNs = ModelTime.plus(engineTimeNs, keyTtlNs);
        }
        for (final ModelSpan span : spans)
        {
            if (!panes.live.containsKey(span))
            {
                addPane(key, panes, span);
                panes.usedNs = engineTimeNs;
            }
            final ModelPane pane = panes.live.get(span);
            pane.add(new ModelAggregate.Entry(arrival, timeNs, reading.value()));
            if (watermarkNs >= span.endNs() || pane.firings > 0)
            {
                fire(pane, ModelResult.Timing.LATE);
            }
        }
        return APPLIED;
    }

    /** Fires every pane that has not fired and ends by the limit. */
    void fireUpTo(final long limitNs)
    {
        while (!unfired.isEmpty() && unfired.first().span.endNs() <= limitNs)
        {
            fire(unfired.first(), ModelResult.Timing.ON_TIME);
        }
    }

    /** Fires every pane of a device that has not fired and ends by the limit. */
    void fireDeviceUpTo(final long deviceId, final long limitNs)
    {
        final TreeSet<ModelPane> panes = unfiredByDevice.get(deviceId);
        while (panes != null && !panes.isEmpty() && panes.first().span.endNs() <= limitNs)
        {
            fire(panes.first(), ModelResult.Timing.ON_TIME);
        }
    }

    /** The same for all devices, in the order of all their panes together. */
    void fireDevicesUpTo(final LongUnaryOperator limitNs)
    {
        final TreeSet<ModelPane> due = newPanes();
        unfiredByDevice.forEach((deviceId, panes) ->
        {
            final long deviceLimitNs = panes.isEmpty() ? Long.MIN_VALUE : limitNs.applyAsLong(deviceId);
            for (final ModelPane pane : panes)
            {
                if (pane.span.endNs() > deviceLimitNs)
                {
                    break;
                }
                due.add(pane);
            }
        });
        due.forEach((pane) -> fire(pane, ModelResult.Timing.ON_TIME));
    }

    /**
     * Forgets the keys whose turn it is to be looked at, that have not got a pane for long and hold nothing any more.
     *
     * @return how many.
     */
    int forgetKeys(final long engineTimeNs, final long watermarkNs)
    {
        final List<Map.Entry<ModelPane.Key, KeyPanes>> looked = keys.entrySet().stream()
            .filter((entry) -> entry.getValue().lookNs <= engineTimeNs)
            .sorted(Comparator.comparingLong((entry) -> entry.getValue().lookNs))
            .limit(ModelDevices.LOOKS_PER_TICK)
            .toList();
        int forgotten = 0;
        for (final Map.Entry<ModelPane.Key, KeyPanes> entry : looked)
        {
            final KeyPanes panes = entry.getValue();
            if (ModelTime.plus(panes.usedNs, keyTtlNs) > engineTimeNs)
            {
                panes.lookNs = ModelTime.plus(panes.usedNs, keyTtlNs);
            }
            else if (isHeld(panes, watermarkNs))
            {
                panes.lookNs = ModelTime.plus(engineTimeNs, keyTtlNs);
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
        unfiredByDevice.remove(deviceId);
        return before - keys.size();
    }

    /** Calendar windows are dear to find, and one is good for many readings. */
    private List<ModelSpan> spansOf(final long timeNs)
    {
        if (window.type() != ModelWindow.Type.CALENDAR)
        {
            return ModelSpan.spansOf(window, timeNs);
        }
        final Map.Entry<Long, ModelSpan> known = calendarSpans.floorEntry(timeNs);
        if (known != null && timeNs < known.getValue().endNs())
        {
            return List.of(known.getValue());
        }
        final List<ModelSpan> spans = ModelSpan.spansOf(window, timeNs);
        calendarSpans.put(spans.get(0).startNs(), spans.get(0));
        return spans;
    }

    private boolean isHeld(final KeyPanes panes, final long watermarkNs)
    {
        return panes.live.values().stream().anyMatch(
            (pane) -> !isClosed(pane.span, watermarkNs) || unfired.contains(pane));
    }

    private boolean isClosed(final ModelSpan span, final long watermarkNs)
    {
        return watermarkNs >= ModelTime.plus(span.endNs(), window.allowedLatenessNs());
    }

    /** Panes do not touch one another, hence one pass finds the whole session. */
    private static ModelSpan mergedSpan(final KeyPanes panes, final ModelSpan own)
    {
        ModelSpan merged = own;
        for (final ModelSpan span : panes.live.keySet())
        {
            if (span.isTouching(own))
            {
                merged = merged.hullWith(span);
            }
        }
        return merged;
    }

    /** Whether the key may hold all these windows at once, those of them that it holds already included. */
    private boolean hasRoomFor(final KeyPanes panes, final List<ModelSpan> spans)
    {
        final long created = spans.stream().filter((span) -> !panes.live.containsKey(span)).count();
        final long takenOver = spans.stream().mapToLong((span) -> panesTakenOver(panes, span).size()).sum();
        return created == 0 || panes.live.size() - takenOver + created <= window.maxPanesPerKey();
    }

    /** In order of start, the sessions that a new one takes over. */
    private List<ModelPane> panesTakenOver(final KeyPanes panes, final ModelSpan merged)
    {
        return window.type() != ModelWindow.Type.SESSION ? List.of() :
            panes.live.values().stream().filter((pane) -> pane.span.isTouching(merged)).toList();
    }

    private void addPane(final ModelPane.Key key, final KeyPanes panes, final ModelSpan span)
    {
        final ModelPane created =
            new ModelPane(key, span, nextRegistration++, window.type() == ModelWindow.Type.SESSION);
        final List<ModelAggregate.Entry> takenOver = new ArrayList<>();
        for (final ModelPane pane : panesTakenOver(panes, span))
        {
            if (pane.firings > 0)
            {
                firings.onFiring(pane, ModelResult.Timing.RETRACTED);
            }
            panes.live.remove(pane.span);
            removeUnfired(pane);
            takenOver.addAll(pane.entries);
        }
        takenOver.sort(Comparator.comparingLong(ModelAggregate.Entry::arrival));
        takenOver.forEach(created::add);
        panes.live.put(span, created);
        unfired.add(created);
        unfiredByDevice.computeIfAbsent(key.deviceId(), (id) -> newPanes()).add(created);
    }

    private void fire(final ModelPane pane, final ModelResult.Timing timing)
    {
        removeUnfired(pane);
        firings.onFiring(pane, timing);
        pane.firings++;
    }

    private void removeUnfired(final ModelPane pane)
    {
        unfired.remove(pane);
        unfiredByDevice.get(pane.key.deviceId()).remove(pane);
    }

    private static TreeSet<ModelPane> newPanes()
    {
        return new TreeSet<>(ModelPane.BY_END_THEN_REGISTRATION);
    }
}
