package io.tailrace.engine.reference;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Gives generated readings their ids, as senders count that send some readings twice, send what is new before what they
 * have kept, and lose their counters. It draws its numbers apart from all others, so that it changes nothing else.
 */
final class IdHabits
{
    private static final int EPOCHS = 65_536;
    private static final int HALF_THE_EPOCHS = 32_768;
    private static final int[] FIRST_EPOCHS = {0, 1, 65_533, 65_534, 65_535, 32_766, 32_767, 32_768};
    private static final int ABSENCE = 15;
    private static final int RECENT = 10;
    private static final int IDS_PER_BLOCK = 64;
    private static final int LONG_TTL_GRAINS = 1_000_000;
    private static final int SHORT_TTL_GRAINS = 30;
    private static final int MANY_IDS = 30;
    private static final int AMPLE_IDS = 1_024;

    /** What one reading was called. */
    private record Name(int epoch, long id)
    {
    }

    /** The counters of one device. */
    private static final class Sender
    {
        private final List<Name> sent = new ArrayList<>();
        private final List<Long> kept = new ArrayList<>();
        private int epoch;
        private long nextId;
        private int untilItKnowsOfTheReset;
        private int lastSentAt;
    }

    private final SplittableRandom random;
    private final ReferenceDedup dedup;
    private final int reach;
    private final Map<Long, Sender> senders = new HashMap<>();

    IdHabits(final SplittableRandom random, final ReferenceDedup dedup)
    {
        this.random = random;
        this.dedup = dedup;
        reach = dedup.by() == ReferenceDedup.By.SEQUENCE ? dedup.windowIds() : IDS_PER_BLOCK;
    }

    /** In a third of all runs nothing, in another the sequence, in the last the id. */
    static ReferenceDedup dedup(final SplittableRandom random, final long grainNs)
    {
        return switch (random.nextInt(3))
        {
            case 0 -> ReferenceDedup.NONE;
            case 1 -> ReferenceDedup.bySequence(
                IDS_PER_BLOCK * (random.nextInt(3) != 0 ? 1 : 1 + random.nextInt(16)));
            default -> byId(random, grainNs);
        };
    }

    /** With little room only if that is made again soon. */
    private static ReferenceDedup byId(final SplittableRandom random, final long grainNs)
    {
        final long ttlNs = ttlNs(random, grainNs);
        return ReferenceDedup.byId(ttlNs, maxIds(random, ttlNs > grainNs * SHORT_TTL_GRAINS ? MANY_IDS : 1));
    }

    /** Of a few nanoseconds, of some steps of time and one nanosecond more or less, or longer than the run. */
    private static long ttlNs(final SplittableRandom random, final long grainNs)
    {
        return switch (random.nextInt(6))
        {
            case 0 -> 1 + random.nextInt(8);
            case 1, 2 -> grainNs * (1 + random.nextInt(8));
            case 3 -> 4 * grainNs * (1 + random.nextInt(6)) + random.nextInt(3) - 1;
            case 4 -> grainNs * (10 + random.nextInt(100));
            default -> grainNs * LONG_TTL_GRAINS;
        };
    }

    private static long maxIds(final SplittableRandom random, final int least)
    {
        return switch (random.nextInt(6))
        {
            case 0 -> least + random.nextInt(8);
            case 1 -> MANY_IDS + random.nextInt(60);
            default -> AMPLE_IDS;
        };
    }

    /** The same reading with the id and the epoch that its sender gives it. */
    ReferenceReading name(final ReferenceReading reading, final int inputCount)
    {
        if (dedup.by() == ReferenceDedup.By.NONE)
        {
            return reading;
        }
        final Sender sender = senders.computeIfAbsent(reading.deviceId(), (id) -> newSender());
        final Name name = nameOf(sender, inputCount);
        sender.sent.add(name);
        sender.lastSentAt = inputCount;
        return new ReferenceReading(reading.position(), name.id, reading.deviceId(), reading.metric(),
            reading.eventTime(), reading.timeUnit(), reading.ingestTimeNs(), reading.value(), reading.source(),
            reading.priority(), reading.quality(), name.epoch);
    }

    private Sender newSender()
    {
        final Sender sender = new Sender();
        sender.epoch = FIRST_EPOCHS[random.nextInt(FIRST_EPOCHS.length)];
        sender.nextId = firstId();
        return sender;
    }

