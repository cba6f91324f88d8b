package io.tailrace.engine.simulation;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.operator.ReferenceComparison;
import io.tailrace.engine.reference.ReferenceConfig;
import io.tailrace.engine.reference.ReferenceInput;
import io.tailrace.engine.reference.ReferenceModel;
import io.tailrace.engine.reference.ReferenceResult;

/**
 * The reference model, fed what is in a journal: what it gives is what an undisturbed run of the engine must give.
 */
final class ReferenceRun
{
    private final List<ReferenceInput> inputs;
    private final ReferenceModel model;
    private int compared;

    ReferenceRun(final ReferenceConfig config, final List<ReferenceInput> inputs)
    {
        this.inputs = inputs;
        model = new ReferenceModel(config);
    }

    /**
     * Takes the next message of the journal.
     *
     * @param input   which one it is; -1: an incarnation begins.
     * @param message its bytes.
     */
    void onMessage(final int input, final byte[] message, final long position)
    {
        final ReferenceInput atPosition = input >= 0 ? inputs.get(input).at(position) :
            new ReferenceInput.Started(position, ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN)
                .getLong(MessageLayout.STARTED_TIME_OFFSET));
        atPosition.applyTo(model);
    }

    /** Holds the results of the engine against those of the model, as far as that was not done before. */
    void compare(final List<byte[]> results)
    {
        final List<ReferenceResult> expected = model.results();
        for (; compared < Math.min(expected.size(), results.size()); compared++)
        {
            final String difference = ReferenceComparison.difference(expected.get(compared), results.get(compared));
            if (null != difference)
            {
                throw new AssertionError("result " + compared + " is not the reference model's: " + difference);
            }
        }
        if (expected.size() != results.size())
        {
            throw new AssertionError(results.size() + " results, the reference model has " + expected.size());
        }
    }

    long duplicates()
    {
        return model.results().stream().filter(result -> result.kind() == ReferenceResult.Kind.DUPLICATE).count();
    }
}
