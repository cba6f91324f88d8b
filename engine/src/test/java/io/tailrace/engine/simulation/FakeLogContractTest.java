package io.tailrace.engine.simulation;

import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

import io.tailrace.archive.journal.MessageLog;
import org.junit.jupiter.api.AfterEach;

import static org.junit.jupiter.api.Assertions.fail;

/** The fake log is one. */
class FakeLogContractTest extends MessageLogContract
{
    private static final int TERM_LENGTH = 4096;

    private final SplittableRandom random = new SplittableRandom(7);
    private final FakeMedium medium = new FakeMedium("journal", TERM_LENGTH, 4 * TERM_LENGTH, 1024);

    @AfterEach
    void free()
    {
        medium.close();
    }

    @Override
    MessageLog open()
    {
        return new FakeLog(medium, random, 0, () -> { });
    }

    @Override
    MessageLog crash()
    {
        medium.crash(random);
        return open();
    }

    @Override
    void lose(final MessageLog log)
    {
        ((FakeLog)log).lose();
    }

    @Override
    void await(final BooleanSupplier condition)
    {
        for (int i = 0; i < 1_000; i++)
        {
            if (condition.getAsBoolean())
            {
                return;
            }
            medium.advance(random);
        }
        fail("never");
    }

    @Override
    int termLength()
    {
        return TERM_LENGTH;
    }
}