    /** Small, somewhere, or shortly before ids run out or look negative. */
    private long firstId()
    {
        return switch (random.nextInt(6))
        {
            case 0, 1 -> random.nextInt(3);
            case 2, 3 -> 100 + random.nextInt(1_000);
            case 4 -> -1 - random.nextInt(40);
            default -> Long.MIN_VALUE - random.nextInt(20);
        };
    }

    private Name nameOf(final Sender sender, final int inputCount)
    {
        final List<Name> sent = sender.sent;
        if (!sent.isEmpty() && inputCount - sender.lastSentAt > ABSENCE && random.nextInt(3) == 0)
        {
            // Back again, it is not sure whether its last one arrived.
            return sent.get(sent.size() - 1);
        }
        if (!sender.kept.isEmpty() && random.nextBoolean())
        {
            return new Name(sender.epoch, sender.kept.remove(0));
        }

        final int roll = random.nextInt(1_000);
        if (roll < 40 && !sent.isEmpty())
        {
            return sent.get(sent.size() - 1);
        }
        if (roll < 75 && !sent.isEmpty())
        {
            return sent.get(sent.size() - 1 - random.nextInt(Math.min(RECENT, sent.size())));
        }
        if (roll < 105 && !sent.isEmpty())
        {
            return sent.get(random.nextInt(sent.size()));
        }
        if (roll < 130)
        {
            return new Name(sender.epoch, idAtTheEndOfReach(sender));
        }
        if (roll < 150)
        {
            leap(sender);
        }
        else if (roll < 175)
        {
            raiseEpoch(sender);
        }
        else if (roll < 182)
        {
            // It has lost its counter, and finds out only later.
            sender.nextId = random.nextInt(3);
            sender.untilItKnowsOfTheReset = 2 + random.nextInt(6);
        }
        else if (roll < 197)
        {
            return new Name(otherEpoch(sender), random.nextBoolean() ? sender.nextId : random.nextInt(100));
        }
        return new Name(sender.epoch, count(sender));
    }

    private long count(final Sender sender)
    {
        if (sender.untilItKnowsOfTheReset > 0 && --sender.untilItKnowsOfTheReset == 0)
        {
            raiseEpoch(sender);
        }
        final long id = sender.nextId;
        sender.nextId += random.nextInt(12) == 0 ? 2 : 1;
        if (id < 0 && sender.nextId >= 0)
        {
            // No ids are left.
            sender.kept.clear();
            sender.untilItKnowsOfTheReset = 1 + random.nextInt(4);
        }
        return id;
    }

    /** The first one below, or one of the last ones within. */
    private long idAtTheEndOfReach(final Sender sender)
    {
        final long id = sender.nextId - 1 - reach + random.nextInt(4) - 1;
        return Long.compareUnsigned(id, sender.nextId) < 0 ? id : random.nextInt(4);
    }

    /** Sends what is new first; some of what lies between follows. */
    private void leap(final Sender sender)
    {
        final int length = switch (random.nextInt(4))
        {
            case 0 -> 2 + random.nextInt(8);
            case 1, 2 -> reach - 1 + random.nextInt(3);
            default -> reach + random.nextInt(2 * reach);
        };
        if (Long.compareUnsigned(sender.nextId + length, sender.nextId) < 0)
        {
            return;
        }
        final int step = 1 + length / (4 + random.nextInt(8));
        for (int i = 0; i < length; i += i < 3 ? 1 : step)
        {
            sender.kept.add(sender.nextId + i);
        }
        sender.nextId += length;
    }

    /** By one as a rule, and by no more than makes it newer. */
    private void raiseEpoch(final Sender sender)
    {
        final int by = switch (random.nextInt(8))
        {
            case 0 -> 2 + random.nextInt(100);
            case 1 -> HALF_THE_EPOCHS - 1;
            default -> 1;
        };
        sender.epoch = (sender.epoch + by) % EPOCHS;
        sender.nextId = random.nextInt(4) == 0 ? sender.nextId : firstId();
        sender.kept.clear();
        sender.untilItKnowsOfTheReset = 0;
    }

    /** One that it has used before, the one before, or one of those that are half of them away. */
    private int otherEpoch(final Sender sender)
    {
        return switch (random.nextInt(4))
        {
            case 0 -> sender.sent.isEmpty() ? 0 : sender.sent.get(random.nextInt(sender.sent.size())).epoch;
            case 1 -> (sender.epoch + HALF_THE_EPOCHS) % EPOCHS;
            case 2 -> (sender.epoch + HALF_THE_EPOCHS + 1) % EPOCHS;
            default -> (sender.epoch + EPOCHS - 1) % EPOCHS;
        };
    }
}
