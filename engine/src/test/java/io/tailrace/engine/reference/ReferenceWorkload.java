package io.tailrace.engine.reference;

import java.util.List;

/**
 * One generated run. Its text lists everything, one message a line, and begins with what generates it again.
 *
 * @param seed         of the generator.
 * @param tumblingOnly whether only tumbling windows were allowed.
 * @param config       of the operators.
 * @param inputs       in the order of the journal.
 */
public record ReferenceWorkload(long seed, boolean tumblingOnly, ReferenceConfig config, List<ReferenceInput> inputs)
{
    /**
     * Runs it through a new model.
     *
     * @return the model after the last input.
     */
    public ReferenceModel run()
    {
        final ReferenceModel model = new ReferenceModel(config);
        inputs.forEach((input) -> input.applyTo(model));
        return model;
    }

    @Override
    public String toString()
    {
        final StringBuilder text = new StringBuilder(
            "seed=" + seed + " tumblingOnly=" + tumblingOnly + "\n" + config);
        inputs.forEach((input) -> text.append('\n').append(input));
        return text.toString();
    }
}
