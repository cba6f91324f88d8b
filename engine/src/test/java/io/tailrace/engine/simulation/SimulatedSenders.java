package io.tailrace.engine.simulation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;

import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.operator.MessageBytes;
import io.tailrace.engine.reference.ReferenceInput;
import org.agrona.UnsafeApi;

/**
 * Whoever sends the inputs of a world. In two worlds of three they repeat themselves: a network delivers a reading once
 * more, and senders that do not know what became of their last readings, since the engine died, send them again.
 */
final class SimulatedSenders
{
    private static final long SEED_OF_REPEATS = 0x2EAEA7_5E4DL;
    private static final int COPIED_OF = 24;
    private static final int RECENT = 16;
    private static final int MAX_AGAIN = 24;

    private final List<ReferenceInput> inputs;
    private final MessageBytes messages;
    private final SplittableRandom random;
    private final boolean isRepeating;
    private final Deque<Integer> again = new ArrayDeque<>();
    private int next;

    SimulatedSenders(final long seed, final List<ReferenceInput> inputs)
    {
        this.inputs = inputs;
        messages = new MessageBytes(inputs);
        if (messages.count() != inputs.size())
        {
            throw new IllegalArgumentException(inputs.size() + " inputs are " + messages.count() + " messages");
        }
        // Apart from all else that is random, which is what it was before anybody repeated himself.
        random = new SplittableRandom(seed ^ SEED_OF_REPEATS);
        isRepeating = Math.floorMod(seed, 3) != 1;
    }

    /** @return how many messages are to be sent. */
    int left()
    {
        return inputs.size() - next + again.size();
    }

    /** Puts the next message where it is wanted. @return which input it is. */
    int take(final long address)
    {
        if (isRepeating && random.nextInt(COPIED_OF) == 0 && next > 0)
        {
            sendAgain(next - 1 - random.nextInt(Math.min(RECENT, next)));
        }
        final int input = again.isEmpty() ? next++ : again.poll();
        UnsafeApi.copyMemory(messages.address(input), address, MessageLayout.SLOT_LENGTH);
        return input;
    }

    /** Goes on behind what has arrived. */
    void goOnBehind(final int lastArrived)
    {
        next = lastArrived + 1;
    }

    /** An engine is no more: some of the readings that it was sent are sent again, whether they have arrived or not. */
    void onDeath()
    {
        if (isRepeating && random.nextBoolean())
        {
            for (int input = Math.max(0, next - random.nextInt(MAX_AGAIN)); input < next; input++)
            {
                sendAgain(input);
            }
        }
    }

    private void sendAgain(final int input)
    {
        if (inputs.get(input) instanceof ReferenceInput.Reading)
        {
            again.add(input);
        }
    }
}
