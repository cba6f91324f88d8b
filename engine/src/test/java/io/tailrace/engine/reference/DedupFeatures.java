package io.tailrace.engine.reference;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Names what happens to the ids of one run: how they repeat, and why that is or is not noticed.
 */
final class DedupFeatures
{
    private static final BigInteger NEAR_THE_END = BigInteger.TWO.pow(64).subtract(BigInteger.valueOf(2_000));

    private record Name(long deviceId, int epoch, BigInteger id)
    {
    }

    private final ReferenceDedup.By by;
    private final Set<String> found;
    private final Set<Name> accepted = new HashSet<>();
    private final Map<Long, Name> lastAccepted = new HashMap<>();
    private final Map<Long, BigInteger> highest = new HashMap<>();

    DedupFeatures(final ReferenceDedup.By by, final Set<String> found)
    {
        this.by = by;
        this.found = found;
        found.add("dedup-" + by);
    }

    /** A reading with all its results, and whether its device was in quarantine or is forgotten. */
    void onReading(
        final ReferenceReading reading,
        final List<ReferenceResult> results,
        final boolean wasQuarantined,
        final boolean isForgotten)
    {
        if (by == ReferenceDedup.By.NONE)
        {
            return;
        }
        final Name name = new Name(reading.deviceId(), reading.deviceEpoch(),
            new BigInteger(Long.toUnsignedString(reading.eventId())));
        final ReferenceResult first = results.isEmpty() ? null : results.get(0);
        if (first != null && first.kind() == ReferenceResult.Kind.DUPLICATE)
        {
            onDuplicate(name, wasQuarantined, isForgotten);
        }
        else if (first != null && first.kind() == ReferenceResult.Kind.REJECTED)
        {
            onRejected(name, first.reason());
        }
        else
        {
            onAccepted(name);
        }
    }

    private void onDuplicate(final Name name, final boolean wasQuarantined, final boolean isForgotten)
    {
        found.add(by + "-duplicate");
        if (name.id.compareTo(NEAR_THE_END) > 0)
        {
            found.add(by + "-duplicate-near-the-end");
        }
        if (wasQuarantined)
        {
            found.add("duplicate-in-quarantine");
        }
        if (isForgotten)
        {
            found.add(by + "-duplicate-of-a-forgotten-device");
        }
        final Name last = lastAccepted.get(name.deviceId);
        if (!name.equals(last))
        {
            found.add(by + "-duplicate-delayed");
        }
        if (last.epoch != name.epoch)
        {
            found.add(by + "-duplicate-of-another-epoch");
        }
    }

    private void onRejected(final Name name, final int reason)
    {
        if (reason == ReferenceReason.BEYOND_DEDUP_WINDOW.code())
        {
            final boolean isSameEpoch = lastAccepted.get(name.deviceId).epoch == name.epoch;
            found.add(isSameEpoch ? "beyond-the-window-of-ids" : "of-an-older-epoch");
            if (isSameEpoch && accepted.contains(name))
            {
                found.add("repeated-beyond-the-window-of-ids");
            }
        }
    }

    private void onAccepted(final Name name)
    {
        if (!accepted.add(name))
        {
            found.add(by + "-accepted-again");
        }
        final Name last = lastAccepted.put(name.deviceId, name);
        final boolean isSameEpoch = last != null && last.epoch == name.epoch;
        if (isSameEpoch && name.id.compareTo(highest.get(name.deviceId)) < 0)
        {
            found.add(by + "-accepted-below-the-highest");
        }
        if (last != null && last.epoch > name.epoch)
        {
            found.add(by + "-epoch-wrapped");
        }
        highest.put(name.deviceId, isSameEpoch ? name.id.max(highest.get(name.deviceId)) : name.id);
    }
}
