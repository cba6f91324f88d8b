package io.tailrace.perf.certify.counter;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The ids that are remembered. Event ids are numbers without sign, of any size here, so that a difference of two is
 * what it is.
 */
final class ModelIds
{
    /** What becomes of a reading. */
    enum Verdict
    {
        /** It goes on. */
        NEW,
        /** It was seen before. */
        DUPLICATE,
        /** Nobody can say whether it was. */
        BEYOND_WINDOW,
        /** It was not, and there is no room to remember it. */
        EXHAUSTED
    }

    private static final long GENERATIONS_PER_TTL = 4;
    private static final BigInteger GENERATIONS_REMEMBERED = BigInteger.valueOf(4);
    private static final BigInteger EPOCHS = BigInteger.TWO.pow(16);
    private static final BigInteger EPOCHS_AHEAD = BigInteger.TWO.pow(15);

    /** The ids of one device, all of one of its epochs; the last is the highest that was seen. */
    private record Sequence(int epoch, TreeSet<BigInteger> ids)
    {
    }

    private record Id(long deviceId, int deviceEpoch, BigInteger eventId)
    {
    }

    private final ModelDedup dedup;
    private final Map<Long, Sequence> sequences = new HashMap<>();
    private final Set<Id> remembered = new HashSet<>();
    private final TreeMap<BigInteger, List<Id>> generations = new TreeMap<>();

    ModelIds(final ModelDedup dedup)
    {
        this.dedup = dedup;
    }

    /** Judges a reading of a known device, and remembers its id if it is new. */
    Verdict judge(final ModelReading reading, final long engineTimeNs)
    {
        final BigInteger eventId = new BigInteger(Long.toUnsignedString(reading.eventId()));
        return switch (dedup.by())
        {
            case NONE -> Verdict.NEW;
            case SEQUENCE -> judgeBySequence(reading.deviceId(), reading.deviceEpoch(), eventId);
            case ID -> judgeById(new Id(reading.deviceId(), reading.deviceEpoch(), eventId), engineTimeNs);
        };
    }

    /** Its sequence goes with it; ids by themselves are nobody's. */
    void onDeviceForgotten(final long deviceId)
    {
        sequences.remove(deviceId);
    }

    private Verdict judgeBySequence(final long deviceId, final int epoch, final BigInteger eventId)
    {
        final Sequence known = sequences.get(deviceId);
        if (known == null || isNewer(epoch, known.epoch))
        {
            sequences.put(deviceId, new Sequence(epoch, new TreeSet<>(Set.of(eventId))));
            return Verdict.NEW;
        }
        if (epoch != known.epoch || eventId.compareTo(beyond(known)) <= 0)
        {
            return Verdict.BEYOND_WINDOW;
        }
        if (!known.ids.add(eventId))
        {
            return Verdict.DUPLICATE;
        }
        known.ids.headSet(beyond(known), true).clear();
        return Verdict.NEW;
    }

    /** The greatest id that is out of reach; below 0 while the highest is small. */
    private BigInteger beyond(final Sequence sequence)
    {
        return sequence.ids.last().subtract(BigInteger.valueOf(dedup.windowIds()));
    }

    /** Serial number arithmetic, RFC 1982; of two that are half the numbers apart neither is newer. */
    private static boolean isNewer(final int epoch, final int than)
    {
        final BigInteger ahead = BigInteger.valueOf(epoch).subtract(BigInteger.valueOf(than)).mod(EPOCHS);
        return ahead.signum() > 0 && ahead.compareTo(EPOCHS_AHEAD) < 0;
    }

    private Verdict judgeById(final Id id, final long engineTimeNs)
    {
        final BigInteger now = generationOf(engineTimeNs);
        while (!generations.isEmpty() &&
            now.subtract(generations.firstKey()).compareTo(GENERATIONS_REMEMBERED) > 0)
        {
            generations.pollFirstEntry().getValue().forEach(remembered::remove);
        }
        if (remembered.contains(id))
        {
            return Verdict.DUPLICATE;
        }
        if (remembered.size() >= dedup.maxIds())
        {
            return Verdict.EXHAUSTED;
        }
        remembered.add(id);
        generations.computeIfAbsent(now, (generation) -> new ArrayList<>()).add(id);
        return Verdict.NEW;
    }

    private BigInteger generationOf(final long engineTimeNs)
    {
        final BigInteger[] quarter = ModelTime.big(dedup.ttlNs())
            .divideAndRemainder(BigInteger.valueOf(GENERATIONS_PER_TTL));
        final BigInteger length = quarter[0].add(BigInteger.valueOf(quarter[1].signum()));
        final BigInteger time = ModelTime.big(engineTimeNs);
        return time.subtract(time.mod(length)).divide(length);
    }
}
