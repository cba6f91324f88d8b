package io.tailrace.engine.reference;

import java.util.Arrays;

/**
 * One journalled message of a generated run.
 */
public sealed interface ReferenceInput
{
    /**
     * Where it stands in the journal.
     *
     * @return 32, 96, 160 and so on.
     */
    long position();

    /**
     * Feeds it to a model.
     *
     * @param model that has seen all inputs before this one.
     */
    void applyTo(ReferenceModel model);

    /**
     * The same elsewhere in a journal.
     *
     * @param position in the journal.
     * @return the input.
     */
    ReferenceInput at(long position);

    /**
     * A reading.
     *
     * @param reading as it stands in the journal.
     */
    record Reading(ReferenceReading reading) implements ReferenceInput
    {
        @Override
        public long position()
        {
            return reading.position();
        }

        @Override
        public void applyTo(final ReferenceModel model)
        {
            model.onReading(reading);
        }

        @Override
        public ReferenceInput at(final long position)
        {
            return new Reading(reading.withPosition(position));
        }
    }

    /**
     * A complete tick.
     *
     * @param position     in the journal.
     * @param timeNs       engine time.
     * @param emptySinceNs per source; {@code Long.MIN_VALUE}: not empty.
     * @param isHeldUp     whether the engine stood still before.
     */
    record Tick(long position, long timeNs, long[] emptySinceNs, boolean isHeldUp) implements ReferenceInput
    {
        @Override
        public void applyTo(final ReferenceModel model)
        {
            model.onTick(position, timeNs, emptySinceNs, isHeldUp);
        }

        @Override
        public ReferenceInput at(final long newPosition)
        {
            return new Tick(newPosition, timeNs, emptySinceNs, isHeldUp);
        }

        @Override
        public String toString()
        {
            return "Tick[position=" + position + ", timeNs=" + timeNs +
                ", emptySinceNs=" + Arrays.toString(emptySinceNs) + ", isHeldUp=" + isHeldUp + "]";
        }
    }

    /**
     * An incarnation begins.
     *
     * @param position in the journal.
     * @param timeNs   engine time.
     */
    record Started(long position, long timeNs) implements ReferenceInput
    {
        @Override
        public void applyTo(final ReferenceModel model)
        {
            model.onStarted(position, timeNs);
        }

        @Override
        public ReferenceInput at(final long newPosition)
        {
            return new Started(newPosition, timeNs);
        }
    }

    /**
     * Every window that has not fired is to fire.
     *
     * @param position in the journal.
     * @param timeNs   engine time.
     * @param source   that it came from.
     */
    record EndOfInput(long position, long timeNs, int source) implements ReferenceInput
    {
        @Override
        public void applyTo(final ReferenceModel model)
        {
            model.onEndOfInput(position, timeNs, source);
        }

        @Override
        public ReferenceInput at(final long newPosition)
        {
            return new EndOfInput(newPosition, timeNs, source);
        }
    }
}
