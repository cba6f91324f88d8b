package io.tailrace.engine.reference;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One alert operator: of each key, the readings that it has taken since it was cleared last. What they say is found by
 * looking through them anew at each.
 */
final class ReferenceAlertOperator
{
    private record Key(long deviceId, long metric)
    {
    }

    private record Taken(long timeNs, double value)
    {
    }

    /** One key; raised, it needs no readings. */
    private static final class KeyState
    {
        private final List<Taken> taken = new ArrayList<>();
        private long greatestNs;
        private boolean isRaised;
        private long usedNs;
        private long lookNs;
    }

    /** Takes what an operator emits. */
    @FunctionalInterface
    interface Changes
    {
        void onChange(ReferenceReading reading, long timeNs, ReferenceAlert.Change change);
    }

    private final ReferenceAlert alert;
    private final int maxKeys;
    private final long keyTtlNs;
    private final Changes changes;
    private final Map<Key, KeyState> keys = new LinkedHashMap<>();

    ReferenceAlertOperator(final ReferenceAlert alert, final int maxKeys, final long keyTtlNs, final Changes changes)
    {
        this.alert = alert;
        this.maxKeys = maxKeys;
        this.keyTtlNs = keyTtlNs;
        this.changes = changes;
    }

    /**
     * Looks at one accepted reading.
     *
     * @return one of {@link ReferenceOperator#OUTCOMES}.
     */
    String onReading(final ReferenceReading reading, final long timeNs, final long engineTimeNs)
    {
        if (!alert.filter().isPassedBy(reading))
        {
            return ReferenceOperator.FILTERED;
        }
        final Key key = new Key(reading.deviceId(), reading.metric());
        if (keys.containsKey(key) && timeNs < keys.get(key).greatestNs)
        {
            return ReferenceOperator.LATE;
        }
        if (!keys.containsKey(key))
        {
            if (keys.size() >= maxKeys)
            {
                return ReferenceOperator.KEYS_EXHAUSTED;
            }
            keys.put(key, new KeyState());
            keys.get(key).lookNs = ReferenceTime.plus(engineTimeNs, keyTtlNs);
        }

        final KeyState state = keys.get(key);
        state.greatestNs = timeNs;
        state.usedNs = engineTimeNs;
        if (state.isRaised)
        {
            if (alert.isClearedBy(reading.value()))
            {
                state.isRaised = false;
                changes.onChange(reading, timeNs, new ReferenceAlert.Change(
                    false, alert.clear() == null ? alert.threshold() : alert.clear(), alert.isCritical()));
            }
        }
        else
        {
            state.taken.add(new Taken(timeNs, reading.value()));
            if (isToRaise(state.taken))
            {
                state.isRaised = true;
                state.taken.clear();
                changes.onChange(
                    reading, timeNs, new ReferenceAlert.Change(true, alert.threshold(), alert.isCritical()));
            }
        }
        return ReferenceOperator.APPLIED;
    }

    /**
     * Forgets the keys whose turn it is to be looked at, that have taken nothing for long and are at rest.
     *
     * @return how many.
     */
    int forgetKeys(final long engineTimeNs)
    {
        final List<Map.Entry<Key, KeyState>> looked = keys.entrySet().stream()
            .filter((entry) -> entry.getValue().lookNs <= engineTimeNs)
            .sorted(Comparator.comparingLong((entry) -> entry.getValue().lookNs))
            .limit(ReferenceDevices.LOOKS_PER_TICK)
            .toList();
        int forgotten = 0;
        for (final Map.Entry<Key, KeyState> entry : looked)
        {
            final KeyState state = entry.getValue();
            final long unusedNs = ReferenceTime.plus(state.usedNs, keyTtlNs);
            if (unusedNs > engineTimeNs)
            {
                state.lookNs = unusedNs;
            }
            else if (state.isRaised || rowLength(state.taken) > 0)
            {
                state.lookNs = ReferenceTime.plus(engineTimeNs, keyTtlNs);
            }
            else
            {
                keys.remove(entry.getKey());
                forgotten++;
            }
        }
        return forgotten;
    }

    private boolean isToRaise(final List<Taken> taken)
    {
        final int length = rowLength(taken);
        if (length == 0)
        {
            return false;
        }
        final BigInteger begin = BigInteger.valueOf(taken.get(taken.size() - length).timeNs());
        final BigInteger end = BigInteger.valueOf(taken.get(taken.size() - 1).timeNs());
        return end.subtract(begin).compareTo(BigInteger.valueOf(alert.forNs())) >= 0;
    }

    /** How many of the last readings satisfy the condition without a break. */
    private int rowLength(final List<Taken> taken)
    {
        int length = 0;
        while (length < taken.size() && alert.isSatisfiedBy(taken.get(taken.size() - 1 - length).value()))
        {
            length++;
        }
        return length;
    }
}
